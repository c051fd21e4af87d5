package authorization_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/trailguard/trailguard/analyzer/graph"
	"github.com/trailguard/trailguard/sources/authorization"
)

func dump(tb testing.TB) string {
	tb.Helper()
	b, err := os.ReadFile("testdata/dump.json")
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

func read(t *testing.T, src string) graph.Inventory {
	t.Helper()
	inv, err := authorization.Read(strings.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func TestRead(t *testing.T) {
	inv := read(t, dump(t))
	var got []string
	for _, r := range inv.Resources {
		got = append(got, fmt.Sprint(r.Kind, " ", r.Type, " ", r.Address, " ", r.Name.Or(graph.Text{}), " ", r.Partition.Or("-"), " ", r.Account.Or("-"), " ", r.Observed))
		for name, a := range r.Attrs.All() {
			got = append(got, "  "+name+" "+spell(a.Value))
		}
	}
	want := []string{
		"iam.user AWS::IAM::User arn:aws:iam::111122223333:user/alice alice aws 111122223333 true",
		"  boundary arn:aws:iam::111122223333:policy/teams/limit",
		"  groups [operators]",
		`  inline [{name own policy {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}}]`,
		"  managed []",
		"  path /",
		"iam.group AWS::IAM::Group arn:aws:iam::111122223333:group/operators operators aws 111122223333 true",
		"  inline []",
		"  managed [arn:aws:iam::aws:policy/ReadOnlyAccess]",
		"  path /",
		"iam.role AWS::IAM::Role arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig AWSServiceRoleForConfig aws 111122223333 true",
		"  boundary absent",
		"  inline []",
		"  managed [arn:aws:iam::aws:policy/aws-service-role/AWSConfigServiceRolePolicy]",
		"  path /aws-service-role/config.amazonaws.com/",
		`  trust {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"config.amazonaws.com"},"Action":"sts:AssumeRole"}]}`,
		"iam.managed_policy AWS::IAM::ManagedPolicy arn:aws:iam::111122223333:policy/teams/limit limit aws 111122223333 true",
		"  path /teams/",
		`  policy {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:Get*","Resource":"*"}}`,
		"iam.managed_policy AWS::IAM::ManagedPolicy arn:aws:iam::aws:policy/ReadOnlyAccess ReadOnlyAccess aws - true",
		"  path /",
		`  policy {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:Get*"],"Resource":"*"}}`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(inv.Gaps) > 0 {
		t.Errorf("gaps of a whole dump: %v", inv.Gaps)
	}
}

func spell(v graph.Value[any]) string {
	data, ok := v.Get()
	if !ok {
		return v.String()
	}
	blocks, ok := data.([]graph.Attrs)
	if !ok {
		return fmt.Sprint(data)
	}
	var all []string
	for _, b := range blocks {
		var fields []string
		for name, a := range b.All() {
			fields = append(fields, name+" "+spell(a.Value))
		}
		all = append(all, "{"+strings.Join(fields, " ")+"}")
	}
	return "[" + strings.Join(all, " ") + "]"
}

// However the pages of a dump are put into one file, it is the same dump.
func TestPages(t *testing.T) {
	whole := read(t, dump(t))
	first, rest, ok := strings.Cut(dump(t), `    "RoleDetailList": [`)
	if !ok {
		t.Fatal("the dump has changed")
	}
	one := strings.TrimRight(first, " \n,") + `, "RoleDetailList": [], "Policies": [], "IsTruncated": true, "Marker": "m"}`
	two := `{"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [` + strings.TrimRight(rest, " \n}") + `], "IsTruncated": false}`
	two = strings.Replace(two, "]], ", "], ", 1)
	for name, src := range map[string]string{
		"after one another": one + two,
		"in lines":          one + "\n" + two + "\n",
		"in a list":         "[" + one + ",\n" + two + "]",
		"with others":       "[1, null, " + one + ", [], " + two + "]",
		"twice":             dump(t) + dump(t),
		"in UTF-16":         utf16le(dump(t)),
		"with a mark":       "\ufeff" + dump(t),
	} {
		if got := read(t, src); !cmp.Equal(spelled(got), spelled(whole)) {
			t.Errorf("%s: %s", name, cmp.Diff(spelled(whole), spelled(got)))
		}
	}
	if got := gaps(read(t, one)); !slices.Contains(got, "the rest of the account's users, groups, roles and policies: the dump is cut short") {
		t.Errorf("one page alone: %q", got)
	}
	if got := gaps(read(t, strings.Replace(dump(t), "{", `{"NextToken": "x",`, 1))); !slices.Equal(got, []string{"the rest of the account's users, groups, roles and policies: the dump is cut short"}) {
		t.Errorf("with a token: %q", got)
	}
}

func utf16le(s string) string {
	var b bytes.Buffer
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

func spelled(inv graph.Inventory) []string {
	var out []string
	for _, r := range inv.Resources {
		line := r.Address
		for name, a := range r.Attrs.All() {
			line += " " + name + "=" + spell(a.Value)
		}
		out = append(out, line)
	}
	return append(out, gaps(inv)...)
}

func gaps(inv graph.Inventory) []string {
	var out []string
	for _, g := range inv.Gaps {
		out = append(out, g.What+": "+string(g.Reason))
	}
	return out
}

func TestGaps(t *testing.T) {
	entry := func(list, e string) string {
		all := `"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[],"Policies":[]`
		return "{" + strings.Replace(all, `"`+list+`":[]`, `"`+list+`":[`+e+`]`, 1) + "}"
	}
	const role = `"Path":"/","RoleName":"r","Arn":"arn:aws:iam::111122223333:role/r","RolePolicyList":[]`
	for name, c := range map[string]struct {
		src  string
		want []string
	}{
		"nothing":  {entry("", ""), nil},
		"a filter": {`{"RoleDetailList":[]}`, []string{"the users of the account: the dump leaves it out", "the groups of the account: the dump leaves it out", "the managed policies of the account: the dump leaves it out"}},
		"a filter that leaves lists empty": {
			entry("RoleDetailList", `{`+role+`,"AttachedManagedPolicies":[{"PolicyArn":"arn:aws:iam::111122223333:policy/p"},{"PolicyArn":"arn:aws:iam::aws:policy/q"}],"PermissionsBoundary":{"PermissionsBoundaryArn":"arn:aws:iam::111122223333:policy/b"}}`),
			[]string{"1 customer managed policies that are attached: the dump leaves it out", "1 customer managed policies that are boundaries: the dump leaves it out"},
		},
		"an entry that is none":        {entry("RoleDetailList", `7`), []string{"an entry of the roles: malformed"}},
		"an entry of another form":     {entry("RoleDetailList", `{"Arn":7}`), []string{"an entry of the roles: malformed"}},
		"an entry of another kind":     {entry("UserDetailList", `{`+role+`}`), []string{"an entry of the users: malformed"}},
		"an entry that is misnamed":    {entry("RoleDetailList", `{"RoleName":"s","Arn":"arn:aws:iam::111122223333:role/r"}`), []string{"an entry of the roles: malformed"}},
		"a trust policy that is none":  {entry("RoleDetailList", `{`+role+`,"AssumeRolePolicyDocument":"x"}`), []string{"the trust of arn:aws:iam::111122223333:role/r: malformed"}},
		"a policy that is badly coded": {entry("RoleDetailList", `{"Arn":"arn:aws:iam::111122223333:role/r","RolePolicyList":[{"PolicyName":"p","PolicyDocument":"%7B%2"}]}`), []string{"the policy of arn:aws:iam::111122223333:role/r: malformed"}},
		"a policy that is deep":        {entry("RoleDetailList", `{`+role+`,"AssumeRolePolicyDocument":{"a":`+strings.Repeat("[", 99)+strings.Repeat("]", 99)+`}}`), []string{"the trust of arn:aws:iam::111122223333:role/r: malformed"}},
		"two of one ARN":               {entry("RoleDetailList", `{`+role+`},{`+role+`,"AttachedManagedPolicies":[]}`), []string{"a second entry of arn:aws:iam::111122223333:role/r, which is not the same: malformed"}},
	} {
		inv := read(t, c.src)
		if got := gaps(inv); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		for _, g := range inv.Gaps {
			if g.Where == "" || g.SettledBy == "" {
				t.Errorf("%s: gap %+v", name, g)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	broken := errors.New("the disk is gone")
	for name, c := range map[string]struct {
		in   io.Reader
		want string
	}{
		"nothing":         {strings.NewReader(""), "expected the output of aws iam get-account-authorization-details"},
		"something else":  {strings.NewReader(`{"Resources": {"secret": "s3cr3t"}}`), "expected the output of"},
		"no object":       {strings.NewReader(`"s3cr3t"`), "expected the output of"},
		"no JSON":         {strings.NewReader(`{"UserDetailList": [s3cr3t`), "it is not valid JSON at byte 20"},
		"cut off":         {strings.NewReader(`{"UserDetailList": [{"UserName": "s3cr3t"`), "it was cut off"},
		"something after": {strings.NewReader(`{"UserDetailList": []} s3cr3t`), "not valid JSON"},
		"a broken reader": {io.MultiReader(strings.NewReader(`{"UserDetailList": [`), iotest.ErrReader(broken)), "the disk is gone"},
		"too deep":        {strings.NewReader(`{"x":` + strings.Repeat("[", 1<<20)), "not valid JSON"},
	} {
		_, err := authorization.Read(c.in)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if name == "a broken reader" && !errors.Is(err, broken) {
			t.Errorf("%v does not wrap the error of the reader", err)
		}
	}
}

// A dump and a plan that declare the same role are one role.
func TestJoined(t *testing.T) {
	inv := read(t, dump(t))
	user := graph.Resource{Kind: graph.KindUser, Type: "aws_iam_user", Address: "aws_iam_user.alice", Name: graph.KnownOf(graph.Literal("alice")), Attrs: graph.Attrs{}}
	g := graph.Link(graph.Merge(graph.Inventory{Resources: []graph.Resource{user}}, inv))
	n := g.Node("aws_iam_user.alice")
	if got := n.ARN.Or(graph.Text{}).String(); got != "arn:aws:iam::111122223333:user/alice" {
		t.Errorf("the ARN is %q", got)
	}
	var ends []string
	for e := range g.Support(n.ID) {
		ends = append(ends, e.Kind.ID+" "+string(e.To))
	}
	want := []string{"iam_member arn:aws:iam::111122223333:group/operators"} // the declaration has no boundary
	if !slices.Equal(ends, want) {
		t.Errorf("edges %q, want %q", ends, want)
	}
}

// FuzzRead reads anything: it ends, and what it declares can be linked.
func FuzzRead(f *testing.F) {
	f.Add([]byte(dump(f)))
	for _, s := range []string{`[{"RoleDetailList":[{"Arn":"arn:aws:iam::111122223333:role/r","AssumeRolePolicyDocument":"%7b%7d"}]}]`, `{"Policies":[{"Arn":"arn:aws:iam::aws:policy/p","PolicyVersionList":[{"IsDefaultVersion":true,"Document":{}}]}],"IsTruncated":true}`, "\xff\xfe{\x00}\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		inv, err := authorization.Read(bytes.NewReader(src))
		if err != nil {
			return
		}
		for _, r := range inv.Resources {
			if a, ok := graph.ParseARN(r.Address); !ok || a.Service != "iam" || !r.Observed || r.Name.State() != graph.Known {
				t.Fatalf("declares %+v", r)
			}
		}
		for _, gap := range inv.Gaps {
			if gap.What == "" || gap.Where == "" || gap.Reason == "" || gap.SettledBy == "" {
				t.Fatalf("gap %+v", gap)
			}
		}
		graph.Link(inv)
	})
}
