package policy_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/policy"
)

// says is a cipher of a format of its own, which gives one answer to all that it is to open.
type says struct {
	mirror
	err error
}

func (s says) Open(context.Context, []byte, []byte, *cipher.Binding) ([]byte, error) {
	return nil, s.err
}

// envelopeOf is an envelope of package cipher, bound to a name.
func envelopeOf(t testing.TB, name string) []byte {
	t.Helper()
	b := proto()
	b.Path = cipher.Path{cipher.Name(name)}
	envelope, err := newAES(t).Seal(ctx, nil, []byte("x"), &b)
	if err != nil {
		t.Fatal(err)
	}
	return envelope
}

// Bytes are plaintext only if the cipher says that they have not its format. An envelope of package
// cipher never is plaintext, whatever the cipher says.
func TestAcceptPlainBytes(t *testing.T) {
	own := []byte("bytes")
	for what, c := range map[string]struct {
		cipher cipher.Cipher
		bytes  []byte
		want   error
	}{
		"not encrypted":           {says{m, cipher.ErrNotEncrypted}, own, nil},
		"malformed":               {says{m, cipher.ErrMalformed}, own, nil},
		"of no known version":     {says{m, cipher.ErrVersion}, own, nil},
		"of no known suite":       {says{m, cipher.ErrSuite}, own, nil},
		"not authentic":           {says{m, cipher.ErrAuth}, own, cipher.ErrAuth},
		"under another key":       {says{m, cipher.ErrWrongKey}, own, cipher.ErrWrongKey},
		"under an unknown key":    {says{m, cipher.ErrUnknownKey}, own, cipher.ErrUnknownKey},
		"under a destroyed key":   {says{m, cipher.ErrKeyDestroyed}, own, cipher.ErrKeyDestroyed},
		"an envelope, to another": {says{m, cipher.ErrNotEncrypted}, envelopeOf(t, "photo"), cipher.ErrNotEncrypted},
		"an envelope of a place":  {newAES(t), envelopeOf(t, "name"), cipher.ErrAuth},
		"a damaged envelope":      {newAES(t), append(envelopeOf(t, "photo"), 0), cipher.ErrAuth},
		"no envelope":             {newAES(t), envelopeOf(t, "photo")[1:], nil},
	} {
		var found atomic.Int64
		for form, n := range map[string]*policy.Node{
			"to be encrypted": build(t, whole, protect(c.cipher, photo)).AcceptPlain(attr.Names("photo"), &found),
			"not encrypted":   build(t, whole, unprotect(protect(c.cipher, photo))),
		} {
			got, err := n.OpenValue(ctx, &B{Value: c.bytes}, attr.Names("photo"), proto())
			if !errors.Is(err, c.want) || (c.want == nil) != (got != nil) || got != nil && !item.Equal(got, &B{Value: c.bytes}) {
				t.Errorf("%s, %s: %v, %v", what, form, got, err)
			}
		}
		if plain := c.want == nil; plain != (found.Load() == 1) {
			t.Errorf("%s: %d found", what, found.Load())
		}
	}
}

// Nothing but the destruction of its key makes a value absent. A key source that fails while it
// looks has not said so.
func TestAcceptErased(t *testing.T) {
	for what, c := range map[string]struct {
		says   error
		erased bool
	}{
		"destroyed": {cipher.ErrKeyDestroyed, true}, "not authentic": {cipher.ErrAuth, false}, "another key": {cipher.ErrWrongKey, false}, "disabled": {cipher.ErrKeyDisabled, false},
		"unknown": {cipher.ErrUnknownKey, false}, "not encrypted": {cipher.ErrNotEncrypted, false}, "a failure": {errors.Join(cipher.ErrKeyDestroyed, cipher.ErrKeySource), false},
	} {
		var reported []string
		n := build(t, whole, protect(says{m, c.says}, name)).AcceptErased(attr.Names("name"), func(_ context.Context, path string) { reported = append(reported, path) })
		got, err := n.OpenValue(ctx, &B{Value: []byte("x")}, attr.Names("name"), proto())
		if c.erased && (err != nil || !item.Equal(got, &NULL{Value: true}) || !slices.Equal(reported, []string{"name"})) {
			t.Errorf("%s: %v, %v, %v", what, got, err, reported)
		}
		if !c.erased && (!errors.Is(err, c.says) || got != nil || reported != nil) {
			t.Errorf("%s: %v, %v, %v", what, got, err, reported)
		}
	}
}

// What a model accepts is said of the very path, and of no other.
func TestAcceptedPaths(t *testing.T) {
	var found atomic.Int64
	report := func(context.Context, string) {}
	n := build(t, whole, protect(m, visits, city, eachCity), unprotect(protect(m, name, homesCity))).AcceptPlain(attr.Names("home", "city"), &found).
		AcceptErased(attr.Path{attr.Field("past"), attr.Elem, attr.Field("city")}, report)
	texts := func(paths []attr.Path) (out []string) {
		for _, p := range paths {
			out = append(out, p.String())
		}
		return out
	}
	for what, c := range map[string]struct{ got, want []string }{
		"plain":      {texts(n.PlainPaths()), []string{"home.city"}},
		"erased":     {texts(n.ErasedPaths()), []string{"past[].city"}},
		"unsealed":   {texts(n.UnsealedPaths()), []string{"homes{}.city", "name"}},
		"sealed":     {texts(n.SealedPaths()), []string{"home.city", "past[].city", "visits"}},
		"everything": {texts(n.Paths()), []string{"home.city", "homes{}.city", "name", "past[].city", "visits"}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %q, want %q", what, c.got, c.want)
		}
	}
	for _, c := range []struct {
		path attr.Path
		want bool
	}{{attr.Names("name"), true}, {attr.Names("visits"), false}, {attr.Names("id"), false}, {attr.Names("home"), false}, {attr.Names("name", "x"), false}, {nil, false}} {
		if got := n.UnsealedAt(c.path); got != c.want {
			t.Errorf("%s is unsealed: %v", c.path, got)
		}
	}
	for _, path := range []attr.Path{attr.Names("home"), attr.Names("id"), attr.Names("visits", "x"), nil, {attr.Field("past"), attr.Elem}} {
		if n.AcceptPlain(path, &found) != nil || n.AcceptErased(path, report) != nil {
			t.Errorf("%s is accepted, and no value is encrypted at it", path)
		}
	}
}
