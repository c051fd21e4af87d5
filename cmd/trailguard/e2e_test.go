//go:build e2e

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTerraform reads what the Terraform of this machine says of plans and states that it makes now. Every
// workspace has its moto server, and nobody else is called.
func TestTerraform(t *testing.T) {
	need(t, "terraform", "moto_server", "python3", "nice", "TF_PLUGIN_MIRROR")
	trailguard := binary(t)
	t.Run("plan", func(t *testing.T) { testPlanned(t, trailguard) })
	t.Run("apply", func(t *testing.T) { testApplied(t, trailguard) })
}

// testPlanned plans a bundled configuration. What comes out of the pipe is what the bundled plan gives.
func testPlanned(t *testing.T, trailguard string) { //nolint:thelper // a test of its own
	const bundled = "../../testdata/terraform/acme-org"
	w := newWorkspace(t, bundled)
	w.write("local_override.tf", `
provider "aws" { s3_use_path_style = true }
provider "aws" {
  alias             = "replica"
  s3_use_path_style = true
}
`)
	w.run("init", "-input=false")
	w.run("plan", "-input=false", "-lock=false", "-out=plan.tfplan")
	recorded := readFile(t, filepath.Join(bundled, "plan.json"))
	for _, format := range []string{"text", "json", "dot", "mermaid", "markdown"} {
		got := piped(t, w.command("show", "-json", "plan.tfplan"), command(t, trailguard, "plan", "--format", format))
		want := fed(t, recorded, trailguard, "plan", "--format", format)
		if got.code != exitFindings || want.code != exitFindings || got.said != want.said {
			t.Errorf("%s: exit code %d, recorded %d, want 1: %q and %q", format, got.code, want.code, got.said, want.said)
		}
		switch format {
		case "json":
			sameDrawing(t, "the plan of now and the bundled one", decode(t, got.out).Graph, decode(t, want.out).Graph)
		case "text":
			inOrder(t, got.out, "acme-org-trail", "acme-org-trail-archive", "acme-trail-new-log-file", "siem-ingest", "siem-ingest-dlq", "/acme/org-trail", "org-trail-to-splunk", "acme-security-oncall")
		}
		if got.out != want.out {
			t.Errorf("%s differs from that of the bundled plan%s", format, firstDifference(got.out, want.out))
		}
	}
}

// testApplied applies a small chain. The plan that changes nothing, the state and the raw state draw one graph;
// then one edit cuts the chain, and another cuts it and makes it again.
func testApplied(t *testing.T, trailguard string) { //nolint:thelper // a test of its own
	const configuration = "testdata/e2e"
	w := newWorkspace(t, configuration)
	w.run("init", "-input=false")
	w.run("apply", "-input=false", "-auto-approve")
	w.run("apply", "-input=false", "-auto-approve", "-refresh-only") // what one resource changed of another comes into the state

	noop := w.plan("noop.tfplan")
	planned := fed(t, noop, trailguard, "plan", "--format", "json", "--fail-on", "critical")
	report := decode(t, planned.out)
	if planned.code != exitOK || planned.said != "" {
		t.Errorf("the plan that changes nothing: exit code %d, %q", planned.code, planned.said)
	}
	if c := report.Change; len(c.Severed)+len(c.Added)+len(c.Rewired) > 0 {
		t.Errorf("the plan that changes nothing: %+v", c)
	}
	wantHops(t, report.Graph, "trail_s3 aws_cloudtrail.main -> aws_s3_bucket.archive", "s3_notify_sns aws_s3_bucket.archive -> aws_sns_topic.new_log_file", "sns_sub aws_sns_topic.new_log_file -> aws_sqs_queue.siem")
	sameDrawing(t, "before and after a plan that changes nothing", report.Before, report.Graph)
	raw := readFile(t, filepath.Join(w.dir, "terraform.tfstate"))
	for name, got := range map[string]ran{
		"terraform show -json": piped(t, w.command("show", "-json"), command(t, trailguard, "state", "--format", "json", "--fail-on", "critical")),
		"terraform state pull": piped(t, w.command("state", "pull"), command(t, trailguard, "state", "--format", "json", "--fail-on", "critical")),
		"terraform.tfstate":    fed(t, raw, trailguard, "state", "--format", "json", "--fail-on", "critical"),
	} {
		if got.code != exitOK || got.said != "" {
			t.Errorf("%s: exit code %d, %q", name, got.code, got.said)
		}
		drawn := decode(t, got.out).Graph
		if name == "terraform show -json" {
			fillAccounts(drawn, report.Graph)
		}
		sameDrawing(t, name+" and the plan that changes nothing", drawn, report.Graph)
	}

	refuse(t, fed(t, readFile(t, filepath.Join(w.dir, "noop.tfplan")), trailguard, "plan"), "terraform show -json")
	refuse(t, fed(t, []byte(w.run("show", "-no-color", "noop.tfplan")), trailguard, "plan"), "terraform show -json")
	refuse(t, fed(t, noop, trailguard, "state"), "trailguard plan")
	refuse(t, fed(t, raw, trailguard, "plan"), "trailguard state")
	refuse(t, fed(t, []byte(w.run("show", "-json")), trailguard, "plan"), "trailguard state")

	// An edit may cut the chain, or cut it and make it again.
	notification := w.read("notification.tf")
	w.write("notification.tf", "")
	cut := w.plan("cut.tfplan", "-refresh=false")
	wantSevered(t, trailguard, cut, severed{
		Kind: "s3_notify_sns", From: "aws_s3_bucket.archive", To: "aws_sns_topic.new_log_file",
		because: "aws_s3_bucket_notification.archive", text: "severed +small-archive → small-new-log-file",
	})
	if got := fed(t, cut, trailguard, "plan", "--fail-on", "critical"); got.code != exitFindings {
		t.Errorf("the plan that cuts the chain: exit code %d with --fail-on critical", got.code)
	}
	w.write("notification.tf", notification)
	w.write("queue.tf", strings.ReplaceAll(w.read("queue.tf"), "small-siem", "small-siem-next"))
	wantSevered(t, trailguard, w.plan("replaced.tfplan", "-refresh=false"), severed{
		Kind: "sns_sub", From: "aws_sns_topic.new_log_file", To: "aws_sqs_queue.siem", Restored: true,
		because: "aws_sqs_queue.siem", text: "made again +small-new-log-file → small-siem-next",
	})
}

// reported is what the tests read of a report in JSON.
type reported struct {
	Graph, Before drawing
	Change        struct{ Severed, Added, Rewired []severed }
}

type drawing struct {
	Nodes        []map[string]any `json:"nodes"`
	Hops         []map[string]any `json:"hops"`
	SupportEdges []map[string]any `json:"support_edges"`
}

// severed is a hop that a plan cuts. The last two are what its reason and the text must hold.
type severed struct {
	Kind, From, To, Because string
	Restored                bool

	because, text string
}

// wantSevered wants exactly that hop in the report of a plan.
func wantSevered(t *testing.T, trailguard string, plan []byte, want severed) {
	t.Helper()
	got := decode(t, fed(t, plan, trailguard, "plan", "--format", "json").out).Change.Severed
	if len(got) != 1 || got[0].Kind != want.Kind || got[0].From != want.From || got[0].To != want.To || got[0].Restored != want.Restored || !strings.Contains(got[0].Because, want.because) {
		t.Errorf("got severed %+v, want %+v", got, want)
	}
	text := fed(t, plan, trailguard, "plan")
	if !regexp.MustCompile(want.text).MatchString(text.out) {
		t.Errorf("the text does not have %q:\n%s", want.text, text.out)
	}
	if code := map[bool]int{true: exitOK, false: exitFindings}[want.Restored]; text.code != code {
		t.Errorf("%s -> %s: exit code %d, want %d", want.From, want.To, text.code, code)
	}
}

func wantHops(t *testing.T, d drawing, want ...string) {
	t.Helper()
	var got []string
	for _, h := range d.Hops {
		got = append(got, h["kind"].(string)+" "+h["from"].(string)+" -> "+h["to"].(string))
	}
	for _, hop := range want {
		if !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+hop+"\n") {
			t.Errorf("no hop %s in %q", hop, got)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got hops %q, want %q", got, want)
	}
}

// sameDrawing compares all of two graphs.
func sameDrawing(t *testing.T, what string, got, want drawing) {
	t.Helper()
	text := func(d drawing) string {
		b, err := json.MarshalIndent(d, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if len(want.Nodes) == 0 || len(want.Hops) == 0 || len(want.SupportEdges) == 0 {
		t.Errorf("%s: there is nothing to compare", what)
	}
	if g, w := text(got), text(want); g != w {
		t.Errorf("%s differ%s", what, firstDifference(g, w))
	}
}

// fillAccounts gives buckets whose account is unknown that of the other graph. A state in JSON does not say which
// provider made a resource, and the ARN of a bucket holds no account.
func fillAccounts(to, from drawing) {
	for i, n := range to.Nodes {
		if n["kind"] == "s3.bucket" && n["account"] == nil && i < len(from.Nodes) && from.Nodes[i]["id"] == n["id"] {
			n["account"] = from.Nodes[i]["account"]
		}
	}
}

func decode(t *testing.T, text string) (r reported) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("the report is no JSON: %v\n%.200s", err, text)
	}
	return r
}

// inOrder wants every word on a line of its own, one below the other.
func inOrder(t *testing.T, text string, words ...string) {
	t.Helper()
	rest := text
	for _, word := range words {
		at := regexp.MustCompile(`(^|[\s])` + regexp.QuoteMeta(word) + `(\s|$)`).FindStringIndex(rest)
		if at == nil {
			t.Fatalf("no %s where it should be in\n%s", word, text)
		}
		rest = rest[at[1]:]
	}
}

// refuse wants an input to be refused with a hint, and nothing on standard output.
func refuse(t *testing.T, got ran, hint string) {
	t.Helper()
	if got.code != exitFailed || got.out != "" || !strings.Contains(got.said, hint) {
		t.Errorf("exit code %d, output %.80q, error %q; want 3, none and %q", got.code, got.out, got.said, hint)
	}
}

// workspace is a folder in which Terraform works, and the AWS that it works on.
type workspace struct {
	t   *testing.T
	dir string
	env []string
}

// newWorkspace copies a configuration and starts an AWS for it.
func newWorkspace(t *testing.T, configuration string) *workspace {
	t.Helper()
	w := &workspace{t: t, dir: t.TempDir()}
	files, err := filepath.Glob(filepath.Join(configuration, "*.tf*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if ext := filepath.Ext(f); ext == ".tf" || ext == ".tfvars" {
			w.write(filepath.Base(f), string(readFile(t, f)))
		}
	}
	settings := filepath.Join(t.TempDir(), "terraformrc")
	mirror, err := json.Marshal(os.Getenv("TF_PLUGIN_MIRROR"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(settings, []byte("provider_installation {\n  filesystem_mirror {\n    path = "+string(mirror)+"\n  }\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.env = append(environment("AWS_", "TF_"),
		"AWS_ENDPOINT_URL="+moto(t), "AWS_ACCESS_KEY_ID=mock", "AWS_SECRET_ACCESS_KEY=mock", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"TF_CLI_CONFIG_FILE="+settings, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
	return w
}

func (w *workspace) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *workspace) read(name string) string {
	w.t.Helper()
	return string(readFile(w.t, filepath.Join(w.dir, name)))
}

// command is one call of Terraform. It lets other work of the machine go first.
func (w *workspace) command(args ...string) *exec.Cmd {
	w.t.Helper()
	cmd := command(w.t, "nice", append([]string{"terraform"}, args...)...)
	cmd.Dir, cmd.Env = w.dir, w.env
	return cmd
}

// run runs Terraform and returns what it prints.
func (w *workspace) run(args ...string) string {
	w.t.Helper()
	got := finish(w.t, w.command(args...))
	if got.code != 0 {
		w.t.Fatalf("terraform %s: exit code %d\n%s%s", strings.Join(args, " "), got.code, got.said, got.out)
	}
	return got.out
}

// plan plans what is in the folder and returns the plan as JSON.
func (w *workspace) plan(file string, options ...string) []byte {
	w.t.Helper()
	w.run(append([]string{"plan", "-input=false", "-lock=false", "-out=" + file}, options...)...)
	b := []byte(w.run("show", "-json", file))
	if !bytes.HasPrefix(b, []byte("{")) {
		w.t.Fatalf("terraform show -json %s: %.80q", file, b)
	}
	return b
}
