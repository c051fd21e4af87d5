package main

import (
	"strings"
)

// action is one that requests ask for, with the resources that it takes.
type action struct {
	name    string
	targets []string
	keys    []string // condition keys of its own
	policy  bool     // its resources may have policies
}

func actions() []action {
	object := []string{"arn:aws:s3:::logs/AWSLogs/" + here + "/x.gz", "arn:aws:s3:::logs/a/b", "arn:aws:s3:::other-logs/x"}
	bucket := []string{"arn:aws:s3:::logs", "arn:aws:s3:::other-logs"}
	queue := []string{"arn:aws:sqs:eu-west-1:" + here + ":siem", "arn:aws:sqs:us-east-1:" + here + ":siem-dead"}
	topic := []string{"arn:aws:sns:eu-west-1:" + here + ":trail", "arn:aws:sns:eu-west-1:" + here + ":other"}
	key := []string{"arn:aws:kms:eu-west-1:" + here + ":key/1234abcd-12ab-34cd-56ef-1234567890ab", "arn:aws:kms:eu-west-1:" + here + ":key/mrk-1234abcd12ab34cd56ef1234567890ab"}
	role := []string{"arn:aws:iam::" + here + ":role/target", "arn:aws:iam::" + here + ":role/team/target"}
	stream := []string{"arn:aws:logs:eu-west-1:" + here + ":log-group:/org/trail:log-stream:a"}
	group := []string{"arn:aws:logs:eu-west-1:" + here + ":log-group:/org/trail"}
	encryption := []string{"kms:ViaService", "kms:EncryptionContextKeys"}
	return []action{
		{"s3:GetObject", object, nil, true},
		{"s3:PutObject", object, []string{"s3:x-amz-acl"}, true},
		{"s3:DeleteObject", object, nil, true},
		{"s3:ListBucket", bucket, []string{"s3:prefix", "s3:max-keys"}, true},
		{"s3:PutBucketPolicy", bucket, nil, true},
		{"s3:PutLifecycleConfiguration", bucket, nil, true},
		{"sqs:SendMessage", queue, nil, true},
		{"sqs:ReceiveMessage", queue, nil, true},
		{"sqs:PurgeQueue", queue, nil, true},
		{"sqs:ListQueues", []string{"*"}, nil, false},
		{"sns:Publish", topic, nil, true},
		{"sns:Subscribe", topic, []string{"sns:Protocol"}, true},
		{"sns:DeleteTopic", topic, nil, true},
		{"kms:Decrypt", key, encryption, true},
		{"kms:GenerateDataKey", key, encryption, true},
		{"kms:ScheduleKeyDeletion", key, []string{"kms:ScheduleKeyDeletionPendingWindowInDays"}, true},
		{"kms:ListKeys", []string{"*"}, nil, false},
		{"logs:PutLogEvents", stream, nil, false},
		{"logs:DeleteLogGroup", group, nil, false},
		{"lambda:InvokeFunction", []string{"arn:aws:lambda:eu-west-1:" + here + ":function:index"}, nil, true},
		{"lambda:DeleteFunction", []string{"arn:aws:lambda:eu-west-1:" + here + ":function:index"}, nil, true},
		{"kinesis:PutRecord", []string{"arn:aws:kinesis:eu-west-1:" + here + ":stream/trail"}, nil, true},
		{"kinesis:DeleteStream", []string{"arn:aws:kinesis:eu-west-1:" + here + ":stream/trail"}, nil, true},
		{"firehose:PutRecordBatch", []string{"arn:aws:firehose:eu-west-1:" + here + ":deliverystream/splunk"}, nil, false},
		{"events:PutRule", []string{"arn:aws:events:eu-west-1:" + here + ":rule/forward"}, nil, false},
		{"sts:AssumeRole", role, []string{"sts:ExternalId"}, true},
		{"sts:AssumeRole", role, []string{"sts:ExternalId"}, true},
		{"sts:AssumeRoleWithWebIdentity", role, []string{"token.actions.githubusercontent.com:repository"}, true},
		{"sts:AssumeRoleWithSAML", role, []string{"saml:aud"}, true},
		{"sts:GetCallerIdentity", []string{"*"}, nil, false},
	}
}

// rcpServices are the services of the small world that RCPs restrict for certain; see
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html.
var rcpServices = map[string]bool{"s3": true, "sqs": true, "kms": true, "sts": true} //nolint:gochecknoglobals // a table

// setKeys are the condition keys that hold sets of values.
var setKeys = map[string]bool{ //nolint:gochecknoglobals // a table

	"aws:TagKeys": true, "aws:CalledVia": true, "aws:PrincipalOrgPaths": true, "kms:EncryptionContextKeys": true,
}

// values are what the keys of requests may hold, and what policies ask for.
func values() map[string][]string {
	return map[string][]string{
		"aws:PrincipalTag/team":      {"red", "blue", "Red", "re", "siem", "logs", ""},
		"aws:PrincipalTag/blob":      {"QmluYXJ5", "QQ==", "aGk="},
		"aws:PrincipalTag/size":      {"5", "7", "7.0", "-3", "12", "x"},
		"aws:SourceIp":               {"203.0.113.7", "198.51.100.1", "10.1.2.3", "2001:db8::1", "2001:db8:1::5"},
		"aws:SourceArn":              {"arn:aws:s3:::logs", "arn:aws:sns:eu-west-1:" + here + ":trail", "arn:aws:cloudtrail:eu-west-1:" + here + ":trail/org", "arn:aws:cloudtrail:eu-west-1:" + there + ":trail/org"},
		"aws:SourceAccount":          {here, there},
		"aws:SourceVpce":             {"vpce-1a2b3c4d", "vpce-ffffffff"},
		"aws:PrincipalOrgID":         {"o-acme123456", "o-evil123456"},
		"aws:SecureTransport":        {"true", "false"},
		"aws:MultiFactorAuthPresent": {"true", "false"},
		"aws:MultiFactorAuthAge":     {"60", "3600", "86400"},
		"aws:CurrentTime":            {"2026-01-01T00:00:00Z", "2026-06-30T12:00:00Z", "2025-12-31T23:59:59Z"},
		"aws:TokenIssueTime":         {"2026-01-01T00:00:00Z", "2026-06-29T00:00:00Z"},
		"aws:EpochTime":              {"1767225600", "1782820800"},
		"aws:RequestedRegion":        {"eu-west-1", "us-east-1", "EU-WEST-1"},
		"aws:UserAgent":              {"aws-cli/2", "Boto3/1 md/Botocore"},
		"aws:TagKeys":                {"team", "cost", "owner", "Team"},
		"aws:CalledVia":              {"athena.amazonaws.com", "cloudformation.amazonaws.com"},
		"aws:PrincipalOrgPaths":      {"o-acme123456/r-ab12/ou-ab12-11111111/", "o-acme123456/r-ab12/ou-ab12-22222222/"},
		"aws:username":               {"ann", "bob"},
		"aws:PrincipalArn":           {"arn:aws:iam::" + here + ":role/reader", "arn:aws:iam::" + here + ":user/ann", "arn:aws:iam::" + there + ":role/visitor", "arn:aws:iam::" + here + ":role/team/writer"},
		"aws:PrincipalAccount":       {here, there},
		"aws:PrincipalType":          {"AssumedRole", "User", "Account", "FederatedUser", "Anonymous"},
		"aws:PrincipalIsAWSService":  {"true", "false"},
		"aws:PrincipalServiceName":   {"cloudtrail.amazonaws.com", "sns.amazonaws.com"},
		"aws:ResourceAccount":        {here, there},
		"s3:x-amz-acl":               {"bucket-owner-full-control", "private"},
		"s3:prefix":                  {"AWSLogs/", "a/"},
		"s3:max-keys":                {"10", "1000"},
		"sns:Protocol":               {"sqs", "https"},
		"kms:EncryptionContext:app":  {"x", "y"},
		"kms:ViaService":             {"s3.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com"},
		"kms:EncryptionContextKeys":  {"app", "aws:cloudtrail:arn"},
		"sts:ExternalId":             {"42", "4711"},
		"saml:aud":                   {"https://signin.aws.amazon.com/saml", "https://x"},
		"token.actions.githubusercontent.com:repository": {"acme/infra", "evil/infra"},
		"kms:ScheduleKeyDeletionPendingWindowInDays":     {"7", "30"},
	}
}

// derived are the keys that follow from who asks for what.
func derived() []string {
	return []string{"aws:username", "aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:PrincipalIsAWSService", "aws:PrincipalServiceName", "aws:ResourceAccount"}
}

// service returns the prefix of the action.
func (r *request) service() string {
	s, _, _ := strings.Cut(r.Action, ":")
	return s
}

// last returns what stands behind the last slash.
func last(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }
