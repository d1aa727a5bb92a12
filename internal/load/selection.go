package load

import (
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Selection is what a read leaves out.
type Selection struct {
	Schema    *schema.Schema
	Skip      []*place.Place
	Track     bool         // digests are wanted, for a later Put
	rootsOnly bool         // no part at all
	deleted   bool         // also objects that are deleted and kept
	damaged   bool         // also objects with parts that cannot be had, without these
	renew     bool         // how the root item is stored is wanted as well
	live      bool         // no value is accepted as erased
	counts    bool         // counters are wanted
	path      attr.Path    // only what this path goes through, nil = everything
	in        *rangeReader // of a range, nil = none

	leads struct { // where the path leads in the object with a record
		of *stored.Root
		to stored.Inst
	}

	former *schema.Former // the earlier version that the object is of; nil: it is of today's
}

// Options say what of an object is read, and how.
type Options struct {
	Eventually bool
	RootOnly   bool
	Skip       []*model.Shard
	Track      bool // the value that is read will be written back
	Deleted    bool // also what is deleted and kept
	Damaged    bool // also what parts are missing of, or wrong: with a *damage.Error beside the value
	Uncounted  bool // no counters
	Renew      bool // the value may be written back only because of how it is stored
	Live       bool // a value whose key is destroyed is an error, whatever the model accepts
}

// Select returns what a read with options is to read.
func (t *Typed) Select(opts Options) (*Selection, error) {
	sel := &Selection{Schema: t.Schema, Track: t.Schema.Keep != nil || opts.Track, deleted: opts.Deleted, damaged: opts.Damaged, renew: opts.Renew, live: opts.Live, counts: !opts.RootOnly && !opts.Renew && !opts.Uncounted}
	if (opts.RootOnly || len(opts.Skip) > 0) && t.Schema.Keep == nil {
		return nil, fail.Withf(fail.ErrInvalid, "RootOnly and Skip need meta.Keep: without a record nothing would remember, at the next Put, that parts are missing")
	}
	if opts.RootOnly {
		for _, p := range t.Schema.Tree.All {
			sel.leaveOut(p)
		}
	}
	for _, sh := range opts.Skip {
		places := t.Schema.Shards[sh]
		if len(places) == 0 {
			return nil, fail.Withf(fail.ErrInvalid, "Skip: the shard is not one of this model")
		}
		for _, p := range places {
			sel.leaveOut(p)
		}
	}
	return sel, nil
}

// Guesses are the fixed parts to ask for at once, on the chance that they exist.
func (s *Selection) Guesses() []schema.FixedPart {
	fixed := s.Schema.Fixed
	if s.path == nil && len(s.Skip) == 0 {
		return fixed
	}
	return slices.DeleteFunc(slices.Clone(fixed), func(p schema.FixedPart) bool { return !s.wanted(p.Inst, nil) })
}

// leaveOut skips a place. Lists and maps whose parts may stand in their parent
// are read whole all the same: half of one could not be written back.
func (s *Selection) leaveOut(p *place.Place) {
	if p.Table != "" && !p.MustReadWhole() {
		s.Skip = append(s.Skip, p)
	}
}

// inOneRegion refuses parts in other regions than the root's, which no transaction reads.
func (s *Selection) inOneRegion() error {
	for _, p := range s.Schema.Tree.All {
		left := slices.ContainsFunc(s.Skip, func(q *place.Place) bool { return q.Path.Covers(p.Path) })
		if tables.InRegion(p.Table) && !left {
			return fail.At(p.Path, fail.Withf(fail.ErrInvalid, "it is in table %s, and no transaction spans regions; leave it out with repo.Skip, or use Get", s.Schema.FullName(p.Table)))
		}
	}
	return nil
}

// wanted reports whether a part of the object that m describes is read; m is
// nil as long as that is not known.
func (s *Selection) wanted(inst stored.Inst, m *stored.Root) bool {
	switch {
	case s.rootsOnly:
		return false
	case s.plainly(inst, m):
		return true
	}
	path := stored.PlaceOf(inst)
	if s.path != nil && (!path.Overlaps(s.path) || m != nil && !s.onPath(inst, m)) {
		return false
	}
	for _, p := range s.skips(m) {
		if p.Path.Covers(path) {
			return false
		}
	}
	return !s.former.Unknown(s.Schema, path)
}

// onPath reports whether a part holds what is at the path, or is in it: of the elements of
// a list only the one that the path names.
func (s *Selection) onPath(inst stored.Inst, m *stored.Root) bool {
	if s.leads.of != m {
		s.leads.of, s.leads.to = m, ""
		tree := s.Schema.Tree
		if m.LayoutID != tree.ID {
			tree, _ = place.FromLayout(m.Layout, tree)
		}
		if tree != nil && !s.path.Wild() {
			if to, err := (&place.View{Tree: tree, Meta: m}).Resolve(s.path); err == nil && to.Divided() {
				s.leads.to = to.Named
			} else if err == nil {
				s.leads.to = to.Owner
			}
		}
	}
	return inst.Under(s.leads.to) || s.leads.to.Under(inst)
}

// plainly reports whether there is no reason to leave a part out: everything
// is read, and the part has a place in the model.
func (s *Selection) plainly(inst stored.Inst, m *stored.Root) bool {
	if s.path != nil || len(s.Skip) > 0 || m == nil || m.LayoutID != s.Schema.Tree.ID {
		return false
	}
	ref, part := m.Parts[inst]
	return part && !ref.Elsewhere()
}

// skips are the places that are left out. An object that is divided in another
// way is read whole: a part of one layout is half of one in another.
func (s *Selection) skips(m *stored.Root) []*place.Place {
	if len(s.Skip) > 0 && m != nil && m.LayoutID != s.Schema.Tree.ID && !stored.SameShape(m.Layout, s.Schema.Tree.Layout) {
		return nil
	}
	return s.Skip
}

// unloaded names the places that are missing from a value read with s. A part
// that is in its parent was read with it.
func (s *Selection) unloaded(m *stored.Root) map[string]bool {
	skip := s.skips(m)
	if len(skip) == 0 || m == nil { // without a record there are no parts
		return nil
	}
	out := map[string]bool{}
	for _, p := range skip {
		if _, apart := m.Parts[stored.Inst("").Join(p.Path)]; !p.MayInline || apart {
			out[p.Path.String()] = true
		}
	}
	return out
}
