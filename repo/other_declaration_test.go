package repo_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// A program that moves objects from one declaration to another reads them by
// the one and puts them by the other. What the first has left out, or stored as
// it wants it, is not for the second to keep.
func TestPutByAnotherDeclaration(t *testing.T) {
	ctx := context.Background()
	protect := func(k byte) []repo.Part[roDoc] {
		keys := roAES(t, nil, cipher.Primary(roKey(t, k)))
		return []repo.Part[roDoc]{cipher.Protect(keys, roSecret, roOne, roOpt, roList, roMap, roStay)}
	}
	one := []repo.Part[roDoc]{shard.New(shard.To("Ones"), func(d *roDoc) *roSub { return &d.One })}
	all, none := map[cipher.KeyID]int64{1: roSealed}, map[cipher.KeyID]int64{}
	inPart, keep, overwrite := []repo.CallOption{repo.RootOnly()}, []repo.CallOption{repo.KeepShards()}, []repo.CallOption{repo.Overwrite()}
	for _, c := range []struct {
		name     string
		from, to []repo.Part[roDoc]
		read     []repo.CallOption // nil: also as it was created
		put      []repo.CallOption
		err      error
		keys     map[cipher.KeyID]int64
	}{
		{name: "encrypted from now on", from: roParts(), to: slices.Concat(roParts(), protect(1)), keys: all},
		{name: "and divided in another way", from: roParts(), to: slices.Concat(roParts(shard.WhenOver(140)), protect(1)), keys: all},
		{name: "and written whatever is there", from: roParts(), to: slices.Concat(roParts(), protect(1)), put: overwrite, keys: all},
		{name: "no longer encrypted", from: slices.Concat(roParts(), protect(1)), to: roParts(), keys: none},
		{name: "under another key", from: slices.Concat(roParts(), protect(2)), to: slices.Concat(roParts(), protect(1)), keys: all},
		{name: "encrypted, the shards kept", from: roParts(), to: slices.Concat(roParts(), protect(1)), put: keep, err: repo.ErrInvalid},
		{name: "not encrypted, the shards kept", from: slices.Concat(roParts(), protect(1)), to: roParts(), put: keep, err: repo.ErrInvalid},
		{name: "encrypted, read in part", from: roParts(), to: slices.Concat(roParts(), protect(1)), read: inPart, err: repo.ErrNotLoaded},
		{name: "in one item, read in part", from: roParts(), read: inPart, err: repo.ErrNotLoaded},
		{name: "in one item, read in part, whatever is there", from: roParts(), read: inPart, put: overwrite, err: repo.ErrNotLoaded},
		{name: "fewer shards, read in part", from: roParts(), to: one, read: inPart, err: repo.ErrNotLoaded},
		{name: "more shards, read in part", from: one, to: roParts(), read: inPart, keys: none},
	} {
		for _, created := range []bool{true, false} {
			if created && c.read != nil {
				continue
			}
			client := embedded.New().Client(quick)
			from, to := roRepoOf(t, client, c.from), roRepoOf(t, client, c.to)
			want, d := roDocOf("d"), roDocOf("d")
			noErr(t, errOf(from.Create(ctx, &d)))
			v := &d
			if !created {
				v = must(from.Get(ctx, roID.Of("d"), c.read...))(t)
			}
			v.Count = 5
			if _, err := to.Put(ctx, v, c.put...); !errors.Is(err, c.err) {
				t.Errorf("%s: %v, want %v", c.name, err, c.err)
			}
			if c.err != nil {
				roHas(t, from, want)
				continue
			}
			want.Count = 5
			roHas(t, to, want)
			roUses(t, to, c.keys)
		}
	}
}
