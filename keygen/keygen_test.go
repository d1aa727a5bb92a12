package keygen_test

import (
	"errors"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/dystore/dystore/keygen"
)

type person struct {
	ID   string
	Mail string
}

type (
	personID string
	rawID    [16]byte
)

type wide struct {
	Named personID
	Raw   rawID
	UUID  uuid.UUID
	Plain [16]byte
}

// keyOf has the signature of repo.KeyOf: what it infers, users infer.
func keyOf[T, K any](accessor func(*T) *K, gen ...keygen.Generator[T, K]) (*T, *K, error) {
	v := new(T)
	p := accessor(v)
	for _, g := range gen {
		k, err := g(v)
		if err != nil {
			return v, p, err
		}
		*p = k
	}
	return v, p, nil
}

var (
	v4 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	v7 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
)

func TestInferredFromAccessor(t *testing.T) {
	check := func(form *regexp.Regexp, got string, err error) {
		t.Helper()
		if err != nil || !form.MatchString(got) {
			t.Errorf("got %q, %v; want a key like %v", got, err, form)
		}
	}
	p, _, err := keyOf(func(p *person) *string { return &p.ID }, keygen.UUIDv7)
	check(v7, p.ID, err)
	p, _, err = keyOf(func(p *person) *string { return &p.ID }, keygen.UUIDv4)
	check(v4, p.ID, err)
	w, _, err := keyOf(func(w *wide) *personID { return &w.Named }, keygen.UUIDv7)
	check(v7, string(w.Named), err)
	w, _, err = keyOf(func(w *wide) *rawID { return &w.Raw }, keygen.UUIDv4)
	check(v4, uuid.UUID(w.Raw).String(), err)
	w, _, err = keyOf(func(w *wide) *uuid.UUID { return &w.UUID }, keygen.UUIDv7)
	check(v7, w.UUID.String(), err)
	w, _, err = keyOf(func(w *wide) *[16]byte { return &w.Plain }, keygen.UUIDv4)
	check(v4, uuid.UUID(w.Plain).String(), err)
}

func TestNoGenerator(t *testing.T) {
	if p, _, err := keyOf(func(p *person) *string { return &p.ID }); err != nil || p.ID != "" {
		t.Errorf("got %q, %v", p.ID, err)
	}
}

func TestUUIDv7Increases(t *testing.T) {
	last := ""
	for range 2000 {
		k, err := keygen.UUIDv7[person, string](nil)
		if err != nil {
			t.Fatal(err)
		}
		if k <= last {
			t.Fatalf("%s after %s", k, last)
		}
		last = k
	}
}

func TestUUIDUniqueUnderConcurrency(t *testing.T) {
	var (
		mu   sync.Mutex
		seen = map[string]bool{}
		wg   sync.WaitGroup
	)
	for _, gen := range []keygen.Generator[person, string]{keygen.UUIDv4[person, string], keygen.UUIDv7[person, string]} {
		for range 4 {
			wg.Go(func() {
				for range 250 {
					k, err := gen(&person{})
					mu.Lock()
					if err != nil || seen[k] {
						t.Errorf("key %q: %v, seen before: %v", k, err, seen[k])
					}
					seen[k] = true
					mu.Unlock()
				}
			})
		}
	}
	wg.Wait()
	if len(seen) != 2000 {
		t.Errorf("%d keys, want 2000", len(seen))
	}
}

func TestFromSeesValue(t *testing.T) {
	gen := keygen.From(func(p *person) string { return strings.ToLower(p.Mail) })
	v := &person{Mail: "Ann@Example.org"}
	if k, err := gen(v); k != "ann@example.org" || err != nil {
		t.Errorf("got %q, %v", k, err)
	}
	if v.ID != "" {
		t.Error("the generator set the key; that is the repository's work")
	}
	if _, p, err := keyOf(func(p *person) *string { return &p.ID }, keygen.From(func(*person) string { return "k" })); *p != "k" || err != nil {
		t.Errorf("got %q, %v", *p, err)
	}
}

func TestFromErr(t *testing.T) {
	ok := keygen.FromErr(func(p *person) (string, error) { return "id-" + p.Mail, nil })
	if k, err := ok(&person{Mail: "m"}); k != "id-m" || err != nil {
		t.Errorf("got %q, %v", k, err)
	}
	bad := keygen.FromErr(func(*person) (string, error) { return "half", io.ErrUnexpectedEOF })
	k, err := bad(&person{})
	wantError(t, err, "keygen: FromErr made no key for keygen_test.person: unexpected EOF", io.ErrUnexpectedEOF)
	if k != "" {
		t.Errorf("key %q beside an error", k)
	}
}

func TestNilFunctions(t *testing.T) {
	_, err := keygen.From[person, string](nil)(&person{})
	wantError(t, err, "keygen: From made no key for keygen_test.person: the function is nil", keygen.ErrNilFunc)
	_, err = keygen.FromErr[person, rawID](nil)(&person{})
	wantError(t, err, "keygen: FromErr made no key for keygen_test.person: the function is nil", keygen.ErrNilFunc)
}

func wantError(t *testing.T, err error, text string, cause error) {
	t.Helper()
	var e *keygen.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v (%T), want *keygen.Error", err, err)
	}
	if err.Error() != text {
		t.Errorf("text %q, want %q", err, text)
	}
	if !errors.Is(err, cause) {
		t.Errorf("%v does not wrap %v", err, cause)
	}
}
