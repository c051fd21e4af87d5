package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/render"
	"github.com/trailguard/trailguard/sources/terraform"
)

func risksCommand(sys system) *cobra.Command {
	var scope scopeFlags
	var plan, state string
	var color choice
	form := choice{value: "text", of: []string{"text", "json"}}
	cmd := &cobra.Command{
		Use: "risks [SERVICE...]", Short: "List what stops, diverts or destroys events on a chain, as AWS CLI commands", GroupID: groupInputs,
		Long: `Lists the tamper actions of the services that are on the chain of a plan or a state: the calls that stop,
divert, delay, destroy, falsify, expose or blind, as commands of the AWS CLI on the resources of the
chain. It calls nothing. The input is read from standard input unless --plan or --state names a file.

SERVICE is the prefix of IAM actions, such as s3, sqs or logs; none is all.`,
		Example: `  terraform show -json plan.tfplan | trailguard risks
  trailguard risks sqs sns --state terraform.tfstate
  trailguard risks --plan plan.json --format json`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if plan != "" && state != "" {
				return usageError(helpHint(cmd), "give --plan or --state, not both")
			}
			for _, name := range args {
				if !analyzer.IsService(name) {
					return usageError([]string{"a service is the prefix of its IAM actions: s3, sqs, sns, logs, kinesis, kms and the like"}, "there is no service %q", name)
				}
			}
			g, err := sys.readChain(plan, state, &scope)
			if err != nil {
				return err
			}
			for _, name := range args {
				if len(analyzer.Risks(g, []string{name})) == 0 {
					say(sys.stderr, "note: nothing on the chain is of the service "+name+"; those on it are "+strings.Join(analyzer.Services(g), ", "))
				}
			}
			risks := analyzer.Risks(g, args)
			return sys.printed(func(w io.Writer) error {
				if form.value == "json" {
					return render.RisksJSON(w, risks)
				}
				return render.RisksText(w, risks, sys.textOptions(color))
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&plan, "plan", "", "read the chain after the plan in `FILE`")
	flags.StringVar(&state, "state", "", "read the chain of the state in `FILE`")
	flags.Var(&form, "format", "form of the list")
	complete(cmd, "format", form.of...)
	scope.add(cmd)
	addColor(cmd, &color)
	return cmd
}

// readChain reads the chain from the plan, the state, or else from standard input, which may be either.
func (s system) readChain(plan, state string, scope *scopeFlags) (*graph.Graph, error) {
	in, err := s.openInput(plan+state, "trailguard risks", "PLAN") // at most one of them is given
	if err != nil {
		return nil, err
	}
	var subject *analyzer.Subject
	switch {
	case plan != "":
		subject, err = readPlan(s, in, plan, scope, &sourceFlags{}, &surroundings{})
	case state != "":
		subject, err = readState(in, scope, &surroundings{})
	default:
		subject, err = readEither(in, scope)
	}
	if err != nil {
		return nil, err
	}
	s.notes(subject, in)
	if subject.Graph.NumHops() == 0 {
		r := analyzer.Analyze(*subject, nil)
		if isEmpty(r) {
			return nil, failedEmpty(r, in, nil)
		}
	}
	return subject.Graph, nil
}

// readEither reads a plan or a state, whichever it is, and closes the input.
func readEither(in *input, scope *scopeFlags) (*analyzer.Subject, error) {
	defer in.Close() //nolint:errcheck // it was only read
	p, s, err := terraform.Read(in, scope.options(in))
	switch {
	case err != nil:
		return nil, inputError(err)
	case p != nil:
		return planSubject(in, p, &surroundings{}), nil
	}
	return stateSubject(in, s, &surroundings{}), nil
}
