package template

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadParameters reads values of parameters in every form.
func TestReadParameters(t *testing.T) {
	type values = map[string]string
	for name, tt := range map[string]struct {
		src  string
		want values
	}{
		"of the AWS CLI":          {`[{"ParameterKey": "A", "ParameterValue": "x"}, {"ParameterKey": "B", "ParameterValue": ""}]`, values{"A": "x", "B": ""}},
		"with a previous value":   {`[{"ParameterKey": "A", "UsePreviousValue": true}, {"ParameterKey": "B", "ParameterValue": "x"}]`, values{"B": "x"}},
		"of CodePipeline":         {`{"Parameters": {"A": "x", "B": "y"}, "Tags": {"C": "z"}}`, values{"A": "x", "B": "y"}},
		"of the CLI, in YAML":     {"- ParameterKey: A\n  ParameterValue: x\n- {ParameterKey: B, ParameterValue: 007}\n", values{"A": "x", "B": "007"}},
		"of Rain":                 {"Parameters:\n  A: x\n  B: true\nTags: {C: z}\n", values{"A": "x", "B": "true"}},
		"a mapping":               {`{"A": "x", "B": 5, "C": true}`, values{"A": "x", "B": "5", "C": "true"}},
		"a mapping with lists":    {`{"A": ["x", "y"], "B": []}`, values{"A": "x,y", "B": ""}},
		"a mapping with Value":    {`{"A": {"Value": "x"}}`, values{"A": "x"}},
		"under Parameters a list": {`{"Parameters": [{"ParameterKey": "A", "ParameterValue": "x"}]}`, values{"A": "x"}},
		"a list of NAME=VALUE":    {`["A=x", "B=y=z", "C="]`, values{"A": "x", "B": "y=z", "C": ""}},

		"lines":               {"A=x\nB=y=z\n\n# a comment\nC=\n", values{"A": "x", "B": "y=z", "C": ""}},
		"lines with quotes":   {"A=\"x y\"\nB='z'\n", values{"A": "x y", "B": "z"}},
		"lines of Windows":    {"A=x\r\nB=y\r\n", values{"A": "x", "B": "y"}},
		"one line":            {"A=x", values{"A": "x"}},
		"words on one line":   {"A=x B=y", values{"A": "x", "B": "y"}},
		"a line with a colon": {"A=arn:aws:s3:::x\nB=https://x/y\n", values{"A": "arn:aws:s3:::x", "B": "https://x/y"}},
		"a line with a space": {"A=x y\nB=z\n", values{"A": "x y", "B": "z"}},
		"an account id":       {`{"A": 012345678901, "B": 1e3}`, values{"A": "012345678901", "B": "1e3"}},
		"nothing":             {`[]`, values{}},
		"no parameters":       {`{"Parameters": {}}`, values{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadParameters("p", []byte(tt.src))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	for name, tt := range map[string]struct{ src, want string }{
		"empty":                    {"", "p: it is empty"},
		"a word":                   {"word", "p:1: it holds no parameters"},
		"a number":                 {"5", "p:1: it holds no parameters"},
		"an object as a value":     {"{\n\"A\": {\"B\": \"hunter2\"}}", `p:2: the value of the parameter "A" is a mapping`},
		"null as a value":          {"{\"A\": null}", `p:1: the value of the parameter "A" is null`},
		"an element without a key": {`[{"Key": "hunter2"}]`, "p:1: an element has no ParameterKey"},
		"an element that is none":  {"- A=x\n- hunter2\n", "p:2: an element is no NAME=VALUE"},
		"broken":                   {`{"A": "hunter2`, "p:1: it is not valid JSON"},
		"broken YAML":              {"A: [hunter2\n", "p:"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadParameters("p", []byte(tt.src))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %v, want %q (%v)", err, tt.want, got)
			}
		})
	}
}
