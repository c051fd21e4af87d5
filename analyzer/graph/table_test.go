package graph

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestKindTableIsSound(t *testing.T) {
	if !slices.IsSortedFunc(kindTable, func(a, b KindInfo) int { return compareKinds(a.Kind, b.Kind) }) {
		t.Error("the table is not sorted, and InfoOf looks it up by halves")
	}
	seen := map[Kind]bool{}
	for _, k := range Kinds() {
		if seen[k.Kind] {
			t.Errorf("%s has two rows", k.Kind)
		}
		seen[k.Kind] = true
		if k.Label == "" {
			t.Errorf("%s has no label", k.Kind)
		}
		if k.Resource != "" && (k.Service == "" || strings.Count(k.Resource, "{name}") != 1) {
			t.Errorf("%s: no ARN is spelt %s:%s", k.Kind, k.Service, k.Resource)
		}
		if k.Key != "" && k.Kind != KindEventStore {
			if _, ok := AttributeOf(k.Kind, k.Key); !ok {
				t.Errorf("%s has no attribute %s", k.Kind, k.Key)
			}
		}
	}
	for k := range attributeTable() {
		if !seen[k] {
			t.Errorf("%s has attributes and is not in the table of kinds", k)
		}
	}
}

func TestAttributeTableIsSound(t *testing.T) {
	var check func(where string, rows []AttrInfo)
	check = func(where string, rows []AttrInfo) {
		seen := map[string]bool{}
		for _, r := range rows {
			name := where + " " + r.Name
			if seen[r.Name] || r.Name == "" || strings.ContainsAny(r.Name, "/[] ") {
				t.Errorf("%s: the name is taken or cannot be used in paths", name)
			}
			seen[r.Name] = true
			if r.Doc == "" {
				t.Errorf("%s has no doc", name)
			}
			ok := r.Default == nil
			switch r.Default.(type) {
			case bool:
				ok = r.Type == TypeBool
			case int64:
				ok = r.Type == TypeInt
			case Text:
				ok = r.Type == TypeText
			}
			if !ok {
				t.Errorf("%s: the default is of another type", name)
			}
			if flag, found := Find(rows, r.Flag); r.Flag != "" && (!found || flag.Type != TypeBool || fmt.Sprintf("%T", r.Then) != fmt.Sprintf("%T", r.Default)) {
				t.Errorf("%s: its default hangs on no flag, or is of two types", name)
			}
			if (r.Type == TypeBlocks) != (len(r.Fields) > 0) {
				t.Errorf("%s: fields are for blocks, and blocks have some", name)
			}
			check(name, r.Fields)
		}
	}
	for k, rows := range attributeTable() {
		check(string(k), rows)
	}
}

func TestEdgeTableIsSound(t *testing.T) {
	kinds := map[Kind]bool{KindAny: true}
	for _, k := range Kinds() {
		kinds[k.Kind] = true
	}
	verbs := map[string]string{}
	flows := map[string]Flow{}
	for _, e := range EdgeKinds() {
		for _, k := range slices.Concat(e.Decls, e.From.Kinds, e.To.Kinds) {
			if !kinds[k] {
				t.Errorf("%s: no kind %s", e.ID, k)
			}
		}
		if len(e.Decls) == 0 || len(e.From.Kinds) == 0 || len(e.To.Kinds) == 0 || e.Verb == "" {
			t.Errorf("%s: the row is not whole", e.ID)
		}
		for _, end := range []End{e.From, e.To} {
			if end.Attr == "" {
				continue
			}
			name, field, list := strings.Cut(end.Attr, "[]")
			for _, d := range e.Decls {
				info, ok := AttributeOf(d, name)
				field := strings.TrimPrefix(field, ".")
				if ok && field != "" {
					_, ok = Find(info.Fields, field)
				}
				if !ok {
					t.Errorf("%s: %s has no attribute %s", e.ID, d, end.Attr)
					continue
				}
				if wantList := info.Type == TypeTexts || info.Type == TypeBlocks; list != wantList {
					t.Errorf("%s: %s of %s is a list, and the row does not say so, or the other way round", e.ID, end.Attr, d)
				}
			}
		}
		for what, other := range map[string]bool{"verb": verbs[e.ID] != "" && verbs[e.ID] != e.Verb, "flow": verbs[e.ID] != "" && flows[e.ID] != e.Flow} {
			if other {
				t.Errorf("%s: two rows differ in their %s", e.ID, what)
			}
		}
		verbs[e.ID], flows[e.ID] = e.Verb, e.Flow
	}
}
