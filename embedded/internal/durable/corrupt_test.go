package durable_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"github.com/dystore/dystore/embedded/internal/durable"
	"github.com/dystore/dystore/embedded/journal"
)

// filled makes a file of some dozen pages. It returns its bytes, its state, and
// the state before the last batch.
func filled(t *testing.T) (data []byte, last, previous *state) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data")
	s := open(t, path)
	want := newState()
	batches := []journal.Batch{table("t1"), table("t2")}
	for i := range 40 {
		batches = append(batches, items(fmt.Sprintf("t%d", 1+i%2), fmt.Sprint("key", i), fmt.Sprint(bytes.Repeat([]byte{byte(i)}, 400))))
	}
	batches = append(batches, journal.Batch{Tokens: []journal.TokenChange{{Token: "token", Record: []byte("record")}}})
	for _, b := range batches {
		commit(t, s, b)
		want.apply(b)
	}
	s.Close()
	previous = newState()
	for _, b := range batches[:len(batches)-1] {
		previous.apply(b)
	}
	return read(t, path), want, previous
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// try loads a file with these bytes.
func try(t *testing.T, data []byte) (*state, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := durable.Open(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	got := newState()
	if err := s.Load(t.Context(), got); err != nil {
		return nil, err
	}
	return got, nil
}

// Under any damage the state is either right or refused, and the process lives.
// There is one exception: a damaged header looks like a commit that was cut
// off, so the state before the last batch may come back.
func TestDamage(t *testing.T) {
	data, want, previous := filled(t)
	page := os.Getpagesize()
	check := func(t *testing.T, damaged []byte) (refused bool) {
		got, err := try(t, damaged)
		if err != nil {
			return true
		}
		headers := !bytes.HasPrefix(damaged, data[:2*page])
		if d := cmp.Diff(want, got); d != "" && !(headers && cmp.Equal(previous, got)) {
			t.Errorf("damage was not noticed: %s", d)
		}
		return false
	}
	t.Run("flipped bits", func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		refused := 0
		for range 400 {
			damaged := bytes.Clone(data)
			damaged[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
			if check(t, damaged) {
				refused++
			}
		}
		if refused < 20 {
			t.Errorf("only %d of 400 files were refused; the test does not reach the data", refused)
		}
	})
	t.Run("zeroed pages", func(t *testing.T) {
		for at := 0; at < len(data); at += page {
			damaged := bytes.Clone(data)
			clear(damaged[at : at+page])
			check(t, damaged)
		}
	})
	t.Run("swapped pages", func(t *testing.T) {
		for a := 2 * page; a < len(data); a += page {
			for b := a + page; b < min(len(data), a+8*page); b += page {
				damaged := bytes.Clone(data)
				copy(damaged[a:], data[b:b+page])
				copy(damaged[b:], data[a:a+page])
				check(t, damaged)
			}
		}
	})
	t.Run("cut off", func(t *testing.T) {
		for at := 1; at < len(data); at += page/2 + 1 {
			check(t, data[:at])
		}
	})
}

// A page number that leads back, or to a page that is in use elsewhere, is
// refused. Load never goes round in circles.
func TestPagesThatLeadBack(t *testing.T) {
	data, want, _ := filled(t)
	page := os.Getpagesize()
	order := binary.NativeEndian
	refused := 0
	for at := 2 * page; at < len(data); at += page {
		header := data[at:]
		if order.Uint64(header) != uint64(at/page) {
			continue // the rest of another page
		}
		for i := range int(order.Uint16(header[10:])) {
			element := header[16+16*i:]
			link := element[8:]
			switch kind := order.Uint16(header[8:]); {
			case kind == 2 && order.Uint32(element) == 1: // a bucket in a leaf
				link = element[order.Uint32(element[4:])+order.Uint32(element[8:]):]
			case kind != 1:
				continue
			}
			was := order.Uint64(link)
			for to := range uint64(len(data) / page) {
				if to == was || to == 0 {
					continue
				}
				order.PutUint64(link, to)
				switch got, err := try(t, data); {
				case errors.Is(err, durable.ErrCorrupt), errors.Is(err, durable.ErrFormat):
					refused++
				case err != nil || !cmp.Equal(want, got): // a page that is not in use may lead anywhere
					t.Errorf("page %d leads to %d in place of %d: %v", at/page, to, was, err)
				}
			}
			order.PutUint64(link, was)
		}
	}
	if refused < 100 {
		t.Errorf("only %d files were refused; the test does not reach the branches", refused)
	}
}

// A record that was changed in place, moved to another key, removed or replaced
// by an old one is named in the error.
func TestTampering(t *testing.T) {
	for _, c := range []struct {
		name, text string
		change     func(*bolt.Tx) error
	}{
		{"changed", `checksum of items "t" 61`, func(tx *bolt.Tx) error {
			b := itemsOf(tx, "t")
			v := slices.Clone(b.Get([]byte(".a")))
			v[len(v)-1]++
			return b.Put([]byte(".a"), v)
		}},
		{"moved", `checksum of items "t" 7a`, func(tx *bolt.Tx) error {
			b := itemsOf(tx, "t")
			return b.Put([]byte(".z"), slices.Clone(b.Get([]byte(".a"))))
		}},
		{"moved to another table", `checksum of items "u" 61`, func(tx *bolt.Tx) error {
			return itemsOf(tx, "u").Put([]byte(".a"), slices.Clone(itemsOf(tx, "t").Get([]byte(".a"))))
		}},
		{"short", `checksum of items "t" 61`, func(tx *bolt.Tx) error { return itemsOf(tx, "t").Put([]byte(".a"), []byte("x")) }},
		{"missing", `4 records do not match the digest of 5`, func(tx *bolt.Tx) error {
			return itemsOf(tx, "t").Delete([]byte(".a"))
		}},
		{"missing token", `4 records do not match the digest of 5`, func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("tokens")).Delete([]byte(".token"))
		}},
		{"missing bucket", `no items bucket of table "u"`, func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("items")).DeleteBucket([]byte("u"))
		}},
		{"missing digest", `digest of 0 bytes`, func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("meta")).Delete([]byte("digest"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "data")
			s := open(t, path)
			b := items("t", "a", "1", "b", "2")
			b.Tables = append(table("t").Tables, table("u").Tables...)
			b.Tokens = []journal.TokenChange{{Token: "token", Record: []byte("r")}}
			commit(t, s, b)
			s.Close()
			put(t, path, c.change)
			s = open(t, path)
			defer s.Close()
			err := s.Load(t.Context(), newState())
			if !errors.Is(err, durable.ErrCorrupt) || err.Error() != "durable: load "+path+": the file is corrupt: "+c.text {
				t.Errorf("got %v", err)
			}
		})
	}
}

func itemsOf(tx *bolt.Tx, table string) *bolt.Bucket {
	return tx.Bucket([]byte("items")).Bucket([]byte(table))
}
