// Package iam decides AWS requests against IAM policy documents that may be partly unknown, and says why.
//
// A document ([Parse]) has strings that are [graph.Text]: they may hold references and holes. A request
// ([Request]) has a context whose keys are fixed, chosen by the caller, absent, or unknown ([Context]).
// [Decide] follows https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
// in Kleene's three-valued logic.
//
// The contract is soundness: replacing something unknown by any concrete value may turn [Undetermined] into
// [Allowed] or [Denied], and never flips the other two. What AWS does not document is unknown as well.
//
// The package imports nothing of this module but [graph.Text], [graph.Tri] and [graph.Value], and is pure.
package iam
