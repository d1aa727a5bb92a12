package objects

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

var xOptN = lens.Of(func(b *box) *int { return &b.Opt.N })

// wantOp fails t unless an error is about the operation with an index, as WantErr
// has it.
func wantOp(t *testing.T, what string, err error, index int, kind error, op, text string) {
	t.Helper()
	var of *repo.OpError
	if !errors.As(err, &of) || of.Index != index {
		t.Errorf("%s: %v; want an error of operation %d", what, err, index)
		return
	}
	if e := kit.WantErr(t, what, err, kind, text); e.Op != op {
		t.Errorf("%s: the Op is %q, want %q", what, e.Op, op)
	}
}

func openNotes(t *testing.T, x *kit.World) *repo.Repo[note] {
	return kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote))
}

// transactChecks are about several objects in one transaction. Requests are counted.
var transactChecks = []kit.Check{
	{Name: "Transact, costs", Out: kit.Out{Alone: "it writes or reads several objects at once"}, Run: func(t *testing.T, x *kit.World) {
		ctx, r, people := t.Context(), openNotes(t, x), people(t, x)
		a, b := note{ID: "a"}, note{ID: "b"}
		kit.Must(t, repo.Transact(ctx, []repo.Op{r.CreateOp(&a), r.CreateOp(&b)}))
		x.WantSent(t, "two creates", "TransactWriteItems: Put Notes x2")
		a.N, b.N = 1, 2
		kit.Must(t, repo.Transact(ctx, []repo.Op{r.PutOp(&a), r.PutOp(&b)}))
		x.WantSent(t, "two tracked puts", "TransactWriteItems: Put Notes x2")
		kit.Must(t, repo.Transact(ctx, []repo.Op{r.UpdateOp(noteID.Of("a"), lens.Add(nN, 1)), r.CheckOp(noteID.Of("b"), nN.Eq(2))}))
		x.WantSent(t, "an update and a check", "TransactWriteItems: Update Notes, ConditionCheck Notes")
		kit.Must(t, repo.Transact(ctx, []repo.Op{r.DeleteOp(noteID.Of("a")), r.DeleteValueOp(&b), r.DeleteOp(noteID.Of("none"))}))
		x.WantSent(t, "three deletes", "GetItem: Notes", "GetItem: Notes", "TransactWriteItems: Delete Notes x2, ConditionCheck Notes")

		var ten []repo.Op
		values := make([]note, 10)
		for i := range values {
			values[i] = note{ID: fmt.Sprint("t", i), N: i}
			ten = append(ten, r.CreateOp(&values[i]))
		}
		kit.Must(t, repo.Transact(ctx, ten))
		x.WantSent(t, "ten creates", "TransactWriteItems: Put Notes x10")

		p := john()
		kit.Must(t, repo.Transact(ctx, []repo.Op{people.CreateOp(&p), r.UpdateOp(noteID.Of("t1"), lens.Add(nN, 1))}))
		x.WantSent(t, "an object with parts", "TransactWriteItems: Put Root, Put Shard1, Put Shard2, Put Shard3, Update Notes")
		kit.Must(t, repo.Transact(ctx, []repo.Op{people.CheckOp(personID.Of(p.ID), pLat.Eq("34.69")), r.UpdateOp(noteID.Of("t1"), lens.Add(nN, 1))}))
		x.WantSent(t, "a check of a part", "TransactWriteItems: ConditionCheck Root, ConditionCheck Shard3, Update Notes")

		var left, right *note
		var john *person
		kit.Must(t, repo.TransactGet(ctx, r.GetOp(noteID.Of("t1"), &left), r.GetOp(noteID.Of("t2"), &right)))
		x.WantSent(t, "two gets", "TransactGetItems: Get Notes x2")
		kit.Equal(t, "n", []int{left.N, right.N}, []int{3, 2})
		kit.Must(t, repo.TransactGet(ctx, people.GetOp(personID.Of(p.ID), &john), r.GetOp(noteID.Of("t2"), &right)))
		x.WantSent(t, "a get of an object with parts", "TransactGetItems: Get Root, Get Shard1, Get Shard2, Get Shard3, Get Notes")
		kit.Equal(t, "person", *john, p)
	}},
	{Name: "Transact, a single operation", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), openNotes(t, x)
		one := func(op repo.Op, opts ...repo.CallOption) { kit.Must(t, repo.Transact(ctx, []repo.Op{op}, opts...)) }
		n, m := note{ID: "n"}, note{ID: "m"}
		one(r.CreateOp(&n))
		x.WantSent(t, "create", "TransactWriteItems: Put Notes")
		one(r.CreateOp(&m, repo.Relaxed()))
		x.WantSent(t, "create, relaxed", "PutItem: Notes")
		one(r.PutOp(&n))
		x.WantSent(t, "put", "PutItem: Notes")
		one(r.PutOp(&note{ID: "n", N: 7}, repo.MustExist()))
		x.WantSent(t, "put, untracked", "GetItem: Notes", "PutItem: Notes")
		one(r.With(repo.Relaxed()).UpdateOp(noteID.Of("n"), lens.Add(nN, 1)))
		x.WantSent(t, "update, relaxed", "UpdateItem: Notes")
		one(r.DeleteOp(noteID.Of("none")))
		x.WantSent(t, "delete of nothing", "GetItem: Notes")
		one(r.CheckOp(noteID.Of("n")))
		x.WantSent(t, "check", "TransactWriteItems: ConditionCheck Notes")
		one(r.DeleteOp(noteID.Of("n")), repo.WithWriteID(meta.NewWriteID()))
		x.WantSent(t, "delete", "GetItem: Notes", "TransactWriteItems: Delete Notes")
	}},
	{Name: "Transact, refused", Out: kit.Out{Alone: "it writes or reads several objects at once"}, Run: func(t *testing.T, x *kit.World) {
		ctx, r, boxes := t.Context(), openNotes(t, x), kit.Open(t, x, boxIn("Box", ""))
		n := note{ID: "n", N: 1}
		_, err := r.Create(ctx, &n)
		kit.Must(t, err)
		_, err = boxes.Create(ctx, &box{ID: "b", Part: leaf{N: 3}})
		kit.Must(t, err)
		here, gone, b := noteID.Of("n"), noteID.Of("none"), boxID.Of("b")
		old := n
		kit.Must(t, r.Update(ctx, here, lens.Add(nN, 0)))
		kit.Must(t, r.Update(ctx, here, nN.Set(1)))
		before, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
		kit.Must(t, err)
		fresh := note{ID: "fresh"}
		partN := lens.Join(xPart, lN)
		for _, c := range []struct {
			name string
			op   repo.Op
			kind error
			verb string
		}{
			{"create over an object", r.CreateOp(&note{ID: "n"}), repo.ErrExists, "Create"},
			{"put of an old version", r.PutOp(&old), repo.ErrConflict, "Put"},
			{"put that must exist", r.PutOp(&note{ID: "none"}, repo.MustExist()), repo.ErrNotFound, "Put"},
			{"update of nothing", r.UpdateOp(gone, nN.Set(1)), repo.ErrNotFound, "Update"},
			{"update if", r.UpdateOp(here, nN.Set(2), repo.If(nN.Gt(1))), repo.ErrCondition, "Update"},
			{"update below nothing", boxes.UpdateOp(b, xOptN.Set(1)), repo.ErrNoPath, "Update"},
			{"delete that must exist", r.DeleteOp(gone, repo.MustExist()), repo.ErrNotFound, "Delete"},
			{"delete of an old value", r.DeleteValueOp(&old), repo.ErrConflict, "DeleteValue"},
			{"check of nothing", r.CheckOp(gone), repo.ErrNotFound, "Check"},
			{"check of a value", r.CheckOp(here, nN.Eq(2)), repo.ErrCondition, "Check"},
			{"check in a part", boxes.CheckOp(b, partN.Eq(4)), repo.ErrCondition, "Check"},
			{"check in an absent part", boxes.CheckOp(b, xOptN.Eq(4)), repo.ErrCondition, "Check"},
			{"raw", repo.RawOp(types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{TableName: new(x.Table("Notes")), Key: kit.Row{"id": kit.Str("other")},
				ConditionExpression: new("attribute_exists(id)")}}), repo.ErrCondition, "Raw"},
		} {
			for i, ops := range [][]repo.Op{{c.op, r.CreateOp(&fresh)}, {r.CreateOp(&fresh), c.op}} {
				err := repo.Transact(ctx, ops)
				wantOp(t, c.name, err, i, c.kind, c.verb, "")
				if !fresh.Meta.Equal(meta.Record{}) {
					t.Fatalf("%s: the other value is tracked as %+v", c.name, fresh.Meta)
				}
			}
			if c.verb == "Raw" {
				continue
			}
			// Alone it is refused as well.
			wantOp(t, c.name+", alone", repo.Transact(ctx, []repo.Op{c.op}), 0, c.kind, c.verb, "")
		}
		err = repo.Transact(ctx, []repo.Op{r.CheckOp(here), r.CreateOp(&note{ID: "n2"}), r.UpdateOp(gone, nN.Set(1)), boxes.CheckOp(b, partN.Eq(4))})
		if x.Engine.Staged { // what is in a part is compared before the others are written
			wantOp(t, "two are refused", err, 3, repo.ErrCondition, "Check", `"b"`)
		} else {
			wantOp(t, "two are refused", err, 2, repo.ErrNotFound, "Update", `"none"`)
		}
		after, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
		kit.Must(t, err)
		kit.Same(t, "what is stored", after, before)
	}},
	{Name: "Transact, what a raw action met", Out: kit.Out{Alone: "it writes or reads several objects at once"}, Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), openNotes(t, x)
		x.Tampered = true
		stored := kit.Row{"id": kit.Str("counter"), "n": kit.Num("5")}
		x.Plant(t, "Notes", stored)
		raw := func(cond string) repo.Op {
			return repo.RawOp(types.TransactWriteItem{Update: &types.Update{TableName: new(x.Table("Notes")), Key: kit.Row{"id": kit.Str("counter")},
				UpdateExpression: new("ADD n :one"), ConditionExpression: &cond, ExpressionAttributeValues: kit.Row{":one": kit.Num("1"), ":n": kit.Num("5")}}})
		}
		x.Net.Reset()
		err := repo.Transact(ctx, []repo.Op{r.CreateOp(&note{ID: "a"}), raw("n > :n")})
		wantOp(t, "refused", err, 1, repo.ErrCondition, "Raw", "")
		var met *types.ConditionalCheckFailedException
		if !errors.As(err, &met) {
			t.Fatalf("%v has no item", err)
		}
		kit.Same(t, "item", met.Item, map[string]types.AttributeValue(stored))
		x.WantSent(t, "refused", "TransactWriteItems: Put Notes, Update Notes")
		kit.Must(t, repo.Transact(ctx, []repo.Op{r.CreateOp(&note{ID: "a"}), raw("n = :n")}))
		kit.Same(t, "counter", x.Item(t, "Notes", "counter"), kit.Row{"id": kit.Str("counter"), "n": kit.Num("6")})
		err = repo.Transact(ctx, []repo.Op{r.CheckOp(noteID.Of("a")),
			repo.RawOp(types.TransactWriteItem{Put: &types.Put{TableName: new(x.Table("Notes")), Item: kit.Row{"n": kit.Num("1")}}})})
		wantOp(t, "a put without a key", err, 1, repo.ErrInvalid, "Raw", "")
		// DynamoDB does not say which expression it cannot parse.
		err = repo.Transact(ctx, []repo.Op{r.CheckOp(noteID.Of("a")), raw("n =")})
		if e := kit.WantErr(t, "a wrong expression", err, repo.ErrInvalid, ""); e.Op != "Transact" || errors.As(err, new(*repo.OpError)) {
			t.Errorf("a wrong expression: %v is blamed on an operation", err)
		}
	}},
	{Name: "Transact, one object once", Run: func(t *testing.T, x *kit.World) {
		ctx, r, boxes := t.Context(), openNotes(t, x), kit.Open(t, x, boxIn("Box", ""))
		n, b := note{ID: "n"}, box{ID: "b", Part: leaf{N: 3}}
		_, err := r.Create(ctx, &n)
		kit.Must(t, err)
		_, err = boxes.Create(ctx, &b)
		kit.Must(t, err)
		key := noteID.Of("n")
		put := func(table string, item kit.Row) repo.Op {
			return repo.RawOp(types.TransactWriteItem{Put: &types.Put{TableName: new(x.Table(table)), Item: item}})
		}
		part := b.Meta.References()[0]
		partKey := kit.Row{"_id": kit.Str(part.Key)}
		x.Net.Reset()
		const twice = "is on the same object; a transaction may have one. "
		for _, c := range []struct {
			name, op, text string
			ops            []repo.Op
		}{
			{"update and check", "Check", "operation 0 (Update) " + twice + "A condition of its own is repo.If in an Update",
				[]repo.Op{r.UpdateOp(key, nN.Set(1)), r.CheckOp(key)}},
			{"put and delete", "Delete", "operation 0 (Put) " + twice + "Make them one", []repo.Op{r.PutOp(&n), r.DeleteOp(key)}},
			{"a raw put", "Raw", "operation 0 (Put) " + twice, []repo.Op{r.PutOp(&n), put("Notes", kit.Row{"id": kit.Str("n")})}},
			{"a raw action on a part", "Raw", "is a part of the object of operation 0 (Update)",
				[]repo.Op{boxes.UpdateOp(boxID.Of("b"), xDeepN.Set(1)), repo.RawOp(types.TransactWriteItem{Delete: &types.Delete{TableName: new(x.Prefix + part.Table), Key: partKey}})}},
			{"two raw puts", "Raw", "operation 0 (Raw) " + twice,
				[]repo.Op{put("Notes", kit.Row{"id": kit.Str("m"), "n": kit.Num("1")}), put("Notes", kit.Row{"id": kit.Str("m")}), r.CheckOp(key)}},
		} {
			wantOp(t, c.name, repo.Transact(ctx, c.ops), 1, repo.ErrInvalid, c.op, c.text)
			x.WantSent(t, c.name)
		}
	}},
	{Name: "Transact, limits", Out: kit.Out{Alone: "it writes or reads several objects at once"}, Run: func(t *testing.T, x *kit.World) {
		ctx, r, boxes := t.Context(), kit.Open(t, x, shelves()), kit.Open(t, x, boxIn("Box", ""))
		big := []shelf{{ID: "a", Blobs: blobs(6, 300_000)}, {ID: "b", Blobs: blobs(6, 300_000)}, {ID: "c", Blobs: blobs(2, 300_000)}, {ID: "d"}}
		ops := []repo.Op{r.CreateOp(&big[0]), r.CreateOp(&big[1]), r.CreateOp(&big[2]), r.CreateOp(&big[3])}
		x.Net.Reset()
		kit.Must(t, repo.Transact(ctx, ops))
		x.WantSent(t, "4.2 MB", "TransactWriteItems: Put Shelves", "BatchWriteItem: Blobs x6", "TransactWriteItems: Put Shelves", "BatchWriteItem: Blobs x6", "TransactWriteItems: Put Shelves", "BatchWriteItem: Blobs x2",
			"TransactWriteItems: Put Shelves", "TransactWriteItems: Put Shelves x4")
		kit.Equal(t, "shelves", len(kit.All(t, r.Scan(ctx))), 4)
		kit.CheckOrphans(t, x.Raw, x.Prefix)
		kit.DeleteAll(t, x, r)
		many := []shelf{{ID: "a", Blobs: blobs(50, 1)}, {ID: "b", Blobs: blobs(50, 1)}, {ID: "c"}}
		x.Net.Reset()
		kit.Must(t, repo.Transact(ctx, []repo.Op{r.CreateOp(&many[0]), r.CreateOp(&many[1]), r.CreateOp(&many[2])}))
		x.WantSent(t, "103 actions", "TransactWriteItems: Put Shelves", "BatchWriteItem: Blobs x25", "BatchWriteItem: Blobs x25", "TransactWriteItems: Put Shelves", "BatchWriteItem: Blobs x25", "BatchWriteItem: Blobs x25",
			"TransactWriteItems: Put Shelves", "TransactWriteItems: Put Shelves x3")
		notes, crowd := openNotes(t, x), []repo.Op{}
		for i := range 101 {
			crowd = append(crowd, notes.CreateOp(&note{ID: fmt.Sprint(i)}))
		}
		wantOp(t, "101 objects", repo.Transact(ctx, crowd), 100, repo.ErrTooLarge, "Create", "the transaction has 101 operations; at most 100 fit into one")
		x.WantSent(t, "what is too large")
		x.Counted(t, "stored", map[string]int{"Shelves": 3, "Blobs": 100})
		var a, b *shelf
		var c *box
		wantOp(t, "gets", repo.TransactGet(ctx, r.GetOp(shelfID.Of("a"), &a), boxes.GetOp(boxID.Of("none"), &c), r.GetOp(shelfID.Of("b"), &b)), 2, repo.ErrTooLarge, "Get", "103 items; 100 can be read at one moment")
		kit.Must(t, repo.TransactGet(ctx, r.GetOp(shelfID.Of("a"), &a), r.GetOp(shelfID.Of("c"), &b)))
		kit.Equal(t, "parts", []int{len(a.Blobs), len(b.Blobs)}, []int{50, 0})
	}},
	{Name: "Transact, generated keys and records", Out: kit.Out{Alone: "it writes or reads several objects at once"}, Run: func(t *testing.T, x *kit.World) {
		ctx, people := t.Context(), people(t, x)
		a, b := john(), john()
		ops := []repo.Op{people.CreateOp(&a), people.CreateOp(&b), people.CheckOp(personID.Of("none"))}
		wantOp(t, "refused", repo.Transact(ctx, ops), 2, repo.ErrNotFound, "Check", "")
		kit.Equal(t, "keys", []string{a.ID, b.ID}, []string{"", ""})
		kit.Must(t, repo.Transact(ctx, ops[:2]))
		if a.ID == "" || a.ID == b.ID || a.Meta.Version != 1 || b.Meta.Version != 1 || a.Meta.WriteID != b.Meta.WriteID {
			t.Errorf("written as %q %+v and %q %+v", a.ID, a.Meta, b.ID, b.Meta)
		}
		kit.Has(t, people, personID.Of(a.ID), "the first", a)
		a.Visits, b.Visits = 3, 4
		kit.Must(t, repo.Transact(ctx, []repo.Op{people.PutOp(&a), people.PutOp(&b)}))
		kit.Has(t, people, personID.Of(b.ID), "the second", b)
		kit.Equal(t, "versions", []int64{a.Meta.Version, b.Meta.Version}, []int64{2, 2})
	}},
	{Name: "Transact, checks in every layout", Out: kit.Out{Alone: "it writes or reads several objects at once"}, Run: checksInLayouts},
	{Name: "Transact, repeated by its id", Out: kit.Out{Alone: "it writes or reads several objects at once"}, Run: repeatedTransact},
	{Name: "Transact, transfers", Out: kit.Out{Alone: "it writes or reads several objects at once"}, Run: transfers},
	{Name: "TransactGet", Out: kit.Out{Alone: "it writes or reads several objects at once"}, Run: func(t *testing.T, x *kit.World) {
		ctx, people, r := t.Context(), people(t, x), openNotes(t, x)
		p := john()
		p.Past = []location{{City: "one"}, {City: "two"}}
		_, err := people.Create(ctx, &p)
		kit.Must(t, err)
		_, err = r.Create(ctx, &note{ID: "n", N: 1})
		kit.Must(t, err)
		key := personID.Of(p.ID)
		var whole, again, root *person
		n, none := &note{}, &note{}
		x.Net.Reset()
		kit.Must(t, repo.TransactGet(ctx, people.GetOp(key, &whole), people.GetOp(key, &again), people.GetOp(key, &root, repo.RootOnly()), r.GetOp(noteID.Of("n"), &n), r.GetOp(noteID.Of("none"), &none)))
		x.WantSent(t, "gets", "TransactGetItems: Get Root, Get Shard1, Get Shard2, Get Shard3, Get Notes x2", "TransactGetItems: Get Root, Get Shard1, Get Shard2, Get Shard3, Get Past x2, Get Notes x2")
		kit.Equal(t, "whole", *whole, p)
		kit.Equal(t, "again", *again, p)
		kit.Equal(t, "cities of the root", root.Location.City, "")
		kit.Equal(t, "n", n.N, 1)
		if none != nil || whole == again {
			t.Errorf("absent is %v, the two are one: %v", none, whole == again)
		}
		whole.Visits++
		kit.Puts(t, x, people, whole, "PutItem: Root")
		root.FirstName = "late"
		_, err = people.Put(ctx, root)
		kit.WantErr(t, "put of the version before", err, repo.ErrConflict, "")
	}},
}

// checksInLayouts checks objects that are stored in other ways than the model says: a
// check means the same, and nothing of the object changes.
func checksInLayouts(t *testing.T, x *kit.World) {
	ctx, r := t.Context(), openNotes(t, x)
	boxes, elsewhere := kit.Open(t, x, boxIn("Box", "")), kit.Open(t, x, boxIn("New", "Box"))
	plain := kit.Open(t, x, repo.TableOf("Notes", noteID), repo.Plain())
	_, err := r.Create(ctx, &note{ID: "n", N: 2})
	kit.Must(t, err)
	b := box{ID: "b", Part: leaf{N: 3}, Parts: []leaf{{N: 4}, {N: 5}}, ByKey: map[string]leaf{"k": {N: 6}}}
	_, err = boxes.Create(ctx, &b)
	kit.Must(t, err)
	x.Plant(t, "Notes", kit.Row{"id": kit.Str("theirs"), "n": kit.Num("7")})
	n, theirs, key, partN := noteID.Of("n"), noteID.Of("theirs"), boxID.Of("b"), lens.Join(xPart, lN)
	atEnd, entry := lens.Join(lens.At(xParts, 1), lN), lens.Join(lens.Entry(xByKey, "k"), lN)
	before, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
	kit.Must(t, err)
	x.Net.Reset()
	for _, c := range []struct {
		name         string
		holds, wrong repo.Op
		sent         []string
	}{
		{"root", r.CheckOp(n, nN.Eq(2)), r.CheckOp(n, nN.Eq(3)), []string{"TransactWriteItems: ConditionCheck Notes"}},
		{"part", boxes.CheckOp(key, partN.Eq(3)), boxes.CheckOp(key, partN.Gt(3)), []string{"TransactWriteItems: ConditionCheck Boxes, ConditionCheck BoxPart"}},
		{"absent part", boxes.CheckOp(key, xOpt.NotExists()), boxes.CheckOp(key, xOpt.Exists()), []string{"TransactWriteItems: ConditionCheck Boxes"}},
		{"element", boxes.CheckOp(key, atEnd.Eq(5)), boxes.CheckOp(key, atEnd.Eq(4)), []string{"GetItem: Boxes", "TransactWriteItems: ConditionCheck Boxes, ConditionCheck BoxParts"}},
		{"entry", boxes.CheckOp(key, entry.Eq(6)), boxes.CheckOp(key, entry.Eq(5)), []string{"TransactWriteItems: ConditionCheck Boxes, ConditionCheck BoxByKey"}},
		{"two parts", boxes.CheckOp(key, partN.Eq(3), atEnd.Eq(5)), boxes.CheckOp(key, partN.Eq(3), atEnd.Eq(6)), []string{"GetItem: Boxes", "TransactWriteItems: ConditionCheck Boxes, ConditionCheck BoxPart, ConditionCheck BoxParts"}},
		{"without a record", r.CheckOp(theirs, nN.Eq(7)), r.CheckOp(theirs, nN.Eq(8)), []string{"TransactWriteItems: ConditionCheck Notes", "TransactWriteItems: ConditionCheck Notes"}},
		{"plain", plain.CheckOp(n, nN.Eq(2)), plain.CheckOp(n, nN.Eq(3)), []string{"TransactWriteItems: ConditionCheck Notes"}},
		{"of another declaration", elsewhere.CheckOp(key, partN.Eq(3)), elsewhere.CheckOp(key, partN.Eq(4)), []string{"TransactWriteItems: ConditionCheck Boxes, ConditionCheck NewPart", "TransactWriteItems: ConditionCheck Boxes, ConditionCheck BoxPart"}},
	} {
		kit.Must(t, repo.Transact(ctx, []repo.Op{c.holds}))
		x.WantSent(t, c.name, c.sent...)
		wantOp(t, c.name, repo.Transact(ctx, []repo.Op{c.wrong}), 0, repo.ErrCondition, "Check", "")
		x.Net.Reset()
	}
	wantOp(t, "past the end", repo.Transact(ctx, []repo.Op{r.CheckOp(n), boxes.CheckOp(key, lens.Join(lens.At(xParts, 2), lN).Eq(5))}), 1, repo.ErrCondition, "Check", "")
	after, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
	kit.Must(t, err)
	kit.Same(t, "what is stored", after, before)
}

// repeatedTransact repeats transactions under their id, as a program does that was
// restarted. Nothing is applied twice, and values are tracked.
func repeatedTransact(t *testing.T, x *kit.World) {
	ctx, r, people := t.Context(), openNotes(t, x), people(t, x)
	raw := func() repo.Op {
		return repo.RawOp(types.TransactWriteItem{Update: &types.Update{TableName: new(x.Table("Notes")), Key: kit.Row{"id": kit.Str("raw")},
			UpdateExpression: new("ADD n :one"), ExpressionAttributeValues: kit.Row{":one": kit.Num("1")}}})
	}
	for i, c := range []struct {
		name    string
		ops     func(n *note, p *person) []repo.Op
		between func(ctx context.Context, n *note, p *person) error
	}{
		{"creates", func(n *note, p *person) []repo.Op { return []repo.Op{r.CreateOp(n), people.CreateOp(p), raw()} }, nil},
		{"puts over nothing", func(n *note, p *person) []repo.Op { return []repo.Op{people.PutOp(p), raw(), r.PutOp(n)} }, nil},
		{"the first is gone", func(n *note, p *person) []repo.Op { return []repo.Op{raw(), r.CreateOp(n), people.CreateOp(p)} },
			func(ctx context.Context, n *note, p *person) error { return r.Delete(ctx, noteID.Of(n.ID)) }},
		{"the second is gone", func(n *note, p *person) []repo.Op { return []repo.Op{raw(), r.CreateOp(n), people.PutOp(p)} },
			func(ctx context.Context, n *note, p *person) error { return people.Delete(ctx, personID.Of(p.ID)) }},
		{"one has forgotten", func(n *note, p *person) []repo.Op {
			return []repo.Op{r.CreateOp(n), raw(), people.CreateOp(p)}
		}, func(ctx context.Context, n *note, p *person) error {
			for range 9 {
				if err := r.Update(ctx, noteID.Of(n.ID), nN.Set(3)); err != nil {
					return err
				}
			}
			return nil
		}},
	} {
		x.Tampered = true
		n, p := note{ID: fmt.Sprint("n", i), N: 1}, john()
		p.ID = fmt.Sprint("p", i)
		n2, p2 := n, p
		id := repo.WithWriteID(meta.NewWriteID())
		kit.Must(t, repo.Transact(ctx, c.ops(&n, &p), id))
		if c.between != nil {
			kit.Must(t, c.between(ctx, &n, &p))
		}
		before, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
		kit.Must(t, err)
		if err := repo.Transact(ctx, c.ops(&n2, &p2), id); err != nil {
			t.Errorf("%s: repeated: %v", c.name, err)
		}
		after, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
		kit.Must(t, err)
		kit.Same(t, c.name+", what is stored", after, before)
		kit.Equal(t, c.name+", tracked", []meta.Record{{Version: n2.Meta.Version, WriteID: n2.Meta.WriteID}, {Version: p2.Meta.Version, WriteID: p2.Meta.WriteID}},
			[]meta.Record{{Version: 1, WriteID: n.Meta.WriteID}, {Version: 1, WriteID: n.Meta.WriteID}})
		n2.N, p2.Visits = 8, 8
		_, errN := r.Put(ctx, &n2)
		_, errP := people.Put(ctx, &p2)
		kit.Equal(t, c.name+", the next puts", []bool{errN == nil, errP == nil},
			[]bool{c.name != "the first is gone" && c.name != "one has forgotten", c.name != "the second is gone"})
	}
}
