package repo_test

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// mEntry is an object as it must be stored.
type mEntry struct {
	doc     *mDoc
	version int64
	birth   int  // which Create or first Put
	sparse  bool // may lack attributes that a Put would store: zero values, to a reader with the type
}

// mHeld is a value that the program got from a read or a write.
type mHeld struct {
	v       *mDoc
	base    *mDoc // the whole object when v was read
	gaps    map[string]bool
	table   int
	id      string
	version int64
	birth   int
}

// machine runs verbs against repositories over one engine and against plain Go
// maps. Two root tables share all shard tables, and their objects have the
// same ids.
type machine struct {
	ctx    context.Context
	db     *embedded.DB
	repos  []*repo.Repo[mDoc]
	opened []*repo.Stored
	want   []map[string]*mEntry
	held   []*mHeld
	births int

	table int // of the last step
	id    string
}

var mRoots = []string{"Docs", "Drafts"}

func newMachine(t *rapid.T, keys *cipher.AES, opts ...repo.Option) *machine {
	m := &machine{ctx: context.Background(), db: embedded.New(), id: mIDs[0]}
	client := m.db.Client()
	for _, root := range mRoots {
		r, err := repo.New(client, mModel(root, keys), opts...)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.CreateTables(m.ctx); err != nil {
			t.Fatal(err)
		}
		s, err := repo.Open(client, root, "ID", append(opts, repo.AllowTables("Geos", "Notes", "Blobs", "Homes", "Past", "Rooms"), repo.WithOpener(keys))...)
		if err != nil {
			t.Fatal(err)
		}
		m.repos, m.opened, m.want = append(m.repos, r), append(m.opened, s), append(m.want, map[string]*mEntry{})
	}
	return m
}

func TestModel(t *testing.T) {
	most := math.MaxInt
	if raceDetector {
		most = 20 // a sequence takes ten times as long, and races show in a few
	}
	checkModel(t, most)
}

// checkModel runs at most so many sequences of verbs, by repositories with opts.
func checkModel(t *testing.T, most int, opts ...repo.Option) {
	keys := testKeys(t)
	done := 0
	rapid.Check(t, func(t *rapid.T) {
		if done > most {
			return
		}
		m := newMachine(t, keys, opts...)
		m.create(t)
		m.putFresh(t)
		steps := map[string]func(*rapid.T){
			"Create": m.create, "Put": m.putFresh, "PutHeld": m.putHeld, "Overwrite": m.overwrite, "KeepShards": m.keepShards,
			"Delete": m.delete, "Modify": m.modify, "Get": m.hold,
			"GetPartly": m.holdPartly, "GetAndPut": m.getAndPut, "GetAndPutPartly": m.getAndPut,
			"Update": m.update, "Update2": m.update, "Update3": m.update, "Update4": m.update, "UpdateIf": m.updateIf, "UpdateEnsure": m.ensure,
			"Read": m.read, "ReadAll": m.readAll, "Open": m.open, "Many": m.many, "Transact": m.transact, "Index": m.index,
			"": m.check,
		}
		if len(opts) > 0 {
			delete(steps, "Transact") // another protocol, which sends one action after the other
		}
		t.Repeat(steps)
		m.checkAll(t)
		done++
	})
}

func (m *machine) pick(t *rapid.T) (*repo.Repo[mDoc], repo.Key[mDoc]) {
	m.table = rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "table")
	m.id = rapid.SampledFrom(mIDs).Draw(t, "id")
	return m.repos[m.table], mID.Of(m.id)
}

// pickKnown mostly picks an object that exists.
func (m *machine) pickKnown(t *rapid.T) (*repo.Repo[mDoc], repo.Key[mDoc]) {
	r, key := m.pick(t)
	if ids := slices.Sorted(maps.Keys(m.want[m.table])); len(ids) > 0 && rapid.IntRange(0, 9).Draw(t, "known") > 0 {
		m.id = rapid.SampledFrom(ids).Draw(t, "id")
		key = mID.Of(m.id)
	}
	return r, key
}

func (m *machine) entry() *mEntry { return m.want[m.table][m.id] }

// store makes doc the stored object.
func (m *machine) store(doc *mDoc) {
	e := m.entry()
	if e == nil {
		m.births++
		e = &mEntry{birth: m.births}
		m.want[m.table][m.id] = e
	}
	e.doc = copyDoc(doc)
	e.doc.ID = m.id
	e.version++
}

func (m *machine) keep(v *mDoc, gaps map[string]bool) {
	e := m.entry()
	m.held = append(m.held, &mHeld{v: v, base: copyDoc(e.doc), gaps: gaps, table: m.table, id: m.id, version: e.version, birth: e.birth})
	if len(m.held) > 4 {
		m.held = m.held[1:]
	}
}

// wantErr checks the kind of an error; nil wants none.
func wantKind(t *rapid.T, err, kind error) {
	t.Helper()
	if kind == nil && err != nil || !errors.Is(err, kind) {
		t.Fatalf("error %v, want %v", err, kind)
	}
}

// untouched fails if a write changed anything of the caller's value but the record.
func untouched(t *rapid.T, before, after *mDoc) {
	t.Helper()
	b, a := *before, *after
	b.Meta = a.Meta
	if d := cmp.Diff(b, a); d != "" {
		t.Fatalf("the caller's value was changed: %s", d)
	}
}

func (m *machine) create(t *rapid.T) {
	r, _ := m.pick(t)
	d := genDoc.Draw(t, "doc")
	d.ID = m.id
	before := copyDoc(d)
	_, err := r.Create(m.ctx, d)
	if m.entry() != nil {
		wantKind(t, err, repo.ErrExists)
		untouched(t, before, d)
		return
	}
	wantKind(t, err, nil)
	untouched(t, before, d)
	m.store(d)
	m.keep(d, nil)
}

func (m *machine) putFresh(t *rapid.T) {
	r, _ := m.pick(t)
	d := genDoc.Draw(t, "doc")
	d.ID = m.id
	before := copyDoc(d)
	_, err := r.Put(m.ctx, d)
	wantKind(t, err, nil)
	untouched(t, before, d)
	m.store(d)
	m.keep(d, nil)
}

// take picks a held value; false if there is none.
func (m *machine) take(t *rapid.T) (*mHeld, *repo.Repo[mDoc], bool) {
	if len(m.held) == 0 {
		return nil, nil, false
	}
	h := m.held[rapid.IntRange(0, len(m.held)-1).Draw(t, "held")]
	m.table, m.id = h.table, h.id
	return h, m.repos[h.table], true
}

func (m *machine) fresh(h *mHeld) bool {
	e := m.entry()
	return e != nil && e.birth == h.birth && e.version == h.version
}

// edit changes a value in a few fields.
func edit(t *rapid.T, d *mDoc) {
	for range rapid.IntRange(0, 3).Draw(t, "fields") {
		switch f := rapid.SampledFrom(docFields).Draw(t, "field"); {
		case rapid.Bool().Draw(t, "redraw"):
			f.redraw(t, d)
		case f.name == "Past":
			d.Past = shuffled(t, d.Past, genPlace)
		case f.name == "Pals":
			d.Pals = shuffled(t, d.Pals, ptrOrNil(genPlace))
		case f.name == "Trips":
			d.Trips = shuffled(t, d.Trips, genPlace)
		case f.name == "Lines":
			d.Lines = shuffled(t, d.Lines, genLine)
		case f.name == "Tags":
			d.Tags = shuffled(t, d.Tags, genText)
		default:
			d.Home.N++
			d.Count++
		}
	}
}

func (m *machine) putHeld(t *rapid.T) {
	h, r, ok := m.take(t)
	if !ok {
		return
	}
	m.putChanged(t, r, h)
}

// getAndPut is what programs do.
func (m *machine) getAndPut(t *rapid.T) {
	if rapid.Bool().Draw(t, "partly") {
		m.holdPartly(t)
	} else {
		m.hold(t)
	}
	if m.entry() != nil {
		m.putChanged(t, m.repos[m.table], m.held[len(m.held)-1])
	}
}

func (m *machine) putChanged(t *rapid.T, r *repo.Repo[mDoc], h *mHeld) {
	v := copyDoc(h.v)
	edit(t, v)
	whole, merged := h.merge(v)
	before := copyDoc(v)
	_, err := r.Put(m.ctx, v)
	untouched(t, before, v)
	switch {
	case !merged:
		wantKind(t, err, repo.ErrNotLoaded)
	case !m.fresh(h):
		wantKind(t, err, repo.ErrConflict)
	default:
		wantKind(t, err, nil)
		m.store(whole)
		m.keep(v, h.gaps)
	}
}

func (m *machine) overwrite(t *rapid.T) {
	h, r, ok := m.take(t)
	if !ok || len(h.gaps) > 0 {
		return
	}
	v := copyDoc(h.v)
	edit(t, v)
	_, err := r.Put(m.ctx, v, repo.Overwrite())
	wantKind(t, err, nil)
	m.store(v)
	m.keep(v, nil)
}

func (m *machine) delete(t *rapid.T) {
	switch rapid.IntRange(0, 9).Draw(t, "how") {
	case 0, 1, 2:
	case 3, 4:
		m.deleteHeld(t)
		return
	case 5:
		m.scan(t)
		return
	default:
		return
	}
	r, key := m.pick(t)
	if rapid.Bool().Draw(t, "must exist") {
		err := r.Delete(m.ctx, key, repo.MustExist())
		if m.entry() == nil {
			wantKind(t, err, repo.ErrNotFound)
		} else {
			wantKind(t, err, nil)
		}
	} else {
		wantKind(t, r.Delete(m.ctx, key), nil)
	}
	delete(m.want[m.table], m.id)
}

func (m *machine) deleteHeld(t *rapid.T) {
	h, r, ok := m.take(t)
	if !ok {
		return
	}
	err := r.DeleteValue(m.ctx, h.v)
	if !m.fresh(h) {
		wantKind(t, err, repo.ErrConflict)
		return
	}
	wantKind(t, err, nil)
	delete(m.want[m.table], m.id)
}

var errOwn = errors.New("the caller's own error")

func (m *machine) modify(t *rapid.T) {
	r, key := m.pickKnown(t)
	fail := rapid.IntRange(0, 4).Draw(t, "fail") == 0
	var after *mDoc
	err := r.Modify(m.ctx, key, func(d *mDoc) error {
		edit(t, d)
		after = copyDoc(d)
		if fail {
			return errOwn
		}
		return nil
	})
	switch {
	case m.entry() == nil:
		wantKind(t, err, repo.ErrNotFound)
	case fail:
		wantKind(t, err, errOwn)
	default:
		wantKind(t, err, nil)
		m.store(after)
	}
}

func (m *machine) hold(t *rapid.T) {
	r, key := m.pickKnown(t)
	var opts []repo.CallOption
	if rapid.Bool().Draw(t, "eventually") {
		opts = append(opts, repo.Eventually())
	}
	got, err := r.Get(m.ctx, key, opts...)
	if m.entry() == nil {
		wantKind(t, err, repo.ErrNotFound)
		return
	}
	wantKind(t, err, nil)
	m.keep(got, nil)
}
