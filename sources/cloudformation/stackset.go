package cloudformation

import (
	"strconv"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/cloudformation/template"
	"github.com/trailguard/trailguard/sources/token"
)

// instance is where an instance of a stack set is; empty: nobody says.
type instance struct{ account, region string }

// instances makes the stacks of a stack set: one for each account and region that it names, or one of which neither
// is known.
func (e *evaluator) instances(res *template.Resource, t *template.Template, f File, doubt, settledBy string) {
	homes := e.homes(res)
	for i, h := range homes {
		if len(e.stacks) >= maxStacks {
			e.gap(strconv.Itoa(len(homes)-i)+" of the "+strconv.Itoa(len(homes))+" instances of the stack set "+e.stack.address(res.ID), e.where(res.Body), "more stacks than are looked at", "fewer accounts and regions")
			break
		}
		child := e.child(e.stack, res, t, f, f.Label)
		child.account, child.region, child.partition, child.doubt, child.settledBy = h.account, h.region, e.stack.partition, doubt, settledBy
		if child.account == "" {
			child.account = e.symbol(child, "AWS::AccountId")
		}
		if child.region == "" {
			child.region = e.symbol(child, "AWS::Region")
		}
		e.pass(child, res.Properties.Get("Parameters"), true)
		e.expand(child)
	}
}

// homes returns where the instances of a stack set are. One whose account or region is not known stands for all of
// which this is so, and the coverage says so: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudformation-stackset-deploymenttargets.html
func (e *evaluator) homes(res *template.Resource) []instance {
	var out []instance
	value := e.value(res.Properties.Get("StackInstancesGroup"))
	groups, ok := value.([]any)
	if !ok || len(groups) == 0 {
		e.unplaced(res, "accounts and regions", value, "StackInstancesGroup")
	}
	for _, g := range groups {
		m, isGroup := g.(map[string]any)
		if !isGroup {
			e.unplaced(res, "accounts and regions", g, "StackInstancesGroup")
		}
		targets, _ := m["DeploymentTargets"].(map[string]any)
		accounts, regions := elementsOf(targets["Accounts"]), elementsOf(m["Regions"])
		if targets["AccountFilterType"] == "DIFFERENCE" { // all of the units but these
			accounts = nil
		}
		if units := targets["OrganizationalUnitIds"]; units != nil && targets["AccountFilterType"] != "INTERSECTION" {
			e.gap("accounts of the organizational units that the stack set "+e.stack.address(res.ID)+" is deployed to", e.where(res.Body), graph.ReasonNotInInput, "Accounts in its DeploymentTargets, or the live organization")
		} else if len(accounts) == 0 && isGroup {
			e.unplaced(res, "accounts", targets["AccountsUrl"], "Accounts in its DeploymentTargets")
		}
		if len(regions) == 0 && isGroup {
			e.unplaced(res, "regions", nil, "Regions")
		}
		for _, a := range e.placesOf(res, "account", accounts) {
			for _, region := range e.placesOf(res, "region", regions) {
				out = append(out, instance{a, region})
			}
		}
	}
	if len(out) == 0 {
		out = []instance{{}}
	}
	return out
}

// placesOf returns accounts or regions as they are written: an empty one for those that are not known, or where there are none.
func (e *evaluator) placesOf(res *template.Resource, what string, all []any) []string {
	if len(all) == 0 {
		return []string{""}
	}
	out := make([]string, len(all))
	for i, v := range all {
		s, ok := scalarText(v)
		if out[i] = s; !ok || s == "" || token.Has(s) {
			e.unplaced(res, what+"s", v, what+"s that are written")
		}
	}
	return out
}

// unplaced notes that it is not known where instances of a stack set are.
func (e *evaluator) unplaced(res *template.Resource, what string, v any, settledBy string) {
	why := graph.ReasonNotInInput
	if u, ok := v.(unknown); ok {
		why = u.why
	}
	e.gap(what+" of the stack set "+e.stack.address(res.ID), e.where(res.Body), why, settledBy+", or values of the parameters")
}
