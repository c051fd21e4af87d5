package analyzer

import "github.com/trailguard/trailguard/analyzer/graph"

// exampleStore is an event data store with more arguments.
func exampleStore(arguments string) string {
	return "resource \"aws_cloudtrail_event_data_store\" \"org\" {\n  name = \"org\"\n" + arguments + "}\n"
}

func eventStoreUnprotected() Rule {
	return Rule{
		ID: "TG355", Name: "event-store-unprotected", Since: "0.1.0", Severity: Medium,
		Title:  "An event data store can be deleted in one call",
		Why:    "Termination protection makes the deletion of an event data store take two calls, the first of which says what is coming. Without it one call stops ingestion at once; the store can be restored for seven days, then its events are gone.",
		Attack: "Deletes the store with one cloudtrail:DeleteEventDataStore and waits a week.",
		Fix: Fix{
			Terraform: `resource "aws_cloudtrail_event_data_store" "org" {
  name                           = "org"
  termination_protection_enabled = true
}`,
			CloudFormation: `Store:
  Type: AWS::CloudTrail::EventDataStore
  Properties:
    Name: org
    TerminationProtectionEnabled: true`,
		},
		Techniques: []string{"T1562.008", "T1485"},
		References: []string{"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-eds-termination-protection.html"},
		Example:    Example{Fail: exampleStore("  termination_protection_enabled = false\n"), Pass: exampleStore("  termination_protection_enabled = true\n")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindEventStore) {
				wantFlag(p, n, "termination_protection", true, Medium, "termination protection is off: one call deletes the store")
			}
		},
	}
}

func eventStoreSuspended() Rule {
	return Rule{
		ID: "TG356", Name: "event-store-suspended", Since: "0.1.0", Severity: High,
		Title:  "An event data store takes no events",
		Why:    "A store whose ingestion is stopped answers every query, about the past. What happens meanwhile is never added.",
		Attack: "Stops ingestion with one cloudtrail:StopEventDataStoreIngestion: queries go on to work, and find nothing new.",
		Fix: Fix{
			Terraform: `resource "aws_cloudtrail_event_data_store" "org" {
  name    = "org"
  suspend = false
}`,
			CloudFormation: `Store:
  Type: AWS::CloudTrail::EventDataStore
  Properties:
    Name: org
    IngestionEnabled: true`,
		},
		Techniques: []string{"T1562.008"},
		References: []string{"https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopEventDataStoreIngestion.html"},
		Example:    Example{Fail: exampleStore("  suspend = true\n"), Pass: exampleStore("  suspend = false\n")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindEventStore) {
				wantFlag(p, n, "suspended", false, High, "ingestion is stopped: nothing that happens is added")
			}
		},
	}
}

// checkRetentionDays judges how long a store keeps events. No number means for ever.
func checkRetentionDays(p *Pass, n *graph.Node, attr string) {
	v := n.Attrs.Int(attr)
	days, known := v.Get()
	s, than := Medium, "the year that audits ask for"
	if days < quarterDays {
		s, than = High, "the 90 days of CloudTrail's own event history"
	}
	switch {
	case v.State() == graph.Unknown:
		p.Undecided(n, attr, High)
	case known && days > 0 && days < yearDays:
		p.Violate(n, s, "events are gone after "+spanOf(v, daySeconds)+", less than "+than, cites(n, attr, v))
	default:
		p.Hold(n)
	}
}

func eventStoreRetentionShort() Rule {
	return Rule{
		ID: "TG357", Name: "event-store-retention-short", Since: "0.1.0", Severity: High,
		Title:  "An event data store forgets early",
		Why:    "CloudTrail Lake keeps events for seven years unless told otherwise. Less than ninety days is less than the event history that everybody has for nothing; less than a year is less than most audit regimes ask for.",
		Attack: "Sets the retention to a week with one cloudtrail:UpdateEventDataStore: older events are deleted.",
		Fix: Fix{
			Terraform: `resource "aws_cloudtrail_event_data_store" "org" {
  name             = "org"
  retention_period = 2555
}`,
			CloudFormation: `Store:
  Type: AWS::CloudTrail::EventDataStore
  Properties:
    Name: org
    RetentionPeriod: 2555`,
		},
		Techniques: []string{"T1562.008", "T1070"},
		References: []string{"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-event-data-store.html"},
		Example:    Example{Fail: exampleStore("  retention_period = 30\n"), Pass: exampleStore("  retention_period = 2555\n")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindEventStore) {
				checkRetentionDays(p, n, "retention_days")
			}
		},
	}
}

func eventStoreNoKMS() Rule {
	return Rule{
		ID: "TG358", Name: "event-store-no-kms", Since: "0.1.0", Severity: Low,
		Title:  "Events in an event data store are readable without a key",
		Why:    "CloudTrail encrypts the store with a key of its own. With a customer managed key whoever queries needs kms:Decrypt as well. The key of a store cannot be taken away or changed later.",
		Attack: "Queries which of its calls were seen, with cloudtrail:StartQuery alone.",
		Fix: Fix{
			Terraform: `resource "aws_cloudtrail_event_data_store" "org" {
  name       = "org"
  kms_key_id = aws_kms_key.logs.arn # its policy must allow cloudtrail.amazonaws.com
}`,
			CloudFormation: `Store:
  Type: AWS::CloudTrail::EventDataStore
  Properties:
    Name: org
    KmsKeyId: !GetAtt LogsKey.Arn # its policy must allow cloudtrail.amazonaws.com`,
		},
		Techniques: []string{"T1530"},
		Subsumes:   []string{"CKV_AWS_294"},
		References: []string{"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html"},
		Example:    Example{Fail: exampleStore(""), Pass: exampleStore("  kms_key_id = aws_kms_key.logs.arn\n") + exampleKey},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindEventStore) {
				wantSet(p, n, "kms_key", Low, "no customer managed key encrypts the store")
			}
		},
	}
}

func dataLakeExpiresEarly() Rule {
	example := func(days string) string {
		return `resource "aws_securitylake_data_lake" "org" {
  meta_store_manager_role_arn = "arn:aws:iam::111122223333:role/AmazonSecurityLakeMetaStoreManagerV2"
  configuration {
    region = "us-east-1"
    lifecycle_configuration {
      expiration {
        days = ` + days + `
      }
    }
  }
}

resource "aws_securitylake_aws_log_source" "management" {
  depends_on = [aws_securitylake_data_lake.org]
  source {
    accounts       = ["111122223333"]
    regions        = ["us-east-1"]
    source_name    = "CLOUD_TRAIL_MGMT"
    source_version = "2.0"
  }
}
`
	}
	return Rule{
		ID: "TG359", Name: "data-lake-expires-early", Since: "0.1.0", Severity: High,
		Title:  "A data lake forgets early",
		Why:    "Security Lake keeps objects for ever unless a lifecycle tells otherwise. Less than ninety days is less than CloudTrail's own event history; less than a year is less than most audit regimes ask for.",
		Attack: "Shortens the lifecycle with one securitylake:UpdateDataLake: older events are deleted.",
		Fix: Fix{
			Terraform: `resource "aws_securitylake_data_lake" "org" {
  meta_store_manager_role_arn = aws_iam_role.lake.arn
  configuration {
    region = "us-east-1"
    lifecycle_configuration {
      expiration {
        days = 400
      }
    }
  }
}`,
			CloudFormation: `Lake:
  Type: AWS::SecurityLake::DataLake
  Properties:
    MetaStoreManagerRoleArn: !GetAtt LakeRole.Arn
    LifecycleConfiguration:
      Expiration:
        Days: 400`,
		},
		Techniques: []string{"T1485.001", "T1562.008"},
		References: []string{"https://docs.aws.amazon.com/security-lake/latest/userguide/lifecycle-management.html"},
		Example:    Example{Fail: example("30"), Pass: example("400")},
		Check: func(p *Pass) {
			for n := range p.Chain(graph.KindDataLake) {
				checkRetentionDays(p, n, "expiration_days")
			}
		},
	}
}
