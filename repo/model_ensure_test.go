package repo_test

import (
	"pgregory.net/rapid"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// Updates that create the parents they need.

// ensured is a Set below parents that may be absent. created says whether those
// that are absent are of a kind that is created.
func ensured[V any](l lens.Lens[mDoc, V], v V, created func(*mDoc) bool) mChange {
	return mChange{l.Set(v), func(d *mDoc) bool {
		return created(d) && lens.Assign(l, d, v) == nil
	}}
}

func anywhere(*mDoc) bool { return true }

func (m *machine) ensure(t *rapid.T) {
	r, key := m.pickKnown(t)
	e := m.entry()
	d := &mDoc{}
	if e != nil {
		d = copyDoc(e.doc)
	}
	text, k, i := genText.Draw(t, "text"), genName.Draw(t, "key"), rapid.IntRange(0, 1).Draw(t, "at")
	var c mChange
	switch rapid.IntRange(0, 10).Draw(t, "path") {
	case 0:
		c = ensured(lens.Join(mOpt, lens.Ptr(inNText)), text, anywhere)
	case 1:
		c = ensured(lens.Join(mBlob, lens.Ptr(inNText)), text, anywhere)
	case 2:
		c = ensured(lens.Join(mHome, inPText), text, anywhere)
	case 3:
		c = ensured(lens.Join(lens.At(mPast, i), inPText), text, func(d *mDoc) bool { return i < len(d.Past) })
	case 4:
		c = ensured(lens.Join(lens.At(mPals, i), lens.Ptr(inPText)), text, func(d *mDoc) bool { return i < len(d.Pals) && d.Pals[i] != nil })
	case 5:
		c = ensured(lens.Join(lens.At(mLines, i), inLText), text, func(d *mDoc) bool { return i < len(d.Lines) })
	case 6:
		c = ensured(lens.Join(lens.Entry(mShelf, k), inLText), text, anywhere)
	case 7:
		c = ensured(lens.Join(lens.Entry(mRooms, k), inPCity), text, anywhere)
	case 8:
		c = ensured(lens.Join(lens.Entry(mRooms, k), inPText), text, anywhere)
	case 9:
		c = ensured(lens.Entry(mAttrs, k), 7, anywhere)
	case 10:
		c = ensured(lens.Entry(mRooms, k), genPlace.Draw(t, "room"), anywhere)
	}
	ok := c.apply(d)
	err := r.With(repo.EnsureParents()).Update(m.ctx, key, c.change)
	switch {
	case e == nil:
		wantKind(t, err, repo.ErrNotFound)
	case !ok:
		wantKind(t, err, repo.ErrNoPath)
	default:
		wantKind(t, err, nil)
		m.store(d)
		m.entry().sparse = true
	}
}
