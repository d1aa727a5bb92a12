package repo_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

func TestTheirAttributesAreKept(t *testing.T) {
	ctx := context.Background()
	eachLayout(t, func(t *testing.T, w *adWorld) {
		for verb, write := range map[string]func(id string, change func(*adGood)) (*adGood, error){
			"put": func(id string, change func(*adGood)) (*adGood, error) {
				g := w.get(id)
				change(g)
				_, err := w.goods.Put(ctx, g)
				return g, err
			},
			"put after a scan": func(id string, change func(*adGood)) (*adGood, error) {
				for g, err := range w.goods.Scan(ctx) {
					if err != nil || g.ID == id {
						change(g)
						_, err = w.goods.Put(ctx, g)
						return g, err
					}
				}
				return nil, repo.ErrNotFound
			},
			"modify": func(id string, change func(*adGood)) (*adGood, error) {
				err := w.goods.Modify(ctx, adID.Of(id), func(g *adGood) error { change(g); return nil })
				return w.get(id), err
			},
			"put read with RootOnly": func(id string, change func(*adGood)) (*adGood, error) {
				g := must(w.goods.Get(ctx, adID.Of(id), repo.RootOnly()))(t)
				change(g)
				_, err := w.goods.Put(ctx, g)
				return g, err
			},
		} {
			t.Run(verb, func(t *testing.T) {
				id := "g " + verb
				their := theirGood(id)
				w.plant(their)
				g, err := write(id, func(g *adGood) { g.Name = "new"; g.One.Text = "two"; g.List = g.List[1:] })
				noErr(t, err)
				if g.Meta.Version != 1 {
					t.Errorf("version %d", g.Meta.Version)
				}
				want := adopted(their)
				want["Name"] = avS("new")
				want["One"] = avM(rawItem{"Text": avS("two"), "more": avS("of one")})
				want["List"] = avL(their["List"].(*types.AttributeValueMemberL).Value[1])
				w.holds(want)
				// And they are in the value that was written: it goes on.
				g.Name = "newer"
				noErr(t, errOf(w.goods.Put(ctx, g)))
				want["Name"] = avS("newer")
				w.holds(want)
				if g.Meta.Version != 2 {
					t.Errorf("version %d", g.Meta.Version)
				}
			})
		}
	})
}

// What another program does to attributes that nobody here knows, between the
// read and the write, stays, also through the next writes.
func TestTheirAttributesChangeMeanwhile(t *testing.T) {
	ctx := context.Background()
	eachLayout(t, func(t *testing.T, w *adWorld) {
		their := theirGood("g")
		w.plant(their)
		g := w.get("g")
		w.they("g", "price", avS("1.00"))
		w.they("g", "added", avS("x"))
		want := adopted(their)
		want["price"], want["added"] = avS("1.00"), avS("x")
		for _, name := range []string{"b", "c", "d"} {
			g.Name = name
			noErr(t, errOf(w.goods.Put(ctx, g)))
			want["Name"] = avS(name)
			w.holds(want)
		}
	})
}

// The second writer learns that there was a first, no matter which attribute changed.
func TestTheirItemIsNotOverwritten(t *testing.T) {
	ctx := context.Background()
	changes := map[string]func(w *adWorld, id string){
		"another value was put": func(w *adWorld, id string) {
			g := w.get(id)
			g.Code = "theirs"
			noErr(w.t, errOf(w.goods.Put(ctx, g)))
		},
		"updated":                   func(w *adWorld, id string) { noErr(w.t, w.goods.Update(ctx, adID.Of(id), adName.Set("theirs"))) },
		"an attribute changed":      func(w *adWorld, id string) { w.they(id, "Name", avS("theirs")) },
		"an absent attribute added": func(w *adWorld, id string) { w.they(id, "Code", &types.AttributeValueMemberNULL{Value: true}) },
		"a part of another type":    func(w *adWorld, id string) { w.they(id, "Opt", avS("?")) },
		"something unknown in an element": func(w *adWorld, id string) {
			w.they(id, "List", avL(avM(rawItem{"Text": avS("a"), "more": avS("!")}), avM(rawItem{"Text": avS("b"), "more": avS("of b")})))
		},
		"deleted": func(w *adWorld, id string) {
			noErr(w.t, errOf(w.raw.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: new("Goods"), Key: rawItem{"ID": avS(id)}})))
		},
	}
	eachLayout(t, func(t *testing.T, w *adWorld) {
		for name, change := range changes {
			id := "g " + name
			w.plant(theirGood(id))
			put, deleted, unchanged := w.get(id), w.get(id), w.get(id)
			change(w, id)
			before := w.dump()
			put.Name = "mine"
			_, err := w.goods.Put(ctx, put)
			if !errors.Is(err, repo.ErrConflict) {
				t.Errorf("%s: Put: %v", name, err)
			}
			if err := w.goods.DeleteValue(ctx, deleted); !errors.Is(err, repo.ErrConflict) {
				t.Errorf("%s: DeleteValue: %v", name, err)
			}
			want := repo.ErrConflict
			if name == "deleted" {
				want = repo.ErrNotFound
			}
			if err := w.goods.Update(ctx, adID.Of(id), adName.Set("mine"), repo.IfUnchanged(unchanged)); !errors.Is(err, want) {
				t.Errorf("%s: Update: %v", name, err)
			}
			if d := cmp.Diff(before, w.dump(), cmp.Comparer(item.Equal)); d != "" {
				t.Errorf("%s: written all the same: %s", name, d)
			}
		}
	})
}

func (w *adWorld) dump() map[string][]rawItem {
	out := map[string][]rawItem{}
	for _, table := range []string{"Goods", "Ones", "Opts", "Lists", "Maps", "Subs"} {
		page, err := w.raw.Scan(context.Background(), &dynamodb.ScanInput{TableName: &table})
		if err != nil {
			continue // not in this layout
		}
		out[table] = page.Items
	}
	return out
}

func TestTheirItemUnchanged(t *testing.T) {
	ctx := context.Background()
	eachLayout(t, func(t *testing.T, w *adWorld) {
		w.plant(theirGood("g"))
		g := w.get("g")
		w.net.Reset()
		noErr(t, w.goods.Update(ctx, adID.Of("g"), adName.Set("mine"), repo.IfUnchanged(g)))
		if n := len(w.net.Requests()); n != 1 {
			t.Errorf("%d requests for an update if unchanged", n)
		}
		want := theirGood("g")
		want["Name"] = avS("mine")
		w.holds(want)
		// The item has a record now, and g is not of it.
		if err := w.goods.Update(ctx, adID.Of("g"), adName.Set("x"), repo.IfUnchanged(g)); !errors.Is(err, repo.ErrConflict) {
			t.Error(err)
		}
		w.plant(theirGood("h"))
		h := w.get("h")
		if err := w.goods.Update(ctx, adID.Of("g"), adName.Set("x"), repo.IfUnchanged(h)); !errors.Is(err, repo.ErrConflict) {
			t.Errorf("the value of another item: %v", err)
		}
		w.they("h", "price", avS("1.00")) // deleting it would delete that as well
		if err := w.goods.DeleteValue(ctx, h); !errors.Is(err, repo.ErrConflict) {
			t.Error(err)
		}
		noErr(t, w.goods.DeleteValue(ctx, w.get("h")))
		if _, err := w.goods.Get(ctx, adID.Of("h")); !errors.Is(err, repo.ErrNotFound) {
			t.Error(err)
		}
	})
}

// Modify starts over when the other program writes in between.
func TestModifyBesideThem(t *testing.T) {
	ctx := context.Background()
	eachLayout(t, func(t *testing.T, w *adWorld) {
		their := theirGood("g")
		w.plant(their)
		rounds := 0
		noErr(t, w.goods.Modify(ctx, adID.Of("g"), func(g *adGood) error {
			if rounds++; rounds < 4 {
				w.they("g", "Name", avS(fmt.Sprint("theirs ", rounds)))
			}
			g.One.Text = "mine"
			return nil
		}))
		want := adopted(their)
		want["Name"], want["One"] = avS("theirs 3"), avM(rawItem{"Text": avS("mine"), "more": avS("of one")})
		w.holds(want)
		if rounds != 4 {
			t.Errorf("%d rounds", rounds)
		}
	})
}

// Put of a value that was not read, and Overwrite, replace the item whole.
func TestBlindPutReplacesTheirs(t *testing.T) {
	ctx := context.Background()
	eachLayout(t, func(t *testing.T, w *adWorld) {
		want := rawItem{"ID": avS("g"), "Name": avS("mine"), "One": avM(rawItem{"Text": avS("")}), "Other": avM(rawItem{"Text": avS("")}), "Code": avS("")}
		w.plant(theirGood("g"))
		noErr(t, errOf(w.goods.Put(ctx, &adGood{ID: "g", Name: "mine"})))
		w.holds(want)
		w.plant(theirGood("h"))
		h := w.get("h")
		*h = adGood{ID: "h", Name: "mine", Meta: h.Meta}
		w.they("h", "Name", avS("changed"))
		noErr(t, errOf(w.goods.Put(ctx, h, repo.Overwrite())))
		want["ID"] = avS("h")
		w.holds(want)
	})
}

// A value whose key is not in it goes back to where it came from.
func TestTheirItemDetached(t *testing.T) {
	ctx := context.Background()
	type doc struct {
		Name string
		Meta meta.Record `dynamodbav:"-"`
	}
	key := repo.DetachedKey[doc, string]("ID", keygen.UUIDv7)
	c := embedded.New().Client()
	docs := repoOver(t, c, repo.TableOf("Docs", key, meta.Keep(func(d *doc) *meta.Record { return &d.Meta })))
	plant := func(id string) {
		_, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: new("Docs"), Item: rawItem{"ID": avS(id), "Name": avS("n"), "price": avS("9.99")}})
		noErr(t, err)
	}
	plant("1")
	d := must(docs.Get(ctx, key.Of("1")))(t)
	if k := must(docs.Key(d))(t); fmt.Sprint(k) != fmt.Sprint(key.Of("1")) {
		t.Errorf("key %v", k)
	}
	d.Name = "new"
	if k := must(docs.Put(ctx, d))(t); fmt.Sprint(k) != fmt.Sprint(key.Of("1")) {
		t.Errorf("put under %v", k)
	}
	for d, err := range docs.Scan(ctx) {
		noErr(t, err)
		d.Name += "er"
		noErr(t, errOf(docs.Put(ctx, d)))
	}
	page, err := c.Scan(ctx, &dynamodb.ScanInput{TableName: new("Docs")})
	noErr(t, err)
	if len(page.Items) != 1 || !item.Equal(page.Items[0]["Name"], avS("newer")) || !item.Equal(page.Items[0]["price"], avS("9.99")) {
		t.Errorf("stored: %v", page.Items)
	}
	plant("2")
	d = must(docs.Get(ctx, key.Of("2")))(t)
	if err := docs.PutAt(ctx, key.Of("3"), d); !errors.Is(err, repo.ErrConflict) {
		t.Errorf("put elsewhere: %v", err)
	}
	noErr(t, docs.PutAt(ctx, key.Of("2"), d))
	noErr(t, docs.DeleteValue(ctx, d))
}

// Adoption is checked against the limits of DynamoDB before any request.
func TestAdoptionLimits(t *testing.T) {
	ctx := context.Background()
	eachLayout(t, func(t *testing.T, w *adWorld) {
		big := theirGood("g")
		big["price"] = avS(strings.Repeat("x", 390<<10))
		w.plant(big)
		g := w.get("g")
		g.Name = strings.Repeat("y", 20<<10)
		w.net.Reset()
		if _, err := w.goods.Put(ctx, g); !errors.Is(err, repo.ErrTooLarge) {
			t.Error(err)
		}
		if n := len(w.net.Requests()); n != 0 {
			t.Errorf("%d requests for what cannot be written", n)
		}
		// More attributes than one condition can state. Put states those that
		// the type knows only.
		wide := theirGood("h")
		for i := range 150 {
			wide[fmt.Sprint("column", i)] = avN("1")
		}
		w.plant(wide)
		h := w.get("h")
		w.net.Reset()
		const text = "any Update gives the item a record"
		if err := w.goods.DeleteValue(ctx, h); !errors.Is(err, repo.ErrTooLarge) || !strings.Contains(err.Error(), text) {
			t.Error(err)
		}
		if err := w.goods.Update(ctx, adID.Of("h"), adName.Set("x"), repo.IfUnchanged(h)); !errors.Is(err, repo.ErrTooLarge) || !strings.Contains(err.Error(), text) {
			t.Error(err)
		}
		if n := len(w.net.Requests()); n != 0 {
			t.Errorf("%d requests for what cannot be stated", n)
		}
		h.Name = "new"
		noErr(t, errOf(w.goods.Put(ctx, h)))
		wide["Name"] = avS("new")
		w.holds(adopted(wide))
		noErr(t, w.goods.DeleteValue(ctx, h))
	})
}

// Modify tracks what it reads, also where the type has no record.
func TestModifyTheirsWithoutARecord(t *testing.T) {
	ctx := context.Background()
	type doc struct {
		ID, Name string
		List     []adSub
	}
	id := repo.KeyOf(func(d *doc) *string { return &d.ID })
	c := embedded.New().Client()
	docs := repoOver(t, c, repo.TableOf("Docs", id, shard.Each(shard.To("Lists"), func(d *doc) *[]adSub { return &d.List })))
	plant := func(name string) {
		_, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: new("Docs"), Item: rawItem{"ID": avS("1"), "Name": avS(name), "price": avS("9.99"), "List": theirGood("g")["List"]}})
		noErr(t, err)
	}
	plant("a")
	rounds := 0
	for range 2 {
		noErr(t, docs.Modify(ctx, id.Of("1"), func(d *doc) error {
			if rounds++; rounds == 1 {
				plant("b")
			}
			d.Name += "!"
			return nil
		}))
	}
	all := must(repo.Open(c, "Docs", "ID", repo.AllowTables("Lists")))(t)
	got := must(all.Get(ctx, "1"))(t)
	want := map[string]any{"ID": "1", "Name": "b!!", "price": "9.99", "List": plainValue(theirGood("g")["List"])}
	if d := cmp.Diff(want, got); d != "" || rounds != 3 {
		t.Errorf("%d rounds: %s", rounds, d)
	}
}
