package schema

import (
	"context"
	"errors"
	"reflect"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/rules"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
)

// rules finds out what the validator asks of the model.
func (c *compiler) rules() {
	if c.cfg.Validate == nil {
		if len(c.cfg.Local.Functions)+len(c.cfg.Local.Structs) > 0 {
			c.decline("", "repo.FieldRules or repo.StructRules, but validation is switched off")
		}
		return
	}
	set, err := rules.Compile(c.cfg.Validate, c.s.Typ, c.cfg.Local, c.s.holds)
	if err != nil {
		c.faults(err)
		return
	}
	c.s.rules = set
}

// holds are the types that the interface in a field may hold.
func (s *Schema) holds(t reflect.Type, field int) (held []reflect.Type) {
	if s.codecs == nil {
		return nil
	}
	if of := s.codecs.OneOf(codec.FieldOf{Struct: t, Index: field}); of != nil {
		for _, v := range of.Variants {
			held = append(held, v.Type)
		}
	}
	return held
}

// faults takes over the mistakes in validation tags.
func (c *compiler) faults(err error) {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			c.faults(e)
		}
		return
	}
	var f *rules.Fault
	if errors.As(err, &f) && f.Type != nil {
		c.errs = append(c.errs, &lens.Error{Func: "repo.TableOf", Type: f.Type.String(), Path: f.Field, Reason: f.Reason})
		return
	}
	c.decline("", "%s", err)
}

// gaps notes where values may have gaps: the shards.
func (s *Schema) gaps() {
	s.gap = map[string]*rules.Gap{}
	for _, p := range s.Tree.All {
		if s.rules != nil && p.Table != "" {
			g := s.rules.Gap(s.Codec, p.Path)
			s.gap[p.Path.String()] = g
			s.shardGaps = append(s.shardGaps, g)
		}
	}
}

// Unvalidated are the parts of a value that are not validated: those that were not
// read with it, and with KeepShards all, which are not written.
func (s *Schema) Unvalidated(snap *snapshot.Snapshot, keepShards bool) []*rules.Gap {
	switch {
	case keepShards:
		return s.shardGaps
	case snap == nil || len(snap.Unloaded) == 0:
		return nil
	}
	var gaps []*rules.Gap
	for path := range snap.Unloaded {
		if g := s.gap[path]; g != nil && !s.elsewhere(snap, path) {
			gaps = append(gaps, g)
		}
	}
	return gaps
}

// elsewhere reports whether a place is that of a variant which the object did not have
// when it was read: the value holds none that was left out.
func (s *Schema) elsewhere(snap *snapshot.Snapshot, path string) bool {
	for _, p := range s.Tree.All {
		if p.Path.String() == path && !p.Path.Wild() && snap.Root != nil && s.IsVariant(p.Path) {
			_, was := snap.Root.Parts[stored.Inst("").Join(p.Path)]
			return !was
		}
	}
	return false
}

// Validate checks a value before it is written, or after it was read, but for
// gaps.
func (s *Schema) Validate(ctx context.Context, ptr reflect.Value, gaps []*rules.Gap) error {
	if s.rules == nil {
		return nil
	}
	if err := s.rules.Whole(ctx, ptr, gaps); err != nil {
		return fail.Withf(fail.ErrInvalid, "%w", err)
	}
	return nil
}

// ValidateEdits checks that an object that is valid stays so with an Update.
func (s *Schema) ValidateEdits(ctx context.Context, edits []*model.Change, parents bool) error {
	if s.rules == nil {
		return nil
	}
	for _, ch := range edits {
		if ch.Value.IsValid() && s.rules.Loops() {
			if _, err := ch.Lens.Encode(ch.Value); err != nil {
				return fail.At(ch.Lens.Path, fail.Withf(fail.ErrInvalid, "%w", err))
			}
		}
	}
	err := s.rules.Update(ctx, edits, parents)
	var invalid *rules.Invalid
	var u *rules.Undecided
	switch {
	case errors.As(err, &invalid):
		return fail.At(invalid.Change.Lens.Path, fail.Withf(fail.ErrInvalid, "%w", invalid.Failed))
	case errors.As(err, &u):
		return fail.At(u.Change.Lens.Path, fail.Withf(fail.ErrInvalid, "%w", u))
	}
	return err
}
