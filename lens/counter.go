package lens

import (
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/probe"
)

// tallyHandle keeps the methods that tie a Tally to its T out of the documentation.
type tallyHandle[T any] = model.TallyHandle[T, Error]

// Tally is a counter of a T: a number that many writers change at once. [Counter] makes
// one, shard.Spread says where it is kept, and repo.Repo.Add adds to it.
type Tally[T any] struct{ tallyHandle[T] }

// maxCounterName is how many bytes the name of a counter has at most.
const maxCounterName = 255

// Counter declares a number that is too hot for one item: views of a page, votes, stock
// of a shop on the day of a sale.
//
//	var views = lens.Counter("views", func(p *Page) *int64 { return &p.Views })
//
// A number that is an ordinary field is changed by [Add], and each change is a write of
// the object: it raises the version, and DynamoDB writes an item some hundred times a
// second. A counter is kept in items of its own, which do not know of each other, and
// adding to it leaves the object as it is: no version is raised and nobody's Put meets a
// conflict.
//
// The field receives the sum when the object is read. It is tagged dynamodbav:"-", because
// it is none of the object's attributes: no write stores it, no condition sees it, and a
// Put of a value that was read changes no counter. A counter of an object that nobody has
// added to is 0.
//
// The name is stored, and cannot change; it has 1 to 255 bytes of UTF-8.
func Counter[T any, N ~int | ~int64](name string, field func(*T) *N) Tally[T] {
	t := &model.Tally{Name: name, At: probe.OfUnstored[Error]("lens.Counter", field)}
	t.Err = t.At.Err
	why := badName(name)
	if slices.ContainsFunc(t.At.Steps, func(s model.Step) bool { return s.Kind == model.Deref }) {
		why = "it is behind a pointer, which a read would have to make"
	}
	if why != "" && t.Err == nil {
		t.Err = &Error{Func: "lens.Counter", Type: reflect.TypeFor[T]().String(), Path: t.At.GoPath(), Reason: why}
	}
	return Tally[T]{model.HandleTally[T, Error](t)}
}

func badName(name string) string {
	switch {
	case name == "" || len(name) > maxCounterName:
		return fmt.Sprintf("the name of a counter has 1 to %d bytes, not %d", maxCounterName, len(name))
	case !utf8.ValidString(name):
		return fmt.Sprintf("the name %q is not valid UTF-8", name)
	}
	return ""
}

// Err returns why the counter is refused, an [*Error], or nil.
func (t Tally[T]) Err() error { return t.ModelTally().Err }

// String returns the name of the counter.
func (t Tally[T]) String() string { return t.ModelTally().Name }
