package main

import (
	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/terraform"
)

func planCommand(sys system) *cobra.Command {
	var scope scopeFlags
	var report reportFlags
	cmd := &cobra.Command{
		Use:     "plan [FILE]",
		Short:   "Judge the chain that a Terraform plan leaves, and what the plan does to it",
		GroupID: groupInputs,
		Long: `Reads what "terraform show -json PLAN" or "tofu show -json PLAN" prints, from FILE or standard input, draws
the chain as it is before the plan and as it will be after it, and reports what is wrong with it after
the plan and what the plan cuts, adds, weakens and strengthens.`,
		Example: `  terraform plan -out plan.tfplan
  terraform show -json plan.tfplan | trailguard plan
  trailguard plan plan.json --fail-on medium
  trailguard plan plan.json --format text --format markdown=comment.md --key network`,
		Args: arguments(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			in, err := sys.openInput(argument(args), "trailguard plan", "PLAN")
			if err != nil {
				return err
			}
			s, err := readPlan(in, &scope)
			if err != nil {
				return err
			}
			return sys.report(s, &report, in)
		},
	}
	scope.add(cmd)
	report.add(cmd)
	return cmd
}

// readPlan reads a plan and closes the input.
func readPlan(in *input, scope *scopeFlags) (*analyzer.Subject, error) {
	defer in.Close() //nolint:errcheck // it was only read
	p, err := terraform.ReadPlan(in, scope.options(in))
	if err != nil {
		return nil, inputError(err)
	}
	return planSubject(in, p), nil
}

func planSubject(in *input, p *terraform.Plan) *analyzer.Subject {
	s := &analyzer.Subject{
		Inputs:  []analyzer.Input{inputOf(in, p.Info)},
		Before:  graph.Link(p.Before),
		Graph:   graph.Link(p.After),
		Changes: p.Changes,
		Ignored: p.Ignored,
	}
	if p.Recorded != nil {
		s.Recorded = graph.Link(*p.Recorded)
	}
	return s
}

func (f *scopeFlags) options(in *input) terraform.Options {
	return terraform.Options{Name: in.label, Account: f.account.value, Region: f.region.value, Partition: f.partition.value}
}

func inputOf(in *input, i terraform.Info) analyzer.Input {
	return analyzer.Input{Name: in.name, Kind: i.Kind, Version: i.Version, Notes: i.Notes}
}
