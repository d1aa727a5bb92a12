package sweep

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/parallel"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// found is an item that a sweep has come upon.
type found struct {
	key   tables.Key // of the object
	table string     // as the model names it
	item  attrs
	part  stored.Part  // of an item of a part, a piece or a page
	void  *stored.Root // of a root item that is no object
	slot  *slot        // of a slot of a counter

	verdict verdict
	err     error

	pieces []commit.Action // the deletions of what the item is in beside itself
}

// verdict is what becomes of an item.
type verdict uint8

const (
	stays    verdict = iota // it is needed, or nobody knows that it is not
	inFlight                // a writer may yet make it a part
	goes
	alone // a piece that goes unless what it is a piece of is there
	gone  // it was deleted
)

// parts are the items of a table that are parts of objects of the model.
func (s *Sweep) parts(table string, items []attrs) (all []*found) {
	for _, it := range items {
		record := it[s.Tables.MetaAttr]
		part, err := stored.DecodePart(record)
		if err != nil || strings.HasPrefix(string(part.Inst), "=") {
			continue // it is another program's, or a claim
		}
		key := tables.Key{Parts: part.KeyIn(record, s.Tables.Entity)}
		if s.Tables.CheckRootKey(key) == nil {
			all = append(all, &found{key: key, table: table, item: it, part: part})
		}
	}
	return all
}

// voids are the root items that are no objects.
func (s *Sweep) voids(items []attrs) (all []*found) {
	for _, it := range items {
		if m, err := s.Tables.RootMeta(it); err == nil && m != nil && m.Void {
			all = append(all, &found{key: tables.Key{Parts: s.Tables.KeyIn(it)}, table: s.Tables.Root, item: it, void: m})
		}
	}
	return all
}

// judge decides what becomes of the items of a page. It reads the root items after them.
func (s *Sweep) judge(ctx context.Context, all []*found) error {
	of := map[tables.Identity][]*found{}
	var keys []tables.Key
	for _, f := range all {
		if f.slot != nil && f.slot.void {
			if f.verdict = inFlight; s.Fence && !s.DryRun {
				f.verdict = goes // which makes its writer begin again
			}
			continue
		}
		id := f.key.Identity()
		if of[id] == nil {
			keys = append(keys, f.key)
		}
		of[id] = append(of[id], f)
	}
	get := fetch.Reader{Client: s.Client}
	for keys := range slices.Chunk(keys, fetch.BatchKeys) {
		roots, err := s.Tables.ReadRecords(ctx, get, keys)
		if err != nil {
			return err
		}
		for i, key := range keys {
			s.judgeObject(ctx, roots[i], of[key.Identity()])
		}
	}
	return s.judgePieces(ctx, all)
}

// judgeObject decides what becomes of items of one object, by its root item.
func (s *Sweep) judgeObject(ctx context.Context, root attrs, all []*found) {
	m, err := s.Tables.RootMeta(root)
	if err != nil {
		for _, f := range all {
			f.err = err
		}
		return
	}
	waits := false
	for _, f := range all {
		f.verdict = f.judge(m)
		waits = waits || f.verdict == inFlight
	}
	if !waits || !s.Fence || s.DryRun {
		return
	}
	obj := commit.ObjectOf(s.Tables, all[0].key, commit.Options{})
	if reply := s.Send.One(ctx, obj.Pass(m)); reply.Kind != commit.Committed {
		return // somebody was faster; a later sweep will see
	}
	for _, f := range all {
		switch {
		case f.verdict != inFlight:
		case f.void != nil:
			f.verdict = gone
		default:
			f.verdict = goes
		}
	}
}

// judge decides what becomes of an item; m is the record of its object, nil if there is
// none.
func (f *found) judge(m *stored.Root) verdict {
	switch {
	case f.slot != nil:
		return f.slot.judge(m)
	case f.void != nil && (m == nil || m.Base() != f.void.Base()):
		return stays // it is another by now
	case f.void != nil && m.Items() == 0 && m.Version == 1 && m.Birth == m.WriteID():
		return inFlight // an object may be on its way to take its place
	case f.void != nil:
		return goes
	}
	named := m != nil && f.named(m)
	_, piece := f.part.PieceOf()
	copied := f.part.Base != stored.Base{}
	switch {
	case named && m.Void:
		return goes // it is what is left of an object
	case named:
		return stays
	case piece:
		return alone
	case copied && m != nil && m.Base() == f.part.Base:
		return inFlight
	case copied:
		return goes
	case m != nil && !m.Void:
		return goes // a staged write has replaced it
	}
	return stays // KeepShards has left it
}

// named reports whether the record of an object names an item.
func (f *found) named(m *stored.Root) bool {
	if f.part.Inst == "" {
		page := stored.Location{Table: f.table, Key: stored.PageKey(m.Entity, f.key.Parts, f.part.Stamp)}
		return m.Pages.Holds(f.part.Stamp) && m.Pages.Table == f.table && f.at(m.Pages.KeyName, page.Key)
	}
	ref, ok := m.Parts[f.part.Inst]
	loc := m.Locate(f.part.Inst, f.key.Parts)
	if n, piece := f.part.PieceOf(); piece {
		return ok && ref.Stamp == f.part.Stamp && loc.Table == f.table && f.at(loc.KeyName, stored.PieceKey(loc.Key, n))
	}
	return ok && loc.Table == f.table && f.at(loc.KeyName, loc.Key) && (!m.Void || ref.Stamp == f.part.Stamp)
}

// at reports whether an item has a key.
func (f *found) at(name, key string) bool {
	text, ok := f.item[name].(*types.AttributeValueMemberS)
	return ok && text.Value == key
}

// judgePieces decides what becomes of pieces that no root item names: they stay as long as
// the item that they are pieces of.
func (s *Sweep) judgePieces(ctx context.Context, all []*found) error {
	var pieces []*found
	var heads []fetch.Item
	for _, f := range all {
		if f.verdict == alone {
			f.verdict = goes
			if head, ok := f.head(s); ok {
				pieces, heads = append(pieces, f), append(heads, head)
			}
		}
	}
	heads, of := distinct(heads)
	if len(heads) == 0 {
		return nil
	}
	there, err := large.There(ctx, fetch.Reader{Client: s.Client}, heads)
	if err != nil {
		return err
	}
	for i, f := range pieces {
		if there[of[i]] {
			f.verdict = stays
		}
	}
	return nil
}

// head is the item that a piece is a piece of; not ok if its key does not say.
func (f *found) head(s *Sweep) (fetch.Item, bool) {
	n, _ := f.part.PieceOf()
	for name, av := range f.item {
		text, ok := av.(*types.AttributeValueMemberS)
		if name == s.Tables.MetaAttr || !ok {
			continue
		}
		key, ok := strings.CutSuffix(text.Value, stored.PieceKey("", n))
		return fetch.Item{Table: s.Tables.FullName(f.table), Key: attrs{name: &types.AttributeValueMemberS{Value: key}}}, ok && key != ""
	}
	return fetch.Item{}, false
}

// distinct are the items, each once, and which of these each was.
func distinct(items []fetch.Item) (once []fetch.Item, of []int) {
	known := map[string]int{}
	for _, it := range items {
		id := it.Table
		for _, av := range it.Key {
			id += "\x00" + av.(*types.AttributeValueMemberS).Value
		}
		n, ok := known[id]
		if !ok {
			n, known[id] = len(once), len(once)
			once = append(once, it)
		}
		of = append(of, n)
	}
	return once, of
}

// countPieces finds out what items that go are in beside themselves.
func (s *Sweep) countPieces(ctx context.Context, goners []*found) error {
	var copies []*found
	var items []fetch.Item
	for _, f := range goners {
		if _, piece := f.part.PieceOf(); f.void == nil && f.slot == nil && !piece && f.part.Base != (stored.Base{}) {
			copies, items = append(copies, f), append(items, fetch.Item{Table: s.Tables.FullName(f.table), Key: f.ownKey(s)})
		}
	}
	if len(items) == 0 {
		return nil
	}
	counts, err := large.Count(ctx, fetch.Reader{Client: s.Client}, s.Tables.MetaAttr, items)
	if err != nil {
		return err
	}
	for i, f := range copies {
		obj := commit.ObjectOf(s.Tables, f.key, commit.Options{})
		for n := range counts[i] {
			f.pieces = append(f.pieces, deletion(&obj, fetch.Item{Table: items[i].Table, Key: large.PieceKey(items[i].Key, n)}, stored.Part{Stamp: f.part.Stamp}))
		}
	}
	return nil
}

// ownKey is the key of an item of a part.
func (f *found) ownKey(s *Sweep) attrs {
	key := maps.Clone(f.item)
	delete(key, s.Tables.MetaAttr)
	return key
}

// remove deletes the items that go, each if it is still the one that was judged.
func (s *Sweep) remove(ctx context.Context, all []*found) error {
	goners := slices.DeleteFunc(slices.Clone(all), func(f *found) bool { return f.verdict != goes || f.err != nil || s.DryRun })
	if err := s.countPieces(ctx, goners); err != nil {
		return err
	}
	return parallel.Each(ctx, len(goners), func(ctx context.Context, i int) error {
		f := goners[i]
		for _, a := range s.deletions(f) {
			reply := s.Send.One(ctx, a)
			switch {
			case reply.Kind == commit.Refused:
				f.verdict = stays
			case reply.Err != nil && ctx.Err() != nil:
				return reply.Err
			case reply.Err != nil:
				f.verdict, f.err = stays, reply.Err
				return nil
			default:
				f.verdict = gone
			}
		}
		return nil
	})
}

// deletions are what an item goes by. A root item goes after the parts that it names.
func (s *Sweep) deletions(f *found) (all []commit.Action) {
	obj := commit.ObjectOf(s.Tables, f.key, commit.Options{})
	switch {
	case f.slot != nil:
		return []commit.Action{f.slot.remove}
	case f.void == nil:
		return append(append(all, deletion(&obj, fetch.Item{Table: s.Tables.FullName(f.table), Key: f.ownKey(s)}, f.part)), f.pieces...)
	}
	for _, inst := range sorted.Keys(f.void.Parts) {
		if loc := f.void.Locate(inst, f.key.Parts); s.Tables.CheckTable(inst, loc) == nil {
			all = append(all, deletion(&obj, s.Tables.PartItem(loc), stored.Part{Stamp: f.void.Parts[inst].Stamp}))
		}
	}
	return append(all, obj.Remove(f.void))
}

// deletion removes the item of a part of an object if it is still the one that was judged.
// Which base it has is part of that: a writer may give a copy another one.
func deletion(obj *commit.Object, at fetch.Item, p stored.Part) commit.Action {
	var x commit.Edit
	x.Require(obj.Owns(&x.Builder))
	x.Require(obj.Bears(&x.Builder, p.Stamp))
	if p.Base != (stored.Base{}) {
		x.Require(x.Path(obj.MetaAttr, "b") + " = " + x.Value(p.Base.AV()))
	}
	x.Delete = true
	return x.Action(at.Table, at.Key)
}

// count adds up what has become of the items of a page.
func (d *Done) count(all []*found) {
	for _, f := range all {
		d.Seen++
		switch {
		case f.err != nil:
			d.Failed++
		case f.verdict == goes || f.verdict == gone:
			d.Changed++
		case f.verdict == inFlight:
			d.InFlight++
		}
	}
}
