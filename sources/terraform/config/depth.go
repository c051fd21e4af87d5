package config

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Bounds of the form of a file. The parser of HCL calls itself for every level, and nothing can be done once a
// program runs out of stack.
const (
	maxDepth     = 500  // of brackets within one another
	maxOperators = 2000 // in a row, within one argument
)

// checkDepth refuses a file that is nested too deeply to be parsed.
func checkDepth(src []byte, name string, isJSON bool) error {
	if isJSON {
		return checkJSONDepth(src, name)
	}
	tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos)
	depth, row := 0, 0
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp:
			depth++
			row++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
			depth--
		case hclsyntax.TokenEqual, hclsyntax.TokenComma, hclsyntax.TokenStringLit:
			row = 0
		case hclsyntax.TokenIdent, hclsyntax.TokenNumberLit, hclsyntax.TokenQuotedLit, hclsyntax.TokenNewline, hclsyntax.TokenComment:
		default:
			row++
		}
		if depth > maxDepth || row > maxOperators {
			return &Error{place(t.Range), fmt.Sprintf("is nested more than %d levels deep", maxDepth)}
		}
	}
	return nil
}

func checkJSONDepth(src []byte, name string) error {
	depth, quoted := 0, false
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return &Error{name, fmt.Sprintf("is nested more than %d levels deep", maxDepth)}
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// place spells where a range begins.
func place(r hcl.Range) string {
	if r.Start.Line == 0 {
		return r.Filename
	}
	return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line)
}
