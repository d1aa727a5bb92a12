package cipher

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// Protection says which fields of a T are encrypted. It is a part of a model:
// pass it to repo.TableOf. [Protect] and [ProtectAll] make one.
type Protection[T any] struct{ handle[T] }

// handle keeps the methods that tie a Protection to its T, and carry it to
// package repo, out of the documentation.
type handle[T any] = model.ProtectHandle[T, lens.Error]

// Protect encrypts fields of a T with c, usually an [*AES]:
//
//	cipher.Protect(keys, first, hospital, lens.Each(past, inCity))
//
// A field of any type is encrypted whole. lens.Each and lens.EachValue make the
// lens to a field of each element of a list or value of a map. What keys and
// the stored record need stays readable and is refused here, and so is one
// field of another: none may lie inside another, nor in another Protection of
// the model.
//
// An encrypted nil is an encrypted NULL: whether the field has a value does
// not show, except by its length, or after an Update that removed it.
//
// A service that only writes passes [SealOnly] of its Sealer, one that only
// reads [OpenOnly] of its Opener.
//
// Mistakes are reported by repo.New.
func Protect[T any](c Cipher, fields ...lens.Field[T]) *Protection[T] {
	d := declare[T]("cipher.Protect", c, fields)
	if len(fields) == 0 {
		d.decline("no fields; name them, or use cipher.ProtectAll")
	}
	return protection[T](d)
}

// ProtectAll encrypts every field of a T with c, except those named. T cannot
// be inferred without an exception:
//
//	cipher.ProtectAll[Person](keys)
//
// Structs are descended into and their fields encrypted one by one, also those
// in lists and maps whose elements are parts in separate tables; other lists,
// maps and sets are encrypted whole, unless an exception lies inside. Keys and
// the stored record stay readable without being named.
//
// A field that is added to the type later is encrypted. Leaving one out that
// was encrypted, or taking one in that was not, changes what is stored: values
// in the old form are refused until they are written anew.
func ProtectAll[T any](c Cipher, except ...lens.Field[T]) *Protection[T] {
	d := declare[T]("cipher.ProtectAll", c, except)
	d.protect.All = true
	return protection[T](d)
}

// declaration collects every mistake of a Protect or ProtectAll.
type declaration struct {
	fn, typ string
	protect model.Protect
	errs    []error
}

func declare[T any](fn string, c Cipher, fields []lens.Field[T]) *declaration {
	d := &declaration{fn: fn, typ: reflect.TypeFor[T]().String()}
	d.protect.Cipher = c
	if u, ok := c.(*unresolved); ok {
		d.scope(reflect.TypeFor[T](), u)
		c = u.of
	}
	if why := unusable(c); why != "" {
		d.decline("%s", why)
	}
	for i, f := range fields {
		if model.IsNil(f) {
			d.decline("field %d is nil", i+1)
			continue
		}
		l := f.ModelLens()
		if l.Err != nil {
			d.errs = append(d.errs, l.Err)
			continue
		}
		d.protect.Lenses = append(d.protect.Lenses, l)
	}
	return d
}

// scope takes apart what Scope has made.
func (d *declaration) scope(t reflect.Type, u *unresolved) {
	d.protect.Cipher, d.protect.Scope = u.of, u.field
	switch {
	case u.field.Err != nil:
		d.errs = append(d.errs, u.field.Err)
	case u.field.Root != t:
		d.decline("the scope is in a field of %s", u.field.Root)
	}
}

func (d *declaration) decline(format string, args ...any) {
	d.errs = append(d.errs, &lens.Error{Func: d.fn, Type: d.typ, Reason: fmt.Sprintf(format, args...)})
}

// err joins the mistakes.
func (d *declaration) err() error { return errors.Join(d.errs...) }

func protection[T any](d *declaration) *Protection[T] {
	d.protect.Err = d.err()
	return &Protection[T]{model.HandleProtect[T, lens.Error](&d.protect)}
}

// unusable says why a cipher cannot work, if that shows.
func unusable(c Cipher) string {
	switch c := c.(type) {
	case *AES:
		if c != nil && c.keys == nil {
			return "the cipher is a zero AES; make one with cipher.New"
		}
	case half:
		if model.IsNil(c.sealer) && model.IsNil(c.opener) {
			return "the cipher neither seals nor opens"
		}
		for _, of := range []any{c.sealer, c.opener} {
			if _, ok := of.(*unresolved); ok {
				return "the scope is of a half; make it of the whole: cipher.Scope(cipher.SealOnly(keys), field)"
			}
		}
	case *scoped:
		if c.scope == nil {
			return "the function of cipher.ScopeBy is nil"
		}
		return unusable(c.of)
	case *unresolved:
		return "it has two scopes"
	}
	if model.IsNil(c) {
		return "the cipher is nil"
	}
	return ""
}
