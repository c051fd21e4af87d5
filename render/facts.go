package render

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// The getters of this file return false for values that are not known, and for sensitive ones.

func flagOf(a graph.Attrs, name string) (on, known bool) {
	v := a.Bool(name)
	on, known = v.Get()
	return on, known && !v.Sensitive()
}

func intOf(a graph.Attrs, name string) (int64, bool) {
	v := a.Int(name)
	n, known := v.Get()
	return n, known && !v.Sensitive()
}

func wordOf(a graph.Attrs, name string) (string, bool) {
	v := a.Text(name)
	t, known := v.Get()
	s, literal := t.Literal()
	return s, known && literal && !v.Sensitive()
}

// unsure says that an attribute is there but could not be read; one that no input speaks of is not.
func unsure(a graph.Attrs, name string) bool {
	v := a.Text(name)
	attr, ok := a[name]
	if !ok || attr.Value.State() == graph.Absent {
		return false
	}
	if attr.Value.State() == graph.Unknown {
		return attr.Value.Reason() != graph.ReasonNotInInput
	}
	t, isText := v.Get()
	return isText && !t.IsLiteral()
}

// headFacts are what the first line of a chain says of its trail.
func headFacts(n *graph.Node) []string {
	var out []string
	add := func(s string) { out = append(out, s) }
	a := n.Attrs
	if on, ok := flagOf(a, "organization"); ok && on {
		add("organization")
	}
	all, ok := flagOf(a, "multi_region")
	region, hasRegion := shownString(n.Region)
	switch {
	case ok && all:
		add("all regions")
	case ok && hasRegion:
		add(region + " only")
	case ok:
		add("one region")
	case unsure(a, "multi_region"):
		add("regions ?")
	}
	if on, ok := flagOf(a, "validation"); ok {
		add(map[bool]string{true: "validated", false: "not validated"}[on])
	} else if unsure(a, "validation") {
		add("validation ?")
	}
	if on, ok := flagOf(a, "logging"); ok && !on {
		add("NOT LOGGING")
	} else if unsure(a, "logging") {
		add("logging ?")
	}
	if on, ok := flagOf(a, "suspended"); ok && on {
		add("SUSPENDED")
	}
	if on, ok := flagOf(a, "termination_protection"); ok && on {
		add("termination protection")
	}
	return append(out, facts(n)...)
}

// facts are what protects a node, as far as it is worth a glance. What is missing is for the findings.
func facts(n *graph.Node) []string {
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	a := n.Attrs
	switch n.Kind {
	case graph.KindBucket:
		add(lockFact(a))
		add(versionFact(a))
		add(keyFact(a, "encryption.kms_key"))
		if on, ok := flagOf(a, "versioning.mfa_delete"); ok && on {
			add("MFA delete")
		}
	case graph.KindQueue:
		if s, ok := intOf(a, "retention_seconds"); ok && n.Declared() {
			add("kept " + span(s))
		}
		if m, ok := intOf(a, "max_receives"); ok {
			add("dead after " + count(int(m), "receive"))
		}
	case graph.KindStream:
		if h, ok := intOf(a, "retention_hours"); ok && n.Declared() {
			add("kept " + span(h*3600))
		}
	case graph.KindFirehose:
		add(keyFact(a, "sse.key"))
	case graph.KindFunction:
		if c, ok := intOf(a, "reserved_concurrency"); ok && c >= 0 {
			add("concurrency " + strconv.FormatInt(c, 10))
		}
	case graph.KindLogGroup, graph.KindEventStore, "events.archive":
		if d, ok := intOf(a, "retention_days"); ok && d == 0 {
			add("kept for ever")
		} else if ok {
			add("kept " + span(d*86400))
		}
	case graph.KindRule:
		if s, ok := wordOf(a, "state"); ok && s == "DISABLED" {
			add("disabled")
		}
	case graph.KindAlarm:
		if on, ok := flagOf(a, "actions_enabled"); ok && !on {
			add("actions off")
		}
	}
	add(keyFact(a, "kms_key"))
	return out
}

func lockFact(a graph.Attrs) string {
	on, ok := flagOf(a, "object_lock.enabled")
	if !ok && unsure(a, "object_lock.enabled") {
		return "object lock ?"
	}
	if !on {
		return ""
	}
	mode, ok := wordOf(a, "object_lock.mode")
	if !ok {
		if unsure(a, "object_lock.mode") {
			return "object lock, mode ?"
		}
		return "object lock without default"
	}
	out := "object lock " + strings.ToLower(mode)
	if d, ok := intOf(a, "object_lock.days"); ok && d > 0 {
		return out + " " + span(d*86400)
	}
	if y, ok := intOf(a, "object_lock.years"); ok && y > 0 {
		return out + " " + strconv.FormatInt(y, 10) + " y"
	}
	return out
}

func versionFact(a graph.Attrs) string {
	s, ok := wordOf(a, "versioning.status")
	switch {
	case ok && s == "Enabled":
		return "versioned"
	case !ok && unsure(a, "versioning.status"):
		return "versioning ?"
	}
	return ""
}

// keyFact says that a key of the customer's encrypts: one that AWS manages guards nothing.
func keyFact(a graph.Attrs, name string) string {
	t, known := a.Text(name).Get()
	if !known || t.IsEmpty() || strings.Contains(t.String(), "alias/aws/") {
		return ""
	}
	return "CMK"
}

// hopFacts are what of the events a hop takes, and whether it is ready to.
func hopFacts(v *view, e *graph.Edge) []string {
	var out []string
	if note := flowNote(e); note != "" {
		out = append(out, note)
	}
	if on, ok := flagOf(e.Attrs, "pending"); ok && on {
		out = append(out, "unconfirmed")
	}
	prefix, suffix := e.Attrs.Text("prefix"), e.Attrs.Text("suffix")
	if from := v.node(e.From); e.Kind.ID == "trail_s3" && from != nil {
		prefix = from.Attrs.Text("s3_key_prefix")
	}
	if s, ok := shownText(prefix); ok && s != "" {
		out = append(out, "prefix "+clip(s, 60))
	}
	if s, ok := shownText(suffix); ok && s != "" {
		out = append(out, "suffix "+clip(s, 60))
	}
	for _, name := range []string{"filter_policy", "filter_pattern"} {
		if s, ok := shownText(e.Attrs.Text(name)); ok && s != "" {
			out = append(out, "filtered")
		}
	}
	if to := v.node(e.To); to != nil {
		out = append(out, v.crossing(v.node(e.From), to)...)
	}
	return out
}

// unmet finds conditions in what is said of a hop that may not be there.
var unmet = regexp.MustCompile(`the condition (\S+) (holds|does not hold)`)

// onlyIf says in short on which conditions a hop is there.
func onlyIf(e *graph.Edge) string {
	rest, ok := strings.CutPrefix(e.When, "only if ")
	if !ok {
		return ""
	}
	return clip("if "+unmet.ReplaceAllStringFunc(rest, func(s string) string {
		m := unmet.FindStringSubmatch(s)
		if m[2] == "holds" {
			return m[1]
		}
		return "not " + m[1]
	}), 80)
}

// crossing names the account and region of a node where they are not those of the node before it.
func (v *view) crossing(from, to *graph.Node) []string {
	var out []string
	differs := func(a, b graph.Value[string]) (string, bool) {
		x, okX := a.Get()
		y, okY := b.Get()
		s, _ := shownString(b)
		return s, okY && (!okX || x != y)
	}
	if from == nil {
		return nil
	}
	if s, ok := differs(from.Account, to.Account); ok && from.Account.State() == graph.Known {
		out = append(out, "account "+s)
	} else if ok && to.External {
		out = append(out, "account "+s)
	}
	if s, ok := differs(from.Region, to.Region); ok && from.Region.State() == graph.Known {
		out = append(out, s)
	}
	return out
}

// span spells seconds in the largest unit that says them whole.
func span(seconds int64) string {
	for _, u := range []struct {
		size int64
		name string
	}{{86400, "d"}, {3600, "h"}, {60, "min"}} {
		if seconds >= u.size && seconds%u.size == 0 {
			return strconv.FormatInt(seconds/u.size, 10) + " " + u.name
		}
	}
	return strconv.FormatInt(seconds, 10) + " s"
}
