package repo

import (
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/meta"
)

// snapshot is what the value remembers of its last read or write, nil if
// nothing that fits this repository.
func (s *schema) snapshot(ptr reflect.Value) *record.Snapshot {
	if r := s.record(ptr); r != nil {
		return r.Snapshot()
	}
	return nil
}

// record is the value's meta.Record, nil if the model has none.
func (s *schema) record(ptr reflect.Value) *meta.Record {
	if s.keep == nil {
		return nil
	}
	v, ok := s.keep.Get(ptr.Elem())
	if !ok {
		return nil
	}
	return v.Addr().Interface().(*meta.Record)
}

func (s *schema) setRecord(ptr reflect.Value, snap *record.Snapshot) {
	if s.keep == nil || snap == nil {
		return
	}
	var r meta.Record
	if root := snap.Root; root != nil {
		r = meta.Record{
			Version: root.Version, WriteID: meta.WriteID(root.WriteID()),
			CreatedAt: root.Created, UpdatedAt: root.Updated,
		}
	}
	r.SetSnapshot(snap)
	s.keep.Set(ptr.Elem(), reflect.ValueOf(r))
}

// fits reports whether a snapshot is about the object with this key.
func (s *schema) fits(snap *record.Snapshot, key storedKey) bool {
	return snap != nil && snap.Table == s.root && snap.Owner == stored.Owner(s.entity, key.parts)
}

// stands reports whether a record is about something that is stored: a version
// of an object, or an item without a record.
func stands(rec *meta.Record) bool {
	return rec != nil && (rec.Version != 0 || rec.WriteID != meta.WriteID{} || rec.Snapshot().Bare())
}

// same reports whether a value's record is of the version that m describes.
func same(m *stored.Root, rec *meta.Record) bool {
	birth := birthOf(rec)
	return names(m, rec) && (m.Birth == birth || birth == stored.ID{})
}

// names reports whether a record has the version and write id of m.
func names(m *stored.Root, rec *meta.Record) bool {
	return m != nil && m.Version == rec.Version && m.WriteID() == stored.ID(rec.WriteID)
}

// birthOf is the write that created the object of a record, zero if the record
// does not know it.
func birthOf(rec *meta.Record) stored.ID {
	if snap := rec.Snapshot(); snap != nil && names(snap.Root, rec) {
		return snap.Root.Birth
	}
	return stored.ID{}
}

// allOf states everything that was read.
func (s *schema) allOf(snap *record.Snapshot) *record.AsRead {
	r := &record.AsRead{Item: snap.Read}
	for _, f := range s.codec.Fields() {
		if _, ok := snap.Read[f.Name]; !ok && !s.isKey(attr.Names(f.Name)) {
			r.Absent = append(r.Absent, f.Name)
		}
	}
	slices.Sort(r.Absent)
	return r
}

// knownOf states what was read of the attributes that the type knows.
func (s *schema) knownOf(snap *record.Snapshot) *record.AsRead {
	all := s.allOf(snap)
	known := &record.AsRead{Item: attrs{}, Absent: all.Absent}
	for name, av := range all.Item {
		if s.codec.Lookup(name) != nil {
			known.Item[name] = av
		}
	}
	return known
}
