package sealed

import (
	"bytes"
	"testing"
	"time"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// sealedOrders encrypts an order's note and all that is in it.
func sealedOrders(t *testing.T) repo.Model[order] {
	return repo.TableOf("Orders", orderKey, cipher.ProtectAll[order](kit.Keys(t)),
		shard.New(shard.To("Notes"), func(o *order) *leaf { return &o.Note }),
		meta.Keep(func(o *order) *meta.Record { return &o.Meta }))
}

// ringOf is a keyset of entries, as a cipher.
func ringOf(t *testing.T, entries ...cipher.KeysetEntry) *cipher.AES {
	t.Helper()
	ring, err := cipher.NewKeyset(entries...)
	kit.Must(t, err)
	keys, err := cipher.New(ring)
	kit.Must(t, err)
	return keys
}

func keyNo(t *testing.T, id cipher.KeyID) *cipher.Key {
	t.Helper()
	key, err := cipher.NewKey(id, bytes.Repeat([]byte{byte(id)}, 32))
	kit.Must(t, err)
	return key
}

var keyChecks = []kit.Check{
	{Name: "bound to partition key and sort key", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, sealedOrders(t))
		var keys []repo.Key[order]
		var found []*envelope
		at := time.Date(2026, 1, 2, 3, 4, 5, 1, time.UTC)
		for _, o := range []order{{Customer: "c", At: at}, {Customer: "c", At: at.Add(9)}, {Customer: "d", At: at}} {
			o.Note.Text = canary
			key, err := r.Create(ctx, &o)
			kit.Must(t, err)
			keys = append(keys, key)
			// Each order has one canary.
			e := envelopes(t, x, "Orders", kit.Str(o.Customer), kit.Str(o.At.UTC().Format("2006-01-02T15:04:05.000000000Z")))[canary]
			if e == nil {
				t.Fatalf("no envelope in %v", key)
			}
			found = append(found, e)
		}
		seen := 0
		for o, err := range r.Query(ctx, orderKey.In("c")) {
			kit.Must(t, err)
			kit.Equal(t, "queried", o.Note.Text, canary)
			seen++
		}
		kit.Equal(t, "queried", seen, 2)
		hidden(t, x, "creates and a query")
		noteText := lens.Of(func(o *order) *string { return &o.Note.Text })
		for i, e := range found {
			for j, other := range found {
				x.Plant(t, e.table, e.with(kit.Bin(string(other.bytes))))
				got, err := repo.Read(ctx, r, keys[i], noteText)
				if i == j {
					kit.Must(t, err)
					kit.Equal(t, "value", got, canary)
					continue
				}
				kit.Equal(t, "value", got, "")
				e.refused(t, "read", err, cipher.ErrAuth)
				whole, err := r.Get(ctx, keys[i])
				kit.Equal(t, "order", whole, nil)
				e.refused(t, "get", err, cipher.ErrAuth)
				for o, err := range r.Query(ctx, orderKey.In("c")) {
					if err != nil {
						kit.Equal(t, "queried", o, nil)
						e.refused(t, "query", err, cipher.ErrAuth)
					}
				}
			}
			x.Plant(t, e.table, e.item)
		}
	}},
	{Name: "bound to the type of the key", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		type texts = keyed[string]
		type numbers = keyed[int]
		numberKey := repo.KeyOf(func(v *numbers) *int { return &v.ID })
		byText := kit.Open(t, x, repo.TableOf("Texts", repo.KeyOf(func(v *texts) *string { return &v.ID }), cipher.ProtectAll[texts](kit.Keys(t)),
			meta.Keep(func(v *texts) *meta.Record { return &v.Meta })), repo.Entity("same"))
		byNumber := kit.Open(t, x, repo.TableOf("Numbers", numberKey, cipher.ProtectAll[numbers](kit.Keys(t)),
			meta.Keep(func(v *numbers) *meta.Record { return &v.Meta })), repo.Entity("same"))
		_, err := byText.Create(ctx, &texts{ID: "7", Part: leaf{Text: canary}})
		kit.Must(t, err)
		_, err = byNumber.Create(ctx, &numbers{ID: 7, Part: leaf{Text: canary}})
		kit.Must(t, err)
		from, to := envelopes(t, x, "same", kit.Str("7"))[canary], envelopes(t, x, "same", kit.Num("7"))[canary]
		if from == nil || to == nil {
			t.Fatal("no envelopes")
		}
		x.Plant(t, to.table, to.with(kit.Bin(string(from.bytes))))
		_, err = byNumber.Get(ctx, numberKey.Of(7))
		to.refused(t, "get", err, cipher.ErrAuth)
	}},
	{Name: "rotation", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		with := func(entries ...cipher.KeysetEntry) *repo.Repo[vault] {
			return kit.Open(t, x, vaultIn("", cipher.ProtectAll[vault](ringOf(t, entries...), vOpen)))
		}
		ids := func() map[cipher.KeyID]bool {
			d, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
			kit.Must(t, err)
			out := map[cipher.KeyID]bool{}
			for _, table := range d.Tables {
				for _, it := range table.Items {
					eachEnvelope(kit.Object(kit.Without(it, "_meta")), func(b []byte) {
						h, err := cipher.Inspect(b)
						kit.Must(t, err)
						out[h.KeyID] = true
					})
				}
			}
			return out
		}
		one, two := keyNo(t, 1), keyNo(t, 2)
		v := aVault("v")
		key, err := with(cipher.Primary(one)).Create(ctx, &v)
		kit.Must(t, err)
		kit.Equal(t, "keys", ids(), map[cipher.KeyID]bool{1: true})
		both := with(cipher.Primary(two), cipher.Enabled(one))
		kit.Must(t, both.Update(ctx, key, lens.Join(vPart, seText).Set(canary+" part")))
		kit.Equal(t, "keys", ids(), map[cipher.KeyID]bool{1: true, 2: true})
		got, err := both.Get(ctx, key)
		kit.Must(t, err)
		v.Meta = got.Meta
		kit.Equal(t, "vault under two keys", *got, v)
		_, err = both.Put(ctx, got, repo.Overwrite())
		kit.Must(t, err)
		kit.Equal(t, "keys", ids(), map[cipher.KeyID]bool{2: true})
		got, err = with(cipher.Primary(two), cipher.Disabled(one)).Get(ctx, key)
		kit.Must(t, err)
		v.Meta = got.Meta
		kit.Equal(t, "vault under the second key", *got, v)
		hidden(t, x, "rotation")
		for name, c := range map[string]struct {
			r     *repo.Repo[vault]
			cause error
		}{
			"unknown":   {with(cipher.Primary(one)), cipher.ErrUnknownKey},
			"disabled":  {with(cipher.Primary(one), cipher.Disabled(two)), cipher.ErrKeyDisabled},
			"destroyed": {with(cipher.Primary(one), cipher.Destroyed(2)), cipher.ErrKeyDestroyed},
		} {
			got, err := c.r.Get(ctx, key)
			kit.Equal(t, name, got, nil)
			kit.WantErr(t, name, err, repo.ErrCorrupt, c.cause.Error())
			silent(t, name, err)
		}
	}},
	{Name: "two ciphers", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		title, mark := ringOf(t, cipher.Primary(keyNo(t, 1))), ringOf(t, cipher.Primary(keyNo(t, 2)))
		r := kit.Open(t, x, trees.Flat(cipher.Protect(title, tTitle), cipher.Protect(mark, tMark, lens.Each(tIn, bName))))
		v := tree{ID: "p", Title: canary + " title", Mark: canary + " mark", In: []branch{{Name: canary + " in"}}}
		key, err := r.Create(ctx, &v)
		kit.Must(t, err)
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "tree", *got, v)
		hidden(t, x, "create and get")
		// A policy holds the paths of both ciphers. One opener has all keys.
		doc, err := kit.OpenStored(t, x, "Trees", "id", repo.WithOpener(ringOf(t, cipher.Primary(keyNo(t, 1)), cipher.Enabled(keyNo(t, 2))))).Get(ctx, "p")
		kit.Must(t, err)
		kit.Equal(t, "document", []any{doc["title"], doc["mark"]}, []any{v.Title, v.Mark})
		item := x.Item(t, "Trees", "p")
		item["mark"], item["title"] = item["title"], item["mark"]
		x.Plant(t, "Trees", item)
		for path, at := range map[string]lens.Lens[tree, string]{"title": tTitle, "mark": tMark} {
			_, err = repo.Read(ctx, r, key, at)
			(&envelope{entity: "Trees", path: cipher.Path{cipher.Name(path)}}).refused(t, "read", err, cipher.ErrUnknownKey)
		}
		kit.Must(t, r.Delete(ctx, key))
	}},
}
