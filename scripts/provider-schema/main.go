// Command provider-schema writes the table of what the resource types and data sources have that trailguard reads,
// from what Terraform tells of the AWS provider. It needs Terraform, and the provider: from its registry, or from the
// filesystem mirror that TF_PLUGIN_MIRROR names. Run it at the root of the module.
//
//	go run ./scripts/provider-schema [-check]
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/trailguard/trailguard/sources/terraform"
	"github.com/trailguard/trailguard/sources/terraform/schema"
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
	if !bytes.Equal(have, lines) {
		return errors.New(path + " is stale: go run ./scripts/provider-schema")
	}
	return nil
}

// generate asks Terraform, and spells the table.
func generate(ctx context.Context) ([]byte, error) {
	dir, err := os.MkdirTemp("", "provider-schema")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	main := fmt.Sprintf("terraform {\n  required_providers {\n    aws = {\n      source  = \"hashicorp/aws\"\n      version = %q\n    }\n  }\n}\n", version)
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(main), 0o600); err != nil {
		return nil, err
	}
	env := os.Environ()
	if mirror := os.Getenv("TF_PLUGIN_MIRROR"); mirror != "" {
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
	return table(out)
}

func show(ctx context.Context, dir string, env []string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "terraform", args...)
	cmd.Dir, cmd.Env = dir, env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("terraform %s: %w: %s", args[0], err, stderr.Bytes())
	}
	return out, nil
}

// The form of what Terraform prints: https://developer.hashicorp.com/terraform/cli/commands/providers/schema#format-summary
type (
	described struct {
		Schemas map[string]struct {
			Resources map[string]struct{ Block block } `json:"resource_schemas"`
			Data      map[string]struct{ Block block } `json:"data_source_schemas"`
		} `json:"provider_schemas"`
	}
	block struct {
		Attributes map[string]attribute `json:"attributes"`
		Blocks     map[string]struct {
			Nesting string `json:"nesting_mode"`
			Max     int    `json:"max_items"`
			Block   block  `json:"block"`
		} `json:"block_types"`
	}
	attribute struct {
		Type   json.RawMessage `json:"type"`
		Nested *struct {
			Nesting    string               `json:"nesting_mode"`
			Attributes map[string]attribute `json:"attributes"`
		} `json:"nested_type"`
		Required, Optional, Computed, Sensitive bool
	}
)

// prefixes and others are the types that are kept besides those of the tables: what configurations of a chain look up.
func kept(name string) bool {
	for _, prefix := range []string{
		"aws_iam_", "aws_organizations_", "aws_ssm_parameter", "aws_secretsmanager_secret", "aws_sqs_", "aws_sns_", "aws_cloudwatch_", "aws_cloudtrail",
		"aws_s3_", "aws_kms_", "aws_lambda_", "aws_kinesis_",
	} {
		if strings.HasPrefix(strings.TrimPrefix(name, "data."), prefix) {
			return true
		}
	}
	return slices.Contains([]string{
		"data.aws_caller_identity", "data.aws_region", "data.aws_partition", "data.aws_service_principal", "data.aws_vpc", "data.aws_subnet", "data.aws_subnets",
		"data.aws_availability_zones", "data.aws_canonical_user_id", "data.aws_elb_service_account", "data.aws_billing_service_account", "data.aws_redshift_service_account",
		"data.aws_default_tags", "data.aws_arn",
	}, name)
}

// table spells what Terraform printed.
func table(printed []byte) ([]byte, error) {
	var d described
	if err := json.Unmarshal(printed, &d); err != nil {
		return nil, fmt.Errorf("terraform providers schema: %w", err)
	}
	ours := terraform.Types()
	all := builtIn()
	for _, p := range d.Schemas {
		for kind, schemas := range map[string]map[string]struct{ Block block }{"": p.Resources, "data.": p.Data} {
			for typ, s := range schemas {
				if name := kind + typ; strings.HasPrefix(typ, "aws_") && (slices.Contains(ours, name) || kept(name)) {
					b, err := s.Block.convert()
					if err != nil {
						return nil, fmt.Errorf("%s: %w", name, err)
					}
					delete(b.Blocks, "timeouts")
					all[name] = schema.Encode(b)
				}
			}
		}
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	var out bytes.Buffer
	out.WriteString("version " + version + "\n")
	for _, name := range names {
		out.WriteString(name + " " + all[name] + "\n")
	}
	return out.Bytes(), nil
}

func (b block) convert() (*schema.Block, error) {
	out := &schema.Block{Attrs: map[string]schema.Attr{}, Blocks: map[string]schema.Nested{}}
	for name, a := range b.Attributes {
		ty, err := a.typ()
		if err != nil {
			return nil, err
		}
		out.Attrs[name] = schema.Attr{Type: ty, Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive}
	}
	for name, n := range b.Blocks {
		inner, err := n.Block.convert()
		if err != nil {
			return nil, err
		}
		nesting, ok := map[string]schema.Nesting{"single": schema.Single, "group": schema.Single, "list": schema.List, "set": schema.Set, "map": schema.Map}[n.Nesting]
		if !ok {
			return nil, fmt.Errorf("unknown nesting %q", n.Nesting)
		}
		out.Blocks[name] = schema.Nested{Block: inner, Nesting: nesting, Max: n.Max}
	}
	return out, nil
}

// typ returns the type of an attribute, whose own attributes may be declared one by one.
func (a attribute) typ() (cty.Type, error) {
	if a.Nested == nil {
		return ctyjson.UnmarshalType(a.Type)
	}
	attrs := map[string]cty.Type{}
	for name, n := range a.Nested.Attributes {
		ty, err := n.typ()
		if err != nil {
			return cty.NilType, err
		}
		attrs[name] = ty
	}
	object := cty.Object(attrs)
	switch a.Nested.Nesting {
	case "list":
		return cty.List(object), nil
	case "set":
		return cty.Set(object), nil
	case "map":
		return cty.Map(object), nil
	}
	return object, nil
}

// builtIn are the types of other providers that names are often made with.
func builtIn() map[string]string {
	return map[string]string{
		"terraform_data":  "id:c:s input:o:d output:c:d triggers_replace:o:d",
		"null_resource":   "id:c:s triggers:o:M(s)",
		"random_id":       "b64_std:c:s b64_url:c:s byte_length:r:n dec:c:s hex:c:s id:c:s keepers:o:M(s) prefix:o:s",
		"random_integer":  "id:c:s keepers:o:M(s) max:r:n min:r:n result:c:n seed:o:s",
		"random_password": "bcrypt_hash:c!:s id:c:s keepers:o:M(s) length:r:n lower:oc:b min_lower:oc:n min_numeric:oc:n min_special:oc:n min_upper:oc:n number:oc:b numeric:oc:b override_special:o:s result:c!:s special:oc:b upper:oc:b",
		"random_pet":      "id:c:s keepers:o:M(s) length:oc:n prefix:o:s separator:oc:s",
		"random_string":   "id:c:s keepers:o:M(s) length:r:n lower:oc:b min_lower:oc:n min_numeric:oc:n min_special:oc:n min_upper:oc:n number:oc:b numeric:oc:b override_special:o:s result:c:s special:oc:b upper:oc:b",
		"random_uuid":     "id:c:s keepers:o:M(s) result:c:s",
		"time_static":     "day:c:n hour:c:n id:c:s minute:c:n month:c:n rfc3339:oc:s second:c:n triggers:o:M(s) unix:c:n year:c:n",
	}
}
