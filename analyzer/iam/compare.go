package iam

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// equals compares strings without wildcards.
func equals(how spelling) func(s scope, value, pattern graph.Text) answer {
	return func(s scope, value, pattern graph.Text) answer {
		v, known := value.Literal()
		p, wholly := pattern.Literal()
		if known && wholly && how == 0 && !strings.Contains(p, "${") {
			return answer{tri: graph.TriOf(v == p)}
		}
		want, unset := s.expand(pattern, how)
		return settle(unset, func() graph.Tri { return match(spell(value, how), want) })
	}
}

// like compares strings with wildcards, which take up every character.
func like(s scope, value, pattern graph.Text) answer {
	want, unset := s.expand(pattern, wild)
	return settle(unset, func() graph.Tri { return match(spell(value, 0), want) })
}

func arnLike(s scope, value, pattern graph.Text) answer {
	want, unset := s.expand(pattern, wild)
	return settle(unset, func() graph.Tri { return matchARN(spell(value, 0), want) })
}

// settle compares unless a variable of the pattern has no value for certain.
func settle(unset graph.Tri, compare func() graph.Tri) answer {
	if unset == graph.Yes {
		return answer{unset: true}
	}
	return answer{tri: compare(), unset: unset == graph.Maybe}
}

// typed compares values of a type other than string. What is not known, or not of the type, may match: AWS does
// not document the latter. Policy variables are for strings and ARNs; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-wheretouse.
func typed(compare func(value, pattern string) graph.Tri) func(s scope, value, pattern graph.Text) answer {
	return func(_ scope, value, pattern graph.Text) answer {
		v, known := value.Literal()
		p, wholly := pattern.Literal()
		if !known || !wholly {
			return answer{tri: graph.Maybe}
		}
		return answer{tri: compare(v, p)}
	}
}

func numeric(holds func(int) bool) func(s scope, value, pattern graph.Text) answer {
	return typed(func(value, pattern string) graph.Tri {
		v, okV := number(value)
		p, okP := number(pattern)
		if !okV || !okP {
			return graph.Maybe
		}
		return graph.TriOf(holds(v.Cmp(p)))
	})
}

// number reads a decimal number; those of absurd length are not worth the work.
func number(s string) (*big.Rat, bool) {
	if _, exponent, ok := strings.Cut(strings.ToLower(s), "e"); ok && len(exponent) > 3 {
		return nil, false // no such number is meant
	}
	if len(s) > 64 || strings.ContainsAny(s, "/_xXbBoOpP") {
		return nil, false
	}
	if _, err := strconv.ParseFloat(s, 64); err != nil {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

func date(holds func(int) bool) func(s scope, value, pattern graph.Text) answer {
	return typed(func(value, pattern string) graph.Tri {
		v, okV := instant(value)
		p, okP := instant(pattern)
		if !okV || !okP {
			return graph.Maybe
		}
		return graph.TriOf(holds(v.Compare(p)))
	})
}

// instant reads a date in a W3C profile of ISO 8601, or in seconds since 1970.
func instant(s string) (time.Time, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && len(s) > 4 {
		return time.Unix(n, 0).UTC(), true
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

func boolean(s scope, value, pattern graph.Text) answer {
	return typed(func(value, pattern string) graph.Tri {
		for _, word := range []string{value, pattern} {
			if !strings.EqualFold(word, "true") && !strings.EqualFold(word, "false") {
				return graph.Maybe
			}
		}
		return graph.TriOf(strings.EqualFold(value, pattern))
	})(s, value, pattern)
}

func binary(s scope, value, pattern graph.Text) answer {
	return typed(func(value, pattern string) graph.Tri {
		v, errV := base64.StdEncoding.DecodeString(value)
		p, errP := base64.StdEncoding.DecodeString(pattern)
		if errV != nil || errP != nil {
			return graph.Maybe
		}
		return graph.TriOf(bytes.Equal(v, p))
	})(s, value, pattern)
}

func address(s scope, value, pattern graph.Text) answer {
	return typed(func(value, pattern string) graph.Tri {
		v, err := netip.ParseAddr(value)
		p, ok := prefix(pattern)
		if err != nil || !ok {
			return graph.Maybe
		}
		return graph.TriOf(p.Contains(v))
	})(s, value, pattern)
}

// prefix reads a range of addresses, or one address.
func prefix(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err == nil
}
