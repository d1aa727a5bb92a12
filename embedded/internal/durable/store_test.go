package durable_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/embedded/internal/durable"
	"github.com/dystore/dystore/embedded/journal"
)

// state is a journal.Sink, and the model that batches are applied to.
type state struct {
	Tables map[string]string
	Items  map[string]map[string]string
	Tokens map[string]string
}

func newState() *state {
	return &state{map[string]string{}, map[string]map[string]string{}, map[string]string{}}
}

func (s *state) Table(name string, definition []byte) error {
	s.Tables[name], s.Items[name] = string(definition), map[string]string{}
	return nil
}

func (s *state) Item(table string, key, item []byte) error {
	s.Items[table][string(key)] = string(item)
	return nil
}

func (s *state) Token(token string, record []byte) error {
	s.Tokens[token] = string(record)
	return nil
}

func (s *state) apply(b journal.Batch) {
	for _, c := range b.Tables {
		switch {
		case c.Definition == nil:
			delete(s.Tables, c.Name)
			delete(s.Items, c.Name)
		default:
			if s.Tables[c.Name] = string(c.Definition); s.Items[c.Name] == nil {
				s.Items[c.Name] = map[string]string{}
			}
		}
	}
	for _, c := range b.Items {
		if s.Items[c.Table][string(c.Key)] = string(c.Item); c.Item == nil {
			delete(s.Items[c.Table], string(c.Key))
		}
	}
	for _, c := range b.Tokens {
		if s.Tokens[c.Token] = string(c.Record); c.Record == nil {
			delete(s.Tokens, c.Token)
		}
	}
}

// tb is a *testing.T, a *rapid.T or the process that will be killed.
type tb interface {
	Helper()
	Fatal(...any)
	Context() context.Context
}

func open(t tb, path string) *durable.Store {
	t.Helper()
	s, err := durable.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func load(t tb, s *durable.Store) *state {
	t.Helper()
	got := newState()
	if err := s.Load(t.Context(), got); err != nil {
		t.Fatal(err)
	}
	return got
}

func commit(t tb, s *durable.Store, b journal.Batch) {
	t.Helper()
	if err := s.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

// reopened is the state of the file as the next process sees it.
func reopened(t tb, path string) *state {
	t.Helper()
	s := open(t, path)
	defer s.Close()
	return load(t, s)
}

func table(name string) journal.Batch {
	return journal.Batch{Tables: []journal.TableChange{{Name: name, Definition: []byte("definition of " + name)}}}
}

func items(table string, kv ...string) journal.Batch {
	var b journal.Batch
	for i := 0; i < len(kv); i += 2 {
		b.Items = append(b.Items, journal.ItemChange{Table: table, Key: []byte(kv[i]), Item: []byte(kv[i+1])})
	}
	return b
}

func TestRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	s := open(t, path)
	want := newState()
	if d := cmp.Diff(want, load(t, s)); d != "" {
		t.Fatalf("a new file is not empty: %s", d)
	}
	for _, b := range []journal.Batch{
		table("users"), table("orders"),
		items("users", "", "empty key", "a", "1", "b", "2", "\x00\xff", "bytes", "e", ""),
		items("orders", "a", strings.Repeat("large ", 60_000)),
		{Tokens: []journal.TokenChange{{Token: "t1", Record: []byte("r1")}, {Token: "t2", Record: []byte("r2")}}},
		{ // one operation may change everything at once
			Tables: []journal.TableChange{{Name: "users", Definition: []byte("updated")}, {Name: "orders"}, {Name: "never was"}},
			Items:  []journal.ItemChange{{Table: "users", Key: []byte("a")}, {Table: "users", Key: []byte("absent")}, {Table: "users", Key: []byte("b"), Item: []byte("3")}},
			Tokens: []journal.TokenChange{{Token: "t1"}},
		},
		table("orders"), // again, and empty
	} {
		commit(t, s, b)
		want.apply(b)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, reopened(t, path)); d != "" {
		t.Errorf("(-want +got) %s", d)
	}
	if d := cmp.Diff(newStateFrom("users", "updated", "orders", "definition of orders").Tables, want.Tables); d != "" {
		t.Errorf("the model is wrong: %s", d)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o", info.Mode().Perm())
	}
}

func newStateFrom(tables ...string) *state {
	s := newState()
	for i := 0; i < len(tables); i += 2 {
		s.Tables[tables[i]] = tables[i+1]
	}
	return s
}

func TestRandomBatchesAndRestarts(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		f, err := os.CreateTemp(dir, "data")
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		path := f.Name()
		defer os.Remove(path)
		s := open(t, path)
		defer func() { s.Close() }()
		want := newState()
		names := rapid.SampledFrom([]string{"t1", "t2", "t3"})
		bytes := func(label string) []byte {
			return rapid.OneOf(rapid.Just([]byte(nil)), rapid.SliceOfN(rapid.Byte(), 0, 40)).Draw(rt, label)
		}
		for range rapid.IntRange(1, 8).Draw(rt, "batches") {
			var b journal.Batch
			for range rapid.IntRange(0, 2).Draw(rt, "tables") {
				b.Tables = append(b.Tables, journal.TableChange{Name: names.Draw(rt, "table"), Definition: bytes("definition")})
			}
			after := &state{maps.Clone(want.Tables), maps.Clone(want.Items), map[string]string{}}
			after.apply(journal.Batch{Tables: b.Tables})
			if present := slices.Sorted(maps.Keys(after.Tables)); len(present) > 0 {
				for range rapid.IntRange(0, 12).Draw(rt, "items") {
					key := rapid.SliceOfN(rapid.ByteRange(0, 3), 0, 3).Draw(rt, "key")
					b.Items = append(b.Items, journal.ItemChange{Table: rapid.SampledFrom(present).Draw(rt, "of"), Key: key, Item: bytes("item")})
				}
			}
			for range rapid.IntRange(0, 2).Draw(rt, "tokens") {
				b.Tokens = append(b.Tokens, journal.TokenChange{Token: names.Draw(rt, "token"), Record: bytes("record")})
			}
			commit(rt, s, b)
			want.apply(b)
			if rapid.Bool().Draw(rt, "restart") {
				s.Close()
				s = open(rt, path)
			}
			if d := cmp.Diff(want, load(rt, s)); d != "" {
				rt.Fatalf("(-want +got) %s", d)
			}
		}
	})
}

// A batch that cannot be stored as a whole leaves no trace. The next one is
// stored.
func TestFailedBatchLeavesNoTrace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	s := open(t, path)
	commit(t, s, table("t"))
	commit(t, s, items("t", "a", "1"))
	bad := items("t", "a", "2", "b", "2")
	bad.Tables = []journal.TableChange{{Name: "u", Definition: []byte("u")}}
	bad.Items = append(bad.Items, journal.ItemChange{Table: "unknown", Key: []byte("k"), Item: []byte("v")})
	err := s.Commit(t.Context(), bad)
	if err == nil || err.Error() != "durable: write "+path+`: item of unknown table "unknown"` {
		t.Errorf("got %v", err)
	}
	tooLong := items("t", "a", "3", strings.Repeat("k", 40_000), "v")
	if err := s.Commit(t.Context(), tooLong); err == nil {
		t.Error("a key of 40000 bytes was stored")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Commit(ctx, items("t", "a", "4")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := s.Load(ctx, newState()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	commit(t, s, items("t", "c", "5"))
	s.Close()
	want := newState()
	want.apply(table("t"))
	want.apply(items("t", "a", "1", "c", "5"))
	if d := cmp.Diff(want, reopened(t, path)); d != "" {
		t.Errorf("(-want +got) %s", d)
	}
}

type failingSink struct{ *state }

var errSink = errors.New("no")

func (failingSink) Item(string, []byte, []byte) error { return errSink }

func TestSinkErrorEndsLoad(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "data"))
	defer s.Close()
	commit(t, s, table("t"))
	commit(t, s, items("t", "a", "1"))
	if err := s.Load(t.Context(), failingSink{newState()}); !errors.Is(err, errSink) {
		t.Errorf("got %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	t.Run("a file in use", func(t *testing.T) {
		path := filepath.Join(dir, "used")
		s := open(t, path)
		if _, err := durable.Open(path); !errors.Is(err, durable.ErrInUse) {
			t.Errorf("got %v", err)
		}
		s.Close()
		open(t, path).Close()
	})
	t.Run("another program's database", func(t *testing.T) {
		path := filepath.Join(dir, "other")
		put(t, path, func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err })
		_, err := durable.Open(path)
		if !errors.Is(err, durable.ErrFormat) || err.Error() != "durable: open "+path+": the file is of another kind or of a newer format" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("another program's meta", func(t *testing.T) {
		path := filepath.Join(dir, "meta")
		put(t, path, func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("meta")); return err })
		if _, err := durable.Open(path); !errors.Is(err, durable.ErrFormat) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a newer format", func(t *testing.T) {
		path := filepath.Join(dir, "newer")
		open(t, path).Close()
		put(t, path, func(tx *bolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("format"), []byte{2}) })
		_, err := durable.Open(path)
		if !errors.Is(err, durable.ErrFormat) || !strings.HasSuffix(err.Error(), "format 02, this program reads 01") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a text file", func(t *testing.T) {
		path := filepath.Join(dir, "text")
		if err := os.WriteFile(path, []byte(strings.Repeat("this is a text file\n", 2000)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := durable.Open(path); !errors.Is(err, durable.ErrCorrupt) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a directory", func(t *testing.T) {
		if _, err := durable.Open(dir); err == nil {
			t.Error("no error")
		}
	})
	t.Run("a missing directory", func(t *testing.T) {
		if _, err := durable.Open(filepath.Join(dir, "no", "data")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	})
}

// put changes a file behind the package's back.
func put(t *testing.T, path string, f func(*bolt.Tx) error) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(f); err != nil {
		t.Fatal(err)
	}
}

func TestUseAfterClose(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "data"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), table("t")); err == nil {
		t.Error("Commit after Close")
	}
	if err := s.Load(t.Context(), newState()); err == nil {
		t.Error("Load after Close")
	}
}
