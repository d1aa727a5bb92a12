package repo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// remade is a record that has been through JSON, or an ETag: it names a
// version, and remembers nothing of it.
func remade(t *testing.T, rec meta.Record) meta.Record {
	t.Helper()
	b, err := json.Marshal(rec)
	noErr(t, err)
	var out meta.Record
	noErr(t, json.Unmarshal(b, &out))
	if !out.Equal(rec) {
		t.Fatalf("%s became %+v", b, out)
	}
	return out
}

// A value with such a record is over its version like any other, and erases
// nothing that the type does not know.
func TestRemadeRecord(t *testing.T) {
	ctx := context.Background()
	eachLayout(t, func(t *testing.T, w *adWorld) {
		for how, record := range map[string]func(meta.Record) meta.Record{
			"json": func(rec meta.Record) meta.Record { return remade(t, rec) },
			"etag": func(rec meta.Record) meta.Record { return meta.Record{Version: rec.Version, WriteID: rec.WriteID} },
		} {
			id := "g " + how
			want := adopted(theirGood(id))
			w.plant(theirGood(id))
			g := w.get(id)
			noErr(t, errOf(w.goods.Put(ctx, g)))
			w.they(id, "later", avS("x")) // by a newer version of this program
			want["later"] = avS("x")
			rec := g.Meta
			for round := range 2 {
				v := adGoodOf(id)
				v.Name, v.Meta = fmt.Sprint("new ", round), record(rec)
				w.net.Reset()
				noErr(t, errOf(w.goods.Put(ctx, &v)))
				want["Name"] = avS(v.Name)
				w.holds(want)
				requests := w.net.Requests()
				if last := requests[len(requests)-1]; last.Operation != "PutItem" {
					t.Errorf("%s: parts that have not changed were written: %s", last.Operation, last.Body)
				}
				if v.Meta.Version != rec.Version+1 || !slices.Equal(v.Meta.References(), w.get(id).Meta.References()) {
					t.Errorf("%s: record %+v", how, v.Meta)
				}
				// What it has become is tracked in full.
				stale := adGoodOf(id)
				stale.Meta = record(v.Meta)
				slices.Reverse(v.List)
				noErr(t, errOf(w.goods.Put(ctx, &v)))
				reversed := maps.Clone(want)
				reversed["List"] = avL(theirList(id, 1), theirList(id, 0))
				w.holds(reversed)
				w.refused(&stale)
				wrong := adGoodOf(id)
				wrong.Meta = record(v.Meta)
				wrong.Meta.WriteID = meta.NewWriteID()
				w.refused(&wrong)
				for _, version := range []int64{0, -1, v.Meta.Version + 1} {
					wrong.Meta = record(v.Meta)
					wrong.Meta.Version = version
					w.refused(&wrong)
				}
				rec = v.Meta
			}
			v := adGoodOf(id)
			v.Meta = record(w.get(id).Meta)
			noErr(t, w.goods.Update(ctx, adID.Of(id), adName.Set("updated"), repo.IfUnchanged(&v)))
			w.refused(&v)
			v.Meta = record(w.get(id).Meta)
			noErr(t, w.goods.DeleteValue(ctx, &v))
			w.refused(&v)
		}
	})
}

func theirList(id string, i int) types.AttributeValue {
	return theirGood(id)["List"].(*types.AttributeValueMemberL).Value[i]
}

// The key is not in the value, and the record does not know it.
func TestRemadeRecordDetached(t *testing.T) {
	ctx := context.Background()
	type doc struct {
		Name string
		Meta meta.Record `dynamodbav:"-"`
	}
	key := repo.DetachedKey[doc, string]("ID")
	c := embedded.New().Client()
	docs := repoOver(t, c, repo.TableOf("Docs", key, meta.Keep(func(d *doc) *meta.Record { return &d.Meta })))
	d := doc{Name: "a"}
	noErr(t, docs.CreateAt(ctx, key.Of("1"), &d))
	_, err := c.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: new("Docs"), Key: rawItem{"ID": avS("1")},
		UpdateExpression: new("SET later = :v"), ExpressionAttributeValues: rawItem{":v": avS("x")}})
	noErr(t, err)
	v := doc{Name: "b", Meta: remade(t, d.Meta)}
	if _, err := docs.Put(ctx, &v); !errors.Is(err, repo.ErrInvalid) {
		t.Errorf("put without a key: %v", err)
	}
	noErr(t, docs.PutAt(ctx, key.Of("1"), &v))
	page, err := c.Scan(ctx, &dynamodb.ScanInput{TableName: new("Docs")})
	noErr(t, err)
	if it := page.Items[0]; !item.Equal(it["Name"], avS("b")) || !item.Equal(it["later"], avS("x")) {
		t.Errorf("stored: %v", it)
	}
	v.Meta = remade(t, v.Meta)
	if err := docs.PutAt(ctx, key.Of("2"), &v); !errors.Is(err, repo.ErrConflict) {
		t.Errorf("put elsewhere: %v", err)
	}
}

// refused checks that no verb takes a value for what is stored.
func (w *adWorld) refused(v *adGood) {
	w.t.Helper()
	ctx := context.Background()
	before := w.dump()
	if _, err := w.goods.Put(ctx, v); !errors.Is(err, repo.ErrConflict) {
		w.t.Errorf("Put: %v", err)
	}
	if err := w.goods.DeleteValue(ctx, v); !errors.Is(err, repo.ErrConflict) {
		w.t.Errorf("DeleteValue: %v", err)
	}
	if err := w.goods.Update(ctx, adID.Of(v.ID), adName.Set("x"), repo.IfUnchanged(v)); !errors.Is(err, repo.ErrConflict) && !errors.Is(err, repo.ErrNotFound) {
		w.t.Errorf("Update: %v", err)
	}
	if d := cmp.Diff(before, w.dump(), cmp.Comparer(item.Equal)); d != "" {
		w.t.Errorf("written all the same: %s", d)
	}
}

// A write that was found to be done, by an earlier run of the program, tells
// nothing of what else is stored; nor does one that has left the parts alone.
func TestWhatNobodyHasSeenIsKept(t *testing.T) {
	ctx := context.Background()
	eachLayout(t, func(t *testing.T, w *adWorld) {
		w.plant(theirGood("g"))
		id := meta.NewWriteID()
		g := w.get("g")
		g.Name = "first run"
		noErr(t, errOf(w.goods.Put(ctx, g, repo.WithWriteID(id))))
		again := adGoodOf("g")
		again.Name = "first run"
		noErr(t, errOf(w.goods.Put(ctx, &again, repo.WithWriteID(id))))
		if again.Meta.Version != 1 {
			t.Errorf("version %d", again.Meta.Version)
		}
		again.Name = "second run"
		noErr(t, errOf(w.goods.Put(ctx, &again)))
		want := adopted(theirGood("g"))
		want["Name"] = avS("second run")
		w.holds(want)

		v := adGoodOf("g")
		v.Stay = nil // such a list must not have changed
		noErr(t, w.goods.Update(ctx, adID.Of("g"), adStay.Remove()))
		noErr(t, errOf(w.goods.Put(ctx, &v, repo.KeepShards())))
		v.Name = "third"
		noErr(t, errOf(w.goods.Put(ctx, &v)))
		kept := map[string]bool{} // attributes of parts that were not written
		for table := range w.dump() {
			kept[table] = true
		}
		for _, name := range []string{"One", "Opt", "List", "Map"} {
			if !kept[name+"s"] {
				continue
			}
			doc := must(w.all.Get(ctx, "g"))(t)
			if d := cmp.Diff(plainValue(theirGood("g")[name]), doc[name]); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
	})
}
