// Package managed holds the policies that AWS manages, as they were on a day: documents of their default versions. They
// are the same in every account, so that an input which names one of them does not have to hold it. An input that does
// is newer, or older, and counts:
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
//
// Nothing is unpacked before a policy is asked for.
package managed

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// policies is a JSON object of documents, by path and name, with one member a line.
//
//go:embed policies.json.gz
var policies []byte

//go:embed source.json
var source []byte

// owner is in the place of the account in the ARNs of the policies. The first partition is called like it.
const owner = "aws"

// Policy returns the document of the policy with the ARN, of any partition, and whether there is such a policy. What the
// policies of other partitions say is not published: the ARNs in them are those of AWS's, in the partition.
func Policy(arn string) (document string, ok bool) {
	a, isARN := graph.ParseARN(arn)
	name, isPolicy := strings.CutPrefix(a.Resource, "policy/")
	if !isARN || !isPolicy || a.Service != "iam" || a.Account != owner || a.Region != "" || !isPartition(a.Partition) {
		return "", false
	}
	document, ok = unpacked()[name]
	if a.Partition != owner {
		document = strings.ReplaceAll(document, `"arn:aws:`, `"arn:`+a.Partition+`:`)
	}
	return document, ok
}

// isPartition says that a string may be the name of a partition: aws, aws-us-gov.
func isPartition(s string) bool {
	return strings.HasPrefix(s, "aws") && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz-") == ""
}

// Names returns the ARNs of all policies in the partition aws, sorted.
func Names() []string {
	out := slices.Sorted(maps.Keys(unpacked()))
	for i, name := range out {
		out[i] = "arn:aws:iam::" + owner + ":policy/" + name
	}
	return out
}

// Date returns the day of the last change that AWS made to any of the policies, as 2006-01-02.
func Date() string {
	var s struct{ Date string }
	if json.Unmarshal(source, &s) != nil {
		return ""
	}
	return s.Date
}

// unpacked returns the documents by path and name. They share the memory of what was unpacked.
//
//nolint:gochecknoglobals // a table, unpacked once
var unpacked = sync.OnceValue(unpack)

func unpack() map[string]string {
	z, err := gzip.NewReader(bytes.NewReader(policies))
	if err != nil {
		return nil // a test holds that it is well formed
	}
	var all strings.Builder
	if n := len(policies); n > 4 { // gzip ends with the length of what it packs
		all.Grow(int(min(binary.LittleEndian.Uint32(policies[n-4:]), maxUnpacked)))
	}
	if _, err := io.Copy(&all, io.LimitReader(z, maxUnpacked)); err != nil {
		return nil
	}
	out := make(map[string]string, strings.Count(all.String(), "\n"))
	for line := range strings.Lines(all.String()) {
		name, document, ok := strings.Cut(strings.TrimRight(line, ",\n"), `":`)
		if ok {
			out[strings.TrimPrefix(name, `"`)] = document
		}
	}
	return out
}

// maxUnpacked is more than all policies are together.
const maxUnpacked = 64 << 20
