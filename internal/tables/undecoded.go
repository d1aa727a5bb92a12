package tables

import (
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/wire"
)

// Items of which nothing is decoded but what is asked for.

// Record is RootMeta for an item that may be bytes. The record is in memory, unless that is
// nil.
func (s *Tables) Record(it *wire.Item, memory *stored.Memory) (*stored.Root, error) {
	rec, ok := it.Record(s.MetaAttr)
	switch {
	case s.Plain, it.Raw() && !ok && it.Attr(s.MetaAttr) == nil:
		return nil, nil
	case !ok:
		return s.RootMeta(it.Attrs())
	}
	m := s.Layouts.Read(rec, memory)
	if m == nil || m.Pages != nil {
		return s.RootMeta(it.Attrs())
	}
	if err := s.CheckEntity(m.Entity); err != nil {
		return nil, err
	}
	if name := s.expiresBy(m); name != "" {
		m.Expires = Seconds(it.Attr(name))
	}
	return m, nil
}

// EntityAt is EntityIn and Recorded.
func (s *Tables) EntityAt(it *wire.Item) (entity string, named, recorded bool) {
	if s.Plain {
		return "", false, false
	}
	rec, ok := it.Record(s.MetaAttr)
	if !ok {
		record := it.Only(s.MetaAttr)
		entity, named = s.EntityIn(record)
		return entity, named, s.Recorded(record)
	}
	for i := range rec.Len() {
		if name, r := rec.Member(i); string(name) == "e" {
			if r.Open() != wire.S {
				return "", false, true
			}
			return string(r.Text()), true, true
		}
	}
	return "", false, false
}

// Unread reports whether the manifest of a root item is on pages that nobody has read.
func (s *Tables) Unread(it *wire.Item) bool {
	if rec, ok := it.Record(s.MetaAttr); ok && rec.Type("g") == wire.None {
		return false
	}
	p, err := stored.PagesIn(it.Attr(s.MetaAttr))
	return err == nil && p != nil
}
