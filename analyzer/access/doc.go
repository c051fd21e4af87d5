// Package access puts together, from a graph, all that bears on a request to AWS: the policies of the principal and of its
// groups, its permissions boundary, the policy of the resource, and those of the organization. It decides requests with
// [github.com/trailguard/trailguard/analyzer/iam], and says what had to be taken for granted because no input tells it.
//
// It is pure: a graph in, decisions out.
package access
