package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailguard/trailguard/analyzer"
	"github.com/trailguard/trailguard/analyzer/access"
	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/analyzer/iam/actions"
	"github.com/trailguard/trailguard/render"
	"github.com/trailguard/trailguard/sources/managed"
)

func whoCanCommand(sys system) *cobra.Command {
	var scope scopeFlags
	var variables variableFlags
	var stacks stackFlags
	var beside contextFlags
	var color choice
	form := choice{value: "text", of: []string{"text", "json"}}
	cmd := &cobra.Command{
		Use: "who-can ACTION ADDRESS-OR-ARN INPUT...", Short: "Tell which principals of the inputs can do an action to a resource, and why", GroupID: groupInputs,
		Long: `Decides for every role and user of the inputs, and for everybody whom the resource's policy names, whether they can
do an action to a resource: through identity policies, groups, permissions boundaries, the policy of the resource,
and the policies of the organization. It says of each answer which statement decided, and of what it could not
decide what is not known. It calls nothing.

The resource is named by its address in the inputs, by its ARN, or by its name. Inputs are those of trailguard scan:
plans, states, configurations, templates, directories of them.`,
		Example: `  trailguard who-can sqs:PurgeQueue aws_sqs_queue.siem infra/
  trailguard who-can s3:DeleteObject arn:aws:s3:::acme-trail-archive plan.json
  trailguard who-can kms:DisableKey alias/trail infra/ --format json`,
		Args: arguments(3, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			action, resource, inputs := args[0], args[1], args[2:]
			if service, name, ok := strings.Cut(action, ":"); !ok || service == "" || name == "" || strings.ContainsAny(action, "*? ") {
				return usageError([]string{"give one action as IAM spells it: sqs:PurgeQueue", helpHint(cmd)[0]}, "%q is no action", action)
			}
			s := scanner{sys: sys, scope: &scope, variables: &variables, stacks: &stacks}
			subject, err := s.scan(inputs, &beside)
			if err != nil {
				return err
			}
			sys.notes(subject, &input{ReadCloser: io.NopCloser(nil), name: inputs[0], label: strings.Join(inputs, ", ")})
			answer, err := analyzer.AskWhoCan(subject.Graph, action, resource, access.Options{Managed: managed.Policy})
			if err != nil {
				return whoCanError(subject.Graph, action, resource, err)
			}
			return sys.printed(func(w io.Writer) error {
				if form.value == "json" {
					return render.WhoCanJSON(w, answer)
				}
				return render.WhoCanText(w, answer, sys.textOptions(color))
			})
		},
	}
	cmd.Flags().Var(&form, "format", "form of the answer")
	complete(cmd, "format", form.of...)
	scope.add(cmd)
	variables.add(cmd)
	stacks.add(cmd)
	beside.add(cmd)
	addColor(cmd, &color)
	return cmd
}

// whoCanError says what is wrong with the question.
func whoCanError(g *graph.Graph, action, resource string, err error) error {
	switch {
	case errors.Is(err, analyzer.ErrNoAction):
		service, _, _ := strings.Cut(action, ":")
		known := actions.Of(service)
		if len(known) == 0 {
			return usageError([]string{"actions begin with the prefix of a service: s3, sqs, logs, kms and the like"}, "IAM has no service %q", service)
		}
		return usageError(append(suggest(action, known), "names are those of IAM and not of the API; the list is of "+actions.Date()), "IAM has no action %q", action)
	case errors.Is(err, analyzer.ErrNoResource):
		var known []string
		for n := range g.Nodes() {
			if n.Address != "" && n.Declared() && graph.InfoOf(n.Kind).Role != graph.RoleConnector {
				known = append(known, n.Address)
			}
		}
		slices.Sort(known)
		known = slices.Compact(known)
		hint := suggest(resource, known)
		return failedError(fmt.Errorf("%s: %w", resource, err), append(hint, "give the address of a resource in the inputs, its ARN, or its name")...)
	case errors.Is(err, analyzer.ErrSeveral):
		var all []string
		for _, n := range analyzer.FindResources(g, resource) {
			all = append(all, string(n.ID))
		}
		return failedError(fmt.Errorf("%s: %w", resource, err), "it may be "+strings.Join(all, " or "))
	case errors.Is(err, analyzer.ErrOtherService):
		return usageError([]string{"trailguard risks lists the actions that do harm to a chain"}, "%s is no action on %s", action, resource)
	}
	return failedError(err)
}
