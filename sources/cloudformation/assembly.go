package cloudformation

import (
	"encoding/json"
	"io/fs"
	"path"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/token"
)

// manifest is what of the manifest of a cloud assembly is of use:
// https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html
type manifest struct {
	Artifacts map[string]struct {
		Type        string             `json:"type"`
		Environment string             `json:"environment"`
		Properties  artifactProperties `json:"properties"`
	} `json:"artifacts"`
}

type artifactProperties struct {
	TemplateFile  string            `json:"templateFile"`
	StackName     string            `json:"stackName"`
	DirectoryName string            `json:"directoryName"`
	File          string            `json:"file"`
	Parameters    map[string]string `json:"parameters"`
}

// assets is what of an asset manifest is of use.
type assets struct {
	Files map[string]struct {
		Source struct {
			Path string `json:"path"`
		} `json:"source"`
	} `json:"files"`
}

// IsAssembly says that a directory is a cloud assembly of the CDK: cdk.out.
func IsAssembly(files fs.FS, dir string) bool {
	_, err := fs.Stat(files, path.Join(dir, "manifest.json"))
	return err == nil
}

// Assembly returns the stacks of a cloud assembly, those of nested assemblies (stages) included, sorted by template.
// It returns a [*template.Error] for a directory that is none. label is what messages call the directory.
func Assembly(files fs.FS, dir, label string) ([]Deployment, error) {
	return assembly(files, dir, label, 0)
}

func assembly(files fs.FS, dir, label string, depth int) ([]Deployment, error) {
	name := path.Join(label, "manifest.json")
	wrong := func(what string) error { return &template.Error{Pos: graph.Pos{File: name}, What: what} }
	var m manifest
	src, err := readFile(File{Files: files, Path: path.Join(dir, "manifest.json"), Label: name})
	if err != nil {
		return nil, wrong("it cannot be read, and a directory is to be the output of cdk synth")
	}
	if err := json.Unmarshal(token.Clean(src), &m); err != nil || m.Artifacts == nil {
		return nil, wrong("it is no manifest of a cloud assembly")
	}
	if depth > maxNested {
		return nil, wrong("assemblies nest too deep")
	}
	hashes := map[string]string{}
	var out []Deployment
	for _, id := range sortedKeys(m.Artifacts) {
		a := m.Artifacts[id]
		switch a.Type {
		case "cdk:asset-manifest":
			assetsOf(files, path.Join(dir, a.Properties.File), hashes)
		case "cdk:cloud-assembly":
			if sub := a.Properties.DirectoryName; fs.ValidPath(path.Join(dir, sub)) {
				more, err := assembly(files, path.Join(dir, sub), path.Join(label, sub), depth+1)
				if err != nil {
					return nil, err
				}
				out = append(out, more...)
			}
		case "aws:cloudformation:stack":
			d := Deployment{
				File:  File{Files: files, Path: path.Join(dir, a.Properties.TemplateFile), Label: path.Join(label, a.Properties.TemplateFile)},
				Stack: a.Properties.StackName, Parameters: a.Properties.Parameters, Assets: hashes,
			}
			if d.Stack == "" {
				d.Stack = id
			}
			d.Account, d.Region = environment(a.Environment)
			out = append(out, d)
		}
	}
	if len(out) == 0 && depth == 0 {
		return nil, wrong("it has no stack")
	}
	return out, nil
}

// environment reads aws://ACCOUNT/REGION; what the CDK calls unknown is not known.
func environment(s string) (account, region string) {
	account, region, _ = strings.Cut(strings.TrimPrefix(s, "aws://"), "/")
	if strings.HasPrefix(account, "unknown-") {
		account = ""
	}
	if strings.HasPrefix(region, "unknown-") {
		region = ""
	}
	return account, region
}

// assetsOf files the paths of the assets of an asset manifest by their hash. One that cannot be read has none.
func assetsOf(files fs.FS, p string, into map[string]string) {
	src, err := readFile(File{Files: files, Path: p, Label: p})
	if err != nil {
		return
	}
	var a assets
	if json.Unmarshal(src, &a) != nil {
		return
	}
	for hash, f := range a.Files {
		if f.Source.Path != "" {
			into[hash] = f.Source.Path
		}
	}
}
