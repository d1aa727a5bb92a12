package repo_test

import (
	"context"
	"reflect"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/stored"
)

type attrsT = map[string]types.AttributeValue

// dump reads a table whole, by key text.
func dump(t *rapid.T, db *embedded.DB, table, key string) map[string]attrsT {
	out, err := db.Scan(context.Background(), &dynamodb.ScanInput{TableName: &table})
	if err != nil {
		t.Fatal(err)
	}
	items := map[string]attrsT{}
	for _, it := range out.Items {
		items[it[key].(*types.AttributeValueMemberS).Value] = it
	}
	return items
}

// checkTables compares what is stored, item by item, with what the manifests
// name: no part is missing, out of date or of another object, no item is left
// that no manifest names, and the manifests agree with themselves.
func (m *machine) checkTables(t *rapid.T) {
	parts := map[string]map[string]attrsT{}
	for table, key := range mTables {
		parts[table] = dump(t, m.db, table, key)
	}
	for i, root := range mRoots {
		items := dump(t, m.db, root, "ID")
		if len(items) != len(m.want[i]) {
			t.Fatalf("table %s has %d objects, want %d", root, len(items), len(m.want[i]))
		}
		for id, it := range items {
			rec, err := stored.Decode(it["_meta"])
			if err != nil {
				t.Fatalf("%s %q: %v", root, id, err)
			}
			if e := m.want[i][id]; e == nil || rec.Version != e.version {
				t.Fatalf("%s %q is stored as version %d, want %+v", root, id, rec.Version, e)
			}
			if _, ok := it["Secret"].(*types.AttributeValueMemberB); !ok {
				t.Fatalf("%s %q: Secret is stored as %T", root, id, it["Secret"])
			}
			checkManifest(t, it["_meta"], rec)
			for inst, ref := range rec.Parts {
				key := []types.AttributeValue{it["ID"]}
				loc := rec.Locate(inst, key)
				part := parts[loc.Table][loc.Key]
				if part == nil {
					t.Fatalf("%s %q: part %s is missing from table %s", root, id, inst, loc.Table)
				}
				got, err := stored.DecodePart(part["_meta"])
				if err != nil || got.Stamp != ref.Stamp || got.Owner != stored.Owner(root, key) || got.Inst != inst {
					t.Fatalf("%s %q: part %s has the record %+v, %v", root, id, inst, got, err)
				}
				delete(parts[loc.Table], loc.Key)
			}
		}
	}
	for table, rest := range parts {
		for key := range rest {
			t.Fatalf("table %s: no manifest names the item %q", table, key)
		}
	}
}

// checkManifest: the count is right, every element that is a part has its
// place in a list, and encoding gives back what was stored.
func checkManifest(t *rapid.T, av types.AttributeValue, rec *stored.Root) {
	dynamic := rec.Dynamic
	if n, ok := av.(*types.AttributeValueMemberM).Value["n"].(*types.AttributeValueMemberN); !ok || n.Value != strconv.Itoa(dynamic) {
		t.Fatalf("n is %v, %d parts are dynamic", av.(*types.AttributeValueMemberM).Value["n"], dynamic)
	}
	ids := map[stored.Inst]bool{}
	for inst, o := range rec.Orders {
		for _, e := range o.Elems {
			if !e.Nil {
				ids[inst.Elem(e.ID)] = true
			}
		}
	}
	for inst := range rec.Parts {
		tokens, err := inst.Tokens()
		if err != nil {
			t.Fatal(err)
		}
		at := stored.Inst("")
		for _, tok := range tokens {
			switch tok.Kind {
			case '.':
				at = at.Name(tok.Text)
			case ':':
				at = at.Key(tok.Text)
			default:
				id, _ := tok.ID()
				if at = at.Elem(id); !ids[at] {
					t.Fatalf("no list has the element of part %s", inst)
				}
			}
		}
	}
	// An Update may leave members in it that a write of the whole record leaves out.
	if again, err := stored.Decode(rec.Encode()); err != nil || !reflect.DeepEqual(again, rec) {
		t.Fatalf("the record is %#v, and encoded %#v, %v", rec, again, err)
	}
}

// generic is a document as it looks without its Go type.
func generic(t *rapid.T, d *mDoc) map[string]any {
	c := codec.For(reflect.TypeFor[mDoc]())
	doc, err := codec.EncodeStruct(c, reflect.ValueOf(d).Elem())
	if err != nil {
		t.Fatal(err)
	}
	return codec.Generic(&types.AttributeValueMemberM{Value: doc}).(map[string]any)
}
