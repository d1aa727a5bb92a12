package legacy

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/dystore/dystore/internal/attr"
)

// Spell writes a path as dynamo-store does when it asks for a passphrase:
// location.city, friends.[0].name. Names that are no words are quoted, as in 'a.b'.
func Spell(p attr.Path) string {
	var b strings.Builder
	for i, s := range p {
		if i > 0 {
			b.WriteByte('.')
		}
		switch {
		case s.Kind == attr.Index:
			b.WriteString("[" + strconv.Itoa(s.Index) + "]")
		case word.MatchString(s.Name):
			b.WriteString(s.Name)
		default:
			b.WriteString(quoted(s.Name))
		}
	}
	return b.String()
}

var word = regexp.MustCompile(`^[A-Za-z_@][A-Za-z0-9_@-]*$`)

// quoted is a text as Python's repr writes it.
func quoted(s string) string {
	quote := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = `"`
	}
	return quote + strings.NewReplacer(`\`, `\\`, quote, `\`+quote, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s) + quote
}

// step appends a segment without changing what shares memory with p.
func step(p attr.Path, s attr.Seg) attr.Path { return append(p[:len(p):len(p)], s) }
