package legacy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	person struct {
		ID        string      `dynamodbav:"ID"`
		FirstName string      `dynamodbav:"firstname" validate:"required"`
		LastName  string      `dynamodbav:"lastname"`
		Location  location    `dynamodbav:"location"`
		Birth     *birth      `dynamodbav:"birth_details"`
		Homes     []home      `dynamodbav:"homes"`
		Age       int         `dynamodbav:"age"`
		Nick      *string     `dynamodbav:"nick"`
		Flag      bool        `dynamodbav:"flag"`
		Tags      []string    `dynamodbav:"tags"`
		Meta      meta.Record `dynamodbav:"-"`
	}
	location struct {
		City    string `dynamodbav:"city"`
		Country string `dynamodbav:"country"`
		Geo     geo    `dynamodbav:"geolocation"`
	}
	geo struct {
		Latitude  string `dynamodbav:"lattitude"`
		Longitude string `dynamodbav:"longitude"`
	}
	birth struct {
		Hospital string `dynamodbav:"hospital"`
		DOB      string `dynamodbav:"dob"`
	}
	home struct {
		City string `dynamodbav:"city"`
		N    int    `dynamodbav:"n"`
	}
)

var (
	personID = repo.KeyOf(func(p *person) *string { return &p.ID })
	age      = lens.Of(func(p *person) *int { return &p.Age })
	first    = lens.Of(func(p *person) *string { return &p.FirstName })
	keep     = meta.Keep(func(p *person) *meta.Record { return &p.Meta })
	parts    = []repo.Part[person]{keep,
		shard.New(shard.To("Locations"), func(p *person) *location { return &p.Location }),
		shard.Optional(shard.To("Births"), func(p *person) **birth { return &p.Birth }),
		shard.Each(shard.To("Places"), func(p *person) *[]home { return &p.Homes })}
	peopleModel = repo.TableOf("People", personID, parts...)
)

func john(id string) person {
	return person{ID: id, FirstName: "john", LastName: "smith", Birth: &birth{"Kosei Nenkin", "12/2/1995"},
		Location: location{"Osaka", "Japan", geo{"90.00", "90.00"}}}
}

// imported are the objects of stored.json that a person can hold.
var imported = map[string]func(*person){
	"plain": func(*person) {}, "encrypted": func(*person) {}, "nested-sealed": func(*person) {},
	"after-write-path": func(p *person) { p.Location.City = "New York" },
	"list-shards":      func(p *person) { p.Homes = []home{{"Lima", 1}, {"Quito", 2}, {"La Paz", 3}} },
	"unicode-sealed":   func(p *person) { p.FirstName, p.Location.City = "Łukasz 日本 😀", "São Paulo" },
	"types-sealed":     func(p *person) { p.Age, p.Flag, p.Tags = 42, true, []string{"a", "b"} },
}

// importOf imports an object, and returns it as the repository has it.
func importOf[T any](t *testing.T, s *dynamostore.Store, r *repo.Repo[T], id any) *T {
	t.Helper()
	key, err := dynamostore.Import(t.Context(), s, r, id)
	kit.Must(t, err)
	v, err := r.Get(t.Context(), key)
	kit.Must(t, err)
	return v
}

// simple is an object of the root alone.
func simple(t *testing.T, x *kit.World, id string, data kit.Row) {
	t.Helper()
	(&store{table: "Root", key: "ID"}).write(t, x, id, data)
}

var importChecks = []kit.Check{
	{Name: "what dynamo-store has written", Run: func(t *testing.T, x *kit.World) {
		open := peopleTables(t, x)
		people := kit.Open(t, x, peopleModel)
		n := 0
		for _, c := range storedCases() {
			change, known := imported[c.Name]
			if !known {
				continue
			}
			n++
			c.plant(t, x)
			want := john(c.Key)
			change(&want)
			got := importOf(t, open(somekey(c.Encrypted...)), people, c.Key)
			kit.Equal(t, "version", got.Meta.Version, 1)
			got.Meta = meta.Record{}
			kit.Equal(t, c.Name, *got, want)
		}
		kit.Equal(t, "cases", n, len(imported))
	}},
	{Name: "repeated", Out: kit.Out{Alone: "only a token excludes a repetition after the object is deleted"}, Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), peopleTables(t, x)()
		people := kit.Open(t, x, peopleModel)
		simple(t, x, "p", kit.Row{"firstname": kit.Str("ann"), "location": kit.Object(kit.Row{"city": kit.Str("Lima")})})
		got := importOf(t, s, people, "p")
		x.WantSent(t, "first", "GetItem: Root", "GetItem: People", "TransactWriteItems: Put People, Put Locations", "BatchGetItem: Births, Locations, People")
		for i := range 20 { // more than the record remembers writes
			kit.Must(t, people.Update(ctx, personID.Of("p"), age.Set(i)))
		}
		x.Net.Reset()
		again, err := dynamostore.Import(ctx, s, people, "p")
		kit.Must(t, err)
		x.WantSent(t, "again", "GetItem: Root", "GetItem: People")
		kit.Equal(t, "key", again.String(), `"p"`)
		now, err := people.Get(ctx, again)
		kit.Must(t, err)
		kit.Equal(t, "age", now.Age, 19)
		kit.Equal(t, "created", now.Meta.CreatedAt.Equal(got.Meta.CreatedAt), true)
		kit.Must(t, people.Delete(ctx, again))
		_, err = dynamostore.Import(ctx, s, people, "p")
		wrong(t, "deleted", err, repo.ErrOutcomeUnknown, "", "") // for ten minutes, while DynamoDB knows the request
		_, err = people.Create(ctx, &person{ID: "p", FirstName: "new"})
		kit.Must(t, err)
		_, err = dynamostore.Import(ctx, s, people, "p")
		wrong(t, "another's object", err, repo.ErrExists, "", "")
	}},
	{Name: "at the same time, into two tables", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), peopleTables(t, x)()
		people, others := kit.Open(t, x, peopleModel), kit.Open(t, x, repo.TableOf("Others", personID, keep))
		simple(t, x, "p", kit.Row{"firstname": kit.Str("ann")})
		var wg sync.WaitGroup
		errs := make([]error, 16)
		for i := range errs {
			wg.Go(func() {
				into := people
				if i%2 == 1 {
					into = others
				}
				_, errs[i] = dynamostore.Import(ctx, s, into, "p")
			})
		}
		wg.Wait()
		kit.Must(t, errors.Join(errs...))
		for _, r := range []*repo.Repo[person]{people, others} {
			got, err := r.Get(ctx, personID.Of("p"))
			kit.Must(t, err)
			kit.Equal(t, "version", got.Meta.Version, 1)
		}
	}},
	{Name: "into encrypted fields and unique values", Out: kit.Out{Alone: "its objects have a unique value"}, Run: func(t *testing.T, x *kit.World) {
		ctx, open := t.Context(), peopleTables(t, x)
		key, err := cipher.NewKey(1, []byte(kit.Text(32)))
		kit.Must(t, err)
		ring, err := cipher.NewKeyset(cipher.Primary(key))
		kit.Must(t, err)
		keys, err := cipher.New(ring)
		kit.Must(t, err)
		people := kit.Open(t, x, repo.TableOf("People", personID, keep, cipher.Protect(keys, age, first), shard.Unique(shard.To("Names"), lens.Of(func(p *person) *string { return &p.LastName }))))
		s := open(somekey("age", "firstname"))
		simple(t, x, "p", kit.Row{"firstname": sealed("ann"), "lastname": kit.Str("lee"), "age": sealed(num("42"))})
		simple(t, x, "q", kit.Row{"firstname": sealed("bob"), "lastname": kit.Str("lee"), "age": sealed(nil)})
		got := importOf(t, s, people, "p")
		kit.Equal(t, "age", got.Age, 42)
		kit.Equal(t, "firstname", got.FirstName, "ann")
		_, err = dynamostore.Import(ctx, s, people, "q")
		wrong(t, "not unique", err, repo.ErrDuplicate, "lastname", "")
	}},
	{Name: "all objects", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), peopleTables(t, x)()
		people := kit.Open(t, x, peopleModel)
		for i := range 130 {
			data := kit.Row{"firstname": kit.Str("ann"), "age": kit.Num(fmt.Sprint(i))}
			if i >= 115 {
				data["firstname"] = kit.Str("") // which the model refuses
			}
			simple(t, x, fmt.Sprint("p", i), data)
		}
		_, err := people.Create(ctx, &person{ID: "p0", FirstName: "new"})
		kit.Must(t, err)
		check := func(what string, done repo.Progress, err error, want repo.Progress) {
			t.Helper()
			kit.Equal(t, what, done, want)
			if err == nil || !strings.HasSuffix(err.Error(), "and 6 more objects") || strings.Count(err.Error(), "dynamostore: ImportAll") != 10 {
				t.Errorf("%s: %v", what, err)
			}
			kit.Equal(t, "validation", errors.Is(err, repo.ErrInvalid), true)
		}
		done, err := dynamostore.ImportAll(ctx, s, people, repo.DryRun())
		check("dry run", done, err, repo.Progress{Seen: 130, Changed: 114, Failed: 16})
		x.Counted(t, "after a dry run", map[string]int{"Root": 130, "People": 1, "Locations": 1})
		var seen []repo.Progress
		done, err = dynamostore.ImportAll(ctx, s, people, repo.OnProgress(func(p repo.Progress) { seen = append(seen, p) }))
		check("import", done, err, repo.Progress{Seen: 130, Changed: 114, Failed: 16})
		kit.Equal(t, "pages", len(seen), 3)
		kit.Equal(t, "last page", seen[2], done)
		rest, _ := dynamostore.ImportAll(ctx, s, people, repo.StartAt(seen[1].Cursor))
		kit.Equal(t, "rest", rest.Seen, 30)
		kit.Equal(t, "changed", rest.Changed, 0)
		done, err = dynamostore.ImportAll(ctx, s, people)
		check("again", done, err, repo.Progress{Seen: 130, Failed: 16})
		n, err := people.Count(ctx, repo.All[person]())
		kit.Must(t, err)
		kit.Equal(t, "people", n, 115)
		for _, c := range []repo.Cursor{"x", seen[0].Cursor[1:]} {
			_, err = dynamostore.ImportAll(ctx, s, people, repo.StartAt(c))
			wrong(t, "cursor", err, repo.ErrInvalid, "", "")
		}
		_, err = dynamostore.ImportAll(ctx, s, people, repo.MustExist())
		wrong(t, "option", err, repo.ErrInvalid, "", "")
	}},
	{Name: "keys of other forms", Run: func(t *testing.T, x *kit.World) {
		s := peopleTables(t, x)()
		simple(t, x, "p", kit.Row{"firstname": kit.Str("ann"), "age": kit.Num("7")})
		type row struct {
			Key string `dynamodbav:"key"`
			ID  string `dynamodbav:"ID,omitempty"`
			N   int    `dynamodbav:"age"`
			At  string `dynamodbav:"firstname"`
		}
		key := func(r *row) *string { return &r.Key }
		kit.Equal(t, "renamed", *importOf(t, s, kit.Open(t, x, repo.TableOf("Renamed", repo.KeyOf(key))), "p"), row{Key: "p", ID: "p", N: 7, At: "ann"})
		kit.Equal(t, "detached", *importOf(t, s, kit.Open(t, x, repo.TableOf("Detached", repo.DetachedKey[row, string]("k"))), "p"), row{ID: "p", N: 7, At: "ann"})
		composite := repo.CompositeKeyOf(func(r *row) *string { return &r.At }, func(r *row) *int { return &r.N })
		kit.Equal(t, "composite", *importOf(t, s, kit.Open(t, x, repo.TableOf("Composite", composite)), "p"), row{ID: "p", N: 7, At: "ann"})
		joined := repo.JoinedKeyOf(repo.AttributeOf("pk", repo.Word[row]("row"), lens.Of(func(r *row) *string { return &r.At })))
		kit.Equal(t, "joined", *importOf(t, s, kit.Open(t, x, repo.TableOf("Joined", joined)), "p"), row{ID: "p", N: 7, At: "ann"})
		plain := kit.Open(t, x, repo.TableOf("Plain", repo.KeyOf(key)), repo.Plain())
		kit.Equal(t, "plain", *importOf(t, s, plain, "p"), row{Key: "p", ID: "p", N: 7, At: "ann"})
		_, err := dynamostore.Import(t.Context(), s, plain, "p")
		kit.Must(t, err)
		_, err = plain.Put(t.Context(), &row{Key: "p"})
		kit.Must(t, err)
		_, err = dynamostore.Import(t.Context(), s, plain, "p")
		wrong(t, "changed", err, repo.ErrExists, "", "")
		generated := repo.CompositeKeyOf(func(r *row) *string { return &r.ID }, func(r *row) *string { return &r.Key }).
			GenerateSort(func(*row) (string, error) { return "new", nil })
		_, err = dynamostore.Import(t.Context(), s, kit.Open(t, x, repo.TableOf("Generated", generated)), "p")
		wrong(t, "generated", err, repo.ErrInvalid, "key", "")
		zero := repo.CompositeKeyOf(func(r *row) *string { return &r.At }, func(r *row) *int { return &r.N })
		simple(t, x, "q", kit.Row{"firstname": kit.Str("ann")})
		_, err = dynamostore.Import(t.Context(), s, kit.Open(t, x, repo.TableOf("Zero", zero)), "q")
		wrong(t, "zero", err, repo.ErrInvalid, "age", "")
		parts := repo.JoinedKeyOf(repo.AttributeOf("pk", repo.Word[row]("row"), lens.Of(func(r *row) *int { return &r.N })))
		_, err = dynamostore.Import(t.Context(), s, kit.Open(t, x, repo.TableOf("Words", parts)), "q")
		wrong(t, "of words", err, repo.ErrInvalid, "age", "")
	}},
	{Name: "decrypted texts in typed fields", Run: func(t *testing.T, x *kit.World) {
		s := peopleTables(t, x)
		type all struct {
			ID     string                `dynamodbav:"ID"`
			Int    int64                 `dynamodbav:"int"`
			Uint   uint8                 `dynamodbav:"uint"`
			Float  float64               `dynamodbav:"float"`
			Number attributevalue.Number `dynamodbav:"number"`
			Bool   *bool                 `dynamodbav:"bool"`
			Bytes  []byte                `dynamodbav:"bytes"`
			Time   time.Time             `dynamodbav:"time"`
			Unix   time.Time             `dynamodbav:"unix,unixtime"`
			Text   string                `dynamodbav:"text"`
			Maybe  *string               `dynamodbav:"maybe"`
			Any    any                   `dynamodbav:"any"`
			Map    map[string]int        `dynamodbav:"map"`
			List   []int                 `dynamodbav:"list"`
		}
		r := kit.Open(t, x, repo.TableOf("Types", repo.KeyOf(func(a *all) *string { return &a.ID })))
		text := func(s string) kit.Value { return encrypt("somekey", s) }
		open := s(dynamostore.Passphrase(func(string) string { return "somekey" }))
		simple(t, x, "full", kit.Row{"int": text("-42"), "uint": text("1e+2"), "float": text("1.5e-07"), "number": text("1.50"),
			"bool": text("True"), "bytes": text(`b'it\'s\x00\n'`), "time": text("2020-01-31 23:59:59.123456+01:00"), "unix": text("60"),
			"text": text("None"), "maybe": text("x"), "any": text("1"), "map": kit.Object(kit.Row{"a": text("1")}), "list": kit.List(text("2"))})
		yes, maybe := true, "x"
		kit.Equal(t, "full", *importOf(t, open, r, "full"), all{ID: "full", Int: -42, Uint: 100, Float: 1.5e-7, Number: "1.5", Bool: &yes, Bytes: []byte("it's\x00\n"),
			Time: time.Date(2020, 1, 31, 22, 59, 59, 123456000, time.UTC), Unix: time.Unix(60, 0).UTC(), Text: "None", Maybe: &maybe, Any: "1",
			Map: map[string]int{"a": 1}, List: []int{2}})
		nothing := kit.Row{}
		for _, name := range []string{"int", "uint", "float", "number", "bool", "bytes", "time", "unix", "maybe", "map", "list"} {
			nothing[name] = text("None")
		}
		simple(t, x, "none", nothing)
		kit.Equal(t, "none", *importOf(t, open, r, "none"), all{ID: "none"})
		for i, c := range []struct{ path, text string }{
			{"int", "1.5"}, {"int", "True"}, {"int", "007"}, {"int", " 1"}, {"int", ""}, {"int", "9223372036854775808"}, {"uint", "-1"}, {"uint", "256"},
			{"float", "nan"}, {"float", "inf"}, {"float", "1e+200"}, {"number", strings.Repeat("9", 39)}, {"number", "0x1f"},
			{"bool", "true"}, {"bool", "1"}, {"bytes", "ab"}, {"bytes", `b'\q'`}, {"bytes", `b'`}, {"time", "2020-01-31 23:59:59"}, {"time", "yesterday"},
			{"unix", "2020-01-31 23:59:59+01:00"}, {"map", "{}"}, {"list", "[]"},
		} {
			id := fmt.Sprint("wrong", i)
			simple(t, x, id, kit.Row{c.path: text(c.text)})
			_, err := dynamostore.Import(t.Context(), open, r, id)
			wrong(t, c.path+" "+c.text, err, repo.ErrInvalid, c.path, "")
			if c.text != "" && len(c.text) > 3 && strings.Contains(fmt.Sprint(err), c.text) {
				t.Errorf("%v shows what was encrypted", err)
			}
		}
	}},
	{Name: "attributes that the type does not have", Run: func(t *testing.T, x *kit.World) {
		ctx, open := t.Context(), peopleTables(t, x)
		people := kit.Open(t, x, peopleModel)
		simple(t, x, "p", kit.Row{"firstname": kit.Str("ann"), "old": kit.Num("1"), "homes": kit.List(kit.Object(kit.Row{"city": kit.Str("Lima"), "rent": kit.Num("9")})),
			"location": kit.Object(kit.Row{"zip": kit.Str("1")})})
		_, err := dynamostore.Import(ctx, open(), people, "p")
		wrong(t, "unknown", err, repo.ErrInvalid, "homes[0].rent", "")
		for _, path := range []string{"old", "homes[0].rent", "location.zip"} {
			kit.Equal(t, path, strings.Contains(err.Error(), path+": "), true)
		}
		s := open(dynamostore.Omit("old", "homes[].rent", `location["zip"]`))
		kit.Equal(t, "left out", get(t, s, "p"), doc{"firstname": "ann", "homes": []any{doc{"city": "Lima"}}, "location": doc{}})
		got := importOf(t, s, people, "p")
		kit.Equal(t, "homes", slices.Equal(got.Homes, []home{{City: "Lima"}}), true)
	}},
}
