package cloudformation

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/trailguard/trailguard/sources/token"
)

// The members that fixes put into notification configurations: the key prefix and suffix of their filter.
const (
	prefixOf = "@Prefix"
	suffixOf = "@Suffix"
)

// fixes bring properties into a form that paths can tell. What they find out is put into own, the member "@".
//
//nolint:gochecknoglobals // a table
var fixes = map[string]func(e *evaluator, p, own map[string]any){
	"AWS::CloudTrail::EventDataStore":      fixEventDataStore,
	"AWS::S3::Bucket":                      fixBucket,
	"AWS::Events::EventBusPolicy":          fixBusPolicy,
	"AWS::KinesisFirehose::DeliveryStream": fixFirehose,
	"AWS::Logs::AccountPolicy":             func(_ *evaluator, p, _ map[string]any) { parseJSON(p, "PolicyDocument") },
	typeNotifications:                      fixNotifications,
	"Custom::S3PutBucketReplication":       fixReplication,
	typeNotifications + " Managed=false":   fixNotifications,
	typeAutoDelete:                         func(_ *evaluator, _, own map[string]any) { own["True"] = true },
}

func fixEventDataStore(_ *evaluator, p, own map[string]any) {
	switch ingests := p["IngestionEnabled"].(type) {
	case bool:
		own["Suspended"] = !ingests
	case string:
		own["Suspended"] = strings.EqualFold(ingests, "false")
	case unknown:
		own["Suspended"] = ingests
	}
}

// fixBucket: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
func fixBucket(_ *evaluator, p, own map[string]any) {
	if acl, ok := p["AccessControl"].(string); ok && !token.Has(acl) {
		p["AccessControl"] = cannedACL(acl)
	}
	if block, ok := p["PublicAccessBlockConfiguration"].(map[string]any); ok {
		for _, name := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
			if block[name] == nil { // what a configuration leaves out is off
				block[name] = false
			}
		}
	}
	if logging, ok := p["LoggingConfiguration"].(map[string]any); ok && logging["DestinationBucketName"] == nil {
		logging["DestinationBucketName"] = own["Ref"] // the bucket itself
	}
	config, ok := p["NotificationConfiguration"].(map[string]any)
	if !ok {
		if u, open := p["NotificationConfiguration"].(unknown); open {
			own["EventBridge"] = u
		}
		return
	}
	fixFilters(config, "S3Key", "Rules")
	if bridge, ok := config["EventBridgeConfiguration"].(map[string]any); ok {
		own["EventBridge"] = true
		if on := bridge["EventBridgeEnabled"]; on != nil {
			own["EventBridge"] = on
		}
	}
}

// cannedACL spells a canned ACL as S3 does: LogDeliveryWrite is log-delivery-write.
func cannedACL(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('-')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// fixNotifications reads a notification configuration in the spelling of S3's API, in which an empty object turns
// EventBridge on: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
func fixNotifications(_ *evaluator, p, own map[string]any) {
	parseJSON(p, "NotificationConfiguration")
	config, ok := p["NotificationConfiguration"].(map[string]any)
	if !ok {
		return
	}
	fixFilters(config, "Key", "FilterRules")
	if _, ok := config["EventBridgeConfiguration"].(map[string]any); ok {
		own["EventBridge"] = true
	}
}

// fixFilters tells the prefix and the suffix of the filters of notifications.
func fixFilters(config map[string]any, key, rules string) {
	for _, list := range config {
		items, _ := list.([]any)
		for _, it := range items {
			c, ok := it.(map[string]any)
			if !ok {
				continue
			}
			filter, _ := c["Filter"].(map[string]any)
			object, _ := filter[key].(map[string]any)
			all, isList := object[rules].([]any)
			if !isList && object[rules] != nil {
				all = []any{object[rules]}
			}
			for _, one := range all {
				rule, _ := one.(map[string]any)
				name, _ := rule["Name"].(string)
				switch strings.ToLower(name) {
				case "prefix":
					c[prefixOf] = rule["Value"]
				case "suffix":
					c[suffixOf] = rule["Value"]
				}
			}
		}
	}
}

// fixBusPolicy makes a policy document of a statement.
func fixBusPolicy(_ *evaluator, p, own map[string]any) {
	own["Bus"] = p["EventBusName"]
	if own["Bus"] == nil {
		own["Bus"] = "default"
	}
	parseJSON(p, "Statement")
	if s := p["Statement"]; s != nil {
		if m, ok := s.(map[string]any); ok && m["Sid"] == nil && p["StatementId"] != nil {
			m["Sid"] = p["StatementId"]
		}
		own["Policy"] = map[string]any{"Version": "2012-10-17", "Statement": s}
	}
}

// destinations are the properties of a delivery stream by the kind of destination that each is, as Terraform calls it,
// with what is backed up where nobody says: https://docs.aws.amazon.com/firehose/latest/APIReference/API_Types.html
//
//nolint:gochecknoglobals // a table
var destinations = []struct{ property, kind, backup string }{
	{"ExtendedS3DestinationConfiguration", "extended_s3", "Disabled"},
	{"S3DestinationConfiguration", "extended_s3", ""},
	{"HttpEndpointDestinationConfiguration", "http_endpoint", "FailedDataOnly"},
	{"SplunkDestinationConfiguration", "splunk", "FailedEventsOnly"},
	{"AmazonopensearchserviceDestinationConfiguration", "opensearch", "FailedDocumentsOnly"},
	{"AmazonOpenSearchServerlessDestinationConfiguration", "opensearchserverless", "FailedDocumentsOnly"},
	{"ElasticsearchDestinationConfiguration", "elasticsearch", "FailedDocumentsOnly"},
	{"RedshiftDestinationConfiguration", "redshift", "Disabled"},
	{"SnowflakeDestinationConfiguration", "snowflake", "FailedDataOnly"},
	{"IcebergDestinationConfiguration", "iceberg", ""},
}

func fixFirehose(_ *evaluator, p, own map[string]any) {
	for _, d := range destinations {
		if p[d.property] == nil {
			continue
		}
		own["Destination"] = d.kind
		if config, ok := p[d.property].(map[string]any); ok && config["S3BackupMode"] == nil && d.backup != "" {
			config["S3BackupMode"] = d.backup
		}
		break
	}
	if p["DeliveryStreamEncryptionConfigurationInput"] != nil {
		own["Encrypted"] = true
	}
}

// parseJSON reads a property that is JSON in a string. What is none stays as it is.
func parseJSON(p map[string]any, name string) {
	s, ok := p[name].(string)
	if !ok || !strings.HasPrefix(strings.TrimSpace(s), "{") {
		return
	}
	var v any
	if json.Unmarshal([]byte(token.Escapes(s)), &v) == nil {
		p[name] = v
	}
}

// copied returns a copy of a value whose objects may be changed.
func copied(v any) any {
	switch t := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(t))
		for k := range t {
			out[k] = copied(t[k])
		}
		return out
	case []any:
		out := slices.Clone(t)
		for i := range out {
			out[i] = copied(out[i])
		}
		return out
	}
	return v
}
