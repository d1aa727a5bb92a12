package repo_test

import (
	"errors"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// Many objects at once: by their keys, in one transaction, by an index.

var mByCount = repo.SimpleIndexOf("by-count", func(d *mDoc) *int { return &d.Count })

// drawn draws an object that is to be stored under an id.
func (m *machine) drawn(t *rapid.T, id string) *mDoc {
	d := genDoc.Draw(t, "doc")
	d.ID = id
	return d
}

// many reads, writes or deletes several objects of one table.
func (m *machine) many(t *rapid.T) {
	r, _ := m.pick(t)
	switch rapid.SampledFrom([]string{"get", "get", "put", "delete"}).Draw(t, "verb") {
	case "get":
		var keys []repo.Key[mDoc]
		ids := rapid.SliceOfN(rapid.SampledFrom(mIDs), 0, 6).Draw(t, "ids")
		for _, id := range ids {
			keys = append(keys, mID.Of(id))
		}
		found, err := r.GetMany(m.ctx, keys)
		wantKind(t, err, nil)
		for i, id := range ids {
			m.sameOrNone(t, found[i], m.table, id)
		}
	case "put":
		var docs []*mDoc
		for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom(mIDs), 1, 3, rapid.ID[string]).Draw(t, "ids") {
			docs = append(docs, m.drawn(t, id))
		}
		keys, err := r.PutMany(m.ctx, docs)
		wantKind(t, err, nil)
		for i, d := range docs {
			if m.id = d.ID; !keys[i].Equal(mID.Of(d.ID)) {
				t.Fatalf("key %d is %s", i, keys[i])
			}
			m.store(d)
			m.keep(d, nil)
		}
	default:
		var keys []repo.Key[mDoc]
		for _, id := range rapid.SliceOfN(rapid.SampledFrom(mIDs), 1, 2).Draw(t, "ids") {
			keys = append(keys, mID.Of(id))
			m.id = id
			delete(m.want[m.table], id)
		}
		wantKind(t, r.DeleteMany(m.ctx, keys), nil)
	}
}

func (m *machine) sameOrNone(t *rapid.T, got *mDoc, table int, id string) {
	t.Helper()
	if e := m.want[table][id]; got != nil || e != nil {
		if got == nil {
			t.Fatalf("%q was not found", id)
		}
		m.same(t, got, e)
	}
}

// step is one operation of a transaction: what refuses it, and what it makes.
type step struct {
	table int
	id    string
	op    repo.Op
	err   error // nil: nothing
	apply func()
}

// step draws an operation on an object.
func (m *machine) step(t *rapid.T, table int, id string) step {
	r, e := m.repos[table], m.want[table][id]
	s := step{table: table, id: id, apply: func() {}}
	stores := func(d *mDoc) func() {
		return func() { m.table, m.id = table, id; m.store(d); m.keep(d, nil) }
	}
	switch rapid.SampledFrom([]string{"create", "put", "update", "check", "delete"}).Draw(t, "operation") {
	case "create":
		d := m.drawn(t, id)
		if s.op, s.apply = r.CreateOp(d), stores(d); e != nil {
			s.err = repo.ErrExists
		}
	case "put":
		d := m.drawn(t, id)
		s.op, s.apply = r.PutOp(d), stores(d)
	case "update":
		n := rapid.IntRange(-2, 2).Draw(t, "n")
		s.op = r.UpdateOp(mID.Of(id), lens.Add(mCount, 1), lens.Join(mHome, inPCity).Set("moved"), repo.If(mCount.Ge(n)))
		switch {
		case e == nil:
			s.err = repo.ErrNotFound
		case e.doc.Count < n:
			s.err = repo.ErrCondition
		default:
			d := copyDoc(e.doc)
			d.Count++
			d.Home.City = "moved"
			s.apply = func() { m.table, m.id = table, id; m.store(d) }
		}
	case "check":
		s.op = r.CheckOp(mID.Of(id), mOpt.Exists())
		switch {
		case e == nil:
			s.err = repo.ErrNotFound
		case e.doc.Opt == nil:
			s.err = repo.ErrCondition
		}
	default:
		s.op, s.apply = r.DeleteOp(mID.Of(id)), func() { delete(m.want[table], id) }
	}
	return s
}

// transact makes a transaction over both tables, or reads at one moment.
func (m *machine) transact(t *rapid.T) {
	type place struct {
		table int
		id    string
	}
	at := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) place {
		return place{rapid.IntRange(0, 1).Draw(t, "table"), rapid.SampledFrom(mIDs).Draw(t, "id")}
	}), 2, 3, rapid.ID[place]).Draw(t, "objects")
	if rapid.Bool().Draw(t, "read") {
		got, ops := make([]*mDoc, len(at)), make([]repo.ReadOp, len(at))
		for i, p := range at {
			ops[i] = m.repos[p.table].GetOp(mID.Of(p.id), &got[i])
		}
		wantKind(t, repo.TransactGet(m.ctx, ops...), nil)
		for i, p := range at {
			m.sameOrNone(t, got[i], p.table, p.id)
		}
		return
	}
	var steps []step
	var ops []repo.Op
	for _, p := range at {
		s := m.step(t, p.table, p.id)
		steps, ops = append(steps, s), append(ops, s.op)
	}
	err := repo.Transact(m.ctx, ops)
	if !slices.ContainsFunc(steps, func(s step) bool { return s.err != nil }) {
		wantKind(t, err, nil)
		for _, s := range steps {
			s.apply()
		}
		return
	}
	refused, ok := errors.AsType[*repo.OpError](err)
	if !ok || steps[refused.Index].err == nil {
		t.Fatalf("error %v", err)
	}
	wantKind(t, err, steps[refused.Index].err)
	m.table, m.id = at[0].table, at[0].id
}

// index finds the objects with a count: all at once, and page by page.
func (m *machine) index(t *rapid.T) {
	r, _ := m.pick(t)
	n := rapid.IntRange(-3, 3).Draw(t, "n")
	want := map[string]bool{}
	sparse := false
	for id, e := range m.want[m.table] {
		if e.doc.Count == n {
			want[id] = true
			sparse = sparse || e.sparse
		}
	}
	if sparse {
		return // the index lacks what the item lacks
	}
	got := map[string]bool{}
	for d, err := range r.Query(m.ctx, mByCount.In(n)) {
		wantKind(t, err, nil)
		m.same(t, d, m.want[m.table][d.ID])
		got[d.ID] = true
	}
	paged := map[string]bool{}
	for cursor, pages := repo.Cursor(""), 0; pages == 0 || cursor != ""; pages++ {
		p, err := r.Page(m.ctx, mByCount.In(n), repo.PageSize(1), repo.StartAt(cursor))
		wantKind(t, err, nil)
		for _, d := range p.Objects {
			paged[d.ID] = true
		}
		cursor = p.Next
	}
	count, err := r.Count(m.ctx, mByCount.In(n))
	wantKind(t, err, nil)
	if !maps.Equal(got, want) || !maps.Equal(paged, want) || count != int64(len(want)) {
		t.Fatalf("of count %d: found %v, by pages %v, counted %d; want %v", n, got, paged, count, want)
	}
}
