// Package graph is the one model that every source of trailguard fills and every analysis reads.
//
// A source turns its input into an [Inventory] of [Resource] declarations whose attributes carry the
// names of the tables in this package. [Link] draws every hop and support edge of that inventory, for
// every source alike, from one table of edge kinds ([EdgeKinds]); the result is a [Graph]. Values are
// known, absent or unknown ([Value]); strings may be partly unknown and keep the references they are
// made of ([Text]).
//
// The package imports nothing else of this module, does no I/O, and is deterministic: the same
// inventory, in any order, links to the same graph.
package graph
