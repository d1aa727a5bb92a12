package repo_test

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// mChange is a change of a document, for the repository and for a Go value.
// apply reports whether the parent of the path was there.
type mChange struct {
	change lens.Change[mDoc]
	apply  func(*mDoc) bool
}

func always(c lens.Change[mDoc], apply func(*mDoc)) mChange {
	return mChange{c, func(d *mDoc) bool { apply(d); return true }}
}

// setter is Set of a field that is always there.
func setter[V any](gen *rapid.Generator[V], l lens.Lens[mDoc, V]) func(*rapid.T) mChange {
	return func(t *rapid.T) mChange {
		v := gen.Draw(t, "set")
		return always(l.Set(v), func(d *mDoc) { _ = lens.Assign(l, d, v) })
	}
}

// elements are the changes of a list: grow, set, remove, one element.
func elements[E any](gen *rapid.Generator[E], l lens.Lens[mDoc, []E]) []func(*rapid.T) mChange {
	get := func(d *mDoc) []E { s, _ := lens.Get(l, d); return s }
	put := func(d *mDoc, s []E) { _ = lens.Assign(l, d, s) }
	return []func(*rapid.T) mChange{
		setter(list(gen, 3), l),
		func(t *rapid.T) mChange {
			more := rapid.SliceOfN(gen, 1, 2).Draw(t, "append")
			if rapid.Bool().Draw(t, "front") {
				return always(lens.Prepend(l, more...), func(d *mDoc) { put(d, slices.Concat(more, get(d))) })
			}
			return always(lens.Append(l, more...), func(d *mDoc) { put(d, append(slices.Clip(get(d)), more...)) })
		},
		func(t *rapid.T) mChange {
			i, v := rapid.IntRange(0, 2).Draw(t, "at"), gen.Draw(t, "set")
			return mChange{lens.At(l, i).Set(v), func(d *mDoc) bool {
				if i >= len(get(d)) {
					return false
				}
				get(d)[i] = v
				return true
			}}
		},
		func(t *rapid.T) mChange {
			i := rapid.IntRange(0, 2).Draw(t, "remove at")
			return mChange{lens.At(l, i).Remove(), func(d *mDoc) bool {
				if i >= len(get(d)) {
					return false
				}
				put(d, slices.Delete(get(d), i, i+1))
				return true
			}}
		},
		func(*rapid.T) mChange { return always(l.Remove(), func(d *mDoc) { put(d, nil) }) },
		func(t *rapid.T) mChange {
			v := list(gen, 2).Draw(t, "if absent")
			return always(l.SetIfAbsent(v), func(d *mDoc) {
				if get(d) == nil {
					put(d, v)
				}
			})
		},
	}
}

// keyed are the changes of a map.
func keyed[V any](gen *rapid.Generator[V], l lens.Lens[mDoc, map[string]V]) []func(*rapid.T) mChange {
	get := func(d *mDoc) map[string]V { m, _ := lens.Get(l, d); return m }
	return []func(*rapid.T) mChange{
		setter(entries(gen, 2), l),
		func(t *rapid.T) mChange {
			k, v := genName.Draw(t, "key"), gen.Draw(t, "set")
			return mChange{lens.Entry(l, k).Set(v), func(d *mDoc) bool {
				if get(d) == nil {
					return false
				}
				get(d)[k] = v
				return true
			}}
		},
		func(t *rapid.T) mChange {
			k := genName.Draw(t, "remove")
			return mChange{lens.Entry(l, k).Remove(), func(d *mDoc) bool {
				if get(d) == nil {
					return false
				}
				delete(get(d), k)
				return true
			}}
		},
		func(*rapid.T) mChange { return always(l.Remove(), func(d *mDoc) { _ = lens.Assign(l, d, nil) }) },
	}
}

// inElem is a change of something inside one element of a list, inEntry of a
// map. change reports whether the parent of what it changes was there.
func inElem[E any](l lens.Lens[mDoc, []E], make func(*rapid.T, lens.Lens[mDoc, E]) (lens.Change[mDoc], func(*E) bool)) func(*rapid.T) mChange {
	return func(t *rapid.T) mChange {
		i := rapid.IntRange(0, 2).Draw(t, "at")
		c, apply := make(t, lens.At(l, i))
		return mChange{c, func(d *mDoc) bool {
			s, _ := lens.Get(l, d)
			return i < len(s) && apply(&s[i])
		}}
	}
}

func inEntry[V any](l lens.Lens[mDoc, map[string]V], make func(*rapid.T, lens.Lens[mDoc, V]) (lens.Change[mDoc], func(*V) bool)) func(*rapid.T) mChange {
	return func(t *rapid.T) mChange {
		k := genName.Draw(t, "key")
		c, apply := make(t, lens.Entry(l, k))
		return mChange{c, func(d *mDoc) bool {
			m, _ := lens.Get(l, d)
			v, ok := m[k]
			if ok = ok && apply(&v); ok {
				m[k] = v
			}
			return ok
		}}
	}
}

func inPlace(t *rapid.T, l lens.Lens[mDoc, mPlace]) (lens.Change[mDoc], func(*mPlace) bool) {
	switch text := genText.Draw(t, "text"); rapid.IntRange(0, 5).Draw(t, "inside") {
	case 0:
		return lens.Join(l, inPCity).Set(text), func(p *mPlace) bool { p.City = text; return true }
	case 1:
		return lens.Add(lens.Join(l, inPN), 2), func(p *mPlace) bool { p.N += 2; return true }
	case 2:
		return lens.Join(l, inPLat).Set(text), func(p *mPlace) bool { p.Geo.Lat = text; return true }
	case 3:
		if rapid.Bool().Draw(t, "merge") && text != "" {
			return lens.Merge(l, mPlace{City: text, N: 3}), func(p *mPlace) bool { p.City, p.N = text, 3; return true }
		}
		geo := genGeo.Draw(t, "geo")
		return lens.Join(l, inPGeo).Set(geo), func(p *mPlace) bool { p.Geo = geo; return true }
	case 4:
		note := ptrOrNil(genNote).Draw(t, "note")
		return lens.Join(l, inPNote).Set(note), func(p *mPlace) bool { p.Note = note; return true }
	}
	text := genText.Draw(t, "note text")
	return lens.Join(l, inPText).Set(text), func(p *mPlace) bool {
		if p.Note == nil {
			return false
		}
		p.Note.Text = text
		return true
	}
}

func inPal(t *rapid.T, l lens.Lens[mDoc, *mPlace]) (lens.Change[mDoc], func(**mPlace) bool) {
	text := genText.Draw(t, "text")
	if rapid.Bool().Draw(t, "note") {
		return lens.Join(l, lens.Ptr(inPText)).Set(text), func(p **mPlace) bool {
			if *p == nil || (*p).Note == nil {
				return false
			}
			(*p).Note.Text = text
			return true
		}
	}
	return lens.Join(l, lens.Ptr(inPCity)).Set(text), func(p **mPlace) bool {
		if *p == nil {
			return false
		}
		(*p).City = text
		return true
	}
}

func inLine(t *rapid.T, l lens.Lens[mDoc, mLine]) (lens.Change[mDoc], func(*mLine) bool) {
	switch rapid.IntRange(0, 2).Draw(t, "inside") {
	case 0:
		n := rapid.Int64Range(-5, 5).Draw(t, "qty")
		return lens.Join(l, inLQty).Set(n), func(l *mLine) bool { l.Qty = n; return true }
	case 1:
		note := ptrOrNil(genNote).Draw(t, "note")
		return lens.Join(l, inLNote).Set(note), func(l *mLine) bool { l.Note = note; return true }
	}
	text := genText.Draw(t, "text")
	return lens.Join(l, inLText).Set(text), func(l *mLine) bool {
		if l.Note == nil {
			return false
		}
		l.Note.Text = text
		return true
	}
}

// mChanges are the changes that an Update may have, by field: of each field at
// most one, so that their order says nothing.
var mChanges = map[string][]func(*rapid.T) mChange{
	"Name": {setter(genText, mName)},
	"Count": {setter(rapid.IntRange(-5, 5), mCount), func(t *rapid.T) mChange {
		n := rapid.IntRange(-2, 2).Draw(t, "add")
		return always(lens.Add(mCount, n), func(d *mDoc) { d.Count += n })
	}},
	"Big":    {setter(rapid.Uint64(), mBig), func(*rapid.T) mChange { return always(mBig.Remove(), func(d *mDoc) { d.Big = 0 }) }},
	"Secret": {setter(genText, mSecret)},
	"Raw":    {setter(genRaw, mRaw)},
	"Tags":   elements(genText, mTags),
	"Attrs":  keyed(rapid.Int(), mAttrs),
	"Opt": append(inNote(mOpt), func(t *rapid.T) mChange {
		n := ptrOrNil(genNote).Draw(t, "note")
		return always(mOpt.SetIfAbsent(n), func(d *mDoc) {
			if d.Opt == nil {
				d.Opt = n
			}
		})
	}),
	"Blob": inNote(mBlob),
	"Home": {setter(genPlace, mHome), func(t *rapid.T) mChange {
		c, apply := inPlace(t, mHome)
		return mChange{c, func(d *mDoc) bool { return apply(&d.Home) }}
	}},
	"Past":  append(elements(genPlace, mPast), inElem(mPast, inPlace), inElem(mPast, inPlace)),
	"Pals":  append(elements(ptrOrNil(genPlace), mPals), inElem(mPals, inPal)),
	"Rooms": append(keyed(genPlace, mRooms), inEntry(mRooms, inPlace), inEntry(mRooms, inPlace)),
	"Trips": append(elements(genPlace, mTrips)[:5], inElem(mTrips, inPlace)),
	"Lines": append(elements(genLine, mLines)[:5], inElem(mLines, inLine), inElem(mLines, inLine)),
	"Shelf": append(keyed(genLine, mShelf), inEntry(mShelf, inLine), inEntry(mShelf, inLine)),
}

func inNote(l lens.Lens[mDoc, *mNote]) []func(*rapid.T) mChange {
	get := func(d *mDoc) *mNote { n, _ := lens.Get(l, d); return n }
	return []func(*rapid.T) mChange{
		setter(ptrOrNil(genNote), l),
		func(*rapid.T) mChange { return always(l.Remove(), func(d *mDoc) { _ = lens.Assign(l, d, nil) }) },
		func(t *rapid.T) mChange {
			text := genText.Draw(t, "text")
			return mChange{lens.Join(l, lens.Ptr(inNText)).Set(text), func(d *mDoc) bool {
				if get(d) == nil {
					return false
				}
				get(d).Text = text
				return true
			}}
		},
		func(t *rapid.T) mChange {
			return mChange{lens.Append(lens.Join(l, lens.Ptr(inNTags)), "more"), func(d *mDoc) bool {
				if get(d) == nil {
					return false
				}
				get(d).Tags = append(slices.Clip(get(d).Tags), "more")
				return true
			}}
		},
	}
}

// changes draws the changes of one Update and what they make of the object;
// false if a parent is missing.
func changes(t *rapid.T, d *mDoc) ([]lens.Change[mDoc], bool) {
	names := rapid.SliceOfNDistinct(rapid.SampledFrom(docFields), 1, 3, func(f docField) string { return f.name }).Draw(t, "fields")
	var out []lens.Change[mDoc]
	ok := true
	for _, f := range names {
		all := mChanges[f.name]
		c := all[rapid.IntRange(0, len(all)-1).Draw(t, "change "+f.name)](t)
		out = append(out, c.change)
		ok = c.apply(d) && ok
	}
	return out, ok
}

func (m *machine) update(t *rapid.T) {
	r, key := m.pickKnown(t)
	e := m.entry()
	d := &mDoc{}
	if e != nil {
		d = copyDoc(e.doc)
	}
	list, ok := changes(t, d)
	if rapid.Bool().Draw(t, "get") && e != nil && ok {
		got, err := repo.UpdateGet(m.ctx, r, key, list...)
		wantKind(t, err, nil)
		m.store(d)
		m.same(t, got, m.entry())
		return
	}
	err := r.Update(m.ctx, key, list...)
	switch {
	case e == nil:
		wantKind(t, err, repo.ErrNotFound)
	case !ok:
		wantKind(t, err, repo.ErrNoPath)
	default:
		wantKind(t, err, nil)
		m.store(d)
	}
}

// updateIf updates on conditions about the root and about parts.
func (m *machine) updateIf(t *rapid.T) {
	r, key := m.pickKnown(t)
	e := m.entry()
	d := &mDoc{}
	if e != nil {
		d = copyDoc(e.doc)
	}
	var cond lens.Condition[mDoc]
	var holds bool
	switch n := rapid.IntRange(-2, 2).Draw(t, "n"); rapid.IntRange(0, 10).Draw(t, "condition") {
	case 0:
		cond, holds = mCount.Ge(n), d.Count >= n
	case 1:
		cond, holds = lens.Not(mCount.Between(n, 2)), d.Count < n || d.Count > 2
	case 2:
		cond, holds = mOpt.Exists(), d.Opt != nil
	case 3:
		cond, holds = mPals.NotExists(), d.Pals == nil
	case 4:
		cond, holds = lens.Join(mHome, inPN).Eq(1), d.Home.N == 1
	case 5:
		cond, holds = lens.And(mName.Ne("a"), lens.Join(mHome, inPLat).In("a", "b")), d.Name != "a" && (d.Home.Geo.Lat == "a" || d.Home.Geo.Lat == "b")
	case 6:
		cond, holds = mBlob.Exists(), d.Blob != nil
	case 7:
		cond, holds = mPast.Size().Gt(1), len(d.Past) > 1
	case 8:
		cond, holds = lens.HasPrefix(mName, "a"), strings.HasPrefix(d.Name, "a")
	case 9:
		cond, holds = lens.And(lens.Contains(mTags, "a"), mLines.Size().Between(1, 2)), slices.Contains(d.Tags, "a") && (len(d.Lines) == 1 || len(d.Lines) == 2)
	case 10:
		cond, holds = mPals.Size().Eq(len(d.Pals)), d.Pals != nil
	}
	err := r.Update(m.ctx, key, lens.Add(mCount, 1), repo.If(cond))
	switch {
	case e == nil:
		wantKind(t, err, repo.ErrNotFound)
	case !holds:
		wantKind(t, err, repo.ErrCondition)
	default:
		wantKind(t, err, nil)
		d.Count++
		m.store(d)
	}
}
