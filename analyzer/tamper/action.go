package tamper

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"github.com/go-json-experiment/json"
)

// Effect is what an action does to events.
type Effect string

// The effects.
const (
	Stop          Effect = "stop"           // events no longer flow past this hop
	Divert        Effect = "divert"         // events flow somewhere the defender does not read
	Delay         Effect = "delay"          // events arrive late, or need a restore
	Destroy       Effect = "destroy"        // stored or travelling events are lost
	Falsify       Effect = "falsify"        // content is forged, masked or rewritten
	BlindConsumer Effect = "blind-consumer" // data may be there, but the reader or the alert does not see it
	Expose        Effect = "expose"         // content of the log, or control of it, becomes available to others
)

// Effects returns the effects, in the order of a reader's interest.
func Effects() []Effect {
	return []Effect{Stop, Destroy, BlindConsumer, Divert, Falsify, Delay, Expose}
}

// Severity ranks actions by what an attacker gains who can do nothing else.
type Severity uint8

// The severities, in ascending order.
const (
	Info Severity = iota // of interest beside other actions only: recovery, cover-up
	Low
	Medium
	High
	Critical
)

//nolint:gochecknoglobals // a table
var severityNames = [...]string{Info: "info", Low: "low", Medium: "medium", High: "high", Critical: "critical"}

// String returns the severity in lower case.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return "info"
}

// UnmarshalText reads what String writes.
func (s *Severity) UnmarshalText(text []byte) error {
	i := slices.Index(severityNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("severity %q is not in the catalogue's vocabulary", text)
	}
	*s = Severity(i) //nolint:gosec // an index of a small table
	return nil
}

// Class says how CloudTrail records an action.
type Class string

// The classes.
const (
	Management Class = "management" // a management event: recorded by every trail that does not exclude it
	Data       Class = "data"       // a data event: recorded, and seen by rules, where a trail selects the resource
	NoEvent    Class = "none"       // not recorded under a name of its own
)

// Action is one way to tamper with the delivery of events. Its strings come from the catalogue, and are
// safe to print.
type Action struct {
	ID       string `json:"id"`      // of the catalogue: service and action, and the operation where one action has several
	Service  string `json:"service"` // as its IAM actions are prefixed, or as AWS calls it where several share a prefix
	IAM      string `json:"iam"`     // the IAM action that allows it: s3:PutBucketNotification
	Access   string `json:"access"`  // IAM's access level of the action: Write, Tagging, Permissions management
	API      string `json:"api"`     // the operation of the API; empty for permissions without one
	Event    string `json:"event"`   // eventName in CloudTrail, with the date that Lambda appends; empty where none is known
	Source   string `json:"source"`  // eventSource in CloudTrail
	Class    Class  `json:"class"`
	DataType string `json:"data_type"` // data events: the resource type that a trail selects
	// Resource is the type of resource it is done to, in the catalogue's words; ARN are the forms of ARN
	// of the type, "*" where IAM knows none.
	Resource string   `json:"resource"`
	ARN      []string `json:"-"`
	// EvaluatedOn are the resource types on which IAM evaluates the action, or "*", where that is not
	// Resource alone; Needs are the permissions that the caller needs besides.
	EvaluatedOn []string `json:"evaluated_on"`
	Needs       []string `json:"needs"`
	Conditions  []string `json:"conditions"` // condition keys of the service that the action supports
	Effects     []Effect `json:"effects"`
	Severity    Severity `json:"severity"`
	How         string   `json:"how"` // what exactly does the harm
	// Command is the template of the command of the AWS CLI; empty where there is none, and NoCommand
	// says why. See [Command].
	Command   string `json:"command"`
	NoCommand string `json:"no_command"`
	// Attack are ATT&CK technique ids as of version 18; see [Action.AttackV19].
	Attack     []string `json:"attack"`
	CIS        []string `json:"cis"`        // metric filters of the CIS benchmark that name the event
	Detections []string `json:"detections"` // public rules and detectors that name the event
	DeadNames  []string `json:"dead_names"` // public rules that name it in a way CloudTrail never does
}

// AttackV19 returns the technique ids in the numbering that ATT&CK has since version 19.
func (a *Action) AttackV19() []string {
	out := slices.Clone(a.Attack)
	for i, id := range out {
		if renamed, ok := renumbered[id]; ok {
			out[i] = renamed
		}
	}
	return out
}

//nolint:gochecknoglobals // a table
var renumbered = map[string]string{"T1562.001": "T1685", "T1562.007": "T1686.001", "T1562.008": "T1685.002"}

//go:embed catalogue.json
var catalogueJSON []byte

type resource struct {
	ARN            []string `json:"arn"`
	CloudFormation string   `json:"cloudformation"`
}

type catalogue struct {
	Version   int                 `json:"version"`
	Resources map[string]resource `json:"resources"`
	Actions   []Action            `json:"actions"`
}

// load reads the embedded catalogue, once and no sooner than asked: most runs have no use for it. A test
// holds that it can be read.
//
//nolint:gochecknoglobals // built once
var load = sync.OnceValue(func() catalogue {
	c, err := parse(catalogueJSON)
	if err != nil {
		return catalogue{}
	}
	return c
})

func parse(data []byte) (catalogue, error) {
	var c catalogue
	if err := json.Unmarshal(data, &c); err != nil {
		return catalogue{}, fmt.Errorf("catalogue of tamper actions: %w", err)
	}
	for i := range c.Actions {
		c.Actions[i].ARN = c.Resources[c.Actions[i].Resource].ARN
	}
	return c, nil
}

// Actions returns the catalogue, in its order: along the chain, service by service. The caller owns the
// slice, and must not change what the actions hold.
func Actions() []Action { return slices.Clone(load().Actions) }
