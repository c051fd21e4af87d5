package main

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	skip := func(reason string) string {
		return `{"Action":"run","Package":"p","Test":"T"}
{"Action":"output","Package":"p","Test":"T","Output":"=== RUN   T\n"}
{"Action":"output","Package":"p","Test":"T","Output":"    x_test.go:12: ` + reason + `\n"}
{"Action":"output","Package":"p","Test":"T","Output":"--- SKIP: T (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"T"}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"pass","Package":"p"}
`
	}
	has := func(need string) bool { return need == "terraform" || need == "CORPUS" }
	for _, c := range []struct{ name, in, want string }{
		{"passes", `{"Action":"pass","Package":"p","Test":"T"}` + "\n", ""},
		{"fails", `{"Action":"output","Package":"p","Test":"T","Output":"boom"}` + "\n" + `{"Action":"fail","Package":"p","Test":"T"}` + "\n", "p T failed:\nboom"},
		{"does not build", `{"Action":"output","Package":"p","Output":"FAIL p [build failed]\n"}` + "\n" + `{"Action":"fail","Package":"p"}` + "\n", "p failed:"},
		{"nothing", "", "no test ran"},
		{"package without tests", `{"Action":"skip","Package":"p"}` + "\n", "no test ran"},
		{"missing command", skip("needs moto_server"), ""},
		{"missing variable", skip("needs OTHER"), ""},
		{"one of two is missing", skip("needs terraform and moto_server"), ""},
		{"with an explanation", skip("needs moto_server: it plays AWS"), ""},
		{"command is there", skip("needs terraform"), "p T was skipped: it needs terraform, and the machine has that"},
		{"variable is set", skip("needs CORPUS: real plans"), "it needs CORPUS"},
		{"both are there", skip("needs terraform and CORPUS"), "it needs terraform, CORPUS"},
		{"another reason", skip("flaky"), `"flaky" does not say what it needs`},
		{"no reason", `{"Action":"skip","Package":"p","Test":"T"}` + "\n", "no reason is given"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			err := run(strings.NewReader(c.in), &out, has)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("got %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
