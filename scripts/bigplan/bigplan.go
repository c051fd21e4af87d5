// Package bigplan writes plans of any size, as Terraform would print them, for the benchmarks: one real
// plan is repeated as the instances of a module, each with names of its own, among resources of types that
// trailguard has no use for.
package bigplan

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// Options say how large a plan becomes.
type Options struct {
	Bytes int64 // about so many
	Share int   // one resource in Share is of the template, the rest are of other types; 1: all are
}

// template is the part of a plan that is repeated.
type template struct {
	planned, changes, prior [][]byte
	config, providers       json.RawMessage
}

// Write writes a plan of about the given size. The template is a plan in JSON whose names start with acme.
// It returns the number of resource instances, and the error of the writer or of a template that is none.
func Write(w io.Writer, plan []byte, o Options) (resources int, err error) {
	t, err := parse(plan)
	if err != nil {
		return 0, err
	}
	size := func(copies int) int64 {
		var n counter
		w := &writer{w: bufio.NewWriter(&n), t: t, share: max(1, o.Share)}
		w.plan(copies)
		_ = w.w.Flush() // a counter does not fail
		return int64(n)
	}
	one := size(1)
	copies := 1 + int(max(0, o.Bytes-one)/max(1, size(2)-one))
	out := &writer{w: bufio.NewWriterSize(w, 1<<20), t: t, share: max(1, o.Share)}
	out.plan(copies)
	return copies * len(t.changes) * max(1, o.Share), out.w.Flush()
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func parse(plan []byte) (*template, error) {
	var doc struct {
		Planned struct {
			Root struct {
				Resources []json.RawMessage `json:"resources"`
			} `json:"root_module"`
		} `json:"planned_values"`
		Changes []json.RawMessage `json:"resource_changes"`
		Prior   struct {
			Values struct {
				Root struct {
					Resources []json.RawMessage `json:"resources"`
				} `json:"root_module"`
			} `json:"values"`
		} `json:"prior_state"`
		Config struct {
			Providers json.RawMessage `json:"provider_config"`
			Root      json.RawMessage `json:"root_module"`
		} `json:"configuration"`
	}
	if err := json.Unmarshal(plan, &doc); err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	t := &template{config: doc.Config.Root, providers: doc.Config.Providers}
	for _, part := range []struct {
		from []json.RawMessage
		to   *[][]byte
	}{{doc.Planned.Root.Resources, &t.planned}, {doc.Changes, &t.changes}, {doc.Prior.Values.Root.Resources, &t.prior}} {
		for _, raw := range part.from {
			*part.to = append(*part.to, raw)
		}
	}
	if len(t.changes) == 0 {
		return nil, fmt.Errorf("template: no resource changes in the root module")
	}
	return t, nil
}

type writer struct {
	w     *bufio.Writer
	t     *template
	share int
}

func (w *writer) plan(copies int) {
	w.str(`{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{"child_modules":[`)
	for i := range copies {
		w.str(comma(i) + `{"resources":[`)
		for j, r := range w.t.planned {
			w.str(comma(j))
			w.element(r, i)
			w.foreign(i, j, false)
		}
		w.str(`],"address":"` + module(i) + `"}`)
	}
	w.str(`]}},"resource_changes":[`)
	for i := range copies {
		for j, r := range w.t.changes {
			w.str(comma(i + j))
			w.element(r, i)
			w.foreign(i, j, true)
		}
	}
	w.str(`],"prior_state":{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{"child_modules":[`)
	for i := range copies {
		w.str(comma(i) + `{"resources":[`)
		for j, r := range w.t.prior {
			w.str(comma(j))
			w.element(r, i)
		}
		w.str(`],"address":"` + module(i) + `"}`)
	}
	w.str(`]}}},"configuration":{"provider_config":`)
	w.bytes(w.t.providers)
	w.str(`,"root_module":{"module_calls":{"team":{"source":"./team","for_each_expression":{"references":["local.teams"]},"module":`)
	w.bytes(w.t.config)
	w.str(`}}}},"relevant_attributes":[],"timestamp":"2026-01-01T00:00:00Z","applyable":true,"complete":true,"errored":false}` + "\n")
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// module is the address of a copy, as it stands in JSON.
func module(i int) string { return fmt.Sprintf(`module.team[\"t%05d\"]`, i) }

// element writes one element of the template with the address and the names of a copy.
func (w *writer) element(raw []byte, i int) {
	raw = bytes.Replace(raw, []byte(`"address":"`), []byte(`"address":"`+module(i)+"."), 1)
	w.bytes(bytes.ReplaceAll(raw, []byte("acme"), fmt.Appendf(nil, "t%05d-acme", i)))
}

// foreign writes the resources of other types that stand beside an element.
func (w *writer) foreign(i, j int, change bool) {
	for k := range w.share - 1 {
		name := fmt.Sprintf("web_%d_%d", j, k)
		head := `,{"address":"` + module(i) + `.aws_instance.` + name + `","mode":"managed","type":"aws_instance","name":"` + name +
			`","provider_name":"registry.terraform.io/hashicorp/aws",`
		values := fmt.Sprintf(`{"ami":"ami-0abcdef1234567890","instance_type":"t3.micro","get_password_data":false,"hibernation":null,"source_dest_check":true,"tags":{"Name":"t%05d-%s","Team":"platform","CostCenter":"4711","Environment":"production","Owner":"platform@example.com"},"user_data":"IyEvYmluL3NoCnN5c3RlbWN0bCBlbmFibGUgLS1ub3cgYW1hem9uLXNzbS1hZ2VudAo=","root_block_device":[{"delete_on_termination":true,"encrypted":true,"volume_size":20,"volume_type":"gp3","tags":{}}],"credit_specification":[],"timeouts":null,"volume_tags":null}`, i, name)
		const unknown = `{"arn":true,"associate_public_ip_address":true,"availability_zone":true,"cpu_options":true,"id":true,"instance_state":true,"private_dns":true,"private_ip":true,"public_dns":true,"public_ip":true,"root_block_device":[{"device_name":true,"iops":true,"kms_key_id":true,"tags":{},"tags_all":true,"throughput":true,"volume_id":true}],"tags":{},"tags_all":{},"vpc_security_group_ids":true}`
		if change {
			w.str(head + `"change":{"actions":["create"],"before":null,"after":` + values + `,"after_unknown":` + unknown + `,"before_sensitive":false,"after_sensitive":{"root_block_device":[{"tags":{}}],"tags":{},"tags_all":{}}}}`)
			continue
		}
		w.str(head + `"schema_version":1,"values":` + values + `,"sensitive_values":{"root_block_device":[{"tags":{}}],"tags":{},"tags_all":{}}}`)
	}
}

func (w *writer) str(s string) { _, _ = w.w.WriteString(s) } // the writer keeps its error for Flush

func (w *writer) bytes(b []byte) { _, _ = w.w.Write(slices.Clip(b)) }
