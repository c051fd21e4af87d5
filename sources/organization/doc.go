// Package organization reads a directory of outputs of `aws organizations`: the tree of roots, units and accounts, and
// the service and resource control policies that are attached to it:
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
//
// The files may be called anything. Several outputs do not say what they are of: the parent of a list of accounts, the
// target of a list of policies. That is then told by the identifier in the name of the file.
//
// What is read is observed: it is context to what other inputs declare (see [graph.Resource.Observed]).
package organization
