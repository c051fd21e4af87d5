package analyzer

// captureRules returns the rules about what the sources of a chain record, stated as what they do not, by id.
// What another source of the input is certain to record instead lowers the severity, or is held.
func captureRules() []Rule {
	return []Rule{
		trailNotLogging(),
		sourceSingleRegion(),
		trailNoGlobalEvents(),
		managementEventsOff(),
		managementReadsOff(),
		managementWritesOff(),
		managementServicesOff(),
		managementEventsNarrowed(),
		trailNotValidated(),
	}
}

// The Terraform that examples share.
const (
	// exampleSelects lacks the end of the resource.
	exampleSelects = `resource "aws_cloudtrail" "org" {
  name                  = "org"
  s3_bucket_name        = "acme-trail"
  is_multi_region_trail = true
`
	exampleWhole = exampleSelects + "}\n"
)

// exampleBasic is a trail with one basic selector of the lines.
func exampleBasic(lines ...string) string {
	out := exampleSelects + "\n  event_selector {\n"
	for _, l := range lines {
		out += "    " + l + "\n"
	}
	return out + "  }\n}\n"
}
