// Package tamper knows what can be done to the services that CloudTrail events travel through: the
// catalogue of tamper actions, what each does to the events, how CloudTrail records it, and the command
// that does it at one node. The catalogue is the file catalogue.json; the package reads it when it is
// first asked, and never at the start of the program.
//
// A new action is one object of that file, and, where its type of resource is new, one entry of its
// "resources" and one row of the table of kinds. A command is a line of the AWS CLI, quoted with single
// quotes; {word} stands for what the node says (a row of the table of fields), and <word> for what whoever
// runs it must choose: other-bucket is one of an attacker, new-trail one that is not there yet.
package tamper
