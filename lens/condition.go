package lens

import (
	"errors"
	"reflect"

	"github.com/dystore/dystore/internal/model"
)

type (
	condHandle[T any] = model.CondHandle[T, Error]
	condOf[T any]     = model.CondOf[T]
)

// Condition is a test of the stored object that a write depends on: a
// [Predicate]. The set is closed.
type Condition[T any] interface {
	condOf[T]
}

// Predicate is a [Condition] made by a method of [Lens], by [And], [Or] or
// [Not]. It keeps the values it was given and encodes them when the verb runs,
// as an [Edit] does.
//
// Of an absent value only [Lens.Ne] and [Lens.NotExists] hold: to DynamoDB, no
// value is different from any value, and neither less nor greater. Nil is no
// value, so Eq of nil asks for what NotExists asks for, and Ne of nil for the
// opposite.
type Predicate[T any] struct {
	condHandle[T]
}

var _ Condition[int] = Predicate[int]{}

// Err returns why the condition cannot work, an [*Error] or several joined,
// or nil.
func (p Predicate[T]) Err() error { return p.ModelCond().Err }

// maxIn is DynamoDB's limit on the operands of IN.
const maxIn = 100

// Eq holds if the stored value equals v.
//
// Times are equal if they are the same instant, in any zone. That holds for
// times stored as text, too, and for times stored before the tag option
// unixtime was added or removed. A text that is not in UTC, or a form that is
// not that of the tag, costs a second request. A time with a fraction of a
// second equals no time stored under unixtime.
//
// Values inside a struct, list or map are compared in their stored form, times
// in text with their zone. So are types that marshal themselves.
func (l Lens[T, V]) Eq(v V) Predicate[T] { return l.compare(model.Eq, "", v) }

// Ne holds if the stored value differs from v, or is absent. See [Lens.Eq].
func (l Lens[T, V]) Ne(v V) Predicate[T] { return l.compare(model.Ne, "", v) }

// Lt holds if the stored value is less than v. Like the other comparisons of
// order it is for what DynamoDB orders as Go does: strings, numbers and
// binary values. A time.Time is one only with the tag option unixtime; v is
// compared with its fraction of a second, although none is stored: 10 s is less
// than 10.5 s.
func (l Lens[T, V]) Lt(v V) Predicate[T] { return l.compare(model.Lt, "lens.Lt", v) }

// Le holds if the stored value is less than v or equal to it. See [Lens.Lt].
func (l Lens[T, V]) Le(v V) Predicate[T] { return l.compare(model.Le, "lens.Le", v) }

// Gt holds if the stored value is greater than v. See [Lens.Lt].
func (l Lens[T, V]) Gt(v V) Predicate[T] { return l.compare(model.Gt, "lens.Gt", v) }

// Ge holds if the stored value is greater than v or equal to it. See
// [Lens.Lt].
func (l Lens[T, V]) Ge(v V) Predicate[T] { return l.compare(model.Ge, "lens.Ge", v) }

// Between holds if the stored value is at least lo and at most hi. See
// [Lens.Lt].
func (l Lens[T, V]) Between(lo, hi V) Predicate[T] {
	return l.compare(model.Between, "lens.Between", lo, hi)
}

// In holds if the stored value equals one of values, 1 to 100 of them. See
// [Lens.Eq].
func (l Lens[T, V]) In(values ...V) Predicate[T] {
	p := l.compare(model.In, "", values...)
	if c := p.ModelCond(); c.Err == nil && (len(values) == 0 || len(values) > maxIn) {
		c.Err = fault(c.Lens, "lens.In", "%d values; DynamoDB takes 1 to %d", len(values), maxIn)
	}
	return p
}

// Exists holds if the path has a value. Nil is no value, in any stored form. An
// empty string, list or map is a value, unless omitempty leaves it out.
func (l Lens[T, V]) Exists() Predicate[T] { return l.compare(model.Exists, "") }

// NotExists holds if the path has no value.
func (l Lens[T, V]) NotExists() Predicate[T] { return l.compare(model.NotExists, "") }

// compare builds the condition; ordering names the method if it needs an
// order.
func (l Lens[T, V]) compare(op model.CondOp, ordering string, values ...V) Predicate[T] {
	c := &model.Cond{Op: op, Lens: l.ModelLens()}
	for _, v := range values {
		c.Values = append(c.Values, valueOf(v))
	}
	switch m := c.Lens; {
	case m.Err != nil:
		c.Err = m.Err
	case ordering != "" && !m.Codec.Ordered():
		advice := ""
		if m.Codec.Instant() {
			advice = ", and the tag option unixtime gives times an order"
		}
		c.Err = fault(m, ordering, "%s, stored as %s, has no order in DynamoDB that agrees with Go's; Eq, Ne, In and Exists work%s", m.Value, m.Codec.Kind(), advice)
	}
	return predicate[T](c)
}

// And holds if all conds hold, one at least.
func And[T any](conds ...Condition[T]) Predicate[T] { return combine(model.And, "lens.And", conds) }

// Or holds if any of conds holds, one at least.
func Or[T any](conds ...Condition[T]) Predicate[T] { return combine(model.Or, "lens.Or", conds) }

// Not holds if cond does not.
func Not[T any](cond Condition[T]) Predicate[T] {
	return combine(model.Not, "lens.Not", []Condition[T]{cond})
}

func combine[T any](op model.CondOp, fn string, conds []Condition[T]) Predicate[T] {
	refused := func(reason string) error {
		return &Error{Func: fn, Type: reflect.TypeFor[T]().String(), Reason: reason}
	}
	c := &model.Cond{Op: op}
	if len(conds) == 0 {
		c.Err = refused("there are no conditions to combine")
	}
	var errs []error
	for _, cond := range conds {
		if model.IsNil(cond) {
			errs = append(errs, refused("a condition is nil"))
			continue
		}
		sub := cond.ModelCond()
		c.Subs = append(c.Subs, sub)
		errs = append(errs, sub.Err)
	}
	if c.Err == nil {
		c.Err = errors.Join(errs...)
	}
	return predicate[T](c)
}

func predicate[T any](c *model.Cond) Predicate[T] {
	return Predicate[T]{model.HandleCond[T, Error](c)}
}
