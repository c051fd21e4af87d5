package terraform

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A secret is found wherever it stands, and nothing else is taken for one.
func TestSecretsAreFoundWhereTheyStand(t *testing.T) {
	t.Parallel()
	// Few letters, so that secrets begin alike, hold each other and stand in texts by chance.
	letters := rapid.StringMatching(`[ab]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		known := rapid.SliceOfN(letters, 0, 6).Draw(t, "secrets")
		text := letters.Draw(t, "before") + rapid.SampledFrom(append(known, "")).Draw(t, "secret") + letters.Draw(t, "after")
		s, want := newSecrets(), false
		for _, secret := range known {
			s.add(secret)
			want = want || len(secret) >= minSecret && strings.Contains(text, secret)
		}
		if got := s.in(text); got != want {
			t.Fatalf("secrets %q stand in %q: %t, want %t", known, text, got, want)
		}
	})
}
