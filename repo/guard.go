package repo

import (
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
)

// ownerCond keeps an object from ever touching another's part.
func (c *core) ownerCond(e *expr.Builder, keyName, owner string) string {
	return "attribute_not_exists(" + e.Name(keyName) + ") OR " + e.Path(c.s.metaAttr, "o") + " = " + e.Value(item.String(owner))
}

// guard begins the actions on the parts of one object, which have ownerCond.
// Parts whose key attributes have one name share the condition.
type guard struct {
	c     *core
	owner string

	keyName string
	made    commit.Action // for keyName, without an item
}

func (g *guard) action(l stored.Location) commit.Action {
	if g.keyName != l.KeyName {
		var e expr.Builder
		cond := g.c.ownerCond(&e, l.KeyName, g.owner)
		g.keyName, g.made = l.KeyName, commit.Action{Cond: cond, Names: e.Names, Values: e.Values}
	}
	a := g.made
	a.Table = g.c.table(l.Table)
	return a
}

func (g *guard) put(l stored.Location, item attrs) commit.Action {
	a := g.action(l)
	a.Op, a.KeyIn, a.Item = commit.Put, [2]string{l.KeyName}, item
	return a
}

func (g *guard) deletion(l stored.Location) commit.Action {
	a := g.action(l)
	a.Op, a.Key = commit.Delete, attrs{l.KeyName: item.String(l.Key)}
	return a
}
