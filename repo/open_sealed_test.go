package repo_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	osHome struct{ City, Zip string }
	osLine struct {
		SKU  string
		Note *osHome
	}
	osDoc struct {
		ID, Secret, Later string
		Tags              []string
		Home              osHome
		Past              []osHome
		Homes             map[string]osHome
		Lines             []osLine
	}
)

var (
	osID     = repo.KeyOf(func(d *osDoc) *string { return &d.ID })
	osSecret = lens.Of(func(d *osDoc) *string { return &d.Secret })
	osLater  = lens.Of(func(d *osDoc) *string { return &d.Later })
	osTags   = lens.Of(func(d *osDoc) *[]string { return &d.Tags })
	osCity   = lens.Of(func(d *osDoc) *string { return &d.Home.City })
	osPast   = lens.Each(lens.Of(func(d *osDoc) *[]osHome { return &d.Past }), osInCity)
	osHomes  = lens.EachValue(lens.Of(func(d *osDoc) *map[string]osHome { return &d.Homes }), osInCity)
	osNotes  = lens.Each(lens.Of(func(d *osDoc) *[]osLine { return &d.Lines }), lens.Of(func(l *osLine) *string { return &l.Note.City }))
	osInCity = lens.Of(func(h *osHome) *string { return &h.City })

	// osPaths are what the second release encrypts as well.
	osPaths = []string{"Later", "Tags", "Home.City", "Past[].City", "Homes{}.City", "Lines[].Note.City"}

	osTables = repo.AllowTables("OSHome", "OSPast", "OSHomes", "OSNotes")
)

// osShards divides the document, so that each path is in another table.
func osShards() []repo.Part[osDoc] {
	return []repo.Part[osDoc]{
		shard.New(shard.To("OSHome"), func(d *osDoc) *osHome { return &d.Home }),
		shard.Each(shard.To("OSPast"), func(d *osDoc) *[]osHome { return &d.Past }),
		shard.EachValue(shard.To("OSHomes"), func(d *osDoc) *map[string]osHome { return &d.Homes }),
		shard.Within(func(d *osDoc) *[]osLine { return &d.Lines }, shard.Optional(shard.To("OSNotes"), func(l *osLine) **osHome { return &l.Note })),
	}
}

func osValue(id string) *osDoc {
	h := osHome{"Uji", "611"}
	return &osDoc{ID: id, Secret: "s", Later: "planted", Tags: []string{"t"}, Home: h, Past: []osHome{h}, Homes: map[string]osHome{"a.b": h},
		Lines: []osLine{{"x", &h}}}
}

func osGeneric(id string) map[string]any {
	h := func() map[string]any { return map[string]any{"City": "Uji", "Zip": "611"} }
	return map[string]any{"ID": id, "Secret": "s", "Later": "planted", "Tags": []any{"t"}, "Home": h(), "Past": []any{h()},
		"Homes": map[string]any{"a.b": h()}, "Lines": []any{map[string]any{"SKU": "x", "Note": h()}}}
}

// osWorld has the tables of one layout; write makes an object by a program that
// encrypts something.
type osWorld struct {
	t      *testing.T
	client *dynamodb.Client
	parts  []repo.Part[osDoc]
	keys   *cipher.AES
}

func newOSWorld(t *testing.T, parts []repo.Part[osDoc]) *osWorld {
	return &osWorld{t, embedded.New().Client(), parts, testKeys(t)}
}

func (w *osWorld) write(id string, protect repo.Part[osDoc]) *osDoc {
	w.t.Helper()
	r := repoOver(w.t, w.client, repo.TableOf("OSDocs", osID, append([]repo.Part[osDoc]{protect}, w.parts...)...))
	d := osValue(id)
	if _, err := r.Put(background, d); err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *osWorld) open(opts ...repo.Option) *repo.Stored {
	w.t.Helper()
	s, err := repo.Open(w.client, "OSDocs", "ID", append(opts, osTables, repo.WithOpener(w.keys))...)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// set changes an attribute of a root item, or a part of it.
func (w *osWorld) set(id, expression string, names map[string]string, v types.AttributeValue) {
	w.t.Helper()
	_, err := w.client.UpdateItem(background, &dynamodb.UpdateItemInput{TableName: aws.String("OSDocs"), Key: map[string]types.AttributeValue{"ID": avS(id)},
		UpdateExpression: &expression, ExpressionAttributeNames: names, ExpressionAttributeValues: map[string]types.AttributeValue{":v": v}})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *osWorld) record(id string) map[string]types.AttributeValue {
	w.t.Helper()
	out, err := w.client.GetItem(background, &dynamodb.GetItemInput{TableName: aws.String("OSDocs"), Key: map[string]types.AttributeValue{"ID": avS(id)}})
	if err != nil {
		w.t.Fatal(err)
	}
	return out.Item["_meta"].(*types.AttributeValueMemberM).Value
}

const osOlder = "stored data is corrupt: value is not encrypted: the object's list of encrypted paths does not have this one"

// refuses checks that an object is refused at a path, and that nothing of it is
// returned.
func (w *osWorld) refuses(s *repo.Stored, id, path, text string) {
	w.t.Helper()
	doc, err := s.Get(background, id)
	var e *repo.Error
	if doc != nil || !errors.Is(err, repo.ErrCorrupt) || !errors.Is(err, cipher.ErrNotEncrypted) || !errors.As(err, &e) || e.Path != path {
		w.t.Errorf("%s: read %v, %v; want ErrCorrupt at %q", path, doc, err, path)
		return
	}
	if got := e.Err.Error(); text != "" && got != text {
		w.t.Errorf("%s: %s; want %s", path, got, text)
	}
}

const osPutBack = "; repo.MustBeSealed names it, and an older list may have been put back"

// TestMustBeSealed: what the first release stored in the clear, or somebody put
// there together with its list, is refused where it must be encrypted, in
// whatever item it is; what the second one stored is read.
func TestMustBeSealed(t *testing.T) {
	for layout, parts := range map[string][]repo.Part[osDoc]{"one item": nil, "many items": osShards()} {
		t.Run(layout, func(t *testing.T) {
			w := newOSWorld(t, parts)
			w.write("old", cipher.Protect(w.keys, osSecret))
			w.write("new", cipher.Protect(w.keys, osSecret, osLater, osTags, osCity, osPast, osHomes, osNotes))
			for _, id := range []string{"old", "new"} {
				doc, err := w.open().Get(background, id)
				if diff := cmp.Diff(osGeneric(id), doc); err != nil || diff != "" {
					t.Fatalf("without the option: %v\n%s", err, diff)
				}
			}
			for _, path := range osPaths {
				s := w.open(repo.MustBeSealed("Secret", path))
				w.refuses(s, "old", path, osOlder+osPutBack)
				doc, err := s.Get(background, "new")
				if diff := cmp.Diff(osGeneric("new"), doc); err != nil || diff != "" {
					t.Errorf("%s: %v\n%s", path, err, diff)
				}
			}
			all := w.open(repo.MustBeSealed(osPaths...), repo.MustBeSealed("Secret"))
			n := 0
			for doc, err := range all.Scan(background) {
				if n++; doc == nil {
					if !errors.Is(err, repo.ErrCorrupt) || !errors.Is(err, cipher.ErrNotEncrypted) {
						t.Errorf("Scan: %v", err)
					}
					continue
				}
				if diff := cmp.Diff(osGeneric("new"), doc); err != nil || diff != "" {
					t.Errorf("Scan: %v\n%s", err, diff)
				}
			}
			if n != 2 {
				t.Errorf("Scan found %d objects", n)
			}
			// Above what is encrypted there may be plaintext, inside there is none.
			w.refuses(w.open(repo.MustBeSealed("Home")), "new", "Home", osOlder+", only Home.City"+osPutBack)
			w.refuses(w.open(repo.MustBeSealed("Past[]")), "new", "Past[]", osOlder+", only Past[].City"+osPutBack)
			if _, err := w.open(repo.MustBeSealed("Tags[]", `Homes["a.b"].City`)).Get(background, "new"); err != nil {
				t.Error(err)
			}
			// Delete returns nothing, and removes what is refused.
			if err := all.Delete(background, "old", repo.MustExist()); err != nil {
				t.Errorf("Delete: %v", err)
			}
			if _, err := all.Get(background, "old"); !errors.Is(err, repo.ErrNotFound) {
				t.Errorf("after Delete: %v", err)
			}
		})
	}
}

// TestOldListPutBack is the attack: the list of an earlier version of the same
// object opens, for it is bound to nothing newer.
func TestOldListPutBack(t *testing.T) {
	w := newOSWorld(t, nil)
	w.write("1", cipher.Protect(w.keys, osSecret))
	old := w.record("1")["s"]
	w.write("1", cipher.Protect(w.keys, osSecret, osLater))
	strict := w.open(repo.MustBeSealed("Later"))
	if doc, err := strict.Get(background, "1"); err != nil || doc["Later"] != "planted" {
		t.Fatalf("%v, %v", doc, err)
	}
	w.set("1", "SET #m.#s = :v", map[string]string{"#m": "_meta", "#s": "s"}, old)
	w.refuses(strict, "1", "Later", osOlder+osPutBack)
	w.set("1", "SET #l = :v", map[string]string{"#l": "Later"}, avS("mallory"))
	if doc, err := w.open().Get(background, "1"); err != nil || doc["Later"] != "mallory" {
		t.Errorf("without the option: %v, %v", doc, err)
	}
	w.refuses(strict, "1", "Later", osOlder+osPutBack)
	// A list that is gone altogether.
	_, err := w.client.UpdateItem(background, &dynamodb.UpdateItemInput{TableName: aws.String("OSDocs"), Key: map[string]types.AttributeValue{"ID": avS("1")},
		UpdateExpression: aws.String("REMOVE #m.#s"), ExpressionAttributeNames: map[string]string{"#m": "_meta", "#s": "s"}})
	if err != nil {
		t.Fatal(err)
	}
	w.refuses(strict, "1", "Later", "")
	w.write("1", cipher.Protect(w.keys, osSecret, osLater))
	if doc, err := strict.Get(background, "1"); err != nil || doc["Later"] != "planted" {
		t.Errorf("written anew: %v, %v", doc, err)
	}
}

// TestMustBeSealedPlanted: under a list that has the paths, nothing but an
// envelope passes, at them, above and below; what is absent does.
func TestMustBeSealedPlanted(t *testing.T) {
	w := newOSWorld(t, nil)
	strict := w.open(repo.MustBeSealed("Later", "Home.City", "Past[].City", "Homes{}.City"))
	plain := func(names ...string) types.AttributeValue {
		var av types.AttributeValue = avS("mallory")
		for _, n := range names {
			if n == "" {
				av = &types.AttributeValueMemberL{Value: []types.AttributeValue{av}}
				continue
			}
			av = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{n: av}}
		}
		return av
	}
	for name, c := range map[string]struct {
		attribute string
		v         types.AttributeValue
	}{
		"at":               {"Later", plain()},
		"below":            {"Later", plain("x")},
		"in a struct":      {"Home", plain("City")},
		"above":            {"Home", plain()},
		"a list, above":    {"Home", plain("City", "")},
		"below in struct":  {"Home", plain("x", "City")},
		"in an element":    {"Past", plain("City", "")},
		"an element":       {"Past", plain("")},
		"a map for a list": {"Past", plain("City")},
		"in an entry":      {"Homes", plain("City", "tokyo")},
		"an entry":         {"Homes", plain("tokyo")},
		"a list for a map": {"Homes", plain("City", "")},
	} {
		w.write("1", cipher.Protect(w.keys, osLater, osCity, osPast, osHomes))
		w.set("1", "SET #a = :v", map[string]string{"#a": c.attribute}, c.v)
		doc, err := strict.Get(background, "1")
		if doc != nil || !errors.Is(err, repo.ErrCorrupt) || !errors.Is(err, cipher.ErrNotEncrypted) {
			t.Errorf("%s: %v, %v", name, doc, err)
		}
	}
	w.write("1", cipher.Protect(w.keys, osLater, osCity, osPast, osHomes))
	_, err := w.client.UpdateItem(background, &dynamodb.UpdateItemInput{TableName: aws.String("OSDocs"), Key: map[string]types.AttributeValue{"ID": avS("1")},
		UpdateExpression: aws.String("REMOVE Later, Home, Past, Homes")})
	if err != nil {
		t.Fatal(err)
	}
	want := osGeneric("1")
	for _, name := range []string{"Later", "Home", "Past", "Homes"} {
		delete(want, name)
	}
	doc, err := strict.Get(background, "1")
	if diff := cmp.Diff(want, doc); err != nil || diff != "" {
		t.Errorf("absent values: %v\n%s", err, diff)
	}
}

// TestMustBeSealedOfAll: ProtectAll encrypts a struct field by field, so that
// its fields are named, and what it leaves out is refused.
func TestMustBeSealedOfAll(t *testing.T) {
	for layout, parts := range map[string][]repo.Part[osDoc]{"one item": nil, "many items": osShards()} {
		w := newOSWorld(t, parts)
		w.write("1", cipher.ProtectAll[osDoc](w.keys, osLater))
		s := w.open(repo.MustBeSealed("Secret", "Tags", "Home.City", "Home.Zip", "Past[].City", "Homes{}.Zip", "Lines[].Note.City", "Lines[].SKU"))
		doc, err := s.Get(background, "1")
		if diff := cmp.Diff(osGeneric("1"), doc); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", layout, err, diff)
		}
		w.refuses(w.open(repo.MustBeSealed("Later")), "1", "Later", osOlder+osPutBack)
		w.refuses(w.open(repo.MustBeSealed("Home")), "1", "Home", osOlder+", only Home.City"+osPutBack)
	}
}
