package render

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// claims are what every escaper holds for any string. Each is run over hostile names, as a property, and as
// a fuzz target.
func claims() map[string]func(*testing.T, string) {
	return map[string]func(*testing.T, string){
		"visible": claimVisible, "clip": claimClip, "json": claimJSON, "dot": claimDOT, "mermaid": claimMermaid,
		"markdown": claimMarkdown, "code": claimCode, "fence": claimFence, "marker": claimMarker,
	}
}

func claimVisible(t *testing.T, s string) {
	t.Helper()
	out := visible(s)
	for _, r := range out {
		if !unicode.IsPrint(r) || unicode.In(r, unicode.Cf, unicode.Bidi_Control, invisible) {
			t.Errorf("visible(%q) = %q: %U is not visible", s, out, r)
		}
	}
	if !utf8.ValidString(out) {
		t.Errorf("visible(%q) = %q is no UTF-8", s, out)
	}
	if again := visible(out); again != out {
		t.Errorf("visible(visible(%q)) = %q, not %q", s, again, out)
	}
	if low := strings.ToLower(out); strings.Contains(low, "##[") || strings.Contains(low, "##vso[") {
		t.Errorf("visible(%q) = %q is a command of a CI system", s, out)
	}
	marks := 0
	for _, r := range out {
		if marks++; !unicode.In(r, unicode.M) {
			marks = 0
		}
		if marks > maxMarks {
			t.Errorf("visible(%q) = %q piles up marks", s, out)
		}
	}
}

func claimClip(t *testing.T, s string) {
	t.Helper()
	for _, n := range []int{1, 2, 7, 60} {
		if got := utf8.RuneCountInString(clip(s, n)); got > n {
			t.Errorf("clip(%q, %d) has %d runes", s, n, got)
		}
	}
}

func claimJSON(t *testing.T, s string) {
	t.Helper()
	out := appendJSON(nil, s)
	var back string
	if err := json.Unmarshal(out, &back); err != nil {
		t.Fatalf("appendJSON(%q) = %s: %v", s, out, err)
	}
	if want := strings.ToValidUTF8(s, "\ufffd"); back != want && utf8.ValidString(s) {
		t.Errorf("appendJSON(%q) reads as %q", s, back)
	}
	for _, r := range string(out) {
		if r == '<' || !seen(r) {
			t.Errorf("appendJSON(%q) = %s holds %U", s, out, r)
		}
	}
}

// claimDOT reads a quoted label as Graphviz does.
func claimDOT(t *testing.T, s string) {
	t.Helper()
	out := dotText(s)
	if strings.ContainsAny(out, "\n\r\x00") {
		t.Errorf("dotText(%q) = %q has more than one line", s, out)
	}
	if rest := strings.ReplaceAll(out, "&amp;", ""); strings.Contains(rest, "&") {
		t.Errorf("dotText(%q) = %q holds an entity", s, out)
	}
}

var mermaidInert = regexp.MustCompile(`^([A-Za-z0-9 /]|[A-Za-z0-9][-_.]([A-Za-z0-9]|$)|[-_.]|#[0-9]+;)*$`)

func claimMermaid(t *testing.T, s string) {
	t.Helper()
	out := mermaidText(s)
	if !mermaidInert.MatchString(out) {
		t.Errorf("mermaidText(%q) = %q", s, out)
	}
	if regexp.MustCompile(`^([0-9]+\.|[-*+_]|)( |$)`).MatchString(strings.TrimLeft(out, " ")) && strings.TrimSpace(out) != "" {
		t.Errorf("mermaidText(%q) = %q starts a list", s, out)
	}
}

// markdownMeans matches what a Markdown renderer of a forge would act on in text of a line or cell.
var markdownMeans = regexp.MustCompile("[`*<>|\\[\\]{}\\\\~!$\"'=^@]|&[^#]|&#[^0-9]|(^|[^&])#|://|(?i:www\\.)|(?i:gh-[0-9])")

func claimMarkdown(t *testing.T, s string) {
	t.Helper()
	out := markdownText(s)
	if m := markdownMeans.FindString(out); m != "" {
		t.Errorf("markdownText(%q) = %q holds %q", s, out, m)
	}
	for i := range len(out) {
		if out[i] == '_' && !(i > 0 && i+1 < len(out) && isWord(out[i-1]) && isWord(out[i+1])) {
			t.Errorf("markdownText(%q) = %q may hold emphasis", s, out)
		}
	}
	if strings.ContainsAny(out, "\n\r") {
		t.Errorf("markdownText(%q) = %q has more than one line", s, out)
	}
}

func claimCode(t *testing.T, s string) {
	t.Helper()
	out := markdownCode(s)
	inner := strings.TrimSuffix(strings.TrimPrefix(out, "`"), "`")
	if len(inner)+2 != len(out) || inner == "" || strings.ContainsAny(inner, "`|<>\n\r") || strings.TrimSpace(inner) == "" || strings.HasSuffix(inner, `\`) {
		t.Errorf("markdownCode(%q) = %q", s, out)
	}
}

func claimFence(t *testing.T, s string) {
	t.Helper()
	body := strings.ReplaceAll(s, "\r", "\n")
	out := markdownFence("text", body)
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	fence := strings.TrimSuffix(lines[0], "text")
	if len(fence) < 3 || strings.Trim(fence, "`") != "" || lines[len(lines)-1] != fence {
		t.Fatalf("markdownFence(%q) = %q", s, out)
	}
	for _, l := range lines[1 : len(lines)-1] {
		if strings.HasPrefix(strings.TrimSpace(l), fence) {
			t.Errorf("markdownFence(%q) = %q: a line of the body ends it", s, out)
		}
	}
}

func claimMarker(t *testing.T, s string) {
	t.Helper()
	out := markerKey(s)
	if out == "" || len(out) > 122 || strings.Contains(out, "--") || !regexp.MustCompile(`^[A-Za-z0-9._/-]+$`).MatchString(out) {
		t.Errorf("markerKey(%q) = %q", s, out)
	}
}

func TestEscapersOverHostileNames(t *testing.T) {
	t.Parallel()
	more := []string{"", "1. list", "- item", "_x_", "__init__", "##[error]x", "##vso[task.setvariable variable=x]y", "##VSO[x", "a##v", "::stop-commands::x", "&#64;", "gh-1", "GH-1", "w\u0301\u0301\u0301w", "WWW.x", "http&#58;//", "&\u200b#64;", "\\`", "#\u200b1", "####[", "9.9 x", "&amp;#64;"}
	for name, claim := range claims() {
		t.Run(name, func(t *testing.T) {
			for _, s := range append(hostileNames(), more...) {
				claim(t, s)
			}
		})
	}
}

func TestEscaperProperties(t *testing.T) {
	t.Parallel()
	nasty := []rune("\"'\n\r\t|`<>@#&\\\u202e\u2066\x1b\x00\u200b[]()!*_~{}$%:;-=+./ aZ9\u0300\u00a0\ufeffw\U000e0041")
	gen := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom(nasty)), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	for name, claim := range claims() {
		t.Run(name, rapid.MakeCheck(func(rt *rapid.T) {
			s := gen.Draw(rt, "s")
			if !t.Run("", func(t *testing.T) { claim(t, s) }) {
				rt.Fatalf("%q", s)
			}
		}))
	}
}

func fuzz(f *testing.F, claim func(*testing.T, string)) {
	f.Helper()
	for _, s := range hostileNames() {
		f.Add(s)
	}
	f.Fuzz(claim)
}

func FuzzVisible(f *testing.F)  { fuzz(f, claimVisible) }
func FuzzJSON(f *testing.F)     { fuzz(f, claimJSON) }
func FuzzDOT(f *testing.F)      { fuzz(f, claimDOT) }
func FuzzMermaid(f *testing.F)  { fuzz(f, claimMermaid) }
func FuzzMarkdown(f *testing.F) { fuzz(f, claimMarkdown) }
func FuzzCode(f *testing.F)     { fuzz(f, claimCode) }
func FuzzFence(f *testing.F)    { fuzz(f, claimFence) }
func FuzzMarker(f *testing.F)   { fuzz(f, claimMarker) }
