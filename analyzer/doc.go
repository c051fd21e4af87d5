// Package analyzer judges a delivery graph. [Analyze] is pure: graphs in, one [Report] out; no I/O, no
// clock, no environment. Rules are values in one list ([Rules]); a finding is a value, never an error.
package analyzer
