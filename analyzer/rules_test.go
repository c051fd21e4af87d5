package analyzer

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// peerIDs are the forms of the ids of other scanners' checks.
var peerIDs = regexp.MustCompile(`^(CKV2?_AWS_\d+|AWS-\d{4}|KICS [0-9a-f]{8}|AC_AWS_\d{4}|FG_R\d{5}|[WF]\d+|(prowler|steampipe|guard) [a-z0-9_]+|Scout [a-z0-9-]+)$`)

func TestRulesAreComplete(t *testing.T) {
	t.Parallel()
	id, name := regexp.MustCompile(`^TG[1-9]\d\d$`), regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	technique, version := regexp.MustCompile(`^T\d{4}(\.\d{3})?$`), regexp.MustCompile(`^\d+\.\d+\.\d+$`)
	names := map[string]bool{}
	last := ""
	for _, r := range Rules() {
		if !id.MatchString(r.ID) || r.ID <= last {
			t.Errorf("id %s is malformed, double or out of order", r.ID)
		}
		if !name.MatchString(r.Name) || names[r.Name] {
			t.Errorf("%s: name %s is malformed or double", r.ID, r.Name)
		}
		names[r.Name], last = true, r.ID
		for what, s := range map[string]string{
			"title": r.Title, "why": r.Why, "attack": r.Attack, "fix in Terraform": r.Fix.Terraform, "fix in CloudFormation": r.Fix.CloudFormation,
		} {
			if s == "" || s != strings.TrimSpace(s) {
				t.Errorf("%s: %s is missing or untidy", r.ID, what)
			}
		}
		if strings.HasSuffix(r.Title, ".") || !strings.HasSuffix(r.Why, ".") || !strings.HasSuffix(r.Attack, ".") {
			t.Errorf("%s: the title is no sentence, why and attack are", r.ID)
		}
		if !version.MatchString(r.Since) || r.Severity == None || len(r.Techniques) == 0 || len(r.References) == 0 {
			t.Errorf("%s is incomplete", r.ID)
		}
		for _, x := range r.Techniques {
			if !technique.MatchString(x) {
				t.Errorf("%s: technique %s", r.ID, x)
			}
		}
		for i, x := range r.Subsumes {
			if !peerIDs.MatchString(x) || slices.Contains(r.Subsumes[:i], x) {
				t.Errorf("%s: subsumes %s, malformed or double", r.ID, x)
			}
		}
		if r.Check == nil {
			continue
		}
		if r.Example.Fail == "" || r.Example.Pass == "" || r.Example.Fail == r.Example.Pass {
			t.Errorf("%s: no pair of examples", r.ID)
		}
		for i, x := range r.References {
			if !strings.HasPrefix(x, "https://docs.aws.amazon.com/") || slices.Contains(r.References[:i], x) {
				t.Errorf("%s: reference %s", r.ID, x)
			}
		}
	}
}

func TestRuleByID(t *testing.T) {
	t.Parallel()
	if r, ok := RuleByID("tg301"); !ok || r.Name != "bucket-not-versioned" {
		t.Errorf("got %s, %v", r.ID, ok)
	}
	if _, ok := RuleByID("TG999"); ok {
		t.Error("there is no TG999")
	}
}

// subsumed are the checks of other scanners on what the capture and protection rules are about, by their meaning.
// Checks that need a policy to be evaluated, and those that flag the absence of an optional thing, are not there.
func subsumed() map[string]string {
	return map[string]string{
		"logging on":             "CKV_AWS_251, KICS 4bb76f17",
		"multi-region":           "CKV_AWS_67, AWS-0014, KICS 8173d5eb, AC_AWS_0034, AC_AWS_0448",
		"management events":      "FG_R00237, steampipe multi_region_read_write",
		"S3 data events":         "AWS-0172, AWS-0171, FG_R00355, FG_R00354, KICS a8fc2180",
		"log file validation":    "CKV_AWS_36, AWS-0016, KICS 52ffcfa6, AC_AWS_0446, FG_R00027",
		"trail key":              "CKV_AWS_35, AWS-0015, KICS 5d9e3164, AC_AWS_0033, FG_R00035",
		"event data store key":   "CKV_AWS_294",
		"bucket not public":      "AWS-0161, KICS bd0088a5, FG_R00028",
		"trail bucket logged":    "AWS-0163, KICS ee9e50e8, FG_R00031",
		"MFA delete":             "prowler bucket_requires_mfa_delete, steampipe bucket_mfa, AWS-0170",
		"access logs":            "CKV_AWS_18, AWS-0089, FG_R00274, AC_AWS_0497, W35",
		"bucket encryption":      "CKV_AWS_19, CKV_AWS_145, AWS-0088, AWS-0132, FG_R00099, AC_AWS_0207, W41, KICS b2e8752c",
		"versioning":             "CKV_AWS_21, AWS-0090, FG_R00101, AC_AWS_0214",
		"object lock":            "CKV_AWS_143, prowler object_lock",
		"replication":            "CKV_AWS_144, FG_R00275",
		"public access block":    "CKV_AWS_53, CKV_AWS_54, CKV_AWS_55, CKV_AWS_56, CKV2_AWS_6, AWS-0086, AWS-0087, AWS-0091, AWS-0093, AWS-0094, FG_R00229",
		"ACLs":                   "CKV_AWS_20, CKV_AWS_57, CKV_AWS_375, CKV2_AWS_43, CKV2_AWS_65, AWS-0092, AC_AWS_0210, AC_AWS_0211, AC_AWS_0212, AC_AWS_0213, W31, F14, KICS 219f4c95, KICS 835d5497, KICS 07dda8de",
		"log group key":          "CKV_AWS_158, AWS-0017, FG_R00068, AC_AWS_0451, W84",
		"log group retention":    "CKV_AWS_66, CKV_AWS_338, AC_AWS_0041, AC_AWS_0452, W86",
		"alarm actions":          "CKV_AWS_319, FG_R00240",
		"topic encryption":       "CKV_AWS_26, AWS-0095, AWS-0136, AC_AWS_0502, W47",
		"plaintext subscription": "FG_R00052",
		"queue encryption":       "CKV_AWS_27, CKV2_AWS_73, AWS-0096, AWS-0135, FG_R00070, AC_AWS_0366, W48",
		"dead letters":           "steampipe sqs_dlq, CKV_AWS_116",
		"function URL":           "CKV_AWS_258",
		"stream encryption":      "CKV_AWS_43, CKV_AWS_185, AWS-0064, AC_AWS_0157, W49, KICS 7f65be75",
		"delivery stream":        "CKV_AWS_240, CKV_AWS_241, AC_AWS_0156, W88",
		"key":                    "CKV_AWS_7, CKV_AWS_227, AWS-0065, FG_R00036, AC_AWS_0160, F19",
	}
}

func TestSubsumed(t *testing.T) {
	t.Parallel()
	var all []string
	for _, r := range Rules() {
		all = append(all, r.Subsumes...)
	}
	for meaning, ids := range subsumed() {
		for id := range strings.SplitSeq(ids, ", ") {
			if !slices.Contains(all, id) {
				t.Errorf("%s: no rule subsumes %s", meaning, id)
			}
		}
	}
}
