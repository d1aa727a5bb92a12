package tables

import (
	"fmt"
	"unicode/utf8"
)

// BadName says what is wrong with the name of an attribute that dystore needs.
func BadName(name string) string {
	switch {
	case name == "" || len(name) > 255:
		return fmt.Sprintf("an attribute name has 1 to 255 bytes here, not %d", len(name))
	case !utf8.ValidString(name):
		return fmt.Sprintf("attribute name %q is not valid UTF-8", name)
	}
	return ""
}
