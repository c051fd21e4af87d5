package main

import (
	"fmt"
	"io"
	"maps"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/sources/cloudformation"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
)

// stackFlags say which stacks are made of templates, and with which parameters.
type stackFlags struct {
	parameters []string
	stacks     []string
	root       string
	given      map[string]string
}

func (f *stackFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.parameters, "parameters", nil, "values of parameters: NAME=VALUE, or a FILE as the AWS CLI, cdk or sam take it; repeatable, the later counts")
	flags.StringArrayVar(&f.stacks, "stack", nil, "a stack of a template: NAME=FILE[,account=ID][,region=REGION][,parameters=FILE]; repeatable")
	addRoot(cmd, &f.root)
}

// options returns what is read.
func (f *stackFlags) options(scope *scopeFlags, deployments []cloudformation.Deployment) cloudformation.Options {
	return cloudformation.Options{
		Deployments: deployments, Parameters: f.given, Account: scope.account.value, Region: scope.region.value, Partition: scope.partition.value,
	}
}

// deployments returns the stacks that the command line names; none says that there may be none.
func (f *stackFlags) deployments(sys system, args []string, none bool) ([]cloudformation.Deployment, error) {
	if len(args) == 0 && len(f.stacks) == 0 && !none {
		return nil, usageError([]string{"trailguard cloudformation TEMPLATE", "trailguard cloudformation --help tells more"}, "no template is given")
	}
	f.given = map[string]string{}
	for _, p := range f.parameters {
		values, err := parametersOf(sys, p)
		if err != nil {
			return nil, err
		}
		maps.Copy(f.given, values)
	}
	var out []cloudformation.Deployment
	for _, a := range args {
		ds, err := f.templates(sys, a, f.root)
		if err != nil {
			return nil, err
		}
		out = append(out, ds...)
	}
	for _, s := range f.stacks {
		d, err := f.stack(sys, s)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// templates returns the stacks of one argument: of a template, or those of a cdk.out directory.
func (*stackFlags) templates(sys system, name, root string) ([]cloudformation.Deployment, error) {
	if tree, err := sys.files.tree(name, root); err == nil {
		ds, err := cloudformation.Assembly(tree.Files, tree.Dir, tree.Name)
		if err != nil {
			return nil, templateError(err)
		}
		return ds, nil
	}
	file, err := sys.templateFile(name, root)
	if err != nil {
		return nil, err
	}
	return []cloudformation.Deployment{{File: file}}, nil
}

// stack reads a value of --stack.
func (f *stackFlags) stack(sys system, s string) (cloudformation.Deployment, error) {
	hint := []string{"--stack NAME=FILE,account=111122223333,region=eu-central-1,parameters=FILE"}
	name, rest, ok := strings.Cut(s, "=")
	words := strings.Split(rest, ",")
	if !ok || name == "" || words[0] == "" {
		return cloudformation.Deployment{}, usageError(hint, "--stack: %q is no NAME=FILE", s)
	}
	file, err := sys.templateFile(words[0], f.root)
	if err != nil {
		return cloudformation.Deployment{}, err
	}
	d := cloudformation.Deployment{File: file, Stack: name}
	for _, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		switch {
		case key == "account" && isAccount(value):
			d.Account = value
		case key == "region" && isRegion(value):
			d.Region = value
		case key == "partition" && isPartition(value):
			d.Partition = value
		case key == "parameters" && value != "":
			if d.Parameters, err = parametersOf(sys, value); err != nil {
				return d, err
			}
		default:
			return d, usageError(hint, "--stack: %q is none of account=ID, region=REGION, partition=PARTITION and parameters=FILE", w)
		}
	}
	return d, nil
}

// parametersOf reads a value of --parameters: NAME=VALUE, or a file of one of the forms that tools take.
func parametersOf(sys system, s string) (map[string]string, error) {
	if name, value, ok := strings.Cut(s, "="); ok && isParameter(name) {
		return map[string]string{name: value}, nil
	}
	in, err := sys.files.open(s)
	if err != nil {
		return nil, failedError(fmt.Errorf("open %s: %w", s, err), "expected NAME=VALUE, or a file of parameters")
	}
	defer in.Close() //nolint:errcheck // it was only read
	const most = 4 << 20
	src, err := io.ReadAll(io.LimitReader(in, most))
	if err != nil {
		return nil, failedError(fmt.Errorf("read %s: %w", s, err))
	}
	values, err := template.ReadParameters(s, src)
	if err != nil {
		return nil, failedError(fmt.Errorf("%w", err), `expected [{"ParameterKey": "NAME", "ParameterValue": "VALUE"}], {"Parameters": {"NAME": "VALUE"}}, {"NAME": "VALUE"}, or lines of NAME=VALUE`)
	}
	return values, nil
}

// isParameter says that a word may be the name of a parameter: letters and digits.
func isParameter(s string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return s != ""
}
