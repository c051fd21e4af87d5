package funcs

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/trailguard/trailguard/sources/token"
)

// matching bounds the work of a function of a pattern and a string, regex or regexall.
func matching(f function.Function) maker {
	return func(l *library) function.Function {
		return function.New(&function.Spec{
			Params: f.Params(),
			Type: func(args []cty.Value) (cty.Type, error) {
				if args[0].IsKnown() && len(args[0].AsString()) > maxPattern {
					return cty.NilType, l.tooLarge("the pattern")
				}
				return typeOf(f, args)
			},
			RefineResult: notNull,
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				if err := l.steps(args[0].AsString(), args[1].AsString()); err != nil {
					return cty.NilVal, err
				}
				return apply(f, args...)
			},
		})
	}
}

// steps checks that matching a string takes few steps enough: a pattern that is repeated has as many instructions.
func (l *library) steps(pattern, s string) error {
	if len(pattern) > maxPattern {
		return l.tooLarge("the pattern")
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return fmt.Errorf("invalid regular expression: %w", err)
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return fmt.Errorf("invalid regular expression: %w", err)
	}
	if len(program.Inst)*(len(s)+1) > maxSteps {
		return l.tooLarge("the text for this pattern")
	}
	if len(s) < 1<<12 {
		return nil
	}
	// Every match may look at all of the rest before it settles for less.
	re, err := regexp.Compile(pattern)
	if err != nil {
		return fmt.Errorf("invalid regular expression: %w", err)
	}
	most := 2*maxSteps/(len(program.Inst)*len(s)) + 1
	if len(re.FindAllStringIndex(s, most)) == most {
		return l.tooLarge("the text for this pattern")
	}
	return nil
}

// expression returns the regular expression that replace is to search for, if it is one.
func expression(search string) (string, bool) {
	if len(search) > 1 && strings.HasPrefix(search, "/") && strings.HasSuffix(search, "/") {
		return search[1 : len(search)-1], true
	}
	return "", false
}

// replace replaces a string, or a regular expression between slashes.
func replace(l *library, s []string) (cty.Value, error) {
	text, search, by := s[0], s[1], s[2]
	pattern, isPattern := expression(search)
	switch {
	case !l.canReplace(text, search, by, isPattern):
		l.doubts++ // a pattern may be none
		return cty.StringVal(l.env.Tokens.Opaque(s...)), nil
	case !isPattern:
		if strings.Count(text, search)*len(by)+len(text) > maxSize {
			return cty.NilVal, l.tooLarge("the result")
		}
		return cty.StringVal(strings.ReplaceAll(text, search, by)), nil
	}
	if err := l.steps(pattern, text); err != nil {
		return cty.NilVal, argumentError(1, "%w", err)
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return cty.NilVal, argumentError(1, "%w", err)
	}
	// Each $ of the template stands for a part of the text at most.
	if n := len(text) + 1; (len(by)+strings.Count(by, "$")*n)*n > maxSize*16 &&
		(len(by)+strings.Count(by, "$"))*(len(re.FindAllStringIndex(text, -1))+1)*2+n > maxSize {
		return cty.NilVal, l.tooLarge("the result")
	}
	return cty.StringVal(re.ReplaceAllString(text, by)), nil
}

// canReplace says that no token has a say in what is found, nor in what a template of replacement means.
func (l *library) canReplace(text, search, by string, isPattern bool) bool {
	switch {
	case token.Has(search):
		return false
	case token.Has(text) && search == by && !isPattern:
		return true
	case token.Has(text):
		return !isPattern && control(search) && l.allNamed(text)
	}
	return !token.Has(by) || !isPattern
}
