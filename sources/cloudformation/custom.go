package cloudformation

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/table"
	"github.com/trailguard/trailguard/sources/token"
)

// Custom resources whose code writes a part of the chain. What the code of any other does is not known.
const (
	typeNotifications = "Custom::S3BucketNotifications" // of the CDK
	typeAutoDelete    = "Custom::S3AutoDeleteObjects"   // of the CDK
	typeCall          = "Custom::AWS"                   // AwsCustomResource of the CDK: one call of an API
	typeReader        = "Custom::CrossRegionExportReader"
	typeWriter        = "Custom::CrossRegionExportWriter"
)

// customRows are the rows of custom resources. Those of calls have the name of the API's operation for a type.
func customRows() []row {
	notifications := of(typeNotifications, graph.KindBucket, "BucketName|Bucket", notificationPaths(true))
	merging := notifications
	merging.Type, merging.Partial = typeNotifications+" Managed=false", true
	trail := one("Custom::AWSTrail", graph.KindTrail, "TrailName", table.Paths{
		"s3_bucket": "S3BucketName", "s3_key_prefix": "S3KeyPrefix", "sns_topic": "SnsTopicName", "logging": "IsLogging", "multi_region": "IsMultiRegionTrail",
		"validation": "EnableLogFileValidation", "global_events": "IncludeGlobalServiceEvents", "organization": "IsOrganizationTrail", "kms_key": "KMSKeyId|KmsKeyId",
		"log_group": "CloudWatchLogsLogGroupArn", "log_group_role": "CloudWatchLogsRoleArn",
	})
	trail.Coded = true
	orgTrail := one("Custom::LambdaCustomResource", graph.KindTrail, "CLOUDTRAIL_NAME", table.Paths{
		"s3_bucket": "S3_BUCKET_NAME", "kms_key": "KMS_KEY_ID", "log_group": "CLOUDWATCH_LOG_GROUP_ARN", "log_group_role": "CLOUDWATCH_LOG_GROUP_ROLE_ARN",
	})
	orgTrail.Coded, orgTrail.Needs = true, "CLOUDTRAIL_NAME"
	replication := of("Custom::S3PutBucketReplication", graph.KindBucket, "sourceBucketName", table.Paths{
		"replication.role": "replicationRoleArn", "replication.rules": "@.Rules", "replication.rules/bucket": "Bucket", "replication.rules/account": "Account", "replication.rules/kms_key": "Key",
	})
	block := one("Custom::PutPublicAccessBlock", "s3.account", "", table.Paths{
		"public_access_block.block_public_acls": "blockPublicAcls", "public_access_block.block_public_policy": "blockPublicPolicy",
		"public_access_block.ignore_public_acls": "ignorePublicAcls", "public_access_block.restrict_public_buckets": "restrictPublicBuckets",
	})
	putPolicy := of("s3:putBucketPolicy", graph.KindBucket, "Bucket", table.Paths{"policy": "Policy"})
	return []row{
		notifications, merging, trail, orgTrail, replication, block, putPolicy,
		of(typeAutoDelete, graph.KindBucket, "BucketName", table.Paths{"force_destroy": "@.True"}),
		of("s3:putPublicAccessBlock", graph.KindBucket, "Bucket", blockPaths("PublicAccessBlockConfiguration.")),
		of("s3:putBucketReplication", graph.KindBucket, "Bucket", replicationPaths("ReplicationConfiguration.")),
		of("s3:putBucketVersioning", graph.KindBucket, "Bucket", table.Paths{"versioning.status": "VersioningConfiguration.Status", "versioning.mfa_delete": "VersioningConfiguration.MFADelete"}),
		one("sns:subscribe", graph.KindSubscription, "", table.Paths{
			"topic": "TopicArn", "protocol": "Protocol", "endpoint": "Endpoint", "filter_policy": "Attributes.FilterPolicy", "filter_policy_scope": "Attributes.FilterPolicyScope",
			"raw": "Attributes.RawMessageDelivery", "dlq": "Attributes.RedrivePolicy#deadLetterTargetArn", "role": "Attributes.SubscriptionRoleArn",
		}),
		of("sqs:setQueueAttributes", graph.KindQueue, "QueueUrl", table.Paths{"policy": "Attributes.Policy"}),
		of("Custom::LogRetention", graph.KindLogGroup, "LogGroupName", table.Paths{"retention_days": "RetentionInDays"}),
		of("logs:putRetentionPolicy", graph.KindLogGroup, "logGroupName", table.Paths{"retention_days": "retentionInDays"}),
		one("logs:putSubscriptionFilter", graph.KindLogsFilter, "filterName", table.Paths{
			"group": "logGroupName", "destination": "destinationArn", "role": "roleArn", "filter_pattern": "filterPattern",
		}),
		one("logs:putResourcePolicy", "logs.resource_policy", "policyName", table.Paths{"policy": "policyDocument"}),
		each("events:putTargets", "Targets", graph.KindRuleTarget, table.Paths{
			"rule": "Rule", "bus": "EventBusName", "arn": "Each.Arn", "role": "Each.RoleArn", "dlq": "Each.DeadLetterConfig.Arn", "retries": "Each.RetryPolicy.MaximumRetryAttempts",
		}),
		one("cloudtrail:createTrail", graph.KindTrail, "Name", table.Paths{
			"s3_bucket": "S3BucketName", "s3_key_prefix": "S3KeyPrefix", "sns_topic": "SnsTopicName", "multi_region": "IsMultiRegionTrail", "validation": "EnableLogFileValidation",
			"global_events": "IncludeGlobalServiceEvents", "organization": "IsOrganizationTrail", "kms_key": "KmsKeyId", "log_group": "CloudWatchLogsLogGroupArn", "log_group_role": "CloudWatchLogsRoleArn",
		}),
		one("lambda:createEventSourceMapping", graph.KindMapping, "", table.Paths{"source": "EventSourceArn", "function": "FunctionName", "enabled": "Enabled"}),
	}
}

// isCustom says that code of somebody's makes the resource.
func isCustom(typ string) bool {
	return strings.HasPrefix(typ, "Custom::") || typ == "AWS::CloudFormation::CustomResource"
}

// shapeOf returns the type whose rows tell what a resource is. A custom resource is told by what it is given: a
// notification configuration, or a call, whatever its author calls it.
func shapeOf(res *template.Resource) string {
	if !isCustom(res.Type) || len(rows()[res.Type]) > 0 && res.Type != typeNotifications {
		return res.Type
	}
	p := res.Properties
	switch {
	case p.Get("NotificationConfiguration") != nil && (p.Get("BucketName") != nil || p.Get("Bucket") != nil):
		return typeNotifications
	case p.Get("Create") != nil || p.Get("Update") != nil:
		return typeCall
	}
	return res.Type
}

// reshape tells the type whose rows count by what evaluated properties say, and gives the properties that these take.
//
//nolint:gochecknoglobals // a table
var reshape = map[string]func(p map[string]any) (string, map[string]any){
	typeCall: shapeOfCall,
	typeNotifications: func(p map[string]any) (string, map[string]any) {
		if managed, ok := scalarText(p["Managed"]); ok && strings.EqualFold(managed, "false") {
			return typeNotifications + " Managed=false", p
		}
		return typeNotifications, p
	},
}

// shapeOfCall reads the call that an AwsCustomResource makes:
// https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources.AwsCustomResource.html
func shapeOfCall(p map[string]any) (string, map[string]any) {
	for _, name := range []string{"Create", "Update"} {
		call, ok := p[name].(map[string]any)
		if s, isText := p[name].(string); isText {
			ok = json.Unmarshal([]byte(token.Escapes(s)), &call) == nil
		}
		if !ok {
			continue
		}
		service, _ := call["service"].(string)
		action, _ := call["action"].(string)
		parameters, _ := call["parameters"].(map[string]any)
		service = strings.TrimPrefix(strings.ToLower(service), "@aws-sdk/client-")
		service = strings.TrimPrefix(service, "cloudwatch-") // the SDK calls Logs so
		service = strings.TrimPrefix(service, "cloudwatch")
		action = strings.TrimSuffix(action, "Command")
		if action == "" || parameters == nil {
			continue
		}
		action = strings.ToLower(action[:1]) + action[1:]
		if service == "eventbridge" {
			service = "events"
		}
		if service+":"+action == "s3:putBucketNotificationConfiguration" {
			return typeNotifications, maps.Clone(parameters)
		}
		if service+":"+action == "cloudtrail:updateTrail" {
			action = "createTrail"
		}
		return service + ":" + action, maps.Clone(parameters)
	}
	return "", p
}

// fixReplication makes the one rule of the replication that the Landing Zone Accelerator sets up.
func fixReplication(_ *evaluator, p, own map[string]any) {
	own["Rules"] = []any{map[string]any{"Bucket": p["destinationBucketName"], "Account": p["destinationAccountId"], "Key": p["destinationBucketKeyArn"]}}
}

// chainKinds are the kinds of node that a custom resource is not to take unnoticed.
//
//nolint:gochecknoglobals // a table
var chainKinds = map[graph.Kind]string{
	graph.KindTrail: "trail", graph.KindBucket: "bucket", graph.KindTopic: "topic", graph.KindQueue: "queue", graph.KindLogGroup: "log group",
	graph.KindStream: "stream", graph.KindFirehose: "delivery stream", graph.KindRule: "rule", graph.KindBus: "event bus", graph.KindKey: "key",
	graph.KindFunction: "function",
}

// notice says of the custom resources whose code is not known which nodes of the chain they are given: those of one type
// together.
func (r *run) notice(s *stack) {
	type taken struct {
		by, nodes map[string]bool
		first     *template.Resource
	}
	found := map[string]*taken{}
	for i := range s.Resources {
		res := &s.Resources[i]
		if !isCustom(res.Type) && !isForeign(res.Type) || res.Type == typeReader || res.Type == typeWriter {
			continue
		}
		if shape := shapeOf(res); len(rows()[shape]) > 0 || r.called[s.address(res.ID)] {
			continue
		}
		nodes := r.given(s, res)
		if len(nodes) == 0 {
			continue
		}
		t := found[res.Type]
		if t == nil {
			t = &taken{by: map[string]bool{}, nodes: map[string]bool{}, first: res}
			found[res.Type] = t
		}
		t.by[res.ID] = true
		maps.Copy(t.nodes, nodes)
	}
	for _, typ := range sortedKeys(found) {
		t := found[typ]
		what, why, settledBy := "custom resource", graph.Reason("made by code that is not read"), "the live account"
		switch {
		case isModule(typ):
			what, why, settledBy = "module", "what the module declares is not read", "the processed template: aws cloudformation get-template --template-stage Processed"
		case isForeign(typ):
			what = "third-party resource"
		}
		r.gap("what the "+what+" "+shortList(t.by)+" ("+typ+") does to "+shortList(t.nodes), t.first.Pos.String(), why, settledBy)
	}
}

// isModule says that a type is of a module, whose resources come into the template when it is processed:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/modules.html
func isModule(typ string) bool { return strings.HasSuffix(typ, "::MODULE") }

// isForeign says that a type is of a module, or of an extension that somebody else than AWS has made.
func isForeign(typ string) bool {
	return isModule(typ) || !isCustom(typ) && strings.Contains(typ, "::") && typ != transform && !strings.HasPrefix(typ, "AWS::") && !strings.HasPrefix(typ, "Alexa::")
}

// shortList spells the first of a set.
func shortList(set map[string]bool) string {
	const most = 3
	all := sortedKeys(set)
	if len(all) > most {
		return strings.Join(all[:most], ", ") + " and " + strconv.Itoa(len(all)-most) + " more"
	}
	return strings.Join(all, ", ")
}

// given returns the nodes of the chain that a custom resource is given: by reference, or by a name that they have.
func (r *run) given(s *stack, res *template.Resource) map[string]bool {
	e := &evaluator{run: r, stack: s, at: s.address(res.ID)}
	if res.Properties == nil || res.Condition != "" && e.holds(res.Body, res.Condition) == graph.No {
		return nil
	}
	out := map[string]bool{}
	value := e.value(res.Properties.Without("ServiceToken"))
	for _, ref := range mentionsOf(r.tokens, value) {
		for _, other := range r.stacks {
			target := other.byID[trimLabel(other, ref.Address)]
			if target == nil || ref.Attr == "" {
				continue
			}
			if row := mainRow(target.Type); row != nil && chainKinds[row.Kind] != "" {
				out[chainKinds[row.Kind]+" "+target.ID] = true
			}
		}
	}
	for _, text := range textsOf(value) {
		for _, n := range r.chainNames()[r.tokens.Text(text).String()] {
			out[n] = true
		}
	}
	return out
}

// chainNames are the nodes of the chain by their name.
func (r *run) chainNames() map[string][]string {
	if r.named != nil {
		return r.named
	}
	r.named = map[string][]string{}
	for i := range r.resources {
		n := &r.resources[i]
		if name, ok := n.Name.Get(); ok && chainKinds[n.Kind] != "" && !n.Fragment && !name.IsEmpty() {
			r.named[name.String()] = append(r.named[name.String()], chainKinds[n.Kind]+" "+n.Title)
		}
	}
	return r.named
}

// textsOf returns the strings of a value that may be names.
func textsOf(v any) []string {
	switch t := v.(type) {
	case string:
		if len(t) > 2 && len(t) < 256 {
			return []string{t}
		}
	case notGiven:
		return []string{string(t)}
	case []any:
		var out []string
		for _, e := range t {
			out = append(out, textsOf(e)...)
		}
		return out
	case map[string]any:
		var out []string
		for _, k := range sortedKeys(t) {
			out = append(out, textsOf(t[k])...)
		}
		return out
	}
	return nil
}

// carriedOver follows what the CDK carries from one region to another through SSM: the attribute of a reader is what
// the writer of another stack was given under the name.
func (e *evaluator) carriedOver(name string) (any, bool) {
	if e.nesting++; e.nesting > maxNesting {
		e.nesting--
		return nil, false
	}
	defer func() { e.nesting-- }()
	for _, s := range e.stacks {
		for i := range s.Resources {
			if res := &s.Resources[i]; res.Type == typeWriter {
				if n := res.Properties.At("WriterProps", "exports", name); n != nil {
					in := &evaluator{run: e.run, stack: s, at: s.address(res.ID), nesting: e.nesting}
					return in.value(n), true
				}
			}
		}
	}
	return nil, false
}

// reads says that an operation of an API changes nothing.
func reads(operation string) bool {
	_, action, _ := strings.Cut(operation, ":")
	return strings.HasPrefix(action, "get") || strings.HasPrefix(action, "list") || strings.HasPrefix(action, "describe") || strings.HasPrefix(action, "head")
}
