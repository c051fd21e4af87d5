// Command provider-schema writes the table of what the resource types and data sources have that trailguard reads,
// from what Terraform tells of the AWS provider. With -check it writes nothing and fails where the table is not what it
// would write. It needs Terraform (TERRAFORM), and the provider: from its registry, or from the filesystem mirror that
// TF_PLUGIN_MIRROR names. Run it at the root of the module.
//
//	go run ./scripts/provider-schema [-check]
package main

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/sources/terraform"
)

// version is the one of the AWS provider that the table is of.
const version = "5.100.0"

const path = "sources/terraform/schema/schemas.txt"

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "provider-schema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("provider-schema", flag.ContinueOnError)
	flags.SetOutput(stderr)
	check := flags.Bool("check", false, "write nothing, and fail where the table is not what it should be")
	if err := flags.Parse(args); err != nil {
		return err
	}
	lines, err := generate(ctx)
	if err != nil {
		return err
	}
	if !*check {
		return os.WriteFile(path, lines, 0o644)
	}
	have, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if stale := differing(have, lines); len(stale) > 0 {
		return fmt.Errorf("not up to date in %s: %s; run go run ./scripts/provider-schema", path, strings.Join(stale, ", "))
	}
	return nil
}

// differing returns the sorted types whose lines are not the same in two tables; path, where only their order is not.
func differing(have, want []byte) []string {
	if bytes.Equal(have, want) {
		return nil
	}
	count := map[string]int{}
	for line := range strings.Lines(string(want)) {
		count[line]++
	}
	for line := range strings.Lines(string(have)) {
		count[line]--
	}
	stale := map[string]bool{}
	for line, n := range count {
		if n != 0 {
			name, _, _ := strings.Cut(line, " ")
			stale[strings.TrimSpace(name)] = true
		}
	}
	if len(stale) == 0 {
		return []string{path}
	}
	return slices.Sorted(maps.Keys(stale))
}

// generate asks Terraform, and spells the table.
func generate(ctx context.Context) ([]byte, error) {
	dir, err := os.MkdirTemp("", "provider-schema")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	// The provider that is built in comes into the answer by being required.
	main := fmt.Sprintf(`terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = %q
    }
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}
`, version)
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(main), 0o600); err != nil {
		return nil, err
	}
	env := append(os.Environ(), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
	if mirror := os.Getenv("TF_PLUGIN_MIRROR"); mirror != "" {
		if mirror, err = filepath.Abs(mirror); err != nil { // Terraform runs in another folder
			return nil, err
		}
		cli := filepath.Join(dir, "cli.tfrc")
		text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
		if err := os.WriteFile(cli, []byte(text), 0o600); err != nil {
			return nil, err
		}
		env = append(env, "TF_CLI_CONFIG_FILE="+cli)
	}
	if _, err := show(ctx, dir, env, "init", "-input=false", "-no-color"); err != nil {
		return nil, err
	}
	out, err := show(ctx, dir, env, "providers", "schema", "-json")
	if err != nil {
		return nil, err
	}
	return table(out, terraform.Types())
}

// show runs Terraform in a folder, and returns what it prints.
func show(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, cmp.Or(os.Getenv("TERRAFORM"), "terraform"), args...)
	cmd.Dir, cmd.Env = dir, env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("terraform %s: %w: %s", args[0], err, stderr.Bytes())
	}
	return out, nil
}
