package main

import (
	"slices"
	"strings"
)

// mostSuggestions is how many names a hint offers.
const mostSuggestions = 3

// suggest returns a hint with those of the known names that are nearest to the one that was given, or
// nothing where none is near.
func suggest(given string, known []string) []string {
	lower := strings.ToLower(given)
	best := max(1, len(given)/3)
	var near []string
	for _, k := range known {
		d := distance(lower, strings.ToLower(k))
		if len(lower) > 1 && strings.HasPrefix(strings.ToLower(k), lower) {
			d = min(d, 1)
		}
		switch {
		case d > best:
		case d < best:
			best, near = d, []string{k}
		default:
			near = append(near, k)
		}
	}
	if len(near) == 0 {
		return nil
	}
	return []string{"did you mean " + strings.Join(near[:min(len(near), mostSuggestions)], " or ") + "?"}
}

// distance counts the edits that make one string of the other: a letter more, less, other, or two swapped.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	var before []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = slices.Min([]int{last[j+1] + 1, row[j] + 1, last[j] + cost})
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
