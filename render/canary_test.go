package render

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

const canary = "CANARY"

// poisoned returns declarations that hold the canary in every attribute of their kind, marked sensitive, and
// in attributes that no table lists.
func poisoned() []graph.Resource {
	var out []graph.Resource
	for _, k := range graph.Kinds() {
		r := decl(k.Kind, "aws_x."+strings.NewReplacer(".", "_", "*", "any").Replace(string(k.Kind)), canary+"-name")
		r.Name = r.Name.Hide()
		r.ARN = graph.KnownOf(graph.Literal("arn:aws:x:eu-west-1:111122223333:" + canary)).Hide()
		r.Account, r.Region = graph.KnownOf(canary+"-account").Hide(), graph.KnownOf(canary+"-region").Hide()
		r.Attrs = poison(graph.AttributesOf(k.Kind))
		r.Attrs.Set("not_in_any_table", graph.KnownOf[any](graph.Literal(canary)))
		out = append(out, r)
	}
	return out
}

func poison(rows []graph.AttrInfo) graph.Attrs {
	out := graph.Attrs{}
	for _, row := range rows {
		switch {
		case len(row.Fields) > 0:
			out.Set(row.Name, graph.KnownOf[any]([]graph.Attrs{poison(row.Fields)}))
		case row.Type == graph.TypePolicy:
			out.Set(row.Name, graph.KnownOf[any](graph.Literal(`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"`+canary+`"}]}`)).Hide())
		default:
			out.Set(row.Name, graph.KnownOf[any](graph.Literal(canary)).Hide())
		}
	}
	return out
}

// TestSensitiveValuesAppearNowhere renders reports full of secrets in every format: values that are marked
// sensitive, values of conditions, tokens in URLs, mailboxes, attributes of no table.
func TestSensitiveValuesAppearNowhere(t *testing.T) {
	t.Parallel()
	mixed := acme()
	for i := range mixed {
		for _, a := range graph.AttributesOf(mixed[i].Kind) {
			if _, ok := mixed[i].Attrs[a.Name]; !ok && len(a.Fields) == 0 {
				mixed[i].Attrs.Set(a.Name, graph.KnownOf[any](graph.Literal(canary)).Hide())
			}
		}
		mixed[i].Attrs.Set("not_in_any_table", graph.KnownOf[any](graph.Literal(canary)))
	}
	all := map[string]*analyzer.Report{
		"poisoned": report(poisoned()), "mixed": report(mixed), "acme": report(acme()), "untraced": report(untraced()), "shared": report(shared()),
		"deleted": planned(mixed, nil), "created": planned(nil, poisoned()), "changed": planned(poisoned(), mixed),
	}
	// The rules that ship, too: what they say goes into every format.
	for name, resources := range map[string][]graph.Resource{"poisoned, judged": poisoned(), "mixed, judged": mixed, "acme, judged": acme()} {
		all[name] = analyzer.Analyze(analyzer.Subject{Before: graph.Link(graph.Inventory{Resources: acme()}), Graph: graph.Link(graph.Inventory{Resources: resources})}, analyzer.Rules())
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, f := range Formats() {
			out := render(t, f.Name, all[name], Options{Color: true})
			for _, secret := range []string{canary, "CONDITION-VALUE", "TOKEN", "SECRET", "soc@acme"} {
				if i := strings.Index(out, secret); i >= 0 {
					t.Errorf("%s of %s holds %q: …%s…", f.Name, name, secret, out[max(0, i-120):min(len(out), i+80)])
				}
			}
		}
	}
}
