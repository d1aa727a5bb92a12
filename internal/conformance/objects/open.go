package objects

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/repo"
)

type doc = map[string]any

func n(s string) attributevalue.Number { return attributevalue.Number(s) }

// leafDoc is a leaf as Open shows it.
func leafDoc(text, count string, tags ...any) doc {
	d := doc{"text": text, "n": n(count)}
	if tags != nil {
		d["tags"] = tags
	}
	return d
}

// boxDoc is aBox as Open shows it.
func boxDoc(id string) doc {
	return doc{
		"id": id, "part": leafDoc("part", "1", "part"), "opt": leafDoc("", "2"),
		"parts": []any{leafDoc("a", "3", "a"), leafDoc("b", "4", "b")}, "bykey": doc{"k": leafDoc("k", "5", "k")},
		"deep": doc{"name": "deep", "count": n("0"), "leaf": leafDoc("leaf", "6", "leaf"), "leaves": []any{leafDoc("l", "7", "l")}},
	}
}

var (
	boxTables    = repo.AllowTables("Part", "Parts", "ByKey", "Deep", "Leaf")
	personTables = repo.AllowTables("Shard1", "Shard2", "Shard3", "Past", "Homes")
)

var openChecks = []kit.Check{
	{Name: "whole", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, boxIn("", ""))
		b := aBox("b")
		_, err := r.Create(ctx, &b)
		kit.Must(t, err)
		s := kit.OpenStored(t, x, "Boxes", "id", boxTables)
		got, err := s.Get(ctx, "b")
		kit.Must(t, err)
		kit.Equal(t, "document", got, boxDoc("b"))
		x.WantSent(t, "create and get", "TransactWriteItems: Put Boxes, Put Part x2, Put Parts x2, Put ByKey, Put Deep, Put Leaf x2",
			"GetItem: Boxes", "BatchGetItem: ByKey, Deep, Leaf x2, Part x2, Parts x2")
		for got, err := range s.Scan(ctx) {
			kit.Must(t, err)
			kit.Equal(t, "scanned", got, boxDoc("b"))
		}
		kit.Must(t, s.Delete(ctx, "b", repo.MustExist()))
		x.Counted(t, "left", map[string]int{})
		kit.Must(t, s.Delete(ctx, "b"))
		kit.WantErr(t, "delete", s.Delete(ctx, "b", repo.MustExist()), repo.ErrNotFound, "")
		_, err = s.Get(ctx, "b")
		kit.WantErr(t, "get", err, repo.ErrNotFound, "")
	}},
	{Name: "the same document from every layout", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		var want doc
		for _, l := range trees.Layouts {
			y := kit.NewWorld(t, x.Engine)
			v := trees.New("t")
			_, err := kit.Open(t, y, l.Model()).Create(ctx, &v)
			kit.Must(t, err)
			s := kit.OpenStored(t, y, "Trees", "id", trees.Tables)
			got, err := s.Get(ctx, "t")
			kit.Must(t, err)
			if want == nil {
				want = got // of the flat layout, which has no parts
				kit.Equal(t, "entry", got["map"].(doc)["y/z"].(doc)["name"], any("bare"))
				kit.Equal(t, "elements", got["ptrs"].([]any)[1], nil)
			}
			kit.Equal(t, "document "+l.Name, got, want)
			kit.Must(t, s.Delete(ctx, "t"))
			y.Counted(t, "left by "+l.Name, map[string]int{})
		}
	}},
	{Name: "tables that are not allowed", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, boxIn("", ""))
		b := aBox("b")
		_, err := r.Create(ctx, &b)
		kit.Must(t, err)
		s := kit.OpenStored(t, x, "Boxes", "id", repo.AllowTables("Part", "Parts", "ByKey", "Deep"))
		_, err = s.Get(ctx, "b")
		kit.Equal(t, "path", kit.WantErr(t, "get", err, repo.ErrCorrupt, "table Leaf").Path, "deep.leaf")
		for got, err := range s.Scan(ctx) {
			kit.Equal(t, "scanned", got, nil)
			kit.WantErr(t, "scan", err, repo.ErrCorrupt, "table Leaf")
		}
		kit.WantErr(t, "delete", s.Delete(ctx, "b"), repo.ErrCorrupt, "table Leaf")
		kit.Equal(t, "box", kit.All(t, r.Scan(ctx)), []box{b})
		_, err = repo.Open(x.Client, "Boxes", "id", repo.AllowTables("Boxes"))
		kit.Equal(t, "the root's table is refused", err != nil, true)
	}},
	{Name: "items of other owners", Out: kit.Out{Staged: "it puts items under derived keys"}, Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, boxIn("", ""))
		x.Tampered = true
		for _, id := range []string{"b", "c"} {
			b := aBox(id)
			_, err := r.Create(ctx, &b)
			kit.Must(t, err)
		}
		// Store the part of c under the key of b's part.
		part := x.Item(t, "Part", "Boxes/Sc/part")
		part["_id"] = kit.Str("Boxes/Sb/part")
		x.Plant(t, "Part", part)
		s := kit.OpenStored(t, x, "Boxes", "id", boxTables)
		_, err := s.Get(ctx, "b")
		kit.Equal(t, "path", kit.WantErr(t, "get", err, repo.ErrCorrupt, "belongs to another object").Path, "part")
		kit.WantErr(t, "delete", s.Delete(ctx, "b"), repo.ErrCorrupt, "belongs to another object")
		kit.WantErr(t, "delete by the model", r.Delete(ctx, boxID.Of("b")), repo.ErrCorrupt, "belongs to another object")
		kit.WantErr(t, "update", r.Update(ctx, boxID.Of("b"), xPart.Set(leaf{})), repo.ErrCorrupt, "belongs to another object")
		v := aBox("b")
		_, err = r.Put(ctx, &v)
		kit.WantErr(t, "put", err, repo.ErrCorrupt, "belongs to another object")
		kit.Same(t, "the other's item", x.Item(t, "Part", "Boxes/Sb/part"), part)
		x.Counted(t, "left", map[string]int{"Boxes": 2, "Part": 4, "Parts": 4, "ByKey": 2, "Deep": 2, "Leaf": 4})
	}},
	{Name: "encrypted", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		p.ID, p.Past = "p", []location{{City: "Kobe"}}
		_, err := r.Create(ctx, &p)
		kit.Must(t, err)
		s := kit.OpenStored(t, x, "Root", "ID", personTables, repo.WithOpener(kit.Keys(t)))
		got, err := s.Get(ctx, "p")
		kit.Must(t, err)
		place := func(city, country, lat, lon string) doc {
			return doc{"city": city, "country": country, "geolocation": doc{"Lat": lat, "Lon": lon}}
		}
		kit.Equal(t, "document", got, doc{
			"ID": "p", "firstname": "john", "lastname": "smith", "visits": n("0"), "tags": []any{},
			"location": place("Osaka", "Japan", "34.69", "135.5"), "birth_details": doc{"hospital": "Kosei Nenkin", "dob": "12/2/1995"},
			"past": []any{place("Kobe", "", "", "")},
		})
		_, err = kit.OpenStored(t, x, "Root", "ID", personTables).Get(ctx, "p")
		kit.WantErr(t, "get without an opener", err, repo.ErrInvalid, "WithOpener")
		kit.Must(t, kit.OpenStored(t, x, "Root", "ID", personTables).Delete(ctx, "p"))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "the list of encrypted paths", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		for _, id := range []string{"p", "q"} {
			p := john()
			p.ID = id
			_, err := r.Create(ctx, &p)
			kit.Must(t, err)
		}
		s := kit.OpenStored(t, x, "Root", "ID", personTables, repo.WithOpener(kit.Keys(t)))
		policy := func(id string) map[string]types.AttributeValue {
			return x.Item(t, "Root", id)["_meta"].(*types.AttributeValueMemberM).Value
		}
		for name, forge := range map[string]func(map[string]types.AttributeValue){
			"stripped":              func(m map[string]types.AttributeValue) { delete(m, "s") },
			"of another object":     func(m map[string]types.AttributeValue) { m["s"] = policy("q")["s"] },
			"cut":                   func(m map[string]types.AttributeValue) { m["s"] = kit.Bin("x") },
			"empty":                 func(m map[string]types.AttributeValue) { m["s"] = kit.Bin("") },
			"a value of the object": func(m map[string]types.AttributeValue) { m["s"] = x.Item(t, "Root", "p")["firstname"] },
		} {
			item := x.Item(t, "Root", "p")
			meta := policy("p")
			forge(meta)
			item["_meta"] = kit.Object(meta)
			item["ID"], item["firstname"] = kit.Str("p"), kit.Str("planted")
			before := x.Item(t, "Root", "p")
			x.Plant(t, "Root", item)
			_, err := s.Get(ctx, "p")
			kit.WantErr(t, name, err, repo.ErrCorrupt, "")
			x.Plant(t, "Root", before)
			_, err = s.Get(ctx, "p")
			kit.Must(t, err)
		}
	}},
	{Name: "composite keys, every value", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		type event struct {
			Source []byte                `dynamodbav:"source"`
			No     int64                 `dynamodbav:"no"`
			At     time.Time             `dynamodbav:"at"`
			Big    attributevalue.Number `dynamodbav:"big"`
			Raw    []byte                `dynamodbav:"raw"`
			Flag   bool                  `dynamodbav:"flag"`
			Set    []string              `dynamodbav:"set,stringset"`
			Any    map[string]any        `dynamodbav:"any"`
		}
		key := repo.CompositeKeyOf(func(e *event) *[]byte { return &e.Source }, func(e *event) *int64 { return &e.No })
		r := kit.Open(t, x, repo.TableOf("Events", key))
		_, err := r.Create(ctx, &event{Source: []byte{1}, No: 9007199254740993, At: noon, Big: "12345678901234567890123456789012345678", Raw: []byte{0, 255},
			Flag: true, Set: []string{"b", "a"}, Any: map[string]any{"x": nil, "y": []any{1, "z"}}})
		kit.Must(t, err)
		s := kit.OpenStored(t, x, "Events", "source", repo.SortKey("no"))
		for name, pair := range map[string]any{"integers": repo.Pair([]byte{1}, 9007199254740993), "numbers": repo.Pair([]byte{1}, n("9007199254740993"))} {
			got, err := s.Get(ctx, pair)
			kit.Must(t, err)
			kit.Equal(t, "set", len(got["set"].([]string)), 2)
			delete(got, "set")
			kit.Equal(t, name, got, doc{
				"source": []byte{1}, "no": n("9007199254740993"), "at": noon.Format(time.RFC3339Nano), "big": n("12345678901234567890123456789012345678"),
				"raw": []byte{0, 255}, "flag": true, "any": doc{"x": nil, "y": []any{n("1"), "z"}},
			})
		}
		o := kit.Open(t, x, orders())
		_, err = o.Create(ctx, &order{Customer: "c", At: kit.At(5), Note: leaf{N: 1}})
		kit.Must(t, err)
		stored := kit.OpenStored(t, x, "Orders", "customer", repo.SortKey("at"), repo.AllowTables("Notes"))
		got, err := stored.Get(ctx, repo.Pair("c", "2026-01-02T03:04:06.000000000Z"))
		kit.Must(t, err)
		kit.Equal(t, "note", got["note"], any(leafDoc("", "1")))
		got, err = stored.Get(ctx, repo.Pair("c", kit.At(5)))
		kit.Must(t, err)
		kit.Equal(t, "note", got["note"], any(leafDoc("", "1")))
		kit.Must(t, stored.Delete(ctx, repo.Pair("c", kit.At(5)), repo.MustExist()))
		for name, k := range map[string]any{"one part": "c", "nil": nil, "a float": repo.Pair("c", 1.5), "empty": repo.Pair("", "x")} {
			_, err := stored.Get(ctx, k)
			kit.WantErr(t, name, err, repo.ErrInvalid, "key")
		}
	}},
	{Name: "an item of another program", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		kit.Open(t, x, boxIn("", ""))
		x.Plant(t, "Boxes", kit.Row{"id": kit.Str("b"), "n": kit.Num("1"), "z": kit.Null(), "s": kit.StrSet("a")})
		s := kit.OpenStored(t, x, "Boxes", "id")
		got, err := s.Get(ctx, "b")
		kit.Must(t, err)
		kit.Equal(t, "document", got, doc{"id": "b", "n": n("1"), "z": nil, "s": []string{"a"}})
		_, err = kit.OpenStored(t, x, "Boxes", "id", repo.WithOpener(kit.Keys(t))).Get(ctx, "b")
		kit.WantErr(t, "get with an opener", err, repo.ErrCorrupt, cipher.ErrNotEncrypted.Error())
		kit.Must(t, s.Delete(ctx, "b"))
		x.Counted(t, "left", map[string]int{})
	}},
}
