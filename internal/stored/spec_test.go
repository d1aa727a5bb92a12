package stored_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/conformance/kit"
	values "github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// tester is a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// reader is the second decoder over a database.
func reader(t tester, db *embedded.DB, keys ...string) spec {
	return spec{record: "_meta", keys: keys, secrets: secrets, part: func(table, attribute, key string) doc {
		out, err := db.GetItem(context.Background(), &dynamodb.GetItemInput{TableName: &table, Key: doc{attribute: s(key)}})
		if err != nil {
			t.Fatal(err)
		}
		return out.Item
	}}
}

// logical is the document of a value, as the library's codec has it.
func logical(t tester, v any, keyTime string) doc {
	t.Helper()
	out, err := codec.EncodeStruct(codec.For(reflect.TypeOf(v).Elem()), reflect.ValueOf(v).Elem())
	if err != nil {
		t.Fatal(err)
	}
	if keyTime != "" {
		out["at"] = s(keyTime)
	}
	return out
}

// readsAs fails unless the only object of a table is read as v, also with the record that
// an earlier release would have written.
func readsAs(t tester, db *embedded.DB, v any, keyTime string, keys ...string) {
	t.Helper()
	for _, form := range []func(av) av{func(record av) av { return record }, kit.Older} {
		table := "Root"
		out, err := db.Scan(context.Background(), &dynamodb.ScanInput{TableName: &table})
		if err != nil || len(out.Items) != 1 {
			t.Fatal(len(out.Items), err)
		}
		root := out.Items[0]
		root["_meta"] = form(root["_meta"])
		got, err := specRead(root, reader(t, db, keys...))
		if err != nil {
			t.Fatal(err)
		}
		want := logical(t, v, keyTime)
		if !values.Equal(&avM{Value: got}, &avM{Value: want}) {
			t.Fatalf("the second decoder reads another object: %s", cmp.Diff(want, got, cmp.Comparer(values.Equal)))
		}
	}
}

const keyTime = "2006-01-02T15:04:05.000000000Z"

// Whole objects, as Create, Put and Update store them, and after their shards
// have moved to other tables.
func TestSecondDecoder(t *testing.T) {
	ctx := context.Background()
	keys, more := sCipher(t, 1), sCipher(t, 2, cipher.WithPadding(16))
	rapid.Check(t, func(rt *rapid.T) {
		db := embedded.New()
		r, err := repo.New(db.Client(), sModel(keys, more, "", ""))
		if err != nil {
			rt.Fatal(err)
		}
		if err := r.CreateTables(ctx); err != nil {
			rt.Fatal(err)
		}
		d := genDoc(rt)
		at := d.At.Format(keyTime)
		key, err := r.Create(ctx, d)
		if err != nil {
			rt.Fatal(err)
		}
		readsAs(rt, db, d, at, "tenant", "at")

		other := genDoc(rt)
		other.Tenant, other.At = d.Tenant, d.At
		if _, err := r.Put(ctx, other); err != nil {
			rt.Fatal(err)
		}
		readsAs(rt, db, other, at, "tenant", "at")

		moved, err := repo.New(db.Client(), sModel(keys, more, "2", ""))
		if err != nil {
			rt.Fatal(err)
		}
		if err := moved.CreateTables(ctx); err != nil {
			rt.Fatal(err)
		}
		note := genNote(rt, 1)
		for _, repo := range []*repo.Repo[sDoc]{r, moved} {
			if err := repo.Update(ctx, key, lens.Append(sList, note), sTitle.Set("changed"), lens.Join(sMain, sText).Set("new")); err != nil {
				rt.Fatal(err)
			}
			other.List, other.Title, other.Main.Text = append(other.List, note), "changed", "new"
			readsAs(rt, db, other, at, "tenant", "at")
		}
		// A Put of the root alone leaves the parts where they are: the manifest
		// says where.
		partly, err := moved.Get(ctx, key, repo.RootOnly())
		if err != nil {
			rt.Fatal(err)
		}
		partly.Title, other.Title = "partly", "partly"
		if _, err := moved.Put(ctx, partly); err != nil {
			rt.Fatal(err)
		}
		readsAs(rt, db, other, at, "tenant", "at")
		if refs := partly.Meta.References(); !slices.ContainsFunc(refs, func(r meta.Reference) bool { return r.Part == "Main" && r.Table == "Mains" }) {
			rt.Fatalf("Main has moved: %v", refs)
		}

		got, err := moved.Get(ctx, key)
		if err != nil {
			rt.Fatal(err)
		}
		got.Title = "moved"
		if _, err := moved.Put(ctx, got); err != nil {
			rt.Fatal(err)
		}
		readsAs(rt, db, got, at, "tenant", "at")
	})
}

// sTree is recursive, and so is its policy.
type sTree struct {
	ID   string
	Name string
	Kids []sTree
	By   map[string]*sTree
}

func TestSecondDecoderProtectAll(t *testing.T) {
	ctx := context.Background()
	db := embedded.New()
	id := repo.KeyOf(func(t *sTree) *string { return &t.ID })
	r, err := repo.New(db.Client(), repo.TableOf("Root", id,
		shard.Within(func(t *sTree) *[]sTree { return &t.Kids },
			shard.Each(shard.To("Kids"), func(t *sTree) *[]sTree { return &t.Kids })),
		cipher.ProtectAll[sTree](sCipher(t, 1))), repo.Entity("tree/~"), repo.MetaAttribute("_record"))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	v := &sTree{ID: strings.Repeat("long", 400), Name: "n", By: map[string]*sTree{"a.b": {Name: "x", Kids: []sTree{}}, "nil": nil},
		Kids: []sTree{{Name: "1", Kids: []sTree{{Name: "11"}, {Name: "12", By: map[string]*sTree{}}}}, {Name: "2"}}}
	if _, err := r.Create(ctx, v); err != nil {
		t.Fatal(err)
	}
	table := "Root"
	out, err := db.Scan(ctx, &dynamodb.ScanInput{TableName: &table})
	if err != nil {
		t.Fatal(err)
	}
	s := reader(t, db, "ID")
	s.record = "_record"
	got, err := specRead(out.Items[0], s)
	if err != nil {
		t.Fatal(err)
	}
	if want := logical(t, v, ""); !values.Equal(&avM{Value: got}, &avM{Value: want}) {
		t.Fatal(cmp.Diff(want, got, cmp.Comparer(values.Equal)))
	}
}

// sFlat has fields that are bound to other paths than their own.
type sFlat struct {
	ID    string
	City  string
	Rooms []struct{ Name string }
	Bells map[string]struct{ Name string }
}

func TestSecondDecoderBindAs(t *testing.T) {
	ctx, db := context.Background(), embedded.New()
	room := lens.Of(func(r *struct{ Name string }) *string { return &r.Name })
	r, err := repo.New(db.Client(), repo.TableOf("Flats", repo.KeyOf(func(f *sFlat) *string { return &f.ID }),
		shard.EachValue(shard.To("Bells"), func(f *sFlat) *map[string]struct{ Name string } { return &f.Bells }),
		cipher.Protect(sCipher(t, 1), cipher.BindAs(lens.Of(func(f *sFlat) *string { return &f.City }), "Place.Town"),
			cipher.BindAs(lens.Each(lens.Of(func(f *sFlat) *[]struct{ Name string } { return &f.Rooms }), room), "Old[].In.Name"),
			cipher.BindAs(lens.EachValue(lens.Of(func(f *sFlat) *map[string]struct{ Name string } { return &f.Bells }), room), "Doors{}.Label"))))
	if err == nil {
		err = r.CreateTables(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	v := &sFlat{ID: "f1", City: "Oslo", Rooms: []struct{ Name string }{{"a"}, {"b"}}, Bells: map[string]struct{ Name string }{"x": {"1"}, "y.z": {"2"}}}
	if _, err := r.Create(ctx, v); err != nil {
		t.Fatal(err)
	}
	table := "Flats"
	out, err := db.Scan(ctx, &dynamodb.ScanInput{TableName: &table})
	if err != nil {
		t.Fatal(err)
	}
	got, err := specRead(out.Items[0], reader(t, db, "ID"))
	if err != nil {
		t.Fatal(err)
	}
	if want := logical(t, v, ""); !values.Equal(&avM{Value: got}, &avM{Value: want}) {
		t.Fatal(cmp.Diff(want, got, cmp.Comparer(values.Equal)))
	}
}

// An item without a record is an object as it is.
func TestSecondDecoderPlainItem(t *testing.T) {
	plain := doc{"ID": s("x"), "l": &avL{}}
	got, err := specRead(plain, spec{record: "_meta"})
	if err != nil || !values.Equal(&avM{Value: got}, &avM{Value: plain}) {
		t.Errorf("%v, %v", got, err)
	}
}

// The examples of the document.
func TestDocumentedKeys(t *testing.T) {
	for _, c := range []struct {
		key                  []types.AttributeValue
		inst, owner, derived string
	}{
		{[]av{s("p1")}, "location.geo", "person/Sp1", "person/Sp1/location.geo"},
		{[]av{s("a/b~c")}, "homes:x~.y", "person/Sa~1b~0c", "person/Sa~1b~0c/homes:x~0.y"},
		{[]av{b("\x00\xff/"), n("-1.5")}, "past#AQEBAQEBAQE", "person/BAP8v/N-1.5", "person/BAP8v/N-1.5/past#AQEBAQEBAQE"},
	} {
		sp := &spec{meta: doc{"e": s("person")}, key: c.key}
		if got := sp.ownerText(); got != c.owner {
			t.Errorf("owner %q, want %q", got, c.owner)
		}
		if got := sp.ownerText() + "/" + segment(c.inst); got != c.derived {
			t.Errorf("derived key %q, want %q", got, c.derived)
		}
	}
}

// The two decoders agree on what is an instance.
func TestDecodersAgreeOnInstances(t *testing.T) {
	texts := rapid.OneOf(awkward, rapid.Map(rapid.SliceOfN(awkward, 1, 3), func(s []string) string { return strings.Join(s, ".") }))
	rapid.Check(t, func(t *rapid.T) {
		text := texts.Draw(t, "text")
		if text == "" {
			return
		}
		tokens, err := instTokens(text)
		steps, ok := trySteps(text)
		if (err == nil) != ok {
			t.Fatalf("%q: %v, second decoder %v", text, err, ok)
		}
		if !slices.Equal(tokens, steps) {
			t.Fatalf("%q: %v, second decoder %v", text, tokens, steps)
		}
	})
}

func instTokens(text string) ([]specStep, error) {
	tokens, err := stored.Inst(text).Tokens()
	var out []specStep
	for _, t := range tokens {
		out = append(out, specStep{t.Kind, t.Text})
	}
	return out, err
}

func trySteps(text string) (steps []specStep, ok bool) {
	defer func() { ok = recover() == nil }()
	return specSteps(text), true
}
