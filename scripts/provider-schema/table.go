package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/trailguard/trailguard/sources/terraform/schema"
)

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
		Type                                    json.RawMessage `json:"type"` // there is none where the attributes within it are declared one by one
		Required, Optional, Computed, Sensitive bool
	}
)

// families are the beginnings of types that are kept, resource types and data sources alike: what a chain of a
// configuration is made of and looks up.
func families() []string {
	return []string{
		"aws_iam_", "aws_organizations_", "aws_ssm_parameter", "aws_secretsmanager_secret", "aws_sqs_", "aws_sns_", "aws_cloudwatch_", "aws_cloudtrail",
		"aws_s3_", "aws_kms_", "aws_lambda_", "aws_kinesis_",
	}
}

// named are the types that are kept besides those, and besides those that have a row: data sources that names, ARNs
// and policies are made with, and what Terraform has built in.
func named() []string {
	return []string{
		"data.aws_arn", "data.aws_availability_zones", "data.aws_billing_service_account", "data.aws_caller_identity", "data.aws_canonical_user_id",
		"data.aws_default_tags", "data.aws_elb_service_account", "data.aws_partition", "data.aws_redshift_service_account", "data.aws_region",
		"data.aws_service_principal", "data.aws_subnet", "data.aws_subnets", "data.aws_vpc", "terraform_data",
	}
}

// table spells what Terraform printed of the types that have a row, and of those that are kept besides.
func table(printed []byte, rows []string) ([]byte, error) {
	var d described
	if err := json.Unmarshal(printed, &d); err != nil {
		return nil, fmt.Errorf("terraform providers schema: %w", err)
	}
	needed := slices.Concat(rows, named())
	all := written()
	for _, p := range d.Schemas {
		for kind, schemas := range map[string]map[string]struct{ Block block }{"": p.Resources, "data.": p.Data} {
			for typ, s := range schemas {
				name := kind + typ
				if !slices.Contains(needed, name) && !slices.ContainsFunc(families(), func(f string) bool { return strings.HasPrefix(typ, f) }) {
					continue
				}
				b, err := s.Block.convert()
				if err != nil {
					return nil, fmt.Errorf("%s: %w", name, err)
				}
				delete(b.Blocks, "timeouts") // how long Terraform waits says nothing of a resource
				all[name] = schema.Encode(b)
			}
		}
	}
	for _, name := range needed {
		if _, ok := all[name]; !ok {
			return nil, fmt.Errorf("the provider has no %s", name)
		}
	}
	var out bytes.Buffer
	out.WriteString("version " + version + "\n")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out.WriteString(name + " " + all[name] + "\n")
	}
	return out.Bytes(), nil
}

// convert gives a block the form of the table.
func (b block) convert() (*schema.Block, error) {
	out := &schema.Block{Attrs: map[string]schema.Attr{}, Blocks: map[string]schema.Nested{}}
	for name, a := range b.Attributes {
		// Attributes that are declared within one have flags of their own, which the table has no place for. The AWS
		// provider has none of them, as its protocol does not: https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
		if len(a.Type) == 0 {
			return nil, fmt.Errorf("%s: an attribute without a type", name)
		}
		ty, err := ctyjson.UnmarshalType(a.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out.Attrs[name] = schema.Attr{Type: ty, Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive}
	}
	for name, n := range b.Blocks {
		inner, err := n.Block.convert()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		nesting, ok := map[string]schema.Nesting{"single": schema.Single, "group": schema.Single, "list": schema.List, "set": schema.Set, "map": schema.Map}[n.Nesting]
		if !ok {
			return nil, fmt.Errorf("%s: unknown nesting %q", name, n.Nesting)
		}
		out.Blocks[name] = schema.Nested{Block: inner, Nesting: nesting, Max: n.Max}
	}
	return out, nil
}

// written are the types of small providers that names are often made with, after their documentation:
// the docs folders of github.com/hashicorp/terraform-provider-random, -null and -time.
// An argument with a default is optional and computed there.
func written() map[string]string {
	return map[string]string{
		"null_resource":   "id:c:s triggers:o:M(s)",
		"random_id":       "b64_std:c:s b64_url:c:s byte_length:r:n dec:c:s hex:c:s id:c:s keepers:o:M(s) prefix:o:s",
		"random_integer":  "id:c:s keepers:o:M(s) max:r:n min:r:n result:c:n seed:o:s",
		"random_password": "bcrypt_hash:c!:s id:c:s keepers:o:M(s) length:r:n lower:oc:b min_lower:oc:n min_numeric:oc:n min_special:oc:n min_upper:oc:n number:oc:b numeric:oc:b override_special:o:s result:c!:s special:oc:b upper:oc:b",
		"random_pet":      "id:c:s keepers:o:M(s) length:oc:n prefix:o:s separator:oc:s",
		"random_string":   "id:c:s keepers:o:M(s) length:r:n lower:oc:b min_lower:oc:n min_numeric:oc:n min_special:oc:n min_upper:oc:n number:oc:b numeric:oc:b override_special:o:s result:c:s special:oc:b upper:oc:b",
		"random_uuid":     "id:c:s keepers:o:M(s) result:c:s",
		"time_offset":     "base_rfc3339:oc:s day:c:n hour:c:n id:c:s minute:c:n month:c:n offset_days:o:n offset_hours:o:n offset_minutes:o:n offset_months:o:n offset_seconds:o:n offset_years:o:n rfc3339:c:s second:c:n triggers:o:M(s) unix:c:n year:c:n",
		"time_rotating":   "day:c:n hour:c:n id:c:s minute:c:n month:c:n rfc3339:oc:s rotation_days:o:n rotation_hours:o:n rotation_minutes:o:n rotation_months:o:n rotation_rfc3339:oc:s rotation_years:o:n second:c:n triggers:o:M(s) unix:c:n year:c:n",
		"time_sleep":      "create_duration:o:s destroy_duration:o:s id:c:s triggers:o:M(s)",
		"time_static":     "day:c:n hour:c:n id:c:s minute:c:n month:c:n rfc3339:oc:s second:c:n triggers:o:M(s) unix:c:n year:c:n",
	}
}
