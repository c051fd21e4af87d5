package graph

import "testing"

func TestSafeText(t *testing.T) {
	t.Parallel()
	v := Reference(Ref{Address: "var.x"})
	lit := Literal
	for _, tt := range []struct {
		in   Text
		want string
	}{
		{Join(lit("https://hooks.example/services/T0/SECRET?a="), v), "https://hooks.example/…"},
		{Join(lit("https://"), v, lit(".example/v1/"), v), "https://${var.x}.example/…"},
		{Join(lit("https://"), v, lit("/secret")), "https://${var.x}/…"},
		{Join(lit("https://user:secret@"), v, lit(".example/p")), "https://${var.x}.example/…"},
		{Join(lit("https://user:"), v, lit("@host.example")), "https://host.example"},
		{Join(lit("https://host.example?token="), v), "https://host.example/…"},
		{Join(v, lit("/secret")), "${var.x}/…"},
		{Join(lit("soc@"), v), "soc@…"},
		{Join(v, lit("@acme.example")), "${var.x}@…"},
		{v, "${var.x}"},
	} {
		if got := safeText(tt.in).String(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.in, got, tt.want)
		}
	}
}
