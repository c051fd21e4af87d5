package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/sources/terraform"
)

func planCommand(sys system) *cobra.Command {
	var scope scopeFlags
	var report reportFlags
	var source sourceFlags
	var beside contextFlags
	cmd := &cobra.Command{
		Use:     "plan [FILE]",
		Short:   "Judge the chain that a Terraform plan leaves, and what the plan does to it",
		GroupID: groupInputs,
		Long: `Reads what "terraform show -json PLAN" or "tofu show -json PLAN" prints, from FILE or standard input, draws
the chain as it is before the plan and as it will be after it, and reports what is wrong with it after
the plan and what the plan cuts, adds, weakens and strengthens.

A plan does not tell what is known only after the apply: most policies, and many names. They are worked out from
the configuration where it is at hand: in the working directory, in the one that --source names, or in the binary
plan. What the plan knows always wins.`,
		Example: `  terraform plan -out plan.tfplan
  terraform show -json plan.tfplan | trailguard plan
  trailguard plan plan.json --source infra --fail-on medium
  trailguard plan plan.json --plan-file plan.tfplan
  trailguard plan plan.tfplan --run-terraform
  trailguard plan plan.json --format text --format markdown=comment.md --key network`,
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := sys.openPlan(cmd.Context(), argument(args), source.run)
			if err != nil {
				return err
			}
			around, err := beside.read(sys, &scope)
			if err != nil {
				_ = in.Close() // it was not read
				return err
			}
			s, err := readPlan(sys, in, argument(args), &scope, &source, around)
			if err != nil {
				return sys.isContext(argument(args), err)
			}
			return sys.report(s, &report, in)
		},
	}
	scope.add(cmd)
	source.add(cmd)
	beside.add(cmd)
	report.add(cmd)
	return cmd
}

// openPlan opens a plan; a binary one is shown by Terraform where that is asked for.
func (s system) openPlan(ctx context.Context, name string, show bool) (*input, error) {
	if name == "" || name == "-" || !s.isPacked(name) {
		return s.openInput(name, "trailguard plan", "PLAN")
	}
	how := []string{
		"make the JSON and give both: terraform show -json " + name + " | trailguard plan --plan-file " + name,
		"or let terraform be run: trailguard plan " + name + " --run-terraform",
	}
	if !show {
		return nil, failedError(fmt.Errorf("%s is a binary plan file, which only Terraform can read", name), how...)
	}
	out, err := s.start(ctx, "terraform", "show", "-json", name)
	if err != nil {
		return nil, failedError(fmt.Errorf("run terraform show -json %s: %w", name, err), how[0])
	}
	return &input{ReadCloser: out, name: name, label: name}, nil
}

// readPlan reads a plan with the configuration that is at hand, and closes the input.
func readPlan(sys system, in *input, name string, scope *scopeFlags, source *sourceFlags, around *surroundings) (*analyzer.Subject, error) {
	closed := false
	defer func() {
		if !closed {
			_ = in.Close() // it was only read
		}
	}()
	o := scope.options(in)
	at, note, err := source.find(sys, name)
	if err != nil {
		return nil, err
	}
	if at != nil {
		o.Configuration, o.Workspace, o.IfSame = at.Configuration, at.workspace, at.guessed
	}
	p, err := terraform.ReadPlan(in, o)
	closed = true
	if bad := in.Close(); bad != nil && in.isProcess() {
		return nil, failedError(fmt.Errorf("run terraform show -json %s: %w", name, bad), "run it where the plan was made, after terraform init")
	}
	if err != nil {
		return nil, terraformError(err)
	}
	s := planSubject(in, p, around)
	if p.Filled {
		s.Inputs = slices.Insert(s.Inputs, 1, analyzer.Input{Name: at.name, Kind: terraform.KindSource})
	}
	if note != "" {
		s.Inputs[0].Notes = append(s.Inputs[0].Notes, note)
	}
	return s, nil
}

func planSubject(in *input, p *terraform.Plan, around *surroundings) *analyzer.Subject {
	s := &analyzer.Subject{
		Inputs:  append([]analyzer.Input{inputOf(in, p.Info)}, around.inputs...),
		Before:  around.link(p.Before),
		Graph:   around.after(p).link(p.After),
		Changes: p.Changes,
		Ignored: p.Ignored,
	}
	if p.Recorded != nil {
		s.Recorded = around.link(*p.Recorded)
	}
	return s
}

func (f *scopeFlags) options(in *input) terraform.Options {
	return terraform.Options{Name: in.label, Account: f.account.value, Region: f.region.value, Partition: f.partition.value}
}

func inputOf(in *input, i terraform.Info) analyzer.Input {
	return analyzer.Input{Name: in.name, Kind: i.Kind, Version: i.Version, Notes: i.Notes}
}
