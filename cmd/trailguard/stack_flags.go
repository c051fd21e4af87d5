package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
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
	notes      []string // for people
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
	var named []cloudformation.Deployment
	for _, s := range f.stacks {
		d, err := f.stack(sys, s)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(named, func(n cloudformation.Deployment) bool {
			return n.Stack == d.Stack && n.Account == d.Account && n.Region == d.Region
		}) {
			return nil, usageError([]string{"the stacks of one account and region have different names; account=ID and region=REGION tell others apart"}, "--stack: %s is given twice", d.Stack)
		}
		named = append(named, d)
	}
	if none {
		return named, nil // what else is given is found elsewhere
	}
	out, f.notes = f.once(sys, append(out, named...))
	return out, nil
}

// once drops of several stacks those that are made twice of one file: by two paths, or because a stack of it is named as well.
func (*stackFlags) once(sys system, all []cloudformation.Deployment) (out []cloudformation.Deployment, notes []string) {
	type stack struct{ real, name, account, region string }
	first, named := map[stack]string{}, map[string]string{}
	for i := range all {
		if d := &all[i]; d.Stack != "" {
			named[sys.files.real(d.Label)] = d.Label
		}
	}
	for _, d := range all {
		key := stack{sys.files.real(d.Label), d.Stack, d.Account, d.Region}
		was, seen := first[key]
		if d.Stack == "" && !seen {
			was, seen = named[key.real]
		}
		switch {
		case !seen:
			first[key] = d.Label
			out = append(out, d)
		case d.Stack == "" && was == d.Label && named[key.real] != "": // which its user knows
		default:
			if note := twice(d.Label, was); !slices.Contains(notes, note) {
				notes = append(notes, note)
			}
		}
	}
	return out, notes
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
