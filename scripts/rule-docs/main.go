// Command rule-docs writes docs/rules, a page for every rule and a table of all, out of the rules themselves.
// With -check it writes nothing and fails where a page is not what it would write. Run it at the root of the module.
package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/render"
	"github.com/trailguard/trailguard/scripts/docpages"
)

func main() {
	if err := docpages.Run("rule-docs", "docs/rules", os.Args[1:], generate); err != nil {
		fmt.Fprintln(os.Stderr, "rule-docs:", err)
		os.Exit(1)
	}
}

// generate returns the pages by name.
func generate() (map[string][]byte, error) {
	all := map[string][]byte{}
	rules := analyzer.Rules()
	for _, r := range rules {
		var b bytes.Buffer
		if err := render.RuleMarkdown(&b, r); err != nil {
			return nil, err
		}
		all[r.ID+".md"] = b.Bytes()
	}
	var b bytes.Buffer
	if err := render.RulesMarkdown(&b, rules); err != nil {
		return nil, err
	}
	all["README.md"] = b.Bytes()
	return all, nil
}
