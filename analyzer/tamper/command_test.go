package tamper

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/trailguard/trailguard/analyzer/graph"
)

// shellSplit splits a line as a POSIX shell does, and fails on everything that would do more than make
// words: it is written apart from the quoting that it tests.
func shellSplit(line string) ([]string, error) {
	var words []string
	word, begun := []byte{}, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'':
			end := strings.IndexByte(line[i+1:], '\'')
			if end < 0 {
				return nil, fmt.Errorf("open quote in %q", line)
			}
			word, begun = append(word, line[i+1:i+1+end]...), true
			i += end + 1
		case c == '\\':
			if i+1 == len(line) || line[i+1] == '\n' {
				return nil, fmt.Errorf("continued line in %q", line)
			}
			i++
			word, begun = append(word, line[i]), true
		case c == ' ':
			if begun {
				words = append(words, string(word))
				word, begun = []byte{}, false
			}
		case strings.IndexByte("\t\n\r\"`$&|;<>()*?[]{}~#!^\x00", c) >= 0:
			return nil, fmt.Errorf("%q stands bare in %q", c, line)
		default:
			word, begun = append(word, c), true
		}
	}
	if begun {
		words = append(words, string(word))
	}
	return words, nil
}

var (
	option   = regexp.MustCompile(`^--[a-z0-9]+(-[a-z0-9]+)*$`)
	verb     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	free     = regexp.MustCompile(`<[^<>]*>`)
	callable = regexp.MustCompile(`^<[a-z0-9][a-z0-9.-]*>$`)
)

// TestTemplates holds that every template parses, that its placeholders are known, and that each stands
// where its value can do nothing but be a value.
func TestTemplates(t *testing.T) {
	used := map[string]bool{}
	for _, a := range Actions() {
		if a.Command == "" {
			continue
		}
		words, err := split(a.Command)
		if err != nil || len(words) < 3 || words[0] != "aws" || !verb.MatchString(words[1]) || !verb.MatchString(words[2]) {
			t.Errorf("%s: %q is no command: %v", a.ID, a.Command, err)
			continue
		}
		if again, err := shellSplit(a.Command); err == nil && !slices.Equal(again, words) {
			t.Errorf("%s: a shell takes %q for %q", a.ID, a.Command, again)
		}
		for _, w := range words[3:] {
			if strings.HasPrefix(w, "--") && !option.MatchString(w) {
				t.Errorf("%s: %q is no option", a.ID, w)
			}
			for _, m := range placeholder.FindAllStringSubmatch(w, -1) {
				used[m[1]] = true
				if _, ok := fields[m[1]]; !ok {
					t.Errorf("%s: nothing is known of %s", a.ID, m[0])
				}
			}
			for _, m := range free.FindAllString(w, -1) {
				if !callable.MatchString(m) {
					t.Errorf("%s: %q is no name of a placeholder", a.ID, m)
				}
			}
			if isJSON(w) {
				if filled := placeholder.ReplaceAllString(w, "x"); !json.Valid([]byte(filled)) {
					t.Errorf("%s: %q is no JSON", a.ID, w)
				}
				continue
			}
			// The CLI reads Key=value,Key=value as a structure, in which a name could add keys.
			if at := placeholder.FindStringIndex(w); at != nil && strings.ContainsAny(w, "=,") {
				t.Errorf("%s: %q fills in a value between = and ,", a.ID, w)
			}
		}
	}
	for name := range fields {
		if !used[name] {
			t.Errorf("no template uses {%s}", name)
		}
	}
}

func known(s string) graph.Value[graph.Text] { return graph.KnownOf(graph.Literal(s)) }

func node(kind graph.Kind, name, arn string, attrs ...string) *graph.Node {
	n := &graph.Node{Kind: kind, Attrs: graph.Attrs{}, Partition: graph.KnownOf("aws"), Account: graph.KnownOf("111122223333"), Region: graph.KnownOf("eu-west-1")}
	if name != "" {
		n.Name = known(name)
	}
	if arn != "" {
		n.ARN = known(arn)
	}
	for i := 0; i < len(attrs); i += 2 {
		n.Attrs.Set(attrs[i], graph.KnownOf[any](graph.Literal(attrs[i+1])))
	}
	return n
}

func action(t *testing.T, id string) Action {
	t.Helper()
	all := Actions()
	i := slices.IndexFunc(all, func(a Action) bool { return a.ID == id })
	if i < 0 {
		t.Fatalf("no action %s", id)
	}
	return all[i]
}

func TestCommand(t *testing.T) {
	secret := node(graph.KindQueue, "SECRET", "arn:aws:sqs:eu-west-1:111122223333:SECRET", "url", "https://sqs.eu-west-1.amazonaws.com/111122223333/SECRET")
	secret.Name = secret.Name.Hide()
	symbolic := node(graph.KindBucket, "", "")
	symbolic.Name = graph.KnownOf(graph.Reference(graph.Ref{Address: "aws_s3_bucket.b", Attr: "bucket"}))
	china := node(graph.KindQueue, "q", "")
	china.Partition, china.Region = graph.KnownOf("aws-cn"), graph.KnownOf("cn-north-1")
	foreign := node(graph.KindFunction, "f", "arn:aws:lambda:eu-west-1:222222222222:function:f")
	foreign.External = true
	nowhere := node(graph.KindBucket, "logs", "")
	nowhere.Region = graph.Value[string]{}
	for _, c := range []struct {
		id   string
		n    *graph.Node
		want string
	}{
		{"cloudtrail.stoplogging", node(graph.KindTrail, "org", "arn:aws:cloudtrail:eu-west-1:111122223333:trail/org"), "aws cloudtrail stop-logging --name arn:aws:cloudtrail:eu-west-1:111122223333:trail/org --region eu-west-1"},
		{"cloudtrail.stoplogging", node(graph.KindTrail, "org", ""), "aws cloudtrail stop-logging --name org --region eu-west-1"},
		{"cloudtrail.stoplogging", nil, "aws cloudtrail stop-logging --name '<trail-name>'"},
		{"s3.putbucketnotification.putbucketnotificationconfiguration", node(graph.KindBucket, "logs", ""), "aws s3api put-bucket-notification-configuration --bucket logs --notification-configuration '{}' --region eu-west-1"},
		{"s3.deletebucketpolicy", symbolic, "aws s3api delete-bucket-policy --bucket '<bucket-name>' --region eu-west-1"},
		{"s3.deletebucketpolicy", nowhere, "aws s3api delete-bucket-policy --bucket logs"},
		{"s3.putobject.copyobject", node(graph.KindBucket, "logs", ""), "aws s3api copy-object --bucket logs --copy-source 'logs/<key>' --key '<key>' --storage-class DEEP_ARCHIVE --region eu-west-1"},
		{"sqs.purgequeue", node(graph.KindQueue, "q", ""), "aws sqs purge-queue --queue-url https://sqs.eu-west-1.amazonaws.com/111122223333/q --region eu-west-1"},
		{"sqs.purgequeue", node(graph.KindQueue, "q", "", "url", "https://queue.example/q"), "aws sqs purge-queue --queue-url https://queue.example/q --region eu-west-1"},
		{"sqs.purgequeue", china, "aws sqs purge-queue --queue-url https://sqs.cn-north-1.amazonaws.com.cn/111122223333/q --region cn-north-1"},
		{"sqs.purgequeue", secret, "aws sqs purge-queue --queue-url '<queue-url>' --region eu-west-1"},
		{"sqs.startmessagemovetask", secret, "aws sqs start-message-move-task --source-arn '<queue-arn>' --destination-arn '<other-queue-arn>' --region eu-west-1"},
		{"lambda.updateeventsourcemapping", node(graph.KindMapping, "", "arn:aws:lambda:eu-west-1:111122223333:event-source-mapping:0a1b"), "aws lambda update-event-source-mapping --uuid 0a1b --no-enabled --region eu-west-1"},
		{"lambda.deletefunction", node(graph.KindFunction, "f", "arn:aws:lambda:eu-west-1:111122223333:function:f"), "aws lambda delete-function --function-name f --region eu-west-1"},
		{"lambda.deletefunction", foreign, "aws lambda delete-function --function-name arn:aws:lambda:eu-west-1:222222222222:function:f --region eu-west-1"},
		{"events.disablerule", node(graph.KindRule, "r", "", "bus", "security"), "aws events disable-rule --name r --event-bus-name security --region eu-west-1"},
		{"logs.deletesubscriptionfilter", node(graph.KindLogsFilter, "to-siem", "", "group", "/org/trail"), "aws logs delete-subscription-filter --log-group-name /org/trail --filter-name to-siem --region eu-west-1"},
		{"logs.untagresource", node(graph.KindLogGroup, "g", "arn:aws:logs:eu-west-1:111122223333:log-group:g:*"), "aws logs untag-resource --resource-arn arn:aws:logs:eu-west-1:111122223333:log-group:g --tag-keys '<tag-key>' --region eu-west-1"},
		{"iam.detachrolepolicy", node(graph.KindRoleIAM, "reader", ""), "aws iam detach-role-policy --role-name reader --policy-arn '<policy-arn>'"},
		{"glue.deletetable", node("glue.table", "t", "arn:aws:glue:eu-west-1:111122223333:table/db/t"), "aws glue delete-table --database-name db --name t --region eu-west-1"},
		{"cloudwatch.putmetricdata", node(graph.KindMetric, "CIS/RootLogin", ""), "aws cloudwatch put-metric-data --namespace CIS --metric-name RootLogin --value 0 --region eu-west-1"},
		{"cloudwatch.putmetricdata", node(graph.KindMetric, "AWS/A/B", ""), "aws cloudwatch put-metric-data --namespace '<metric-namespace>' --metric-name '<metric-name>' --value 0 --region eu-west-1"},
		{"iam.passrole", node(graph.KindRoleIAM, "reader", ""), ""},
	} {
		if got := Command(action(t, c.id), c.n); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.id, got, c.want)
		}
	}
}

// TestNamesThatAreNoNames holds that what no AWS name is made of never gets into a command.
func TestNamesThatAreNoNames(t *testing.T) {
	for _, name := range []string{"--profile=x", "-x", "file:///etc/passwd", "fileb://x", "a\nb", "a\x1b[31m", "\u202ea", "a\u00a0b", strings.Repeat("a", 3000), ""} {
		if got := Command(action(t, "s3.deletebucketpolicy"), node(graph.KindBucket, name, "")); got != "aws s3api delete-bucket-policy --bucket '<bucket-name>' --region eu-west-1" {
			t.Errorf("%q: %s", name, got)
		}
	}
	n := node(graph.KindRoleIAM, "r", "")
	n.Region, n.Account, n.Partition = graph.KnownOf("$(id)"), graph.KnownOf("1; id"), graph.KnownOf("`id`")
	if got := Command(action(t, "s3.deleteaccesspoint"), n); got != "aws s3control delete-access-point --account-id '<account-id>' --name '<access-point>'" {
		t.Error(got)
	}
}

// hostileName draws what a stranger might call a resource.
func hostileName() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[ -~]{1,30}`),
		rapid.SampledFrom([]string{"'; rm -rf ~; '", "$(id)", "`id`", "a'b\"c\\", "{arn}", "<x>", "!!", "a b", "*", "~root", "=ls", "a,b=c", `","Effect":"Allow`, "#", "{a,b}", "\\'", "'\\''"}),
	)
}

// TestCommandsAreInert holds that a shell makes of every command exactly the words that the CLI is meant to
// get, whatever the node is called, and that JSON stays the JSON of the template.
func TestCommandsAreInert(t *testing.T) {
	all := Actions()
	rapid.Check(t, func(r *rapid.T) {
		a := all[rapid.IntRange(0, len(all)-1).Draw(r, "action")]
		kind := rapid.SampledFrom(append([]graph.Kind{graph.KindQueue, "glue.table"}, a.Kinds()...)).Draw(r, "kind")
		draw := func(what string) string { return hostileName().Draw(r, what) }
		n := node(kind, draw("name"), draw("arn"), "url", draw("url"), "bus", draw("bus"), "group", draw("group"), "role", draw("role"), "key_id", draw("key_id"), "bucket", draw("bucket"))
		n.Region, n.Account, n.Partition = graph.KnownOf(draw("region")), graph.KnownOf(draw("account")), graph.KnownOf(draw("partition"))
		line := Command(a, n)
		if a.Command == "" {
			if line != "" {
				r.Fatalf("%s has no command, but %q", a.ID, line)
			}
			return
		}
		got, err := shellSplit(line)
		if err != nil {
			r.Fatalf("%s: %v", a.ID, err)
		}
		template, _ := split(a.Command)
		want := commandWords(a, n)
		if !slices.Equal(got, want) {
			r.Fatalf("%s: a shell takes %s\nfor  %q\nnot %q", a.ID, line, got, want)
		}
		if len(got) < len(template) {
			r.Fatalf("%s: words are missing: %q", a.ID, got)
		}
		for i, w := range template {
			switch {
			case !placeholder.MatchString(w):
				if got[i] != w {
					r.Fatalf("%s: %q became %q", a.ID, w, got[i])
				}
			case isJSON(w):
				if keys(r, got[i]) != keys(r, placeholder.ReplaceAllString(w, "x")) {
					r.Fatalf("%s: the name changed the structure of %s", a.ID, got[i])
				}
			case strings.HasPrefix(got[i], "-") || strings.HasPrefix(got[i], "file"):
				if !strings.HasPrefix(got[i], "file") || strings.Contains(got[i], "://") {
					r.Fatalf("%s: the CLI does not take %q for a value", a.ID, got[i])
				}
			}
		}
	})
}

// keys spells the structure of a JSON document: everything but the values of its strings.
func keys(r *rapid.T, doc string) string {
	var v any
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		r.Fatalf("%s: %v", doc, err)
	}
	var strip func(any) any
	strip = func(v any) any {
		switch x := v.(type) {
		case map[string]any:
			for k := range x {
				x[k] = strip(x[k])
			}
		case []any:
			for i := range x {
				x[i] = strip(x[i])
			}
		case string:
			return ""
		}
		return v
	}
	out, _ := json.Marshal(strip(v))
	return string(out)
}

func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a", "'", "a b", "$(id)", "=x", "\\", "''", "\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := shellSplit("x " + quote(s))
		if err != nil || len(got) != 2 || got[1] != s {
			t.Fatalf("quote(%q) = %s, read as %q: %v", s, quote(s), got, err)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := parse(catalogueJSON); err != nil {
			b.Fatal(err)
		}
	}
}
