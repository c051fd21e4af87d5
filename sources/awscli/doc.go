// Package awscli reads what outputs of the AWS command line have in common: JSON in whatever encoding the shell wrote
// it, several pages in one file, and policy documents in either of two spellings.
package awscli
