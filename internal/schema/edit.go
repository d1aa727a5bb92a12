package schema

import (
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/seal"
)

// Extends are the changes that make a list longer, by their names.
var Extends = map[model.ChangeOp]string{model.Append: "Append", model.Prepend: "Prepend"}

// Members are the changes of a set, by their names.
var Members = map[model.ChangeOp]string{model.AddToSet: "AddToSet", model.DeleteFromSet: "DeleteFromSet"}

// computes are the changes that DynamoDB makes of the value that is stored.
var computes = map[model.ChangeOp]bool{model.Add: true, model.Append: true, model.Prepend: true, model.AddToSet: true, model.DeleteFromSet: true}

// CheckEdit refuses a change of a value that can never work.
func (s *Schema) CheckEdit(ch *model.Change) error {
	path := ch.Lens.Path
	if len(path) > 0 && s.Key.Has(path[0].Name) {
		what := "is"
		if s.Key.Joined != nil {
			what = "is part of"
		}
		return fail.At(path, fail.Withf(fail.ErrInvalid, "%s the object's key, which cannot change", what))
	}
	state, sealed := s.Sealing.Policy.At(path)
	switch {
	case state == policy.Inside:
		return fail.At(path, fail.Withf(fail.ErrInvalid, "lies inside %s, which is encrypted whole; change that, or use Modify", sealed))
	case state == policy.Sealed && computes[ch.Op]:
		return fail.At(path, fail.Withf(fail.ErrInvalid, "is encrypted; DynamoDB cannot compute with it, use Modify"))
	case ch.Op == model.SetIfAbsent && s.Sealing.HidesNil(ch.Lens):
		return fail.At(path, fail.Withf(fail.ErrInvalid, seal.HiddenNil))
	case s.TTL != "" && path[0].Name == s.TTL && ch.Op != model.Set && ch.Op != model.Remove:
		return fail.At(path, fail.Withf(fail.ErrInvalid, "says when the object expires; what it becomes must be known, use Set or Modify"))
	}
	if verb := Extends[ch.Op]; verb != "" && (ch.Lens.Codec.Kind() != codec.List || ch.Value.Len() == 0) {
		return fail.At(path, fail.Withf(fail.ErrInvalid, "%s needs a list and at least one element", verb))
	}
	if verb := Members[ch.Op]; verb != "" && ch.Value.Len() == 0 {
		return fail.At(path, fail.Withf(fail.ErrInvalid, "%s needs at least one element", verb))
	}
	if err := s.Tags.Check(ch); err != nil {
		return err
	}
	return s.checkUnique(ch)
}

// checkUnique refuses a change of a unique value whose result is not known.
func (s *Schema) checkUnique(ch *model.Change) error {
	for _, q := range s.Uniques {
		for _, f := range q.Fields {
			switch {
			case !ch.Lens.Path.Overlaps(f.Path) || ch.Op == model.Set || ch.Op == model.Remove:
			case ch.Op == model.SetIfAbsent && len(ch.Lens.Path) == len(f.Path):
			default:
				return fail.At(ch.Lens.Path, fail.Withf(fail.ErrInvalid, "%s is unique; what it becomes must be known, use Set or Modify", f.Path))
			}
		}
	}
	return nil
}

// CheckUnchanged refuses an IfUnchanged whose value says no version.
func (s *Schema) CheckUnchanged(ch *model.Change) error {
	if s.Keep == nil {
		return fail.Withf(fail.ErrInvalid, "IfUnchanged needs a meta.Keep field, which says what version the value is")
	}
	if ch.Object.IsNil() {
		return fail.Withf(fail.ErrInvalid, "IfUnchanged: the value is nil")
	}
	if !IsStored(s.Record(ch.Object)) {
		return fail.Withf(fail.ErrInvalid, "IfUnchanged: the value was never stored, its record is zero")
	}
	return nil
}
