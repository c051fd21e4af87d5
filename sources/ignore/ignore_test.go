package ignore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trailguard/trailguard/sources/ignore"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for comment, want := range map[string]string{
		"trailguard:ignore TG301": "TG301 | | |",
		"  trailguard:ignore TG301,tg302  TG303 exp:2027-01-31 -- why -- not": "TG301 TG302 TG303 | 2027-01-31 | why -- not |",
		"trailguard:ignore: TG301 -- a\x1b[31m\nb":                            "TG301 | | a [31m b |",
		"trailguard:ignore TG301 TG301":                                       "TG301 | | |",
		"trailguard:ignore":                                                   " | | | it names no rule, such as TG301",
		"trailguard:ignore -- why":                                            " | | why | it names no rule, such as TG301",
		"trailguard:ignore TG301 exp:tomorrow":                                "TG301 | | | exp: takes a day such as exp:2027-01-31",
		"trailguard:ignore TG301 exp:2027-02-30":                              "TG301 | | | exp: takes a day such as exp:2027-01-31",
		"trailguard:ignore TG30 all":                                          " | | | it has words that are neither a rule such as TG301 nor exp:DAY; a reason comes after --",
		"trailguard:ignored TG301":                                            "none",
		"see trailguard:ignore TG301":                                         "none",
		"":                                                                    "none",
	} {
		ig, ours := ignore.Parse(comment)
		got := strings.TrimSuffix(fmt.Sprintf("%s | %s | %s | %s", strings.Join(ig.Rules, " "), ig.Expires, ig.Reason, ig.Problem), " ")
		if !ours {
			got = "none"
		}
		if strings.ReplaceAll(got, "  ", " ") != want {
			t.Errorf("%q: got %q, want %q", comment, got, want)
		}
	}
	long, _ := ignore.Parse("trailguard:ignore TG301 -- " + strings.Repeat("ü", 1000))
	if len(long.Reason) > 510 {
		t.Errorf("a reason of %d bytes", len(long.Reason))
	}
}

const commented = `# trailguard:ignore TG301 -- whole
# another comment
resource "aws_s3_bucket" "logs" { // trailguard:ignore TG302 -- whole too
  bucket = "logs"
  # trailguard:ignore TG303 -- argument

  acl    = "private"
  policy = jsonencode({
    # trailguard:ignore TG304 -- within an argument
    Statement = []
  })
  lifecycle_rule {
    enabled = true /* trailguard:ignore TG305 -- nested */
  }
  # trailguard:ignore TG306 -- nothing
}

module "a" { # trailguard:ignore TG307 -- call
  source = "./a"
  x      = 1 # trailguard:ignore TG308 -- argument of a call
}

/*
 trailguard:ignore TG309 -- on data
 */
data "aws_s3_bucket" "d" {}

locals {
  text = <<-EOT
    # trailguard:ignore TG310 -- not a comment
  EOT
  more = "# trailguard:ignore TG311 -- not a comment"
}
# trailguard:ignore TG312 -- the end`

func TestHCL(t *testing.T) {
	t.Parallel()
	f, diags := hclsyntax.ParseConfig([]byte(commented), "main.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	body, _ := f.Body.(*hclsyntax.Body)
	var got []string
	for _, ig := range ignore.HCL([]byte(commented), "main.tf", body) {
		got = append(got, strings.TrimRight(fmt.Sprintf("%s at %s on %s, %d to %d, whole %t %v %s", strings.Join(ig.Rules, " "), ig.Pos, ig.Construct, ig.From, ig.To, ig.Whole, ig.Modules, ig.Problem), " "))
	}
	want := []string{
		"TG301 at main.tf:1 on aws_s3_bucket.logs, 3 to 16, whole true []",
		"TG302 at main.tf:3 on aws_s3_bucket.logs, 3 to 16, whole true []",
		"TG303 at main.tf:5 on aws_s3_bucket.logs.acl, 7 to 7, whole false []",
		"TG304 at main.tf:9 on aws_s3_bucket.logs.policy, 8 to 11, whole false []",
		"TG305 at main.tf:13 on aws_s3_bucket.logs.lifecycle_rule.enabled, 13 to 13, whole false []",
		"TG306 at main.tf:15 on a comment, 0 to 0, whole false [] there is nothing that it stands on",
		"TG307 at main.tf:18 on module.a, 18 to 21, whole false [a]",
		"TG308 at main.tf:20 on module.a.x, 20 to 20, whole false [a]",
		"TG309 at main.tf:23 on data.aws_s3_bucket.d, 26 to 26, whole true []",
		"TG312 at main.tf:34 on a comment, 0 to 0, whole false [] there is nothing that it stands on",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// FuzzParse never panics, and what it reads is fit to be printed.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"trailguard:ignore TG301 exp:2027-01-01 -- reason", "trailguard:ignore:TG3", "trailguard:ignore TG301,,TG302 -- \x00\u202e", "trailguard:ignore exp:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ig, ours := ignore.Parse(s)
		switch {
		case !ours && (len(ig.Rules) > 0 || ig.Problem != ""):
			t.Errorf("%q is none of ours, and has %v", s, ig)
		case ours && len(ig.Rules) == 0 && ig.Problem == "":
			t.Errorf("%q names no rule, and nothing is wrong with it", s)
		case strings.ContainsAny(ig.Reason, "\n\r\x1b\x00"), len(ig.Reason) > 600:
			t.Errorf("%q: the reason is %q", s, ig.Reason)
		}
	})
}

// FuzzHCL never panics; what it finds lies within the file, and is a comment there.
func FuzzHCL(f *testing.F) {
	f.Add([]byte(commented))
	f.Add([]byte("a = 1 # trailguard:ignore TG301\nb {\n c { # trailguard:ignore TG302\n }\n}"))
	f.Add([]byte("# trailguard:ignore TG301\n/* trailguard:ignore TG302 */ x {}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 1<<16 {
			return
		}
		file, diags := hclsyntax.ParseConfig(src, "f", hcl.InitialPos)
		if diags.HasErrors() {
			return
		}
		body, _ := file.Body.(*hclsyntax.Body)
		lines := strings.Count(string(src), "\n") + 1
		for _, ig := range ignore.HCL(src, "f", body) {
			if ig.Pos.Line < 1 || ig.Pos.Line > lines || ig.From > ig.To || ig.To > lines || ig.Problem == "" && ig.From < 1 {
				t.Errorf("%q: %+v", src, ig)
			}
		}
	})
}
