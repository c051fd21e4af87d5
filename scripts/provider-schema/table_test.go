package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/sources/terraform/schema"
)

// printed is what Terraform would say of providers that have the types that are named, and one more.
func printed(more string) []byte {
	kinds := map[bool][]string{}
	for _, name := range named() {
		typ, data := strings.CutPrefix(name, "data.")
		kinds[data] = append(kinds[data], fmt.Sprintf(`%q: {"block": {}}`, typ))
	}
	kinds[false] = append(kinds[false], more)
	return fmt.Appendf(nil, `{"provider_schemas": {"p": {"resource_schemas": {%s}, "data_source_schemas": {%s}}}}`,
		strings.Join(kinds[false], ","), strings.Join(kinds[true], ","))
}

func TestTable(t *testing.T) {
	for _, c := range []struct{ name, block, want, err string }{
		{"attributes", `{"attributes": {"b": {"type": ["set", "string"], "required": true, "deprecated": true}, "a": {"type": "bool", "optional": true, "computed": true, "sensitive": true}}}`, "a:oc!:b b:r:S(s)", ""},
		{"object", `{"attributes": {"a": {"type": ["list", ["object", {"y": "dynamic", "x": "number"}]], "computed": true}}}`, "a:c:L(O(x:n y:d))", ""},
		{"blocks", `{"block_types": {"q": {"nesting_mode": "list", "max_items": 1, "block": {"block_types": {"e": {"nesting_mode": "single"}}}}}}`, "q=L1{e=I0{}}", ""},
		{"timeouts", `{"attributes": {"a": {"type": "string"}}, "block_types": {"timeouts": {"nesting_mode": "single"}}}`, "a::s", ""},
		{"nested attributes", `{"block_types": {"q": {"nesting_mode": "map", "block": {"attributes": {"a": {"nested_type": {}}}}}}}`, "", "aws_sqs_queue: q: a: an attribute without a type"},
		{"no such type", `{"attributes": {"a": {"type": "text"}}}`, "", "aws_sqs_queue: a: "},
		{"no such nesting", `{"block_types": {"q": {"nesting_mode": "pile"}}}`, "", `aws_sqs_queue: q: unknown nesting "pile"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := table(printed(`"aws_instance": {}, "aws_sqs_queue": {"block": `+c.block+"}"), []string{"aws_sqs_queue"})
			if c.err != "" {
				if err == nil || !strings.HasPrefix(err.Error(), c.err) {
					t.Errorf("got %v, want %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			lines := slices.Collect(strings.Lines(string(got)))
			if !slices.Contains(lines, "aws_sqs_queue "+c.want+"\n") || strings.Contains(string(got), "aws_instance") {
				t.Errorf("got %s", got)
			}
			if lines[0] != "version "+version+"\n" || !slices.IsSorted(lines[1:]) {
				t.Errorf("not the version and sorted lines: %s", got)
			}
		})
	}
}

// TestTableLacks fails where a type is gone, so that no table without it is written.
func TestTableLacks(t *testing.T) {
	for _, c := range []struct {
		printed []byte
		rows    []string
		want    string
	}{
		{printed(`"x": {}`), []string{"aws_cloudtrail"}, "the provider has no aws_cloudtrail"},
		{[]byte("{}"), nil, "the provider has no data.aws_arn"},
		{[]byte("Error"), nil, "terraform providers schema: "},
	} {
		if _, err := table(c.printed, c.rows); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// TestWritten holds the lines that are written by hand to the spelling of the codec.
func TestWritten(t *testing.T) {
	for typ, line := range written() {
		b, err := schema.Decode(line)
		if err != nil {
			t.Errorf("%s: %v", typ, err)
		} else if got := schema.Encode(b); got != line {
			t.Errorf("%s: got %s, want %s", typ, got, line)
		}
	}
}

func TestDiffering(t *testing.T) {
	for _, c := range []struct {
		have, want string
		stale      []string
	}{
		{"a x\nb y\n", "a x\nb y\n", nil},
		{"a x\nb y\nd u\n", "a x\nb z\nc v\n", []string{"b", "c", "d"}},
		{"b y\na x\n", "a x\nb y\n", []string{path}},
	} {
		if got := differing([]byte(c.have), []byte(c.want)); !slices.Equal(got, c.stale) {
			t.Errorf("%q: got %v, want %v", c.have, got, c.stale)
		}
	}
}
