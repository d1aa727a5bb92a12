package schema

import (
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/meta"
)

// Snapshot is what the value remembers of its last read or write, nil if
// nothing that fits this repository.
func (s *Schema) Snapshot(ptr reflect.Value) *snapshot.Snapshot {
	if r := s.Record(ptr); r != nil {
		return r.Snapshot()
	}
	return nil
}

// Record is the value's meta.Record, nil if the model has none.
func (s *Schema) Record(ptr reflect.Value) *meta.Record {
	if s.Keep == nil {
		return nil
	}
	v, ok := s.Keep.Get(ptr.Elem())
	if !ok {
		return nil
	}
	return v.Addr().Interface().(*meta.Record)
}

// SetRecord puts what is to be remembered into the value's meta.Record.
func (s *Schema) SetRecord(ptr reflect.Value, snap *snapshot.Snapshot) {
	if s.Keep == nil || snap == nil {
		return
	}
	var r meta.Record
	if root := snap.Root; root != nil {
		r = meta.Record{
			Version: root.Version, WriteID: meta.WriteID(root.WriteID()),
			CreatedAt: root.Created, UpdatedAt: root.Updated, DeletedAt: root.Deleted,
			CreatedBy: root.Creator, UpdatedBy: root.Updater,
		}
	}
	r.SetSnapshot(snap)
	s.Keep.Set(ptr.Elem(), reflect.ValueOf(r))
}

// Fits reports whether a snapshot is about the object with this key.
func (s *Schema) Fits(snap *snapshot.Snapshot, key tables.Key) bool {
	return snap != nil && snap.Table == s.Root && snap.Owner == stored.Owner(s.Entity, key.Parts)
}

// IsStored reports whether a record is about something that is stored: a version
// of an object, or an item without a record.
func IsStored(rec *meta.Record) bool {
	return rec != nil && (rec.Version != 0 || rec.WriteID != meta.WriteID{} || rec.Snapshot().Bare())
}

// SameVersion reports whether a value's record is of the version that m describes.
func SameVersion(m *stored.Root, rec *meta.Record) bool {
	birth := BirthOf(rec)
	return names(m, rec) && (m.Birth == birth || birth == stored.ID{})
}

// names reports whether a record has the version and write id of m.
func names(m *stored.Root, rec *meta.Record) bool {
	return m != nil && m.Version == rec.Version && m.WriteID() == stored.ID(rec.WriteID)
}

// BirthOf is the write that created the object of a record, zero if the record
// does not know it.
func BirthOf(rec *meta.Record) stored.ID {
	if snap := rec.Snapshot(); snap != nil && names(snap.Root, rec) {
		return snap.Root.Birth
	}
	return stored.ID{}
}

// AllOf states everything that was read.
func (s *Schema) AllOf(snap *snapshot.Snapshot) *snapshot.AsRead {
	r := &snapshot.AsRead{Item: snap.Read}
	fields := s.Codec.Fields()
	if former, _ := FormerOf(s, nil); former != nil {
		fields = slices.Concat(fields, former.Old.Codec.Fields())
	}
	for _, f := range fields {
		if _, ok := snap.Read[f.Name]; !ok && !s.IsKey(attr.Names(f.Name)) {
			r.Absent = append(r.Absent, f.Name)
		}
	}
	slices.Sort(r.Absent)
	r.Absent = slices.Compact(r.Absent)
	return r
}

// KnownOf states what was read of the attributes that the type knows.
func (s *Schema) KnownOf(snap *snapshot.Snapshot) *snapshot.AsRead {
	all := s.AllOf(snap)
	known := &snapshot.AsRead{Item: attrs{}, Absent: all.Absent}
	former, _ := FormerOf(s, nil)
	for name, av := range all.Item {
		if !former.Unknown(s, attr.Names(name)) {
			known.Item[name] = av
		}
	}
	return known
}
