package terraform

import (
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// configuration reads what a plan tells of its configuration. Of resources only those of types in the
// tables are decoded.
func (d *document) configuration() error {
	return d.object(func(key string) error {
		switch key {
		case "provider_config":
			return d.decode(&d.providers, "provider configurations")
		case "root_module":
			m, err := d.module(0)
			d.config = m
			return err
		}
		return d.skip()
	})
}

// module reads the configuration of one module.
func (d *document) module(depth int) (*module, error) {
	m := &module{resources: map[string]*tfjson.ConfigResource{}, outputs: map[string]*tfjson.Expression{}, calls: map[string]*call{}, defaults: map[string]string{}}
	if depth > maxDepth {
		return m, d.skip()
	}
	err := d.object(func(key string) error {
		switch key {
		case "resources":
			return d.array(func() error { return d.configResource(m) })
		case "outputs":
			return d.object(func(name string) error {
				return d.object(func(key string) error {
					if key != "expression" {
						return d.skip()
					}
					var e tfjson.Expression
					err := d.decode(&e, "an output")
					m.outputs[name] = &e
					return err
				})
			})
		case "variables":
			return d.object(func(name string) error { return d.configVariable(m, name) })
		case "module_calls":
			return d.object(func(name string) error {
				c, err := d.call(depth)
				m.calls[name] = c
				return err
			})
		}
		return d.skip()
	})
	return m, err
}

// configResource reads one resource block.
func (d *document) configResource(m *module) error {
	r := &tfjson.ConfigResource{}
	var mode string
	use := true
	err := d.object(func(key string) error {
		var err error
		switch key {
		case "address":
			r.Address, err = d.text()
		case "mode":
			mode, err = d.text()
		case "type":
			r.Type, err = d.text()
		case "provider_config_key":
			r.ProviderConfigKey, err = d.text()
		case "expressions", "for_each_expression":
			if use = mode == "" || r.Type == "" || wanted(mode, r.Type); !use {
				return d.skip()
			}
			if key == "expressions" {
				err = d.decode(&r.Expressions, "expressions")
			} else {
				err = d.decode(&r.ForEachExpression, "an expression")
			}
		default:
			err = d.skip()
		}
		return err
	})
	if err == nil && wanted(mode, r.Type) {
		m.resources[r.Address] = r
	}
	return err
}

// configVariable keeps the default of a variable where it is a string, and which root variables are secret.
func (d *document) configVariable(m *module, name string) error {
	return d.object(func(key string) error {
		if key == "sensitive" {
			var b bool
			err := d.decode(&b, "a variable")
			if b {
				m.sensitive = append(m.sensitive, name)
			}
			return err
		}
		if key != "default" {
			return d.skip()
		}
		s, err := d.text()
		if s != "" {
			m.defaults[name] = s
		}
		return err
	})
}

func (d *document) call(depth int) (*call, error) {
	c := &call{}
	err := d.object(func(key string) error {
		var err error
		switch key {
		case "expressions":
			err = d.decode(&c.expressions, "expressions of a module call")
		case "for_each_expression":
			err = d.decode(&c.forEach, "an expression")
		case "module":
			c.module, err = d.module(depth + 1)
		default:
			err = d.skip()
		}
		return err
	})
	return c, err
}

// constant returns the string that an expression is: a constant, or a variable with a known value. An
// expression that is more than a reference to one variable cannot be told from one that is not, so callers
// check what they get.
func (r *resolver) constant(e *tfjson.Expression, s *scope, variables map[string]string, depth int) (string, bool) {
	if e == nil || e.ExpressionData == nil || s == nil || depth > maxDepth {
		return "", false
	}
	if c, ok := e.ConstantValue.(string); ok {
		return c, true
	}
	refs := specific(e.References)
	if len(refs) != 1 {
		return "", false
	}
	name, ok := strings.CutPrefix(refs[0], "var.")
	if !ok || strings.ContainsAny(name, ".[") {
		return "", false
	}
	if slices.Contains(s.module.sensitive, name) {
		return "", false
	}
	if s.parent == nil {
		if v, ok := variables[name]; ok {
			return v, true
		}
		v, ok := s.module.defaults[name]
		return v, ok
	}
	if given, ok := s.call.expressions[name]; ok {
		return r.constant(given, s.parent, variables, depth+1)
	}
	v, ok := s.module.defaults[name]
	return v, ok
}

// configOf returns the configuration of a resource instance and the scope of its module instance; nil when
// the plan does not have it.
func (r *resolver) configOf(instance string) (*scope, *tfjson.ConfigResource) {
	a, ok := parseAddress(instance)
	if !ok {
		return nil, nil
	}
	s := r.scopeOf(a.modules)
	if s == nil {
		return nil, nil
	}
	return s, s.module.resources[a.local()]
}
