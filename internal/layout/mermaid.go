package layout

import (
	"fmt"
	"strings"

	"github.com/dystore/dystore/internal/tables"
)

// Mermaid draws a layout as a flowchart.
func (l *Layout) Mermaid() string {
	m := &mermaid{ids: map[string]string{}}
	var key []string
	for _, k := range l.Key {
		key = append(key, k.Name+" ("+k.Type+")")
	}
	m.line("flowchart TD")
	root := []string{l.Type, "table " + l.named(l.Table), "key " + strings.Join(key, ", ")}
	if l.Version > 0 {
		root = append(root, fmt.Sprint("version ", l.Version))
	}
	m.node("root", "[", "]", root...)
	for i, p := range l.Places {
		id := fmt.Sprint("place", i+1)
		m.ids[p.Path] = id
		lines := []string{p.Path, p.Kind}
		if p.Table != "" {
			lines = append(lines, "table "+l.named(p.Table))
		}
		if p.WhenOver > 0 {
			lines = append(lines, fmt.Sprintf("when over %d bytes", p.WhenOver))
		}
		if p.Compressed {
			lines = append(lines, "compressed")
		}
		m.node(id, "[", "]", lines...)
		m.line("  %s --> %s", m.of(p.Inside), id)
	}
	for i, x := range l.Indexes {
		id := fmt.Sprint("index", i+1)
		m.node(id, "([", "])", "index "+x.Name, strings.Join(append(indexNames(x.Partition), indexNames(x.Sort)...), ", "))
		m.line("  root -.- %s", id)
	}
	for i, u := range l.Uniques {
		id := fmt.Sprint("unique", i+1)
		m.node(id, "{{", "}}", strings.Join(u.Fields, ", ")+" unique", "table "+l.named(u.Table))
		m.line("  root --> %s", id)
	}
	for i, c := range l.Counters {
		id := fmt.Sprint("counter", i+1)
		m.node(id, "{{", "}}", c.Name, fmt.Sprintf("counted in %d slots", c.Slots), "table "+l.named(c.Table))
		m.line("  root -.- %s", id)
	}
	for i, path := range l.Encrypted {
		id := fmt.Sprint("encrypted", i+1)
		m.node(id, ">", "]", path+" encrypted")
		m.line("  %s -.- %s", m.of(l.around(path)), id)
	}
	return strings.TrimSuffix(m.String(), "\n")
}

// named is the name of a table with what goes before it.
func (l *Layout) named(table string) string {
	return (&tables.Tables{Prefix: l.Prefix}).FullName(table)
}

func indexNames(keys []IndexKey) (names []string) {
	for _, k := range keys {
		names = append(names, k.Name)
	}
	return names
}

// around is the path of the innermost place that holds a path, empty for the root.
func (l *Layout) around(path string) (found string) {
	for _, p := range l.Places { // outer ones first
		if p.Path == path || Holds(p.Path, path) {
			found = p.Path
		}
	}
	return found
}

// Holds reports whether a path leads to something inside the value at another.
func Holds(outer, inner string) bool {
	rest, ok := strings.CutPrefix(inner, outer)
	return ok && rest != "" && strings.ContainsAny(rest[:1], ".[{")
}

type mermaid struct {
	strings.Builder
	ids map[string]string // of places
}

func (m *mermaid) line(format string, args ...any) {
	fmt.Fprintf(m, format+"\n", args...)
}

func (m *mermaid) of(path string) string {
	if path == "" {
		return "root"
	}
	return m.ids[path]
}

// mermaidText replaces what Mermaid or HTML would read as its own.
var mermaidText = strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "`", "#96;")

func (m *mermaid) node(id, opens, closes string, lines ...string) {
	for i, text := range lines {
		lines[i] = mermaidText.Replace(text)
	}
	m.line("  %s%s\"%s\"%s", id, opens, strings.Join(lines, "<br>"), closes)
}
