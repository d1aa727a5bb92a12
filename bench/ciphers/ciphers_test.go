package ciphers_test

import (
	"bytes"
	"testing"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/bench/ciphers"
)

// sealersAt are the ways to encrypt a field, by name.
func sealersAt(t *testing.T, field string) map[string]ciphers.Sealer {
	t.Helper()
	list, err := ciphers.Sealers(field)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]ciphers.Sealer{}
	for _, s := range list {
		out[s.Name] = s
	}
	return out
}

// What the report says of each way to encrypt a value holds.
func TestFacts(t *testing.T) {
	ctx, plaintext := t.Context(), bytes.Repeat([]byte{'x'}, 64)
	city, country := sealersAt(t, "city"), sealersAt(t, "country")
	for _, f := range ciphers.Facts() {
		sealed, err := city[f.Name].Seal(ctx, plaintext)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := city[f.Name].Open(ctx, sealed); err != nil || !bytes.Equal(got, plaintext) {
			t.Errorf("%s: %q, %v", f.Name, got, err)
		}
		if n := len(sealed) - len(plaintext); n != f.Longer {
			t.Errorf("%s: %d bytes longer, want %d", f.Name, n, f.Longer)
		}
		if _, err := country[f.Name].Open(ctx, sealed); (err != nil) != f.Bound {
			t.Errorf("%s: opened as another field: %v", f.Name, err)
		}
		same, err := city[f.Name].Seal(ctx, plaintext)
		if err != nil || bytes.Equal(same, sealed) {
			t.Errorf("%s: two values look the same, %v", f.Name, err)
		}
	}
	if len(ciphers.Facts()) != len(city) {
		t.Error("the report leaves one out")
	}
}

// A passphrase does not notice a change that leaves the padding: here in the
// vector, which changes the first block. The others notice any.
func TestSealersNoticeChanges(t *testing.T) {
	ctx, plaintext := t.Context(), bytes.Repeat([]byte{'x'}, 64)
	sealers := sealersAt(t, "city")
	for _, f := range ciphers.Facts() {
		sealed, err := sealers[f.Name].Seal(ctx, plaintext)
		if err != nil {
			t.Fatal(err)
		}
		unnoticed := 0
		for i := range sealed {
			changed := bytes.Clone(sealed)
			changed[i] ^= 1
			if got, err := sealers[f.Name].Open(ctx, changed); err == nil && !bytes.Equal(got, plaintext) {
				unnoticed++
			}
		}
		if unnoticed > 0 == f.Authentic {
			t.Errorf("%s: %d changes go unnoticed", f.Name, unnoticed)
		}
	}
}

func BenchmarkCipher(b *testing.B) {
	for _, w := range ciphers.Workloads() {
		for _, c := range w.Contenders {
			b.Run(w.Name+"/"+c.Name, func(b *testing.B) {
				op, err := c.Prepare(b.Context(), bench.Embedded())
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					if err := op(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
