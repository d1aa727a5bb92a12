package patch

import (
	"context"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
)

// checkChanges refuses what can never work.
func (u *Updater) checkChanges(ctx context.Context, changes []*model.Change, parents bool) error {
	edits := make([]*model.Change, 0, len(changes))
	for i, ch := range changes {
		switch {
		case ch == nil:
			return fail.Withf(fail.ErrInvalid, "change %d is nil", i+1)
		case ch.Err != nil:
			return fail.Withf(fail.ErrInvalid, "%w", ch.Err)
		case ch.Op == model.If:
			if err := u.checkCondition(ch.Cond); err != nil {
				return err
			}
			continue
		case ch.Op == model.Unchanged:
			if err := u.s.CheckUnchanged(ch); err != nil {
				return err
			}
			continue
		}
		edits = append(edits, ch)
		if err := u.s.CheckEdit(ch); err != nil {
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
	return u.s.ValidateEdits(ctx, edits, parents)
}

// checkCondition refuses what no stored object can make right.
func (u *Updater) checkCondition(cond *model.Cond) error {
	if cond.Err != nil {
		return fail.Withf(fail.ErrInvalid, "%w", cond.Err)
	}
	for _, sub := range cond.Subs {
		if err := u.checkCondition(sub); err != nil {
			return err
		}
	}
	switch {
	case cond.Said != nil:
		return u.checkSaid(cond)
	case cond.Lens == nil:
		return nil
	}
	return u.s.Sealing.Visible(cond.Lens, existence(cond))
}
