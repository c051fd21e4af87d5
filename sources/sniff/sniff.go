// Package sniff finds out what a file is by what is in it, whatever it is called.
package sniff

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// Kind is what a file is.
type Kind string

// The kinds of files.
const (
	Nothing    Kind = ""
	Plan       Kind = "plan"        // terraform show -json PLAN
	State      Kind = "state"       // terraform show -json, or terraform.tfstate
	PackedPlan Kind = "binary plan" // terraform plan -out
	Template   Kind = "template"    // CloudFormation
	Manifest   Kind = "manifest"    // of a cloud assembly
	// Authorization is the dump of an account's IAM: aws iam get-account-authorization-details.
	Authorization Kind = "account authorization dump"
	// Organization is one of the outputs of aws organizations.
	Organization Kind = "output of aws organizations"
)

// maxYAML bounds what is read of a file that is not JSON.
const maxYAML = 16 << 20

// tells are the keys at the top of a JSON object that tell what it is.
//
//nolint:gochecknoglobals // a table
var tells = map[string]Kind{
	"planned_values": Plan, "resource_changes": Plan, "prior_state": Plan, "output_changes": Plan, "configuration": Plan, "variables": Plan, "planned": Plan,
	"values": State, "lineage": State, "serial": State,
	"Resources": Template, "AWSTemplateFormatVersion": Template, "Transform": Template,
	"artifacts":      Manifest,
	"UserDetailList": Authorization, "GroupDetailList": Authorization, "RoleDetailList": Authorization,
}

// lists are keys that outputs of several services of AWS have at the top, with what their values hold where they are of
// one of the kinds.
//
//nolint:gochecknoglobals // a table
var lists = map[string][]struct {
	holds string
	kind  Kind
}{
	"Policies":            {{`"PolicyVersionList"`, Authorization}, {organizations, Organization}},
	"Organization":        {{organizations, Organization}},
	"Roots":               {{organizations, Organization}},
	"OrganizationalUnits": {{organizations, Organization}},
	"OrganizationalUnit":  {{organizations, Organization}},
	"Accounts":            {{organizations, Organization}},
	"Account":             {{organizations, Organization}},
	"Policy":              {{organizations, Organization}},
	"Targets":             {{organizations, Organization}},
	"Children":            {{`"ORGANIZATIONAL_UNIT"`, Organization}, {`"ACCOUNT"`, Organization}},
	"Parents":             {{`"ORGANIZATIONAL_UNIT"`, Organization}, {`"ROOT"`, Organization}},
}

// organizations is what the ARNs of an organization have in them.
const organizations = ":organizations::"

// Of reads as much of a file as tells what it is. It returns Nothing for what is none of the kinds, be it well formed
// or not, and an error where the file cannot be read.
func Of(r io.Reader) (Kind, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	head, err := br.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return Nothing, fmt.Errorf("read: %w", err)
	}
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) { // PowerShell redirects so
		br = bufio.NewReaderSize(transform.NewReader(br, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()), 64<<10)
		if head, err = br.Peek(512); err != nil && !errors.Is(err, io.EOF) {
			return Nothing, nil // it is no UTF-16 either
		}
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return PackedPlan, nil
	case bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte("[")):
		return ofJSON(br)
	case bytes.IndexByte(head, 0) >= 0:
		return Nothing, nil
	}
	src, err := io.ReadAll(io.LimitReader(br, maxYAML))
	if err != nil {
		return Nothing, fmt.Errorf("read: %w", err)
	}
	if !mayBeTemplate(src) {
		return Nothing, nil
	}
	return Template, nil
}

// mayBeTemplate says that a file is YAML with the sections of a template, or looks so much like it that whoever reads
// it is to say what is wrong with it.
func mayBeTemplate(src []byte) bool {
	d, err := template.Read("", src)
	if err == nil {
		return d.Is() && hasTypes(d.Root)
	}
	return (bytes.HasPrefix(src, []byte("Resources:")) || bytes.Contains(src, []byte("\nResources:"))) && bytes.Contains(src, []byte("AWS::"))
}

// hasTypes says that something in the Resources has the type of a resource of AWS's, or of somebody's own; files of
// other tools have Resources, too.
func hasTypes(root *template.Node) bool {
	if root.Get("AWSTemplateFormatVersion") != nil {
		return true
	}
	resources := root.Get("Resources")
	if resources == nil {
		return false
	}
	for _, m := range resources.Members {
		if t, ok := m.Value.Get("Type").Scalar(); ok && strings.Contains(t, "::") {
			return true
		}
	}
	return false
}

func ofJSON(r *bufio.Reader) (Kind, error) {
	if b, err := r.Peek(3); err == nil && bytes.Equal(b, []byte("\xef\xbb\xbf")) {
		_, _ = r.Discard(3) // it was peeked at
	}
	var seen bytes.Buffer
	dec := jsontext.NewDecoder(io.TeeReader(r, &head{&seen}), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var kind Kind
	var whole bool
	if dec.PeekKind() == '[' { // pages of an output
		kind, whole = ofPages(dec)
	} else {
		kind, whole = ofObject(dec)
	}
	if !whole {
		_, _ = io.Copy(&head{&seen}, io.LimitReader(r, maxHead)) // what cannot be read tells nothing
		kind = likely(seen.Bytes())
	}
	return kind, nil
}

// ofPages returns what a list of outputs is, by the first of them, and whether that could be read.
func ofPages(dec *jsontext.Decoder) (Kind, bool) {
	if _, err := dec.ReadToken(); err != nil {
		return Nothing, false
	}
	if dec.PeekKind() != '{' {
		return Nothing, true
	}
	if kind, whole := ofObject(dec); kind == Authorization || kind == Organization {
		return kind, whole
	}
	return Nothing, true
}

// ofObject returns what an object is, and whether it could be read as far as that takes.
func ofObject(dec *jsontext.Decoder) (Kind, bool) {
	if _, err := dec.ReadToken(); err != nil {
		return Nothing, false
	}
	for dec.PeekKind() == '"' {
		key, err := dec.ReadToken()
		if err != nil {
			return Nothing, false
		}
		name := key.String()
		if k, ok := tells[name]; ok {
			return k, true
		}
		if lists[name] == nil {
			if err := dec.SkipValue(); err != nil {
				return Nothing, false
			}
			continue
		}
		value, err := dec.ReadValue()
		if err != nil {
			return Nothing, false
		}
		for _, l := range lists[name] {
			if bytes.Contains(value, []byte(l.holds)) {
				return l.kind, true
			}
		}
	}
	return Nothing, dec.PeekKind() == '}'
}

// maxHead bounds what is kept of a file that is not well formed, in bytes.
const maxHead = 1 << 20

// head keeps the beginning of what is written.
type head struct{ *bytes.Buffer }

func (h *head) Write(p []byte) (int, error) {
	h.Buffer.Write(p[:min(len(p), max(0, maxHead-h.Len()))])
	return len(p), nil
}

// likely returns what JSON that is not well formed looks so much like that whoever reads it is to say what is wrong with it.
func likely(src []byte) Kind {
	has := func(s string) bool { return bytes.Contains(src, []byte(s)) }
	switch {
	case has(`"terraform_version"`) && has(`"format_version"`):
		return Plan
	case has(`"terraform_version"`) && has(`"lineage"`):
		return State
	case has(`"Resources"`) && has(`"AWS::`):
		return Template
	}
	return Nothing
}
