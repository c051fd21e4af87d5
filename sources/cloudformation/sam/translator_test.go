package sam

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// read reads a template, with the values that its parameters have if none are given.
func read(t *testing.T, name string) (*template.Template, func(string) (string, bool)) {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d, err := template.Read(filepath.Base(name), src)
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := d.Template()
	if err != nil {
		t.Fatal(err)
	}
	return tpl, defaults(tpl)
}

// defaults are the values of parameters in the region of scripts/sam-translate.
func defaults(tpl *template.Template) func(string) (string, bool) {
	values := map[string]string{"AWS::Region": "us-east-1", "AWS::Partition": "aws"}
	for _, p := range tpl.Parameters {
		if s, ok := p.Default.Scalar(); ok {
			values[p.Name] = s
		}
	}
	return func(name string) (string, bool) {
		s, ok := values[name]
		return s, ok
	}
}

// TestAgreesWithTranslator compares what is made of the templates of testdata with what the translator makes of them.
func TestAgreesWithTranslator(t *testing.T) {
	names, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal("no templates", err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			tpl, value := read(t, name)
			src, err := os.ReadFile(strings.TrimSuffix(name, ".yaml") + ".translated.json")
			if err != nil {
				t.Fatal(err)
			}
			out := Expand(tpl, value)
			for _, p := range out.Problems {
				t.Errorf("%s: %s", p.Pos, p.What)
			}
			compare(t, out, src, value)
		})
	}
}

// compare compares an expansion with what the translator says.
func compare(t *testing.T, out *template.Template, translated []byte, value func(string) (string, bool)) {
	t.Helper()
	var want struct{ Resources, Conditions, Outputs map[string]any }
	dec := json.NewDecoder(strings.NewReader(string(translated)))
	dec.UseNumber()
	if err := dec.Decode(&want); err != nil {
		t.Fatal(err)
	}
	n := normal{value: value, ordering: map[string]bool{}}
	for id, r := range want.Resources {
		n.ordering[id] = r.(map[string]any)["Type"] == "AWS::IAM::ManagedPolicy"
	}
	theirs, ours := map[string]map[string]any{}, map[string]map[string]any{}
	for id, r := range want.Resources {
		if r := n.resource(n.form(r)); r != nil {
			theirs[id] = r
		}
	}
	for _, r := range out.Resources {
		if got := n.resource(n.form(plainValue(r.Body))); got != nil {
			ours[r.ID] = got
		}
	}
	for _, id := range slices.Sorted(maps.Keys(theirs)) {
		if ours[id] == nil {
			t.Errorf("%s, a %s, is missing", id, theirs[id]["Type"])
		}
	}
	for _, id := range slices.Sorted(maps.Keys(ours)) {
		if theirs[id] == nil {
			t.Errorf("%s, a %s, is not made by the translator", id, ours[id]["Type"])
			continue
		}
		difference(t, id, ours[id], theirs[id])
	}
	difference(t, "Outputs", n.form(plainValue(out.Outputs)), n.form(anyOf(want.Outputs)))
	difference(t, "Conditions", n.form(plainValue(out.Conditions)), n.form(anyOf(want.Conditions)))
}

func anyOf(m map[string]any) any {
	if m == nil {
		return nil
	}
	return m
}

// difference reports where two values differ.
func difference(t *testing.T, where string, got, want any) {
	t.Helper()
	if g, ok := got.(map[string]any); ok {
		if w, ok := want.(map[string]any); ok {
			keys := slices.Sorted(maps.Keys(g))
			for _, key := range slices.Sorted(maps.Keys(w)) {
				if _, both := g[key]; !both {
					keys = append(keys, key)
				}
			}
			for _, key := range keys {
				difference(t, where+"."+key, g[key], w[key])
			}
			return
		}
	}
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s\n got %s\nwant %s", where, g, w)
	}
}

// plainValue is a node as it would be decoded from JSON.
func plainValue(n *template.Node) any {
	switch {
	case n == nil || n.Kind == template.Null:
		return nil
	case n.Kind == template.List:
		out := []any{}
		for _, it := range n.Items {
			out = append(out, plainValue(it))
		}
		return out
	case n.Kind == template.Map:
		out := map[string]any{}
		for _, m := range n.Members {
			out[m.Key] = plainValue(m.Value)
		}
		return out
	}
	return n.Text
}

// normal brings values into the one form of those that mean the same.
type normal struct {
	value    func(string) (string, bool)
	ordering map[string]bool // policies of connectors, which resources wait for
}

// otherPolicy are policies of templates that are left out of roles.
var otherPolicy = regexp.MustCompile(`^map\[PolicyDocument:.*(dynamodb:GetItem|cloudwatch:PutMetricData|ec2:DetachNetworkInterface)`)

var substituted = regexp.MustCompile(`\$\{[A-Za-z0-9]+\}`)

func (n normal) form(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if id, ok := v["Ref"].(string); ok && len(v) == 1 {
			if s, known := n.value(id); known {
				return s
			}
		}
		if s, ok := v["Fn::GetAtt"].(string); ok && len(v) == 1 {
			id, attribute, _ := strings.Cut(s, ".")
			return map[string]any{"Fn::GetAtt": []any{id, attribute}}
		}
		if inner, ok := v["Condition"].(map[string]any); ok && len(v) == 1 && inner["Condition"] != nil {
			return inner // the translator has a Condition too many within Fn::And
		}
		out := map[string]any{}
		for key, member := range v {
			if member = n.form(member); member == nil {
				continue
			}
			if list, ok := member.([]any); ok && len(list) == 1 && (key == "Action" || key == "Resource") {
				member = list[0]
			}
			out[key] = member
		}
		return out
	case []any:
		out := []any{}
		for _, it := range v {
			if it = n.form(it); !otherPolicy.MatchString(fmt.Sprint(it)) {
				out = append(out, it)
			}
		}
		return out
	case string:
		return substituted.ReplaceAllStringFunc(v, func(s string) string {
			if v, ok := n.value(s[2 : len(s)-1]); ok {
				return v
			}
			return s
		})
	case nil:
		return nil
	}
	return fmt.Sprint(v)
}

// besideThePoint are the types that are of no interest.
var besideThePoint = regexp.MustCompile(`^AWS::(ApiGateway|ApiGatewayV2|AppSync|CodeDeploy|Cognito|DynamoDB)::|^AWS::Lambda::LayerVersion$`)

// resource returns what is compared of a resource, or nil for one that is of no interest.
func (n normal) resource(v any) map[string]any {
	r := v.(map[string]any)
	typ := r["Type"].(string)
	props, _ := r["Properties"].(map[string]any)
	if besideThePoint.MatchString(typ) || props["Principal"] == "apigateway.amazonaws.com" || typ == "AWS::IAM::ManagedPolicy" && strings.Contains(fmt.Sprint(props), "dynamodb:") {
		return nil
	}
	out := map[string]any{}
	for _, key := range []string{"Type", "Condition", "DeletionPolicy", "UpdateReplacePolicy"} {
		out[key] = r[key]
	}
	if d, ok := r["DependsOn"].(string); ok {
		r["DependsOn"] = []any{d}
	}
	var depends []string
	list, _ := r["DependsOn"].([]any)
	for _, it := range list {
		depends = append(depends, it.(string))
	}
	depends = slices.DeleteFunc(depends, func(id string) bool { return n.ordering[id] })
	slices.Sort(depends)
	out["DependsOn"] = slices.Compact(depends)
	for key, p := range props {
		switch {
		case key == "Tags", key == "DefinitionS3Location", key == "Description" && typ == lambdaFunction, key == "Description" && p == "":
		default:
			out[key] = p
		}
	}
	return out
}
