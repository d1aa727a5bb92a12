package versions

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	list   = types.AttributeValueMemberL
	object = types.AttributeValueMemberM
)

var apartChecks = []kit.Check{
	{Name: "a newer object", Run: tooNew},
	{Name: "no step", Run: tooOld},
	{Name: "encrypted", Run: encrypted},
	{Name: "variants", Run: variants},
	{Name: "divided lists", Run: divided},
	{Name: "indexes", Run: indexes},
	{Name: "deleted and kept", Run: kept},
	{Name: "without a type", Run: untyped},
	{Name: "union", Run: union},
}

// tooNew: a program of an earlier version refuses the object, and may delete it.
func tooNew(t *testing.T, x *kit.World) {
	r, old := v3(t, x), v1(t, x)
	for _, id := range []string{"a", "b"} {
		_, err := r.Create(t.Context(), &person{ID: id, First: "Ann", Born: 1970})
		kit.Must(t, err)
	}
	before := x.Item(t, "People", "a")
	newer := func(what string, err error) {
		t.Helper()
		kit.WantErr(t, what, err, repo.ErrSchemaTooNew, "the object is of version 3 of the model, this program has version 1")
	}
	k, name := keyV1.Of("a"), lens.Of(func(p *personV1) *string { return &p.Name })
	_, err := old.Get(t.Context(), k)
	newer("get", err)
	_, err = repo.Read(t.Context(), old, k, name)
	newer("read", err)
	_, err = old.Put(t.Context(), &personV1{ID: "a"})
	newer("put", err)
	newer("update", old.Update(t.Context(), k, name.Set("n")))
	newer("modify", old.Modify(t.Context(), k, func(*personV1) error { return nil }))
	newer("transact", repo.Transact(t.Context(), []repo.Op{old.UpdateOp(k, name.Set("n")), old.CreateOp(&personV1{ID: "z"})}))
	newer("check", repo.Transact(t.Context(), []repo.Op{old.CheckOp(k, name.Eq("n")), old.CreateOp(&personV1{ID: "z"})}))
	_, err = old.Create(t.Context(), &personV1{ID: "a"})
	kit.WantErr(t, "create", err, repo.ErrExists, "")
	n := 0
	for _, err := range old.Scan(t.Context()) {
		newer("scan", err)
		n++
	}
	kit.Equal(t, "scanned", n, 2)
	kit.Same(t, "stored", x.Item(t, "People", "a"), before)
	again := kit.Open(t, x, repo.TableOf("People", keyV1, keepV1, repo.Schema[personV1](1)))
	_, err = again.Get(t.Context(), k)
	newer("declared as the first", err)
	x.Counted(t, "items", map[string]int{"People": 2, "Photos": 2})
}

// tooOld: no step leads from the version of the object.
func tooOld(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := kit.Open(t, x, repo.TableOf("People", key, keep, photoOf, repo.Schema[person](3, repo.Upgrade(2, toV3))), repo.AllowTables("Notes"))
	_, err := r.Get(t.Context(), key.Of("a"))
	kit.WantErr(t, "get", err, repo.ErrSchemaTooOld, "the object is of version 1 of the model, and the program has no repo.Upgrade(1)")
	err = r.Update(t.Context(), key.Of("a"), born.Set(1))
	kit.WantErr(t, "update", err, repo.ErrSchemaTooOld, "")
	_, err = repo.Read(t.Context(), r, key.Of("a"), born)
	kit.WantErr(t, "read", err, repo.ErrSchemaTooOld, "")
	for _, err := range r.Query(t.Context(), repo.All[person]().Where(born.Eq(1))) {
		kit.WantErr(t, "query", err, repo.ErrSchemaTooOld, "")
	}
	_, err = r.Put(t.Context(), &person{ID: "a"})
	kit.Must(t, err)
	kit.Equal(t, "version", version(t, x, "a"), "3")
}

// secretV1 and secret are encrypted at different paths.
type secretV1 struct {
	ID   string      `dynamodbav:"id"`
	Code string      `dynamodbav:"code"`
	Part note        `dynamodbav:"part"`
	Meta meta.Record `dynamodbav:"-"`
}

type secret struct {
	ID   string      `dynamodbav:"id"`
	PIN  string      `dynamodbav:"pin"`
	Part note        `dynamodbav:"part"`
	Meta meta.Record `dynamodbav:"-"`
}

var (
	secretKeyV1 = repo.KeyOf(func(s *secretV1) *string { return &s.ID })
	secretKey   = repo.KeyOf(func(s *secret) *string { return &s.ID })
	code        = lens.Of(func(s *secretV1) *string { return &s.Code })
	pin         = lens.Of(func(s *secret) *string { return &s.PIN })
)

// encrypted: the step says what was encrypted then.
func encrypted(t *testing.T, x *kit.World) {
	ctx, aes := t.Context(), kit.Keys(t)
	partV1 := shard.New(shard.To("Parts"), func(s *secretV1) *note { return &s.Part })
	part := shard.New(shard.To("Parts"), func(s *secret) *note { return &s.Part })
	keepOf := meta.Keep(func(s *secret) *meta.Record { return &s.Meta })
	old := kit.Open(t, x, repo.TableOf("Secrets", secretKeyV1, meta.Keep(func(s *secretV1) *meta.Record { return &s.Meta }), partV1, cipher.Protect(aes, code)))
	for _, id := range []string{"a", "b"} {
		_, err := old.Create(ctx, &secretV1{ID: id, Code: "1234", Part: note{"p"}})
		kit.Must(t, err)
	}
	step := func(s *secretV1) (*secret, error) { return &secret{ID: s.ID, PIN: s.Code, Part: s.Part}, nil }
	r := kit.Open(t, x, repo.TableOf("Secrets", secretKey, keepOf, part, cipher.Protect(aes, pin), repo.Schema[secret](2, repo.Upgrade(1, step, cipher.Protect(aes, code)))))
	got, err := r.Get(ctx, secretKey.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "read", got.PIN, "1234")
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	item := x.Item(t, "Secrets", "a")
	if _, sealed := item["pin"].(*types.AttributeValueMemberB); !sealed || item["code"] != nil {
		t.Errorf("stored: %v", item)
	}
	kit.Must(t, r.Update(ctx, secretKey.Of("b"), pin.Set("5678")))
	got, err = r.Get(ctx, secretKey.Of("b"))
	kit.Must(t, err)
	kit.Equal(t, "updated", [2]string{got.PIN, got.Part.Text}, [2]string{"5678", "p"})

	_, err = old.Create(ctx, &secretV1{ID: "c", Code: "1234"})
	kit.Must(t, err)
	silent := kit.Open(t, x, repo.TableOf("Secrets", secretKey, keepOf, part, cipher.Protect(aes, pin), repo.Schema[secret](2, repo.Upgrade(1, step))))
	_, err = silent.Get(ctx, secretKey.Of("c"))
	kit.WantErr(t, "nothing said", err, repo.ErrInvalid, "give it the cipher.Protect of that version")
	wrong := kit.Open(t, x, repo.TableOf("Secrets", secretKey, keepOf, part, cipher.Protect(aes, pin),
		repo.Schema[secret](2, repo.Upgrade(1, step, cipher.Protect(aes, code, lens.Of(func(s *secretV1) *string { return &s.Part.Text }))))))
	_, err = wrong.Get(ctx, secretKey.Of("c"))
	kit.WantErr(t, "more than was", err, repo.ErrCorrupt, "part.text")
}

// An order has a payment of one of several types, in both versions.
type payment interface{ pays() }

type card struct {
	Number string `dynamodbav:"number"`
}

type cash struct {
	Sum int `dynamodbav:"sum"`
}

func (card) pays() {}
func (cash) pays() {}

type orderV1 struct {
	ID  string  `dynamodbav:"id"`
	Pay payment `dynamodbav:"pay"`
}

type order struct {
	ID   string    `dynamodbav:"id"`
	Pays []payment `dynamodbav:"pays"`
}

// variants: the interfaces of the old type are declared with the step.
func variants(t *testing.T, x *kit.World) {
	keyV1, key := repo.KeyOf(func(o *orderV1) *string { return &o.ID }), repo.KeyOf(func(o *order) *string { return &o.ID })
	apart := repo.OneOf(func(o *orderV1) *payment { return &o.Pay }, repo.Variant[card, payment]("card", shard.To("Cards")), repo.Variant[cash, payment]("cash"))
	old := kit.Open(t, x, repo.TableOf("Orders", keyV1, apart))
	for id, pay := range map[string]payment{"a": card{"1"}, "b": cash{2}, "c": nil} {
		_, err := old.Create(t.Context(), &orderV1{ID: id, Pay: pay})
		kit.Must(t, err)
	}
	step := repo.Upgrade(1, func(o *orderV1) (*order, error) { return &order{ID: o.ID, Pays: []payment{o.Pay}}, nil }, apart)
	r := kit.Open(t, x, repo.TableOf("Orders", key, repo.Schema[order](2, step),
		repo.EachOneOf(func(o *order) *[]payment { return &o.Pays }, repo.Variant[card, payment]("kard"), repo.Variant[cash, payment]("kash"))), repo.AllowTables("Cards"))
	for id, pay := range map[string]payment{"a": card{"1"}, "b": cash{2}, "c": nil} {
		got, err := r.Get(t.Context(), key.Of(id))
		kit.Must(t, err)
		kit.Equal(t, id, got.Pays, []payment{pay})
		kit.Must(t, r.Modify(t.Context(), key.Of(id), func(*order) error { return nil }))
		kit.Has(t, r, key.Of(id), id, order{ID: id, Pays: []payment{pay}})
	}
	x.Counted(t, "items", map[string]int{"Orders": 3})
	kit.Same(t, "stored", x.Item(t, "Orders", "a")["pays"], kit.List(kit.Object(kit.Row{"kard": kit.Object(kit.Row{"number": kit.Str("1")})})))
}

// divided: lists whose elements are items, before or after.
func divided(t *testing.T, x *kit.World) {
	old := kit.Open(t, x, repo.TableOf("People", keyV1, keepV1, shard.Each(shard.To("PetsV1"), func(p *personV1) *[]petV1 { return &p.Pets })))
	_, err := old.Create(t.Context(), ann())
	kit.Must(t, err)
	r := kit.Open(t, x, repo.TableOf("People", key, keep, repo.Schema[person](3, repo.Upgrade(1, toV2), repo.Upgrade(2, toV3)),
		shard.Each(shard.To("Pets"), func(p *person) *[]pet { return &p.Pets })), repo.AllowTables("PetsV1"))
	got, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "read", bare(got), annToday())
	got.Pets = append(got.Pets, pet{"fish"})
	_, err = r.Put(t.Context(), got)
	kit.Must(t, err)
	x.Counted(t, "items", map[string]int{"People": 1, "Pets": 3})
	again, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "written", again.Pets, []pet{{"cat"}, {"dog"}, {"fish"}})
	kit.Must(t, r.Update(t.Context(), key.Of("a"), lens.At(lens.Of(func(p *person) *[]pet { return &p.Pets }), 0).Set(pet{"cow"})))

	// The list keeps its tables, and its elements change.
	_, err = old.Create(t.Context(), &personV1{ID: "b", Name: "Bo", Pets: []petV1{{"dropped"}, {"x"}, {"y"}}})
	kit.Must(t, err)
	same := kit.Open(t, x, repo.TableOf("People", key, keep, repo.Schema[person](3, repo.Upgrade(1, toV2), repo.Upgrade(2, toV3)),
		shard.Each(shard.To("PetsV1"), func(p *person) *[]pet { return &p.Pets })))
	kit.Must(t, same.Update(t.Context(), key.Of("b"), born.Set(5)))
	b, err := same.Get(t.Context(), key.Of("b"))
	kit.Must(t, err)
	kit.Equal(t, "kept", b.Pets, []pet{{"x"}, {"y"}})
	x.Counted(t, "items", map[string]int{"People": 2, "Pets": 3, "PetsV1": 2})
}

// indexes have an older object by what is stored, and a filter is judged of today's.
func indexes(t *testing.T, x *kit.World) {
	store(t, x, ann(), &personV1{ID: "b", Name: "Bo Ray", Age: 40})
	byAge := repo.SimpleIndexOf("by-age", func(p *aged) *int { return &p.Age }, repo.KeysOnly())
	ageKey := repo.KeyOf(func(p *aged) *string { return &p.ID })
	step := repo.Upgrade(1, func(p *personV1) (*aged, error) { return &aged{ID: p.ID, Age: p.Age, Old: p.Age >= 40}, nil })
	r := kit.Open(t, x, repo.TableOf("People", ageKey, byAge, repo.Schema[aged](2, step)), repo.AllowTables("Notes"))
	var ids []string
	for _, p := range kit.All(t, r.Query(t.Context(), byAge.In(40))) {
		ids = append(ids, p.ID)
	}
	kit.Equal(t, "by age", ids, []string{"b"})
	is := lens.Of(func(p *aged) *bool { return &p.Old })
	n, err := r.Count(t.Context(), repo.All[aged]().Where(is.Eq(true)))
	kit.Must(t, err)
	kit.Equal(t, "old ones", n, 1)
}

type aged struct {
	ID  string `dynamodbav:"id"`
	Age int    `dynamodbav:"age"`
	Old bool   `dynamodbav:"isold"`
}

// kept: an object that is deleted and kept is upgraded once it is restored.
func kept(t *testing.T, x *kit.World) {
	old := v1(t, x, repo.SoftDelete[personV1]())
	_, err := old.Create(t.Context(), ann())
	kit.Must(t, err)
	kit.Must(t, old.Delete(t.Context(), keyV1.Of("a")))
	r := v3(t, x, repo.SoftDelete[person]())
	_, err = r.Get(t.Context(), key.Of("a"))
	kit.WantErr(t, "deleted", err, repo.ErrNotFound, "")
	err = r.Update(t.Context(), key.Of("a"), born.Set(1))
	kit.WantErr(t, "update", err, repo.ErrNotFound, "")
	got, err := r.Get(t.Context(), key.Of("a"), repo.WithDeleted())
	kit.Must(t, err)
	kit.Equal(t, "deleted", bare(got), annToday())
	kit.Must(t, r.Restore(t.Context(), key.Of("a")))
	kit.Equal(t, "version", version(t, x, "a"), "3")
}

// untyped: Open reads an object as it is stored.
func untyped(t *testing.T, x *kit.World) {
	r := v3(t, x)
	_, err := r.Create(t.Context(), &person{ID: "a", First: "Ann", Photo: photo{"p"}})
	kit.Must(t, err)
	s := kit.OpenStored(t, x, "People", "id", repo.AllowTables("Photos"))
	doc, err := s.Get(t.Context(), "a")
	kit.Must(t, err)
	kit.Equal(t, "first", doc["first"], any("Ann"))
	kit.Must(t, s.Delete(t.Context(), "a"))
	x.Counted(t, "items", map[string]int{})
}

// union: each object is judged by its own model.
func union(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := v3(t, x)
	others := kit.Open(t, x, repo.TableOf("People", repo.KeyOf(func(o *order) *string { return &o.ID }),
		repo.EachOneOf(func(o *order) *[]payment { return &o.Pays }, repo.Variant[cash, payment]("cash"))), repo.Entity("order"))
	_, err := others.Create(t.Context(), &order{ID: "o"})
	kit.Must(t, err)
	var found []string
	for v, err := range repo.Union(t.Context(), repo.All[person](), []repo.Member{r, others}) {
		kit.Must(t, err)
		switch v := v.(type) {
		case *person:
			found = append(found, v.First)
		case *order:
			found = append(found, v.ID)
		}
	}
	slices.Sort(found)
	kit.Equal(t, "found", found, []string{"Ann", "o"})
}
