package policy_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/policy"
)

// show makes values readable in a diff, and sets comparable.
var show = cmp.Options{cmp.Comparer(item.Equal), cmpopts.EquateEmpty()}

func text(s string) AV { return &S{Value: s} }
func list(e ...AV) AV  { return &L{Value: e} }
func dict(m Doc) AV    { return &M{Value: m} }

// env is the envelope that mirror m makes of av at path.
func env(t testing.TB, av AV, path ...cipher.Segment) AV {
	t.Helper()
	b := proto()
	b.Path = path
	plain, err := item.AppendCanonical(nil, av)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := m.Seal(ctx, nil, plain, &b)
	if err != nil {
		t.Fatal(err)
	}
	return &B{Value: sealed}
}

func TestSealAndOpen(t *testing.T) {
	n := build(t, whole, protect(m, visits, city, work, eachCity, homesCity, allScores, tags, bossPtr))
	null := &NULL{Value: true}
	seg, el := cipher.Name, cipher.Elem()
	plain := func() Doc {
		return Doc{
			"id": text("p1"), "name": text("Jo"), "tags": list(text("a")), "photo": &B{Value: []byte{1}},
			"home": dict(Doc{"city": text("Paris"), "geo": dict(Doc{"lat": text("1")})}),
			"past": list(dict(Doc{"city": text("Rome")}), null, dict(Doc{"geo": null})),
			"homes": dict(Doc{
				"x": dict(Doc{"city": text("Oslo")}), "": dict(Doc{"city": text("Bern")}),
			}),
			"scores": dict(Doc{"one": &N{Value: "1"}, "none": null}),
			"later":  text("unknown to the type"),
		}
	}
	want := Doc{
		"id": text("p1"), "name": text("Jo"), "later": text("unknown to the type"), "photo": &B{Value: []byte{1}},
		"tags": env(t, list(text("a")), seg("tags")), "visits": env(t, null, seg("visits")), "boss": env(t, null, seg("boss")),
		"home": dict(Doc{"city": env(t, text("Paris"), seg("home"), seg("city")), "geo": dict(Doc{"lat": text("1")})}),
		"past": list(dict(Doc{"city": env(t, text("Rome"), seg("past"), el, seg("city"))}), null,
			dict(Doc{"city": env(t, null, seg("past"), el, seg("city")), "geo": null})),
		"homes": dict(Doc{
			"x": dict(Doc{"city": env(t, text("Oslo"), seg("homes"), seg("x"), seg("city"))}),
			"":  dict(Doc{"city": env(t, text("Bern"), seg("homes"), seg(""), seg("city"))}),
		}),
		"scores": dict(Doc{"one": env(t, &N{Value: "1"}, seg("scores"), seg("one")), "none": env(t, null, seg("scores"), seg("none"))}),
	}
	doc := plain()
	if err := n.Seal(ctx, doc, nil, proto(), nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, doc, show); diff != "" {
		t.Errorf("sealed (-want +got):\n%s", diff)
	}
	if err := n.Open(ctx, doc, nil, proto(), nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plain(), doc, show); diff != "" {
		t.Errorf("opened (-want +got):\n%s", diff)
	}
}

// A part of a document seals as it does inside the whole.
func TestBase(t *testing.T) {
	n := build(t, whole, protect(m, city, eachCity, homesCity, tags, allScores))
	seg, el := cipher.Name, cipher.Elem()
	for name, c := range map[string]struct {
		base attr.Path
		in   AV
		want AV
	}{
		"sealed value":   {attr.Names("tags"), list(text("a")), env(t, list(text("a")), seg("tags"))},
		"sealed, absent": {attr.Names("tags"), nil, env(t, &NULL{Value: true}, seg("tags"))},
		"plain value":    {attr.Names("name"), text("Jo"), text("Jo")},
		"plain, absent":  {attr.Names("name"), nil, nil},
		"struct":         {attr.Names("home"), dict(Doc{"city": text("x"), "notes": list()}), dict(Doc{"city": env(t, text("x"), seg("home"), seg("city")), "notes": list()})},
		"struct, absent": {attr.Names("home"), nil, nil},
		"struct, NULL":   {attr.Names("home"), &NULL{Value: true}, &NULL{Value: true}},
		"list":           {attr.Names("past"), list(dict(Doc{"city": text("x")})), list(dict(Doc{"city": env(t, text("x"), seg("past"), el, seg("city"))}))},
		"new element":    {attr.Path{attr.Field("past"), attr.Elem}, dict(Doc{"city": text("x")}), dict(Doc{"city": env(t, text("x"), seg("past"), el, seg("city"))})},
		"element 3":      {attr.Path{attr.Field("past"), attr.At(3)}, dict(Doc{"city": text("x")}), dict(Doc{"city": env(t, text("x"), seg("past"), el, seg("city"))})},
		"city of 3":      {attr.Path{attr.Field("past"), attr.At(3), attr.Field("city")}, text("x"), env(t, text("x"), seg("past"), el, seg("city"))},
		"map":            {attr.Names("homes"), dict(Doc{"a": dict(Doc{"city": text("x")})}), dict(Doc{"a": dict(Doc{"city": env(t, text("x"), seg("homes"), seg("a"), seg("city"))})})},
		"entry":          {attr.Path{attr.Field("homes"), attr.Entry("a")}, dict(Doc{"city": text("x")}), dict(Doc{"city": env(t, text("x"), seg("homes"), seg("a"), seg("city"))})},
		"sealed entry":   {attr.Path{attr.Field("scores"), attr.Entry("a")}, &N{Value: "1"}, env(t, &N{Value: "1"}, seg("scores"), seg("a"))},
		"entry as field": {attr.Path{attr.Field("scores"), attr.Field("a")}, &N{Value: "1"}, env(t, &N{Value: "1"}, seg("scores"), seg("a"))},
		"wild but plain": {attr.Path{attr.Field("labels"), attr.Value}, text("x"), text("x")},
	} {
		before := item.Clone(c.in)
		got, err := n.SealValue(ctx, c.in, c.base, proto())
		if err != nil || !item.Equal(got, c.want) {
			t.Errorf("%s: SealValue = %s, %v", name, cmp.Diff(c.want, got, show), err)
			continue
		}
		if before == nil && got != nil {
			before = &NULL{Value: true}
		}
		back, err := n.OpenValue(ctx, got, c.base, proto())
		if err != nil || !item.Equal(back, before) {
			t.Errorf("%s: OpenValue = %s, %v", name, cmp.Diff(before, back, show), err)
		}
	}
}

func TestBaseOfDocument(t *testing.T) {
	n := build(t, whole, protect(m, work, homesCity, eachCity))
	doc := Doc{"city": text("x")}
	if err := n.Seal(ctx, doc, attr.Path{attr.Field("past"), attr.At(0)}, proto(), nil); err != nil {
		t.Fatal(err)
	}
	if want := env(t, text("x"), cipher.Name("past"), cipher.Elem(), cipher.Name("city")); !item.Equal(doc["city"], want) {
		t.Errorf("city of the element = %v", doc["city"])
	}
	if err := n.Open(ctx, doc, attr.Path{attr.Field("past"), attr.Elem}, proto(), nil); err != nil || !item.Equal(doc["city"], text("x")) {
		t.Errorf("opened: %v, %v", doc, err)
	}
	// nothing is sealed there, so nothing is touched
	doc = Doc{"city": text("x")}
	if err := n.Seal(ctx, doc, attr.Names("home"), proto(), nil); err != nil || !item.Equal(doc["city"], text("x")) {
		t.Errorf("plain part: %v, %v", doc, err)
	}
	if n.Trim(ctx, doc, attr.Names("home")); !item.Equal(doc["city"], text("x")) {
		t.Errorf("plain part, trimmed: %v", doc)
	}
	for _, nothing := range []attr.Path{attr.Names("work", "city"), attr.Names("work"), attr.Names("name")} {
		if av, err := n.OpenValue(ctx, nil, nothing, proto()); av != nil || err != nil {
			t.Errorf("nothing at %s opens to %v, %v", nothing, av, err)
		}
	}
	// A NULL that holds nothing encrypted is one.
	for _, change := range []func(Doc) error{func(d Doc) error { return n.Open(ctx, d, nil, proto(), nil) }, func(d Doc) error { n.Trim(ctx, d, nil); return nil }} {
		doc := Doc{"work": &NULL{Value: true}}
		if err := change(doc); err != nil || !item.Equal(dict(doc), dict(Doc{"work": &NULL{Value: true}})) {
			t.Errorf("a NULL: %v, %v", doc, err)
		}
	}
	var none *policy.Node
	if err := none.Seal(ctx, doc, nil, proto(), nil); err != nil {
		t.Error(err)
	}
	if err := none.Open(ctx, doc, attr.Path{attr.Value}, proto(), nil); err != nil || len(doc) != 1 {
		t.Errorf("no policy: %v, %v", doc, err)
	}
}

func TestSealRefuses(t *testing.T) {
	n := build(t, whole, protect(m, home, eachCity, homesCity, work))
	for _, c := range []struct {
		base attr.Path
		av   AV
		want string
	}{
		{attr.Names("home", "city"), text("x"), "cipher: seal person home.city: the path leads into a value that is encrypted whole"},
		{attr.Names("work"), text("x"), "cipher: seal person work: the value cannot hold the encrypted values that the policy expects in it"},
		{attr.Names("work"), list(), "cipher: seal person work: the value cannot hold the encrypted values that the policy expects in it"},
		{attr.Names("past"), dict(Doc{}), "cipher: seal person past: the value cannot hold the encrypted values that the policy expects in it"},
		{attr.Names("past"), list(text("x")), "cipher: seal person past[]: the value cannot hold the encrypted values that the policy expects in it"},
		{attr.Names("homes"), dict(Doc{"a": text("x")}), "cipher: seal person homes.a: the value cannot hold the encrypted values that the policy expects in it"},
		{attr.Names("work"), dict(Doc{"city": &N{Value: "x"}}), "cipher: seal person work.city: item: not a number"},
		{attr.Names("home"), &SS{}, "cipher: seal person home: item: empty set"},
		{attr.Path{attr.Field("homes"), attr.Value}, dict(Doc{}), "sealvalue: all values of a map have no path in common"},
	} {
		got, err := n.SealValue(ctx, c.av, c.base, proto())
		if got != nil || err == nil || err.Error() != c.want {
			t.Errorf("SealValue(%s) = %v, %v\nwant %s", c.base, got, err, c.want)
		}
	}
	for base, want := range map[string]string{
		"home": "cipher: seal person home: the document is encrypted whole, not attribute by attribute",
		"past": "cipher: seal person past: the value cannot hold the encrypted values that the policy expects in it",
	} {
		if err := n.Seal(ctx, Doc{}, attr.Names(base), proto(), nil); err == nil || err.Error() != want {
			t.Errorf("Seal(%s): %v\nwant %s", base, err, want)
		}
	}
}

// Whatever stands where an envelope or its container should, does not pass.
func TestOpenIsStrict(t *testing.T) {
	n := build(t, whole, protect(m, city, eachCity, homesCity, allTags, allScores))
	aes := newAES(t)
	real, err := aes.Seal(ctx, nil, []byte{5}, &cipher.Binding{Entity: "e", Key: []cipher.KeyPart{cipher.KeyString("k")}, Path: cipher.Path{cipher.Name("p")}})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		doc  Doc
		err  error
		path string
	}{
		"plaintext":                       {Doc{"home": dict(Doc{"city": text("Paris")})}, cipher.ErrNotEncrypted, "home.city"},
		"NULL":                            {Doc{"home": dict(Doc{"city": &NULL{Value: true}})}, cipher.ErrNotEncrypted, "home.city"},
		"plaintext in a list":             {Doc{"past": list(dict(Doc{"city": text("Paris")}))}, cipher.ErrNotEncrypted, "past[].city"},
		"plaintext in a map":              {Doc{"homes": dict(Doc{"x": dict(Doc{"city": text("Paris")})})}, cipher.ErrNotEncrypted, "homes.x.city"},
		"plain element":                   {Doc{"tags": list(text("a"))}, cipher.ErrNotEncrypted, "tags[]"},
		"NULL element":                    {Doc{"tags": list(&NULL{Value: true})}, cipher.ErrNotEncrypted, "tags[]"},
		"set in place of a list":          {Doc{"tags": &SS{Value: []string{"a"}}}, cipher.ErrNotEncrypted, "tags"},
		"text in place of a list":         {Doc{"tags": text("a")}, cipher.ErrNotEncrypted, "tags"},
		"map in place of a list":          {Doc{"tags": dict(Doc{"0": text("a")})}, cipher.ErrNotEncrypted, "tags"},
		"list in place of a map":          {Doc{"scores": list(&N{Value: "1"})}, cipher.ErrNotEncrypted, "scores"},
		"text in place of a struct":       {Doc{"home": text("x")}, cipher.ErrNotEncrypted, "home"},
		"bytes in place of a struct":      {Doc{"home": &B{Value: []byte("x")}}, cipher.ErrNotEncrypted, "home"},
		"envelope in place of a struct":   {Doc{"home": &B{Value: real}}, cipher.ErrUnexpectedEnvelope, "home"},
		"moved from another path":         {Doc{"home": dict(Doc{"city": env(t, text("x"), cipher.Name("home"), cipher.Name("name"))})}, cipher.ErrAuth, "home.city"},
		"moved to another entry":          {Doc{"scores": dict(Doc{"b": env(t, &N{Value: "1"}, cipher.Name("scores"), cipher.Name("a"))})}, cipher.ErrAuth, "scores.b"},
		"moved from a list to the root":   {Doc{"home": dict(Doc{"city": env(t, text("x"), cipher.Name("past"), cipher.Elem(), cipher.Name("city"))})}, cipher.ErrAuth, "home.city"},
		"envelope of another cipher":      {Doc{"home": dict(Doc{"city": &B{Value: real}})}, cipher.ErrAuth, "home.city"},
		"element below a missing element": {Doc{"past": list(nil, text("x"))}, cipher.ErrNotEncrypted, "past[]"},
	} {
		err := n.Open(ctx, c.doc, nil, proto(), nil)
		var field *cipher.FieldError
		if !errors.Is(err, c.err) || !errors.As(err, &field) || field.Path != c.path || field.Op != "open" || field.Entity != "person" {
			t.Errorf("%s: %v; want %v at %s", name, err, c.err, c.path)
		}
	}
	for name, doc := range map[string]Doc{
		"absent": {}, "containers absent": {"home": dict(Doc{}), "past": list(), "homes": dict(Doc{})}, "containers NULL": {"home": &NULL{Value: true}, "past": &NULL{Value: true}, "tags": &NULL{Value: true}},
		"plain elsewhere": {"name": text("Jo"), "id": &B{Value: real}},
	} {
		if err := n.Open(ctx, doc, nil, proto(), nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Swapping two elements of one list is not detected: positions are not bound.
func TestSwappedElementsPass(t *testing.T) {
	n := build(t, whole, protect(m, allTags))
	doc := Doc{"tags": list(text("a"), text("b"))}
	if err := n.Seal(ctx, doc, nil, proto(), nil); err != nil {
		t.Fatal(err)
	}
	l := doc["tags"].(*L).Value
	l[0], l[1] = l[1], l[0]
	if err := n.Open(ctx, doc, nil, proto(), nil); err != nil || !item.Equal(doc["tags"], list(text("b"), text("a"))) {
		t.Errorf("%v, %v", doc, err)
	}
}

// What the paths of Open and OpenValue lead to must be something to open.
func TestOpenRefusesBases(t *testing.T) {
	n := build(t, whole, protect(m, home, eachCity, homesCity))
	for _, c := range []struct {
		base attr.Path
		want string
	}{
		{attr.Names("home", "city"), "cipher: open person home.city: the path leads into a value that is encrypted whole"},
		{attr.Path{attr.Field("homes"), attr.Value}, "sealvalue: all values of a map have no path in common"},
	} {
		got, err := n.OpenValue(ctx, text("x"), c.base, proto())
		if got != nil || err == nil || err.Error() != c.want {
			t.Errorf("OpenValue(%s) = %v, %v", c.base, got, err)
		}
		if err := n.Open(ctx, Doc{}, c.base, proto(), nil); err == nil || err.Error() != c.want {
			t.Errorf("Open(%s): %v", c.base, err)
		}
	}
	for base, want := range map[string]string{
		"home": "cipher: open person home: the document is encrypted whole, not attribute by attribute",
		"past": "cipher: open person past: value is not encrypted",
	} {
		if err := n.Open(ctx, Doc{}, attr.Names(base), proto(), nil); err == nil || err.Error() != want {
			t.Errorf("Open(%s): %v\nwant %s", base, err, want)
		}
	}
}

// A stored policy may know attributes and all other entries of one map.
func TestFieldsBesideValues(t *testing.T) {
	n, err := policy.Decode(unhex("01 03 0a 01 01 61 01 02 01 00 01 01"), m, mirror{"other"})
	if err != nil {
		t.Fatal(err)
	}
	b := proto()
	b.Path = cipher.Path{cipher.Name("b")}
	other, err := mirror{"other"}.Seal(ctx, nil, []byte{5}, &b)
	if err != nil {
		t.Fatal(err)
	}
	doc := Doc{"a": env(t, text("x"), cipher.Name("a")), "b": &B{Value: other}}
	if err := n.Open(ctx, doc, nil, proto(), nil); err != nil || !item.Equal(dict(doc), dict(Doc{"a": text("x"), "b": &NULL{Value: true}})) {
		t.Errorf("%v, %v", doc, err)
	}
}
