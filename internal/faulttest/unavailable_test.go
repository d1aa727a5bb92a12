package faulttest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/repo"
)

// keySource is a key source that can be down.
type keySource struct {
	cipher.KeySource
	down func(context.Context) error // nil: it works
}

func (s *keySource) Primary(ctx context.Context, scope string) (*cipher.Key, error) {
	if s.down != nil {
		return nil, s.down(ctx)
	}
	return s.KeySource.Primary(ctx, scope)
}

func (s *keySource) ByID(ctx context.Context, scope string, id cipher.KeyID) (*cipher.Key, error) {
	if s.down != nil {
		return nil, s.down(ctx)
	}
	return s.KeySource.ByID(ctx, scope, id)
}

// newKeylessWorld is a world whose faulty side has a key source that can be
// down.
func newKeylessWorld(t *testing.T) (*fWorld, *keySource) {
	t.Helper()
	w := newFaultWorld(t)
	source := &keySource{KeySource: testKeyset(t)}
	keys, err := cipher.New(source)
	w.must(err)
	w.keys = keys
	w.docs.faulty, err = repo.New(w.client, fDocModel(keys), repo.WithValidator(nil))
	w.must(err)
	return w, source
}

var errVault = errors.New("the vault does not answer")

// kindsOf lists which of the errors of package repo err is.
func kindsOf(err error) (kinds []error) {
	for _, k := range []error{repo.ErrNotFound, repo.ErrNoPath, repo.ErrExists, repo.ErrConflict, repo.ErrCondition, repo.ErrInvalid,
		repo.ErrTooLarge, repo.ErrNotLoaded, repo.ErrCorrupt, repo.ErrSchemaTooNew, repo.ErrOutcomeUnknown, repo.ErrThrottled,
		repo.ErrContention, repo.ErrBusy, repo.ErrUnavailable, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// TestKeysUnavailable runs every verb while the key source is down. It works
// where no key is needed. Otherwise the error is ErrUnavailable with its cause,
// and neither ErrCorrupt nor ErrInvalid. If the caller's context has ended
// meanwhile, it is the error of the context.
func TestKeysUnavailable(t *testing.T) {
	for _, c := range []struct {
		name string
		want []error
		down func(cancel func()) error
	}{
		{"down", []error{repo.ErrUnavailable}, func(func()) error { return errVault }},
		{"late by its own clock", []error{repo.ErrUnavailable, context.DeadlineExceeded}, func(func()) error { return errors.Join(context.DeadlineExceeded, errVault) }},
		{"given up by the caller", []error{context.Canceled}, func(cancel func()) error { cancel(); return errVault }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, source := newKeylessWorld(t)
			var free []string // the verbs that need no key
			check := func(name string, run func(context.Context) error) {
				t.Helper()
				ctx, cancel := context.WithCancel(background)
				defer cancel()
				source.down = func(context.Context) error { return c.down(cancel) }
				err := run(ctx)
				source.down = nil
				if err == nil {
					free = append(free, name)
					return
				}
				if got := kindsOf(err); !slices.Equal(got, c.want) || !errors.Is(err, errVault) {
					t.Errorf("%s: %v, which is %q; want %q and the cause", name, err, got, c.want)
				}
				var e *repo.Error
				if !errors.As(err, &e) || e.Op == "" {
					t.Errorf("%s: %v has no place", name, err)
				}
			}
			for _, v := range docWrites {
				w.wipe()
				call := v.begin(w)
				before, value := w.digest(), remember(call.value)
				n := len(free)
				check(v.name, call.run)
				if len(free) == n && (w.digest() != before || remember(call.value) != value) {
					t.Errorf("%s has changed what is stored, or the caller's value", v.name)
				}
			}
			w.wipe()
			w.storeDoc()
			for _, v := range docReads {
				check(v.name, func(ctx context.Context) error { _, err := v.run(ctx, w); return err })
			}
			check("get by metadata", func(ctx context.Context) error { _, err := w.open().Get(ctx, "d/1"); return err })
			check("delete by metadata", func(ctx context.Context) error { return w.open().Delete(ctx, "d/1") })
			if diff := cmp.Diff(needNoKey, free); diff != "" {
				t.Errorf("verbs that need no key (-want +got):\n%s", diff)
			}
		})
	}
}

// needNoKey are the verbs that encrypt and decrypt nothing.
var needNoKey = []string{
	"update root path", "update add", "update append", "update set if absent", "update add in shard", "update nested shard path",
	"update three items", "update whole shard", "update shard removed", "update append to divided list", "update element removed",
	"update inside a divided list", "update entry", "update entry added", "update entry removed", "update if", "update if unchanged",
	"delete", "delete, must exist", "delete value", "delete value of theirs",
	"get, absent", "exists", "read root path", "read all", "count", "delete by metadata",
}

// TestKeysUnavailableForOne: a scan yields one error for each object that cannot be
// opened.
func TestKeysUnavailableForOne(t *testing.T) {
	w, source := newKeylessWorld(t)
	for _, id := range []string{"a", "b", "c"} {
		d := fDocValue()
		d.ID = id
		_, err := w.docs.clean.Create(background, &d)
		w.must(err)
	}
	asked, failed, read := 0, 0, 0
	source.down = func(context.Context) error { return errVault }
	for d, err := range w.docs.faulty.Scan(background) {
		asked++
		switch {
		case errors.Is(err, repo.ErrUnavailable) && errors.Is(err, errVault) && d == nil:
			failed++
			source.down = nil // it comes back
		case err == nil:
			read++
		default:
			t.Error(err)
		}
	}
	if asked != 3 || failed != 1 || read != 2 {
		t.Errorf("%d objects, %d failed, %d read; want 3, 1, 2", asked, failed, read)
	}
}

// TestNoPrimaryKey: a source that refuses its primary key is unavailable. A stored
// key id that it refuses may be forged, so the object is corrupt.
func TestNoPrimaryKey(t *testing.T) {
	w, source := newKeylessWorld(t)
	w.storeDoc()
	for _, cause := range []error{cipher.ErrUnknownKey, cipher.ErrKeyDisabled, cipher.ErrKeyDestroyed} {
		source.down = func(context.Context) error { return cause }
		_, err := w.docs.faulty.Create(background, &fDoc{ID: "new"})
		if got := kindsOf(err); !slices.Equal(got, []error{repo.ErrUnavailable}) || !errors.Is(err, cause) {
			t.Errorf("create: %v is %q", err, got)
		}
		_, err = w.docs.faulty.Get(background, fDocKey)
		if got := kindsOf(err); !slices.Equal(got, []error{repo.ErrCorrupt}) || !errors.Is(err, cause) {
			t.Errorf("get: %v is %q", err, got)
		}
	}
}
