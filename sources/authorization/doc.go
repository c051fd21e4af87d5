// Package authorization reads the dump of an account's IAM that `aws iam get-account-authorization-details` prints:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
//
// The users, groups, roles and policies in it are observed: they are context to what other inputs declare, and are put
// together with it when a graph is linked (see [graph.Resource.Observed]).
package authorization
