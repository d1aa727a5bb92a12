package repo

import (
	"fmt"
	"strings"

	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// Layout describes a model: what lives in which table, under which key, and
// what is encrypted. It prints as a tree.
type Layout struct{ text string }

// String returns the tree, one line per shard and encrypted path.
func (l Layout) String() string { return l.text }

// Layout returns the layout of the model.
func (r *Repo[T]) Layout() Layout { return Layout{r.c.layout()} }

// node is one line of the tree and what stands below it.
type node struct {
	line string
	kids []*node
}

func (c *core) layout() string {
	root := &node{line: fmt.Sprintf("%s → table %s, key %s, entity %q", c.s.Typ, c.s.RootTable(), c.keyText(), c.s.Entity)}
	c.layoutPlaces(root, c.s.Tree.Top)
	for _, p := range c.s.Sealing.Policy.Paths() {
		root.kids = append(root.kids, &node{line: p.String() + " encrypted"})
	}
	var b strings.Builder
	root.print(&b, "", "")
	return strings.TrimSuffix(b.String(), "\n")
}

func (c *core) keyText() string {
	texts := make([]string, len(c.s.Key.Attrs))
	for i, a := range c.s.Keys {
		texts[i] = a.Name + " (" + string(a.Kind) + ")"
	}
	return strings.Join(texts, ", ")
}

var placeTexts = map[stored.PlaceKind]string{
	stored.One: "one item", stored.List: "an item per element", stored.Map: "an item per entry",
	stored.InList: "a list that stays", stored.InMap: "a map that stays",
}

func (c *core) layoutPlaces(parent *node, places []*place.Place) {
	for _, p := range places {
		line := p.Rel.String() + ": " + placeTexts[p.Kind]
		if p.Table != "" {
			line += fmt.Sprintf(" → table %s, key %s (S)", c.s.FullName(p.Table), p.KeyName)
		}
		if p.Spill {
			line += fmt.Sprintf(", when over %d bytes", p.WhenOver)
		}
		n := &node{line: line}
		parent.kids = append(parent.kids, n)
		c.layoutPlaces(n, p.Kids)
	}
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
