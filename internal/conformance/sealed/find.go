package sealed

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/repo"
)

// envelope is an encrypted value, with the place where it is stored and the
// place to which it is bound.
type envelope struct {
	table  string
	id     string  // of the item, across tables
	item   kit.Row // the stored item; never changed
	steps  []any
	bytes  []byte
	entity string
	path   cipher.Path // in the object
	plain  string      // its content
}

// envelopes finds all encrypted values of an object and opens them without
// package repo. The binding of each is made of the entity, the root's key and
// the path in the object, which the records give. The values are returned by
// their canary texts, which must differ.
func envelopes(t *testing.T, x *kit.World, entity string, key ...types.AttributeValue) map[string]*envelope {
	t.Helper()
	d, err := kit.DumpTables(t.Context(), x.Raw, x.Prefix)
	kit.Must(t, err)
	f := finder{t: t, owner: stored.Owner(entity, key), found: map[string]*envelope{}}
	f.binding.Entity = entity
	for _, part := range key {
		f.binding.Key = append(f.binding.Key, keyPart(t, part))
	}
	for _, table := range d.Tables {
		for _, it := range table.Items {
			base, ok := f.base(table, it)
			if !ok {
				continue
			}
			for name, av := range kit.Without(it, append(table.Key, "_meta")...) {
				f.walk(envelope{table: table.Name, id: itemID(table, it), item: it, entity: entity, steps: []any{name}, path: append(base[:len(base):len(base)], cipher.Name(name))}, av)
			}
		}
	}
	return f.found
}

// itemID returns a name that no other item of the dump has.
func itemID(table kit.DumpTable, it kit.Row) string {
	return stored.Owner(table.Name, keyOf(table, it))
}

func keyOf(table kit.DumpTable, it kit.Row) (key []types.AttributeValue) {
	for _, name := range table.Key {
		key = append(key, it[name])
	}
	return key
}

func keyPart(t *testing.T, av types.AttributeValue) cipher.KeyPart {
	t.Helper()
	switch av := av.(type) {
	case *types.AttributeValueMemberS:
		return cipher.KeyString(av.Value)
	case *types.AttributeValueMemberB:
		return cipher.KeyBinary(av.Value)
	case *types.AttributeValueMemberN:
		part, err := cipher.KeyNumber(av.Value)
		kit.Must(t, err)
		return part
	}
	t.Fatalf("no key part: %T", av)
	return cipher.KeyPart{}
}

type finder struct {
	t       *testing.T
	owner   string
	binding cipher.Binding
	found   map[string]*envelope
}

// base returns the path of an item in the object. It reports false if the item
// is not part of the object.
func (f *finder) base(table kit.DumpTable, it kit.Row) (cipher.Path, bool) {
	f.t.Helper()
	if it["_meta"].(*types.AttributeValueMemberM).Value["f"] != nil {
		return nil, stored.Owner(f.binding.Entity, keyOf(table, it)) == f.owner
	}
	part, err := stored.DecodePart(it["_meta"])
	kit.Must(f.t, err)
	tokens, err := part.Inst.Tokens()
	kit.Must(f.t, err)
	var path cipher.Path
	for _, step := range tokens {
		if step.Kind == '#' {
			path = append(path, cipher.Elem())
		} else {
			path = append(path, cipher.Name(step.Text))
		}
	}
	return path, part.Owner == f.owner
}

func (f *finder) walk(at envelope, av kit.Value) {
	f.t.Helper()
	step := func(step any, s cipher.Segment) envelope {
		e := at
		e.steps, e.path = append(at.steps[:len(at.steps):len(at.steps)], step), append(at.path[:len(at.path):len(at.path)], s)
		return e
	}
	switch av := av.(type) {
	case *types.AttributeValueMemberM:
		for name, e := range av.Value {
			f.walk(step(name, cipher.Name(name)), e)
		}
	case *types.AttributeValueMemberL:
		for i, e := range av.Value {
			f.walk(step(i, cipher.Elem()), e)
		}
	case *types.AttributeValueMemberB:
		b := f.binding
		b.Path = at.path
		plain, err := kit.Keys(f.t).Open(f.t.Context(), nil, av.Value, &b)
		if err != nil {
			f.t.Errorf("%s %v is not bound to %s: %v", at.table, at.steps, at.path, err)
			return
		}
		_, text, ok := strings.Cut(string(plain), canary)
		if !ok {
			return
		}
		at.bytes, at.plain = av.Value, canary+text
		if other := f.found[at.plain]; other != nil {
			f.t.Errorf("%s and %s hold the same", other.path, at.path)
		}
		f.found[at.plain] = &at
	}
}

// set replaces the envelope in it, which is the item of e or a copy.
func (e *envelope) set(it kit.Row, v kit.Value) {
	at := kit.Value(kit.Object(it))
	for i, s := range e.steps {
		last := i == len(e.steps)-1
		switch in := at.(type) {
		case *types.AttributeValueMemberM:
			if last {
				in.Value[s.(string)] = v
			}
			at = in.Value[s.(string)]
		case *types.AttributeValueMemberL:
			if last {
				in.Value[s.(int)] = v
			}
			at = in.Value[s.(int)]
		}
	}
}

// with returns a copy of e's item with another value in place of the envelope.
func (e *envelope) with(v kit.Value) kit.Row {
	it := item.CloneMap(e.item)
	e.set(it, v)
	return it
}

// refused fails t unless err says that the value at e is corrupt, with cause and
// path. err must not quote the value.
func (e *envelope) refused(t *testing.T, what string, err, cause error) {
	t.Helper()
	what += " of " + e.path.String()
	kit.WantErr(t, what, err, repo.ErrCorrupt, cause.Error())
	var field *cipher.FieldError
	if !errors.As(err, &field) {
		t.Errorf("%s: %v names no field", what, err)
		return
	}
	kit.Equal(t, what+", named", []string{field.Op, field.Entity, field.Path}, []string{"open", e.entity, e.path.String()})
	if !errors.Is(err, cause) {
		t.Errorf("%s: got %v; want %v", what, err, cause)
	}
	silent(t, what, err)
}

// silent fails t if an error, or one that it wraps, shows a secret.
func silent(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	for _, text := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, err)} {
		if plaintextIn([]byte(text)) || strings.Contains(text, "planted") {
			t.Errorf("%s: the error shows a secret: %s", what, text)
		}
	}
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		silent(t, what, err.Unwrap())
	case interface{ Unwrap() []error }:
		for _, e := range err.Unwrap() {
			silent(t, what, e)
		}
	}
}

// eachEnvelope visits the binary values in v.
func eachEnvelope(v kit.Value, visit func([]byte)) {
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		for _, e := range v.Value {
			eachEnvelope(e, visit)
		}
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			eachEnvelope(e, visit)
		}
	case *types.AttributeValueMemberB:
		visit(v.Value)
	}
}
