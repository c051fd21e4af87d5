package funcs

import (
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"

	"github.com/apparentlymart/go-cidr/cidr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/gocty"
)

// maxSubnets is more than a network of AWS is ever divided into.
const maxSubnets = 4096

// parsePrefix parses an address prefix. Terraform takes octets with leading zeros for decimal numbers.
func parsePrefix(s string) (*net.IPNet, error) {
	address, length, ok := strings.Cut(s, "/")
	if ok && !strings.Contains(address, ":") {
		octets := strings.Split(address, ".")
		for i, o := range octets {
			if o = strings.TrimLeft(o, "0"); o == "" && octets[i] != "" {
				o = "0"
			}
			octets[i] = o
		}
		s = strings.Join(octets, ".") + "/" + length
	}
	_, network, err := net.ParseCIDR(s)
	if err != nil {
		return nil, argumentError(0, "invalid CIDR expression: %s", err)
	}
	return network, nil
}

// ofPrefix makes a function of a prefix and whole numbers.
func ofPrefix(f func(*net.IPNet, []*big.Int) (string, error), numbers ...string) maker {
	return func(*library) function.Function {
		spec := &function.Spec{
			Params:       []function.Parameter{{Name: "prefix", Type: cty.String}},
			Type:         function.StaticReturnType(cty.String),
			RefineResult: notNull,
		}
		for _, n := range numbers {
			spec.Params = append(spec.Params, function.Parameter{Name: n, Type: cty.Number})
		}
		spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			ints := make([]*big.Int, len(args)-1)
			for i, a := range args[1:] {
				whole, accuracy := a.AsBigFloat().Int(nil)
				if !sane(a) || accuracy != big.Exact {
					return cty.NilVal, argumentError(i+1, "a whole number is required")
				}
				ints[i] = whole
			}
			network, err := parsePrefix(args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			out, err := f(network, ints)
			return cty.StringVal(out), err
		}
		return function.New(spec)
	}
}

func host(network *net.IPNet, n []*big.Int) (string, error) {
	ip, err := cidr.HostBig(network, n[0])
	if err != nil {
		return "", fmt.Errorf("no such host: %w", err)
	}
	return ip.String(), nil
}

func netmask(network *net.IPNet, _ []*big.Int) (string, error) {
	if network.IP.To4() == nil {
		return "", errors.New("IPv6 addresses cannot have a netmask")
	}
	return net.IP(network.Mask).String(), nil
}

func subnet(network *net.IPNet, n []*big.Int) (string, error) {
	if !n[0].IsInt64() || n[0].Int64() > 128 || n[0].Int64() < -128 {
		return "", errors.New("not enough remaining address space for the subnets")
	}
	out, err := cidr.SubnetBig(network, int(n[0].Int64()), n[1])
	if err != nil {
		return "", fmt.Errorf("no such network: %w", err)
	}
	return out.String(), nil
}

// subnets is cidrsubnets: networks of the given lengths, one after the other.
func subnets(l *library) function.Function {
	return function.New(&function.Spec{
		Params:       []function.Parameter{{Name: "prefix", Type: cty.String}},
		VarParam:     &function.Parameter{Name: "newbits", Type: cty.Number},
		Type:         function.StaticReturnType(cty.List(cty.String)),
		RefineResult: notNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			network, err := parsePrefix(args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			if len(args) == 1 {
				return cty.ListValEmpty(cty.String), nil
			}
			if len(args) > maxSubnets {
				return cty.NilVal, l.tooLarge("the number of networks")
			}
			start, _ := network.Mask.Size()
			out := make([]cty.Value, 0, len(args)-1)
			var current *net.IPNet
			for i, a := range args[1:] {
				var bits int
				if err := gocty.FromCtyValue(a, &bits); err != nil {
					return cty.NilVal, argumentError(i+1, "%w", err)
				}
				if current, err = following(network, current, start, bits); err != nil {
					return cty.NilVal, argumentError(i+1, "%w", err)
				}
				out = append(out, cty.StringVal(current.String()))
			}
			return cty.ListVal(out), nil
		},
	})
}

// following returns the network after another, or the first.
func following(within, previous *net.IPNet, start, bits int) (*net.IPNet, error) {
	_, width := within.Mask.Size()
	switch {
	case bits < 1:
		return nil, errors.New("must extend prefix by at least one bit")
	case bits > 32:
		return nil, errors.New("may not extend prefix by more than 32 bits")
	case start+bits > width:
		return nil, fmt.Errorf("would extend prefix to %d bits, which is too long for an address", start+bits)
	case previous == nil:
		return &net.IPNet{IP: within.IP, Mask: net.CIDRMask(start+bits, width)}, nil
	}
	next, over := cidr.NextSubnet(previous, start+bits)
	if over || !within.Contains(next.IP) {
		return nil, errors.New("not enough remaining address space for a subnet of this size")
	}
	return next, nil
}
