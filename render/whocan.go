package render

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
)

// whoCanSchema is the version of the document that [WhoCanJSON] writes. It changes when a key changes its meaning or goes.
const whoCanSchema = "1"

// answerInks are the inks of answers. That somebody can do harm is what a reader looks for.
//
//nolint:gochecknoglobals // a table
var answerInks = map[analyzer.Answer]ink{analyzer.Can: inkRed, analyzer.May: inkYellow, analyzer.Cannot: inkGreen}

// maxCannot bounds how many of those who cannot are told with their reasons, and maxGrounds how many reasons one has.
const (
	maxCannot  = 12
	maxGrounds = 4
)

// WhoCanText writes who can do an action to a resource, for a terminal: who can, who may, who cannot, each with the
// statements that decided and where they stand; then the adversaries of whom no input speaks.
func WhoCanText(w io.Writer, a *analyzer.WhoCan, opts Options) error {
	p := newPaper(w, opts)
	facts := []piece{put(inkBold, clip(resourceName(a), maxName))}
	if n := a.Resource.Node; n != nil && n.Address != "" && n.Address != rawName(n) {
		facts = append(facts, put(inkDim, clip(n.Address, maxAddress)))
	}
	if !a.Resource.Sensitive && a.Resource.ARN != resourceName(a) {
		facts = append(facts, put(inkDim, clip(a.Resource.ARN, 2*maxAddress)))
	}
	p.flow([]piece{put(inkPlain, a.Action), {" on ", inkPlain}}, spaces(2), " · ", facts)
	for _, answer := range []analyzer.Answer{analyzer.Can, analyzer.May, analyzer.Cannot} {
		whoAnswer(p, a.Principals, answer)
	}
	if len(a.Principals) == 0 {
		p.blank()
		p.prose(nil, nil, inkPlain, "The inputs declare no role and no user, and the resource's policy names nobody.")
	}
	p.blank()
	p.line(piece{"Adversaries", inkBold}, piece{", of whom no input speaks", inkDim})
	for _, c := range a.Adversaries {
		whoAdversary(p, c)
	}
	for _, e := range a.Exemptions {
		p.prose(spaces(2), spaces(4), inkYellow, "an administrator who makes a role or user that is called like "+clip(visible(e.Pattern), maxAddress)+" would be let through: "+strings.Join(e.Sources, ", "))
	}
	if len(a.Assumed) > 0 {
		p.blank()
		p.line(piece{"Taken for granted", inkBold})
		for _, s := range a.Assumed {
			p.prose(spaces(2), spaces(4), inkDim, s.What+" ("+s.SettledBy+")")
		}
	}
	return p.w.Flush()
}

// maxAddress bounds addresses and ARNs on a terminal.
const maxAddress = 100

func resourceName(a *analyzer.WhoCan) string {
	if a.Resource.Node != nil {
		return rawName(a.Resource.Node)
	}
	return a.Resource.ARN
}

// whoAnswer writes those of one answer.
func whoAnswer(p *paper, all []analyzer.Access, answer analyzer.Answer) {
	var of []analyzer.Access
	for _, a := range all {
		if a.Answer == answer {
			of = append(of, a)
		}
	}
	if len(of) == 0 && answer != analyzer.Can {
		return
	}
	p.blank()
	p.line(piece{strings.ToUpper(string(answer)), answerInks[answer]}, piece{"  " + strconv.Itoa(len(of)), inkDim})
	for i, a := range of {
		if answer == analyzer.Cannot && i == maxCannot && len(of) > maxCannot+1 {
			p.line(piece{"  … and " + strconv.Itoa(len(of)-i) + " more; --format json has them all", inkDim})
			return
		}
		facts := []piece{put(inkBold, clip(a.Principal, maxName))}
		if a.Node != nil && a.Node.Address != "" {
			facts = append(facts, put(inkDim, clip(a.Node.Address, maxAddress)))
			if pos := a.Node.Pos.String(); pos != "" {
				facts = append(facts, put(inkBlue, pos))
			}
		}
		p.flow(spaces(2), spaces(4), "  ", facts)
		whoReasons(p, a)
	}
}

func whoReasons(p *paper, a analyzer.Access) {
	at, rest := spaces(4), spaces(6)
	for i, g := range a.By {
		if i == maxGrounds && len(a.By) > maxGrounds+1 {
			p.line(append(at, piece{"… and " + count(len(a.By)-i, "more statement"), inkDim})...)
			break
		}
		facts := []piece{put(inkPlain, groundWords(a.Answer, g))}
		if pos := g.Pos.String(); pos != "" {
			facts = append(facts, put(inkBlue, pos))
		}
		p.flow(at, rest, "  ", facts)
	}
	if a.Beyond != "" {
		p.prose(at, rest, inkPlain, a.Beyond)
	}
	if text := missingWords(a.Missing); text != "" {
		p.prose(at, rest, inkPlain, text)
	}
	for _, o := range a.Open {
		p.prose(at, rest, inkYellow, "not known: "+openWords(o))
	}
	if len(a.Choices) > 0 {
		p.prose(at, rest, inkDim, "if the request has "+strings.Join(a.Choices, ", "))
	}
}

// groundWords says what a statement does.
func groundWords(answer analyzer.Answer, g analyzer.Ground) string {
	verb := map[bool]string{true: "allowed by", false: "denied by"}[g.Effect == "Allow"]
	if answer == analyzer.May && !g.Certain {
		verb = map[bool]string{true: "perhaps allowed by", false: "perhaps denied by"}[g.Effect == "Allow"]
	}
	out := verb + " statement " + strconv.Itoa(g.Statement+1)
	if g.Sid != "" {
		out += " “" + clip(visible(g.Sid), 60) + "”"
	}
	if g.Policy != "" {
		out += " of " + clip(visible(g.Policy), maxAddress)
	}
	return out + " (" + g.Layer + ")"
}

func missingWords(layers []string) string {
	if len(layers) == 0 {
		return ""
	}
	return "no statement of the " + strings.Join(slices.Sorted(slices.Values(layers)), " or the ") + " allows it"
}

func openWords(o analyzer.Doubt) string {
	out := clip(visible(o.What), maxAddress)
	if o.What == "not known" {
		out = "the " + o.Layer
	} else if o.Layer != "" {
		out += " in the " + o.Layer
	}
	if o.Policy != "" {
		out += " " + clip(visible(o.Policy), maxAddress)
	}
	return out + ": " + o.Reason
}

func whoAdversary(p *paper, a analyzer.Access) {
	head := []piece{{pad("  "+a.Principal, 18), inkPlain}, {pad(string(a.Answer), 8), answerInks[a.Answer]}}
	var facts []piece
	switch {
	case a.Beyond != "":
		facts = append(facts, put(inkDim, a.Beyond))
	case len(a.By) > 0 && a.Answer == analyzer.Cannot, len(a.By) > 0 && a.Answer == analyzer.Can && a.By[0].Policy != administrator:
		facts = append(facts, put(inkDim, groundWords(a.Answer, a.By[0])))
		if pos := a.By[0].Pos.String(); pos != "" {
			facts = append(facts, put(inkBlue, pos))
		}
	case len(a.Open) > 0:
		facts = append(facts, put(inkDim, "not known: "+openWords(a.Open[0])))
	case len(a.Missing) > 0:
		facts = append(facts, put(inkDim, missingWords(a.Missing)))
	}
	if len(a.Choices) > 0 {
		facts = append(facts, put(inkDim, "if the request has "+strings.Join(a.Choices, ", ")))
	}
	p.flow(head, spaces(26), "  ", facts)
}

// administrator is the policy that adversaries have who are administrators.
const administrator = "AdministratorAccess"

// WhoCanJSON writes the answer as one JSON document.
func WhoCanJSON(w io.Writer, a *analyzer.WhoCan) error {
	j := &jsonWriter{w: w}
	j.open("{")
	j.head(1, "schema_version")
	j.str(whoCanSchema)
	j.head(1, "action")
	j.str(a.Action)
	j.head(1, "resource")
	j.open("{")
	if n := a.Resource.Node; n != nil {
		j.keyStr("id", string(n.ID))
		j.keyStr("kind", string(n.Kind))
		j.orNull("address", n.Address)
	} else {
		j.orNull("id", "")
		j.orNull("kind", "")
		j.orNull("address", "")
	}
	arn := a.Resource.ARN
	if a.Resource.Sensitive {
		arn = ""
	}
	j.orNull("arn", arn)
	j.raw("}")
	for _, list := range []struct {
		name string
		all  []analyzer.Access
	}{{"principals", a.Principals}, {"adversaries", a.Adversaries}} {
		j.head(1, list.name)
		j.open("[")
		for _, c := range list.all {
			j.line(2)
			j.access(c)
		}
		j.endList(1)
	}
	j.head(1, "exemptions")
	j.open("[")
	for _, e := range a.Exemptions {
		j.line(2)
		j.open("{")
		j.keyStr("pattern", e.Pattern)
		j.strs("policies", e.Sources)
		j.raw("}")
	}
	j.endList(1)
	j.head(1, "assumed")
	j.open("[")
	for _, s := range a.Assumed {
		j.line(2)
		j.open("{")
		j.keyStr("what", s.What)
		j.keyStr("settled_by", s.SettledBy)
		j.raw("}")
	}
	j.endList(1)
	j.endObject(0)
	j.b = append(j.b, '\n')
	j.flush()
	return j.err
}

func (j *jsonWriter) access(a analyzer.Access) {
	j.open("{")
	j.keyStr("principal", a.Principal)
	j.keyStr("answer", string(a.Answer))
	var pos graph.Pos
	if a.Node != nil {
		j.keyStr("id", string(a.Node.ID))
		j.orNull("address", a.Node.Address)
		pos = a.Node.Pos
	} else {
		j.orNull("id", "")
		j.orNull("address", "")
	}
	j.position(pos)
	j.key("because")
	j.open("[")
	for _, g := range a.By {
		j.open("{")
		j.keyStr("layer", g.Layer)
		j.keyNum("level", g.Level)
		j.orNull("policy", g.Policy)
		j.keyNum("statement", g.Statement)
		j.orNull("sid", g.Sid)
		j.keyStr("effect", g.Effect)
		j.keyBool("certain", g.Certain)
		j.position(g.Pos)
		j.raw("}")
	}
	j.raw("]")
	j.strs("missing", a.Missing)
	j.key("unknown")
	j.open("[")
	for _, o := range a.Open {
		j.open("{")
		j.keyStr("layer", o.Layer)
		j.orNull("policy", o.Policy)
		j.keyStr("what", o.What)
		j.keyStr("reason", o.Reason)
		j.raw("}")
	}
	j.raw("]")
	j.orNull("beyond_policies", a.Beyond)
	j.strs("choices", a.Choices)
	j.raw("}")
}
