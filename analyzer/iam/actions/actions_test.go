package actions_test

import (
	"slices"
	"testing"
	"time"

	"github.com/trailguard/trailguard/analyzer/iam/actions"
	"github.com/trailguard/trailguard/analyzer/tamper"
)

func TestFind(t *testing.T) {
	for _, c := range []struct {
		name, spelt string
		types       []string
	}{
		{"s3:GETobject", "s3:GetObject", []string{"object"}},
		{"s3:ListBucket", "s3:ListBucket", []string{"bucket"}},
		{"s3:ListAllMyBuckets", "s3:ListAllMyBuckets", nil},
		{"sqs:PurgeQueue", "sqs:PurgeQueue", []string{"queue"}},
		{"logs:PutLogEvents", "logs:PutLogEvents", []string{"log-stream"}},
		{"kms:UpdateAlias", "kms:UpdateAlias", []string{"alias", "key"}},
	} {
		a, ok := actions.Find(c.name)
		if !ok || a.Name != c.spelt || len(c.types) == 0 && len(a.Types) > 0 {
			t.Errorf("%s: %v %+v", c.name, ok, a)
		}
		for _, want := range c.types {
			if !slices.Contains(a.Types, want) {
				t.Errorf("%s: types %q lack %s", c.name, a.Types, want)
			}
		}
	}
	for _, c := range []struct {
		action, key string
		want        bool
	}{
		{"s3:PutObject", "s3:x-amz-acl", true},
		{"s3:PutObject", "s3:RequestObjectTag/team", true},
		{"s3:DeleteObject", "s3:x-amz-acl", false},
		{"s3:DeleteBucket", "aws:RequestTag/team", false},
		{"sqs:TagQueue", "aws:requesttag/team", true},
		{"kms:Decrypt", "kms:EncryptionContext:aws:cloudtrail:arn", true},
		{"kms:DisableKey", "kms:EncryptionContext:a", false},
		{"kms:DisableKey", "kms:ViaService", true},
	} {
		if a, _ := actions.Find(c.action); a.Has(c.key) != c.want {
			t.Errorf("%s has %s: %v", c.action, c.key, !c.want)
		}
	}
	if a, ok := actions.Find("s3:PutBucketPolicies"); ok {
		t.Errorf("%+v is no action", a)
	}
	if all := actions.Of("SQS"); !slices.Contains(all, "sqs:PurgeQueue") || !slices.IsSorted(all) || len(actions.Of("nothing")) > 0 {
		t.Errorf("actions of SQS: %q", all)
	}
	if _, err := time.Parse(time.DateOnly, actions.Date()); err != nil {
		t.Error(err)
	}
}

// TestTamper holds that the table knows the actions of the catalogue. Those that it lacks are permissions that the reference
// does not list.
func TestTamper(t *testing.T) {
	var missing []string
	for _, a := range tamper.Actions() {
		if _, ok := actions.Find(a.IAM); !ok && a.IAM != "" && !slices.Contains(missing, a.IAM) {
			missing = append(missing, a.IAM)
		}
	}
	if len(missing) > 0 {
		t.Errorf("not in the table: %q", missing)
	}
}
