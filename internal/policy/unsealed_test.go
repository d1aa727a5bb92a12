package policy_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/sealvalue"
)

// unprotect is a declaration of fields that are written without encryption.
func unprotect(p *model.Protect) *model.Protect {
	p.Found = model.FoundAt(p.Lenses)
	return p
}

// What is written stays as it is, and what is read opens if it is an envelope; both beside a field
// that is sealed.
func TestUnsealed(t *testing.T) {
	open := unprotect(protect(m, name, eachCity))
	n := build(t, whole, protect(m, visits), open)
	doc := func() Doc {
		return Doc{"name": text("Jo"), "past": list(dict(Doc{"city": text("Rome")}), dict(Doc{"city": &types.AttributeValueMemberNULL{Value: true}}))}
	}
	written := doc()
	var notes int
	note := func(int, *cipher.Binding, []byte, int) { notes++ }
	if err := n.Seal(ctx, written, nil, proto(), note); err != nil {
		t.Fatal(err)
	}
	if _, sealed := written["visits"].(*B); !sealed || notes != 1 {
		t.Errorf("the other field is %v, %d notes", written["visits"], notes)
	}
	delete(written, "visits")
	if !item.Equal(dict(written), dict(doc())) {
		t.Errorf("written: %v", written)
	}
	if err := n.Open(ctx, written, nil, proto(), note); err != nil || !item.Equal(dict(written), dict(doc())) || notes != 1 {
		t.Errorf("read: %v, %v, %d notes", written, err, notes)
	}
	sealed := Doc{"name": env(t, text("Jo"), cipher.Name("name")), "past": list(
		dict(Doc{"city": env(t, text("Rome"), cipher.Name("past"), cipher.Elem(), cipher.Name("city"))}), dict(Doc{"city": &types.AttributeValueMemberNULL{Value: true}}))}
	bare := 0
	err := n.Open(ctx, sealed, nil, proto(), func(_ int, _ *cipher.Binding, envelope []byte, plain int) {
		if envelope == nil && plain == 0 {
			bare++
		}
	})
	if err != nil || !item.Equal(dict(sealed), dict(doc())) || bare != 2 {
		t.Errorf("read of envelopes: %v, %v, %d to be written anew", sealed, err, bare)
	}
	if found := open.Found.ByPath(); found["name"] != 1 || found["past[].city"] != 1 || len(found) != 2 {
		t.Errorf("found %v", found)
	}
}

// What is written down of a model says which fields may still be stored encrypted, and an error
// names the declaration.
func TestUnsealedNamed(t *testing.T) {
	n := build(t, whole, protect(m, visits), unprotect(protect(m, bindAs(name, "called"), city)))
	want := []string{"home.city not encrypted, may be stored so", "name not encrypted, may be stored so, bound as called", "visits encrypted"}
	if got := n.Texts(); !slices.Equal(got, want) {
		t.Errorf("texts %q, want %q", got, want)
	}
	_, err := policy.Build([]*model.Protect{unprotect(protect(m, id))}, personCodec, []attr.Path{keyPath}, whole)
	if want := "cipher.Unprotect(policy_test.Person, ID): id must stay readable: it is part of a key or of an index"; err == nil || err.Error() != want {
		t.Errorf("the key: %v, want %s", err, want)
	}
}

// A sealed NULL is absent, as for every encrypted attribute; a NULL is one.
func TestUnsealedNull(t *testing.T) {
	n := build(t, whole, unprotect(protect(m, name)))
	doc := Doc{"name": env(t, &types.AttributeValueMemberNULL{Value: true}, cipher.Name("name"))}
	if err := n.Open(ctx, doc, nil, proto(), nil); err != nil || len(doc) != 0 {
		t.Errorf("a sealed NULL: %v, %v", doc, err)
	}
	for what, change := range map[string]func(Doc) error{
		"opened": func(d Doc) error { return n.Open(ctx, d, nil, proto(), nil) },
		"sealed": func(d Doc) error { return n.Seal(ctx, d, nil, proto(), nil) },
		"trimmed": func(d Doc) error {
			n.Trim(ctx, d, nil)
			return nil
		},
	} {
		doc := Doc{"name": &types.AttributeValueMemberNULL{Value: true}}
		if err := change(doc); err != nil || !item.Equal(dict(doc), dict(Doc{"name": &types.AttributeValueMemberNULL{Value: true}})) {
			t.Errorf("a NULL, %s: %v, %v", what, doc, err)
		}
	}
	if av, err := n.SealValue(ctx, nil, attr.Names("name"), proto()); av != nil || err != nil {
		t.Errorf("nothing, sealed: %v, %v", av, err)
	}
}

// Bytes are written if no reader takes them for an envelope, of package cipher or of another cipher,
// which says of what it has not made that it is not encrypted.
func TestUnsealedBytes(t *testing.T) {
	aes := newAES(t)
	binding := proto()
	binding.Path = cipher.Path{cipher.Name("name")}
	envelope, err := aes.Seal(ctx, nil, []byte("x"), &binding)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		cipher cipher.Cipher
		bytes  []byte
		want   error
	}{
		"bytes":                     {aes, []byte("xyz"), nil},
		"none":                      {aes, []byte{}, nil},
		"an envelope":               {aes, envelope, cipher.ErrUnexpectedEnvelope},
		"a damaged one":             {aes, envelope[:len(envelope)-1], cipher.ErrUnexpectedEnvelope},
		"one of package cipher":     {m, envelope, cipher.ErrUnexpectedEnvelope},
		"one of another cipher":     {m, env(t, text("Jo"), cipher.Name("name")).(*B).Value, cipher.ErrUnexpectedEnvelope},
		"what that says nothing of": {m, []byte("xyz"), cipher.ErrUnexpectedEnvelope},
		"a key that is destroyed":   {gone{m}, []byte("xyz"), cipher.ErrUnexpectedEnvelope},
		"a source that is away":     {away{m}, []byte("xyz"), cipher.ErrKeySource},
		"no envelope of another":    {says{m, cipher.ErrNotEncrypted}, []byte("xyz"), nil},
		"one, and not of another":   {says{m, cipher.ErrNotEncrypted}, envelope, cipher.ErrUnexpectedEnvelope},
	} {
		n := build(t, whole, unprotect(protect(c.cipher, name)))
		av, err := n.SealValue(ctx, &B{Value: c.bytes}, attr.Names("name"), proto())
		if !errors.Is(err, c.want) || c.want == nil && !slices.Equal(av.(*B).Value, c.bytes) {
			t.Errorf("%s: %v, %v", what, av, err)
		}
	}
}

// A caller who has gone away is told so, and not that there is an envelope.
func TestUnsealedBytesCancelled(t *testing.T) {
	gone, cancel := context.WithCancel(ctx)
	cancel()
	n := build(t, whole, unprotect(protect(says{m, context.Canceled}, name)))
	if av, err := n.SealValue(gone, &B{Value: []byte("xyz")}, attr.Names("name"), proto()); !errors.Is(err, context.Canceled) || av != nil {
		t.Errorf("%v, %v", av, err)
	}
}

// away is a cipher whose key source fails.
type away struct{ mirror }

func (away) Open(context.Context, []byte, []byte, *cipher.Binding) ([]byte, error) {
	return nil, cipher.ErrKeySource
}

// A whole value is stored as it is if nothing of it was encrypted by itself in its place: bytes that
// look like an envelope may be the caller's own. That holds for values that are to be encrypted too.
func TestUnsealedWithin(t *testing.T) {
	aes := newAES(t)
	envelope := func(path ...cipher.Segment) AV {
		b := proto()
		b.Path = path
		av, _, err := sealvalue.SealValue(ctx, aes, text("Rome"), &b, nil)
		if err != nil {
			t.Fatal(err)
		}
		return av
	}
	inHome := envelope(cipher.Name("home"), cipher.Name("geo"), cipher.Elem(), cipher.Name("city"))
	inOld := envelope(cipher.Name("flat"), cipher.Name("geo"), cipher.Elem(), cipher.Name("city"))
	elsewhere := envelope(cipher.Name("work"), cipher.Name("city"))
	var found atomic.Int64
	for what, n := range map[string]*policy.Node{
		"not to be encrypted": build(t, whole, unprotect(protect(aes, home))),
		"to be encrypted":     build(t, whole, protect(aes, home)).AcceptPlain(attr.Names("home"), &found),
		"of another path":     build(t, whole, unprotect(protect(aes, bindAs(home, "flat")))),
	} {
		own, other := inHome, inOld
		if what == "of another path" {
			own, other = other, own
		}
		for _, c := range []struct {
			inside AV
			want   error
		}{{text("Rome"), nil}, {elsewhere, nil}, {other, nil}, {own, cipher.ErrUnexpectedEnvelope}} {
			av := dict(Doc{"x": text("y"), "geo": list(dict(Doc{"x": text("y")}), dict(Doc{"city": c.inside}))})
			got, err := n.OpenValue(ctx, av, attr.Names("home"), proto())
			if !errors.Is(err, c.want) || c.want == nil && !item.Equal(got, av) {
				t.Errorf("%s: %v, want %v", what, err, c.want)
			}
			var at *cipher.FieldError
			if c.want != nil && (!errors.As(err, &at) || at.Path != "home.geo[].city") {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
	for what, c := range map[string]struct {
		cipher cipher.Cipher
		want   error
	}{
		"destroyed": {gone{m}, cipher.ErrKeyDestroyed}, "away": {away{m}, cipher.ErrKeySource}, "disabled": {says{m, cipher.ErrKeyDisabled}, cipher.ErrKeyDisabled},
		"unknown because away": {says{m, errors.Join(cipher.ErrUnknownKey, cipher.ErrKeySource)}, cipher.ErrKeySource},
		"of another format":    {says{m, cipher.ErrNotEncrypted}, nil}, "of another key": {says{m, cipher.ErrWrongKey}, nil},
		"of an unknown key": {says{m, cipher.ErrUnknownKey}, nil}, "of another place": {says{m, cipher.ErrAuth}, nil},
	} {
		n := build(t, whole, unprotect(protect(c.cipher, home)))
		if _, err := n.OpenValue(ctx, dict(Doc{"city": elsewhere}), attr.Names("home"), proto()); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := n.OpenValue(ctx, dict(Doc{"city": &B{Value: []byte("no envelope")}}), attr.Names("home"), proto()); err != nil {
			t.Errorf("%s: bytes that are no envelope: %v", what, err)
		}
	}
}
