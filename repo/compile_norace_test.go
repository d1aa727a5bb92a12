//go:build !race

package repo_test

import (
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/compilefail"
)

// Programs are type-checked and not run, so the race detector has nothing to see here.

// program wraps statements in a file that declares two models.
func program(body string) string {
	return strings.Replace(`package p

import (
	"context"
	"time"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type Geo struct{ Lat string; ID string; Meta meta.Record }
type Location struct{ City string; Geo Geo }
type Person struct {
	ID    string
	Name  string
	Age   int
	Home  Location
	Past  []Location
	Homes map[string]Location
	Meta  meta.Record
}
type Order struct {
	Customer string
	At       time.Time
	Total    int
	Home     Location
	Meta     meta.Record
}

var (
	personID = repo.KeyOf(func(p *Person) *string { return &p.ID }, keygen.UUIDv7)
	name     = lens.Of(func(p *Person) *string { return &p.Name })
	age      = lens.Of(func(p *Person) *int { return &p.Age })
	past     = lens.Of(func(p *Person) *[]Location { return &p.Past })
	inCity   = lens.Of(func(l *Location) *string { return &l.City })
	home     = shard.New(shard.To("Homes"), func(p *Person) *Location { return &p.Home })
	inGeo    = shard.New(shard.To("Geos"), func(l *Location) *Geo { return &l.Geo })
	keep     = meta.Keep(func(p *Person) *meta.Record { return &p.Meta })

	orderKey  = repo.CompositeKeyOf(func(o *Order) *string { return &o.Customer }, func(o *Order) *time.Time { return &o.At })
	total     = lens.Of(func(o *Order) *int { return &o.Total })
	orderHome = shard.New(shard.To("Homes"), func(o *Order) *Location { return &o.Home })
	orderKeep = meta.Keep(func(o *Order) *meta.Record { return &o.Meta })

	ctx    = context.Background()
	keys   cipher.Cipher
	people *repo.Repo[Person]
	orders *repo.Repo[Order]
	john   Person
	order  Order
)

func f() {
	BODY
	_, _, _, _, _, _, _, _, _ = name, age, past, inCity, home, inGeo, keep, orderHome, orderKeep
	_, _, _, _, _ = total, keys, john, order, orders
	_, _, _ = people, personID, orderKey
}
`, "BODY", body, 1)
}

func TestCompiles(t *testing.T) {
	for _, body := range []string{
		`_, _ = repo.New(nil, repo.TableOf("Root", personID, home, keep, cipher.Protect[Person](keys, name, lens.Each(past, inCity))))`,
		`_, _ = repo.New(nil, repo.TableOf("Root", repo.DetachedKey[Person, string]("ID"), shard.Each(shard.To("Past"), func(p *Person) *[]Location { return &p.Past }, inGeo)))`,
		`_ = people.Update(ctx, personID.Of("p1"), name.Set("x"), lens.Add(age, 1), lens.Append(past, Location{}), repo.If(age.Ge(18)), repo.IfUnchanged(&john))`,
		`var changes []lens.Change[Person]; changes = append(changes, name.Remove(), repo.If(age.Exists())); _ = people.Update(ctx, personID.Of("p1"), changes...)`,
		`_, _ = repo.Read(ctx, people, personID.Of("p1"), name); _, _ = repo.ReadAll(ctx, people, personID.Of("p1"), lens.Each(past, inCity))`,
		`for range orders.Query(ctx, orderKey.In("c").Between(time.Time{}, time.Time{}), repo.Limit(1)) {}`,
		`for o, err := range repo.Union(ctx, orderKey.In("c"), []repo.Member{people, orders}, repo.Limit(1)) { switch o.(type) { case *Person, *Order: _ = err } }`,
		`for range people.With(repo.Eventually()).Scan(ctx, repo.RootOnly(), repo.Skip(home)) {}`,
		`_, _ = people.Put(ctx, &john, repo.Overwrite(), repo.KeepShards())`,
		`_, _ = repo.New(nil, repo.TableOf("Root", personID, keep, repo.Identity(lens.Each(past, inCity))))`,
		`used, err := people.KeysInUse(ctx); _, _, _ = used.Keys[0].ID, used.Of(1), err; _, _ = people.Put(ctx, &john, repo.Rewrite())`,
	} {
		compilefail.OK(t, program(body))
	}
}

func TestDoesNotCompile(t *testing.T) {
	for body, want := range map[string]string{
		// Parts of another model.
		`repo.TableOf("Root", personID, orderHome)`:                          "type *shard.Shard[Order, Location] of orderHome does not match inferred type repo.Part[Person] for repo.Part[T]",
		`repo.TableOf[Person]("Root", personID, orderHome)`:                  "*shard.Shard[Order, Location] does not implement repo.Part[Person] (wrong type for method ModelOf)",
		`repo.TableOf("Root", personID, orderKeep)`:                          "type *meta.Kept[Order] of orderKeep does not match inferred type repo.Part[Person] for repo.Part[T]",
		`repo.TableOf("Root", personID, cipher.Protect[Order](keys, total))`: "does not match inferred type repo.Part[Person] for repo.Part[T]",
		`cipher.Protect[Person](keys, name, total)`:                          "lens.Lens[Order, int] does not implement lens.Field[Person]",
		`repo.TableOf("Root", orderKey, home)`:                               "type *shard.Shard[Person, Location] of home does not match inferred type repo.Part[Order] for repo.Part[T]",
		`var m repo.Model[Person]; _, _ = repo.New[Order](nil, m)`:           "cannot use m (variable of struct type repo.Model[Person]) as repo.Model[Order] value in argument to repo.New[Order]",
		`repo.Identity[Person](total)`:                                       "lens.Lens[Order, int] does not implement lens.Field[Person]",
		`repo.TableOf("Root", personID, inGeo)`:                              "type *shard.Shard[Location, Geo] of inGeo does not match inferred type repo.Part[Person] for repo.Part[T]",
		`repo.TableOf("Root", personID, "a string")`:                         "string does not",
		`repo.TableOf("Root", personID, repo.Plain())`:                       "type repo.Option of repo.Plain() does not match inferred type repo.Part[Person] for repo.Part[T]",

		// The key.
		`repo.TableOf[Person]("Root")`:                                      "not enough arguments in call to repo.TableOf",
		`repo.TableOf("Root", home)`:                                        "of home does not match repo.Keyed[T]",
		`repo.TableOf[Person]("Root", orderKey)`:                            "repo.CompositeKey[Order, string, time.Time] does not implement repo.Keyed[Person]",
		`repo.KeyOf(func(p *Person) *string { return &p.Age })`:             "cannot use &p.Age (value of type *int) as *string value",
		`repo.KeyOf(func(p *Person) *int { return &p.Age }, keygen.UUIDv7)`: "int does not satisfy ~string | ~[16]byte",
		`repo.DetachedKey[Person]("ID")`:                                    "in call to repo.DetachedKey[Person], cannot infer K",
		`personID.Of(5)`:                                                    "cannot use 5 (untyped int constant) as string value in argument to personID.Of",
		`orderKey.Of("c", "2026")`:                                          `cannot use "2026" (untyped string constant) as time.Time value in argument to orderKey.Of`,
		`orderKey.Of("c")`:                                                  "not enough arguments in call to orderKey.Of",
		`people.Get(ctx, "p1")`:                                             `cannot use "p1" (untyped string constant) as repo.Key[Person] value in argument to people.Get`,
		`people.Get(ctx, orderKey.Of("c", time.Time{}))`:                    "as repo.Key[Person] value in argument to people.Get",
		`people.Query(ctx, orderKey.In("c"))`:                               "does not implement repo.Range[Person]",
		`orderKey.In(5)`:                                                    "cannot use 5 (untyped int constant) as string value in argument to orderKey.In",
		`orderKey.In("c").After("2026")`:                                    `cannot use "2026" (untyped string constant) as time.Time value`,
		`personID.In("p1")`:                                                 "personID.In undefined",

		// Inside a shard there are only shards.
		`shard.New(shard.To("Homes"), func(p *Person) *Location { return &p.Home }, repo.KeyOf(func(l *Location) *string { return &l.City }))`:              "does not match inferred type shard.Part[Location] for shard.Part[S]",
		`shard.New(shard.To("Geos"), func(l *Location) *Geo { return &l.Geo }, meta.Keep(func(g *Geo) *meta.Record { return &g.Meta }))`:                    "does not match inferred type shard.Part[Geo] for shard.Part[S]",
		`shard.New(shard.To("Geos"), func(l *Location) *Geo { return &l.Geo }, cipher.Protect[Geo](keys, lens.Of(func(g *Geo) *string { return &g.Lat })))`: "does not match inferred type shard.Part[Geo] for shard.Part[S]",
		`shard.New(shard.To("Homes"), func(p *Person) *Location { return &p.Home }, home)`:                                                                  "type *shard.Shard[Person, Location] of home does not match inferred type shard.Part[Location] for shard.Part[S]",
		`meta.Keep(func(p *Person) *string { return &p.Name })`:                                                                                             "does not match inferred type func(*Person) *meta.Record for func(*T) *meta.Record",

		// Changes and conditions.
		`people.Update(ctx, personID.Of("p1"), total.Set(1))`:                     "cannot use total.Set(1) (value of struct type lens.Edit[Order]) as lens.Change[Person] value in argument to people.Update",
		`people.Update(ctx, personID.Of("p1"), name.Set(1))`:                      "cannot use 1 (untyped int constant) as string value in argument to name.Set",
		`people.Update(ctx, personID.Of("p1"), lens.Each(past, inCity).Set("x"))`: "lens.Each(past, inCity).Set undefined (type lens.Many[Person, string] has no field or method Set)",
		`people.Update(ctx, personID.Of("p1"), age.Ge(18))`:                       "lens.Predicate[Person] does not implement lens.Change[Person]",
		`people.Update(ctx, personID.Of("p1"), repo.If(total.Ge(1)))`:             "as lens.Change[Person] value in argument to people.Update",
		`people.Update(ctx, personID.Of("p1"), repo.If(age.Ge(1), total.Ge(1)))`:  "does not match inferred type lens.Condition[Person]",
		`people.Update(ctx, personID.Of("p1"), repo.IfUnchanged(&order))`:         "as lens.Change[Person] value in argument to people.Update",
		`people.Update(ctx, personID.Of("p1"), age.Set(1), repo.Relaxed())`:       "does not implement lens.Change[Person]",
		`age.Eq("x")`:       `cannot use "x" (untyped string constant) as int value in argument to age.Eq`,
		`lens.Add(name, 1)`: "string does not satisfy lens.Number",

		// Values, options.
		`people.Create(ctx, &order)`:                                                 "cannot use &order (value of type *Order) as *Person value in argument to people.Create",
		`people.Create(ctx, john)`:                                                   "cannot use john (variable of struct type Person) as *Person value in argument to people.Create",
		`people.CreateAt(ctx, personID.Of("p1"), &order)`:                            "as *Person value in argument to people.CreateAt",
		`people.Modify(ctx, personID.Of("p1"), func(o *Order) error { return nil })`: "as func(*Person) error value in argument to people.Modify",
		`people.Get(ctx, personID.Of("p1"), repo.Plain())`:                           "does not implement repo.CallOption",
		`repo.New(nil, repo.TableOf("Root", personID), repo.Eventually())`:           "does not implement repo.Option",
		`repo.New("client", repo.TableOf("Root", personID))`:                         "string does not implement repo.Client",
		`people.Get(ctx, personID.Of("p1"), repo.Skip("Homes"))`:                     "string does not implement repo.Shard",
		`var v int; v, _ = repo.Read(ctx, people, personID.Of("p1"), name)`:          "cannot use repo.Read(ctx, people, personID.Of(\"p1\"), name) (value of type string) as int value in assignment",
		`repo.Read(ctx, people, personID.Of("p1"), total)`:                           "type lens.Lens[Order, int] of total does not match inferred type lens.Lens[Person, V] for lens.Lens[T, V]",
		`repo.Read(ctx, people, personID.Of("p1"), lens.Each(past, inCity))`:         "of lens.Each(past, inCity) does not match inferred type lens.Lens[Person, string]",
		`repo.ReadAll(ctx, people, personID.Of("p1"), name)`:                         "of name does not match inferred type lens.Many[Person, string]",
		`cipher.ProtectAll(keys)`:                                                    "in call to cipher.ProtectAll, cannot infer T",
	} {
		t.Run(body, func(t *testing.T) { compilefail.Check(t, program(body), want) })
	}
}
