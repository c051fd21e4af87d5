package schema_test

import (
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/sources/terraform"
	"github.com/trailguard/trailguard/sources/terraform/schema"
)

// TestTypesOfTheTables holds the table to the types that are read.
func TestTypesOfTheTables(t *testing.T) {
	t.Parallel()
	has := map[string]bool{}
	for _, typ := range schema.Types() {
		has[typ] = true
	}
	for _, typ := range terraform.Types() {
		if !has[typ] && typ != "aws_cloudtrail_channel" {
			t.Errorf("%s is not in the table", typ)
		}
	}
	if schema.Version() == "" {
		t.Error("the table is of no version")
	}
}

func TestWellKnown(t *testing.T) {
	t.Parallel()
	queue := schema.Resource("aws_sqs_queue")
	for name, want := range map[string]schema.Attr{
		"policy":     {Type: cty.String, Optional: true, Computed: true},
		"arn":        {Type: cty.String, Computed: true},
		"fifo_queue": {Type: cty.Bool, Optional: true},
		"tags":       {Type: cty.Map(cty.String), Optional: true},
	} {
		if got := queue.Attrs[name]; got != want {
			t.Errorf("aws_sqs_queue.%s: got %+v, want %+v", name, got, want)
		}
	}
	if n := schema.Resource("aws_s3_bucket_notification").Blocks["queue"]; n.Nesting != schema.List || n.Block.Attrs["events"].Type != cty.Set(cty.String) {
		t.Errorf("queue of a notification: %+v", n)
	}
	if n := schema.Data("aws_iam_policy_document").Blocks["statement"]; n.Block == nil || n.Block.Blocks["principals"].Nesting != schema.Set {
		t.Errorf("statement of a policy document: %+v", n)
	}
	if !schema.Resource("aws_iam_access_key").Attrs["secret"].Sensitive {
		t.Error("the secret of an access key is not sensitive")
	}
	if schema.Resource("aws_nothing") != nil || schema.Data("aws_sqs_queue_policy") != nil {
		t.Error("the table has what is not in it")
	}
}

// TestCodec decodes every line, and spells it again as it was.
func TestCodec(t *testing.T) {
	t.Parallel()
	for typ, line := range schema.Lines() {
		b, err := schema.Decode(line)
		if err != nil {
			t.Errorf("%s: %v", typ, err)
			continue
		}
		if got := schema.Encode(b); got != line {
			t.Errorf("%s: got %s, want %s", typ, got, line)
		}
	}
}

// FuzzDecode never panics, and what it reads is spelt in a form that reads back as the same.
func FuzzDecode(f *testing.F) {
	for _, line := range []string{"", "a:c:s", "a:ro!:S(O(a:s b:T(n b d))) c=L1{d:o:M(s) e=I0{}}", "a=L{}", "a:c:O("} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		b, err := schema.Decode(line)
		if err != nil {
			return
		}
		again, err := schema.Decode(schema.Encode(b))
		if err != nil || schema.Encode(again) != schema.Encode(b) {
			t.Errorf("%q: %v", line, err)
		}
	})
}
