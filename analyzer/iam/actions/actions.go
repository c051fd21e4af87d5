// Package actions knows the actions of IAM and the types of resources that each is done to, as the Service Authorization
// Reference lists them: https://docs.aws.amazon.com/service-authorization/latest/reference/. It is of one day; what AWS has
// added since is not in it.
//
// Nothing is unpacked before an action is asked for.
package actions

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"sync"
)

// packed has a line for each action, sorted: service:Name type,type key,key.
//
//go:embed actions.txt.gz
var packed []byte

//go:embed source.json
var source []byte

// Action is one action.
type Action struct {
	Name string // as AWS spells it: s3:PutObject
	// Types are the types of resources in statements about the action, in the words of the reference; none: the action can
	// be allowed on * alone.
	Types []string

	keys string // condition keys, parted by commas
}

// Has says that requests for the action may have a condition key: one of the service, or a tag of the request. Keys that all
// services share otherwise are not told.
func (a Action) Has(key string) bool {
	key = strings.ToLower(key)
	for k := range strings.SplitSeq(strings.ToLower(a.keys), ",") {
		if beginning, open := strings.CutSuffix(k, "*"); k == key || open && strings.HasPrefix(key, beginning) {
			return true
		}
	}
	return false
}

// Find returns an action by its name, in whatever case.
func Find(name string) (Action, bool) {
	a, ok := table()[strings.ToLower(name)]
	return a, ok
}

// Of returns the actions of a service by their names, sorted; none where there is no such service. The caller must not
// change it.
func Of(service string) []string { return services()[strings.ToLower(service)] }

//nolint:gochecknoglobals // a table, made once
var services = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for _, a := range table() {
		service, _, _ := strings.Cut(strings.ToLower(a.Name), ":")
		out[service] = append(out[service], a.Name)
	}
	for _, names := range out {
		slices.Sort(names)
	}
	return out
})

// Date returns the day of the table, as 2006-01-02.
func Date() string {
	var s struct{ Date string }
	if json.Unmarshal(source, &s) != nil {
		return ""
	}
	return s.Date
}

// maxUnpacked is more than the table will ever be.
const maxUnpacked = 16 << 20

// table is the table by names in lower case; empty where it cannot be read, which a test holds that it can.
//
//nolint:gochecknoglobals // a table, unpacked once
var table = sync.OnceValue(func() map[string]Action {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(z, maxUnpacked))
	if err != nil {
		return nil
	}
	out := make(map[string]Action, bytes.Count(text, []byte("\n")))
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		types, keys, _ := strings.Cut(rest, " ")
		a := Action{Name: name, keys: keys}
		if types != "" {
			a.Types = strings.Split(types, ",")
		}
		out[strings.ToLower(name)] = a
	}
	return out
})
