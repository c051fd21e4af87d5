package main

import (
	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

func ruleDoc(r analyzer.Rule, form string) string     { return r.ID + " " + r.Title + "\n" }
func rulesDoc(rs []analyzer.Rule, form string) string { return rs[0].ID + "\n" }
func (s system) risks(g *graph.Graph, services []string, form string) error {
	return nil
}
