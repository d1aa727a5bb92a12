package tables

import (
	"fmt"
	"regexp"
	"unicode/utf8"
)

var tableName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

// BadTable says what is wrong with the full name of a table, if anything is.
func BadTable(name string) string {
	if tableName.MatchString(name) {
		return ""
	}
	return fmt.Sprintf("table name %q is not valid: it has 3 to 255 of the characters a-z, A-Z, 0-9, _, - and .", name)
}

// BadName is BadTable for the name of an attribute that dystore needs.
func BadName(name string) string {
	switch {
	case name == "" || len(name) > 255:
		return fmt.Sprintf("an attribute name has 1 to 255 bytes here, not %d", len(name))
	case !utf8.ValidString(name):
		return fmt.Sprintf("attribute name %q is not valid UTF-8", name)
	}
	return ""
}
