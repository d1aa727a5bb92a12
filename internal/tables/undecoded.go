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
	switch {
	case !rec.Find("e"):
		return "", false, false
	case rec.Tag() != wire.S:
		return "", false, true
	}
	return string(rec.Text()), true, true
}

// Unread reports whether the manifest of a root item is on pages that nobody has read.
func (s *Tables) Unread(it *wire.Item) bool {
	if rec, ok := it.Record(s.MetaAttr); ok && rec.Type("g") == wire.None {
		return false
	}
	record := it.Attr(s.MetaAttr)
	if record == nil {
		return false
	}
	p, err := stored.PagesIn(record)
	return err == nil && p != nil
}
