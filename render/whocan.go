package render

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/trailguard/trailguard/analyzer"
)

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
