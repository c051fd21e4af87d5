package organization

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// The identifiers of roots, units and accounts, and of policies:
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_PolicyTargetSummary.html
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_PolicySummary.html
var (
	targetID = regexp.MustCompile(`^(?:r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|[0-9]{12})$`)
	policyID = regexp.MustCompile(`^p-[0-9a-zA-Z_]{4,128}$`)
)

// maxPieces is of how many pieces an identifier in the name of a file is made at most, with marks between them.
const maxPieces = 8

// idIn returns the identifier of a kind that the name of a file holds: the only one that the other files know, or else
// the only one that looks like one. A name may hold a date, or what the file is, as well.
func idIn(file string, is, known func(id string) bool) (string, bool) {
	base := path.Base(file)
	base = strings.TrimSuffix(base, path.Ext(base))
	var all, told []string
	for from := range base {
		if from > 0 && isWord(base[from-1]) || !isWord(base[from]) {
			continue
		}
		longest := ""
		for to, pieces := from+1, 0; to <= len(base) && pieces < maxPieces; to++ {
			if !isWord(base[to-1]) || to < len(base) && isWord(base[to]) {
				continue
			}
			pieces++
			if id := base[from:to]; is(id) {
				if longest = id; known(id) {
					told = append(told, id)
				}
			}
		}
		if longest != "" {
			all = append(all, longest)
		}
	}
	for _, ids := range [][]string{told, all} {
		slices.Sort(ids)
		if ids = slices.Compact(ids); len(ids) > 0 {
			return ids[0], len(ids) == 1
		}
	}
	return "", false
}

func isWord(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// says tells whether the name of a file has words in it, whatever stands between them.
func says(file, words string) bool {
	plain := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, strings.ToLower(s))
	}
	return strings.Contains(plain(path.Base(file)), plain(words))
}
