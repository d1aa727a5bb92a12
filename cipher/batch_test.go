package cipher_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/dystore/dystore/cipher"
)

func salt(env []byte) string { return string(env[8:32]) }

func padded(t *testing.T) *cipher.AES {
	ks, err := cipher.NewKeyset(cipher.Primary(newKey(t, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return withOptions(t, ks, cipher.WithPadding(64))
}

func field(i int) *cipher.Binding { return at(cipher.Name(fmt.Sprint("f", i))) }

// A batch seals under one salt, with a nonce for each value. What it seals opens
// everywhere, and nowhere but in its place.
func TestBatch(t *testing.T) {
	for name, a := range map[string]*cipher.AES{"plain": one(t), "padded": padded(t)} {
		batch, other := cipher.Batch(a), cipher.Batch(a)
		var envs [][]byte
		nonces := map[string]bool{}
		for i := range 10 {
			env := seal(t, batch, fmt.Sprint("value ", i), field(i))
			envs = append(envs, env)
			nonces[string(env[64:76])] = true
			if salt(env) != salt(envs[0]) {
				t.Errorf("%s: value %d has a salt of its own", name, i)
			}
		}
		if len(nonces) != len(envs) {
			t.Errorf("%s: %d nonces for %d values", name, len(nonces), len(envs))
		}
		if env := seal(t, other, "value", field(0)); salt(env) == salt(envs[0]) {
			t.Errorf("%s: two batches have one salt", name)
		}
		for i, env := range envs {
			for _, o := range []cipher.Opener{a, cipher.Batch(a), batch, other} {
				opens(t, o, env, field(i), fmt.Sprint("value ", i))
				refuses(t, o, env, field(i+1), cipher.ErrAuth)
			}
			if name == "plain" {
				keys := map[uint32]specKey{1: {secret(1), "enabled"}}
				plain, err := specOpen(env, keys, specBinding{entity: "person", key: []specPart{{'S', "p1"}}, path: []specSegment{{name: fmt.Sprint("f", i)}}})
				if err != nil || string(plain) != fmt.Sprint("value ", i) {
					t.Errorf("the second decoder reads %q, %v", plain, err)
				}
			}
		}
	}
}

// A batch opens what has any header, in any order, and takes nothing for checked because
// something else with its header was.
func TestBatchOpensAnyHeader(t *testing.T) {
	a := newAES(t, cipher.Primary(newKey(t, 2)), cipher.Enabled(newKey(t, 1)))
	old, batch := one(t), cipher.Batch(a)
	first, second, third := seal(t, a, "1", field(1)), seal(t, old, "2", field(2)), seal(t, cipher.Batch(a), "3", field(3))
	for range 3 {
		opens(t, batch, first, field(1), "1")
		opens(t, batch, second, field(2), "2")
		opens(t, batch, third, field(3), "3")
		opens(t, batch, third, field(3), "3")
		for i := 32; i < 64; i++ {
			wrong := bytes.Clone(third)
			wrong[i] ^= 1
			refuses(t, batch, wrong, field(3), cipher.ErrWrongKey)
		}
		for i := 64; i < len(third); i++ {
			wrong := bytes.Clone(third)
			wrong[i] ^= 1
			refuses(t, batch, wrong, field(3), cipher.ErrAuth)
		}
		for i := 8; i < 32; i++ { // another salt
			wrong := bytes.Clone(third)
			wrong[i] ^= 1
			refuses(t, batch, wrong, field(3), cipher.ErrWrongKey)
		}
	}
}

// turning is a source whose primary key is changed, and whose keys can be taken away.
type turning struct {
	primary *cipher.Key
	keys    map[cipher.KeyID]*cipher.Key
	err     error
}

func (s *turning) Primary(context.Context, string) (*cipher.Key, error) { return s.primary, s.err }

func (s *turning) ByID(_ context.Context, _ string, id cipher.KeyID) (*cipher.Key, error) {
	if k := s.keys[id]; k != nil {
		return k, s.err
	}
	return nil, cipher.ErrKeyDisabled
}

// A batch asks for the key of each value: one that is rotated or disabled while it works is
// not used any longer.
func TestBatchFollowsTheKeySource(t *testing.T) {
	k1, k2 := newKey(t, 1), newKey(t, 2)
	source := &turning{primary: k1, keys: map[cipher.KeyID]*cipher.Key{1: k1, 2: k2}}
	batch := cipher.Batch(withOptions(t, source))
	before := seal(t, batch, "1", field(1))
	opens(t, batch, before, field(1), "1")
	source.primary = k2
	after := seal(t, batch, "2", field(2))
	if h, err := cipher.Inspect(after); err != nil || h.KeyID != 2 || salt(after) == salt(before) {
		t.Errorf("%+v, %v", h, err)
	}
	opens(t, batch, after, field(2), "2")
	delete(source.keys, 1)
	refuses(t, batch, before, field(1), cipher.ErrKeyDisabled)
	source.keys[1] = newKey(t, 3) // under the id of another
	refuses(t, batch, before, field(1), cipher.ErrKeySource)
	same, err := cipher.NewKey(1, secret(9))
	if err != nil {
		t.Fatal(err)
	}
	source.keys[1] = k1
	opens(t, batch, before, field(1), "1")
	source.keys[1] = same // another secret under the id: what was derived of the first is not used
	refuses(t, batch, before, field(1), cipher.ErrWrongKey)
	source.err = errors.New("away")
	if _, err := batch.Seal(t.Context(), nil, nil, field(1)); !errors.Is(err, cipher.ErrKeySource) {
		t.Errorf("sealed: %v", err)
	}
	refuses(t, batch, after, field(2), cipher.ErrKeySource)
	refuses(t, cipher.Batch(new(cipher.AES)), after, field(2), cipher.ErrKeySource)
}

// After 65,536 values a batch takes another salt.
func TestBatchEnds(t *testing.T) {
	batch, bind := cipher.Batch(one(t)), city()
	salts := map[string]int{}
	var env []byte
	for range 2<<16 + 1 {
		env = env[:0]
		var err error
		if env, err = batch.Seal(t.Context(), env, nil, bind); err != nil {
			t.Fatal(err)
		}
		salts[salt(env)]++
	}
	if len(salts) != 3 {
		t.Errorf("%d salts", len(salts))
	}
	for _, n := range salts {
		if n > 1<<16 {
			t.Errorf("%d values have one salt", n)
		}
	}
}

// The halves of a cipher have batches as far as what they are made of has.
func TestBatchOfHalves(t *testing.T) {
	a := one(t)
	s := cipher.Batch(cipher.SealOnly(a))
	first, second := seal(t, s, "1", field(1)), seal(t, s, "2", field(2))
	if salt(first) != salt(second) {
		t.Error("two salts")
	}
	refuses(t, s, first, field(1), cipher.ErrNoOpener)
	opener := cipher.Batch(cipher.OpenOnly(a))
	opens(t, opener, first, field(1), "1")
	opens(t, opener, second, field(2), "2")
	if _, err := opener.Seal(t.Context(), nil, nil, field(1)); !errors.Is(err, cipher.ErrNoSealer) {
		t.Errorf("sealed: %v", err)
	}
}

// audited is a cipher of somebody's own, which does something at each value.
type audited struct {
	*cipher.AES
	sealed, opened *int
}

func (c audited) Seal(ctx context.Context, dst, plain []byte, b *cipher.Binding) ([]byte, error) {
	*c.sealed++
	return c.AES.Seal(ctx, dst, plain, b)
}

func (c audited) Open(ctx context.Context, dst, env []byte, b *cipher.Binding) ([]byte, error) {
	*c.opened++
	return c.AES.Open(ctx, dst, env, b)
}

// batching is one that says how it is cheaper.
type batching struct{ audited }

func (c batching) Batch() cipher.Cipher {
	*c.sealed += 100
	return c.audited
}

// A batch goes around nobody who has embedded a cipher.
func TestBatchOfEmbeddingCiphers(t *testing.T) {
	var sealed, opened int
	c := audited{one(t), &sealed, &opened}
	for name, of := range map[string]struct {
		sealer, opener cipher.Cipher
		sealed         int
	}{
		"whole":       {c, c, 1},
		"halves":      {cipher.SealOnly(c), cipher.OpenOnly(c), 1},
		"own batches": {batching{c}, cipher.OpenOnly(batching{c}), 201},
	} {
		sealed, opened = 0, 0
		opens(t, cipher.Batch(of.opener), seal(t, cipher.Batch(of.sealer), "x", field(1)), field(1), "x")
		if sealed != of.sealed || opened != 1 {
			t.Errorf("%s: %d sealed, %d opened", name, sealed, opened)
		}
	}
}

func BenchmarkTenFields(b *testing.B) {
	for name, one := range map[string]func(a *cipher.AES) cipher.Cipher{
		"one by one": func(a *cipher.AES) cipher.Cipher { return a },
		"batch":      func(a *cipher.AES) cipher.Cipher { return cipher.Batch(a) },
	} {
		b.Run(name, func(b *testing.B) {
			a, plain := newAES(b, cipher.Primary(newKey(b, 1))), make([]byte, 64)
			var binds []*cipher.Binding
			for i := range 10 {
				binds = append(binds, field(i))
			}
			b.ReportAllocs()
			for b.Loop() {
				c := one(a)
				for _, bind := range binds {
					if _, err := c.Seal(b.Context(), nil, plain, bind); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
