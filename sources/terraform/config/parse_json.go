package config

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
)

// labels is how many labels the blocks of a type have, which the JSON syntax does not tell.
//
//nolint:gochecknoglobals // a table
var labels = map[string]int{
	"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "locals": 0, "terraform": 0,
}

// parseJSON reads a file of the JSON syntax: https://developer.hashicorp.com/terraform/language/syntax/json
func parseJSON(src []byte, name string) ([]*topBlock, error) {
	attrs, err := jsonAttributes(src, name)
	if err != nil {
		return nil, err
	}
	var out []*topBlock
	for _, kind := range sortedKeys(attrs) {
		n, known := labels[kind]
		if !known {
			continue
		}
		a := attrs[kind]
		jsonBlocks(a.Expr, n, nil, a.NameRange, func(labels []string, header hcl.Range, body hcl.Expression) {
			out = append(out, &topBlock{
				Block:  Block{Type: kind, Labels: labels, Body: jsonBody(body, kind)},
				header: header, whole: hcl.RangeBetween(header, body.Range()),
			})
		})
	}
	return out, nil
}

// jsonBlocks descends through the labels of blocks; at each level there may be a list.
func jsonBlocks(e hcl.Expression, n int, labels []string, header hcl.Range, yield func([]string, hcl.Range, hcl.Expression)) {
	if list, diags := hcl.ExprList(e); !diags.HasErrors() {
		for _, item := range list {
			jsonBlocks(item, n, labels, header, yield)
		}
		return
	}
	if n == 0 {
		yield(labels, header, e)
		return
	}
	kvs, diags := hcl.ExprMap(e)
	if diags.HasErrors() {
		return
	}
	for _, kv := range kvs {
		key, _ := jsonString(kv.Key)
		jsonBlocks(kv.Value, n-1, append(slices.Clip(labels), key), kv.Key.Range(), yield)
	}
}

// jsonBody reads an object as a body. Nested blocks cannot be told from arguments, and need not be: their values
// have the same shape. Those of Terraform itself are told.
func jsonBody(e hcl.Expression, kind string) *Body {
	b := &Body{Attrs: map[string]*Attribute{}, Range: e.Range()}
	kvs, diags := hcl.ExprMap(e)
	if diags.HasErrors() {
		return b
	}
	for _, kv := range kvs {
		name, ok := jsonString(kv.Key)
		switch {
		case !ok || name == "//":
		case name == "dynamic" && (kind == "resource" || kind == "data" || kind == ""):
			jsonBlocks(kv.Value, 1, nil, kv.Key.Range(), func(labels []string, header hcl.Range, body hcl.Expression) {
				b.Blocks = append(b.Blocks, &Block{Type: name, Labels: labels, Body: jsonBody(body, "dynamic"), Range: header})
			})
		case name == "content" && kind == "dynamic", name == "required_providers" && kind == "terraform":
			jsonBlocks(kv.Value, 0, nil, kv.Key.Range(), func(_ []string, header hcl.Range, body hcl.Expression) {
				b.Blocks = append(b.Blocks, &Block{Type: name, Body: jsonBody(body, ""), Range: header})
			})
		default:
			b.Attrs[name] = &Attribute{Expr: rewrite(jsonExpression(kv.Value)), Range: hcl.RangeBetween(kv.Key.Range(), kv.Value.Range())}
		}
	}
	return b
}

func jsonString(e hcl.Expression) (string, bool) {
	v, diags := e.Value(nil)
	if diags.HasErrors() || v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return "", false
	}
	return v.AsString(), true
}

// jsonExpression converts an expression to the native syntax, in which it can be rewritten: strings are templates.
//
//nolint:ireturn // expressions are of many types
func jsonExpression(e hcl.Expression) hclsyntax.Expression {
	if list, diags := hcl.ExprList(e); !diags.HasErrors() {
		out := &hclsyntax.TupleConsExpr{SrcRange: e.Range(), OpenRange: e.StartRange()}
		for _, item := range list {
			out.Exprs = append(out.Exprs, jsonExpression(item))
		}
		return out
	}
	if kvs, diags := hcl.ExprMap(e); !diags.HasErrors() {
		out := &hclsyntax.ObjectConsExpr{SrcRange: e.Range(), OpenRange: e.StartRange()}
		for _, kv := range kvs {
			out.Items = append(out.Items, hclsyntax.ObjectConsItem{KeyExpr: jsonExpression(kv.Key), ValueExpr: jsonExpression(kv.Value)})
		}
		return out
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() {
		v = cty.DynamicVal
	}
	if v.IsKnown() && !v.IsNull() && v.Type() == cty.String {
		if checkDepth([]byte(v.AsString()), "", false) != nil {
			return &hclsyntax.LiteralValueExpr{Val: cty.DynamicVal, SrcRange: e.Range()}
		}
		start := e.Range().Start
		start.Column++
		start.Byte++
		t, diags := hclsyntax.ParseTemplate([]byte(v.AsString()), e.Range().Filename, start)
		if !diags.HasErrors() {
			return t
		}
		v = cty.DynamicVal
	}
	return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: e.Range()}
}

// jsonAttributes returns the members of the object that a JSON file is.
func jsonAttributes(src []byte, name string) (hcl.Attributes, error) {
	f, diags := json.Parse(src, name)
	if err := errorOf(diags); err != nil {
		return nil, err
	}
	attrs, diags := f.Body.JustAttributes()
	if err := errorOf(diags); err != nil {
		return nil, err
	}
	return attrs, nil
}
