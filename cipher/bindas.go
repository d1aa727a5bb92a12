package cipher

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// BindAs returns the field with another path for its encrypted values to be bound to, for
// [Protect]:
//
//	cipher.Protect(keys, first, cipher.BindAs(surname, "lastname"))
//
// It is for a field whose stored attribute was renamed by somebody who has no keys. A value is
// bound to the path at which it was sealed: what was sealed as lastname opens as surname with
// BindAs only. New values are bound to the same path, so BindAs stays as long as the values do.
// To add it, change it or leave it out changes what is stored, and values in the other form are
// refused with [ErrAuth]. BindAs moves no attribute: for a program that is to read the attribute
// of the old name as well, there is repo.Schema, which needs no BindAs.
//
// The path is written as errors write it: location.city, past[].city for all elements of a
// list, homes{}.city for all entries of a map, and ["a.b"] for a name with one of
// . [ ] { } " in it. It leads through as many lists and maps as the path of the field, in the
// same order; names and their number may differ. A value stays bound to the name of its entry.
//
// Two fields are never bound to one path, or a value of one could be put in the place of the
// other. So the path is neither that of another encrypted field nor one that another BindAs
// names, nor does it lead into or around such a path. An exception of [ProtectAll] is not
// encrypted and has no BindAs: to rename one of all fields, make it an exception, and
// protect it with the same cipher.
//
// The tags of a [BlindIndex] are of the path of the field; a Migrate makes those of the new one.
//
// Errors name the path of the field. To read the objects without their type (repo.Open), a
// program needs a release that has BindAs: earlier ones refuse them as corrupt.
//
// Mistakes are reported by repo.New.
func BindAs[T any](field lens.Field[T], path string) lens.Field[T] {
	if model.IsNil(field) {
		root := reflect.TypeFor[T]()
		return bound[T]{&model.Lens{Root: root, Err: &lens.Error{Func: "cipher.BindAs", Type: root.String(), Reason: "the field is nil"}}}
	}
	l := *field.ModelLens()
	if l.Err == nil {
		var why string
		if l.BindAs, why = bindAs(&l, path); why != "" {
			l.Err = &lens.Error{Func: "cipher.BindAs", Type: l.Root.String(), Path: l.GoPath(), Reason: why}
		}
	}
	return bound[T]{&l}
}

// bound is a field that has a BindAs.
type bound[T any] struct{ lens *model.Lens }

// ModelLens returns the lens, which says what values are bound to.
func (b bound[T]) ModelLens() *model.Lens { return b.lens }

// ModelOf marks the field as one of a T.
func (bound[T]) ModelOf(*T) {}

// bindAs is the path that values of a lens are bound to, or why it cannot be.
func bindAs(l *model.Lens, text string) (path attr.Path, why string) {
	if l.BindAs != nil {
		return nil, fmt.Sprintf("it is bound as %s already", l.BindAs)
	}
	path, err := attr.Parse(text)
	if err != nil {
		return nil, fmt.Sprintf("path %q: %v", text, err)
	}
	for i, s := range path {
		switch s.Kind {
		case attr.Index:
			return nil, fmt.Sprintf("path %q: %s is one element of a list, and values are bound to all: %s[]", text, path[:i+1], path[:i])
		case attr.Key: // to a binding, an attribute
			path[i] = attr.Field(s.Name)
		}
	}
	switch {
	case !path.Parallel(l.Path):
		return nil, fmt.Sprintf("path %q leads through other lists and maps than %s", text, l.Path)
	case slices.Equal(path, l.Path):
		return nil, fmt.Sprintf("path %q is that of the field; leave cipher.BindAs out", text)
	}
	return path, ""
}
