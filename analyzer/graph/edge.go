package graph

import "slices"

// Flow says what travels along an edge.
type Flow uint8

// The flows. Every flow but FlowSupport makes an edge a hop.
const (
	FlowSupport    Flow = iota // nothing: the edge makes a hop possible, or guards it
	FlowEvents                 // CloudTrail events, or word of them
	FlowDeadLetter             // events that could not be delivered
	FlowSignal                 // metrics, alarms and insights derived from events
	FlowCopy                   // listings and logs about the node, not its events
)

// End is one end of an edge kind.
type End struct {
	// Attr is the attribute of the declaration that names the node; x[].y reaches into a list of blocks.
	// Empty: the declaration itself, or the node it is a fragment of.
	Attr string
	// Kinds are the kinds of node the end may be; * admits any.
	Kinds []Kind
}

// EdgeKind is one row of the table of edges.
type EdgeKind struct {
	ID    string
	Verb  string // for people: "stores", "delivers"
	Flow  Flow
	Decls []Kind // kinds of declarations that carry the edge
	From  End
	To    End
	// draw replaces the general rule where From and To do not say it all.
	draw func(l *linker, e *EdgeKind, r *Resource)
}

// IsHop says that events, or what is derived from them, travel along edges of the kind.
func (e EdgeKind) IsHop() bool { return e.Flow != FlowSupport }

// EdgeKinds returns the table of edge kinds, in the order of a chain. The caller owns the slice.
func EdgeKinds() []EdgeKind { return slices.Concat(edgeTable(), impliedEdges()) }

func self(kinds ...Kind) End            { return End{Kinds: kinds} }
func at(attr string, kinds ...Kind) End { return End{Attr: attr, Kinds: kinds} }
func decls(kinds ...Kind) []Kind        { return kinds }

// edge is a row whose declaration is the node it starts from.
func edge(id, verb string, flow Flow, from Kind, attr string, to ...Kind) EdgeKind {
	return EdgeKind{ID: id, Verb: verb, Flow: flow, Decls: decls(from), From: self(from), To: at(attr, to...)}
}

// grant is a row whose edges lead to the principals that a policy of the node names.
func grant(id string, from Kind) EdgeKind {
	return EdgeKind{ID: id, Verb: "grants", Decls: decls(from), From: self(from), To: at("policy", KindPrincipal, KindRoleIAM, KindUser), draw: drawGrants}
}

// tie is a row whose declaration connects two other nodes.
func tie(id, verb string, flow Flow, decl Kind, from, to End) EdgeKind {
	return EdgeKind{ID: id, Verb: verb, Flow: flow, Decls: decls(decl), From: from, To: to}
}
