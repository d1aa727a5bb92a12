package item

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// name and index are the text of one step of an attribute path, join puts
// steps together. A name that would read like something else is quoted, and
// one that would drown the message is cut.
func name(s string) string {
	if len(s) > longestName {
		s = s[:longestName] + "..."
	}
	if s == "" || strings.ContainsAny(s, `.[]"`) || strings.ContainsFunc(s, unprintable) || !utf8.ValidString(s) {
		return "[" + strconv.Quote(s) + "]"
	}
	return s
}

const longestName = 128 // bytes of a name in an error text

func index(i int) string { return "[" + strconv.Itoa(i) + "]" }

func join(parent, rest string) string {
	if parent == "" || rest == "" || rest[0] == '[' {
		return parent + rest
	}
	return parent + "." + rest
}

func unprintable(r rune) bool { return !strconv.IsPrint(r) }
