package sealed

import (
	"bytes"
	"encoding/base64"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// secretPlace is one secret of a stored tree.
type secretPlace struct {
	lens lens.Lens[tree, string]
	*envelope
}

// hoard is two stored trees, p and q, and a third of another entity under p's
// key. Cases forge values of p.
type hoard struct {
	*kit.World
	layout    string
	r         *repo.Repo[tree]
	stored    *repo.Stored
	key       repo.Key[tree]
	secrets   []secretPlace        // of p, in order of secretPaths
	ofQ       map[string]*envelope // by path
	elsewhere map[string]*envelope // of the other entity, by path
	intact    tree                 // q
}

// newHoard stores the trees and finds their secrets.
func newHoard(t *testing.T, e kit.Engine, l trees.Layout) *hoard {
	ctx, h := t.Context(), &hoard{World: kit.NewWorld(t, e), layout: l.Name, key: trees.ID.Of("p")}
	h.r = kit.Open(t, h.World, l.Model())
	h.stored = kit.OpenStored(t, h.World, "Trees", "id", trees.Tables, repo.WithOpener(kit.Keys(t)))
	p := secretTree("p")
	h.intact = secretTree("q")
	for _, v := range []*tree{&p, &h.intact} {
		_, err := h.r.Create(ctx, v)
		kit.Must(t, err)
	}
	byText := envelopes(t, h.World, "Trees", kit.Str("p"))
	for _, path := range secretPaths() {
		text, ok := lens.Get(path, &p)
		kit.Equal(t, path.String()+" has a value", ok, true)
		if byText[text] == nil {
			t.Fatalf("no envelope of %q", text)
		}
		h.secrets = append(h.secrets, secretPlace{path, byText[text]})
	}
	kit.Equal(t, "envelopes", len(byText), len(h.secrets))
	byPath := func(found map[string]*envelope) map[string]*envelope {
		out := map[string]*envelope{}
		for _, e := range found {
			out[e.path.String()] = e
		}
		kit.Equal(t, "envelopes", len(out), len(h.secrets))
		return out
	}
	h.ofQ = byPath(envelopes(t, h.World, "Trees", kit.Str("q")))

	y := kit.NewWorld(t, e)
	others := kit.Open(t, y, l.Model(), repo.Entity("Others"))
	other := secretTree("p")
	_, err := others.Create(ctx, &other)
	kit.Must(t, err)
	h.elsewhere = byPath(envelopes(t, y, "Others", kit.Str("p")))
	return h
}

var forgedChecks = []kit.Check{
	{Name: "values of one object exchanged", Run: func(t *testing.T, x *kit.World) { forge(t, x, (*hoard).exchanged) }},
	{Name: "one value forged", Run: func(t *testing.T, x *kit.World) {
		forge(t, x, func(h *hoard, t *testing.T) {
			if h.layout != "divided" { // the others have fewer code paths
				h.secrets = everyThird(h.secrets)
			}
			h.forgedOnce(t)
		})
	}},
	{Name: "what is around a value forged", Run: func(t *testing.T, x *kit.World) { forge(t, x, (*hoard).surrounded) }},
}

func everyThird[E any](all []E) (some []E) {
	for i := 0; i < len(all); i += 3 {
		some = append(some, all[i])
	}
	return some
}

func forge(t *testing.T, x *kit.World, run func(*hoard, *testing.T)) {
	for _, l := range layouts(t) {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			run(newHoard(t, x.Engine, l), t)
		})
	}
}

// exchanged puts all secrets into the places of other secrets, in a dozen ways,
// and reads every path.
func (h *hoard) exchanged(t *testing.T) {
	ctx, n := t.Context(), len(h.secrets)
	for shift := 0; shift < n; shift += 3 {
		items, tables := map[string]kit.Row{}, map[string]string{}
		for i, s := range h.secrets {
			if items[s.id] == nil {
				items[s.id], tables[s.id] = item.CloneMap(s.item), s.table
			}
			s.set(items[s.id], &types.AttributeValueMemberB{Value: h.secrets[(i+shift)%n].bytes})
		}
		for id, it := range items {
			h.Plant(t, tables[id], it)
		}
		got, err := h.r.Get(ctx, h.key)
		if shift == 0 {
			kit.Must(t, err)
			continue
		}
		kit.Equal(t, "object", got, nil)
		kit.WantErr(t, "get", err, repo.ErrCorrupt, cipher.ErrAuth.Error())
		for i, s := range h.secrets {
			got, err := repo.Read(ctx, h.r, h.key, s.lens)
			kit.Equal(t, "value", got, "")
			what := h.secrets[(i+shift)%n].path.String() + " in the place of " + s.path.String()
			kit.WantErr(t, what, err, repo.ErrCorrupt, cipher.ErrAuth.Error())
			// Some reads also open values around the path.
			var field *cipher.FieldError
			if !errors.As(err, &field) || h.ofQ[field.Path] == nil {
				t.Errorf("%s: got %v; want the name of a path", what, err)
			}
			silent(t, what, err)
		}
	}
}

// forgery is a value in the place of an envelope.
type forgery struct {
	name  string
	value func(t *testing.T, h *hoard, s secretPlace) kit.Value
	cause error
}

func fixed(v kit.Value) func(*testing.T, *hoard, secretPlace) kit.Value {
	return func(*testing.T, *hoard, secretPlace) kit.Value { return v }
}

func changed(change func(b []byte) []byte) func(*testing.T, *hoard, secretPlace) kit.Value {
	return func(_ *testing.T, _ *hoard, s secretPlace) kit.Value {
		return &types.AttributeValueMemberB{Value: change(bytes.Clone(s.bytes))}
	}
}

func cutTo(n int) func(*testing.T, *hoard, secretPlace) kit.Value {
	return changed(func(b []byte) []byte { return b[:(n+len(b))%len(b)] })
}

func flippedAt(n int) func(*testing.T, *hoard, secretPlace) kit.Value {
	return changed(func(b []byte) []byte { b[(n+len(b))%len(b)] ^= 1; return b })
}

var forgeries = []forgery{
	{"of another object", func(_ *testing.T, h *hoard, s secretPlace) kit.Value {
		return kit.Bin(string(h.ofQ[s.path.String()].bytes))
	}, cipher.ErrAuth},
	{"plaintext", fixed(kit.Str("planted")), cipher.ErrNotEncrypted},
	{"of another entity", func(_ *testing.T, h *hoard, s secretPlace) kit.Value {
		return kit.Bin(string(h.elsewhere[s.path.String()].bytes))
	}, cipher.ErrAuth},
	{"what is in it", func(_ *testing.T, _ *hoard, s secretPlace) kit.Value { return kit.Str(s.plain) }, cipher.ErrNotEncrypted},
	{"NULL", fixed(kit.Null()), cipher.ErrNotEncrypted},
	{"flipped in the tag", flippedAt(-1), cipher.ErrAuth},

	{"plain bytes", fixed(kit.Bin("planted")), cipher.ErrNotEncrypted},
	{"empty text", fixed(kit.Str("")), cipher.ErrNotEncrypted},
	{"empty bytes", fixed(kit.Bin("")), cipher.ErrNotEncrypted},
	{"number", fixed(kit.Num("1")), cipher.ErrNotEncrypted},
	{"false", fixed(kit.Boolean(false)), cipher.ErrNotEncrypted},
	{"set", fixed(kit.StrSet("planted")), cipher.ErrNotEncrypted},
	{"list with the envelope", func(_ *testing.T, _ *hoard, s secretPlace) kit.Value { return kit.List(kit.Bin(string(s.bytes))) }, cipher.ErrNotEncrypted},
	{"map with the envelope", func(_ *testing.T, _ *hoard, s secretPlace) kit.Value {
		return kit.Object(kit.Row{"text": kit.Bin(string(s.bytes))})
	}, cipher.ErrNotEncrypted},
	{"set with the envelope", func(_ *testing.T, _ *hoard, s secretPlace) kit.Value { return kit.BytesSet(s.bytes) }, cipher.ErrNotEncrypted},
	{"envelope as text", func(_ *testing.T, _ *hoard, s secretPlace) kit.Value {
		return kit.Str(base64.StdEncoding.EncodeToString(s.bytes))
	}, cipher.ErrNotEncrypted},

	{"cut to the magic number", cutTo(2), cipher.ErrMalformed},
	{"cut in the header", cutTo(20), cipher.ErrMalformed},
	{"cut in the commitment", cutTo(40), cipher.ErrMalformed},
	{"cut to nothing inside", cutTo(cipher.Overhead), cipher.ErrAuth},
	{"cut by one", cutTo(-1), cipher.ErrAuth},
	{"one longer", changed(func(b []byte) []byte { return append(b, 0) }), cipher.ErrAuth},
	{"twice", changed(func(b []byte) []byte { return append(b, b...) }), cipher.ErrAuth},
	{"flipped in the magic number", flippedAt(0), cipher.ErrNotEncrypted},
	{"flipped in the version", flippedAt(2), cipher.ErrVersion},
	{"flipped in the suite", flippedAt(3), cipher.ErrSuite},
	{"padded suite", changed(func(b []byte) []byte { b[3] = byte(cipher.SuiteAES256GCMPadded); return b }), cipher.ErrWrongKey},
	{"flipped in the key id", flippedAt(4), cipher.ErrUnknownKey},
	{"flipped in the salt", flippedAt(8), cipher.ErrWrongKey},
	{"flipped in the commitment", flippedAt(40), cipher.ErrWrongKey},
	{"flipped in the nonce", flippedAt(70), cipher.ErrAuth},
	{"flipped in the content", flippedAt(80), cipher.ErrAuth},
	{"commitment of another value", func(_ *testing.T, h *hoard, s secretPlace) kit.Value {
		return kit.Bin(string(h.ofQ[s.path.String()].bytes[:64]) + string(s.bytes[64:]))
	}, cipher.ErrAuth},
	{"sealed with another key of the same id", func(t *testing.T, _ *hoard, s secretPlace) kit.Value {
		b := cipher.Binding{Entity: s.entity, Key: []cipher.KeyPart{cipher.KeyString("p")}, Path: s.path}
		sealed, err := kit.KeysOf(t, 1, 8).Seal(t.Context(), nil, []byte("planted"), &b)
		kit.Must(t, err)
		return kit.Bin(string(sealed))
	}, cipher.ErrWrongKey},
}

// forgedOnce forges one value at a time and uses the object in all ways.
func (h *hoard) forgedOnce(t *testing.T) {
	ctx := t.Context()
	for i, s := range h.secrets {
		for j, f := range forgeries {
			if j >= 6 && (i+j)%4 != 0 { // each of them in many places
				continue
			}
			h.Plant(t, s.table, s.with(f.value(t, h, s)))
			got, err := repo.Read(ctx, h.r, h.key, s.lens)
			kit.Equal(t, f.name+" read", got, "")
			s.refused(t, f.name+", read", err, f.cause)
			if j >= 2 && (i+j)%4 != 0 {
				continue
			}
			whole, err := h.r.Get(ctx, h.key)
			kit.Equal(t, f.name+" got", whole, nil)
			s.refused(t, f.name+", get", err, f.cause)
			doc, err := h.stored.Get(ctx, "p")
			kit.Equal(t, f.name+" got by metadata", doc, nil)
			s.refused(t, f.name+", get by metadata", err, f.cause)
			if (i+j)%8 == 0 {
				h.modified(t, s, f)
				h.scanned(t, s, f)
			}
		}
		h.Plant(t, s.table, s.item)
	}
	got, err := h.r.Get(ctx, h.key)
	kit.Must(t, err)
	want := secretTree("p")
	want.Meta = got.Meta
	kit.Equal(t, "restored", *got, want)
}

// modified checks that Modify fails before it calls the change.
func (h *hoard) modified(t *testing.T, s secretPlace, f forgery) {
	t.Helper()
	h.Net.Reset()
	err := h.r.Modify(t.Context(), h.key, func(v *tree) error {
		t.Errorf("%s: Modify of %+v", f.name, v)
		return nil
	})
	s.refused(t, f.name+", modify", err, f.cause)
	if n := h.Net.Count("GetItem", "BatchGetItem"); n != len(h.Net.Operations()) {
		t.Errorf("%s: Modify sent %v", f.name, h.Net.Operations())
	}
}

// scanned checks that a scan still reads the other object.
func (h *hoard) scanned(t *testing.T, s secretPlace, f forgery) {
	t.Helper()
	seen, docs := 0, 0
	for v, err := range h.r.Scan(t.Context()) {
		if err != nil {
			kit.Equal(t, f.name+" scanned", v, nil)
			s.refused(t, f.name+", scan", err, f.cause)
			continue
		}
		kit.Equal(t, f.name+", the other object", *v, h.intact)
		seen++
	}
	for v, err := range h.stored.Scan(t.Context()) {
		if err != nil {
			kit.Equal(t, f.name+" scanned by metadata", v, nil)
			s.refused(t, f.name+", scan by metadata", err, f.cause)
			continue
		}
		kit.Equal(t, f.name+", the other object by metadata", v["title"], any(h.intact.Title))
		docs++
	}
	kit.Equal(t, f.name+", other objects scanned", []int{seen, docs}, []int{1, 1})
}
