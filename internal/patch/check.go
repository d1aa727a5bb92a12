package patch

import (
	"context"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/seal"
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
			if err := u.checkUnchanged(ch); err != nil {
				return err
			}
			continue
		}
		edits = append(edits, ch)
		if err := u.checkEdit(ch); err != nil {
			return err
		}
		if err := u.checkUnique(ch); err != nil {
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

func (u *Updater) checkUnchanged(ch *model.Change) error {
	if u.s.Keep == nil {
		return fail.Withf(fail.ErrInvalid, "IfUnchanged needs a meta.Keep field, which says what version the value is")
	}
	if ch.Object.IsNil() {
		return fail.Withf(fail.ErrInvalid, "IfUnchanged: the value is nil")
	}
	if !schema.IsStored(u.s.Record(ch.Object)) {
		return fail.Withf(fail.ErrInvalid, "IfUnchanged: the value was never stored, its record is zero")
	}
	return nil
}

func (u *Updater) checkEdit(ch *model.Change) error {
	path := ch.Lens.Path
	if len(path) > 0 && u.s.Key.Has(path[0].Name) {
		what := "is"
		if u.s.Key.Joined != nil {
			what = "is part of"
		}
		return fail.At(path, fail.Withf(fail.ErrInvalid, "%s the object's key, which cannot change", what))
	}
	state, sealed := u.s.Sealing.Policy.At(path)
	switch {
	case state == policy.Inside:
		return fail.At(path, fail.Withf(fail.ErrInvalid, "lies inside %s, which is encrypted whole; change that, or use Modify", sealed))
	case state == policy.Sealed && computes[ch.Op]:
		return fail.At(path, fail.Withf(fail.ErrInvalid, "is encrypted; DynamoDB cannot compute with it, use Modify"))
	case ch.Op == model.SetIfAbsent && u.s.Sealing.HidesNil(ch.Lens):
		return fail.At(path, fail.Withf(fail.ErrInvalid, seal.HiddenNil))
	}
	if verb := extends[ch.Op]; verb != "" && (ch.Lens.Codec.Kind() != codec.List || ch.Value.Len() == 0) {
		return fail.At(path, fail.Withf(fail.ErrInvalid, "%s needs a list and at least one element", verb))
	}
	if verb := members[ch.Op]; verb != "" && ch.Value.Len() == 0 {
		return fail.At(path, fail.Withf(fail.ErrInvalid, "%s needs at least one element", verb))
	}
	return nil
}

// computes are the changes that DynamoDB makes of the value that is stored.
var computes = map[model.ChangeOp]bool{model.Add: true, model.Append: true, model.Prepend: true, model.AddToSet: true, model.DeleteFromSet: true}

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
