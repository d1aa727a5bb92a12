package repo_test

import (
	"reflect"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/repo"
)

// Values that were read without some of their parts.

// mSkips are the shards to leave out, and what a value then lacks.
var mSkips = []struct {
	option repo.CallOption
	gaps   []string
}{
	{repo.RootOnly(), []string{"Opt", "Blob", "Home", "Past", "Pals", "Rooms.Note", "Lines.Note", "Shelf.Note"}},
	{repo.Skip(mOptShard), []string{"Opt"}},
	{repo.Skip(mBlobShard), []string{"Blob"}},
	{repo.Skip(mHomeShard), []string{"Home"}},
	{repo.Skip(mPastShard), []string{"Past"}},
	{repo.Skip(mPalsShard), []string{"Pals"}},
	{repo.Skip(mGeoShard), []string{"Home.Geo", "Past.Geo"}},
	{repo.Skip(mNoteShard), []string{"Home.Note", "Pals.Note", "Rooms.Note"}},
	{repo.Skip(mLineShard), []string{"Lines.Note", "Shelf.Note"}},
	{repo.Skip(mRoomsShard), []string{}},                                             // its entries may stand in the root
	{repo.Skip(mPastShard, mHomeShard), []string{"Past", "Home"}},                    // several at once
	{repo.Skip(mPalsShard, mNoteShard), []string{"Pals", "Home.Note", "Rooms.Note"}}, // one in the other
}

func (m *machine) holdPartly(t *rapid.T) {
	r, key := m.pickKnown(t)
	skip := rapid.SampledFrom(mSkips).Draw(t, "skip")
	got, err := r.Get(m.ctx, key, skip.option)
	e := m.entry()
	if e == nil {
		wantKind(t, err, repo.ErrNotFound)
		return
	}
	wantKind(t, err, nil)
	gaps := map[string]bool{}
	for _, g := range skip.gaps {
		gaps[g] = true
	}
	if e.doc.Blob == nil || got.Blob != nil {
		delete(gaps, "Blob") // nothing is missing: it may stand in the root item
	}
	h := &mHeld{base: e.doc, gaps: gaps}
	want := h.view()
	want.Meta = got.Meta
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("read without %v: %s", gaps, d)
	}
	m.keep(got, gaps)
}

// view is what a read leaves of the whole object.
func (h *mHeld) view() *mDoc {
	d := copyDoc(h.base)
	if h.gaps["Opt"] {
		d.Opt = nil
	}
	if h.gaps["Blob"] {
		d.Blob = nil
	}
	if h.gaps["Home"] {
		d.Home = mPlace{}
	}
	if h.gaps["Home.Geo"] {
		d.Home.Geo = mGeo{}
	}
	if h.gaps["Home.Note"] {
		d.Home.Note = nil
	}
	if h.gaps["Past"] {
		d.Past = nil
	}
	if h.gaps["Past.Geo"] {
		for i := range d.Past {
			d.Past[i].Geo = mGeo{}
		}
	}
	if h.gaps["Pals"] {
		d.Pals = nil
	}
	if h.gaps["Pals.Note"] {
		for _, p := range d.Pals {
			if p != nil {
				p.Note = nil
			}
		}
	}
	if h.gaps["Rooms.Note"] {
		for k, p := range d.Rooms {
			p.Note = nil
			d.Rooms[k] = p
		}
	}
	if h.gaps["Lines.Note"] {
		for i := range d.Lines {
			d.Lines[i].Note = nil
		}
	}
	if h.gaps["Shelf.Note"] {
		for k, l := range d.Shelf {
			l.Note = nil
			d.Shelf[k] = l
		}
	}
	return d
}

// merge is what a Put of v must store, v being the held value with changes;
// false if it must be refused because v has something where nothing was loaded.
func (h *mHeld) merge(v *mDoc) (*mDoc, bool) {
	out, base, view := copyDoc(v), copyDoc(h.base), h.view()
	ok := true
	blank := func(gap string, is bool) bool {
		if h.gaps[gap] && !is {
			ok = false
		}
		return h.gaps[gap]
	}
	if blank("Opt", v.Opt == nil) {
		out.Opt = base.Opt
	}
	if blank("Blob", v.Blob == nil) {
		out.Blob = base.Blob
	}
	if blank("Home", v.Home == mPlace{}) {
		out.Home = base.Home
	}
	if blank("Home.Geo", v.Home.Geo == mGeo{}) {
		out.Home.Geo = base.Home.Geo
	}
	if blank("Home.Note", v.Home.Note == nil) {
		out.Home.Note = base.Home.Note
	}
	if blank("Past", v.Past == nil) || blank("Past.Geo", sameElems(v.Past, view.Past)) && len(v.Past) > 0 {
		out.Past = base.Past
	}
	if blank("Pals", v.Pals == nil) || blank("Pals.Note", sameElems(v.Pals, view.Pals)) && len(v.Pals) > 0 {
		out.Pals = base.Pals
	}
	if blank("Lines.Note", sameElems(v.Lines, view.Lines)) && len(v.Lines) > 0 {
		out.Lines = base.Lines
	}
	for k, p := range out.Rooms {
		if blank("Rooms.Note", p.Note == nil) {
			p.Note = base.Rooms[k].Note
			out.Rooms[k] = p
		}
	}
	for k, l := range out.Shelf {
		if blank("Shelf.Note", l.Note == nil) {
			l.Note = base.Shelf[k].Note
			out.Shelf[k] = l
		}
	}
	return out, ok
}

// mergeRoot is what a Put of v with KeepShards must store; false if it must be
// refused because a list in the root, whose elements have parts, has changed.
func (h *mHeld) mergeRoot(v *mDoc) (*mDoc, bool) {
	out, base := copyDoc(v), copyDoc(h.base)
	out.Opt, out.Blob, out.Home, out.Past, out.Pals, out.Rooms, out.Trips = base.Opt, base.Blob, base.Home, base.Past, base.Pals, base.Rooms, base.Trips
	if len(v.Lines) > 0 {
		out.Lines = base.Lines
	}
	for k, l := range out.Shelf {
		l.Note = base.Shelf[k].Note
		out.Shelf[k] = l
	}
	return out, sameElems(v.Lines, h.view().Lines)
}

func (m *machine) keepShards(t *rapid.T) {
	if rapid.Bool().Draw(t, "read") {
		m.holdPartly(t)
	}
	h, r, ok := m.take(t)
	if !ok {
		return
	}
	v := copyDoc(h.v)
	edit(t, v)
	whole, merged := h.mergeRoot(v)
	_, err := r.Put(m.ctx, v, repo.KeepShards())
	switch {
	case !merged && !m.fresh(h):
		if err == nil {
			t.Fatal("a list that has changed was written over an object that has changed")
		}
	case !merged:
		wantKind(t, err, repo.ErrNotLoaded)
	case !m.fresh(h):
		wantKind(t, err, repo.ErrConflict)
	default:
		wantKind(t, err, nil)
		m.store(whole)
	}
}

// sameElems: a nil list and an empty one have the same elements.
func sameElems[E any](a, b []E) bool {
	return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b)
}
