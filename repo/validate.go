package repo

import (
	"context"
	"errors"
	"reflect"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/record"
	"github.com/dystore/dystore/internal/rules"
)

// WithValidator replaces the validator that checks values before every write;
// nil switches validation off. Its tag name, aliases, rules and functions must
// be complete before New. Update needs to know what functions of your own look
// at: see [FieldRules]. The validator follows pointers without end, also in
// fields that are not stored: one that leads back, as to a parent, needs the
// tag validate:"-".
func WithValidator(v *validator.Validate) Option {
	return option{"WithValidator", func(c *config) { c.validate = v }}
}

// ValidateOnRead also validates every object that is read; a stored object
// that fails is reported as ErrInvalid, not returned. It affects Get, Scan,
// Query and Modify. What is not read (RootOnly, Skip) is not asked.
func ValidateOnRead() Option {
	return option{"ValidateOnRead", func(c *config) { c.validateOnRead = true }}
}

// FieldRules names functions that were registered with RegisterValidation and
// look at nothing but the value of their field. A function may as well look at
// the struct around it, or at the whole object, which Update does not know: so
// as long as a model has one that is not named here, every Update is an
// [UndecidedError].
func FieldRules(names ...string) Option {
	return option{"FieldRules", func(c *config) { c.local.Functions = append(c.local.Functions, names...) }}
}

// StructRules is [FieldRules] for functions that were registered with
// RegisterStructValidation: it names, in the same way, the structs whose
// function looks at nothing but that struct. Update is then an
// [UndecidedError] only if it changes something in such a struct.
func StructRules(structs ...any) Option {
	return option{"StructRules", func(c *config) {
		for _, s := range structs {
			t := reflect.TypeOf(s)
			for t != nil && t.Kind() == reflect.Pointer {
				t = t.Elem()
			}
			c.local.Structs = append(c.local.Structs, t)
		}
	}}
}

// UndecidedError says that Update cannot tell from the changes alone whether a
// validation rule would hold for the changed object: it is about another field,
// the sum of an Add, the length of a list, or a function of the user's own.
// Nothing was written; [Repo.Modify] reads the object and can tell.
type UndecidedError struct {
	Type  string // the struct that has the rule: shop.Order
	Field string // its field, empty for the function of a struct
	Rule  string // as in the tag: gte=0; empty for the function of a struct
	Err   error  // the reason; has validator.ValidationErrors in it if something would fail in a new parent
}

func (e *UndecidedError) Error() string { return e.Err.Error() }

func (e *UndecidedError) Unwrap() error { return e.Err }

// rules finds out what the validator asks of the model.
func (c *compiler) rules() {
	if c.cfg.validate == nil {
		if len(c.cfg.local.Functions)+len(c.cfg.local.Structs) > 0 {
			c.decline("", "repo.FieldRules or repo.StructRules, but validation is switched off")
		}
		return
	}
	set, err := rules.Compile(c.cfg.validate, c.s.typ, c.cfg.local)
	if err != nil {
		c.faults(err)
		return
	}
	c.s.rules = set
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
		c.errs = append(c.errs, &DeclarationError{Func: "repo.TableOf", Type: f.Type.String(), Path: f.Field, Reason: f.Reason})
		return
	}
	c.decline("", "%s", err)
}

// gaps notes where values may have gaps: the shards.
func (s *schema) gaps() {
	s.gap = map[string]*rules.Gap{}
	for _, p := range s.tree.All {
		if s.rules != nil && p.Table != "" {
			g := s.rules.Gap(s.codec, p.Path)
			s.gap[p.Path.String()] = g
			s.shardGaps = append(s.shardGaps, g)
		}
	}
}

// unasked are the parts of a value that are not validated: those that were not
// read with it, and with KeepShards all, which are not written.
func (c *core) unasked(snap *record.Snapshot, call call) []*rules.Gap {
	switch {
	case call.keepShards:
		return c.s.shardGaps
	case snap == nil || len(snap.Unloaded) == 0:
		return nil
	}
	var gaps []*rules.Gap
	for path := range snap.Unloaded {
		if g := c.s.gap[path]; g != nil {
			gaps = append(gaps, g)
		}
	}
	return gaps
}

// validate checks a value before it is written, or after it was read, but for
// gaps.
func (c *core) validate(ctx context.Context, ptr reflect.Value, gaps []*rules.Gap) error {
	if c.s.rules == nil {
		return nil
	}
	if err := c.s.rules.Whole(ctx, ptr, gaps); err != nil {
		return fail.Withf(ErrInvalid, "%w", err)
	}
	return nil
}

// validateEdits checks that an object that is valid stays so with an Update.
func (c *core) validateEdits(ctx context.Context, edits []*model.Change, parents bool) error {
	if c.s.rules == nil {
		return nil
	}
	for _, ch := range edits {
		if ch.Value.IsValid() && c.s.rules.Loops() {
			if _, err := ch.Lens.Encode(ch.Value); err != nil {
				return fail.At(ch.Lens.Path, fail.Withf(ErrInvalid, "%w", err))
			}
		}
	}
	err := c.s.rules.Update(ctx, edits, parents)
	var invalid *rules.Invalid
	var u *rules.Undecided
	switch {
	case errors.As(err, &invalid):
		return fail.At(invalid.Change.Lens.Path, fail.Withf(ErrInvalid, "%w", invalid.Failed))
	case errors.As(err, &u):
		return fail.At(u.Change.Lens.Path, fail.Withf(ErrInvalid, "%w", &UndecidedError{Type: u.Type, Field: u.Field, Rule: u.Rule, Err: u}))
	}
	return err
}
