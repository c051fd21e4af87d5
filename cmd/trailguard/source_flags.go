package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/sources/terraform"
	"github.com/trailguard/trailguard/sources/terraform/config"
)

// sourceFlags say where the configuration of a plan is.
type sourceFlags struct {
	dir, root, planFile string
	run                 bool
}

func (f *sourceFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.dir, "source", "", "directory of the plan's root module, to tell what the plan does not (default: the working directory, where it is that)")
	flags.StringVar(&f.planFile, "plan-file", "", "binary plan beside the JSON: its configuration tells what the JSON does not")
	flags.BoolVar(&f.run, "run-terraform", false, "where FILE is a binary plan, run terraform show -json on it")
	addRoot(cmd, &f.root)
	markDir(cmd, "source")
}

func addRoot(cmd *cobra.Command, root *string) {
	cmd.Flags().StringVar(root, "source-root", "", "directory outside of which no file is read (default: the repository that the configuration is in)")
	markDir(cmd, "source-root")
}

func markDir(cmd *cobra.Command, flag string) {
	_ = cmd.MarkFlagDirname(flag) // it fails for unknown flags only
}

// configuration is a configuration that is at hand for a plan.
type configuration struct {
	*config.Configuration
	name      string // in the report
	workspace string
	guessed   bool // nobody named it
}

// find loads the configuration of a plan: the one that is named, the one that is packed in the plan file, or the one
// in the working directory. It returns nil where there is none, and a note where one cannot be used.
func (f *sourceFlags) find(sys system, plan string) (c *configuration, note string, err error) {
	switch {
	case f.dir != "" && f.planFile != "":
		return nil, "", usageError(nil, "--source and --plan-file are two answers to one question: give one of them")
	case f.dir != "":
		c, err = sys.loadDir(f.dir, f.root)
		return c, "", err
	case f.planFile != "":
		c, err = sys.loadPlanFile(f.planFile)
		return c, "", err
	case plan != "" && plan != "-" && sys.isPacked(plan):
		c, err = sys.loadPlanFile(plan)
		return c, "", err
	}
	c, err = sys.loadDir(".", f.root)
	if err != nil {
		if e, ok := errors.AsType[*config.Error](err); ok && !strings.Contains(e.What, "there is no Terraform configuration") {
			return nil, "the configuration in the working directory was not used: " + e.Error(), nil
		}
		return nil, "", nil
	}
	c.guessed = true
	return c, "", nil
}

func (s system) loadDir(dir, root string) (*configuration, error) {
	tree, err := s.files.tree(dir, root)
	if err != nil {
		return nil, failedError(fmt.Errorf("%s: %w", dir, err), "expected the directory of a Terraform root module")
	}
	c, err := config.Load(tree)
	if err != nil {
		return nil, failedError(err)
	}
	return &configuration{Configuration: c, name: dir, workspace: tree.Workspace()}, nil
}

func (s system) loadPlanFile(name string) (*configuration, error) {
	tree, err := s.files.packed(name)
	if err != nil {
		return nil, failedError(fmt.Errorf("%s: %w", name, err))
	}
	c, err := config.Load(tree)
	if err != nil {
		return nil, failedError(fmt.Errorf("%s: %w", name, err))
	}
	return &configuration{Configuration: c, name: name}, nil
}

// variableFlags are the values of variables.
type variableFlags struct {
	vars, files []string
	read        []config.Given // what they say, once it has been read: a file may be a pipe
	known       bool
}

func (f *variableFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.vars, "var", nil, "value of a variable of the root module, as NAME=VALUE; repeatable")
	flags.StringArrayVar(&f.files, "var-file", nil, "file with values of variables, besides terraform.tfvars and *.auto.tfvars; repeatable")
	complete(cmd, "var")
}

// given returns the values in the order in which they count: those of files before those of the command line.
func (f *variableFlags) given(sys system) ([]config.Given, error) {
	if f.known {
		return f.read, nil
	}
	var out []config.Given
	for _, name := range f.files {
		src, err := sys.readFile(name)
		if err != nil {
			return nil, err
		}
		more, err := config.ParseVariables(src, name)
		if err != nil {
			return nil, failedError(err)
		}
		out = append(out, more...)
	}
	for _, v := range f.vars {
		name, value, ok := strings.Cut(v, "=")
		if !ok || name == "" {
			return nil, usageError(nil, "--var: %q is not of the form NAME=VALUE", v)
		}
		out = append(out, config.Given{Name: name, Text: value})
	}
	f.read, f.known = out, true
	return out, nil
}

// fromEnvironment returns the values of variables that the environment gives: TF_VAR_NAME.
func fromEnvironment(environ []string) []config.Given {
	var out []config.Given
	for _, e := range environ {
		if name, value, ok := strings.Cut(strings.TrimPrefix(e, "TF_VAR_"), "="); ok && strings.HasPrefix(e, "TF_VAR_") {
			out = append(out, config.Given{Name: name, Text: value})
		}
	}
	return out
}

func terraformError(err error) *failure {
	if e := terraform.AsConfigError(err); e != nil {
		return failedError(e)
	}
	return inputError(err)
}
