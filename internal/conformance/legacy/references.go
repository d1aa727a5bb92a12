package legacy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

type doc = map[string]any

func num(s string) attributevalue.Number { return attributevalue.Number(s) }

// root is a store with a shard that is an attribute, and one per element of a list.
func rootStore() *store {
	geo := &store{table: "Shard3", key: "GeoID", path: "geo"}
	return &store{table: "Root", key: "ID", shards: []*store{
		{table: "Shard2", key: "IDX", path: "location", shards: []*store{geo}},
		{table: "Homes", key: "HID", path: "homes[*]"},
	}}
}

// write stores an object of a store.
func (s *store) write(t *testing.T, x *kit.World, key string, data kit.Row) {
	t.Helper()
	s.put(t, func(table string, item kit.Row) { x.Plant(t, table, item) }, data, kit.Str(key))
	x.Net.Reset()
}

// wrong fails t unless err is of a kind, and about a path and an item.
func wrong(t *testing.T, what string, err, kind error, path, table string) {
	t.Helper()
	var located *dynamostore.Error
	if !errors.Is(err, kind) || !errors.As(err, &located) || located.Path != path {
		t.Errorf("%s: got %v; want %v at %q", what, err, kind, path)
	}
	var ref *dynamostore.ReferenceError
	if errors.As(err, &ref) != (table != "") || ref != nil && !strings.HasSuffix(ref.Table, "."+table) {
		t.Errorf("%s: got %v; want a reference to %q", what, err, table)
	}
}

func get(t *testing.T, s *dynamostore.Store, id any) doc {
	t.Helper()
	got, err := s.Get(t.Context(), id)
	kit.Must(t, err)
	return got
}

var referenceChecks = []kit.Check{
	{Name: "levels and batches", Run: func(t *testing.T, x *kit.World) {
		s := peopleTables(t, x)()
		homes, want := []kit.Value{}, []any{}
		for i := range 150 {
			homes = append(homes, kit.Object(kit.Row{"n": kit.Num(fmt.Sprint(i))}))
			want = append(want, doc{"n": num(fmt.Sprint(i))})
		}
		rootStore().write(t, x, "p", kit.Row{"homes": kit.List(homes...), "location": kit.Object(kit.Row{"city": kit.Str("Lima"), "geo": kit.Object(kit.Row{"lat": kit.Num("1.5")})})})
		kit.Equal(t, "object", get(t, s, "p"), doc{"homes": want, "location": doc{"city": "Lima", "geo": doc{"lat": num("1.5")}}})
		requests := x.Net.Requests()
		kit.Equal(t, "requests", len(requests), 4) // the root, two batches of 151 parts, and the part of one
	}},
	{Name: "mixed lists, empty and absent values", Run: func(t *testing.T, x *kit.World) {
		s := peopleTables(t, x)()
		mixed := &store{table: "Root", key: "ID", shards: []*store{{table: "Homes", key: "HID", path: "homes[1]"}, {table: "Shard1", key: "IDX", path: "deep.x[*].geo"}}}
		mixed.write(t, x, "p", kit.Row{
			"homes": kit.List(kit.Str("text"), kit.Object(kit.Row{"city": kit.Str("Lima")}), kit.Object(kit.Row{"city": kit.Str("inline")}), kit.Null(), kit.List()),
			"deep":  kit.Object(kit.Row{"x": kit.List(kit.Object(kit.Row{"n": kit.Num("1"), "geo": kit.Object(kit.Row{})}), kit.Object(kit.Row{"n": kit.Num("2")}))}),
			"none":  kit.List(), "empty": kit.Object(kit.Row{}), "text": kit.Str(""), "bytes": kit.Bin("\x00\xff"), "set": kit.StrSet("a"),
		})
		kit.Equal(t, "object", get(t, s, "p"), doc{
			"homes": []any{"text", doc{"city": "Lima"}, doc{"city": "inline"}, nil, []any{}},
			"deep":  doc{"x": []any{doc{"n": num("1"), "geo": doc{}}, doc{"n": num("2")}}},
			"none":  []any{}, "empty": doc{}, "text": "", "bytes": []byte{0, 0xff}, "set": []string{"a"},
		})
	}},
	{Name: "data that looks like a reference", Run: func(t *testing.T, x *kit.World) {
		s := peopleTables(t, x)()
		rootStore().write(t, x, "victim", kit.Row{"location": kit.Object(kit.Row{"city": kit.Str("secret")})})
		fake := rootStore().shards[0].refer(kit.Str("victim's part"))
		rootStore().write(t, x, "p", kit.Row{"note": fake, "homes": kit.List(kit.Object(kit.Row{"note": fake}))})
		want := doc{"primary_key": "victim's part", "table_name:": "Shard2", "region_name:": "us-east-2", "modified_utc": "1795883862"}
		kit.Equal(t, "object", get(t, s, "p"), doc{"note": want, "homes": []any{doc{"note": want}}})
	}},
	{Name: "a reference to a reference", Run: func(t *testing.T, x *kit.World) {
		// Classes that share the path of a shard make the library store a reference as a part.
		s := peopleTables(t, x)()
		twice := &store{table: "Root", key: "ID", shards: []*store{{table: "Shard3", key: "GeoID", path: "geo"}, {table: "Shard3", key: "GeoID", path: "geo"}}}
		twice.write(t, x, "p", kit.Row{"geo": kit.Object(kit.Row{"lat": kit.Num("1")})})
		kit.Equal(t, "object", get(t, s, "p"), doc{"geo": doc{"lat": num("1")}})
		x.WantSent(t, "get", "GetItem: Root", "GetItem: Shard3", "GetItem: Shard3")
	}},
	{Name: "a shard that was declared outside of its part", Run: func(t *testing.T, x *kit.World) {
		s := peopleTables(t, x)()
		outside := &store{table: "Root", key: "ID", shards: []*store{{table: "Shard3", key: "GeoID", path: "location.geo"}, {table: "Shard2", key: "IDX", path: "location"}}}
		outside.write(t, x, "p", kit.Row{"location": kit.Object(kit.Row{"geo": kit.Object(kit.Row{"lat": kit.Num("1")})})})
		kit.Equal(t, "object", get(t, s, "p"), doc{"location": doc{"geo": doc{"lat": num("1")}}})
	}},
	{Name: "tables and regions", Run: func(t *testing.T, x *kit.World) {
		open := peopleTables(t, x)
		ctx, east := t.Context(), open()
		elsewhere := &store{table: "Root", key: "ID", shards: []*store{{table: "Secrets", key: "K", path: "location"}, {table: "Homes", key: "HID", path: "far", region: "eu-west-1"}}}
		x.Plant(t, "Root", kit.Row{"ID": kit.Str("p"), metadata: elsewhere.layout(), "location": elsewhere.shards[0].refer(kit.Str("k"))})
		_, err := east.Get(ctx, "p")
		wrong(t, "another table", err, dynamostore.ErrTable, "location", "Secrets")
		x.WantSent(t, "another table", "GetItem: Root")
		elsewhere.shards = elsewhere.shards[1:]
		elsewhere.write(t, x, "q", kit.Row{"far": kit.Object(kit.Row{"n": kit.Num("1")})})
		_, err = east.Get(ctx, "q")
		wrong(t, "another region", err, dynamostore.ErrRegion, "far", "Homes")
		kit.Equal(t, "with its client", get(t, open(dynamostore.Region("eu-west-1", x.Client)), "q"), doc{"far": doc{"n": num("1")}})
	}},
	{Name: "parts that are gone", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), peopleTables(t, x)()
		r := rootStore()
		x.Plant(t, "Root", kit.Row{"ID": kit.Str("p"), metadata: r.layout(), "location": r.shards[0].refer(kit.Str("gone"))})
		_, err := s.Get(ctx, "p")
		wrong(t, "missing", err, dynamostore.ErrMissing, "location", "Shard2")
		wrong(t, "missing", err, repo.ErrCorrupt, "location", "Shard2")
		x.WantSent(t, "missing", "GetItem: Root", "GetItem: Shard2", "GetItem: Root", "GetItem: Shard2")
		_, err = s.Get(ctx, "nobody")
		wrong(t, "no object", err, repo.ErrNotFound, "", "")
		x.WantSent(t, "no object", "GetItem: Root")
	}},
	{Name: "cycles", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), peopleTables(t, x)()
		loop := &store{table: "Shard2", key: "IDX", path: "next"}
		loop.shards = []*store{{table: "Shard2", key: "IDX", path: "next"}}
		r := &store{table: "Root", key: "ID", shards: []*store{loop}}
		x.Plant(t, "Root", kit.Row{"ID": kit.Str("p"), metadata: r.layout(), "next": loop.refer(kit.Str("a"))})
		x.Plant(t, "Shard2", kit.Row{"IDX": kit.Str("a"), metadata: loop.layout(), "next": loop.refer(kit.Str("b"))})
		x.Plant(t, "Shard2", kit.Row{"IDX": kit.Str("b"), metadata: loop.layout(), "next": loop.refer(kit.Str("a"))})
		_, err := s.Get(ctx, "p")
		wrong(t, "cycle", err, dynamostore.ErrCycle, "next.next.next", "Shard2")
		x.WantSent(t, "cycle", "GetItem: Root", "GetItem: Shard2", "GetItem: Shard2")
		for i := range 70 {
			x.Plant(t, "Shard2", kit.Row{"IDX": kit.Str(fmt.Sprint(i)), metadata: loop.layout(), "next": loop.refer(kit.Str(fmt.Sprint(i + 1)))})
		}
		x.Plant(t, "Root", kit.Row{"ID": kit.Str("q"), metadata: r.layout(), "next": loop.refer(kit.Str("0"))})
		x.Net.Reset()
		_, err = s.Get(ctx, "q")
		wrong(t, "no end", err, dynamostore.ErrTooDeep, strings.Repeat("next.", 64)+"next", "Shard2")
		kit.Equal(t, "requests", len(x.Net.Requests()), 65)
		// Two references to one item are no cycle: the item is read once.
		homes := rootStore()
		x.Plant(t, "Homes", kit.Row{"HID": kit.Str("h"), metadata: homes.shards[1].layout(), "n": kit.Num("1")})
		ref := homes.shards[1].refer(kit.Str("h"))
		x.Plant(t, "Root", kit.Row{"ID": kit.Str("twice"), metadata: homes.layout(), "homes": kit.List(ref, ref)})
		kit.Equal(t, "one item twice", get(t, s, "twice"), doc{"homes": []any{doc{"n": num("1")}, doc{"n": num("1")}}})
	}},
	{Name: "all objects of a shared table", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), oldTables(t, x, "Root", "ID", "Shard2", "IDX")()
		r := &store{table: "Root", key: "ID", shards: []*store{{table: "Root", key: "ID", path: "part"}, {table: "Shard2", key: "IDX", path: "location"}}}
		want := doc{}
		for i := range 120 {
			key, n := fmt.Sprint("p", i), num(fmt.Sprint(i))
			r.write(t, x, key, kit.Row{"part": kit.Object(kit.Row{"n": kit.Num(string(n))}), "location": kit.Object(kit.Row{"n": kit.Num(string(n))})})
			want[key] = doc{"part": doc{"n": n}, "location": doc{"n": n}}
		}
		x.Plant(t, "Root", kit.Row{"ID": kit.Str("stranger"), "x": kit.Num("1")})
		x.Plant(t, "Root", kit.Row{"ID": kit.Str("broken"), metadata: r.layout(), "location": r.shards[1].refer(kit.Str("gone"))})
		x.Plant(t, "Root", kit.Row{"ID": kit.Str("planted"), metadata: r.layout(), "location": kit.Object(kit.Row{
			"primary_key": kit.Str(kit.Text(3000)), "table_name:": kit.Str("Shard2"), "region_name:": kit.Str("us-east-2")})})
		wrongKey := &store{table: "Root", key: "ID", shards: []*store{{table: "Shard2", key: "other", path: "location"}}}
		x.Plant(t, "Root", kit.Row{"ID": kit.Str("key"), metadata: wrongKey.layout(), "location": r.shards[1].refer(kit.Str("k"))})
		got := doc{}
		failed := []string{}
		for o, err := range s.All(ctx) {
			var located *dynamostore.Error
			switch {
			case err == nil:
				got[o.ID.(string)] = o.Value
			case errors.As(err, &located):
				failed = append(failed, located.Key)
			}
		}
		kit.Equal(t, "objects", got, want)
		slices.Sort(failed)
		kit.Equal(t, "failed", failed, []string{`"broken"`, `"key"`, `"planted"`})
		part := slices.Sorted(maps.Keys(partsOf(t, x)))[0]
		_, err := s.Get(ctx, part)
		wrong(t, "a part", err, repo.ErrNotFound, "", "")
		_, err = s.Get(ctx, "stranger")
		wrong(t, "a stranger", err, repo.ErrCorrupt, "", "")
		for range s.All(ctx) {
			break // which is no error
		}
	}},
	{Name: "keys that are no strings", Run: func(t *testing.T, x *kit.World) {
		x.Tampered = true
		kit.Open(t, x, repo.TableOf("Root", repo.DetachedKey[anything, int]("ID")))
		s, err := dynamostore.Open(x.Client, "Root", "ID", dynamostore.TablePrefix(x.Prefix))
		kit.Must(t, err)
		r := &store{table: "Root", key: "ID"}
		r.put(t, func(table string, item kit.Row) { x.Plant(t, table, item) }, kit.Row{"n": kit.Num("1")}, kit.Num("7"))
		kit.Equal(t, "object", get(t, s, 7), doc{"n": num("1")})
		for o, err := range s.All(t.Context()) {
			kit.Must(t, err)
			kit.Equal(t, "by All", o, &dynamostore.Object{ID: num("7"), Value: doc{"n": num("1")}})
		}
	}},
}

// partsOf are the keys of items in the root's table that are parts.
func partsOf(t *testing.T, x *kit.World) map[string]bool {
	t.Helper()
	d, err := kit.DumpTables(t.Context(), x.Raw, x.Prefix)
	kit.Must(t, err)
	parts := map[string]bool{}
	for _, table := range d.Tables {
		for _, item := range table.Items {
			if id, ok := item["ID"]; ok && len(kit.StringOf(id)) == 36 {
				parts[kit.StringOf(id)] = true
			}
		}
	}
	return parts
}
