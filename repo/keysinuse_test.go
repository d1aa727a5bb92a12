package repo_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Everything encrypted counts, also what this repository cannot open.
func TestKeysInUse(t *testing.T) {
	ctx := context.Background()
	k1, k2 := roKey(t, 1), roKey(t, 2)
	c := embedded.New().Client()
	first := roRepo(t, c, roParts(), roAES(t, nil, cipher.Primary(k1), cipher.Enabled(k2)))
	if u := roUses(t, first, map[cipher.KeyID]int64{}); u.Items != 0 || u.Unreadable != 0 || u.Unknown != 0 {
		t.Errorf("of empty tables: %+v", u)
	}
	for _, id := range []string{"a", "b", "c"} {
		d := roDocOf(id)
		noErr(t, errOf(first.Create(ctx, &d)))
	}
	const items = 1 + 1 + 1 + 2 + 2 + 2 + 1 // of a document
	if u := roUses(t, first, map[cipher.KeyID]int64{1: 3 * roSealed}); u.Items != 3*items || u.Keys[0].Items != 3*(items-1) {
		t.Errorf("%+v", u)
	}
	second := roRepo(t, c, roParts(), roAES(t, nil, cipher.Primary(k2), cipher.Destroyed(1)))
	roUses(t, second, map[cipher.KeyID]int64{1: 3 * roSealed})
	both := roRepo(t, c, roParts(), roAES(t, nil, cipher.Primary(k2), cipher.Enabled(k1)))
	// One value, and what belongs to no object any more.
	noErr(t, both.Update(ctx, roID.Of("a"), roOne.Set("x")))
	roUses(t, both, map[cipher.KeyID]int64{1: 3*roSealed - 1, 2: 1})
	noErr(t, both.Delete(ctx, roID.Of("b"), repo.KeepShards()))
	roUses(t, both, map[cipher.KeyID]int64{1: 3*roSealed - 3, 2: 1})
	// Rewriting the root alone leaves the parts as they are.
	d := must(both.Get(ctx, roID.Of("c"), repo.RootOnly()))(t)
	noErr(t, errOf(both.Put(ctx, d)))
	roUses(t, both, map[cipher.KeyID]int64{1: 3*roSealed - 5, 2: 3})
	d = must(both.Get(ctx, roID.Of("c")))(t)
	noErr(t, errOf(both.Put(ctx, d, repo.KeepShards())))
	roUses(t, both, map[cipher.KeyID]int64{1: 3*roSealed - 5, 2: 3})
}

// Encrypted attributes that the type does not know are counted. An ordinary write carries them
// as they are; Rewrite and Migrate seal them anew, where they are bound to.
func TestKeysInUseOfUnknown(t *testing.T) {
	ctx := context.Background()
	k1, k2 := roKey(t, 1), roKey(t, 2)
	c := embedded.New().Client()
	one := func() []repo.Part[roDoc] {
		return []repo.Part[roDoc]{shard.New(shard.To("Ones"), func(d *roDoc) *roSub { return &d.One })}
	}
	later := roRepo(t, c, one(), roAES(t, nil, cipher.Primary(k1)))
	d := roDocOf("d")
	noErr(t, errOf(later.Create(ctx, &d)))
	type sub struct{ Open string }
	type doc struct {
		ID     string
		Secret string
		One    sub
		Meta   meta.Record `dynamodbav:"-"`
	}
	id := repo.KeyOf(func(d *doc) *string { return &d.ID })
	old := repoOver(t, c, repo.TableOf("Docs", id, meta.Keep(func(d *doc) *meta.Record { return &d.Meta }),
		shard.New(shard.To("Ones"), func(d *doc) *sub { return &d.One }),
		cipher.Protect(roAES(t, nil, cipher.Primary(k2), cipher.Enabled(k1)), lens.Of(func(d *doc) *string { return &d.Secret }))))
	v := must(old.Get(ctx, id.Of("d")))(t)
	v.One.Open = "new"
	noErr(t, errOf(old.Put(ctx, v)))
	uses := func(want ...repo.KeyUse) {
		t.Helper()
		if d := cmp.Diff(want, must(old.KeysInUse(ctx))(t).Keys); d != "" {
			t.Error(d)
		}
	}
	uses(repo.KeyUse{ID: 1, Values: roSealed - 2, Items: 2}, repo.KeyUse{ID: 2, Values: 2, Items: 1})
	if done := must(old.Migrate(ctx, repo.DryRun()))(t); done.Changed != 1 {
		t.Errorf("%+v", done)
	}
	noErr(t, errOf(old.Migrate(ctx)))
	uses(repo.KeyUse{ID: 2, Values: roSealed, Items: 2})
	if done := must(old.Migrate(ctx))(t); done.Changed != 0 {
		t.Errorf("again: %+v", done)
	}
	d.One.Open = "new"
	roHas(t, roRepo(t, c, one(), roAES(t, nil, cipher.Primary(k2), cipher.Destroyed(1))), d)

	// Rewrite does the same, and what the value remembers is what is stored.
	noErr(t, errOf(later.Put(ctx, &d, repo.Overwrite())))
	uses(repo.KeyUse{ID: 1, Values: roSealed, Items: 2})
	v = must(old.Get(ctx, id.Of("d")))(t)
	noErr(t, errOf(old.Put(ctx, v, repo.Rewrite())))
	uses(repo.KeyUse{ID: 2, Values: roSealed, Items: 2})
	noErr(t, errOf(old.Put(ctx, v)))
	uses(repo.KeyUse{ID: 2, Values: roSealed, Items: 2})
	both := roRepo(t, c, one(), roAES(t, nil, cipher.Primary(k2), cipher.Enabled(k1)))
	noErr(t, both.Modify(ctx, roID.Of("d"), func(*roDoc) error { return nil }))
	roUses(t, both, map[cipher.KeyID]int64{2: roSealed})
	roHas(t, both, d)
}

func TestKeysInUseOfWhatCannotBeRead(t *testing.T) {
	ctx := context.Background()
	k1 := roKey(t, 1)
	c := embedded.New().Client()
	r := roRepo(t, c, roParts(), roAES(t, nil, cipher.Primary(k1)))
	d := roDocOf("d")
	noErr(t, errOf(r.Create(ctx, &d)))
	put := func(table string, it rawItem) {
		_, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: it})
		noErr(t, err)
	}
	bin := func(b []byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: b} }
	envelope, err := roAES(t, nil, cipher.Primary(roKey(t, 7))).Seal(ctx, nil, []byte{5}, &cipher.Binding{Entity: "e", Key: []cipher.KeyPart{cipher.KeyString("k")}, Path: cipher.Path{cipher.Name("p")}})
	noErr(t, err)
	newer := slices.Clone(envelope)
	newer[2] = 9 // a version of the envelope that does not exist yet
	put("Docs", rawItem{"ID": avS("too new"), "_meta": avM(rawItem{"f": avN("99")}), "x": bin(envelope)})
	put("Docs", rawItem{"ID": avS("broken"), "_meta": avS("?"), "x": avL(avM(rawItem{"y": bin(envelope)}))})
	put("Docs", rawItem{"ID": avS("theirs"), "x": bin(envelope), "plain": bin([]byte("no envelope")), "later": bin(newer)})
	put("Ones", rawItem{"_id": avS("stray"), "x": bin(envelope)})
	u := roUses(t, r, map[cipher.KeyID]int64{1: roSealed, 7: 4})
	if u.Unreadable != 3 || u.Unknown != 1 {
		t.Errorf("%+v", u)
	}
	// Another entity in the same tables is another matter.
	e := roDocOf("e")
	other := repoOver(t, c, repo.TableOf("Docs", roID, append(roParts(), roKeep, cipher.Protect(roAES(t, nil, cipher.Primary(roKey(t, 3))), roSecret, roOne, roList))...),
		repo.Entity("others"), repo.AllowTables(roTables...))
	noErr(t, errOf(other.Create(ctx, &e)))
	roUses(t, r, map[cipher.KeyID]int64{1: roSealed, 7: 4})
	roUses(t, other, map[cipher.KeyID]int64{3: 5, 7: 4})

	missing, err := repo.New(embedded.New().Client(), repo.TableOf("Docs", roID, append(roParts(), roKeep)...))
	noErr(t, err)
	var located *repo.Error
	if _, err := missing.KeysInUse(ctx); !errors.As(err, &located) || located.Op != "KeysInUse" || located.Table != "Docs" {
		t.Error(err)
	}
}
