package analyzer

import (
	"fmt"
	"strings"
)

// Severity ranks findings by what an attacker gains. The zero Severity is None.
type Severity uint8

// The severities, in ascending order.
const (
	None Severity = iota
	Low
	Medium
	High
	Critical
)

//nolint:gochecknoglobals // a table
var severityNames = [...]string{None: "none", Low: "low", Medium: "medium", High: "high", Critical: "critical"}

// String returns the severity in lower case.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return "none"
}

// MarshalText spells the severity as String does.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ParseSeverity reads a severity by its name, in any case.
func ParseSeverity(s string) (Severity, error) {
	for i, name := range severityNames {
		if strings.EqualFold(s, name) {
			return Severity(i), nil
		}
	}
	return None, fmt.Errorf("severity %q is none of %s", s, strings.Join(severityNames[:], ", "))
}

// Verdict is the outcome of one check on one node or hop.
type Verdict string

// The verdicts.
const (
	Violated     Verdict = "violated"
	Held         Verdict = "held"
	Undetermined Verdict = "undetermined"
)
