package legacy

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// always has one passphrase for all paths.
func always(passphrase string) dynamostore.Option {
	return dynamostore.Passphrase(func(string) string { return passphrase })
}

// classed is a value with a class of a module.
func classed(module, class string, av kit.Value) kit.Value {
	return kit.Object(kit.Row{"__class__": kit.Str(class), "__module__": kit.Str(module), "__metatype__": kit.Str("value"), "value": av})
}

var secretChecks = []kit.Check{
	{Name: "the paths that are asked for", Run: func(t *testing.T, x *kit.World) {
		open := peopleTables(t, x)
		var asked []string
		s := open(dynamostore.Passphrase(func(path string) string { asked = append(asked, path); return "" }))
		one := func() kit.Value { return kit.Object(kit.Row{"n": kit.Num("1"), "list": kit.List(kit.Num("1"))}) }
		data := kit.Row{
			"text": kit.Str("x"), "a.b": kit.Str("x"), "list": kit.List(kit.Num("1"), one(), kit.List(kit.Num("1"), one()), kit.Null()), "set": kit.StrSet("a"),
			"location": kit.Object(kit.Row{"list": kit.List(kit.Num("1"), one()), "geo": kit.Object(kit.Row{"list": kit.List(kit.Num("1"), one()), "n": kit.Num("1")})}),
			"homes":    kit.List(one()), "empty": kit.Object(kit.Row{}), "IDs": kit.Num("1"), "me": kit.Object(kit.Row{"xIDx": kit.Num("1")}),
			"object": instance("Thing", kit.Row{"n": field("int", kit.Num("1")), "list": field("list", kit.List(field("int", kit.Num("1")))), "in": instance("Thing", kit.Row{"n": field("int", kit.Num("1"))})}),
			"values": field("list", kit.List(field("int", kit.Num("1")), instance("Thing", kit.Row{"n": field("int", kit.Num("1"))}))),
		}
		rootStore().write(t, x, "p", data)
		get(t, s, "p")
		slices.Sort(asked)
		kit.Equal(t, "asked", asked, []string{
			"'a.b'", "homes.[0].n", "list.[0]", "list.[1].n", "list.[3]",
			"location.geo.n", "location.list.[0]", "location.list.[1].n",
			"object.in.n.value", "object.n.value", "text", "values.value.[0].value", "values.value.[1].n.value",
		})
	}},
	{Name: "the name of the key in a path", Run: func(t *testing.T, x *kit.World) {
		s := oldTables(t, x, "Root", "id")(always("somekey"))
		(&store{table: "Root", key: "id"}).write(t, x, "p", kit.Row{"residence": kit.Object(kit.Row{"city": kit.Str("Lima")}), "name": sealed("ann")})
		kit.Equal(t, "object", get(t, s, "p"), doc{"residence": doc{"city": "Lima"}, "name": "ann"})
	}},
	{Name: "what is not encrypted", Run: func(t *testing.T, x *kit.World) {
		ctx, open := t.Context(), peopleTables(t, x)
		strict, lenient := open(always("somekey")), open(always("somekey"), dynamostore.AllowPlaintext())
		for name, av := range map[string]kit.Value{"text": kit.Str("hello"), "number": kit.Num("1"), "bool": kit.Boolean(false)} {
			simple(t, x, name, kit.Row{"x": kit.Object(kit.Row{"y": av})})
			_, err := strict.Get(ctx, name)
			wrong(t, name, err, dynamostore.ErrNotEncrypted, "x.y", "")
			if strings.Contains(err.Error(), "hello") {
				t.Errorf("%v shows the value", err)
			}
			if _, err := lenient.Get(ctx, name); err != nil {
				t.Error(err)
			}
		}
		stored := encrypt("somekey", "hello").(*types.AttributeValueMemberB)
		simple(t, x, "as text", kit.Row{"x": kit.Str(string(stored.Value)), "null": kit.Null(), "empty": kit.Str("")})
		for _, s := range []*dynamostore.Store{strict, lenient} {
			kit.Equal(t, "as text", get(t, s, "as text"), doc{"x": "hello", "null": nil, "empty": ""})
		}
		simple(t, x, "wrong", kit.Row{"x": encrypt("another", "hello")})
		simple(t, x, "bytes", kit.Row{"x": kit.Bin("\x00\x01")})
		for _, id := range []string{"wrong", "bytes"} {
			for _, s := range []*dynamostore.Store{strict, lenient} {
				_, err := s.Get(ctx, id)
				wrong(t, id, err, dynamostore.ErrDecrypt, "x", "")
				kit.Equal(t, "corrupt", errors.Is(err, repo.ErrCorrupt), false)
			}
		}
		kit.Equal(t, "without passphrase", get(t, open(), "bytes"), doc{"x": []byte{0, 1}})
	}},
	{Name: "classes of values", Run: func(t *testing.T, x *kit.World) {
		ctx, open := t.Context(), peopleTables(t, x)
		s := open(always("somekey"))
		text := func(s string) kit.Value { return encrypt("somekey", s) }
		simple(t, x, "p", kit.Row{
			"int": field("int", text("42")), "float": field("float", text("1.5")), "decimal": classed("decimal", "Decimal", text("1E+2")),
			"yes": field("bool", text("True")), "no": field("bool", text("False")), "none": field("NoneType", text("None")),
			"str": field("str", text("42")), "bytes": field("bytes", text(`b'\x00'`)), "other": classed("datetime", "date", text("2020-01-31")),
		})
		kit.Equal(t, "object", get(t, s, "p"), doc{"int": num("42"), "float": num("1.5"), "decimal": num("100"), "yes": true, "no": false, "none": nil,
			"str": "42", "bytes": []byte{0}, "other": "2020-01-31"})
		for class, value := range map[string]string{"int": "x", "float": "nan", "bool": "1", "NoneType": "x", "bytes": "x"} {
			simple(t, x, class, kit.Row{"x": field(class, text(value))})
			_, err := s.Get(ctx, class)
			wrong(t, class, err, repo.ErrCorrupt, "x.value", "")
		}
		early := kit.Object(kit.Row{"__class__": kit.Str("Thing"), "__module__": kit.Str("__main__"), "n": kit.Num("1")})
		own := kit.Row{"__class__": kit.Str("mine"), "__metatype__": kit.Str("value"), "value": kit.Num("1")}
		simple(t, x, "forms", kit.Row{"early": early, "own": kit.Object(own), "dict": field("dict", kit.Object(kit.Row{"a": kit.Num("1")}))})
		kit.Equal(t, "forms", get(t, open(), "forms"), doc{"early": doc{"n": num("1")}, "own": doc{"__class__": "mine", "__metatype__": "value", "value": num("1")}, "dict": doc{"a": num("1")}})
		more := field("int", kit.Num("1"))
		more.(*types.AttributeValueMemberM).Value["more"] = kit.Num("2")
		simple(t, x, "more", kit.Row{"x": more})
		_, err := open().Get(ctx, "more")
		wrong(t, "more", err, repo.ErrCorrupt, "x", "")
	}},
	{Name: "layouts that are damaged", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), peopleTables(t, x)()
		part := func(change func(kit.Row)) kit.Value {
			root, shard := rootStore().layout(), rootStore().shards[0].layout()
			change(shard.(*types.AttributeValueMemberM).Value)
			root.(*types.AttributeValueMemberM).Value["shards"] = kit.List(shard)
			return root
		}
		for what, layout := range map[string]kit.Value{
			"no map":      kit.Str("x"),
			"no table":    part(func(m kit.Row) { delete(m, "table_name") }),
			"no region":   part(func(m kit.Row) { m["region_name"] = kit.Str("") }),
			"no key":      part(func(m kit.Row) { m["primary_key_name"] = kit.Num("1") }),
			"no path":     part(func(m kit.Row) { m["path"] = kit.Null() }),
			"path":        part(func(m kit.Row) { m["path"] = kit.Num("1") }),
			"JSONPath":    part(func(m kit.Row) { m["path"] = kit.Str("$.a[?(@.b)]") }),
			"no shards":   part(func(m kit.Row) { delete(m, "shards") }),
			"shards":      part(func(m kit.Row) { m["shards"] = kit.List(kit.Null()) }),
			"other table": part(func(m kit.Row) { m["table_name"] = kit.Str("Homes") }),
			"other place": part(func(m kit.Row) { m["region_name"] = kit.Str("eu-west-1") }),
		} {
			x.Plant(t, "Root", kit.Row{"ID": kit.Str("p"), metadata: layout, "location": rootStore().shards[0].refer(kit.Str("k"))})
			_, err := s.Get(ctx, "p")
			path, table := "", ""
			if strings.HasPrefix(what, "other") {
				path, table = "location", "Shard2"
			}
			wrong(t, what, err, repo.ErrCorrupt, path, table)
		}
		for what, item := range map[string]kit.Row{
			"of nobody": {}, "an object": {metadata: (&store{table: "Shard2", key: "IDX"}).layout()}, "damaged": {metadata: kit.Null()},
		} {
			x.Plant(t, "Root", kit.Row{"ID": kit.Str("p"), metadata: rootStore().layout(), "location": rootStore().shards[0].refer(kit.Str("k"))})
			item["IDX"] = kit.Str("k")
			x.Plant(t, "Shard2", item)
			_, err := s.Get(ctx, "p")
			wrong(t, what, err, repo.ErrCorrupt, "location", "Shard2")
		}
		for what, key := range map[string]kit.Value{"a key that is a list": kit.List(), "an empty key": kit.Str("")} {
			x.Plant(t, "Root", kit.Row{"ID": kit.Str("p"), metadata: rootStore().layout(), "location": rootStore().shards[0].refer(key)})
			_, err := s.Get(ctx, "p")
			wrong(t, what, err, repo.ErrCorrupt, "location", "Shard2")
		}
	}},
}
