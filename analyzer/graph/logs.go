package graph

import (
	"encoding/json"
	"strings"
)

// selection reads the criteria of an account-level subscription and returns whether it takes a log group.
// The one form that CloudWatch Logs knows is LogGroupName NOT IN ["name", ...].
func (l *linker) selection(r *Resource) func(*Node) Tri {
	v := r.Attrs.Text("selection")
	t, ok := v.Get()
	if !ok || t.IsEmpty() {
		all := v.State() != Unknown || v.Reason() == ReasonNotInInput
		return func(*Node) Tri { return TriOf(all).Or(Maybe) }
	}
	src, back := tokenise(t)
	fields := strings.Fields(src)
	list := src[max(strings.IndexByte(src, '['), 0):]
	var left []string
	if len(fields) < 3 || fields[0] != "LogGroupName" || fields[1] != "NOT" || !strings.HasPrefix(fields[2], "IN") || json.Unmarshal([]byte(list), &left) != nil {
		return func(*Node) Tri { return Maybe }
	}
	return func(n *Node) Tri {
		name, known := n.Name.Get()
		out := Yes
		for _, s := range left {
			told := back(s)
			if found, _ := l.resolveRefs(told, []Kind{KindLogGroup}, r); len(found) == 1 {
				out = out.And(TriOf(found[0] != n))
				continue
			}
			if !known {
				name = Hole(ReasonAfterApply)
			}
			out = out.And(told.Equal(name).And(commensurable(told, n.Scope, r.Scope)).Not())
		}
		return out
	}
}
