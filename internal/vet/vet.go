// Package vet refuses changes and conditions that can never work, before any request.
package vet

import (
	"context"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/schema"
)

// Changes refuses changes of one Update that can never work.
func Changes(ctx context.Context, s *schema.Schema, changes []*model.Change, parents bool) error {
	edits := make([]*model.Change, 0, len(changes))
	for i, ch := range changes {
		switch {
		case ch == nil:
			return fail.Withf(fail.ErrInvalid, "change %d is nil", i+1)
		case ch.Err != nil:
			return fail.Withf(fail.ErrInvalid, "%w", ch.Err)
		case ch.Op == model.If:
			if err := Condition(s, ch.Cond); err != nil {
				return err
			}
			continue
		case ch.Op == model.Unchanged:
			if err := s.CheckUnchanged(ch); err != nil {
				return err
			}
			continue
		}
		edits = append(edits, ch)
		if err := s.CheckEdit(ch); err != nil {
			return err
		}
		for _, other := range changes[:i] {
			if other.Lens != nil && other.Op != model.If && other.Lens.Path.Overlaps(ch.Lens.Path) {
				return fail.At(ch.Lens.Path, fail.Withf(fail.ErrInvalid, "is changed twice in one Update, here and at %s", other.Lens.Path))
			}
		}
	}
	if len(edits) == 0 {
		return fail.Withf(fail.ErrInvalid, "Update without a change")
	}
	return s.ValidateEdits(ctx, edits, parents)
}

// Condition refuses what no stored object can make right.
func Condition(s *schema.Schema, cond *model.Cond) error {
	if cond.Err != nil {
		return fail.Withf(fail.ErrInvalid, "%w", cond.Err)
	}
	for _, sub := range cond.Subs {
		if err := Condition(s, sub); err != nil {
			return err
		}
	}
	switch {
	case cond.Said != nil:
		return checkSaid(s, cond)
	case cond.Lens == nil:
		return nil
	}
	return s.Sealing.Visible(cond.Lens, Existence(cond))
}

// Existence reports whether a condition asks only whether there is a value.
func Existence(c *model.Cond) bool { return c.Op == model.Exists || c.Op == model.NotExists }

// Named is a path that such a comparison names.
type Named struct {
	Path attr.Path
	Size bool // the size of the value, not the value
}

// SaidPaths are the paths of such a comparison, none of other conditions.
func SaidPaths(c *model.Cond) (all []Named) {
	if c.Said == nil {
		return nil
	}
	for _, o := range c.Said.Args {
		switch {
		case o.Path != nil:
			all = append(all, Named{Path: o.Path})
		case o.Func == "size":
			all = append(all, Named{o.Args[0].Path, true})
		}
	}
	return all
}

// checkSaid refuses what is encrypted, and values with parts.
func checkSaid(s *schema.Schema, c *model.Cond) error {
	for _, n := range SaidPaths(c) {
		state, _ := s.Sealing.Policy.At(n.Path)
		if counted := n.Size && state == policy.Above; !counted { // encrypted values in it do not hide how many there are
			if err := s.Sealing.Visible(&model.Lens{Path: n.Path}, false); err != nil {
				return err
			}
		}
		for _, q := range s.Tree.All {
			if n.Size && q.Counted() && len(q.Path) == len(n.Path) && q.Path.Covers(n.Path) {
				break // places inside its elements come later
			}
			if inner := q.Inner(); len(n.Path) <= len(inner) && n.Path.Overlaps(inner) {
				return Divided(n.Path)
			}
		}
	}
	return nil
}

// Divided is why a condition cannot look into a value.
func Divided(path attr.Path) error {
	return fail.At(path, fail.Withf(fail.ErrInvalid, "the value is stored in other tables; a condition can only test whether it exists"))
}

// Spread puts what a Merge sets into its place.
func Spread(changes []*model.Change) []*model.Change {
	n := 0
	for _, ch := range changes {
		if ch != nil {
			n += len(ch.Sets)
		}
	}
	if n == 0 {
		return changes
	}
	out := make([]*model.Change, 0, len(changes)+n)
	for _, ch := range changes {
		if ch == nil || len(ch.Sets) == 0 {
			out = append(out, ch)
		}
		if ch != nil {
			out = append(out, ch.Sets...)
		}
	}
	return out
}
