package graph

import (
	"fmt"
	"strings"
	"testing"
)

// spell prints a policy in one line, for tables.
func spell(p Policy) string {
	var out []string
	for _, s := range p.Statements {
		effect := "deny"
		if s.Allow {
			effect = "allow"
		}
		line := effect
		for _, part := range []struct {
			name string
			list any
		}{{"sid", s.Sid}, {"principals", s.Principals}, {"not-principals", s.NotPrincipals}, {"actions", s.Actions}, {"not-actions", s.NotActions}, {"resources", s.Resources}, {"not-resources", s.NotResources}, {"conditions", s.Conditions}} {
			if v := fmt.Sprint(part.list); v != "[]" && v != "" {
				line += " " + part.name + "=" + v
			}
		}
		out = append(out, line)
	}
	return strings.Join(out, "; ")
}

func TestParsePolicy(t *testing.T) {
	tests := map[string]struct {
		in   Text
		want string // "": an error
	}{
		"lists": {
			lit(`{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":["1","2"],"Service":"s3.amazonaws.com"},"Action":["a:b","a:c"],"Resource":["x"]},{"Effect":"Deny","NotPrincipal":"*","NotAction":"a:*","NotResource":"y"}]}`),
			"allow sid=a principals=[{AWS 1} {AWS 2} {Service s3.amazonaws.com}] actions=[a:b a:c] resources=[x]; deny not-principals=[{* *}] not-actions=[a:*] not-resources=[y]",
		},
		"one statement":   {lit(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`), "allow actions=[*] resources=[*]"},
		"everyone":        {lit(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}}`), "allow principals=[{* *}] actions=[*]"},
		"names in lower":  {lit(`{"statement":{"effect":"Allow","action":"*"}}`), "allow actions=[*]"},
		"number, bool":    {lit(`{"Statement":{"Effect":"Allow","Principal":{"AWS":123456789012},"Action":"*","Condition":{"Bool":{"k":true,"j":["false"]}}}}`), "allow principals=[{AWS 123456789012}] actions=[*] conditions=[{Bool j [false]} {Bool k [true]}]"},
		"unknown members": {lit(`{"Statement":{"Effect":"Allow","Comment":{"a":[1]},"Action":"*"}}`), "allow actions=[*]"},
		"references": {
			Join(lit(`{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":["`), ra(), lit(`","`), ra(), lit(`/*"],"Condition":{"ArnLike":{"aws:SourceArn":"`), rb(), lit(`"}}}}`)),
			"allow actions=[sqs:*] resources=[${aws_sqs_queue.a.arn} ${aws_sqs_queue.a.arn}/*] conditions=[{ArnLike aws:SourceArn [${var.b}]}]",
		},
		"reference as a key":      {Join(lit(`{"Statement":{"Effect":"Allow","Action":"*","Principal":{"`), rb(), lit(`":"x"},"Condition":{"`), rb(), lit(`":{"`), rb(), lit(`":"1"}}}}`)), "allow principals=[{${var.b} x}] actions=[*] conditions=[{${var.b} ${var.b} [1]}]"},
		"escapes":                 {lit(`{"Statement":{"Effect":"Allow","Action":"a\u003ab"}}`), "allow actions=[a:b]"},
		"no statements":           {lit(`{"Statement":[]}`), "-"},
		"tokens in the document":  {Join(lit("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"\uE0F01\uE0F1"), ra(), lit(`"}}`)), "allow actions=[\uFFFD1\uFFFD${aws_sqs_queue.a.arn}]"},
		"escaped tokens":          {Join(lit(`{"Statement":{"Effect":"Allow","Action":"\ue0f0-1\uE0f1`), ra(), lit(`"}}`)), "allow actions=[\uFFFD-1\uFFFD${aws_sqs_queue.a.arn}]"},
		"hole as an element":      {Join(lit(`{"Statement":{"Effect":"Allow","Principal":{"AWS":["1",`), Hole(ReasonAfterApply), lit(`]},"Action":[`), Hole(ReasonAfterApply), lit(`,"a:\"b"],"Resource":`), Hole(ReasonAfterApply), lit(`}}`)), "allow principals=[{AWS 1} {AWS ${?}}] actions=[${?} a:\"b] resources=[${?}]"},
		"hole as a statement":     {Join(lit(`{"Statement":[`), Hole(ReasonAfterApply), lit(`,{"Effect":"Allow","Action":"a:b"}]}`)), "allow actions=[a:b]"},
		"hole as all principals":  {Join(lit(`{"Statement":{"Effect":"Allow","Action":"a:b","Principal":`), Hole(ReasonAfterApply), lit(`}}`)), ""},
		"hole as an effect":       {Join(lit(`{"Statement":{"Action":"a:b","Effect":`), Hole(ReasonAfterApply), lit(`}}`)), ""},
		"not JSON":                {lit(`secret`), ""},
		"more than one document":  {lit(`{"Statement":{"Effect":"Allow","Action":"secret"}} {}`), ""},
		"truncated":               {lit(`{"Statement":[{"Effect":"secret`), ""},
		"empty":                   {Text{}, ""},
		"no statement":            {lit(`{"secret":1}`), ""},
		"null statement":          {lit(`{"Statement":null}`), ""},
		"statement of a string":   {lit(`{"Statement":"secret"}`), ""},
		"no effect":               {lit(`{"Statement":{"Action":"secret"}}`), ""},
		"effect that is unknown":  {Join(lit(`{"Statement":{"Effect":"`), rb(), lit(`","Action":"secret"}}`)), ""},
		"principal of a list":     {lit(`{"Statement":{"Effect":"Allow","Principal":["secret"]}}`), ""},
		"resource of an object":   {lit(`{"Statement":{"Effect":"Allow","Resource":{"secret":1}}}`), ""},
		"resource null":           {lit(`{"Statement":{"Effect":"Allow","Resource":[null]}}`), ""},
		"condition of a string":   {lit(`{"Statement":{"Effect":"Allow","Condition":"secret"}}`), ""},
		"a reference in the open": {Join(lit(`{"Statement":`), ra(), lit(`}`)), ""},
		"a hole":                  {hole(), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := ParsePolicy(tt.in)
			switch {
			case tt.want == "" && err == nil:
				t.Fatalf("read %s", spell(p))
			case tt.want == "":
				if strings.Contains(err.Error(), "secret") {
					t.Errorf("the error quotes the text: %v", err)
				}
				return
			case err != nil:
				t.Fatal(err)
			}
			if got := spell(p); got != tt.want && (got != "" || tt.want != "-") {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestPolicyAttribute(t *testing.T) {
	doc := `{"Statement":{"Effect":"Allow","Action":"*"}}`
	tests := map[string]struct {
		attr   any
		state  State
		reason Reason
	}{
		"known":     {doc, Known, ""},
		"empty":     {"", Absent, ""},
		"absent":    {AbsentOf[any](), Absent, ""},
		"unknown":   {ReasonAfterApply, Unknown, ReasonAfterApply},
		"malformed": {"x", Unknown, ReasonMalformed},
		"one part":  {Hole(ReasonUnsupported), Unknown, ReasonUnsupported},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if v := attrsOf("policy", tt.attr).Policy("policy"); v.State() != tt.state || v.Reason() != tt.reason {
				t.Errorf("%v, %q", v.State(), v.Reason())
			}
		})
	}
}

func FuzzParsePolicy(f *testing.F) {
	for _, s := range []string{`{"Statement":[{"Effect":"Allow","Principal":{"AWS":"@"},"Action":"s3:*","Resource":["@/*"],"Condition":{"StringEquals":{"@":"@"}}}]}`, `{"Statement":`, `@`, "\uE0F01\uE0F1@", `{"Statement":{"Effect":"Allow","Action":"\ue0f0-1\ue0f1@"}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var pieces []Text
		for i, literal := range strings.Split(s, "@") {
			if i > 0 {
				pieces = append(pieces, ra())
			}
			pieces = append(pieces, Literal(literal))
		}
		p, err := ParsePolicy(Join(pieces...))
		if err != nil {
			if err.Error() != errNotPolicy.Error() {
				t.Fatalf("the error says more than it may: %v", err)
			}
			return
		}
		for _, st := range p.Statements {
			for _, list := range [][]Text{st.Actions, st.NotActions, st.Resources, st.NotResources} {
				for _, text := range list {
					for _, ref := range text.Refs() {
						if ref != refA {
							t.Fatalf("a reference that the text has not: %v", ref)
						}
					}
				}
			}
		}
	})
}
