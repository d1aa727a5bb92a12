package repo

import (
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// selection is what a read leaves out.
type selection struct {
	s     *schema
	skip  []*place.Place
	track bool      // digests are wanted, for a later Put
	path  attr.Path // only what this path goes through, nil = everything
}

// readOptions say what of an object is read, and how.
type readOptions struct {
	eventually bool
	rootOnly   bool
	skip       []*model.Shard
	track      bool // the value that is read will be written back
}

func (c *typed) selection(opts readOptions) (*selection, error) {
	sel := &selection{s: c.s, track: c.s.keep != nil || opts.track}
	if (opts.rootOnly || len(opts.skip) > 0) && c.s.keep == nil {
		return nil, fail.Withf(ErrInvalid, "RootOnly and Skip need meta.Keep: without a record nothing would remember, at the next Put, that parts are missing")
	}
	if opts.rootOnly {
		for _, p := range c.s.tree.All {
			sel.leaveOut(p)
		}
	}
	for _, sh := range opts.skip {
		places := c.s.shards[sh]
		if len(places) == 0 {
			return nil, fail.Withf(ErrInvalid, "Skip: the shard is not one of this model")
		}
		for _, p := range places {
			sel.leaveOut(p)
		}
	}
	return sel, nil
}

// guesses are the fixed parts to ask for at once, on the chance that they exist.
func (s *selection) guesses() []fixedPart {
	fixed := s.s.fixed
	if s.path == nil && len(s.skip) == 0 {
		return fixed
	}
	return slices.DeleteFunc(slices.Clone(fixed), func(p fixedPart) bool { return !s.wanted(p.inst, nil) })
}

// leaveOut skips a place. Lists and maps whose parts may stand in their parent
// are read whole all the same: half of one could not be written back.
func (s *selection) leaveOut(p *place.Place) {
	if p.Table != "" && !p.Whole() {
		s.skip = append(s.skip, p)
	}
}

// wanted reports whether a part of the object that m describes is read; m is
// nil as long as that is not known.
func (s *selection) wanted(inst stored.Inst, m *stored.Root) bool {
	if s.plainly(inst, m) {
		return true
	}
	path := stored.PlaceOf(inst)
	if s.path != nil && !path.Overlaps(s.path) {
		return false
	}
	for _, p := range s.skips(m) {
		if p.Path.Covers(path) {
			return false
		}
	}
	return !s.s.foreign(path)
}

// plainly reports whether there is no reason to leave a part out: everything
// is read, and the part has a place in the model.
func (s *selection) plainly(inst stored.Inst, m *stored.Root) bool {
	if s.path != nil || len(s.skip) > 0 || m == nil || m.LayoutID != s.s.tree.ID {
		return false
	}
	ref, part := m.Parts[inst]
	return part && !ref.Elsewhere()
}

// skips are the places that are left out. An object that is divided in another
// way is read whole: a part of one layout is half of one in another.
func (s *selection) skips(m *stored.Root) []*place.Place {
	if len(s.skip) > 0 && m != nil && m.LayoutID != s.s.tree.ID && !stored.SameShape(m.Layout, s.s.tree.Layout) {
		return nil
	}
	return s.skip
}

// unloaded names the places that are missing from a value read with s. A part
// that stands in its parent was read with it.
func (s *selection) unloaded(m *stored.Root) map[string]bool {
	skip := s.skips(m)
	if len(skip) == 0 || m == nil { // without a record there are no parts
		return nil
	}
	out := map[string]bool{}
	for _, p := range skip {
		if _, apart := m.Parts[stored.Inst("").Join(p.Path)]; !p.Spill || apart {
			out[p.Path.String()] = true
		}
	}
	return out
}
