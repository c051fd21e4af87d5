package sniff_test

import (
	"strings"
	"testing"

	"github.com/trailguard/trailguard/sources/sniff"
)

func TestOf(t *testing.T) {
	const arn = `"arn:aws:organizations::111111111111:root/o-exampleorg/r-ab12"`
	for name, c := range map[string]struct {
		src  string
		want sniff.Kind
	}{
		"a dump":                       {`{"UserDetailList": []}`, sniff.Authorization},
		"a dump of roles":              {`{"RoleDetailList": [{}], "Policies": []}`, sniff.Authorization},
		"pages of a dump":              {` [ {"IsTruncated": true, "GroupDetailList": []}]`, sniff.Authorization},
		"a dump of policies":           {`{"Policies": [{"Arn": "arn:aws:iam::111122223333:policy/p", "PolicyVersionList": []}]}`, sniff.Authorization},
		"policies of IAM":              {`{"Policies": [{"Arn": "arn:aws:iam::111122223333:policy/p"}]}`, sniff.Nothing},
		"an organization":              {`{"Organization": {"Arn": "arn:aws:organizations::111111111111:organization/o-exampleorg"}}`, sniff.Organization},
		"roots":                        {`{"Roots": [{"Arn": ` + arn + `}]}`, sniff.Organization},
		"policies of an organization":  {`{"Policies": [{"Arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"}]}`, sniff.Organization},
		"a policy of an organization":  {`{"Policy": {"PolicySummary": {"Arn": "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"}}}`, sniff.Organization},
		"targets of a policy":          {`[{"NextToken": "x", "Targets": [{"TargetId": "r-ab12", "Arn": ` + arn + `}]}]`, sniff.Organization},
		"targets of a rule":            {`{"Targets": [{"Id": "1", "Arn": "arn:aws:sqs:eu-west-1:111122223333:q"}]}`, sniff.Nothing},
		"children":                     {`{"Children": [{"Id": "111122223333", "Type": "ACCOUNT"}]}`, sniff.Organization},
		"children of something else":   {`{"Children": [{"Id": 1}]}`, sniff.Nothing},
		"parents":                      {`{"Parents": [{"Id": "r-ab12", "Type": "ROOT"}]}`, sniff.Organization},
		"an empty list":                {`{"Accounts": []}`, sniff.Nothing},
		"a plan":                       {`{"format_version": "1.2", "planned_values": {}}`, sniff.Plan},
		"a list of plans":              {`[{"planned_values": {}}]`, sniff.Nothing},
		"a state":                      {`{"version": 4, "lineage": "x"}`, sniff.State},
		"a template":                   {`{"Resources": {}}`, sniff.Template},
		"a template in YAML":           {"Resources:\n  A: {Type: AWS::SQS::Queue}\n", sniff.Template},
		"a list in YAML":               {"[a: b]", sniff.Nothing},
		"a manifest":                   {`{"version": "1", "artifacts": {}}`, sniff.Manifest},
		"JSON that is cut off":         {`{"Roots": [{"Arn": `, sniff.Nothing},
		"a list that is cut off":       {`[`, sniff.Nothing},
		"nothing":                      {"", sniff.Nothing},
		"something that is no text":    {"\x00\x01", sniff.Nothing},
		"a dump with a mark before it": {"\ufeff" + `{"UserDetailList": []}`, sniff.Authorization},
	} {
		got, err := sniff.Of(strings.NewReader(c.src))
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, c.want)
		}
	}
}

// FuzzOf finds out what anything is: it ends without an error.
func FuzzOf(f *testing.F) {
	for _, s := range []string{`{"Policies":[{}]}`, `[{"UserDetailList":[]}]`, "PK\x03\x04", "Resources:\n  A: {Type: AWS::SQS::Queue}\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if _, err := sniff.Of(strings.NewReader(src)); err != nil {
			t.Fatal(err)
		}
	})
}
