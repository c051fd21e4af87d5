package terraform_test

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform"
	"github.com/trailguard/trailguard/sources/terraform/config"
)

const traps = cases + "/traps"

// The ways in which the case is read.
const (
	planAlone = "the plan alone"
	planDir   = "the plan with its directory"
	planFile  = "the plan with its plan file"
	source    = "the configuration alone"
)

// view is what one way of reading the case gives.
type view struct {
	name      string
	resources map[string]graph.Resource
	graph     *graph.Graph
}

func viewOf(name string, inv graph.Inventory) view {
	v := view{name: name, resources: map[string]graph.Resource{}}
	for _, r := range inv.Resources {
		r.Attrs = r.Attrs.Clone() // linking adds to them what other declarations say
		v.resources[r.Address] = r
	}
	v.graph = graph.Link(inv)
	return v
}

// trapTree is the configuration of the case, with positions from its directory on.
func trapTree() *config.Tree { return &config.Tree{Files: os.DirFS(traps), Dir: "."} }

// packedTree is the configuration that the plan file of the case carries.
func packedTree(t *testing.T) *config.Tree {
	t.Helper()
	r, err := zip.OpenReader(filepath.Join(traps, "plan.tfplan"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return &config.Tree{Files: r, Packed: true}
}

// sourceView reads the configuration of the case alone; account is that of the default provider, or empty.
func sourceView(t *testing.T, account string) view {
	t.Helper()
	src, err := terraform.ReadSource(terraform.SourceOptions{Tree: trapTree(), Options: terraform.Options{Account: account}})
	if err != nil {
		t.Fatal(err)
	}
	return viewOf(source, src.Inventory)
}

// trapViews reads the case in every way, the plan alone first.
func trapViews(t *testing.T) []view {
	t.Helper()
	plan := filepath.Join(traps, "plan.json")
	_, alone := read(t, plan)
	out := []view{viewOf(planAlone, alone)}
	for _, with := range []struct {
		name string
		tree *config.Tree
	}{{planDir, trapTree()}, {planFile, packedTree(t)}} {
		p := filled(t, plan, with.tree)
		if !p.Filled || len(p.Notes) > 0 {
			t.Errorf("%s: used: %t, notes: %q", with.name, p.Filled, p.Notes)
		}
		out = append(out, viewOf(with.name, p.After))
	}
	return append(out, sourceView(t, "111122223333"))
}

// wiring is what hangs on one address: the hops and support edges that it carries, or that leave it.
type wiring struct {
	of    string
	alone []string // as the plan alone draws them
	told  []string // as they are; nil: as the plan alone draws them
	at    string   // "file: line" of the argument that says it; empty: not compared
}

// saying is one attribute of one declaration.
type saying struct {
	address, attr string
	alone         string // as the plan alone gives it
	told          string // as it is; empty: the plan gives it already
	at            string // "file: line", where it is written
}

// living is a node, and where it is.
type living struct {
	node        string
	alone, told string // name, ARN, account, region
}

// trap is what the case shows of one trap.
type trap struct {
	name    string
	wirings []wiring
	sayings []saying
	living  []living
}

// statement spells one statement of a policy document as it is rendered.
func statement(s string) string { return `{"Version":"2012-10-17","Statement":[` + s + `]}` }

const (
	operationsARN = "arn:aws:cloudtrail:eu-central-1:111122223333:trail/kestrel-operations"
	orgARN        = "arn:aws:cloudtrail:eu-central-1:111122223333:trail/kestrel-org"
)

// trapTable says what the case shows of each trap. Where the plan alone has a reference and not what is made of it, that
// is "${?} of" the reference; a local says nothing.
func trapTable() []trap {
	return []trap{
		{
			name: "trap-1", // dynamic blocks
			wirings: []wiring{{
				of:    "aws_s3_bucket_notification.trail",
				alone: []string{"s3_notify_sqs ? -> ?", "s3_notify_sqs ? -> ?"},
				told:  []string{"s3_notify_sqs aws_s3_bucket.trail -> aws_sqs_queue.indexer[0]", "s3_notify_sqs aws_s3_bucket.trail -> aws_sqs_queue.indexer[1]"},
				at:    "bucket.tf: queue_arn = queue.value.arn",
			}},
			sayings: []saying{
				{
					address: "aws_s3_bucket_notification.trail", attr: "notification.queues", at: `bucket.tf: dynamic "queue" { > content {`,
					alone: notifications("unknown (known after apply) <nil>", "unknown (known after apply) <nil>"),
					told:  notifications("known ${aws_sqs_queue.indexer[0].arn}", "known ${aws_sqs_queue.indexer[1].arn}"),
				},
				{
					address: "aws_s3_bucket_policy.trail", attr: "policy", at: "bucket.tf: policy = data.aws_iam_policy_document.bucket.json",
					// What the plan tells of the references is of the last statement, which no block makes.
					alone: statement(bucketStatements("${?}", "${?}", "${?}\",\"${?}")) + " of aws_s3_bucket.trail.arn, data.aws_caller_identity.current.account_id",
					told: statement(bucketStatements("${aws_s3_bucket.trail.arn}", "${aws_s3_bucket.trail.arn}/AWSLogs/111122223333/*",
						"${aws_s3_bucket.trail.arn}\",\"${aws_s3_bucket.trail.arn}/AWSLogs/111122223333/*")),
				},
			},
		},
		{
			name: "trap-2", // locals, jsonencode, heredocs
			wirings: []wiring{
				{
					of: "aws_cloudtrail.operations",
					alone: []string{
						"trail_cwl aws_cloudtrail.operations -> ?", "trail_cwl_role aws_cloudtrail.operations -> ?", "trail_kms aws_cloudtrail.operations -> ?",
						"trail_s3 aws_cloudtrail.operations -> ?", "trail_sns aws_cloudtrail.operations -> aws_sns_topic.delivered",
					},
					told: []string{
						"trail_cwl aws_cloudtrail.operations -> aws_cloudwatch_log_group.trail", "trail_cwl_role aws_cloudtrail.operations -> aws_iam_role.trail",
						"trail_kms aws_cloudtrail.operations -> aws_kms_key.trail", "trail_s3 aws_cloudtrail.operations -> aws_s3_bucket.trail",
						"trail_sns aws_cloudtrail.operations -> aws_sns_topic.delivered",
					},
				},
				{
					of:    "aws_cloudwatch_log_subscription_filter.lake",
					alone: []string{"logs_subscription aws_cloudwatch_log_group.trail -> ?", "logs_subscription_role aws_cloudwatch_log_subscription_filter.lake -> aws_iam_role.lake"},
					told: []string{
						"logs_subscription aws_cloudwatch_log_group.trail -> aws_kinesis_firehose_delivery_stream.lake",
						"logs_subscription_role aws_cloudwatch_log_subscription_filter.lake -> aws_iam_role.lake",
					},
				},
			},
			sayings: []saying{
				{address: "aws_cloudtrail.operations", attr: "s3_bucket", alone: "${?} of local.wiring.bucket", told: "${aws_s3_bucket.trail.id}", at: "trail.tf: s3_bucket_name = local.wiring.bucket"},
				{address: "aws_cloudtrail.operations", attr: "kms_key", alone: "${?} of local.wiring.key", told: "${aws_kms_key.trail.arn}", at: "trail.tf: kms_key_id = local.wiring.key"},
				{address: "aws_cloudtrail.operations", attr: "log_group_role", alone: "${?} of local.wiring.role", told: "${aws_iam_role.trail.arn}", at: "trail.tf: cloud_watch_logs_role_arn = local.wiring.role"},
				{
					address: "aws_s3_bucket_server_side_encryption_configuration.trail", attr: "encryption.kms_key",
					alone: "${?} of local.wiring.key", told: "${aws_kms_key.trail.arn}", at: "bucket.tf: kms_master_key_id = local.wiring.key",
				},
				{address: "aws_s3_bucket_server_side_encryption_configuration.trail", attr: "encryption.algorithm", alone: "aws:kms", at: `bucket.tf: sse_algorithm = "aws:kms"`},
				{
					address: "aws_sns_topic_policy.delivered", attr: "policy", at: "topics.tf: policy = local.topic_policy",
					alone: "${?} of local.topic_policy",
					told: statement(`{"Effect":"Allow","Sid":"TrailAnnounces","Principal":{"Service":["cloudtrail.amazonaws.com"]},"Action":["sns:Publish"],` +
						`"Resource":["${aws_sns_topic.delivered.arn}"],"Condition":{"StringEquals":{"aws:SourceArn":["` + operationsARN + `"]}}}`),
				},
				{
					address: `module.log["siem"].aws_sqs_queue_policy.this`, attr: "policy", at: "modules/log/main.tf: policy = <<-JSON",
					alone: `${?} of module.log["siem"].local.sender.service, module.log["siem"].aws_sqs_queue.this.arn, module.log["siem"].local.sender.arn`,
					told: statement(`{"Effect":"Allow","Sid":"Send","Principal":{"Service":["sns.amazonaws.com"]},"Action":["sqs:SendMessage"],` +
						`"Resource":["${module.log["siem"].aws_sqs_queue.this.arn}"],"Condition":{"ArnEquals":{"aws:SourceArn":["${aws_sns_topic.delivered.arn}"]}}}`),
				},
				{
					// The same module for a bucket: the sender is found out by what is not known before the apply.
					address: "module.archive.module.soc.aws_sqs_queue_policy.this", attr: "policy", at: "modules/log/main.tf: policy = <<-JSON",
					alone: "${?} of module.archive.module.soc.local.sender.service, module.archive.module.soc.aws_sqs_queue.this.arn, module.archive.module.soc.local.sender.arn",
					told: statement(`{"Effect":"Allow","Sid":"Send","Principal":{"Service":["s3.amazonaws.com"]},"Action":["sqs:SendMessage"],` +
						`"Resource":["${module.archive.module.soc.aws_sqs_queue.this.arn}"],"Condition":{"ArnEquals":{"aws:SourceArn":["${module.archive.module.bucket.aws_s3_bucket.this.arn}"]}}}`),
				},
				{
					address: "aws_kms_key.trail", attr: "policy", at: "key.tf: policy = jsonencode({",
					alone: statement(`{"Effect":"Allow","Sid":"Administration","Principal":{"AWS":["arn:aws:iam::111122223333:root"]},"Action":["kms:*"],"Resource":["*"]},` +
						`{"Effect":"Allow","Sid":"TrailEncrypts","Principal":{"Service":["cloudtrail.amazonaws.com"]},"Action":["kms:GenerateDataKey*","kms:DescribeKey"],"Resource":["*"],` +
						`"Condition":{"StringEquals":{"aws:SourceArn":["` + operationsARN + `","` + orgARN + `"]}}}`),
				},
			},
		},
		{
			name: "trap-3", // indexes by each.value and count.index
			wirings: []wiring{
				{
					of: `aws_sns_topic_subscription.log["siem"]`,
					alone: []string{
						`sns_sub aws_sns_topic.delivered -> module.log["lake"].aws_sqs_queue.this (one of)`,
						`sns_sub aws_sns_topic.delivered -> module.log["siem"].aws_sqs_queue.this (one of)`,
					},
					told: []string{`sns_sub aws_sns_topic.delivered -> module.log["siem"].aws_sqs_queue.this`},
					at:   "topics.tf: endpoint = module.log[each.value].queue_arn",
				},
				{
					of: "aws_lambda_event_source_mapping.indexer[1]",
					alone: []string{
						"lambda_esm aws_sqs_queue.indexer[0] -> aws_lambda_function.indexer[0] (one of)", "lambda_esm aws_sqs_queue.indexer[0] -> aws_lambda_function.indexer[1] (one of)",
						"lambda_esm aws_sqs_queue.indexer[1] -> aws_lambda_function.indexer[0] (one of)", "lambda_esm aws_sqs_queue.indexer[1] -> aws_lambda_function.indexer[1] (one of)",
					},
					told: []string{"lambda_esm aws_sqs_queue.indexer[1] -> aws_lambda_function.indexer[1]"},
				},
			},
			sayings: []saying{
				{
					address: `aws_sns_topic_subscription.log["lake"]`, attr: "endpoint", at: "topics.tf: endpoint = module.log[each.value].queue_arn",
					alone: `${one of module.log["lake"].aws_sqs_queue.this.arn, module.log["siem"].aws_sqs_queue.this.arn, var.consumers}`,
					told:  `${module.log["lake"].aws_sqs_queue.this.arn}`,
				},
				{
					address: "aws_lambda_event_source_mapping.indexer[0]", attr: "source", at: "indexer.tf: event_source_arn = aws_sqs_queue.indexer[count.index].arn",
					alone: "${one of aws_sqs_queue.indexer[0], aws_sqs_queue.indexer[1]}", told: "${aws_sqs_queue.indexer[0].arn}",
				},
				{
					address: "aws_sqs_queue_policy.indexer[1]", attr: "policy", at: "indexer.tf: policy = <<-JSON",
					// A document is made of what it refers to: it is none of that.
					alone: "${?} of aws_sqs_queue.indexer[0], aws_sqs_queue.indexer[1], aws_s3_bucket.trail.arn, data.aws_caller_identity.current.account_id",
					told: statement(`{"Effect":"Allow","Sid":"BucketSends","Principal":{"Service":["s3.amazonaws.com"]},"Action":["sqs:SendMessage"],"Resource":["${aws_sqs_queue.indexer[1].arn}"],` +
						`"Condition":{"ArnLike":{"aws:SourceArn":["${aws_s3_bucket.trail.arn}"]},"StringEquals":{"aws:SourceAccount":["111122223333"]}}}`),
				},
			},
		},
		{
			name: "trap-4", // both branches of a condition, and a target that there is none of
			wirings: []wiring{{
				of:    "aws_sns_topic_subscription.auditors",
				alone: []string{"sns_sub aws_sns_topic.delivered -> aws_sqs_queue.auditors (one of)", "sns_sub aws_sns_topic.delivered -> aws_sqs_queue.held (one of)"},
				told:  []string{"sns_sub aws_sns_topic.delivered -> aws_sqs_queue.auditors"},
				at:    "topics.tf: endpoint = var.hold_auditors ? aws_sqs_queue.held.arn : aws_sqs_queue.auditors.arn",
			}},
			sayings: []saying{
				{
					address: "aws_sns_topic_subscription.auditors", attr: "topic",
					at:    "topics.tf: topic_arn = var.announce_on_old_topic ? one(aws_sns_topic.old[*].arn) : aws_sns_topic.delivered.arn",
					alone: "${?} of var.announce_on_old_topic, aws_sns_topic.delivered.arn", told: "${aws_sns_topic.delivered.arn}",
				},
				{
					address: "aws_sns_topic_subscription.auditors", attr: "endpoint",
					at:    "topics.tf: endpoint = var.hold_auditors ? aws_sqs_queue.held.arn : aws_sqs_queue.auditors.arn",
					alone: "${?} of var.hold_auditors, aws_sqs_queue.held.arn, aws_sqs_queue.auditors.arn", told: "${aws_sqs_queue.auditors.arn}",
				},
			},
		},
		{
			name: "trap-5", // what follows a reference, and lists of both
			sayings: []saying{
				{
					address: "module.archive.module.bucket.aws_s3_bucket_policy.this", attr: "policy", at: "modules/bucket/main.tf: policy = jsonencode({",
					alone: "${?} of module.archive.module.bucket.aws_s3_bucket.this.arn, module.org_trail.data.aws_region.here.name, " +
						"module.org_trail.data.aws_caller_identity.here.account_id, local.name",
					told: statement(`{"Effect":"Allow","Sid":"Trail","Principal":{"Service":["cloudtrail.amazonaws.com"]},"Action":["s3:GetBucketAcl","s3:PutObject"],` +
						`"Resource":["${module.archive.module.bucket.aws_s3_bucket.this.arn}","${module.archive.module.bucket.aws_s3_bucket.this.arn}/AWSLogs/111122223333/*"],` +
						`"Condition":{"StringEquals":{"aws:SourceArn":["` + orgARN + `"]}}}`),
				},
				{
					address: "aws_iam_role_policy.indexer", attr: "policy", at: "indexer.tf: policy = jsonencode({",
					alone: "${?} of aws_sqs_queue.indexer[0], aws_sqs_queue.indexer[1], aws_s3_bucket.trail.arn",
					told: statement(`{"Effect":"Allow","Sid":"Fetch","Action":["sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"],` +
						`"Resource":["${aws_sqs_queue.indexer[0].arn}","${aws_sqs_queue.indexer[1].arn}"]},{"Effect":"Allow","Sid":"Read","Action":["s3:GetObject"],` +
						`"Resource":["${aws_s3_bucket.trail.arn}/AWSLogs/*/CloudTrail/*","${aws_s3_bucket.trail.arn}/AWSLogs/*/CloudTrail-Digest/*"]}`),
				},
				{
					address: "aws_iam_role_policy.trail", attr: "policy", at: "trail.tf: policy = jsonencode({",
					alone: "${?} of local.wiring.log_group, data.aws_caller_identity.current.account_id, data.aws_region.current.name",
					told: statement(`{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],` +
						`"Resource":["${aws_cloudwatch_log_group.trail.arn}:log-stream:111122223333_CloudTrail_eu-central-1*"]}`),
				},
			},
		},
		{
			name: "trap-6", // names that are written out
			wirings: []wiring{
				{
					of: "module.org_trail.aws_cloudtrail.this",
					alone: []string{
						"trail_cwl module.org_trail.aws_cloudtrail.this -> module.org_trail.aws_cloudwatch_log_group.this", "trail_cwl_role module.org_trail.aws_cloudtrail.this -> module.org_trail.aws_iam_role.this",
						"trail_kms module.org_trail.aws_cloudtrail.this -> ?", "trail_s3 module.org_trail.aws_cloudtrail.this -> module.archive.module.bucket.aws_s3_bucket.this",
					},
					told: []string{
						"trail_cwl module.org_trail.aws_cloudtrail.this -> module.org_trail.aws_cloudwatch_log_group.this", "trail_cwl_role module.org_trail.aws_cloudtrail.this -> module.org_trail.aws_iam_role.this",
						// trap 7: the alias leads to the key, once it is told whose alias it is.
						"trail_kms module.org_trail.aws_cloudtrail.this -> aws_kms_key.trail", "trail_s3 module.org_trail.aws_cloudtrail.this -> module.archive.module.bucket.aws_s3_bucket.this",
					},
				},
				{
					of:    "aws_kinesis_firehose_delivery_stream.lake",
					alone: []string{"firehose_role aws_kinesis_firehose_delivery_stream.lake -> aws_iam_role.lake", "firehose_s3 aws_kinesis_firehose_delivery_stream.lake -> bucket:kestrel-data-lake"},
				},
			},
			sayings: []saying{
				{address: "module.org_trail.aws_cloudtrail.this", attr: "s3_bucket", alone: "kestrel-org-archive", at: "modules/trail/main.tf: s3_bucket_name = var.bucket"},
				{address: "aws_kinesis_firehose_delivery_stream.lake", attr: "bucket", alone: "arn:aws:s3:::kestrel-data-lake", at: `lake.tf: bucket_arn = "arn:aws:s3:::kestrel-data-lake"`},
				{address: "aws_kinesis_firehose_delivery_stream.lake", attr: "roles", alone: "${?}", told: "${aws_iam_role.lake.arn}", at: "lake.tf: extended_s3_configuration { > role_arn = aws_iam_role.lake.arn"},
			},
			living: []living{{node: "arn:aws:s3:::kestrel-data-lake", alone: "kestrel-data-lake arn:aws:s3:::kestrel-data-lake ? ?"}},
		},
		{
			name: "trap-7", // who is who
			wirings: []wiring{
				{of: "aws_kms_alias.trail", alone: []string{"kms_alias aws_kms_alias.trail -> ?"}, told: []string{"kms_alias aws_kms_alias.trail -> aws_kms_key.trail"}},
				{of: "aws_sns_topic_subscription.paging", alone: []string{"sns_sub aws_sns_topic.delivered -> aws_sqs_queue.paging"}},
			},
			sayings: []saying{
				{
					address: "module.org_trail.aws_cloudtrail.this", attr: "kms_key", alone: "${?} of aws_kms_alias.trail.arn", told: "${aws_kms_alias.trail.arn}",
					at: "modules/trail/main.tf: kms_key_id = var.key_arn",
				},
				{
					address: "aws_sns_topic_subscription.paging", attr: "endpoint", alone: "arn:aws:sqs:eu-central-1:111122223333:kestrel-paging",
					at: `topics.tf: endpoint = "${local.prefix}:sqs:${local.here}:kestrel-paging"`,
				},
			},
			living: []living{
				{node: "aws_s3_bucket.trail", alone: "unknown unknown 111122223333 eu-central-1"},
				{node: "aws_kms_key.trail", alone: "unknown unknown 111122223333 eu-central-1"},
				{
					node: "aws_sqs_queue.indexer[0]", alone: "unknown unknown 111122223333 eu-central-1",
					told: "kestrel-blue-indexer-0 arn:aws:sqs:eu-central-1:111122223333:kestrel-blue-indexer-0 111122223333 eu-central-1",
				},
				{node: "aws_sqs_queue.paging", alone: "kestrel-paging arn:aws:sqs:eu-central-1:111122223333:kestrel-paging 111122223333 eu-central-1"},
				{node: "aws_kms_alias.trail", alone: "alias/kestrel-trail arn:aws:kms:eu-central-1:111122223333:alias/kestrel-trail 111122223333 eu-central-1"},
			},
		},
		{
			name: "trap-8", // provider configurations, through two levels of modules
			wirings: []wiring{{
				of:    "module.archive.aws_s3_bucket_notification.this",
				alone: []string{"s3_notify_sqs module.archive.module.bucket.aws_s3_bucket.this -> module.archive.module.soc.aws_sqs_queue.this"},
			}},
			living: []living{
				{
					node: "module.archive.module.bucket.aws_s3_bucket.this", alone: "kestrel-org-archive unknown ? ?",
					told: "kestrel-org-archive arn:aws:s3:::kestrel-org-archive 222233334444 eu-west-1",
				},
				{node: "module.archive.module.soc.aws_sqs_queue.this", alone: "kestrel-soc arn:aws:sqs:eu-west-1:333344445555:kestrel-soc 333344445555 eu-west-1"},
				{node: `module.log["siem"].aws_sqs_queue.this`, alone: "kestrel-siem arn:aws:sqs:eu-central-1:111122223333:kestrel-siem 111122223333 eu-central-1"},
				{node: "module.org_trail.aws_iam_role.this", alone: "kestrel-org-trail arn:aws:iam::111122223333:role/kestrel-org-trail 111122223333 ?"},
			},
		},
		{
			name: "trap-9", // ":*" after the ARN of a log group
			sayings: []saying{
				{
					address: "module.org_trail.aws_cloudtrail.this", attr: "log_group", at: `modules/trail/main.tf: cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.this.arn}:*"`,
					alone: "${?} of module.org_trail.aws_cloudwatch_log_group.this.arn", told: "${module.org_trail.aws_cloudwatch_log_group.this.arn}:*",
				},
				{
					address: "aws_cloudtrail.operations", attr: "log_group", at: "trail.tf: cloud_watch_logs_group_arn = local.wiring.log_group",
					alone: "${?} of local.wiring.log_group", told: "${aws_cloudwatch_log_group.trail.arn}",
				},
				{
					address: "module.org_trail.aws_iam_role_policy.this", attr: "policy", at: "modules/trail/main.tf: policy = jsonencode({",
					alone: "${?} of module.org_trail.aws_cloudwatch_log_group.this.arn",
					told:  statement(`{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":["${module.org_trail.aws_cloudwatch_log_group.this.arn}:*"]}`),
				},
			},
		},
	}
}

// bucketStatements are those of the bucket's policy document, with their resources.
func bucketStatements(asks, writes, tls string) string {
	trail := func(sid, action, resource, more string) string {
		return `{"Effect":"Allow","Sid":"` + sid + `","Principal":{"Service":["cloudtrail.amazonaws.com"]},"Action":["` + action + `"],"Resource":["` + resource + `"],` +
			`"Condition":{"StringEquals":{"aws:SourceArn":["` + operationsARN + `"]` + more + `}}},`
	}
	return trail("TrailAsks", "s3:GetBucketAcl", asks, "") + trail("TrailWrites", "s3:PutObject", writes, `,"s3:x-amz-acl":["bucket-owner-full-control"]`) +
		`{"Effect":"Deny","Sid":"OnlyTls","Principal":"*","Action":["s3:*"],"Resource":["` + tls + `"],"Condition":{"Bool":{"aws:SecureTransport":["false"]}}}`
}

// notifications spells the blocks of the bucket's notification.
func notifications(first, second string) string {
	block := func(arn, id, prefix string) string {
		return "{arn " + arn + "; events known s3:ObjectCreated:*; id known " + id + "; prefix known AWSLogs/111122223333/" + prefix + "/; suffix known }"
	}
	return block(first, "shard-0", "CloudTrail") + " " + block(second, "shard-1", "CloudTrail-Digest")
}

// TestTraps holds, trap by trap, what is lost in the plan and what the configuration gives back.
func TestTraps(t *testing.T) {
	t.Parallel()
	views := trapViews(t)
	for _, c := range trapTable() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, v := range views {
				for _, w := range c.wirings {
					w.compare(t, v)
				}
				for _, s := range c.sayings {
					s.compare(t, v)
				}
				for _, l := range c.living {
					l.compare(t, v)
				}
			}
		})
	}
	t.Run("trap-7/symbols", func(t *testing.T) {
		t.Parallel()
		symbolicAccount(t, views)
	})
	t.Run("trap-10", func(t *testing.T) {
		t.Parallel()
		for _, v := range views {
			madeByAWS(t, v)
		}
	})
	t.Run("trap-11", func(t *testing.T) {
		t.Parallel()
		afterApply(t, views[1])
	})
}

// symbolicAccount holds that ARNs which are written out still meet where nothing tells the account: it is the same
// symbol on both sides, wherever a caller's identity is asked for.
func symbolicAccount(t *testing.T, views []view) {
	t.Helper()
	v := sourceView(t, "")
	const account = "${data.aws_caller_identity.account_id}"
	saying{
		address: "aws_sns_topic_subscription.paging", attr: "endpoint", alone: "arn:aws:sqs:eu-central-1:" + account + ":kestrel-paging",
		at: `topics.tf: endpoint = "${local.prefix}:sqs:${local.here}:kestrel-paging"`,
	}.compare(t, v)
	saying{
		address: "aws_sns_topic_policy.delivered", attr: "policy", at: "topics.tf: policy = local.topic_policy",
		alone: statement(`{"Effect":"Allow","Sid":"TrailAnnounces","Principal":{"Service":["cloudtrail.amazonaws.com"]},"Action":["sns:Publish"],` +
			`"Resource":["${aws_sns_topic.delivered.arn}"],"Condition":{"StringEquals":{"aws:SourceArn":["arn:aws:cloudtrail:eu-central-1:` + account + `:trail/kestrel-operations"]}}}`),
	}.compare(t, v)
	living{node: "aws_sqs_queue.paging", alone: "kestrel-paging arn:aws:sqs:eu-central-1:" + account + ":kestrel-paging ? eu-central-1"}.compare(t, v)
	living{node: "module.archive.module.soc.aws_sqs_queue.this", alone: "kestrel-soc arn:aws:sqs:eu-west-1:333344445555:kestrel-soc 333344445555 eu-west-1"}.compare(t, v)
	living{node: "module.archive.module.bucket.aws_s3_bucket.this", alone: "kestrel-org-archive arn:aws:s3:::kestrel-org-archive 222233334444 eu-west-1"}.compare(t, v)
	want, _ := hops(views[1].graph)
	certain, open := hops(v.graph)
	if d := diff.Diff(want, certain); d != "" || len(open) > 0 {
		t.Errorf("hops without an account (-with +without; one of: %v):\n%s", open, d)
	}
}

// madeByAWS holds that what nobody wrote is not unknown for want of an author: it is absent, or AWS's default. What AWS
// makes up for every resource, such as a URL, is there and not known yet.
func madeByAWS(t *testing.T, v view) {
	t.Helper()
	made := []string{"home_region", "key_id", "pending", "url"}
	if v.name == planAlone {
		made = append(made, "max_receives") // written in a jsonencode, beside the queue
	}
	for n := range v.graph.Nodes() {
		for name, a := range n.Attrs.All() {
			if n.Declared() && a.Value.State() == graph.Unknown && a.Value.Reason() == graph.ReasonAfterApply && !slices.Contains(made, name) {
				t.Errorf("%s: %s of %s is unknown, and nobody wrote it", v.name, name, n.ID)
			}
		}
	}
	for _, c := range []struct{ node, attr, want string }{
		{"aws_sqs_queue.auditors", "policy", "absent"},
		{"aws_sqs_queue.auditors", "dlq", "absent"},
		{"aws_sqs_queue.auditors", "max_receives", "absent"},
		{"aws_sqs_queue.auditors", "kms_key", "absent"},
		{"aws_sqs_queue.auditors", "managed_sse", "true"},
		{"aws_sqs_queue.auditors", "retention_seconds", "345600"},
		{"aws_cloudwatch_log_group.trail", "class", "STANDARD"},
		{"aws_cloudwatch_log_group.trail", "kms_key", "absent"},
		{"aws_iam_role.trail", "managed", "absent"},
		{"aws_iam_role.trail", "inline", "absent"},
		{"aws_kms_key.trail", "multi_region", "false"},
		{"aws_kms_key.trail", "rotation_days", "365"},
		{"module.archive.module.bucket.aws_s3_bucket.this", "acl", "private"},
		{"module.archive.module.bucket.aws_s3_bucket.this", "versioning.status", "Disabled"},
		{"module.archive.module.bucket.aws_s3_bucket.this", "object_lock.enabled", "false"},
		{"module.archive.module.bucket.aws_s3_bucket.this", "lifecycle", "absent"},
		{"module.archive.module.bucket.aws_s3_bucket.this", "replication.rules", "absent"},
		{"module.org_trail.aws_cloudtrail.this", "sns_topic", "absent"},
		{"module.org_trail.aws_cloudtrail.this", "logging", "true"},
	} {
		a, _ := v.graph.Node(graph.NodeID(c.node)).Attrs.Get(c.attr)
		if got := spelt(a); got != c.want {
			t.Errorf("%s: %s of %s: got %s, want %s", v.name, c.attr, c.node, got, c.want)
		}
	}
	for _, g := range v.graph.Gaps() {
		// The plan alone has gaps, and each is of something that somebody wrote.
		if v.name != planAlone || strings.Contains(g.Where, "aws_sqs_queue.") || strings.Contains(g.Where, "aws_cloudwatch_log_group.") {
			t.Errorf("%s: a gap: %s", v.name, g.What)
		}
	}
}

// afterApply holds the plan that follows the apply: it knows everything, so that the configuration adds no more than
// positions; and it has the hops that the plan before the apply had with its configuration.
func afterApply(t *testing.T, created view) {
	t.Helper()
	path := filepath.Join(traps, "noop.plan.json")
	p := filled(t, path, trapTree())
	before, after := read(t, path)
	for _, c := range p.Changes {
		if c.Action != graph.ActionNoOp {
			t.Errorf("%s: %s", c.Address, c.Action)
		}
	}
	for _, r := range p.After.Resources {
		if !r.Lookup && r.Pos.IsZero() {
			t.Errorf("%s has no position", r.Address)
		}
		for name, a := range r.Attrs {
			if a.Recovered {
				t.Errorf("%s of %s is recovered", name, r.Address)
			}
		}
	}
	g := graph.Link(p.After)
	want := drawn(graph.Link(after))
	for name, other := range map[string]*graph.Graph{"before it": graph.Link(before), "before it, with the configuration": graph.Link(p.Before), "after it, with the configuration": g} {
		if d := diff.Diff(want, drawn(other)); d != "" {
			t.Errorf("graph after it and %s (-after +other):\n%s", name, d)
		}
	}
	certain, open := hops(g)
	foretold, _ := hops(created.graph)
	if d := diff.Diff(foretold, certain); d != "" || len(open) > 0 {
		t.Errorf("hops (-foretold +applied; one of: %v):\n%s", open, d)
	}
	for n := range g.Nodes() {
		for name, a := range n.Attrs.All() {
			if n.Declared() && a.Value.State() == graph.Unknown {
				t.Errorf("%s of %s is unknown", name, n.ID)
			}
		}
	}
}

func (w wiring) compare(t *testing.T, v view) {
	t.Helper()
	want := w.told
	if v.name == planAlone || want == nil {
		want = w.alone
	}
	if d := diff.Diff(want, edgesOf(v.graph, w.of)); d != "" {
		t.Errorf("%s: edges of %s (-want +got):\n%s", v.name, w.of, d)
	}
	at := place(t, v.name, w.of, w.at)
	for e := range v.graph.Hops() {
		if w.at != "" && e.Via == w.of && e.Pos.String() != at {
			t.Errorf("%s: %s is at %q, want %q", v.name, e.ID, e.Pos, at)
		}
	}
}

// edgesOf spells the edges that a declaration carries, or that leave a node, sorted.
func edgesOf(g *graph.Graph, of string) []string {
	var out []string
	for _, edges := range []func(func(*graph.Edge) bool){g.Hops(), g.SupportEdges()} {
		for e := range edges {
			if e.Via != of && string(e.From) != of {
				continue
			}
			h := named(g, e)
			s := h.kind + " " + h.from + " -> " + h.to
			if e.OneOf != "" {
				s += " (one of)"
			}
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}

func (s saying) compare(t *testing.T, v view) {
	t.Helper()
	r, declared := v.resources[s.address]
	if !declared {
		t.Errorf("%s: %s is not declared", v.name, s.address)
		return
	}
	a := r.Attrs[s.attr]
	want, recovered, at := s.told, s.told != "", place(t, v.name, s.address, s.at)
	if v.name == planAlone || !recovered {
		want = s.alone
	}
	if v.name == planAlone {
		recovered = false
	}
	if got := spelt(a); got != want {
		t.Errorf("%s: %s of %s:\n got %s\nwant %s", v.name, s.attr, s.address, got, want)
	}
	if got := a.Pos.String(); got != at {
		t.Errorf("%s: %s of %s is at %q, want %q", v.name, s.attr, s.address, got, at)
	}
	if v.name == source { // there is no plan that could have told it
		recovered = false
	}
	if a.Recovered != recovered {
		t.Errorf("%s: %s of %s: recovered: %t, want %t", v.name, s.attr, s.address, a.Recovered, recovered)
	}
}

// spelt spells an attribute, with what its holes are made of.
func spelt(a graph.Attr) string {
	if a.Value.State() != graph.Known {
		return a.Value.String()
	}
	out := strings.TrimPrefix(spell(a.Value), "known ")
	data, _ := a.Value.Get()
	if text, ok := data.(graph.Text); ok && text.Reason() != "" && strings.Contains(text.String(), "${?}") {
		var of []string
		for _, r := range text.Refs() {
			of = append(of, r.String())
		}
		out += " of " + strings.Join(of, ", ")
	}
	return out
}

// place returns where a line of the case stands, as positions of the view spell it. A line that is not the only one of
// its kind is found after another: "file: line > line".
func place(t *testing.T, view, address, at string) string {
	t.Helper()
	if view == planAlone || at == "" {
		return ""
	}
	file, lines, _ := strings.Cut(at, ": ")
	b, err := os.ReadFile(filepath.Join(traps, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(string(b), "\n")
	for i := range all {
		all[i] = strings.Join(strings.Fields(all[i]), " ")
	}
	first, second, nested := strings.Cut(lines, " > ")
	n := slices.Index(all, first)
	if n < 0 || slices.Contains(all[n+1:], first) {
		t.Fatalf("%s does not have the line %q once", file, first)
	}
	if nested {
		after := slices.Index(all[n:], second)
		if after < 0 {
			t.Fatalf("%s has no line %q after %q", file, second, first)
		}
		n += after
	}
	if view == planFile && strings.Contains(file, "/") {
		// A plan file keeps the files of a module under the calls that lead to it.
		module, _, _ := strings.Cut(address, ".aws_")
		file = instanceKey.ReplaceAllString(module, "") + "/" + filepath.Base(file)
	}
	return fmt.Sprintf("%s:%d", file, n+1)
}

var instanceKey = regexp.MustCompile(`\[[^]]*\]`)

func (l living) compare(t *testing.T, v view) {
	t.Helper()
	n := v.graph.Node(graph.NodeID(l.node))
	if n == nil {
		t.Errorf("%s: there is no node %s", v.name, l.node)
		return
	}
	text := func(v graph.Value[graph.Text]) string {
		if s, known := v.Get(); known {
			return s.String()
		}
		return v.State().String()
	}
	want := l.told
	if v.name == planAlone || want == "" {
		want = l.alone
	}
	if got := strings.Join([]string{text(n.Name), text(n.ARN), n.Account.Or("?"), n.Region.Or("?")}, " "); got != want {
		t.Errorf("%s: %s:\n got %s\nwant %s", v.name, l.node, got, want)
	}
}
