package graph

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// item is one value of an attribute path, with the block it stands in.
type item struct {
	value Value[Text]
	block Attrs
	index int
	what  string
}

// items reads an attribute path of a declaration: a text, each text of a list (x[]), or a text of each
// block of a list (x[].y).
func items(a Attrs, path string) []item {
	name, field, list := strings.Cut(path, "[]")
	if !list {
		return []item{{value: a.Text(name), what: name}}
	}
	field = strings.TrimPrefix(field, ".")
	var out []item
	if field == "" {
		v := a.Texts(name)
		if v.State() == Unknown && v.Reason() != ReasonNotInInput {
			return []item{{value: UnknownOf[Text](v.Reason()), what: name}}
		}
		for i, t := range v.Or(nil) {
			value := KnownOf(t)
			if v.Sensitive() {
				value = value.Hide()
			}
			out = append(out, item{value: value, index: i, what: name + "[" + strconv.Itoa(i) + "]"})
		}
		return out
	}
	v := a.Blocks(name)
	if v.State() == Unknown && v.Reason() != ReasonNotInInput {
		return []item{{value: UnknownOf[Text](v.Reason()), what: path}}
	}
	for i, b := range v.Or(nil) {
		out = append(out, item{value: b.Text(field), block: b, index: i, what: name + "[" + strconv.Itoa(i) + "]." + field})
	}
	return out
}

// end resolves one end of an edge kind for one declaration.
func (l *linker) end(e End, r *Resource) []targets {
	if e.Attr == "" {
		return []targets{l.own(r)}
	}
	var out []targets
	for _, it := range items(r.Attrs, e.Attr) {
		out = append(out, l.resolve(it.value, e.Kinds, r, it.what))
	}
	return out
}

// own returns the node that a declaration is, or is a fragment of.
func (l *linker) own(r *Resource) targets {
	if n := l.nodeOf[r]; n != nil {
		return targets{nodes: []*Node{n}}
	}
	if r.Fragment {
		return l.resolveOf(r)
	}
	return targets{}
}

// drawGeneral draws an edge from every node of the one end to every node of the other.
func drawGeneral(l *linker, e *EdgeKind, r *Resource) {
	for i, from := range l.end(e.From, r) {
		if e.To.Attr == "" {
			l.connect(e, r, from, l.own(r), item{what: strings.Replace(e.From.Attr, "[]", "["+strconv.Itoa(i)+"]", 1)})
			continue
		}
		for _, it := range items(r.Attrs, e.To.Attr) {
			to := l.resolve(it.value, e.To.Kinds, r, it.what)
			if strings.Contains(e.From.Attr, "[]") { // a set of its own for each start
				it.what += " from " + strings.Replace(e.From.Attr, "[]", "["+strconv.Itoa(i)+"]", 1)
			}
			l.connect(e, r, from, to, it)
		}
	}
}

// connect draws the edges from each node of from to each of to. Where either is uncertain the edges are
// one set, of which one is real.
func (l *linker) connect(e *EdgeKind, r *Resource, from, to targets, it item) []*Edge {
	var pairs [][2]*Node
	here := l.here(r)
	for _, f := range from.nodes {
		for _, t := range to.nodes {
			c := l.g.conditions
			if !c.exclude(f.Presence, t.Presence) && !c.exclude(here, f.Presence) && !c.exclude(here, t.Presence) { // else they are never there together
				pairs = append(pairs, [2]*Node{f, t})
			}
		}
	}
	oneOf := ""
	if (from.oneOf || to.oneOf) && len(pairs) > 1 {
		oneOf = e.ID + " of " + qualify(r.Scope, r.Address)
		if it.what != "" {
			oneOf += "." + it.what
		}
	}
	out := make([]*Edge, len(pairs))
	for i, p := range pairs {
		out[i] = l.edge(e, r, p[0], p[1], it, oneOf)
	}
	return out
}

// edge draws one edge, or returns it where the declaration has drawn it already.
func (l *linker) edge(e *EdgeKind, r *Resource, from, to *Node, it item, oneOf string) *Edge {
	n, via := l.nodeOf[r], ""
	if n != from && n != to || n == nil {
		via = qualify(r.Scope, r.Address)
	}
	key := edgeKey{e.ID, from.ID, to.ID, via, it.index, oneOf}
	if old := l.edges[key]; old != nil {
		l.note(old)
		return old
	}
	out := &Edge{Kind: *e, From: from.ID, To: to.ID, Via: via, OneOf: oneOf, Attrs: it.block, Pos: l.position(e, r, it)}
	out.Kind.draw = nil
	if n != nil && n != from && n != to {
		out.Connector = n.ID
	}
	l.edges[key] = out
	l.note(out)
	out.Status, out.Why = l.status(e, r, from, to, it.block)
	out.When = doubts(r.Doubt, from.Doubt, to.Doubt)
	out.Doubt = out.When != ""
	out.Presence = slices.Concat(r.Presence, from.Presence, to.Presence)
	for _, end := range []struct {
		doubt, settledBy string
		presence         Presence
	}{{r.Doubt, r.SettledBy, r.Presence}, {from.Doubt, from.SettledBy, from.Presence}, {to.Doubt, to.SettledBy, to.Presence}} {
		out.unexplained = out.unexplained || !l.g.conditions.explained(end.doubt, end.presence)
		if end.doubt != "" {
			out.SettledBy = cmp.Or(out.SettledBy, end.settledBy)
		}
	}
	if e.IsHop() {
		l.g.hops = append(l.g.hops, out)
	} else {
		l.g.support = append(l.g.support, out)
	}
	return out
}

// position returns where an edge is declared: at the argument that names its end, or else at the declaration.
func (l *linker) position(e *EdgeKind, r *Resource, it item) Pos {
	name, field, nested := strings.Cut(cmp.Or(e.To.Attr, e.From.Attr), "[].")
	if nested {
		if a, ok := it.block[field]; ok && !a.Pos.IsZero() {
			return a.Pos
		}
	}
	name, _, _ = strings.Cut(name, "[")
	if a, ok := r.Attrs[name]; ok && !a.Pos.IsZero() {
		return a.Pos
	}
	return r.Pos
}

// status says what the declarations alone prove of a hop: switched off means broken. Everything else
// needs the policies on the way.
func (l *linker) status(e *EdgeKind, r *Resource, from, to *Node, block Attrs) (Status, string) {
	off := func(a Attrs, name string) bool { v, ok := a.Bool(name).Get(); return ok && !v }
	is := func(a Attrs, name, want string) bool { v, _ := literal(a.Text(name)); return v == want }
	switch {
	case !e.IsHop():
		return StatusUndetermined, ""
	case from.Kind == KindTrail && off(from.Attrs, "logging"):
		return StatusBroken, "the trail is not logging"
	case from.Kind == KindRule && is(from.Attrs, "state", "DISABLED"):
		return StatusBroken, "the rule is disabled"
	case r.Kind == KindMapping && e.Flow == FlowEvents && off(r.Attrs, "enabled"):
		return StatusBroken, "the event source mapping is disabled"
	case r.Kind == KindPipe && is(r.Attrs, "desired_state", "STOPPED"):
		return StatusBroken, "the pipe is stopped"
	case e.ID == "alarm_action" && off(from.Attrs, "actions_enabled"):
		return StatusBroken, "the alarm's actions are disabled"
	case to.Kind == KindFunction && e.Flow == FlowEvents && stopped(to):
		return StatusBroken, "the function's reserved concurrency is 0"
	case e.ID == "s3_replication" && is(block, "status", "Disabled"):
		return StatusBroken, "the replication rule is disabled"
	case to.Unresolved:
		return StatusUndetermined, "its target is not known: " + string(to.Why)
	case from.Unresolved:
		return StatusUndetermined, "its source is not known: " + string(from.Why)
	case doubts(r.Doubt, from.Doubt, to.Doubt) != "":
		return StatusUndetermined, doubts(r.Doubt, from.Doubt, to.Doubt)
	case to.External:
		return StatusUndetermined, "its target is not in the input"
	}
	return StatusUndetermined, "permissions are not evaluated"
}

// doubts puts together why something may not be there: several conditions must all hold, of other reasons the first counts.
func doubts(all ...string) string {
	var conditions []string
	for _, d := range all {
		clauses := Clauses(d)
		if d != "" && clauses == nil {
			return d
		}
		for _, c := range clauses {
			if !slices.Contains(conditions, c) {
				conditions = append(conditions, c)
			}
		}
	}
	if len(conditions) == 0 {
		return ""
	}
	return onlyIf + strings.Join(conditions, " and ")
}

// Clauses returns what must be so for something that is there on conditions, each a clause: "the condition HasTopic holds". It
// returns nil for a doubt of any other kind.
func Clauses(doubt string) []string {
	rest, ok := strings.CutPrefix(doubt, onlyIf)
	if !ok {
		return nil
	}
	out := strings.Split(rest, " and the condition ")
	for i := range out[1:] {
		out[i+1] = "the condition " + out[i+1]
	}
	return out
}

// onlyIf begins what is said of something that is there on conditions.
const onlyIf = "only if "

func stopped(n *Node) bool {
	v, ok := n.Attrs.Int("reserved_concurrency").Get()
	return ok && v == 0
}

// protocolKinds are the kinds of node that a subscription's endpoint is, by its protocol.
//
//nolint:gochecknoglobals // a table
var protocolKinds = map[string]Kind{
	"sqs": KindQueue, "lambda": KindFunction, "firehose": KindFirehose, "http": KindHTTP, "https": KindHTTP,
	"email": KindEmail, "email-json": KindEmail, "sms": KindSMS, "application": KindPlatform,
}

// drawSubscription draws a subscription from its topic to what its protocol says the endpoint is.
func drawSubscription(l *linker, e *EdgeKind, r *Resource) {
	kinds := e.To.Kinds
	if p, ok := literal(r.Attrs.Text("protocol")); ok {
		if k, known := protocolKinds[p]; known {
			kinds = []Kind{k}
		}
	}
	endpoint := r.Attrs.Text("endpoint")
	for _, from := range l.end(e.From, r) {
		var to targets
		if s, ok := literal(endpoint); ok && (len(kinds) == 1 && (kinds[0] == KindHTTP || kinds[0] == KindEmail || kinds[0] == KindSMS)) {
			to = targets{nodes: []*Node{l.externalOf(identity{kind: kinds[0], endpoint: true}, s, endpoint.Sensitive(), r, "endpoint")}}
		} else {
			to = l.resolve(endpoint, kinds, r, "endpoint")
		}
		l.connect(e, r, from, to, item{block: r.Attrs, what: "endpoint"})
	}
}

// drawRuleTarget draws an edge of an EventBridge target: the rule is named within its bus.
func drawRuleTarget(l *linker, e *EdgeKind, r *Resource) {
	from := l.resolve(r.Attrs.Text("rule"), e.From.Kinds, r, "rule")
	if bus, known := literal(r.Attrs.Text("bus")); known && len(from.nodes) > 1 {
		some := slices.DeleteFunc(slices.Clone(from.nodes), func(n *Node) bool {
			b, ok := literal(n.Attrs.Text("bus"))
			if !ok && n.Attrs.Text("bus").State() != Unknown {
				b, ok = "default", true
			}
			return ok && busName(b) != busName(bus)
		})
		if len(some) > 0 {
			from = targets{nodes: some, oneOf: len(some) > 1}
		}
	}
	l.connect(e, r, from, l.resolve(r.Attrs.Text(e.To.Attr), e.To.Kinds, r, e.To.Attr), item{what: e.To.Attr})
}

// busName returns the name of a bus from its name or ARN; empty means the default bus.
func busName(s string) string {
	if a, ok := ParseARN(s); ok {
		_, name, _ := a.Identify()
		return name
	}
	return cmp.Or(s, "default")
}

// drawProcessor draws the transformation of a delivery stream by the function among its parameters.
func drawProcessor(l *linker, e *EdgeKind, r *Resource) {
	for i, b := range r.Attrs.Blocks("processor_parameters").Or(nil) {
		if name, _ := literal(b.Text("name")); name != "LambdaArn" {
			continue
		}
		what := "processor_parameters[" + strconv.Itoa(i) + "].value"
		l.connect(e, r, l.own(r), l.resolve(b.Text("value"), e.To.Kinds, r, what), item{block: b, index: i, what: what})
	}
}

// drawAccountSubscription draws an account-level subscription from every log group of the account that
// the inputs declare and the selection criteria do not leave out:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters-AccountLevel.html
func drawAccountSubscription(l *linker, e *EdgeKind, r *Resource) {
	if t, ok := literal(r.Attrs.Text("policy_type")); ok && t != "SUBSCRIPTION_FILTER_POLICY" {
		return
	}
	to := l.resolve(r.Attrs.Text("destination"), e.To.Kinds, r, "destination")
	selected := l.selection(r)
	for _, n := range l.ofKind[KindLogGroup] {
		if !n.Declared() || !l.together(n, r) {
			continue
		}
		t := selected(n)
		if t == No {
			continue
		}
		for _, edge := range l.connect(e, r, targets{nodes: []*Node{n}}, to, item{block: r.Attrs, what: "destination of " + string(n.ID)}) {
			if t == Maybe && edge.Status == StatusUndetermined {
				edge.Why = "the selection criteria may leave the log group out"
			}
			l.mayBeApart(edge, r, n, spot{n.Account, n.Region, n.Symbols}, spot{r.Account, r.Region, r.Symbols})
		}
	}
}

// drawAlias draws a key alias to its key.
func drawAlias(l *linker, e *EdgeKind, r *Resource) {
	l.connect(e, r, l.own(r), l.resolveOf(r), item{what: "target"})
}

// drawLakeSource draws the account's CloudTrail events into the data lake of the same account and region.
func drawLakeSource(l *linker, e *EdgeKind, r *Resource) {
	if s, ok := literal(r.Attrs.Text("source")); ok && s != "CLOUD_TRAIL_MGMT" && s != "LAMBDA_EXECUTION" && s != "S3_DATA" {
		return
	}
	id := NodeID("cloudtrail.account@" + place(r.Account, r.Region, r.Scope, r.Provider))
	from := l.g.byID[id]
	if from == nil {
		from = &Node{ID: id, Kind: KindTrailAccount, Implied: true, Partition: r.Partition, Account: r.Account, Region: r.Region, Attrs: Attrs{}, Name: KnownOf(Literal("CloudTrail events of the account"))}
		l.add(from)
	}
	l.connect(e, r, targets{nodes: []*Node{from}}, l.lakes(r), item{})
}

// lakes returns the data lakes that a Security Lake declaration belongs to.
func (l *linker) lakes(r *Resource) targets {
	var some, sure []*Node
	for _, n := range l.ofKind[KindDataLake] {
		if !n.Declared() || !l.together(n, r) {
			continue
		}
		some = append(some, n)
		if what, _ := (spot{n.Account, n.Region, n.Symbols}).apart(spot{r.Account, r.Region, r.Symbols}); what == "" {
			sure = append(sure, n)
		}
	}
	if len(sure) > 0 {
		some = sure
	}
	return targets{nodes: some, oneOf: len(some) > 1}
}

func drawLakeSubscriber(l *linker, e *EdgeKind, r *Resource) {
	if r.Fragment {
		return
	}
	l.connect(e, r, l.lakes(r), l.own(r), item{})
}

// drawLakeReplication draws a lake to those of the regions it replicates to.
func drawLakeReplication(l *linker, e *EdgeKind, r *Resource) {
	for _, region := range r.Attrs.Texts("replication_regions").Or(nil) {
		want, ok := region.Literal()
		if !ok {
			continue
		}
		for _, n := range l.ofKind[KindDataLake] {
			if n != l.nodeOf[r] && n.Region.Or("") == want && sameOr(n.Account, r.Account, n.Scope == r.Scope) {
				l.connect(e, r, l.own(r), targets{nodes: []*Node{n}}, item{what: want})
			}
		}
	}
}

// drawDelegation draws the organization to the account that administers CloudTrail for it.
func drawDelegation(l *linker, e *EdgeKind, r *Resource) {
	if s, ok := literal(r.Attrs.Text("service")); ok && s != "cloudtrail.amazonaws.com" {
		return
	}
	id := NodeID("organizations.org")
	org := l.g.byID[id]
	for _, n := range l.ofKind["organizations.org"] {
		if n.Declared() && (org == nil || !org.Declared() || n.Scope == r.Scope) {
			org = n
		}
	}
	if org == nil {
		org = &Node{ID: id, Kind: "organizations.org", External: true, Name: KnownOf(Literal("organization")), Attrs: Attrs{}}
		l.add(org)
	}
	l.connect(e, r, targets{nodes: []*Node{org}}, l.resolve(r.Attrs.Text("account"), e.To.Kinds, r, "account"), item{})
}
