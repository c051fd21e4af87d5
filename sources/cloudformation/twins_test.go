package cloudformation_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation"
	"github.com/trailguard/trailguard/sources/terraform"
	"github.com/trailguard/trailguard/sources/terraform/config"
)

// twins are chains that are written in several languages, with what each is read from.
func twins() []struct {
	name, terraform string
	templates       []string // of one run
	stacks          map[string]string
} {
	return []struct {
		name, terraform string
		templates       []string
		stacks          map[string]string
	}{
		{"s3-sqs", "s3-sqs", []string{"s3-sqs/template.yaml"}, nil},
		{"s3-sns-fanout", "s3-sns-fanout", []string{"s3-sns-fanout/template.yaml"}, nil},
		{"lambda-direct", "lambda-direct", []string{"lambda-direct/template.json"}, nil},
		{"cross-stack", "cross-stack", []string{"cross-stack/archive.yaml", "cross-stack/trail.yaml"}, map[string]string{"cross-stack/archive.yaml": "acme-archive"}},
		{"logs", "logs", []string{"logs/template.yaml"}, nil},
		{"firehose", "firehose", []string{"firehose/template.yaml"}, nil},
		{"eventbridge", "eventbridge", []string{"eventbridge/template.json"}, nil},
		{"sam", "sam", []string{"sam/sam.yaml"}, nil},
		{"cdk flags off", "cdk", []string{"cdk/flags-off"}, nil},
		{"cdk flags on", "cdk", []string{"cdk/flags-on"}, nil},
	}
}

const twinFolder = "../../testdata/cloudformation/twins"

// difference is something that the two languages cannot both say. A line that holds match may be in one outline alone.
type difference struct {
	in    string // name of the twin, up to a space; empty: any
	match string
	why   string
}

// allowed are the differences of twins. Each names what the languages cannot both say.
func allowed() []difference {
	return []difference{
		{"", " home_region = ", "Terraform tells the region of a trail after the apply alone; a stack is in one region"},
		{"", "attr lambda.permission{} function = ", "CloudFormation takes the ARN of a function or alias where Terraform takes a name and a qualifier"},
		{"", "node lambda.alias{} ", "CloudFormation has a resource for the version that an alias leads to"},
		{"cross-stack", "node cfn.stack{} ", "a nested stack is a resource; a module is none"},
		{"sam", "logs.subscription/acme-served-tampering", "Terraform has a name for a subscription filter, SAM has none"},
		{"sam", "logs.subscription{logs_subscription|lambda.function/acme-served-alerter,logs_subscription|logs.group//acme/served}", "as above"},
		{"cdk", "iam.role{iam_trust>iam.principal/lambda.amazonaws.com,lambda_role<lambda.function}", "the CDK writes notifications by a function of its own"},
		{"cdk", "logs.group{} ", "with its flags on, the CDK has log groups for functions"},
	}
}

func TestTwins(t *testing.T) {
	t.Parallel()
	for _, tw := range twins() {
		t.Run(tw.name, func(t *testing.T) {
			t.Parallel()
			var ds []cloudformation.Deployment
			for _, p := range tw.templates {
				if filepath.Ext(p) == "" {
					more, err := cloudformation.Assembly(os.DirFS(twinFolder), p, p)
					if err != nil {
						t.Fatal(err)
					}
					ds = append(ds, more...)
					continue
				}
				ds = append(ds, cloudformation.Deployment{File: cloudformation.File{Files: os.DirFS(twinFolder), Path: p, Label: p}, Stack: tw.stacks[p]})
			}
			res, err := cloudformation.Read(cloudformation.Options{Deployments: ds, Account: "111122223333", Region: "eu-central-1"})
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range res.Inventory.Gaps {
				t.Errorf("gap: %s %s: %s", g.Where, g.What, g.Reason)
			}
			same(t, tw.name, terraformGraph(t, filepath.Join(twinFolder, tw.terraform, "terraform")), graph.Link(res.Inventory))
		})
	}
}

func terraformGraph(t *testing.T, dir string) *graph.Graph {
	t.Helper()
	src, err := terraform.ReadSource(terraform.SourceOptions{
		Options: terraform.Options{Account: "111122223333", Region: "eu-central-1"},
		Tree:    &config.Tree{Files: os.DirFS(dir), Dir: "."},
	})
	if err != nil {
		t.Fatal(err)
	}
	return graph.Link(src.Inventory)
}

func same(t *testing.T, twin string, a, b *graph.Graph) {
	t.Helper()
	x, y := outline(a), outline(b)
	var rest []string
	for _, line := range differing(x, y) {
		if !slices.ContainsFunc(allowed(), func(d difference) bool {
			return strings.Contains(line, d.match) && (d.in == "" || d.in == strings.Fields(twin)[0])
		}) {
			rest = append(rest, line)
		}
	}
	if len(rest) > 0 {
		t.Errorf("the graphs differ (-terraform +cloudformation):\n%s", strings.Join(rest, "\n"))
	}
}

// differing returns the lines that only one of two sorted lists has, those of the first with - before them.
func differing(x, y []string) []string {
	count := map[string]int{}
	for _, l := range x {
		count[l]++
	}
	for _, l := range y {
		count[l]--
	}
	var out []string
	for l, n := range count {
		for ; n > 0; n-- {
			out = append(out, "- "+l)
		}
		for ; n < 0; n++ {
			out = append(out, "+ "+l)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i][2:]+out[i] < out[j][2:]+out[j] })
	return out
}

// outline spells a graph without addresses: two graphs of one chain have one outline.
func outline(g *graph.Graph) []string {
	o := &outliner{g: g, labels: map[graph.NodeID]string{}}
	o.label()
	var out []string
	for n := range g.Nodes() {
		state := ""
		switch {
		case n.External:
			state = " external"
		case n.Implied:
			state = " implied"
		case n.Unresolved:
			state = " unresolved"
		}
		label := o.labels[n.ID]
		if n.Kind != "iam.inline_policy" && n.Kind != "iam.attachment" {
			out = append(out, fmt.Sprintf("node %s%s %s %s", label, state, n.Account.Or("-"), n.Region.Or("-")))
		}
		if !n.Declared() || o.granted(n, &out) {
			continue
		}
		for name, a := range n.Attrs.All() {
			if o.own(n, name, &out) {
				continue
			}
			info, _ := graph.AttributeOf(n.Kind, name)
			if s := o.value(info, a.Value); s != "" {
				out = append(out, fmt.Sprintf("attr %s %s = %s", label, name, s))
			}
		}
	}
	for e := range g.Hops() {
		out = append(out, "hop "+o.edge(e))
	}
	for e := range g.SupportEdges() {
		out = append(out, "support "+o.edge(e))
	}
	sort.Strings(out)
	return out
}

// granted tells the policies that are tied to a principal from outside of it as if they were written in it, and says
// whether the node is such a tie.
func (o *outliner) granted(n *graph.Node, out *[]string) bool {
	principals := n.Attrs.Texts("roles").Or(nil)
	if p, ok := n.Attrs.Text("role").Get(); ok {
		principals = append(principals, p)
	}
	for _, p := range principals {
		switch n.Kind {
		case "iam.inline_policy":
			*out = append(*out, fmt.Sprintf("inline %s: %s %s", o.text(p), n.Name.Or(graph.Text{}), o.policy(n.Attrs.Text("policy").Or(graph.Text{}))))
		case "iam.attachment":
			*out = append(*out, fmt.Sprintf("managed %s: %s", o.text(p), o.text(n.Attrs.Text("policy").Or(graph.Text{}))))
		}
	}
	return n.Kind == "iam.inline_policy" || n.Kind == "iam.attachment"
}

// own tells the policies that are written in a principal.
func (o *outliner) own(n *graph.Node, name string, out *[]string) bool {
	who := n.Name.Or(graph.Literal("<" + o.labels[n.ID] + ">")).String()
	switch name {
	case "inline":
		for _, b := range n.Attrs.Blocks("inline").Or(nil) {
			*out = append(*out, fmt.Sprintf("inline %s: %s %s", who, b.Text("name").Or(graph.Text{}), o.policy(b.Text("policy").Or(graph.Text{}))))
		}
		return true
	case "managed":
		for _, m := range n.Attrs.Texts("managed").Or(nil) {
			*out = append(*out, fmt.Sprintf("managed %s: %s", who, o.text(m)))
		}
		return true
	}
	return false
}

type outliner struct {
	g      *graph.Graph
	labels map[graph.NodeID]string
}

// label calls nodes by kind and name; those without a name are told apart by what they hang on.
func (o *outliner) label() {
	plain := map[graph.NodeID]string{}
	for n := range o.g.Nodes() {
		plain[n.ID] = string(n.Kind)
		if s, ok := n.Name.Or(graph.Text{}).Literal(); ok && s != "" && n.Kind != graph.KindKey {
			plain[n.ID] += "/" + s
		}
	}
	for range 3 {
		next := maps.Clone(plain)
		for n := range o.g.Nodes() {
			if strings.Contains(plain[n.ID], "/") {
				continue
			}
			var near []string
			add := func(e *graph.Edge, other graph.NodeID, way string) {
				if e.Kind.Verb != "grants" { // principals say nothing of what is granted
					near = append(near, e.Kind.ID+way+plain[other])
				}
			}
			for e := range o.g.Hops() {
				o.near(e, n.ID, add)
			}
			for e := range o.g.SupportEdges() {
				o.near(e, n.ID, add)
			}
			slices.Sort(near)
			next[n.ID] = string(n.Kind) + "{" + strings.Join(slices.Compact(near), ",") + "}"
		}
		plain = next
	}
	o.labels = plain
}

func (*outliner) near(e *graph.Edge, id graph.NodeID, add func(*graph.Edge, graph.NodeID, string)) {
	switch id {
	case e.From:
		add(e, e.To, ">")
	case e.To:
		add(e, e.From, "<")
	case e.Connector:
		add(e, e.From, "|")
		add(e, e.To, "|")
	}
}

func (o *outliner) edge(e *graph.Edge) string {
	s := fmt.Sprintf("%s %s -> %s %s", e.Kind.ID, o.labels[e.From], o.labels[e.To], e.Status)
	if e.OneOf != "" {
		s += " one-of"
	}
	if e.Doubt {
		s += " doubt"
	}
	return s
}

func (o *outliner) value(info graph.AttrInfo, v graph.Value[any]) string {
	x, known := v.Get()
	if !known {
		if v.State() == graph.Unknown {
			return "unknown"
		}
		return ""
	}
	switch t := x.(type) {
	case graph.Text:
		if info.Type == graph.TypePolicy {
			return o.policy(t)
		}
		return o.text(t)
	case []graph.Text:
		var all []string
		for _, e := range t {
			all = append(all, o.text(e))
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	case []graph.Attrs:
		var all []string
		for _, b := range t {
			var fields []string
			for _, f := range info.Fields {
				a, ok := b.Get(f.Name)
				if !ok {
					a.Value = f.Unset()
				}
				if s := o.value(f, a.Value); s != "" {
					fields = append(fields, f.Name+"="+s)
				}
			}
			all = append(all, "{"+strings.Join(fields, " ")+"}")
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	}
	return fmt.Sprint(x)
}

// namedByARN are the kinds whose Ref is their ARN.
func namedByARN() []graph.Kind {
	return []graph.Kind{graph.KindTopic, graph.KindManagedPolicy, "states.machine", "lambda.alias", graph.KindConsumer, "events.api_destination"}
}

// text spells a text with the names or ARNs of what it refers to.
func (o *outliner) text(t graph.Text) string {
	return t.Fold(func(r graph.Ref) (graph.Text, bool) {
		n := o.g.Node(graph.NodeID(r.Address))
		if n == nil {
			return graph.Literal("<what is in no table>"), true
		}
		arn := r.IsARN() || strings.HasSuffix(r.Attr, "_arn") || slices.Contains(namedByARN(), n.Kind) && (r.Attr == "Ref" || r.Attr == "id")
		if s, ok := n.ARN.Or(graph.Text{}).Literal(); arn && ok && s != "" {
			return graph.Literal(s), true
		}
		if s, ok := n.Name.Or(graph.Text{}).Literal(); !arn && ok && s != "" && n.Kind != graph.KindKey {
			return graph.Literal(s), true
		}
		return graph.Literal("<" + map[bool]string{true: "ARN of ", false: ""}[arn] + o.labels[n.ID] + ">"), true
	}).String()
}

func (o *outliner) policy(t graph.Text) string {
	p, err := graph.ParsePolicy(t)
	if err != nil {
		return "unreadable " + o.text(t)
	}
	var all []string
	list := func(name string, ts []graph.Text) string {
		if len(ts) == 0 {
			return ""
		}
		var out []string
		for _, x := range ts {
			out = append(out, o.text(x))
		}
		slices.Sort(out)
		return " " + name + "=" + strings.Join(out, ",")
	}
	for _, s := range p.Statements {
		line := fmt.Sprintf("%s allow=%t", s.Sid, s.Allow)
		for name, ps := range map[string][]graph.Principal{"principal": s.Principals, "not_principal": s.NotPrincipals} {
			var who []string
			for _, x := range ps {
				who = append(who, x.Type+":"+o.text(x.ID))
			}
			slices.Sort(who)
			if len(who) > 0 {
				line += " " + name + "=" + strings.Join(who, ",")
			}
		}
		line += list("action", s.Actions) + list("not_action", s.NotActions) + list("resource", s.Resources) + list("not_resource", s.NotResources)
		var conditions []string
		for _, c := range s.Conditions {
			conditions = append(conditions, c.Operator+" "+c.Key+list("", c.Values))
		}
		slices.Sort(conditions)
		all = append(all, line+" if "+strings.Join(conditions, "; "))
	}
	return strings.Join(all, "\n      ")
}
