package item

import (
	"strings"
	"unicode"
)

// FoldCase is equal for texts that strings.EqualFold finds equal: each character is
// the first of those that differ from it only in case.
func FoldCase(s string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return least
	}, s)
}
