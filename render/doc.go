// Package render writes an [analyzer.Report] as bytes: one file per format, one table of formats
// ([Formats]), one file of escapers. A renderer reads a report and nothing else: no I/O but the writer it
// is given, no clock, no environment; the same report gives the same bytes.
//
// Every string of a report is taken for hostile: names of resources come from pull requests of strangers.
// Whatever they hold comes out inert, and visibly escaped where it could not be seen. Values that a source
// marked sensitive are never written.
package render
