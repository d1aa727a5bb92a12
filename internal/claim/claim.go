// Package claim keeps values unique. Each is claimed by an item, which is written and
// removed with the object.
package claim

import (
	"maps"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Of are the claims that a record names, to be changed.
func Of(m *stored.Root) Claims {
	c := Claims{}
	if m != nil {
		maps.Copy(c, m.Claims)
	}
	return c
}

// Claims are those of an object: where the item of each is, by name.
type Claims map[string]stored.Location

// Move is what a write does to the items of claims.
type Move struct {
	Tables *tables.Tables
	Guard  *commit.Guard
	From   Claims              // of the version that is replaced
	To     Claims              // of the new one
	Items  func() tables.Items // of the new version, and of what goes with the old one
}

// Puts writes the items of claims that are new, and of those that are to be written
// again.
func (m *Move) Puts(again func(name string) bool) (parts []commit.Part) {
	for _, name := range sorted.Keys(m.To) {
		if l := m.To[name]; m.From[name] != l || again(name) {
			parts = append(parts, m.Guard.Claim(m.Tables.FullName(l.Table), name, l))
		}
	}
	return parts
}

// Deletes removes the items of claims that are no more.
func (m *Move) Deletes() (parts []commit.Part, err error) {
	for _, name := range sorted.Keys(m.From) {
		l := m.From[name]
		if m.To[name] == l {
			continue
		}
		if err := m.Tables.CheckClaim(name, l); err != nil {
			return nil, err
		}
		if err := m.Items().Take(stored.Inst(name), l); err != nil {
			return nil, err
		}
		parts = append(parts, m.Guard.Unclaim(m.Tables.FullName(l.Table), name, l))
	}
	return parts, nil
}
