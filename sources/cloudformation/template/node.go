package template

import "github.com/trailguard/trailguard/analyzer/graph"

// Kind is what a node is.
type Kind uint8

// The kinds of nodes.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Map
)

// String returns the name of the kind, for messages.
func (k Kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "a list", "a mapping"}[k]
}

// Node is one value of a template.
type Node struct {
	Kind    Kind
	Text    string   // of a scalar, as it is written: 007 stays 007; of a Bool true or false
	Items   []*Node  // of a List
	Members []Member // of a Map, in the order of the file
	Pos     graph.Pos
	Last    int  // last line that belongs to it
	block   bool // a YAML scalar of which the lines say where it ends
	lines   lines
	// Tag is a YAML tag that is none of CloudFormation's, such as Rain::S3Http. What it means is not known.
	Tag string
}

// Member is a key of a Map and its value.
type Member struct {
	Key   string
	Pos   graph.Pos // of the key
	Value *Node
}

// Get returns the value of a key of a Map, or nil.
func (n *Node) Get(key string) *Node {
	if m := n.Member(key); m != nil {
		return m.Value
	}
	return nil
}

// Member returns a member of a Map, or nil.
func (n *Node) Member(key string) *Member {
	if n == nil {
		return nil
	}
	for i := range n.Members {
		if n.Members[i].Key == key {
			return &n.Members[i]
		}
	}
	return nil
}

// At returns what is found under one key after the other, or nil.
func (n *Node) At(keys ...string) *Node {
	for _, k := range keys {
		n = n.Get(k)
	}
	return n
}

// Scalar returns the text of a scalar that is not null.
func (n *Node) Scalar() (string, bool) {
	if n == nil || n.Tag != "" {
		return "", false
	}
	switch n.Kind {
	case Bool, Number, String:
		return n.Text, true
	case Null, List, Map:
	}
	return "", false
}

// Call returns the name of the function that a node calls, with its argument: a Map of one key that is Ref,
// Condition, Rain's or begins with Fn::. It returns "" for anything else.
func (n *Node) Call() (name string, arg *Node) {
	if n == nil || n.Kind != Map || len(n.Members) != 1 {
		return "", nil
	}
	m := &n.Members[0]
	if m.Key == "Ref" || m.Key == "Condition" || len(m.Key) > 4 && m.Key[:4] == "Fn::" {
		return m.Key, m.Value
	}
	return "", nil
}

// The functions below make nodes that stand in no file, at the position of the one they are made for.

// Text returns a String node.
func Text(s string, at graph.Pos) *Node { return &Node{Kind: String, Text: s, Pos: at, Last: at.Line} }

// ListOf returns a List node.
func ListOf(at graph.Pos, items ...*Node) *Node {
	return &Node{Kind: List, Items: items, Pos: at, Last: at.Line}
}

// MapOf returns a Map node of pairs of keys and values.
func MapOf(at graph.Pos, members ...Member) *Node {
	return &Node{Kind: Map, Members: members, Pos: at, Last: at.Line}
}

// Pair returns a member that stands at the position of its value.
func Pair(key string, value *Node) Member { return Member{Key: key, Pos: value.Pos, Value: value} }

// Ref returns {"Ref": id}.
func Ref(id string, at graph.Pos) *Node { return MapOf(at, Pair("Ref", Text(id, at))) }

// GetAtt returns {"Fn::GetAtt": [id, attribute]}.
func GetAtt(id, attribute string, at graph.Pos) *Node {
	return MapOf(at, Pair("Fn::GetAtt", ListOf(at, Text(id, at), Text(attribute, at))))
}

// Set returns a copy of a Map with a member replaced or added.
func (n *Node) Set(key string, value *Node) *Node {
	out := *n
	out.Members = append([]Member(nil), n.Members...)
	if m := out.Member(key); m != nil {
		m.Value = value
		return &out
	}
	out.Members = append(out.Members, Pair(key, value))
	return &out
}

// Without returns a copy of a Map that lacks some keys.
func (n *Node) Without(keys ...string) *Node {
	out := *n
	out.Members = nil
next:
	for _, m := range n.Members {
		for _, k := range keys {
			if m.Key == k {
				continue next
			}
		}
		out.Members = append(out.Members, m)
	}
	return &out
}
