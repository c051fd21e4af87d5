package analyzer

// runRules returns the rules about the run itself, by id. They have no check: [Analyze] makes their findings.
func runRules() []Rule {
	return []Rule{ignoreExpired(), ignoreUnused(), ignoreReasonless(), ignoreMalformed()}
}

// commentSyntax is what a comment is in Terraform.
const commentSyntax = "https://developer.hashicorp.com/terraform/language/syntax/configuration#comments"

const aboutIgnores = "An ignore is a comment in the source that begins with trailguard:ignore and the id of a rule. It stands on a block or an argument, in the same line or above it; on a module call it is passed on to all that the module creates. "

func ignoreExpired() Rule {
	return Rule{
		ID: "TG901", Name: "ignore-expired", Since: "0.1.0", Severity: Medium,
		Title:  "An ignore has expired",
		Why:    aboutIgnores + "Whoever wrote this one wanted it to end. What it hid is reported again.",
		Attack: "Waits until nobody looks at what was accepted for a while.",
		Fix: Fix{
			Terraform: `# trailguard:ignore TG303 exp:2027-06-30 -- Object Lock comes with the new archive
resource "aws_s3_bucket" "archive" {
  bucket = "acme-archive"
}`,
			CloudFormation: `# trailguard:ignore TG303 exp:2027-06-30 -- Object Lock comes with the new archive
Archive:
  Type: AWS::S3::Bucket`,
		},
		Techniques: []string{"T1562.008"},
		References: []string{commentSyntax},
	}
}

func ignoreUnused() Rule {
	return Rule{
		ID: "TG902", Name: "ignore-unused", Since: "0.1.0", Severity: Low,
		Title:      "An ignore covers nothing",
		Why:        aboutIgnores + "This one names a rule that nothing there violates: what it was for is mended, or it stands in the wrong place. Left where it is, it hides what somebody breaks there later.",
		Attack:     "Makes a change that an old comment hides from review.",
		Fix:        Fix{Terraform: "Take the comment away, or put it on the block or argument that the finding names.", CloudFormation: "Take the comment away, or put it on the resource or property that the finding names."},
		Techniques: []string{"T1562.008"},
		References: []string{commentSyntax},
	}
}

func ignoreReasonless() Rule {
	return Rule{
		ID: "TG903", Name: "ignore-without-reason", Since: "0.1.0", Severity: Low,
		Title:  "An ignore does not say why",
		Why:    aboutIgnores + "Without a reason nobody can tell later whether it still holds. It is honoured all the same.",
		Attack: "Adds an ignore that nobody asks about.",
		Fix: Fix{
			Terraform: `# trailguard:ignore TG303 -- the replica in the audit account is locked
resource "aws_s3_bucket" "archive" {
  bucket = "acme-archive"
}`,
			CloudFormation: `# trailguard:ignore TG303 -- the replica in the audit account is locked
Archive:
  Type: AWS::S3::Bucket`,
		},
		Techniques: []string{"T1562.008"},
		References: []string{commentSyntax},
	}
}

func ignoreMalformed() Rule {
	return Rule{
		ID: "TG904", Name: "ignore-malformed", Since: "0.1.0", Severity: Low,
		Title:  "An ignore is not understood",
		Why:    aboutIgnores + "What is not of this form, or names a rule that does not exist, ignores nothing.",
		Attack: "None; but what its author wanted to be hidden is not, and the next one may be misread.",
		Fix: Fix{
			Terraform: `# trailguard:ignore TG301,TG303 exp:2027-01-31 -- the archive is replaced in January
resource "aws_s3_bucket" "archive" {
  bucket = "acme-archive"
}`,
			CloudFormation: `# trailguard:ignore TG301,TG303 exp:2027-01-31 -- the archive is replaced in January
Archive:
  Type: AWS::S3::Bucket`,
		},
		Techniques: []string{"T1562.008"},
		References: []string{commentSyntax},
	}
}
