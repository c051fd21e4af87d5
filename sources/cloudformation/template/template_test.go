package template

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dump prints a node with positions: kind, text, line:column.
func dump(n *Node) string {
	if n == nil {
		return "nothing"
	}
	tag := ""
	if n.Tag != "" {
		tag = "!" + n.Tag + " "
	}
	at := fmt.Sprintf("@%d:%d", n.Pos.Line, n.Pos.Column)
	switch n.Kind {
	case List:
		items := make([]string, len(n.Items))
		for i, it := range n.Items {
			items[i] = dump(it)
		}
		return tag + "[" + strings.Join(items, " ") + "]" + at
	case Map:
		members := make([]string, len(n.Members))
		for i, m := range n.Members {
			members[i] = m.Key + ": " + dump(m.Value)
		}
		return tag + "{" + strings.Join(members, ", ") + "}" + at
	case String:
		return tag + fmt.Sprintf("%q", n.Text) + at
	case Null:
		return tag + "null" + at
	case Bool, Number:
	}
	return tag + n.Text + at
}

// TestRead reads values of both languages.
func TestRead(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		// JSON
		{`{"a": 1}`, `{a: 1@1:7}@1:1`},
		{`{"a": 1.50, "b": 1e3, "c": -0}`, `{a: 1.50@1:7, b: 1e3@1:18, c: -0@1:28}@1:1`},
		{`{"a": "1", "b": true, "c": null}`, `{a: "1"@1:7, b: true@1:17, c: null@1:28}@1:1`},
		{"{\n\t\"a\" :\n [ 1 ,\n\"x\"]}", `{a: [1@3:4 "x"@4:1]@3:2}@1:1`},
		{`{"é": "ü", "b": 1}`, `{é: "ü"@1:7, b: 1@1:17}@1:1`},
		{`{"a": "\u0041\/\n"}`, `{a: "A/\n"@1:7}@1:1`},
		{`[]`, `[]@1:1`},
		{`{"a": {}}`, `{a: {}@1:7}@1:1`},
		{"\xef\xbb\xbf{\"a\": 1}", `{a: 1@1:7}@1:1`},
		{"{\"a\": \"\xff\"}", "{a: \"\ufffd\"@1:7}@1:1"},
		// YAML, and flow mappings of it that look like JSON
		{`{a: 1}`, `{a: 1@1:5}@1:1`},
		{`{"a": !Ref b}`, `{a: {Ref: "b"@1:7}@1:7}@1:1`},
		{"a: 1\nb: '1'\nc: \"x\"\n", `{a: 1@1:4, b: "1"@2:4, c: "x"@3:4}@1:1`},
		{"a: yes\nb: No\nc: ON\nd: 'yes'\ne: y\nf: True", `{a: true@1:4, b: false@2:4, c: true@3:4, d: "yes"@4:4, e: "y"@5:4, f: true@6:4}@1:1`},
		{"a: ~\nb: null\nc:\nd: ''", `{a: null@1:4, b: null@2:4, c: null@3:3, d: ""@4:4}@1:1`},
		{"a: 007\nb: 1_000\nc: 0x1f\nd: 1.0\ne: 2012-10-17\nf: 1:30", `{a: 007@1:4, b: 1_000@2:4, c: 0x1f@3:4, d: 1.0@4:4, e: "2012-10-17"@5:4, f: "1:30"@6:4}@1:1`},
		{"a: |\n  x\n  y\nb: >-\n  x\n  y\n", `{a: "x\ny\n"@1:4, b: "x y"@4:4}@1:1`},
		{"- a\n- - b\n", `["a"@1:3 ["b"@2:5]@2:3]@1:1`},
		{"a: !Sub x\nb: !GetAtt A.B\nc: !If [x, y, z]", `{a: {Fn::Sub: "x"@1:4}@1:4, b: {Fn::GetAtt: "A.B"@2:4}@2:4, c: {Fn::If: ["x"@3:9 "y"@3:12 "z"@3:15]@3:4}@3:4}@1:1`},
		{"a: !Ref 5\nb: !Ref true\nc: !Equals [yes, 1]", `{a: {Ref: "5"@1:4}@1:4, b: {Ref: "true"@2:4}@2:4, c: {Fn::Equals: [true@3:13 1@3:18]@3:4}@3:4}@1:1`},
		{"a: !Rain::S3Http x\nb: !Custom {c: d}\nc: !!str 5", `{a: !Rain::S3Http "x"@1:4, b: !Custom {c: "d"@2:16}@2:4, c: "5"@3:4}@1:1`},
		{"a: &x {b: 1}\nc: *x", `{a: {b: 1@1:11}@1:4, c: {b: 1@1:11}@1:4}@1:1`},
		{"a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3", `{a: {b: 1@1:11, c: 2@1:17}@1:4, d: {b: 3@4:6, c: 2@1:17}@3:3}@1:1`},
		{"a: &x {b: 1}\ny: &y {c: 2}\nd:\n  <<: [*x, *y]", `{a: {b: 1@1:11}@1:4, y: {c: 2@2:11}@2:4, d: {b: 1@1:11, c: 2@2:11}@4:3}@1:1`},
		{"\"a\\/b\": \"x\\/y\"", `{a/b: "x/y"@1:8}@1:1`},
		{"ü: größe # trailguard\nb: x", `{ü: "größe"@1:4, b: "x"@2:4}@1:1`},
		{"---\na: b\n...\n", `{a: "b"@2:4}@2:1`},
		{"%YAML 1.1\n---\na: b\n", `{a: "b"@3:4}@3:1`},
		{"a: b\r\nc: d\r\n", `{a: "b"@1:4, c: "d"@2:4}@1:1`},
		{"2012-10-17: a\n1: b\ntrue: c", `{2012-10-17: "a"@1:13, 1: "b"@2:4, true: "c"@3:7}@1:1`},
	} {
		d, err := Read("f", []byte(tt.src))
		if err != nil {
			t.Errorf("%q: %v", tt.src, err)
			continue
		}
		if got := dump(d.Root); got != tt.want {
			t.Errorf("%q\n got %s\nwant %s", tt.src, got, tt.want)
		}
		if len(d.Problems) > 0 {
			t.Errorf("%q: %v", tt.src, d.Problems)
		}
	}
}

// TestPrivateRunes reads what could pass for what evaluation puts into strings.
func TestPrivateRunes(t *testing.T) {
	for _, src := range []string{"a: \"\ue0f20\ue0f3\"", "{\"a\": \"\ue0f20\ue0f3\"}"} {
		d, err := Read("f", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		if s := d.Root.Get("a").Text; s != "\ufffd0\ufffd" {
			t.Errorf("%q is %q", src, s)
		}
	}

	for _, src := range []string{`{"a": "\ue0f20\ue0f3"}`, `a: "\ue0f20\ue0f3"`} {
		d, err := Read("f", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		if s := d.Root.Get("a").Text; strings.ContainsAny(s, "\ue0f2\ue0f3") {
			t.Errorf("%s is %q, which evaluation takes for a token of its own", src, s)
		}
	}
}

// TestLastLines checks the lines that ignores cover.
func TestLastLines(t *testing.T) {
	d, err := Read("f", []byte("a:\n  b: |\n    x\n    y\n  c: [1,\n    2]\nd: e\nf: >\n  x\n  y\n"))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]int{"a": 6, "d": 7, "f": 10} {
		if got := d.Root.Get(key).Last; got != want {
			t.Errorf("%s ends in line %d, want %d", key, got, want)
		}
	}
	j, err := Read("f", []byte("{\n\"a\": {\n\"b\": [\n1\n]\n},\n\"c\": 1}"))
	if err != nil {
		t.Fatal(err)
	}
	if a, root := j.Root.Get("a").Last, j.Root.Last; a != 6 || root != 7 {
		t.Errorf("of JSON: %d and %d", a, root)
	}
}

// TestComments finds the comments of the tool, and nothing that only looks like one.
func TestComments(t *testing.T) {
	src := "# trailguard:ignore A\na: b # trailguard:ignore B\nc: \"# trailguard:ignore no\"\nd: |\n  # trailguard:ignore no\n  x\n##  TrailGuard:ignore C\ne: [f] # nothing\n# about trailguard:ignore no\n"
	d, err := Read("f", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range d.Comments {
		got = append(got, fmt.Sprintf("%s %s alone %t", c.Pos, c.Text, c.Alone))
	}
	want := []string{
		"f:1 trailguard:ignore A alone true", "f:2 trailguard:ignore B alone false", "f:7 TrailGuard:ignore C alone true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("comments (-want +got):\n%s", diff)
	}
}

// TestTemplate reads the anatomy of a template.
func TestTemplate(t *testing.T) {
	d, err := Read("f", []byte(`
AWSTemplateFormatVersion: "2010-09-09"
Transform: [AWS::LanguageExtensions, {Name: AWS::Include, Parameters: {Location: x}}]
Parameters:
  A: {Type: String, Default: x, AllowedValues: [x, true, 1], NoEcho: "TRUE"}
  B: {}
Conditions: {C: !Equals [a, b]}
Resources:
  R: {Type: AWS::S3::Bucket, Condition: C, Properties: {A: b}}
  S: {Type: AWS::S3::Bucket, Properties: null}
  Fn::ForEach::L: [N, [a], {}]
Outputs: null
`))
	if err != nil {
		t.Fatal(err)
	}
	tpl, err := d.Template()
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(tpl.Transforms)
	for _, p := range tpl.Parameters {
		got += fmt.Sprintf(" %s %s %s %v %t", p.Name, p.Type, dump(p.Default), p.Allowed, p.NoEcho)
	}
	for _, r := range tpl.Resources {
		got += fmt.Sprintf(" %s %s %q %s", r.ID, r.Type, r.Condition, dump(r.Properties))
	}
	want := `[AWS::LanguageExtensions AWS::Include] A String "x"@5:30 [x true 1] true B  nothing [] false R AWS::S3::Bucket "C" {A: "b"@9:60}@9:56 S AWS::S3::Bucket "" nothing Fn::ForEach::L Fn::ForEach::L "" nothing`
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if tpl.Outputs != nil || len(tpl.Problems) > 0 {
		t.Errorf("outputs %v, problems %v", tpl.Outputs, tpl.Problems)
	}
}

// TestIs tells templates from other documents.
func TestIs(t *testing.T) {
	for src, want := range map[string]bool{
		"Resources: {}": true, "AWSTemplateFormatVersion: x": true, "Transform: x": true, `{"Resources": {}}`: true,
		"Resources: [a]": false, "resources: {}": false, "kind: Pod": false, "- Resources: {}": false, "x": false, "null": false,
		"version: '3'\nservices: {}": false, `{"format_version": "1.2", "planned_values": {}}`: false,
	} {
		d, err := Read("f", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		if d.Is() != want {
			t.Errorf("%q is a template: %t", src, !want)
		}
	}
}
