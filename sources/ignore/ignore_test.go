package ignore_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailguard/trailguard/analyzer/graph"
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
		"trailguard:ignore\u00a0TG301\u2003-- why":                            "TG301 | | why |",
		"trailguard:ignore TG301 exp:2027-01-31 exp:2027-02-28":               "TG301 | 2027-01-31 | | it has two days on which it expires",
		"trailguard:ignore TG301 exp:2027-01-31 exp:2027-01-31":               "TG301 | 2027-01-31 | |",
		"trailguard:ignore TG3xx":                                             " | | | it has words that are neither a rule such as TG301 nor exp:DAY; a reason comes after --",
		"trailguard:ignore=TG301":                                             "TG301 | | | it is to begin with trailguard:ignore, in these letters",
		"trailguard:ignored TG301":                                            "TG301 | | | it is to begin with trailguard:ignore, in these letters",
		"TrailGuard:Ignore TG301 -- why":                                      "TG301 | | why | it is to begin with trailguard:ignore, in these letters",
		"trailguard: ignore TG301":                                            "TG301 | | | it is to begin with trailguard:ignore, in these letters",
		"trailguard-ignore: TG301":                                            "TG301 | | | it is to begin with trailguard:ignore, in these letters",
		"trailguard:skip=TG301":                                               "TG301 | | | it is to begin with trailguard:ignore, in these letters",
		"trailguard:ignore-next-line TG301":                                   "TG301 | | | it is to begin with trailguard:ignore, in these letters",
		"trailguard: it ignores what is not on a chain":                       "none",
		"trailguard:0.1.0 reads this":                                         "none",
		"trailguard ignores this":                                             "none",
		"trailguard":                                                          "none",
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
	if len(long.Reason) > 500 {
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

/**
 * The table of the lookups.
 * trailguard:ignore TG313 -- second line
 * trailguard:ignore TG314 -- third line
 **/
data "aws_s3_bucket" "e" {
  policy = <<-EOT
    text
  EOT
  # trailguard:ignore TG315 -- after a heredoc
  bucket = "e"
  tags = {
    a = 1 } # trailguard:ignore TG316 -- where an argument ends
  /* trailguard:ignore TG317 */ acl = "x" /* trailguard:ignore TG318 */ // trailguard:ignore TG319
  dynamic "rule" {
    content {
      on = true
    } # trailguard:ignore TG320 -- where a block ends
  }
} # TrailGuard:ignore TG321 -- where a resource ends

locals {
  text = <<-EOT
    # trailguard:ignore TG310 -- not a comment
  EOT
  more = "# trailguard:ignore TG311 -- not a comment"
}
# trailguard:ignore TG312 -- the end`

// ignoresOf reads a file that is to be one.
func ignoresOf(t *testing.T, src string) []graph.Ignore {
	t.Helper()
	f, diags := hclsyntax.ParseConfig([]byte(src), "main.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	body, _ := f.Body.(*hclsyntax.Body)
	return ignore.HCL([]byte(src), "main.tf", body)
}

func TestHCL(t *testing.T) {
	t.Parallel()
	var got []string
	for _, ig := range ignoresOf(t, commented) {
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
		"TG308 at main.tf:20 on module.a.x, 20 to 20, whole false []",
		"TG309 at main.tf:24 on data.aws_s3_bucket.d, 26 to 26, whole true []",
		"TG313 at main.tf:30 on data.aws_s3_bucket.e, 33 to 47, whole true []",
		"TG314 at main.tf:31 on data.aws_s3_bucket.e, 33 to 47, whole true []",
		"TG315 at main.tf:37 on data.aws_s3_bucket.e.bucket, 38 to 38, whole false []",
		"TG316 at main.tf:40 on data.aws_s3_bucket.e.tags, 39 to 40, whole false []",
		"TG317 at main.tf:41 on data.aws_s3_bucket.e.acl, 41 to 41, whole false []",
		"TG318 at main.tf:41 on data.aws_s3_bucket.e.acl, 41 to 41, whole false []",
		"TG319 at main.tf:41 on data.aws_s3_bucket.e.acl, 41 to 41, whole false []",
		"TG320 at main.tf:45 on data.aws_s3_bucket.e.dynamic.content, 43 to 45, whole false []",
		"TG321 at main.tf:47 on data.aws_s3_bucket.e, 33 to 47, whole true [] it is to begin with trailguard:ignore, in these letters",
		"TG312 at main.tf:55 on a comment, 0 to 0, whole false [] there is nothing that it stands on",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestHCLEndings reads files as Windows writes them, and files without an end of line.
func TestHCLEndings(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"# trailguard:ignore TG301 -- why\r\na = 1\r\n", "a = 1 # trailguard:ignore TG301 -- why", "/*\r\n * trailguard:ignore TG301 -- why\r\n */\r\na = 1\r\n"} {
		all := ignoresOf(t, src)
		if len(all) != 1 || all[0].Construct != "a" || all[0].Reason != "why" || all[0].Problem != "" {
			t.Errorf("%q: %+v", src, all)
		}
	}
}

// TestManyIgnores says of the first one too many that it is, and keeps none of the others.
func TestManyIgnores(t *testing.T) {
	t.Parallel()
	all := ignoresOf(t, "x = {\n"+strings.Repeat("a = 1 # trailguard:ignore TG301 -- why\n", 5000)+"}\n"+strings.Repeat("y {}\n", 5000))
	if len(all) != 2001 || all[1999].Problem != "" || !strings.Contains(all[2000].Problem, "2000 ignores at most") {
		t.Errorf("%d ignores, the last %+v", len(all), all[len(all)-1])
	}
}

// FuzzParse never panics, and what it reads is fit to be printed.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"trailguard:ignore TG301 exp:2027-01-01 -- reason", "TrailGuard:ignored TG301", "trailguard-ignore:TG301 -- " + strings.Repeat("x", 600), "trailguard:ignore:TG3", "trailguard:ignore TG301,,TG302 -- \x00\u202e", "trailguard:ignore exp:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ig, ours := ignore.Parse(s)
		switch {
		case !ours && (len(ig.Rules) > 0 || ig.Problem != ""):
			t.Errorf("%q is none of ours, and has %v", s, ig)
		case ours && len(ig.Rules) == 0 && ig.Problem == "":
			t.Errorf("%q names no rule, and nothing is wrong with it", s)
		case strings.ContainsFunc(ig.Reason, func(r rune) bool { return !unicode.IsPrint(r) }), len(ig.Reason) > 500:
			t.Errorf("%q: the reason is %q", s, ig.Reason)
		}
	})
}

// FuzzHCL never panics; what it finds lies within the file and is written there (HCL itself counts the lines wrong where
// they are not UTF-8); and what stands in a string or a heredoc is no comment.
func FuzzHCL(f *testing.F) {
	f.Add([]byte(commented))
	f.Add([]byte("a = 1 # trailguard:ignore TG301\nb {\n c { # trailguard:ignore TG302\n }\n}"))
	f.Add([]byte("# trailguard:ignore TG301\n/* trailguard:ignore TG302 */ x {}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 1<<16 {
			return
		}
		inText(t, string(src))
		file, diags := hclsyntax.ParseConfig(src, "f", hcl.InitialPos)
		if diags.HasErrors() {
			return
		}
		body, _ := file.Body.(*hclsyntax.Body)
		lines := strings.Split(string(src), "\n")
		for _, ig := range ignore.HCL(src, "f", body) {
			switch {
			case ig.Pos.Line < 1 || ig.Pos.Line > len(lines) || ig.From > ig.To || ig.To > len(lines) || ig.Problem == "" && ig.From < 1:
				t.Errorf("%q: %+v", src, ig)
			case utf8.Valid(src) && !strings.Contains(strings.ToLower(lines[ig.Pos.Line-1]), "trailguard"):
				t.Errorf("%q: line %d is no such comment", src, ig.Pos.Line)
			}
		}
	})
}

// inText puts what may look like comments in a string and in a heredoc.
func inText(t *testing.T, s string) {
	t.Helper()
	if strings.Contains(s, "${") || strings.Contains(s, "%{") {
		return // code within a template has comments
	}
	quoted := hclwrite.TokensForValue(cty.StringVal(s)).Bytes()
	for _, src := range []string{"x = " + string(quoted) + "\n", "x = <<-THE_END\n" + s + "\nTHE_END\n"} {
		file, diags := hclsyntax.ParseConfig([]byte(src), "f", hcl.InitialPos)
		if diags.HasErrors() || src[4] == '<' && strings.Contains(s, "THE_END") {
			continue
		}
		body, _ := file.Body.(*hclsyntax.Body)
		if all := ignore.HCL([]byte(src), "f", body); len(all) > 0 {
			t.Errorf("%q: there is no comment in it, and yet %+v", src, all)
		}
	}
}
