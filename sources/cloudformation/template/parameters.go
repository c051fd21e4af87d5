package template

import "strings"

// ReadParameters reads a file of values of parameters in one of the forms that tools take: the list of
// {"ParameterKey", "ParameterValue"} of the AWS CLI, a mapping under Parameters as of CodePipeline and Rain, a mapping of
// names to values, a list of NAME=VALUE, or lines of them. It returns an [*Error] for anything else. A parameter whose
// previous value is used is not given.
func ReadParameters(file string, src []byte) (map[string]string, error) {
	d, err := Read(file, src)
	if err != nil {
		if values, ok := pairs(strings.Split(string(src), "\n")); ok {
			return values, nil
		}
		return nil, err
	}
	n := d.Root
	if p := n.Get("Parameters"); p != nil {
		n = p
	}
	out := map[string]string{}
	switch n.Kind {
	case Map:
		for _, m := range n.Members {
			if s, ok := parameterValue(m.Value); ok {
				out[m.Key] = s
			} else if s, ok := parameterValue(m.Value.Get("Value")); ok {
				out[m.Key] = s
			} else {
				return nil, errorAt(file, m.Pos.Line, "the value of the parameter %q is %s", shorten(m.Key), m.Value.what())
			}
		}
		return out, nil
	case List:
		return listed(file, n)
	case Null, Bool, Number, String:
		for _, words := range [][]string{strings.Split(strings.ReplaceAll(string(src), "\r", ""), "\n"), strings.Fields(n.Text)} {
			if values, ok := pairs(words); ok && (len(values) > 1 || !strings.Contains(n.Text, " ") || len(words) > 1) {
				return values, nil
			}
		}
	}
	return nil, errorAt(file, n.Pos.Line, "it holds no parameters")
}

func listed(file string, n *Node) (map[string]string, error) {
	out := map[string]string{}
	for _, it := range n.Items {
		if s, ok := it.Scalar(); ok {
			name, value, ok := strings.Cut(s, "=")
			if !ok {
				return nil, errorAt(file, it.Pos.Line, "an element is no NAME=VALUE")
			}
			out[name] = value
			continue
		}
		key, ok := it.Get("ParameterKey").Scalar()
		if !ok {
			return nil, errorAt(file, it.Pos.Line, "an element has no ParameterKey")
		}
		if v, ok := parameterValue(it.Get("ParameterValue")); ok {
			out[key] = v
		}
	}
	return out, nil
}

// parameterValue returns the value of a parameter: a scalar, or the elements of a list as CloudFormation takes them.
func parameterValue(n *Node) (string, bool) {
	if s, ok := n.Scalar(); ok {
		return s, true
	}
	if n == nil || n.Kind != List {
		return "", false
	}
	all := make([]string, len(n.Items))
	for i, it := range n.Items {
		s, ok := it.Scalar()
		if !ok {
			return "", false
		}
		all[i] = s
	}
	return strings.Join(all, ","), true
}

// pairs reads NAME=VALUE, one in each line; lines of comments are passed over.
func pairs(lines []string) (map[string]string, bool) {
	out := map[string]string{}
	for _, l := range lines {
		l = strings.TrimSpace(l)
		if l == "" || l[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(l, "=")
		if !ok {
			return nil, false
		}
		out[strings.TrimSpace(name)] = strings.Trim(strings.TrimSpace(value), `"'`)
	}
	return out, len(out) > 0
}
