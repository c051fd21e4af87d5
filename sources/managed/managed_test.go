package managed_test

import (
	"encoding/json"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/iam"
	"github.com/trailguard/trailguard/sources/managed"
)

func TestPolicies(t *testing.T) {
	names := managed.Names()
	for _, arn := range names {
		doc, ok := managed.Policy(arn)
		if !ok {
			t.Fatalf("no %s", arn)
		}
		if !json.Valid([]byte(doc)) {
			t.Errorf("%s is not JSON", arn)
		}
		p, err := iam.ParseString(doc)
		if err != nil {
			t.Errorf("%s: %v", arn, err)
			continue
		}
		if len(p.Statements) == 0 {
			t.Errorf("%s has no statement", arn)
		}
	}
	about, err := os.ReadFile("source.json")
	if err != nil {
		t.Fatal(err)
	}
	var source struct {
		Date, Version, Licence string
		Policies               int
	}
	if err := json.Unmarshal(about, &source); err != nil {
		t.Fatal(err)
	}
	if len(names) != source.Policies || len(names) < 1500 {
		t.Errorf("%d policies, of which source.json knows %d", len(names), source.Policies)
	}
	if !slices.IsSorted(names) {
		t.Error("the names are not sorted")
	}
	if managed.Date() != source.Date || !regexp.MustCompile(`^20\d\d-\d\d-\d\d$`).MatchString(managed.Date()) {
		t.Errorf("the date is %q", managed.Date())
	}
}

func TestPolicy(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:iam::aws:policy/AdministratorAccess":                               `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
		"arn:aws-us-gov:iam::aws:policy/AdministratorAccess":                        `"Action":"*"`,
		"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole":          `"logs:PutLogEvents"`,
		"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess":                       `"Allow"`,
		"arn:aws:iam::aws:policy/aws-service-role/AWSConfigServiceRolePolicy":       `"Allow"`,
		"arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs": `"logs:CreateLogGroup"`,
		"arn:aws-cn:iam::aws:policy/service-role/AmazonEC2RoleforDataPipelineRole":  `"Allow"`,
		"arn:aws:iam::aws:policy/NobodyHasThisPolicy":                               "",
		"arn:aws:iam::111122223333:policy/AdministratorAccess":                      "",
		"arn:aws:iam::aws:role/AdministratorAccess":                                 "",
		"arn:aws:sqs::aws:policy/AdministratorAccess":                               "",
		"AdministratorAccess": "",
		`arn:a","Resource":"x:iam::aws:policy/job-function/SupportUser`: "",
		"arn:aws:iam:eu-west-1:aws:policy/AdministratorAccess":          "",
		"arn:aws:iam::aws:policy/":                                      "",
		"arn:aws:iam::aws:policy//AdministratorAccess":                  "",
		"arn:aws:iam::aws:policy/administratoraccess":                   "",
	} {
		doc, ok := managed.Policy(arn)
		if ok != (want != "") || !strings.Contains(doc, want) {
			t.Errorf("%s: %.80q, %t", arn, doc, ok)
		}
	}
}

// What a policy says of ARNs holds in the partition that is asked for.
func TestPartition(t *testing.T) {
	found := false
	for _, arn := range managed.Names() {
		doc, _ := managed.Policy(arn)
		other, ok := managed.Policy(strings.Replace(arn, "arn:aws:", "arn:aws-us-gov:", 1))
		if !ok || strings.Contains(other, `"arn:aws:`) || len(other) < len(doc) {
			t.Fatalf("%s in another partition", arn)
		}
		found = found || other != doc
	}
	if !found {
		t.Error("no policy names an ARN")
	}
}

// BenchmarkUnpack says what the first look-up costs, and how much memory stays in use.
func BenchmarkUnpack(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		managed.Unpack()
	}
	keep := managed.Unpack()
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc)-float64(before.HeapAlloc), "held-B")
	runtime.KeepAlive(keep)
}

func BenchmarkPolicy(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := managed.Policy("arn:aws:iam::aws:policy/AdministratorAccess"); !ok {
			b.Fatal("not found")
		}
	}
}
