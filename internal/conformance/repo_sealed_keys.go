package conformance

import (
	"bytes"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// sealedOrders encrypts an order's note and all that is in it.
func sealedOrders(t *testing.T) repo.Model[order] {
	return repo.TableOf("Orders", orderKey, cipher.ProtectAll[order](testKeys(t)),
		shard.New(shard.To("Notes"), func(o *order) *leaf { return &o.Note }),
		meta.Keep(func(o *order) *meta.Record { return &o.Meta }))
}

// ringOf is a keyset of entries, as a cipher.
func ringOf(t *testing.T, entries ...cipher.KeysetEntry) *cipher.AES {
	t.Helper()
	ring, err := cipher.NewKeyset(entries...)
	must(t, err)
	keys, err := cipher.New(ring)
	must(t, err)
	return keys
}

func keyNo(t *testing.T, id cipher.KeyID) *cipher.Key {
	t.Helper()
	key, err := cipher.NewKey(id, bytes.Repeat([]byte{byte(id)}, 32))
	must(t, err)
	return key
}

var sealedKeyChecks = []repoCheck{
	{"bound to partition key and sort key", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, sealedOrders(t))
		var keys []repo.Key[order]
		var found []*envelope
		for _, o := range []order{{Customer: "c", At: at(1)}, {Customer: "c", At: at(2)}, {Customer: "d", At: at(1)}} {
			o.Note.Text = canary
			key, err := r.Create(ctx, &o)
			must(t, err)
			keys = append(keys, key)
			// The canaries are one in each order.
			e := x.envelopes(t, "Orders", str(o.Customer), str(o.At.UTC().Format("2006-01-02T15:04:05.000000000Z")))[canary]
			if e == nil {
				t.Fatalf("no envelope in %v", key)
			}
			found = append(found, e)
		}
		seen := 0
		for o, err := range r.Query(ctx, orderKey.In("c")) {
			must(t, err)
			equal(t, "queried", o.Note.Text, canary)
			seen++
		}
		equal(t, "queried", seen, 2)
		x.hidden(t, "creates and a query")
		noteText := lens.Of(func(o *order) *string { return &o.Note.Text })
		for i, e := range found {
			for j, other := range found {
				x.plant(t, e.table, e.with(bin(string(other.bytes))))
				got, err := repo.Read(ctx, r, keys[i], noteText)
				if i == j {
					must(t, err)
					equal(t, "value", got, canary)
					continue
				}
				equal(t, "value", got, "")
				e.refused(t, "read", err, cipher.ErrAuth)
				whole, err := r.Get(ctx, keys[i])
				equal(t, "order", whole, nil)
				e.refused(t, "get", err, cipher.ErrAuth)
				for o, err := range r.Query(ctx, orderKey.In("c")) {
					if err != nil {
						equal(t, "queried", o, nil)
						e.refused(t, "query", err, cipher.ErrAuth)
					}
				}
			}
			x.plant(t, e.table, e.item)
		}
	}},
	{"bound to the type of the key", func(t *testing.T, x *world) {
		ctx := t.Context()
		type texts = keyed[string]
		type numbers = keyed[int]
		numberKey := repo.KeyOf(func(v *numbers) *int { return &v.ID })
		byText := open(t, x, repo.TableOf("Texts", repo.KeyOf(func(v *texts) *string { return &v.ID }), cipher.ProtectAll[texts](testKeys(t)),
			meta.Keep(func(v *texts) *meta.Record { return &v.Meta })), repo.Entity("same"))
		byNumber := open(t, x, repo.TableOf("Numbers", numberKey, cipher.ProtectAll[numbers](testKeys(t)),
			meta.Keep(func(v *numbers) *meta.Record { return &v.Meta })), repo.Entity("same"))
		_, err := byText.Create(ctx, &texts{ID: "7", Part: leaf{Text: canary}})
		must(t, err)
		_, err = byNumber.Create(ctx, &numbers{ID: 7, Part: leaf{Text: canary}})
		must(t, err)
		from, to := x.envelopes(t, "same", str("7"))[canary], x.envelopes(t, "same", num("7"))[canary]
		if from == nil || to == nil {
			t.Fatal("no envelopes")
		}
		x.plant(t, to.table, to.with(bin(string(from.bytes))))
		_, err = byNumber.Get(ctx, numberKey.Of(7))
		to.refused(t, "get", err, cipher.ErrAuth)
	}},
	{"rotation", func(t *testing.T, x *world) {
		ctx := t.Context()
		with := func(entries ...cipher.KeysetEntry) *repo.Repo[vault] {
			return open(t, x, vaultIn("", cipher.ProtectAll[vault](ringOf(t, entries...), vOpen)))
		}
		ids := func() map[cipher.KeyID]bool {
			d, err := DumpTables(ctx, x.raw, x.prefix)
			must(t, err)
			out := map[cipher.KeyID]bool{}
			for _, table := range d.Tables {
				for _, it := range table.Items {
					eachEnvelope(object(without(it, "_meta")), func(b []byte) {
						h, err := cipher.Inspect(b)
						must(t, err)
						out[h.KeyID] = true
					})
				}
			}
			return out
		}
		one, two := keyNo(t, 1), keyNo(t, 2)
		v := aVault("v")
		key, err := with(cipher.Primary(one)).Create(ctx, &v)
		must(t, err)
		equal(t, "keys", ids(), map[cipher.KeyID]bool{1: true})
		both := with(cipher.Primary(two), cipher.Enabled(one))
		must(t, both.Update(ctx, key, lens.Join(vPart, seText).Set(canary+" part")))
		equal(t, "keys", ids(), map[cipher.KeyID]bool{1: true, 2: true})
		got, err := both.Get(ctx, key)
		must(t, err)
		v.Meta = got.Meta
		equal(t, "vault under two keys", *got, v)
		_, err = both.Put(ctx, got, repo.Overwrite())
		must(t, err)
		equal(t, "keys", ids(), map[cipher.KeyID]bool{2: true})
		got, err = with(cipher.Primary(two), cipher.Disabled(one)).Get(ctx, key)
		must(t, err)
		v.Meta = got.Meta
		equal(t, "vault under the second key", *got, v)
		x.hidden(t, "rotation")
		for name, c := range map[string]struct {
			r     *repo.Repo[vault]
			cause error
		}{
			"unknown":   {with(cipher.Primary(one)), cipher.ErrUnknownKey},
			"disabled":  {with(cipher.Primary(one), cipher.Disabled(two)), cipher.ErrKeyDisabled},
			"destroyed": {with(cipher.Primary(one), cipher.Destroyed(2)), cipher.ErrKeyDestroyed},
		} {
			got, err := c.r.Get(ctx, key)
			equal(t, name, got, nil)
			wantErr(t, name, err, repo.ErrCorrupt, c.cause.Error())
			silent(t, name, err)
		}
	}},
	{"two ciphers", func(t *testing.T, x *world) {
		ctx := t.Context()
		title, mark := ringOf(t, cipher.Primary(keyNo(t, 1))), ringOf(t, cipher.Primary(keyNo(t, 2)))
		r := open(t, x, flatTree(cipher.Protect(title, tTitle), cipher.Protect(mark, tMark, lens.Each(tIn, bName))))
		v := tree{ID: "p", Title: canary + " title", Mark: canary + " mark", In: []branch{{Name: canary + " in"}}}
		key, err := r.Create(ctx, &v)
		must(t, err)
		got, err := r.Get(ctx, key)
		must(t, err)
		equal(t, "tree", *got, v)
		x.hidden(t, "create and get")
		// A policy holds the paths of both; one opener has all keys.
		doc, err := openStored(t, x, "Trees", "id", repo.WithOpener(ringOf(t, cipher.Primary(keyNo(t, 1)), cipher.Enabled(keyNo(t, 2))))).Get(ctx, "p")
		must(t, err)
		equal(t, "document", []any{doc["title"], doc["mark"]}, []any{v.Title, v.Mark})
		item := x.item(t, "Trees", "p")
		item["mark"], item["title"] = item["title"], item["mark"]
		x.plant(t, "Trees", item)
		for path, at := range map[string]lens.Lens[tree, string]{"title": tTitle, "mark": tMark} {
			_, err = repo.Read(ctx, r, key, at)
			(&envelope{entity: "Trees", path: cipher.Path{cipher.Name(path)}}).refused(t, "read", err, cipher.ErrUnknownKey)
		}
		must(t, r.Delete(ctx, key))
	}},
}
