package legacy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/item"
)

// drawing is an object that is being drawn: data, shards, and what is encrypted.
type drawing struct {
	*rapid.T
	secret map[string]bool // paths
}

var names = []string{"a", "b", "c", "geo"}

func (d *drawing) chance(percent int) bool {
	return rapid.IntRange(1, 100).Draw(d.T, "chance") <= percent
}

// object draws a map and what is read of it. in is the store that has it, and rel where
// it is in the store; nil: there are no shards in it. asked: the library looks for
// values to encrypt.
func (d *drawing) object(in *store, rel, path string, asked bool, depth int) (kit.Row, doc) {
	row, want := kit.Row{}, doc{}
	for _, name := range names[:rapid.IntRange(0, len(names)).Draw(d.T, "fields")] {
		row[name], want[name] = d.field(in, join(rel, name), join(path, name), asked, depth)
	}
	return row, want
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

func (d *drawing) field(in *store, rel, path string, asked bool, depth int) (kit.Value, any) {
	switch {
	case depth > 0 && d.chance(35):
		into, at := in, rel
		if in != nil && d.chance(50) {
			into, at = &store{table: "Parts", key: "K", path: rel}, ""
			in.shards = append(in.shards, into)
		}
		row, want := d.object(into, at, path, asked, depth-1)
		if d.chance(20) {
			return instance("Thing", row), want
		}
		return kit.Object(row), want
	case depth > 0 && d.chance(40):
		return d.list(in, rel, path, asked, depth-1)
	case d.chance(20):
		v, class := d.scalar()
		_, av := python(v)
		if asked && d.chance(40) {
			d.secret[path+".value"] = true
			av = sealed(v)
		}
		return field(class, av), v
	}
	return d.leaf(path, asked)
}

// list draws a list. The library looks into its elements if it is no deeper than two
// fields.
func (d *drawing) list(in *store, rel, path string, asked bool, depth int) (kit.Value, any) {
	asked = asked && strings.Count(path, ".") < 2 && !strings.Contains(path, "[")
	list, want := []kit.Value{}, []any{}
	wild := in != nil && d.chance(30)
	var each, geo *store
	if wild {
		geo = &store{table: "Parts", key: "K", path: "geo"}
		each = &store{table: "Parts", key: "K", path: rel + "[*]", shards: []*store{geo}}
		in.shards = append(in.shards, each)
	}
	for i := range rapid.IntRange(0, 3).Draw(d.T, "elements") {
		at := fmt.Sprintf("%s.[%d]", path, i)
		if wild {
			row, w := d.object(nil, "", at, asked, 0)
			row["geo"], w["geo"] = kit.Object(kit.Row{"n": kit.Num("1")}), doc{"n": num("1")}
			list, want = append(list, kit.Object(row)), append(want, w)
			continue
		}
		var av kit.Value
		var w any
		switch {
		case depth > 0 && d.chance(20):
			av, w = d.list(nil, "", at, false, depth-1)
		case depth > 0 && d.chance(40):
			av, w = d.field(in, fmt.Sprintf("%s[%d]", rel, i), at, asked, depth)
		default:
			av, w = d.leaf(at, asked)
		}
		list, want = append(list, av), append(want, w)
	}
	return kit.List(list...), want
}

func (d *drawing) leaf(path string, asked bool) (kit.Value, any) {
	if d.chance(10) {
		return kit.Bin("\x00b"), []byte("\x00b")
	}
	v, _ := d.scalar()
	text, av := python(v)
	if asked && d.chance(40) {
		d.secret[path] = true
		return sealed(v), text
	}
	return av, v
}

func (d *drawing) scalar() (v any, class string) {
	switch rapid.IntRange(0, 3).Draw(d.T, "type") {
	case 0:
		return nil, "NoneType"
	case 1:
		return rapid.Bool().Draw(d.T, "bool"), "bool"
	case 2:
		return num(fmt.Sprint(rapid.Int().Draw(d.T, "int"))), "int"
	}
	return rapid.StringN(0, 40, -1).Draw(d.T, "text"), "str"
}

// oldWorld is an engine with the tables of drawings.
func oldWorld(t *testing.T) *kit.World {
	x := kit.NewWorld(t, kit.Engine{Name: "embedded", Client: embedded.New().Client()})
	oldTables(t, x, "Root", "ID", "Parts", "K")
	return x
}

// draw draws an object, and the items that dynamo-store stores of it.
func draw(t *testing.T, rt *rapid.T, x *kit.World) (items map[string][]kit.Row, want doc, s *dynamostore.Store) {
	d := &drawing{rt, map[string]bool{}}
	root := &store{table: "Root", key: "ID"}
	data, want := d.object(root, "", "", true, 4)
	items = map[string][]kit.Row{}
	root.put(t, func(table string, item kit.Row) { items[table] = append(items[table], item) }, data, kit.Str("p"))
	s, err := dynamostore.Open(x.Client, "Root", "ID", dynamostore.TablePrefix(x.Prefix), dynamostore.AllowTables("Parts"),
		dynamostore.Passphrase(func(path string) string {
			if d.secret[path] {
				return "somekey"
			}
			return ""
		}))
	kit.Must(t, err)
	return items, want, s
}

// TestWrittenIsRead: Get returns what dynamo-store was given, whatever it has put where
// and encrypted.
func TestWrittenIsRead(t *testing.T) {
	x := oldWorld(t)
	rapid.Check(t, func(rt *rapid.T) {
		items, want, s := draw(t, rt, x)
		levels := plantAll(t, x, items)
		x.Net.Reset()
		got, err := s.Get(t.Context(), "p")
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("(-want +got):\n%s", diff)
		}
		if n := len(x.Net.Requests()); n > 1+levels {
			rt.Fatalf("%d requests for %d levels", n, levels)
		}
	})
}

// plantAll stores items, and returns how deep their shards nest at most.
func plantAll(t *testing.T, x *kit.World, items map[string][]kit.Row) (levels int) {
	for table, rows := range items {
		for _, item := range rows {
			x.Plant(t, table, item)
			levels = max(levels, nested(item[metadata]))
		}
	}
	return levels
}

func nested(layout kit.Value) (levels int) {
	for _, s := range layout.(*types.AttributeValueMemberM).Value["shards"].(*types.AttributeValueMemberL).Value {
		levels = max(levels, 1+nested(s))
	}
	return levels
}

// TestDamage: whatever is in the tables, reading ends, with an object or an error that
// says where.
func TestDamage(t *testing.T) {
	x := oldWorld(t)
	rapid.Check(t, func(rt *rapid.T) {
		items, _, s := draw(t, rt, x)
		for range rapid.IntRange(1, 3).Draw(rt, "damages") {
			rows := items[rapid.SampledFrom([]string{"Root", "Parts"}).Draw(rt, "table")]
			if len(rows) > 0 {
				item := rows[rapid.IntRange(0, len(rows)-1).Draw(rt, "item")]
				damage(rt, items, kit.Object(item), 0)
			}
		}
		items["Root"][0]["ID"] = kit.Str("p")
		for i, part := range items["Parts"] {
			if key, ok := part["K"].(*types.AttributeValueMemberS); !ok || key.Value == "" {
				part["K"] = kit.Str(fmt.Sprint("part", i))
			}
		}
		for table, rows := range items {
			for _, item := range rows {
				x.Plant(t, table, item)
			}
		}
		x.Net.Reset()
		_, err := s.Get(t.Context(), "p")
		var located *dynamostore.Error
		if err != nil && !errors.As(err, &located) {
			rt.Fatalf("%T: %v", err, err)
		}
		if n := len(x.Net.Requests()); n > 2*70 {
			rt.Fatalf("%d requests", n)
		}
	})
}

// damage puts something else in the place of a value.
func damage(rt *rapid.T, items map[string][]kit.Row, av kit.Value, depth int) {
	deeper := depth < 6 && rapid.IntRange(0, 3).Draw(rt, "deeper") > 0
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		if len(v.Value) == 0 {
			return
		}
		all := make([]string, 0, len(v.Value))
		for name := range v.Value {
			all = append(all, name)
		}
		slices.Sort(all)
		name := rapid.SampledFrom(all).Draw(rt, "name")
		if deeper {
			damage(rt, items, v.Value[name], depth+1)
		} else if rapid.Bool().Draw(rt, "remove") {
			delete(v.Value, name)
		} else {
			v.Value[name] = other(rt, items)
		}
	case *types.AttributeValueMemberL:
		if len(v.Value) == 0 {
			return
		}
		i := rapid.IntRange(0, len(v.Value)-1).Draw(rt, "element")
		if deeper {
			damage(rt, items, v.Value[i], depth+1)
		} else {
			v.Value[i] = other(rt, items)
		}
	}
}

// other is some value, of which most mean something to the library.
func other(rt *rapid.T, items map[string][]kit.Row) kit.Value {
	parts := items["Parts"]
	some := []kit.Value{kit.Null(), kit.Str(""), kit.Str("$..*"), kit.Str("$.a"), kit.Str("Root"), kit.Str("Secrets"), kit.Str("K"), kit.Num("1"), kit.Bin("QUJD"), kit.List(), kit.Object(kit.Row{}),
		(&store{table: "Root", key: "ID"}).refer(kit.Str("p")), (&store{table: "Parts", key: "K"}).refer(kit.Null()), field("int", kit.Bin("x")), kit.Object(kit.Row{"__class__": kit.Str("int"), "__module__": kit.Str("x"), "__metatype__": kit.Str("value")})}
	if len(parts) > 0 {
		part := parts[rapid.IntRange(0, len(parts)-1).Draw(rt, "part")]
		some = append(some, (&store{table: "Parts", key: "K"}).refer(part["K"]), (&store{table: "Parts", key: "K", path: "a"}).layout())
		if part[metadata] != nil {
			some = append(some, item.Clone(part[metadata]))
		}
	}
	return rapid.SampledFrom(some).Draw(rt, "other")
}
