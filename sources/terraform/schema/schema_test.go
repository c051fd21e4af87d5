package schema_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/sources/terraform"
	"github.com/trailguard/trailguard/sources/terraform/schema"
)

// of returns what the table has for a type, and fails where it has nothing.
func of(t *testing.T, typ string) *schema.Block {
	t.Helper()
	name, data := strings.CutPrefix(typ, "data.")
	b := schema.Resource(name)
	if data {
		b = schema.Data(name)
	}
	if b == nil {
		t.Fatalf("%s is not in the table", typ)
	}
	return b
}

// TestTypesOfTheTables holds the table to the types that are read.
func TestTypesOfTheTables(t *testing.T) {
	for _, typ := range terraform.Types() {
		if !slices.Contains(schema.Types(), typ) {
			t.Errorf("%s is not in the table", typ)
		}
	}
	if got := schema.Version(); got != "5.100.0" {
		t.Errorf("the table is of version %q", got)
	}
}

func TestAttributes(t *testing.T) {
	for _, c := range []struct {
		path string // the type, blocks and an attribute
		want schema.Attr
	}{
		{"aws_sqs_queue/policy", schema.Attr{Type: cty.String, Optional: true, Computed: true}},
		{"aws_sqs_queue/arn", schema.Attr{Type: cty.String, Computed: true}},
		{"aws_sqs_queue/fifo_queue", schema.Attr{Type: cty.Bool, Optional: true}},
		{"aws_sqs_queue/tags", schema.Attr{Type: cty.Map(cty.String), Optional: true}},
		{"aws_s3_bucket_policy/policy", schema.Attr{Type: cty.String, Required: true}},
		{"aws_s3_bucket/policy", schema.Attr{Type: cty.String, Optional: true, Computed: true}}, // deprecated
		{"aws_s3_bucket/versioning/enabled", schema.Attr{Type: cty.Bool, Optional: true}},
		{"aws_s3_bucket_notification/queue/queue_arn", schema.Attr{Type: cty.String, Required: true}},
		{"aws_s3_bucket_notification/queue/events", schema.Attr{Type: cty.Set(cty.String), Required: true}},
		{"aws_cloudtrail/name", schema.Attr{Type: cty.String, Required: true}},
		{"aws_cloudtrail/enable_logging", schema.Attr{Type: cty.Bool, Optional: true}},
		{"aws_cloudtrail/event_selector/data_resource/values", schema.Attr{Type: cty.List(cty.String), Required: true}},
		{"aws_iam_access_key/secret", schema.Attr{Type: cty.String, Computed: true, Sensitive: true}},
		{"aws_cloudwatch_log_group/retention_in_days", schema.Attr{Type: cty.Number, Optional: true}},
		{"data.aws_iam_policy_document/json", schema.Attr{Type: cty.String, Computed: true}},
		{"data.aws_iam_policy_document/statement/actions", schema.Attr{Type: cty.Set(cty.String), Optional: true}},
		{"data.aws_iam_policy_document/statement/principals/type", schema.Attr{Type: cty.String, Required: true}},
		{"data.aws_caller_identity/account_id", schema.Attr{Type: cty.String, Computed: true}},
		{"terraform_data/input", schema.Attr{Type: cty.DynamicPseudoType, Optional: true}},
		{"random_id/hex", schema.Attr{Type: cty.String, Computed: true}},
		{"random_password/result", schema.Attr{Type: cty.String, Computed: true, Sensitive: true}},
	} {
		steps := strings.Split(c.path, "/")
		b := of(t, steps[0])
		for _, name := range steps[1 : len(steps)-1] {
			if b = b.Blocks[name].Block; b == nil {
				t.Fatalf("%s: no block %s", c.path, name)
			}
		}
		if got := b.Attrs[steps[len(steps)-1]]; got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.path, got, c.want)
		}
	}
}

func TestBlocks(t *testing.T) {
	for _, c := range []struct {
		typ, block string
		nesting    schema.Nesting
		most       int
	}{
		{"aws_s3_bucket", "versioning", schema.List, 1},
		{"aws_s3_bucket_notification", "queue", schema.List, 0},
		{"aws_cloudtrail", "event_selector", schema.List, 5},
		{"aws_cloudtrail", "advanced_event_selector", schema.List, 0},
		{"aws_kms_grant", "constraints", schema.Set, 0},
		{"data.aws_iam_policy_document", "statement", schema.List, 0},
	} {
		got := of(t, c.typ).Blocks[c.block]
		if got.Block == nil || got.Nesting != c.nesting || got.Max != c.most {
			t.Errorf("%s.%s: got %+v", c.typ, c.block, got)
		}
	}
	for _, typ := range schema.Types() {
		if _, ok := of(t, typ).Blocks["timeouts"]; ok {
			t.Errorf("%s has timeouts", typ)
		}
	}
}

func TestUnknownTypes(t *testing.T) {
	for _, typ := range []string{"", "version", "aws_nothing", "aws_iam_policy_document", "data.aws_region"} {
		if schema.Resource(typ) != nil {
			t.Errorf("there is a resource type %q", typ)
		}
	}
	for _, typ := range []string{"", "version", "aws_nothing", "aws_sqs_queue_policy", "data.aws_region"} {
		if schema.Data(typ) != nil {
			t.Errorf("there is a data source %q", typ)
		}
	}
}

// TestShared asks for all types from several goroutines: each gets the same block.
func TestShared(t *testing.T) {
	begin, types := make(chan struct{}), schema.Types()
	got := make([][]*schema.Block, 4)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			<-begin
			for _, typ := range types {
				got[i] = append(got[i], schema.Resource(typ), schema.Data(strings.TrimPrefix(typ, "data.")))
			}
		})
	}
	close(begin)
	wg.Wait()
	for _, other := range got[1:] {
		if !slices.Equal(got[0], other) {
			t.Error("a type was decoded twice")
		}
	}
}
