package schema

import (
	"fmt"
	"strings"

	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// node is one line of the tree and what is below it.
type node struct {
	line string
	kids []*node
}

// Text describes the declaration as a tree, one line per shard and encrypted path.
func (s *Schema) Text() string {
	root := &node{line: fmt.Sprintf("%s → table %s, key %s, entity %q", s.Typ, s.RootTable(), s.Key.Text(), s.Entity)}
	if version, oldest := VersionsOf(s); version > 0 {
		root.line += fmt.Sprintf(", version %d", version)
		if oldest < version {
			root.line += fmt.Sprintf(", reads them from version %d on", oldest)
		}
	}
	s.layoutPlaces(root, s.Tree.Top)
	for _, x := range s.Indexes {
		root.kids = append(root.kids, &node{line: x.Text()})
	}
	for _, u := range s.Uniques {
		root.kids = append(root.kids, &node{line: u.text(s)})
	}
	for _, c := range s.Counters {
		root.kids = append(root.kids, &node{line: fmt.Sprintf("%s counted in %d slots → table %s, key %s (S)", c.Name, c.Slots, s.FullName(c.Of.Root), c.KeyName)})
	}
	for _, line := range s.Sealing.Policy.Texts() {
		root.kids = append(root.kids, &node{line: line})
	}
	for _, line := range s.Tags.Texts() {
		root.kids = append(root.kids, &node{line: line})
	}
	var b strings.Builder
	root.print(&b, "", "")
	return strings.TrimSuffix(b.String(), "\n")
}

var placeTexts = map[stored.PlaceKind]string{
	stored.One: "one item", stored.List: "an item per element", stored.Map: "an item per entry",
	stored.KeptList: "a list that stays", stored.KeptMap: "a map that stays",
}

func (s *Schema) layoutPlaces(parent *node, places []*place.Place) {
	for _, p := range places {
		line := p.Rel.String() + ": " + placeTexts[p.Kind]
		if p.Table != "" {
			line += fmt.Sprintf(" → table %s, key %s (S)", s.FullName(p.Table), p.KeyName)
		}
		if p.MayInline {
			line += fmt.Sprintf(", when over %d bytes", p.WhenOver)
		}
		if p.Packed {
			line += ", compressed"
		}
		n := &node{line: line}
		parent.kids = append(parent.kids, n)
		s.layoutPlaces(n, p.Kids)
	}
}

// text describes what is unique in a line.
func (u *Unique) text(s *Schema) string {
	line := fmt.Sprintf("%s unique → table %s, key %s (S)", u.Text(), s.FullName(u.table), u.keyName)
	var folded []string
	for _, f := range u.Fields {
		if f.fold {
			folded = append(folded, f.Path.String())
		}
	}
	if len(folded) > 0 {
		line += ", without regard to case of " + strings.Join(folded, ", ")
	}
	if u.secret != nil {
		line += ", hashed"
	}
	return line
}

func (n *node) print(b *strings.Builder, first, rest string) {
	b.WriteString(first + n.line + "\n")
	for i, k := range n.kids {
		if i == len(n.kids)-1 {
			k.print(b, rest+"└─ ", rest+"   ")
		} else {
			k.print(b, rest+"├─ ", rest+"│  ")
		}
	}
}
