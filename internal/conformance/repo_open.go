package conformance

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/repo"
)

// openStored is repo.Open in the world of a check.
func openStored(t *testing.T, x *world, table, key string, opts ...repo.Option) *repo.Stored {
	t.Helper()
	s, err := repo.Open(x.client, table, key, append([]repo.Option{repo.TablePrefix(x.prefix)}, opts...)...)
	must(t, err)
	return s
}

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
	treeTables   = repo.AllowTables("Leaves", "Ones", "Opts", "Lists", "Ptrs", "Maps")
)

var openChecks = []repoCheck{
	{"whole", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, boxIn("", ""))
		b := aBox("b")
		_, err := r.Create(ctx, &b)
		must(t, err)
		s := openStored(t, x, "Boxes", "id", boxTables)
		got, err := s.Get(ctx, "b")
		must(t, err)
		equal(t, "document", got, boxDoc("b"))
		x.wantSent(t, "create and get", "TransactWriteItems: Put Boxes, Put Part x2, Put Parts x2, Put ByKey, Put Deep, Put Leaf x2",
			"GetItem: Boxes", "BatchGetItem: ByKey, Deep, Leaf x2, Part x2, Parts x2")
		for got, err := range s.Scan(ctx) {
			must(t, err)
			equal(t, "scanned", got, boxDoc("b"))
		}
		must(t, s.Delete(ctx, "b", repo.MustExist()))
		x.counted(t, "left", map[string]int{})
		must(t, s.Delete(ctx, "b"))
		wantErr(t, "delete", s.Delete(ctx, "b", repo.MustExist()), repo.ErrNotFound, "")
		_, err = s.Get(ctx, "b")
		wantErr(t, "get", err, repo.ErrNotFound, "")
	}},
	{"the same document from every layout", func(t *testing.T, x *world) {
		ctx := t.Context()
		var want doc
		for _, l := range layouts {
			y := newWorld(t, x.Engine)
			v := aTree("t")
			_, err := open(t, y, l.model()).Create(ctx, &v)
			must(t, err)
			s := openStored(t, y, "Trees", "id", treeTables)
			got, err := s.Get(ctx, "t")
			must(t, err)
			if want == nil {
				want = got // of the flat layout, which needs no putting together
				equal(t, "entry", got["map"].(doc)["y/z"].(doc)["name"], any("bare"))
				equal(t, "elements", got["ptrs"].([]any)[1], nil)
			}
			equal(t, "document "+l.name, got, want)
			must(t, s.Delete(ctx, "t"))
			y.counted(t, "left by "+l.name, map[string]int{})
		}
	}},
	{"tables that are not allowed", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, boxIn("", ""))
		b := aBox("b")
		_, err := r.Create(ctx, &b)
		must(t, err)
		s := openStored(t, x, "Boxes", "id", repo.AllowTables("Part", "Parts", "ByKey", "Deep"))
		_, err = s.Get(ctx, "b")
		equal(t, "path", wantErr(t, "get", err, repo.ErrCorrupt, "table Leaf").Path, "deep.leaf")
		for got, err := range s.Scan(ctx) {
			equal(t, "scanned", got, nil)
			wantErr(t, "scan", err, repo.ErrCorrupt, "table Leaf")
		}
		wantErr(t, "delete", s.Delete(ctx, "b"), repo.ErrCorrupt, "table Leaf")
		equal(t, "box", all(t, r.Scan(ctx)), []box{b})
		_, err = repo.Open(x.client, "Boxes", "id", repo.AllowTables("Boxes"))
		equal(t, "the root's table is refused", err != nil, true)
	}},
	{"items of other owners", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, boxIn("", ""))
		x.tampered = true
		for _, id := range []string{"b", "c"} {
			b := aBox(id)
			_, err := r.Create(ctx, &b)
			must(t, err)
		}
		// The part of c under the key of b's.
		part := x.item(t, "Part", "Boxes/Sc/part")
		part["_id"] = str("Boxes/Sb/part")
		x.plant(t, "Part", part)
		s := openStored(t, x, "Boxes", "id", boxTables)
		_, err := s.Get(ctx, "b")
		equal(t, "path", wantErr(t, "get", err, repo.ErrCorrupt, "belongs to another object").Path, "part")
		wantErr(t, "delete", s.Delete(ctx, "b"), repo.ErrCorrupt, "belongs to another object")
		wantErr(t, "delete by the model", r.Delete(ctx, boxID.Of("b")), repo.ErrCorrupt, "belongs to another object")
		wantErr(t, "update", r.Update(ctx, boxID.Of("b"), xPart.Set(leaf{})), repo.ErrCorrupt, "belongs to another object")
		v := aBox("b")
		_, err = r.Put(ctx, &v)
		wantErr(t, "put", err, repo.ErrCorrupt, "belongs to another object")
		same(t, "the other's item", x.item(t, "Part", "Boxes/Sb/part"), part)
		x.counted(t, "left", map[string]int{"Boxes": 2, "Part": 4, "Parts": 4, "ByKey": 2, "Deep": 2, "Leaf": 4})
	}},
	{"encrypted", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		p.ID, p.Past = "p", []location{{City: "Kobe"}}
		_, err := r.Create(ctx, &p)
		must(t, err)
		s := openStored(t, x, "Root", "ID", personTables, repo.WithOpener(testKeys(t)))
		got, err := s.Get(ctx, "p")
		must(t, err)
		place := func(city, country, lat, lon string) doc {
			return doc{"city": city, "country": country, "geolocation": doc{"Lat": lat, "Lon": lon}}
		}
		equal(t, "document", got, doc{
			"ID": "p", "firstname": "john", "lastname": "smith", "visits": n("0"), "tags": []any{},
			"location": place("Osaka", "Japan", "34.69", "135.5"), "birth_details": doc{"hospital": "Kosei Nenkin", "dob": "12/2/1995"},
			"past": []any{place("Kobe", "", "", "")},
		})
		_, err = openStored(t, x, "Root", "ID", personTables).Get(ctx, "p")
		wantErr(t, "get without an opener", err, repo.ErrInvalid, "WithOpener")
		must(t, openStored(t, x, "Root", "ID", personTables).Delete(ctx, "p"))
		x.counted(t, "left", map[string]int{})
	}},
	{"the list of encrypted paths", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		for _, id := range []string{"p", "q"} {
			p := john()
			p.ID = id
			_, err := r.Create(ctx, &p)
			must(t, err)
		}
		s := openStored(t, x, "Root", "ID", personTables, repo.WithOpener(testKeys(t)))
		policy := func(id string) map[string]types.AttributeValue {
			return x.item(t, "Root", id)["_meta"].(*types.AttributeValueMemberM).Value
		}
		for name, forge := range map[string]func(map[string]types.AttributeValue){
			"stripped":              func(m map[string]types.AttributeValue) { delete(m, "s") },
			"of another object":     func(m map[string]types.AttributeValue) { m["s"] = policy("q")["s"] },
			"cut":                   func(m map[string]types.AttributeValue) { m["s"] = bin("x") },
			"empty":                 func(m map[string]types.AttributeValue) { m["s"] = bin("") },
			"a value of the object": func(m map[string]types.AttributeValue) { m["s"] = x.item(t, "Root", "p")["firstname"] },
		} {
			item := x.item(t, "Root", "p")
			meta := policy("p")
			forge(meta)
			item["_meta"] = object(meta)
			item["ID"], item["firstname"] = str("p"), str("planted")
			before := x.item(t, "Root", "p")
			x.plant(t, "Root", item)
			_, err := s.Get(ctx, "p")
			wantErr(t, name, err, repo.ErrCorrupt, "")
			x.plant(t, "Root", before)
			_, err = s.Get(ctx, "p")
			must(t, err)
		}
	}},
	{"composite keys, every value", func(t *testing.T, x *world) {
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
		r := open(t, x, repo.TableOf("Events", key))
		_, err := r.Create(ctx, &event{Source: []byte{1}, No: 9007199254740993, At: noon, Big: "12345678901234567890123456789012345678", Raw: []byte{0, 255},
			Flag: true, Set: []string{"b", "a"}, Any: map[string]any{"x": nil, "y": []any{1, "z"}}})
		must(t, err)
		s := openStored(t, x, "Events", "source", repo.SortKey("no"))
		for name, pair := range map[string]any{"integers": repo.Pair([]byte{1}, 9007199254740993), "numbers": repo.Pair([]byte{1}, n("9007199254740993"))} {
			got, err := s.Get(ctx, pair)
			must(t, err)
			equal(t, "set", len(got["set"].([]string)), 2)
			delete(got, "set")
			equal(t, name, got, doc{
				"source": []byte{1}, "no": n("9007199254740993"), "at": noon.Format(time.RFC3339Nano), "big": n("12345678901234567890123456789012345678"),
				"raw": []byte{0, 255}, "flag": true, "any": doc{"x": nil, "y": []any{n("1"), "z"}},
			})
		}
		o := open(t, x, orders())
		_, err = o.Create(ctx, &order{Customer: "c", At: at(5), Note: leaf{N: 1}})
		must(t, err)
		stored := openStored(t, x, "Orders", "customer", repo.SortKey("at"), repo.AllowTables("Notes"))
		got, err := stored.Get(ctx, repo.Pair("c", "2026-01-02T03:04:06.000000000Z"))
		must(t, err)
		equal(t, "note", got["note"], any(leafDoc("", "1")))
		got, err = stored.Get(ctx, repo.Pair("c", at(5)))
		must(t, err)
		equal(t, "note", got["note"], any(leafDoc("", "1")))
		must(t, stored.Delete(ctx, repo.Pair("c", at(5)), repo.MustExist()))
		for name, k := range map[string]any{"one part": "c", "nil": nil, "a float": repo.Pair("c", 1.5), "empty": repo.Pair("", "x")} {
			_, err := stored.Get(ctx, k)
			wantErr(t, name, err, repo.ErrInvalid, "key")
		}
	}},
	{"an item of another program", func(t *testing.T, x *world) {
		ctx := t.Context()
		open(t, x, boxIn("", ""))
		x.plant(t, "Boxes", row{"id": str("b"), "n": num("1"), "z": null(), "s": strSet("a")})
		s := openStored(t, x, "Boxes", "id")
		got, err := s.Get(ctx, "b")
		must(t, err)
		equal(t, "document", got, doc{"id": "b", "n": n("1"), "z": nil, "s": []string{"a"}})
		_, err = openStored(t, x, "Boxes", "id", repo.WithOpener(testKeys(t))).Get(ctx, "b")
		wantErr(t, "get with an opener", err, repo.ErrCorrupt, cipher.ErrNotEncrypted.Error())
		must(t, s.Delete(ctx, "b"))
		x.counted(t, "left", map[string]int{})
	}},
}

// item reads one raw item of a table without a sort key.
func (x *world) item(t *testing.T, table, key string) row {
	t.Helper()
	d, err := x.raw.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: new(x.table(table))})
	must(t, err)
	out, err := x.raw.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: new(x.table(table)), ConsistentRead: new(true),
		Key: row{*d.Table.KeySchema[0].AttributeName: str(key)}})
	must(t, err)
	return out.Item
}
