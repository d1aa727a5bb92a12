package repo_test

import (
	"fmt"
	"slices"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// read compares paths with what the object has there.
func (m *machine) read(t *rapid.T) {
	_, key := m.pickKnown(t)
	i, k := rapid.IntRange(0, 2).Draw(t, "i"), genName.Draw(t, "k")
	readOne(t, m, key, mName)
	readOne(t, m, key, mBig)
	readOne(t, m, key, mSecret)
	switch rapid.IntRange(0, 7).Draw(t, "path") {
	case 0:
		readOne(t, m, key, lens.Join(mHome, inPLat))
		readOne(t, m, key, mHome)
	case 1:
		readOne(t, m, key, lens.Join(mOpt, lens.Ptr(inNText)))
	case 2:
		readOne(t, m, key, lens.Join(mBlob, lens.Ptr(inNTags)))
		readOne(t, m, key, mBlob)
	case 3:
		readOne(t, m, key, lens.Join(lens.At(mPast, i), inPLat))
		readOne(t, m, key, mPast)
	case 4:
		readOne(t, m, key, lens.Join(lens.At(mPals, i), lens.Ptr(inPText)))
	case 5:
		readOne(t, m, key, lens.Join(lens.Entry(mRooms, k), inPCity))
		readOne(t, m, key, lens.Entry(mRooms, k))
	case 6:
		readOne(t, m, key, lens.Join(lens.At(mLines, i), inLText))
		readOne(t, m, key, lens.At(mTrips, i))
	case 7:
		readOne(t, m, key, lens.Join(lens.Entry(mShelf, k), inLNote))
		readOne(t, m, key, mShelf)
	}
}

// readOne reads a path; where the object has no value, either its parent has
// none, or the zero value is the answer.
func readOne[V any](t *rapid.T, m *machine, key repo.Key[mDoc], l lens.Lens[mDoc, V]) {
	t.Helper()
	got, err := repo.Read(m.ctx, m.repos[m.table], key, l)
	e := m.entry()
	if e == nil {
		wantKind(t, err, repo.ErrNotFound)
		return
	}
	want, ok := lens.Get(l, e.doc)
	if !ok && err != nil {
		wantKind(t, err, repo.ErrNoPath)
		return
	}
	wantKind(t, err, nil)
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("%s: %s", l, d)
	}
}

func (m *machine) readAll(t *rapid.T) {
	_, key := m.pickKnown(t)
	readMany(t, m, key, lens.Each(mPast, inPCity))
	readMany(t, m, key, lens.Each(mPast, inPLat))
	readMany(t, m, key, lens.Each(mPals, lens.Ptr(inPText)))
	readMany(t, m, key, lens.Elems(mTrips))
	readMany(t, m, key, lens.Each(mLines, inLText))
}

func readMany[V any](t *rapid.T, m *machine, key repo.Key[mDoc], l lens.Many[mDoc, V]) {
	t.Helper()
	got, err := repo.ReadAll(m.ctx, m.repos[m.table], key, l)
	e := m.entry()
	if e == nil {
		wantKind(t, err, repo.ErrNotFound)
		return
	}
	wantKind(t, err, nil)
	want := slices.AppendSeq([]V{}, lens.All(l, e.doc))
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("%s: %s", l, d)
	}
}

func (m *machine) open(t *rapid.T) {
	m.pickKnown(t)
	got, err := m.opened[m.table].Get(m.ctx, m.id)
	e := m.entry()
	if e == nil {
		wantKind(t, err, repo.ErrNotFound)
		return
	}
	wantKind(t, err, nil)
	if d := cmp.Diff(generic(t, e.doc), got); d != "" && !e.sparse {
		t.Fatalf("by metadata alone: %s", d)
	}
	if rapid.IntRange(0, 5).Draw(t, "delete") == 0 {
		wantKind(t, m.opened[m.table].Delete(m.ctx, m.id), nil)
		delete(m.want[m.table], m.id)
	}
}

func (m *machine) scan(t *rapid.T) {
	m.pick(t)
	var ids []string
	for d, err := range m.repos[m.table].Scan(m.ctx) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, d.ID)
		m.same(t, d, m.want[m.table][d.ID])
	}
	slices.Sort(ids)
	var want []string
	for id := range m.want[m.table] {
		want = append(want, id)
	}
	slices.Sort(want)
	if !slices.Equal(ids, want) {
		t.Fatalf("scan found %q, want %q", ids, want)
	}
}

// same compares an object that was read with the one that must be stored.
func (m *machine) same(t *rapid.T, got *mDoc, e *mEntry) {
	t.Helper()
	if e == nil {
		t.Fatalf("an object that does not exist was read: %+v", got)
	}
	want := copyDoc(e.doc)
	want.Meta = got.Meta
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("%q: %s", got.ID, d)
	}
	if got.Meta.Version != e.version {
		t.Fatalf("%q: version %d, want %d", got.ID, got.Meta.Version, e.version)
	}
}

// check is run after each step: the object concerned is as it must be, and the
// tables hold nothing but what the manifests name.
func (m *machine) check(t *rapid.T) {
	m.checkObject(t, m.table, m.id)
	m.checkTables(t)
}

func (m *machine) checkAll(t *rapid.T) {
	for table := range m.repos {
		for _, id := range mIDs {
			m.checkObject(t, table, id)
		}
	}
}

func (m *machine) checkObject(t *rapid.T, table int, id string) {
	got, err := m.repos[table].Get(m.ctx, mID.Of(id))
	e := m.want[table][id]
	if e == nil {
		wantKind(t, err, repo.ErrNotFound)
		return
	}
	if err != nil {
		t.Fatal(fmt.Errorf("Get: %w", err))
	}
	m.same(t, got, e)
}
