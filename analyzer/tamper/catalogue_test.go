package tamper

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// maxCatalogue keeps the program small: the catalogue is a part of it.
const maxCatalogue = 400_000

func TestCatalogueIsRead(t *testing.T) {
	d := json.NewDecoder(bytes.NewReader(catalogueJSON))
	d.DisallowUnknownFields()
	var c catalogue
	if err := d.Decode(&c); err != nil {
		t.Fatal(err)
	}
	if len(catalogueJSON) > maxCatalogue {
		t.Errorf("the catalogue has %d bytes, more than %d", len(catalogueJSON), maxCatalogue)
	}
	if len(Actions()) != len(c.Actions) || len(c.Actions) < 495 {
		t.Errorf("%d actions, of which %d are given out", len(c.Actions), len(Actions()))
	}
	if _, err := parse([]byte(`{"actions":[{"severity":"awful"}]}`)); err == nil {
		t.Error("a severity that does not exist is taken")
	}
}

func TestVocabulary(t *testing.T) {
	shapes := []struct {
		field string
		want  *regexp.Regexp
		of    func(*Action) []string
	}{
		{"id", regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9]+){1,2}$`), func(a *Action) []string { return []string{a.ID} }},
		{"service", regexp.MustCompile(`^[a-z0-9-]+$`), func(a *Action) []string { return []string{a.Service} }},
		{"iam", regexp.MustCompile(`^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$`), func(a *Action) []string { return []string{a.IAM} }},
		{"access", regexp.MustCompile(`^(|Read|Write|Tagging|Permissions management)$`), func(a *Action) []string { return []string{a.Access} }},
		{"api", regexp.MustCompile(`^([A-Z][A-Za-z0-9]+)?$`), func(a *Action) []string { return []string{a.API} }},
		{"event", regexp.MustCompile(`^([A-Z][A-Za-z0-9]+)?$`), func(a *Action) []string { return []string{a.Event} }},
		{"source", regexp.MustCompile(`^[a-z0-9-]+\.amazonaws\.com$`), func(a *Action) []string { return []string{a.Source} }},
		{"class", regexp.MustCompile(`^(management|data|none)$`), func(a *Action) []string { return []string{string(a.Class)} }},
		{"data_type", regexp.MustCompile(`^(AWS::[A-Za-z0-9]+::[A-Za-z0-9]+)?$`), func(a *Action) []string { return []string{a.DataType} }},
		{"arn", regexp.MustCompile(`^(\*|arn:\{partition\}:[^ ]+)$`), func(a *Action) []string { return a.ARN }},
		{"conditions", regexp.MustCompile(`^[a-z0-9-]+:[A-Za-z][A-Za-z0-9.-]*(/\$\{TagKey\})?$`), func(a *Action) []string { return a.Conditions }},
		{"attack", regexp.MustCompile(`^T\d{4}(\.\d{3})?$`), func(a *Action) []string { return a.Attack }},
		{"cis", regexp.MustCompile(`^cis-[a-z0-9-]+$`), func(a *Action) []string { return a.CIS }},
		{"detections", regexp.MustCompile(`^[a-z-]+/[\w.:/() -]+$`), func(a *Action) []string { return slices.Concat(a.Detections, a.DeadNames) }},
		{"how", regexp.MustCompile(`^[\x20-\x7e]{10,}$`), func(a *Action) []string { return []string{a.How} }},
	}
	seen := map[string]bool{}
	for _, a := range Actions() {
		if seen[a.ID] {
			t.Errorf("%s is there twice", a.ID)
		}
		seen[a.ID] = true
		for _, s := range shapes {
			for _, v := range s.of(&a) {
				if !s.want.MatchString(v) {
					t.Errorf("%s: %s is %q", a.ID, s.field, v)
				}
			}
		}
		if len(a.Effects) == 0 || len(a.ARN) == 0 {
			t.Errorf("%s: %d effects, %d forms of ARN", a.ID, len(a.Effects), len(a.ARN))
		}
		for i, e := range a.Effects {
			if !slices.Contains(Effects(), e) || slices.Contains(a.Effects[:i], e) {
				t.Errorf("%s: effect %q", a.ID, e)
			}
		}
		if (a.Class == Data) != (a.DataType != "") {
			t.Errorf("%s: class %s, data type %q", a.ID, a.Class, a.DataType)
		}
		if (a.Command == "") == (a.NoCommand == "") {
			t.Errorf("%s: either a command, or the reason why there is none: %q, %q", a.ID, a.Command, a.NoCommand)
		}
		if len(a.AttackV19()) != len(a.Attack) {
			t.Errorf("%s: %v is %v since version 19", a.ID, a.Attack, a.AttackV19())
		}
	}
}

func TestEvaluatedOn(t *testing.T) {
	resources := load().Resources
	for _, a := range Actions() {
		for _, on := range a.EvaluatedOn {
			if _, ok := resources[on]; !ok && on != "*" {
				t.Errorf("%s is evaluated on %q, which is no resource type", a.ID, on)
			}
		}
		for _, need := range a.Needs {
			if strings.Count(need, ":") != 1 && !strings.Contains(need, " ") {
				t.Errorf("%s needs %q", a.ID, need)
			}
		}
	}
}

// TestKindTable holds that every action has a row, that every row has an action, and that all kinds exist.
func TestKindTable(t *testing.T) {
	used := map[string]bool{}
	for _, a := range Actions() {
		found := false
		for _, row := range []string{a.ID, a.Service + "/" + a.Resource, a.Resource} {
			if _, ok := kindsOf[row]; ok {
				used[row], found = true, true
				break
			}
		}
		if !found {
			t.Errorf("%s: no row for resource type %s", a.ID, a.Resource)
		}
	}
	kinds := map[graph.Kind]bool{}
	for _, k := range graph.Kinds() {
		kinds[k.Kind] = true
	}
	for _, row := range slices.Sorted(maps.Keys(kindsOf)) {
		if !used[row] {
			t.Errorf("row %s is of no action", row)
		}
		for _, k := range kindsOf[row] {
			if !kinds[k] {
				t.Errorf("row %s: kind %s does not exist", row, k)
			}
		}
	}
}

// TestFor names what must be found at the nodes that every chain has.
func TestFor(t *testing.T) {
	for kind, ids := range map[graph.Kind][]string{
		graph.KindTrail:        {"cloudtrail.stoplogging", "cloudtrail.deletetrail", "cloudtrail.updatetrail", "cloudtrail.puteventselectors"},
		graph.KindBucket:       {"s3.putbucketnotification.putbucketnotificationconfiguration", "s3.deleteobject", "s3.createjob", "s3.putaccesspointpolicy"},
		graph.KindQueue:        {"sqs.purgequeue", "sqs.setqueueattributes", "lambda.createeventsourcemapping", "pipes.createpipe"},
		graph.KindTopic:        {"sns.settopicattributes", "sns.unsubscribe"},
		graph.KindSubscription: {"sns.unsubscribe", "sns.setsubscriptionattributes"},
		graph.KindFunction:     {"lambda.putfunctionconcurrency", "lambda.putfunctionconcurrency.neighbour"},
		graph.KindMapping:      {"lambda.updateeventsourcemapping"},
		graph.KindLogGroup:     {"logs.deletesubscriptionfilter", "logs.putaccountpolicy", "logs.deletelogstream"},
		graph.KindStream:       {"kinesis.decreasestreamretentionperiod", "kinesis.registerstreamconsumer"},
		graph.KindFirehose:     {"firehose.updatedestination"},
		graph.KindRule:         {"events.disablerule", "events.removetargets"},
		graph.KindKey:          {"kms.disablekey", "kms.updatealias", "kms.disconnectcustomkeystore"},
		graph.KindRoleIAM:      {"iam.putrolepolicy", "iam.passrole"},
		graph.KindAlarm:        {"cloudwatch.disablealarmactions", "cloudwatch.putmetricalarm"},
	} {
		got := For(kind)
		for _, id := range ids {
			if !slices.ContainsFunc(got, func(a Action) bool { return a.ID == id }) {
				t.Errorf("%s is not among the actions at %s", id, kind)
			}
		}
	}
	if got := For("http.endpoint"); len(got) != 0 {
		t.Errorf("%d actions at an endpoint that is not of AWS", len(got))
	}
}

// TestNamesThatDiffer pins what is told wrong most often: the three names of one action.
func TestNamesThatDiffer(t *testing.T) {
	want := map[string][3]string{ // IAM action: operation, eventName, eventSource
		"s3.putlifecycleconfiguration.putbucketlifecycleconfiguration": {"PutBucketLifecycleConfiguration", "PutBucketLifecycle", "s3.amazonaws.com"},
		"s3.putbucketnotification.putbucketnotificationconfiguration":  {"PutBucketNotificationConfiguration", "PutBucketNotification", "s3.amazonaws.com"},
		"s3.putbucketpublicaccessblock.putpublicaccessblock":           {"PutPublicAccessBlock", "PutBucketPublicAccessBlock", "s3.amazonaws.com"},
		"lambda.updateeventsourcemapping":                              {"UpdateEventSourceMapping", "UpdateEventSourceMapping20150331", "lambda.amazonaws.com"},
		"lambda.putfunctioneventinvokeconfig":                          {"PutFunctionEventInvokeConfig", "PutFunctionEventInvokeConfig", "lambda.amazonaws.com"},
		"cloudwatch.deletealarms":                                      {"DeleteAlarms", "DeleteAlarms", "monitoring.amazonaws.com"},
		"es.deletedomain":                                              {"DeleteDomain", "DeleteDomain", "es.amazonaws.com"},
		"cloudformation.deleteresource":                                {"DeleteResource", "DeleteResource", "cloudcontrolapi.amazonaws.com"},
	}
	for _, a := range Actions() {
		if w, ok := want[a.ID]; ok && w != [3]string{a.API, a.Event, a.Source} {
			t.Errorf("%s is called %s, %s, %s", a.ID, a.API, a.Event, a.Source)
		}
	}
}
