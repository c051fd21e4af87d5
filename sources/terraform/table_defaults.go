package terraform

import (
	"strings"

	"github.com/trailguard/trailguard/sources/table"
)

// argumentDefaults are the values that the provider gives to arguments which nobody wrote, where these are not what
// AWS does without the argument, or where a block says something by being there. Terraform does not tell them: they
// are from the documentation of the resources, https://github.com/hashicorp/terraform-provider-aws/tree/main/website/docs/r, and
// seen in plans.
//
//nolint:gochecknoglobals // a table
var argumentDefaults = map[string]map[string]any{
	"aws_s3_bucket_public_access_block":       blockNothing,
	"aws_s3_account_public_access_block":      blockNothing,
	"aws_s3_bucket_object_lock_configuration": {"object_lock_enabled": "Enabled"},
	"aws_s3_bucket":                           {"object_lock_configuration.object_lock_enabled": "Enabled"},
	"aws_cloudwatch_event_permission":         {"action": "events:PutEvents"},
	"aws_kinesis_firehose_delivery_stream": {
		"elasticsearch_configuration.s3_backup_mode": "FailedDocumentsOnly", "extended_s3_configuration.s3_backup_mode": "Disabled",
		"http_endpoint_configuration.s3_backup_mode": "FailedDataOnly", "iceberg_configuration.s3_backup_mode": "FailedDataOnly",
		"opensearch_configuration.s3_backup_mode": "FailedDocumentsOnly", "opensearchserverless_configuration.s3_backup_mode": "FailedDocumentsOnly",
		"redshift_configuration.s3_backup_mode": "Disabled", "snowflake_configuration.s3_backup_mode": "FailedDataOnly",
		"splunk_configuration.s3_backup_mode": "FailedEventsOnly", "server_side_encryption.key_type": "AWS_OWNED_CMK",
	},
}

//nolint:gochecknoglobals // a part of the table
var blockNothing = map[string]any{"block_public_acls": false, "block_public_policy": false, "ignore_public_acls": false, "restrict_public_buckets": false}

// withDefaults sets the arguments of a resource that nobody wrote, and that the provider sets.
func withDefaults(typ string, v table.Values) table.Values {
	for path, value := range argumentDefaults[typ] {
		setDefault(v.Value, v.Unknown, strings.Split(path, "."), value)
	}
	return v
}

// setDefault sets an argument in every block on the way to it.
func setDefault(value, unknown any, steps []string, to any) {
	if list, ok := value.([]any); ok {
		for i, e := range list {
			setDefault(e, table.ElementOf(unknown, i), steps, to)
		}
		return
	}
	m, ok := value.(map[string]any)
	if !ok || table.Member(unknown, steps[0]) == true {
		return
	}
	if len(steps) > 1 {
		setDefault(m[steps[0]], table.Member(unknown, steps[0]), steps[1:], to)
		return
	}
	if _, written := m[steps[0]]; !written {
		m[steps[0]] = to
	}
}
