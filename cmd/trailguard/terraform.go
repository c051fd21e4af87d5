package main

import (
	"cmp"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/sources/terraform"
)

func terraformCommand(sys system) *cobra.Command {
	var scope scopeFlags
	var report reportFlags
	var variables variableFlags
	var beside contextFlags
	var root string
	cmd := &cobra.Command{
		Use:     "terraform [DIR]",
		Aliases: []string{"tf"},
		Short:   "Judge the chain that Terraform configuration declares, without running Terraform",
		GroupID: groupInputs,
		Long: `Evaluates the configuration of the root module in DIR (default: the working directory) and of the modules
that it calls, draws the chain that it declares, and reports what is wrong with it. Terraform is not run and no
state is read: what only AWS knows stays a reference. Modules are read where "terraform init" or "terraform get"
put them; one that is not there is named.

Variables get the values that Terraform would give them: TF_VAR_NAME, terraform.tfvars, *.auto.tfvars, --var-file
and --var. One without a value stays a symbol.`,
		Example: `  trailguard terraform
  trailguard tf infra/logging --var-file prod.tfvars
  trailguard tf --var environment=prod --account 111122223333 --region eu-central-1`,
		Args: arguments(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := cmp.Or(argument(args), ".")
			around, err := beside.read(sys, &scope)
			if err != nil {
				return err
			}
			s, err := readSource(sys, dir, root, &scope, &variables, around)
			if err != nil {
				return err
			}
			return sys.report(s, &report, &input{ReadCloser: io.NopCloser(nil), name: dir, label: dir})
		},
	}
	scope.add(cmd)
	variables.add(cmd)
	addRoot(cmd, &root)
	beside.add(cmd)
	report.add(cmd)
	return cmd
}

// readSource evaluates a configuration.
func readSource(sys system, dir, root string, scope *scopeFlags, variables *variableFlags, around *surroundings) (*analyzer.Subject, error) {
	src, err := evaluateSource(sys, dir, root, "", scope, variables)
	if err != nil {
		return nil, err
	}
	return &analyzer.Subject{
		Inputs:  append([]analyzer.Input{{Name: dir, Kind: src.Kind, Version: src.Version, Notes: src.Notes}}, around.inputs...),
		Graph:   around.link(src.Inventory),
		Ignored: src.Ignored,
	}, nil
}

// evaluateSource evaluates the configuration in a directory; scope tells it from other inputs.
func evaluateSource(sys system, dir, root, scope string, home *scopeFlags, variables *variableFlags) (*terraform.Source, error) {
	tree, err := sys.files.tree(dir, root)
	if err != nil {
		return nil, failedError(fmt.Errorf("%s: %w", dir, err), "expected the directory of a Terraform root module")
	}
	given, err := variables.given(sys)
	if err != nil {
		return nil, err
	}
	o := terraform.SourceOptions{
		Tree: tree, Given: given, Fallback: fromEnvironment(sys.environ()),
		Options: terraform.Options{Name: dir, Scope: scope, Account: home.account.value, Region: home.region.value, Partition: home.partition.value},
	}
	if o.Region == "" { // as the AWS provider finds it
		o.Region = cmp.Or(sys.getenv("AWS_REGION"), sys.getenv("AWS_DEFAULT_REGION"))
	}
	src, err := terraform.ReadSource(o)
	if err != nil {
		return nil, terraformError(err)
	}
	return src, nil
}
