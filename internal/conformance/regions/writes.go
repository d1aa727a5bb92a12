package regions

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// writeChecks run the verbs that write, and compare what they send to each region.
var writeChecks = []check{
	{"that concern both regions", func(t *testing.T, w *world) {
		ctx, r := t.Context(), open(t, w, people())
		p := newPerson("a")
		key, err := r.Create(ctx, p)
		kit.Must(t, err)
		w.sent(t, "Create", "TransactWriteItems BatchWriteItem PutItem", "BatchWriteItem")
		w.counted(t, "of one person", map[string]int{"People": 1, "Notes": 1, ireland + "/Photos": 1, ireland + "/Past": 2})
		got := kit.Has(t, r, key, "created", *p)
		w.reset()

		got.Past[1].Text, got.Note.Text = "2", "changed"
		kit.Must(t, second(r.Put(ctx, got)))
		w.sent(t, "Put", "BatchWriteItem PutItem BatchWriteItem", "BatchWriteItem BatchWriteItem")
		kit.Must(t, r.Update(ctx, key, pName.Set("Eve"), pFirst.Set("1")))
		w.sent(t, "Update", "GetItem UpdateItem", "GetItem PutItem DeleteItem")
		kit.Must(t, r.Update(ctx, key, lens.Append(pPast, leaf{Text: "three"})))
		w.sent(t, "Update that appends", "GetItem UpdateItem", "PutItem")
		kit.Must(t, r.Update(ctx, key, pPhoto.Remove(), repo.If(pShot.Eq("photo"))))
		w.sent(t, "Update with a condition", "GetItem UpdateItem", "GetItem DeleteItem")
		kit.Must(t, r.Modify(ctx, key, func(p *person) error { p.Past[0].Text = "I"; return nil }))
		got, err = r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "changed", *got, person{Meta: got.Meta, ID: "a", Name: "Eve", Note: leaf{Text: "changed"}, Past: []leaf{{Text: "I"}, {Text: "2"}, {Text: "three"}}})
		w.reset()
		kit.Must(t, second(r.Put(ctx, newPerson("a"))))
		w.sent(t, "Put of an untracked value", "GetItem BatchWriteItem PutItem BatchWriteItem", "BatchWriteItem BatchWriteItem")
		kit.Must(t, r.Delete(ctx, key))
		w.sent(t, "Delete", "GetItem PutItem BatchWriteItem DeleteItem", "BatchWriteItem")
		w.counted(t, "left", map[string]int{})
	}},
	{"that concern the root's region", func(t *testing.T, w *world) {
		ctx, r := t.Context(), open(t, w, people())
		key, err := r.Create(ctx, newPerson("a"))
		kit.Must(t, err)
		w.reset()
		kit.Must(t, r.Update(ctx, key, pName.Set("Eve")))
		w.sent(t, "Update of the root", "TransactWriteItems", "")
		kit.Must(t, r.Update(ctx, key, pNote.Set("1")))
		w.sent(t, "Update of a part", "TransactWriteItems GetItem PutItem UpdateItem DeleteItem", "")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		w.reset()
		got.Name, got.Note.Text = "Joe", "2"
		kit.Must(t, second(r.Put(ctx, got)))
		w.sent(t, "Put", "TransactWriteItems", "")
		got.Name = "Jim"
		kit.Must(t, second(r.Put(ctx, got)))
		w.sent(t, "Put of the root", "PutItem", "")
		kit.Must(t, r.Modify(ctx, key, func(p *person) error { p.Note.Text = "3"; return nil }, repo.Skip(photo, past)))
		w.sent(t, "Modify without the other region's parts", "BatchGetItem TransactWriteItems", "")
		kit.Must(t, r.Delete(ctx, key))
	}},
	{"of many", func(t *testing.T, w *world) {
		ctx, r := t.Context(), open(t, w, people())
		all := []*person{newPerson("a"), newPerson("b"), newPerson("c")}
		keys, err := r.PutMany(ctx, all)
		kit.Must(t, err)
		found, err := r.GetMany(ctx, keys)
		kit.Must(t, err)
		for i := range found {
			kit.Equal(t, "found", *found[i], *all[i])
		}
		kit.Must(t, r.DeleteMany(ctx, keys))
		w.counted(t, "left", map[string]int{})
	}},
	{"of several objects", func(t *testing.T, w *world) {
		type order struct {
			ID    string `dynamodbav:"id"`
			Total int    `dynamodbav:"total"`
			Lines leaf   `dynamodbav:"lines"`
		}
		orderID, total := repo.KeyOf(func(o *order) *string { return &o.ID }), lens.Of(func(o *order) *int { return &o.Total })
		ctx, r := t.Context(), open(t, w, people())
		orders, err := repo.New(w.near.client, repo.TableOf("Orders", orderID, shard.New(shard.To("Lines"), func(o *order) *leaf { return &o.Lines })))
		kit.Must(t, err)
		kit.Must(t, orders.CreateTables(ctx))
		w.reset()
		kit.Must(t, repo.Transact(ctx, []repo.Op{orders.CreateOp(&order{ID: "o", Total: 1}), r.CreateOp(newPerson("a"))}))
		w.sent(t, "Transact", "TransactWriteItems BatchWriteItem TransactWriteItems", "BatchWriteItem")
		kit.Must(t, repo.Transact(ctx, []repo.Op{orders.UpdateOp(orderID.Of("o"), total.Set(2)), r.UpdateOp(pID.Of("a"), pFirst.Set("1"))}))
		err = repo.Transact(ctx, []repo.Op{orders.UpdateOp(orderID.Of("o"), total.Set(3)), r.CheckOp(pID.Of("a"), pFirst.Eq("one"))})
		kit.WantErr(t, "a condition in the other region", err, repo.ErrCondition, "")
		got, err := r.Get(ctx, pID.Of("a"))
		kit.Must(t, err)
		o, err := orders.Get(ctx, orderID.Of("o"))
		kit.Must(t, err)
		kit.Equal(t, "what is stored", []any{texts(got.Past), o.Total}, []any{"[1 two]", 2})

		elsewhere, err := repo.New(w.near.client, people(), repo.Entity("Others"), repo.WithRegions(map[string]repo.Client{ireland: w.far.raw}))
		kit.Must(t, err)
		w.reset()
		err = repo.Transact(ctx, []repo.Op{orders.DeleteOp(orderID.Of("o")), r.DeleteOp(pID.Of("a")), elsewhere.DeleteOp(pID.Of("b"))})
		kit.WantErr(t, "other clients", err, repo.ErrInvalid, "other clients in repo.WithRegions")
		w.sent(t, "refused", "", "")
		kit.Must(t, repo.Transact(ctx, []repo.Op{orders.DeleteOp(orderID.Of("o")), r.DeleteOp(pID.Of("a"))}))
		w.counted(t, "left", map[string]int{})
	}},
}
