package render

import (
	"strconv"
	"strings"
	"sync"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// attrNames says of every attribute of the attribute table, and of the fields of its blocks, whether it
// is a policy. Attributes that are not in the table are not printed: nobody has said that they may be.
//
//nolint:gochecknoglobals // a table, built once
var attrNames = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{"actions": false} // of the edge that a policy statement makes
	var walk func([]graph.AttrInfo)
	walk = func(rows []graph.AttrInfo) {
		for _, row := range rows {
			out[row.Name] = out[row.Name] || row.Type == graph.TypePolicy
			walk(row.Fields)
		}
	}
	for _, k := range graph.Kinds() {
		walk(graph.AttributesOf(k.Kind))
	}
	return out
})

// endpointAttrs name attributes whose values may carry tokens: paths and queries of URLs, mailboxes.
//
//nolint:gochecknoglobals // a table
var endpointAttrs = map[string]bool{
	"endpoint": true, "http": true, "splunk": true, "redshift": true, "snowflake": true, "aoss": true,
}

// attributes writes the attributes of a kind, and beside them the names of those whose value is a default. The kind of
// what an edge carries is empty.
func (j *jsonWriter) attributes(k graph.Kind, a graph.Attrs) {
	j.key("attributes")
	defaults := j.attrs(k, a, "")
	j.strs("defaults", defaults)
}

// attrs writes attributes as one object, and returns the names of those whose value is a default.
func (j *jsonWriter) attrs(k graph.Kind, a graph.Attrs, path string) (defaults []string) {
	names := attrNames()
	j.open("{")
	for name, attr := range a.All() {
		policy, listed := names[name]
		if !listed {
			continue
		}
		if info, ok := graph.AttributeOf(k, name); ok {
			policy = info.Type == graph.TypePolicy
		}
		j.key(name)
		v := attr.Value
		if v.IsDefault() {
			defaults = append(defaults, path+name)
		}
		switch {
		case v.Sensitive():
			j.str(hidden)
		case policy && v.State() != graph.Absent:
			j.policy(a, name)
		default:
			defaults = append(defaults, j.value(v, name, path)...)
		}
	}
	j.raw("}")
	return defaults
}

func (j *jsonWriter) value(v graph.Value[any], name, path string) (defaults []string) {
	switch v.State() {
	case graph.Absent:
		j.null()
		return nil
	case graph.Unknown:
		j.unknown(v.Reason())
		return nil
	case graph.Known:
	}
	data, _ := v.Get()
	switch d := data.(type) {
	case bool:
		j.boolean(d)
	case int64:
		j.num(d)
	case graph.Text:
		j.str(spellText(d, name))
	case []graph.Text:
		j.texts(d, name)
	case []graph.Attrs:
		j.open("[")
		for i, block := range d {
			defaults = append(defaults, j.attrs("", block, path+name+"["+strconv.Itoa(i)+"].")...)
		}
		j.raw("]")
	default:
		j.unknown(graph.ReasonMalformed)
	}
	return defaults
}

func (j *jsonWriter) unknown(why graph.Reason) {
	j.open("{")
	j.keyStr("unknown", string(why))
	j.raw("}")
}

func (j *jsonWriter) texts(all []graph.Text, name string) {
	j.open("[")
	for _, t := range all {
		j.str(spellText(t, name))
	}
	j.raw("]")
}

// spellText spells a text, and of an endpoint only what is safe.
func spellText(t graph.Text, name string) string {
	if !endpointAttrs[name] {
		return t.String()
	}
	return safeEndpoint(t)
}

// safeEndpoint returns what of an endpoint may be printed. Of one that is not wholly known the literal
// parts are printed only where it is an ARN: of a URL nobody knows where the token begins.
func safeEndpoint(t graph.Text) string {
	if s, ok := t.Literal(); ok {
		if rest, ok := strings.CutPrefix(s, "jdbc:"); ok {
			host, _, _ := strings.Cut(rest, "?")
			host, _, cut := strings.Cut(host, ";")
			if i := strings.LastIndexByte(host, '@'); i >= 0 || cut {
				return "jdbc:…" + host[i+1:]
			}
			return "jdbc:" + host
		}
		return graph.SafeEndpoint(s)
	}
	parts := t.Parts()
	if len(parts) > 0 && strings.HasPrefix(parts[0].Literal, "arn:") {
		return t.String()
	}
	out := make([]graph.Text, 0, len(parts))
	for i, p := range parts {
		switch {
		case p.Kind != graph.PartLiteral:
			out = append(out, spellPart(p))
		case i == 0 && strings.HasPrefix(p.Literal, "http"):
			out = append(out, graph.Literal(graph.SafeEndpoint(p.Literal)))
		default:
			out = append(out, graph.Literal("…"))
		}
	}
	return graph.Join(out...).String()
}

// spellPart makes a text of one part that is no literal.
func spellPart(p graph.Part) graph.Text {
	switch {
	case p.Kind == graph.PartRef:
		return graph.Reference(p.Ref)
	case p.OneOf:
		return graph.OneOf(p.Mentions...)
	}
	return graph.Hole(p.Reason, p.Mentions...)
}

// policy writes what a policy document says, without the values of its conditions.
func (j *jsonWriter) policy(a graph.Attrs, name string) {
	v := a.Text(name)
	if v.State() == graph.Unknown && v.Reason() == graph.ReasonNotInInput {
		j.unknown(v.Reason())
		return
	}
	doc := a.Policy(name)
	state := "unreadable"
	if t, _ := v.Get(); doc.State() == graph.Known {
		state = "recovered"
		if t.IsLiteral() {
			state = "known"
		}
	} else if doc.State() == graph.Absent {
		j.null()
		return
	}
	j.open("{")
	j.keyStr("state", state)
	if state == "unreadable" {
		j.keyStr("reason", string(doc.Reason()))
	}
	j.key("statements")
	j.open("[")
	for _, s := range doc.Or(graph.Policy{}).Statements {
		j.statement(s)
	}
	j.raw("]")
	j.raw("}")
}

func (j *jsonWriter) statement(s graph.Statement) {
	effect := "Deny"
	if s.Allow {
		effect = "Allow"
	}
	j.open("{")
	j.orNull("sid", s.Sid)
	j.keyStr("effect", effect)
	j.principals("principals", s.Principals)
	j.principals("not_principals", s.NotPrincipals)
	for _, l := range []struct {
		key   string
		texts []graph.Text
	}{{"actions", s.Actions}, {"not_actions", s.NotActions}, {"resources", s.Resources}, {"not_resources", s.NotResources}} {
		j.key(l.key)
		j.texts(l.texts, "")
	}
	keys := make([]string, len(s.Conditions))
	for i, c := range s.Conditions {
		keys[i] = c.Operator + " " + c.Key
	}
	j.strs("condition_keys", keys)
	j.raw("}")
}

func (j *jsonWriter) principals(key string, all []graph.Principal) {
	j.key(key)
	j.open("[")
	for _, p := range all {
		j.open("{")
		j.keyStr("type", p.Type)
		j.keyStr("id", p.ID.String())
		j.raw("}")
	}
	j.raw("]")
}
