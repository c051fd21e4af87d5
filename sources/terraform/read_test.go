package terraform

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// fixture is a real plan that most tests read.
const fixture = "../../testdata/terraform/acme-org/plan.json"

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// readers are the three ways to read an input, each with its error alone.
func readers() map[string]func(io.Reader) error {
	o := Options{Name: "x.json"}
	return map[string]func(io.Reader) error{
		"plan":  func(r io.Reader) error { _, err := ReadPlan(r, o); return err },
		"state": func(r io.Reader) error { _, err := ReadState(r, o); return err },
		"any":   func(r io.Reader) error { _, _, err := Read(r, o); return err },
	}
}

func TestInputErrors(t *testing.T) {
	t.Parallel()
	const planHint, stateHint = "terraform show -json PLANFILE", "terraform.tfstate"
	for _, c := range []struct {
		name, with, input string
		want              []string
	}{
		{"binary plan", "plan", "PK\x03\x04\x14\x00\x08", []string{"x.json is a binary plan file", planHint}},
		{"binary plan", "state", "PK\x03\x04\x14\x00\x08", []string{"is a binary plan file", stateHint}},
		{"text", "plan", "\nTerraform used the selected providers to generate the following execution plan.", []string{"is the text that terraform plan prints", planHint}},
		{"coloured text", "plan", "\x1b[0m\x1b[1mTerraform will perform\x1b[0m", []string{"is the text that terraform plan prints"}},
		{"no changes", "plan", "No changes. Your infrastructure matches the configuration.", []string{"is the text that terraform plan prints"}},
		{"opentofu text", "plan", "OpenTofu used the selected providers", []string{"is the text that terraform plan prints"}},
		{"log", "plan", `{"@level":"info","@message":"Terraform 1.11.4"}` + "\n", []string{"is the log of terraform plan -json"}},
		{"empty", "plan", "", []string{"is empty", planHint}},
		{"empty", "state", "", []string{"is empty", stateHint}},
		{"byte order mark alone", "plan", "\xef\xbb\xbf", []string{"is empty"}},
		{"blank", "any", " \n\n", []string{"is blank", "terraform show -json [PLANFILE]"}},
		{"gzip", "plan", "\x1f\x8b\x08\x00", []string{"gzip"}},
		{"list", "plan", "[]", []string{"is a JSON list"}},
		{"yaml", "plan", "Resources:\n  A: 1\n", []string{"is not JSON"}},
		{"binary", "plan", "\x7fELF\x02\x01\x01\xff\xfe\xfd\xfc", []string{"is binary"}},
		{"truncated", "plan", `{"format_version":"1.2","resource_changes":[{"address":"aws_sqs_queue.a","mode":"managed","type":"aws_sqs_queue","change":{"act`, []string{"ends in the middle, after byte ", planHint}},
		{"truncated early", "plan", `{"format_version":"1.`, []string{"ends in the middle"}},
		{"truncated between elements", "state", `{"format_version":"1.0","values":{"root_module":{"resources":[`, []string{"ends in the middle"}},
		{"bad JSON", "plan", `{"format_version":"1.2",,}`, []string{"is not valid JSON at byte 24"}},
		{"two documents", "plan", `{"format_version":"1.2","planned_values":{}} {"a":1}`, []string{"more than one document"}},
		{"format 2", "plan", `{"format_version":"2.0","planned_values":{}}`, []string{"has format_version 2.0, of which only 0.x and 1.x are known"}},
		{"format 2 beta", "state", `{"format_version":"2.0-beta1","values":{}}`, []string{"has format_version 2.0-beta1"}},
		{"hostile format", "plan", `{"format_version":"<img src=x> {SECRET}","planned_values":{}}`, []string{"has format_version ?img?src"}},
		{"no format", "plan", `{"planned_values":{},"resource_changes":[]}`, []string{"has no format_version", planHint}},
		{"other JSON", "plan", `{"name":"left-pad","dependencies":{}}`, []string{"neither a plan nor a state"}},
		{"old raw state", "state", `{"version":3,"terraform_version":"0.11.14","modules":[]}`, []string{"raw state of version 3", "version 4"}},
		{"state for plan", "plan", `{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{}}}`, []string{"is a state, not a plan", "trailguard state", planHint}},
		{"raw state for plan", "plan", `{"version":4,"terraform_version":"1.11.4","resources":[]}`, []string{"is a raw state (terraform.tfstate), not a plan", "trailguard state"}},
		{"plan for state", "state", `{"format_version":"1.2","planned_values":{},"resource_changes":[]}`, []string{"is a plan, not a state", "trailguard plan", stateHint}},
		{"change of another form", "plan", `{"format_version":"1.2","resource_changes":[{"address":"a.b","mode":"managed","type":"aws_sqs_queue","change":"CANARY"}]}`, []string{"has a change of an unexpected form"}},
		{"values of another form", "state", `{"version":4,"resources":[{"mode":"managed","type":"aws_sqs_queue","name":"q","instances":[{"attributes":"x","sensitive_attributes":"CANARY"}]}]}`, []string{"has a resource instance of an unexpected form"}},
	} {
		err := readers()[c.with](strings.NewReader(c.input))
		if _, ok := errors.AsType[*InputError](err); !ok {
			t.Errorf("%s read as %s: error %v is no InputError", c.name, c.with, err)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s read as %s: %q does not say %q", c.name, c.with, err, w)
			}
		}
		if strings.Contains(err.Error(), "CANARY") || strings.Contains(err.Error(), "SECRET") || strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("%s: %q quotes the input", c.name, err)
		}
	}
}

// TestReaderError keeps the errors of readers apart from those of documents.
func TestReaderError(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]io.Reader{
		"at once":       iotest.ErrReader(os.ErrPermission),
		"after a while": io.MultiReader(bytes.NewReader(mustRead(t, fixture)[:100_000]), iotest.ErrReader(os.ErrPermission)),
	} {
		_, err := ReadPlan(r, Options{Name: "x.json"})
		var ours *InputError
		if !errors.Is(err, os.ErrPermission) || errors.As(err, &ours) || !strings.Contains(err.Error(), "x.json") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEncodings reads what PowerShell and editors on Windows make of a plan.
func TestEncodings(t *testing.T) {
	t.Parallel()
	plain := mustRead(t, fixture)
	units := utf16.Encode([]rune(string(plain)))
	wide := func(order binary.AppendByteOrder, mark bool) []byte {
		var out []byte
		if mark {
			out = order.AppendUint16(out, 0xfeff)
		}
		for _, u := range units {
			out = order.AppendUint16(out, u)
		}
		return out
	}
	want, err := ReadPlan(bytes.NewReader(plain), Options{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string][]byte{
		"UTF-8 with mark":         append([]byte("\xef\xbb\xbf"), plain...),
		"UTF-16LE with mark":      wide(binary.LittleEndian, true),
		"UTF-16BE with mark":      wide(binary.BigEndian, true),
		"UTF-16LE":                wide(binary.LittleEndian, false),
		"UTF-16BE":                wide(binary.BigEndian, false),
		"white space around":      append([]byte("\r\n "), append(bytes.Clone(plain), " \r\n"...)...),
		"indented, keys in order": reordered(t, plain),
		"one byte read at a time": plain,
	} {
		var r io.Reader = bytes.NewReader(in)
		if strings.HasPrefix(name, "one byte") {
			r = iotest.OneByteReader(r)
		}
		got, err := ReadPlan(r, Options{Name: "x"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(spelled(want.After), spelled(got.After)); diff != "" {
			t.Errorf("%s: inventory differs (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(want.Changes, got.Changes); diff != "" {
			t.Errorf("%s: changes differ (-want +got):\n%s", name, diff)
		}
	}
}

// reordered is what jq -S makes of a document: keys sorted, so that configuration comes first, and indented.
func reordered(t *testing.T, doc []byte) []byte {
	t.Helper()
	var v any
	if err := json.Unmarshal(doc, &v); err != nil {
		t.Fatal(err)
	}
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// spelled spells an inventory for comparison.
func spelled(inv graph.Inventory) []string {
	var out []string
	var attrs func(indent string, a graph.Attrs)
	attrs = func(indent string, a graph.Attrs) {
		for name, attr := range a.All() {
			v, _ := attr.Value.Get()
			line := indent + name + " " + attr.Value.String()
			if attr.Value.Sensitive() {
				line += " sensitive"
			}
			if blocks, ok := v.([]graph.Attrs); ok {
				out = append(out, line)
				for _, b := range blocks {
					attrs(indent+"  ", b)
				}
				continue
			}
			switch x := v.(type) {
			case graph.Text:
				line += " " + x.String()
			case []graph.Text:
				for _, t := range x {
					line += " " + t.String()
				}
			case bool, int64:
				line += " " + stringOf(x)
			}
			out = append(out, line)
		}
	}
	for _, r := range inv.Resources {
		out = append(out, strings.Join([]string{
			r.Address, string(r.Kind), r.Provider, text(r.Name), text(r.ARN), text(r.Of),
			r.Partition.Or("-"), r.Account.Or("-"), r.Region.Or("-"), stringOf(r.Fragment), stringOf(r.Lookup),
		}, " "))
		attrs("  ", r.Attrs)
	}
	return out
}

func text(v graph.Value[graph.Text]) string { return v.String() + ":" + v.Or(graph.Text{}).String() }

func stringOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// TestFixturesLoad reads every plan and state that is bundled.
func TestFixturesLoad(t *testing.T) {
	t.Parallel()
	n := 0
	err := filepath.WalkDir("../../testdata/terraform", func(path string, _ os.DirEntry, err error) error {
		if base := filepath.Base(path); err != nil || !strings.HasSuffix(base, "plan.json") && base != "state.json" && base != "terraform.tfstate" {
			return err
		}
		n++
		p, s, err := Read(bytes.NewReader(mustRead(t, path)), Options{Name: path})
		switch {
		case err != nil:
			t.Errorf("%s: %v", path, err)
		case p != nil && len(p.After.Resources)+len(p.Before.Resources) == 0, s != nil && len(s.Inventory.Resources) == 0:
			t.Errorf("%s: nothing in it", path)
		}
		return nil
	})
	if err != nil || n < 10 {
		t.Errorf("%d fixtures: %v", n, err)
	}
}

// FuzzRead checks that no input makes a reader panic, hang, or quote the input in its error.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"format_version":"1.2","planned_values":{},"resource_changes":[{"address":"aws_sqs_queue.a","mode":"managed","type":"aws_sqs_queue","change":{"actions":["create"],"after":{"name":"a"},"after_unknown":{"arn":true}}}],"configuration":{"root_module":{"resources":[{"address":"aws_sqs_queue.a","mode":"managed","type":"aws_sqs_queue","expressions":{"name":{"references":["var.a"]}}}]}}}`))
	f.Add([]byte(`{"version":4,"resources":[{"module":"module.a[\"x\"]","mode":"managed","type":"aws_sns_topic","name":"t","provider":"provider[\"registry.terraform.io/hashicorp/aws\"].b","instances":[{"index_key":1,"attributes":{"arn":"arn:aws:sns:us-east-1:111122223333:t"},"sensitive_attributes":[[{"type":"get_attr","value":"name"}]]}]}]}`))
	f.Add([]byte(`{"format_version":"1.0","values":{"root_module":{"child_modules":[{"resources":[{"address":"x","mode":"data","type":"aws_caller_identity","values":{"account_id":"111122223333"}}]}]}}}`))
	f.Add([]byte("\xff\xfe{\x00}\x00"))
	f.Fuzz(func(t *testing.T, in []byte) {
		p, s, err := Read(bytes.NewReader(in), Options{Name: "x"})
		if (p == nil && s == nil) != (err != nil) {
			t.Fatalf("plan %v, state %v, error %v", p != nil, s != nil, err)
		}
		if err != nil && len(err.Error()) > 400 {
			t.Fatalf("error of %d bytes", len(err.Error()))
		}
		if s != nil {
			graph.Link(s.Inventory)
		}
		if p != nil {
			graph.Link(p.After)
			graph.Link(p.Before)
		}
	})
}
