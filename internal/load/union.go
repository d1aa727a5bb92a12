package load

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/keys"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/wire"
)

// Objects of several models in one range. The record of a root item names the entity,
// and so the model. An object learns its model whenever its root is read. A root that
// is read anew may be of another model, which has taken the key.

// Member is one of several models that share a table.
type Member struct {
	*Typed
	Options Options // what is left out of its objects; the rest is that of the listing
}

// kind is a member and what one read leaves out of its objects.
type kind struct {
	*Typed
	sel *Selection
}

// CheckMembers refuses models that do not share a table, or whose records do not
// distinguish their objects.
func CheckMembers(all []Member) error {
	for i := range all {
		m, first := &all[i], &all[0]
		switch s, f := m.Schema, first.Schema; {
		case s.Plain:
			return m.Refuse(i, fail.Withf(fail.ErrInvalid, "repo.Plain leaves out the record, which says whose an item is"))
		case s.RootTable() != f.RootTable():
			return m.Refuse(i, fail.Withf(fail.ErrInvalid, "its table is %s, that of member 0 is %s; a range is of one table", s.RootTable(), f.RootTable()))
		case !slices.Equal(s.Keys, f.Keys):
			return m.Refuse(i, fail.Withf(fail.ErrInvalid, "its key is %s, that of member 0 is %s; models of one table have the attributes of its key", s.Key.Text(), f.Key.Text()))
		case s.MetaAttr != f.MetaAttr:
			return m.Refuse(i, fail.Withf(fail.ErrInvalid, "its record is in attribute %s, that of member 0 in %s; see repo.MetaAttribute", s.MetaAttr, f.MetaAttr))
		}
		if j := slices.IndexFunc(all[:i], func(o Member) bool { return o.Schema.Entity == m.Schema.Entity }); j >= 0 {
			return m.Refuse(i, fail.Withf(fail.ErrInvalid, "its entity %q is that of member %d as well; see repo.Entity", m.Schema.Entity, j))
		}
	}
	return nil
}

// Refuse says which member an error is about.
func (m *Member) Refuse(i int, err error) error {
	return fmt.Errorf("member %d (%s): %w", i, m.Schema.Typ, err)
}

// ReaderOf is the reader of a range of a type: the first member of the type that the
// range is of.
func ReaderOf(ctx context.Context, all []Member, typ reflect.Type, r *keys.Range) (*Typed, error) {
	var wrong error
	for _, m := range all {
		if m.Schema.Typ != typ {
			continue
		}
		_, err := m.open(ctx, r)
		if err == nil {
			return m.Typed, nil
		}
		if wrong == nil {
			wrong = err
		}
	}
	if wrong == nil {
		wrong = fail.Withf(fail.ErrInvalid, "no member is of %s, of which the range is; a range is one of a member", typ)
	}
	return nil, wrong
}

// kinds are the members of a listing, each with what is left out of its objects.
func (in *rangeReader) kinds(l *Listing) ([]kind, error) {
	if in.Where != nil {
		return nil, fail.Withf(fail.ErrInvalid, "Where is a filter of one model; filter in the loop, or query the model alone")
	}
	if in.Sought() != nil {
		return nil, fail.Withf(fail.ErrInvalid, "an encrypted value is found in one model; query that alone")
	}
	skipped := map[*model.Shard]bool{}
	all := make([]kind, len(l.Members))
	for i := range l.Members {
		m := &l.Members[i]
		if err := in.shared(m.Schema); err != nil {
			return nil, m.Refuse(i, err)
		}
		opts := Options{RootOnly: m.Options.RootOnly || l.RootOnly, Deleted: m.Options.Deleted || l.Deleted, Skip: slices.Clone(m.Options.Skip)}
		for _, sh := range l.Skip {
			if len(m.Schema.Shards[sh]) > 0 {
				opts.Skip, skipped[sh] = append(opts.Skip, sh), true
			}
		}
		sel, err := m.Select(opts)
		if err != nil {
			return nil, m.Refuse(i, err)
		}
		sel.in = in
		all[i] = kind{m.Typed, sel}
	}
	if slices.ContainsFunc(l.Skip, func(sh *model.Shard) bool { return !skipped[sh] }) {
		return nil, fail.Withf(fail.ErrInvalid, "Skip: the shard is not one of a member's model")
	}
	return all, nil
}

// shared refuses an index that a member does not know, or knows as another.
func (in *rangeReader) shared(s *schema.Schema) error {
	if in.Index == nil {
		return nil
	}
	switch x := s.Index(in.Index.Name); {
	case x == nil:
		return fail.Withf(fail.ErrInvalid, "it does not declare index %s, which the range is of", in.Index.Name)
	case !alike(x, in.Index):
		return fail.Withf(fail.ErrInvalid, "its index %s is not declared as that of the range: the attributes of its keys and their types are to be the same, and whether it projects everything", x.Name)
	}
	return nil
}

// alike reports whether two declarations say the same of an index, as far as its
// ranges depend on it. Which attributes beside keys it has differs from model to model.
func alike(a, b *keys.Index) bool {
	same := func(a, b *keys.Attr) bool { return a.Name == b.Name && a.Kind == b.Kind }
	return a.Local() == b.Local() && a.Whole() == b.Whole() && slices.EqualFunc(a.Partition, b.Partition, same) && slices.EqualFunc(a.Sort, b.Sort, same)
}

// classify finds out by the root of which model an object is.
func (o *Object) classify() error {
	if o.among == nil {
		return nil
	}
	k, err := kindOf(o.among, o.Key, o.root)
	if err != nil {
		return err
	}
	o.of, o.sel = k, k.sel
	return nil
}

// kindOf is the model that a root item is of. An item whose record names none of them
// is left to the first one, which finds that it is of another entity. If there is no
// record, or it names no entity, the key says which members it may be of. Of the only
// one it is an object, as in a Query, and none is left to the first. Among several it is
// nobody's: damaged, or without a record.
func kindOf(among []kind, key tables.Key, root *wire.Item) (*kind, error) {
	meta := among[0].Schema.MetaAttr
	entity, named, recorded := among[0].Schema.EntityAt(root)
	if recorded {
		for i := range among {
			if named && among[i].Schema.Entity == entity {
				return &among[i], nil
			}
		}
		return &among[0], nil
	}
	may := slices.DeleteFunc(allOf(among), func(k *kind) bool { return k.Schema.CheckBare(key) != nil })
	switch {
	case len(may) == 0:
		return &among[0], nil
	case len(may) > 1 && root.Attr(meta) == nil:
		return nil, fail.At(fail.Text(meta), fail.Withf(fail.ErrCorrupt, "the item has no record, which says whose object it is; its own repository reads it, and a Put there gives it one"))
	}
	return may[0], nil
}

func allOf(among []kind) (all []*kind) {
	for i := range among {
		all = append(all, &among[i])
	}
	return all
}

// reader reads the model of the object: r, unless the root says which one that is.
func (o *Object) reader(r *Reader) *Reader {
	if o.of == nil {
		return r
	}
	return &o.of.Reader
}

// typed is reader for values.
func (o *Object) typed(t *Typed) *Typed {
	if o.of == nil {
		return t
	}
	return o.of.Typed
}
