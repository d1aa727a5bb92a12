package versions

import (
	"errors"
	"testing"
	"time"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var hardChecks = []kit.Check{
	{Name: "filters of items without a record", Run: filtersBare},
	{Name: "a filter and a step that fails", Run: filterFails},
	{Name: "a plan that reads the manifest", Out: kit.Out{Staged: "it has the requests of a transaction"}, Run: planManifest},
	{Name: "a write id that two programs have", Run: twoPrograms},
	{Name: "another kind of holder", Run: holders},
	{Name: "an attribute that came later", Run: bareAbsent},
	{Name: "unique values", Out: kit.Out{Alone: "its objects have a unique value"}, Run: uniques},
	{Name: "joined keys", Run: joinedKeys},
	{Name: "a detached key", Run: detached},
	{Name: "another attribute that says when it expires", Run: expiring},
}

func plantBare(t *testing.T, x *kit.World, id, name string) {
	x.Plant(t, "People", kit.Row{"id": kit.Str(id), "name": kit.Str(name), "age": kit.Num("30")})
}

// filtersBare: DynamoDB cannot judge an item without a record either.
func filtersBare(t *testing.T, x *kit.World) {
	r := v3(t, x)
	plantBare(t, x, "a", "Ann Lee")
	plantBare(t, x, "b", "Bo Ray")
	where := repo.All[person]().Where(last.Eq("Lee"))
	var ids []string
	for _, p := range kit.All(t, r.Query(t.Context(), where)) {
		ids = append(ids, p.ID)
	}
	kit.Equal(t, "found", ids, []string{"a"})
	n, err := r.Count(t.Context(), where)
	kit.Must(t, err)
	kit.Equal(t, "count", n, 1)
}

// filterFails: the filter has taken the step, and reading the object says why it failed.
func filterFails(t *testing.T, x *kit.World) {
	ctx, aes := t.Context(), kit.Keys(t)
	partV1 := shard.New(shard.To("Parts"), func(s *secretV1) *note { return &s.Part })
	part := shard.New(shard.To("Parts"), func(s *secret) *note { return &s.Part })
	keepOf := meta.Keep(func(s *secret) *meta.Record { return &s.Meta })
	old := kit.Open(t, x, repo.TableOf("Secrets", secretKeyV1, meta.Keep(func(s *secretV1) *meta.Record { return &s.Meta }), partV1, cipher.Protect(aes, code)))
	_, err := old.Create(ctx, &secretV1{ID: "a", Code: "1234", Part: note{"p"}})
	kit.Must(t, err)
	step := func(s *secretV1) (*secret, error) { return nil, errNoName }
	r := kit.Open(t, x, repo.TableOf("Secrets", secretKey, keepOf, part, cipher.Protect(aes, pin), repo.Schema[secret](2, repo.Upgrade(1, step, cipher.Protect(aes, code)))))
	n := 0
	for _, err := range r.Query(ctx, repo.All[secret]().Where(lens.Of(func(s *secret) *string { return &s.ID }).Eq("a"))) {
		n++
		kit.WantErr(t, "query", err, repo.ErrInvalid, "")
		if !errors.Is(err, errNoName) {
			t.Errorf("%v is not the step's", err)
		}
	}
	kit.Equal(t, "errors", n, 1)
}

// planManifest: the update is planned over the object as the upgrade would leave it.
func planManifest(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := kit.Open(t, x, repo.TableOf("People", key, keep, repo.Schema[person](3, repo.Upgrade(1, toV2), repo.Upgrade(2, toV3)),
		shard.Each(shard.To("Pets"), func(p *person) *[]pet { return &p.Pets })), repo.AllowTables("Notes"))
	plan, err := r.With(repo.ReadFirst()).Plan(t.Context(), r.UpdateOp(key.Of("a"), lens.At(lens.Of(func(p *person) *[]pet { return &p.Pets }), 0).Set(pet{"cow"})))
	kit.Must(t, err)
	kit.Equal(t, "requests", len(plan.Requests), 5)
	kit.Equal(t, "the last one", plan.Requests[4].Actions[1].Operation, "Put")
	kit.Equal(t, "version", version(t, x, "a"), "")
}

// twoPrograms do the same update, with the same write id.
func twoPrograms(t *testing.T, x *kit.World) {
	store(t, x, ann())
	id := meta.WriteID{1, 2, 3}
	n := 0
	var b *repo.Repo[person]
	a := kit.Open(t, x, repo.TableOf("People", key, keep, photoOf, repo.Schema[person](3, repo.Upgrade(1, func(p *personV1) (*personV2, error) {
		if n++; n == 1 {
			kit.Must(t, b.With(repo.WithWriteID(id), repo.Relaxed()).Update(t.Context(), key.Of("a"), lens.Add(born, 1)))
		}
		return toV2(p)
	}), repo.Upgrade(2, toV3))), repo.AllowTables("Notes"))
	b = v3(t, x)
	kit.Must(t, a.With(repo.WithWriteID(id), repo.Relaxed()).Update(t.Context(), key.Of("a"), lens.Add(born, 1)))
	got, err := b.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "born", got.Born, 1971)
}

type homeV1 struct {
	ID   string      `dynamodbav:"id"`
	Home note        `dynamodbav:"home"`
	Pay  card        `dynamodbav:"pay"`
	Meta meta.Record `dynamodbav:"-"`
}

type home2 struct {
	ID   string            `dynamodbav:"id"`
	Home map[string]string `dynamodbav:"home"`
	Pay  payment           `dynamodbav:"pay"`
	Meta meta.Record       `dynamodbav:"-"`
}

// holders: a struct has become a map, or a variant. What it held besides is no entry of
// the map, and no second variant.
func holders(t *testing.T, x *kit.World) {
	ctx := t.Context()
	kV1 := repo.KeyOf(func(s *homeV1) *string { return &s.ID })
	k2 := repo.KeyOf(func(s *home2) *string { return &s.ID })
	old := kit.Open(t, x, repo.TableOf("Homes", kV1, meta.Keep(func(s *homeV1) *meta.Record { return &s.Meta })))
	_, err := old.Create(ctx, &homeV1{ID: "a", Home: note{"x"}, Pay: card{"1"}})
	kit.Must(t, err)
	it := x.Item(t, "Homes", "a")
	it["home"].(*object).Value["geo"] = kit.Num("7")
	it["pay"].(*object).Value["more"] = kit.Num("7")
	x.Plant(t, "Homes", it)
	r := kit.Open(t, x, repo.TableOf("Homes", k2, meta.Keep(func(s *home2) *meta.Record { return &s.Meta }),
		repo.OneOf(func(o *home2) *payment { return &o.Pay }, repo.Variant[card, payment]("card"), repo.Variant[cash, payment]("cash")),
		repo.Schema[home2](2, repo.Upgrade(1, func(h *homeV1) (*home2, error) {
			return &home2{ID: h.ID, Home: map[string]string{"text": h.Home.Text}, Pay: h.Pay}, nil
		}))))
	kit.Must(t, r.Modify(ctx, k2.Of("a"), func(*home2) error { return nil }))
	got, err := r.Get(ctx, k2.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "home", got.Home, map[string]string{"text": "x"})
	kit.Equal(t, "pay", got.Pay, payment(card{"1"}))
}

// bareAbsent: a Put notices an attribute of the old type that was not there.
func bareAbsent(t *testing.T, x *kit.World) {
	r := v3(t, x)
	x.Plant(t, "People", kit.Row{"id": kit.Str("a"), "name": kit.Str("Ann Lee")})
	got, err := r.Get(t.Context(), key.Of("a"))
	kit.Must(t, err)
	x.Plant(t, "People", kit.Row{"id": kit.Str("a"), "name": kit.Str("Ann Lee"), "age": kit.Num("30")})
	_, err = r.Put(t.Context(), got)
	kit.WantErr(t, "put", err, repo.ErrConflict, "")
}

// mailV1 and mail2 have unique values at different paths, alone and together.
type mailV1 struct {
	ID   string `dynamodbav:"id"`
	Shop string `dynamodbav:"shop"`
	Mail string `dynamodbav:"mail"`
	Nick string `dynamodbav:"nick"`
}

type mail2 struct {
	ID    string      `dynamodbav:"id"`
	Shop  string      `dynamodbav:"shop"`
	Email string      `dynamodbav:"email"`
	Meta  meta.Record `dynamodbav:"-"`
}

// uniques: what the old type claimed is given up with its fields, and what today's claims
// is taken, of the upgraded object.
func uniques(t *testing.T, x *kit.World) {
	ctx := t.Context()
	keyV1, key := repo.KeyOf(func(s *mailV1) *string { return &s.ID }), repo.KeyOf(func(s *mail2) *string { return &s.ID })
	shopV1, shop := lens.Of(func(s *mailV1) *string { return &s.Shop }), lens.Of(func(s *mail2) *string { return &s.Shop })
	email := lens.Of(func(s *mail2) *string { return &s.Email })
	old := kit.Open(t, x, repo.TableOf("Mails", keyV1, shard.Unique(shard.To("Claims"), shopV1, lens.Of(func(s *mailV1) *string { return &s.Mail })),
		shard.Unique(shard.To("Claims"), lens.Of(func(s *mailV1) *string { return &s.Nick }))))
	for _, id := range []string{"a", "b"} {
		_, err := old.Create(ctx, &mailV1{ID: id, Shop: "s", Mail: id, Nick: id})
		kit.Must(t, err)
	}
	x.Counted(t, "of the old type", map[string]int{"Mails": 2, "Claims": 4})
	step := func(h *mailV1) (*mail2, error) { return &mail2{ID: h.ID, Shop: h.Shop, Email: h.Mail + "@"}, nil }
	r := kit.Open(t, x, repo.TableOf("Mails", key, meta.Keep(func(s *mail2) *meta.Record { return &s.Meta }),
		shard.Unique(shard.To("Claims"), shop, email), repo.Schema[mail2](2, repo.Upgrade(1, step))))
	kit.Must(t, r.Update(ctx, key.Of("a"), shop.Set("t")))
	kit.Must(t, r.Modify(ctx, key.Of("b"), func(*mail2) error { return nil }))
	x.Counted(t, "of today's", map[string]int{"Mails": 2, "Claims": 2})
	_, err := r.Create(ctx, &mail2{ID: "c", Shop: "t", Email: "a@"})
	kit.WantErr(t, "taken by the update", err, repo.ErrDuplicate, "")
	_, err = r.Create(ctx, &mail2{ID: "c", Shop: "s", Email: "a@"})
	kit.Must(t, err)
}

type dueV1 struct {
	Customer string `dynamodbav:"customer"`
	No       int    `dynamodbav:"no"`
	Sum      int    `dynamodbav:"sum"`
}

type due struct {
	Customer string `dynamodbav:"customer"`
	No       int    `dynamodbav:"no"`
	Cents    int    `dynamodbav:"cents"`
}

// joinedKeys: fields that the key is made of are not the step's either, and it gets those
// that are only in the key.
func joinedKeys(t *testing.T, x *kit.World) {
	ctx := t.Context()
	keyV1 := repo.JoinedKeyOf(repo.AttributeOf("PK", repo.Word[dueV1]("C"), lens.Of(func(o *dueV1) *string { return &o.Customer })),
		repo.AttributeOf("SK", lens.Of(func(o *dueV1) *int { return &o.No })))
	key := repo.JoinedKeyOf(repo.AttributeOf("PK", repo.Word[due]("C"), lens.Of(func(o *due) *string { return &o.Customer })),
		repo.AttributeOf("SK", lens.Of(func(o *due) *int { return &o.No })))
	old := kit.Open(t, x, repo.TableOf("Dues", keyV1))
	_, err := old.Create(ctx, &dueV1{"c", 1, 5})
	kit.Must(t, err)
	x.Plant(t, "Dues", kit.Row{"PK": kit.Str("C#d"), "SK": kit.Str("00000000000000000002"), "sum": kit.Num("7")})
	given := map[dueV1]bool{}
	r := kit.Open(t, x, repo.TableOf("Dues", key, repo.Schema[due](2, repo.Upgrade(1, func(o *dueV1) (*due, error) {
		given[*o] = true
		return &due{Customer: "not the key", Cents: 100 * o.Sum}, nil
	}))))
	found := map[due]bool{}
	for _, d := range kit.All(t, r.Query(ctx, repo.All[due]())) {
		found[d] = true
		cents := lens.Of(func(o *due) *int { return &o.Cents })
		k, err := r.Key(&d)
		kit.Must(t, err)
		kit.Must(t, r.Update(ctx, k, lens.Add(cents, 1)))
		d.Cents++
		kit.Has(t, r, k, "updated", d)
		customer, err := repo.Read(ctx, r, k, lens.Of(func(o *due) *string { return &o.Customer }))
		kit.Must(t, err)
		kit.Equal(t, "customer", customer, d.Customer)
	}
	kit.Equal(t, "found", found, map[due]bool{{"c", 1, 500}: true, {"d", 2, 700}: true})
	kit.Equal(t, "given to the step", given, map[dueV1]bool{{"c", 1, 5}: true, {"d", 2, 7}: true})
}

type feeV1 struct {
	Sum int `dynamodbav:"sum"`
}
type fee2 struct {
	Cents int         `dynamodbav:"cents"`
	Meta  meta.Record `dynamodbav:"-"`
}

// detached: the key is in neither type.
func detached(t *testing.T, x *kit.World) {
	ctx := t.Context()
	kV1 := repo.DetachedKey[feeV1, string]("id")
	k2 := repo.DetachedKey[fee2, string]("id")
	old := kit.Open(t, x, repo.TableOf("Fees", kV1))
	err := old.CreateAt(ctx, kV1.Of("a"), &feeV1{5})
	kit.Must(t, err)
	r := kit.Open(t, x, repo.TableOf("Fees", k2, meta.Keep(func(s *fee2) *meta.Record { return &s.Meta }), repo.Schema[fee2](2, repo.Upgrade(1, func(o *feeV1) (*fee2, error) {
		return &fee2{Cents: 100 * o.Sum}, nil
	}))))
	kit.Must(t, r.Update(ctx, k2.Of("a"), lens.Add(lens.Of(func(d *fee2) *int { return &d.Cents }), 1)))
	g, err := r.Get(ctx, k2.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "cents", g.Cents, 501)
}

type sessionV1 struct {
	ID    string    `dynamodbav:"id"`
	Until time.Time `dynamodbav:"until,unixtime"`
	Notes note      `dynamodbav:"notes"`
}

type session struct {
	ID      string    `dynamodbav:"id"`
	Expires time.Time `dynamodbav:"expires,unixtime"`
	Text    string    `dynamodbav:"text"`
}

// expiring: an older object expires when its own attribute says so.
func expiring(t *testing.T, x *kit.World) {
	ctx := t.Context()
	keyV1, key := repo.KeyOf(func(s *sessionV1) *string { return &s.ID }), repo.KeyOf(func(s *session) *string { return &s.ID })
	text := lens.Of(func(s *session) *string { return &s.Text })
	step := func(s *sessionV1) (*session, error) { return &session{s.ID, s.Until, s.Notes.Text}, nil }
	r := kit.Open(t, x, repo.TableOf("Sessions", key, repo.ExpiresAt(func(s *session) *time.Time { return &s.Expires }), repo.Schema[session](2, repo.Upgrade(1, step))))
	old, err := repo.New(x.Client, repo.TableOf("Sessions", keyV1, repo.ExpiresAt(func(s *sessionV1) *time.Time { return &s.Until })), append(x.Engine.Options, repo.TablePrefix(x.Prefix))...)
	kit.Must(t, err)
	now := time.Now()
	for id, until := range map[string]time.Time{"past": now.Add(-time.Hour), "future": now.Add(time.Hour)} {
		_, err := old.Create(ctx, &sessionV1{ID: id, Until: until})
		kit.Must(t, err)
	}
	for id, want := range map[string]bool{"past": false, "future": true, "none": false} {
		is, err := r.Exists(ctx, key.Of(id))
		kit.Must(t, err)
		kit.Equal(t, "exists "+id, is, want)
	}
	kit.Equal(t, "scanned", len(kit.All(t, r.Scan(ctx))), 1)
	before := x.Item(t, "Sessions", "past")
	_, err = r.Get(ctx, key.Of("past"))
	kit.WantErr(t, "get", err, repo.ErrNotFound, "")
	_, err = repo.Read(ctx, r, key.Of("past"), text)
	kit.WantErr(t, "read", err, repo.ErrNotFound, "")
	err = r.Update(ctx, key.Of("past"), text.Set("x"))
	kit.WantErr(t, "update", err, repo.ErrNotFound, "")
	kit.Same(t, "stored", x.Item(t, "Sessions", "past"), before)
	_, err = r.Create(ctx, &session{ID: "past", Expires: now.Add(time.Hour)})
	kit.Must(t, err)
	kit.Must(t, r.Update(ctx, key.Of("future"), text.Set("x")))
	kit.Equal(t, "upgraded", x.Item(t, "Sessions", "future")["until"] == nil, true)
	kit.Equal(t, "both", len(kit.All(t, r.Scan(ctx))), 2)
}
