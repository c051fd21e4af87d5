package config_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trailguard/trailguard/sources/terraform/config"
)

// patient are files of which none may be opened that would be waited for.
type patient struct {
	fstest.MapFS
	t *testing.T
}

// Open opens a file.
func (p patient) Open(name string) (fs.File, error) {
	if f := p.MapFS[name]; f != nil && f.Mode&fs.ModeNamedPipe != 0 {
		p.t.Errorf("%s is opened", name)
	}
	return p.MapFS.Open(name)
}

// Stat tells what a file is without opening it.
func (p patient) Stat(name string) (fs.FileInfo, error) { return p.MapFS.Stat(name) }

// TestRefusedFiles says which function does not read a file, and why, even where the expression goes on without it.
func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		`try(file("pipe"), "else")`:                "expression: a file that file names is not read: it is no regular file",
		`file("pipe")`:                             "expression: a file that file names is not read: it is no regular file",
		`try(filebase64("/etc/passwd"), "else")`:   "expression: a file that filebase64 names is not read: it is outside of the tree that may be read",
		`try(file("../secret-name"), "else")`:      "expression: a file that file names is not read: it is outside of the tree that may be read",
		`can(file(".git/config")) ? "a" : "b"`:     "expression: a file that file names is not read: functions do not read what may hold credentials",
		`try(templatefile("t.tpl", {}), "else")`:   "expression: a file that templatefile names is not read: it is no regular file",
		`try(file("nowhere"), "else")`:             "",
		`fileexists("nowhere") ? "a" : "b"`:        "",
		`try(file("main.tf"), file("pipe"))`:       "",
		`file("nowhere")`:                          "expression: invalid function argument",
		`try(local.nowhere, file("main.tf"), "b")`: "",
	} {
		tree := patient{files("main.tf", "resource \"aws_sqs_queue\" \"q\" {\n  name = "+expr+"\n}\n", ".git/config", "x", "t.tpl", `${file("pipe")}`), t}
		tree.MapFS["pipe"] = &fstest.MapFile{Mode: fs.ModeNamedPipe}
		c, err := config.Load(&config.Tree{Files: tree, Dir: "."})
		if err != nil {
			t.Fatal(err)
		}
		res, err := config.Evaluate(c, config.Inputs{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, g := range res.Gaps {
			got = append(got, g.What)
			if g.Where != "main.tf:2" {
				t.Errorf("%s: at %s", expr, g.Where)
			}
		}
		if got := strings.Join(got, "; "); got != want {
			t.Errorf("%s: got %q, want %q", expr, got, want)
		}
	}
}

// TestPipesOfTheTree refuses pipes among the files that count without being named.
func TestPipesOfTheTree(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"pipe.tf": "pipe.tf: it is no regular file", "terraform.tfvars": "terraform.tfvars: it is no regular file",
		".terraform/environment": "", ".terraform/modules/modules.json": "",
	} {
		files := patient{files("main.tf", `resource "aws_sqs_queue" "q" {}`), t}
		files.MapFS[name] = &fstest.MapFile{Mode: fs.ModeNamedPipe}
		tree := &config.Tree{Files: files, Dir: "."}
		_, err := config.Load(tree)
		for _, f := range tree.AutoFiles() {
			_, err = tree.ReadVariables(f)
		}
		_ = tree.Workspace()
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// TestLinkToItself stops at a module that is a link to one that calls it.
func TestLinkToItself(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "real"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, src := range map[string]string{
		"main.tf":      "resource \"aws_sqs_queue\" \"q\" {}\nmodule \"again\" {\n  source = \"./loop\"\n}\nmodule \"other\" {\n  source = \"./link\"\n}\n",
		"real/main.tf": "resource \"aws_sqs_queue\" \"q\" {}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"loop": ".", "link": "real"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close() //nolint:errcheck // it was only read
	c, err := config.Load(&config.Tree{Files: root.FS(), Dir: "."})
	if err != nil {
		t.Fatal(err)
	}
	res, err := config.Evaluate(c, config.Inputs{})
	if err != nil {
		t.Fatal(err)
	}
	var addresses, gaps []string
	for _, in := range res.Instances {
		addresses = append(addresses, in.Address)
	}
	for _, g := range res.Gaps {
		gaps = append(gaps, g.What)
	}
	if got := strings.Join(addresses, " "); got != "aws_sqs_queue.q module.other.aws_sqs_queue.q" {
		t.Errorf("instances: %s", got)
	}
	if got := strings.Join(gaps, "; "); got != "what is in module.again: its source ./loop is a link to the directory of a module that calls it" {
		t.Errorf("gaps: %s", got)
	}
}
