package main

import (
	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/sources/terraform"
)

func stateCommand(sys system) *cobra.Command {
	var scope scopeFlags
	var report reportFlags
	var beside contextFlags
	cmd := &cobra.Command{
		Use:     "state [FILE]",
		Short:   "Judge the chain that a Terraform state holds",
		GroupID: groupInputs,
		Long: `Reads what "terraform show -json" or "tofu show -json" prints of a state, or a raw terraform.tfstate of
version 4, from FILE or standard input, draws the chain, and reports what is wrong with it.`,
		Example: `  terraform show -json | trailguard state
  terraform state pull | trailguard state
  trailguard state terraform.tfstate --format dot=chain.dot`,
		Args: arguments(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			in, err := sys.openInput(argument(args), "trailguard state", "")
			if err != nil {
				return err
			}
			around, err := beside.read(sys, &scope)
			if err != nil {
				_ = in.Close() // it was not read
				return err
			}
			s, err := readState(in, &scope, around)
			if err != nil {
				return sys.isContext(argument(args), err)
			}
			return sys.report(s, &report, in)
		},
	}
	scope.add(cmd)
	beside.add(cmd)
	report.add(cmd)
	return cmd
}

// readState reads a state and closes the input.
func readState(in *input, scope *scopeFlags, around *surroundings) (*analyzer.Subject, error) {
	defer in.Close() //nolint:errcheck // it was only read
	s, err := terraform.ReadState(in, scope.options(in))
	if err != nil {
		return nil, inputError(err)
	}
	return stateSubject(in, s, around), nil
}

func stateSubject(in *input, s *terraform.State, around *surroundings) *analyzer.Subject {
	return &analyzer.Subject{
		Inputs:  append([]analyzer.Input{inputOf(in, s.Info)}, around.inputs...),
		Graph:   around.link(s.Inventory),
		Ignored: s.Ignored,
	}
}
