// Package tamper knows what can be done to the services that CloudTrail events travel through: the
// catalogue of tamper actions, what each does to the events, how CloudTrail records it, and the command
// that does it at one node. The catalogue is the file catalogue.json; the package reads it when it is
// first asked, and never at the start of the program.
package tamper
