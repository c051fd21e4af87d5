package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/sources/cloudformation"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

func cloudformationCommand(sys system) *cobra.Command {
	var scope scopeFlags
	var report reportFlags
	var stacks stackFlags
	var beside contextFlags
	cmd := &cobra.Command{
		Use:     "cloudformation TEMPLATE...",
		Aliases: []string{"cfn"},
		Short:   "Judge the chain that CloudFormation, SAM or CDK templates declare",
		GroupID: groupInputs,
		Long: `Reads CloudFormation templates, YAML or JSON, with SAM's resources expanded, and the cdk.out directories that "cdk synth"
writes, draws the chain that they declare together, and reports what is wrong with it. Nothing is deployed or fetched:
what only AWS knows stays a reference.

Parameters have their defaults, or what --parameters gives; one without a value stays a symbol. Conditions that
this does not decide are not assumed: what depends on them is drawn, and marked with the condition.

Stacks that meet each other are read together: exports and imports, outputs of other stacks, nested stacks whose
template is a local file or an asset, stack sets, and what is carried by secrets and SSM parameters.`,
		Example: `  trailguard cloudformation logging.yaml
  trailguard cfn trail.yaml bucket.yaml --parameters Environment=prod --account 111122223333 --region eu-central-1
  trailguard cfn --stack org-trail=trail.yaml --stack archive=bucket.yaml,account=222233334444,parameters=archive.json
  trailguard cfn cdk.out`,
		Args: arguments(0, -1),
		RunE: func(_ *cobra.Command, args []string) error {
			deployments, err := stacks.deployments(sys, args, false)
			if err != nil {
				return err
			}
			around, err := beside.read(sys, &scope)
			if err != nil {
				return err
			}
			s, err := readTemplates(deployments, &scope, &stacks, around)
			if err != nil {
				return sys.isContext(argument(args), err)
			}
			label := "the templates"
			if len(deployments) == 1 {
				label = deployments[0].Label
			}
			return sys.report(s, &report, &input{ReadCloser: io.NopCloser(nil), name: cmp.Or(argument(args), label), label: label})
		},
	}
	scope.add(cmd)
	stacks.add(cmd)
	beside.add(cmd)
	report.add(cmd)
	return cmd
}

// readTemplates evaluates templates together.
func readTemplates(deployments []cloudformation.Deployment, scope *scopeFlags, stacks *stackFlags, around *surroundings) (*analyzer.Subject, error) {
	res, err := cloudformation.Read(stacks.options(scope, deployments))
	if err != nil {
		return nil, templateError(err)
	}
	inputs := inputsOf(deployments, res)
	if len(inputs) > 0 {
		inputs[0].Notes = append(inputs[0].Notes, stacks.notes...)
	}
	return &analyzer.Subject{Inputs: append(inputs, around.inputs...), Graph: around.link(res.Inventory), Ignored: res.Ignored}, nil
}

func templateError(err error) error {
	if bad, ok := errors.AsType[*template.Error](err); ok {
		return failedError(fmt.Errorf("%w", bad), "expected a CloudFormation template, YAML or JSON, or a cdk.out directory")
	}
	return failedError(err)
}

// templateFile returns a template for reading, confined to the repository it is in.
func (s system) templateFile(name, root string) (cloudformation.File, error) {
	dir, base := path.Split(filepath.ToSlash(name))
	tree, err := s.files.tree(cmp.Or(dir, "."), root)
	if err != nil {
		return cloudformation.File{}, failedError(fmt.Errorf("%s: %w", name, err), "expected a CloudFormation template, YAML or JSON")
	}
	return cloudformation.File{Files: tree.Files, Path: path.Join(tree.Dir, base), Label: path.Clean(filepath.ToSlash(name))}, nil
}
