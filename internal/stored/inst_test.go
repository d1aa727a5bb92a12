package stored_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/stored"
)

// awkward texts are made of everything that instances and keys give a meaning.
var awkward = rapid.OneOf(
	rapid.StringOfN(rapid.SampledFrom([]rune("~.#:/ha0é日")), 0, 6, -1),
	rapid.SampledFrom([]string{"#AQEBAQEBAQE", "~h", "~0", "~1", "a\nb", "\x00", "_id", "😀"}),
)

var names = awkward.Filter(func(s string) bool { return s != "" })

// build makes an instance with the builders, and the tokens it was made of.
func build(t *rapid.T) (stored.Inst, []stored.Token) {
	inst := stored.Inst("")
	var tokens []stored.Token
	for range rapid.IntRange(1, 4).Draw(t, "steps") {
		kind := byte('.')
		if len(tokens) > 0 {
			kind = rapid.SampledFrom([]byte(".#:")).Draw(t, "kind")
		}
		switch kind {
		case '.':
			name := names.Draw(t, "name")
			inst, tokens = inst.Name(name), append(tokens, stored.Token{Kind: kind, Text: name})
		case ':':
			key := awkward.Draw(t, "key")
			inst, tokens = inst.Key(key), append(tokens, stored.Token{Kind: kind, Text: key})
		default:
			var id stored.ElemID
			copy(id[:], rapid.SliceOfN(rapid.Byte(), len(id), len(id)).Draw(t, "id"))
			inst, tokens = inst.Elem(id), append(tokens, stored.Token{Kind: kind, Text: id.String()})
		}
	}
	return inst, tokens
}

// rebuild makes an instance of tokens.
func rebuild(tokens []stored.Token) stored.Inst {
	inst := stored.Inst("")
	for _, tok := range tokens {
		switch tok.Kind {
		case '.':
			inst = inst.Name(tok.Text)
		case ':':
			inst = inst.Key(tok.Text)
		default:
			id, err := tok.ID()
			if err != nil {
				return "wrong id"
			}
			inst = inst.Elem(id)
		}
	}
	return inst
}

// The builders are injective: what they made is taken apart again.
func TestTokensUndoBuilders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inst, want := build(t)
		got, err := inst.Tokens()
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %q, want %q", inst, got, want)
		}
		dynamic := false
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("%q: %q, want %q", inst, got, want)
			}
			dynamic = dynamic || got[i].Kind != '.'
			// Every beginning of an instance holds it.
			if outer := rebuild(got[:i]); !inst.Under(outer) {
				t.Fatalf("%q is not under %q", inst, outer)
			}
		}
		if inst.Dynamic() != dynamic {
			t.Fatalf("%q: dynamic %v", inst, inst.Dynamic())
		}
		other, tokens := build(t)
		under := len(tokens) <= len(want)
		for i := range tokens {
			under = under && tokens[i] == want[i]
		}
		if inst.Under(other) != under {
			t.Fatalf("%q under %q: %v", inst, other, !under)
		}
	})
}

// FuzzTokens: a text is refused, or it is exactly what the builders make of
// its tokens.
func FuzzTokens(f *testing.F) {
	for _, s := range []string{"", "a", "location.geo", "past#AQEBAQEBAQE", "homes:", "a~.b:c~~#AQEBAQEBAQE.x", "past#AQEBAQ\nEBAQE",
		"past#AQEBAQEBAQF", "~", "a~", "a~b", ".a", "a.", "a..b", "#AQEBAQEBAQE", ":a", "a#", "a#AQEBAQEBAQE=", "\xff", "a:\xff#"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tokens, err := stored.Inst(s).Tokens()
		if err != nil {
			return
		}
		if got := rebuild(tokens); string(got) != s {
			t.Errorf("%q has the tokens %q, which make %q", s, tokens, got)
		}
		for i, tok := range tokens {
			if i == 0 && tok.Kind != '.' || tok.Kind == '.' && tok.Text == "" {
				t.Errorf("%q has the tokens %q", s, tokens)
			}
		}
	})
}

func TestLogical(t *testing.T) {
	id := elem(1)
	inst := stored.Inst("").Name("docs").Elem(id).Name("lines").Key("x.y").Name("geo")
	tokens, err := inst.Tokens()
	if err != nil {
		t.Fatal(err)
	}
	want := attr.Path{attr.Field("docs"), attr.Elem, attr.Field("lines"), attr.Entry("x.y"), attr.Field("geo")}
	if got := stored.Logical(tokens); got.String() != want.String() || !got.Covers(want) || !want.Covers(got) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := inst, stored.Inst("docs#AQEBAQEBAQE.lines:x~.y.geo"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for inst, place := range map[stored.Inst]string{
		"docs":                      "docs",
		"docs#AQEBAQEBAQE":          "docs",
		"homes:x":                   "homes",
		"docs#AQEBAQEBAQE.note":     "docs[].note",
		"docs#AQEBAQEBAQE.homes:ü":  "docs[].homes",
		"homes:a.rooms:b.geo.inner": `homes["a"].rooms["b"].geo.inner`,
		"wrong~":                    "",
	} {
		if got := stored.PlaceOf(inst).String(); got != place {
			t.Errorf("%q belongs to %q, want %q", inst, got, place)
		}
	}
}

func TestJoin(t *testing.T) {
	if got := stored.Inst("a:b").Join(attr.Names("c.d", "e")); got != "a:b.c~.d.e" {
		t.Error(got)
	}
	if got := stored.Inst("").Join(attr.Names("a", "b")); got != "a.b" {
		t.Error(got)
	}
}

// Ids of elements and of writes do not repeat.
func TestFreshIDs(t *testing.T) {
	elems, ids := map[stored.ElemID]bool{}, map[stored.ID]bool{}
	for range 1000 {
		elems[stored.NewElemID()] = true
		ids[stored.NewID()] = true
	}
	if len(elems) != 1000 || len(ids) != 1000 {
		t.Errorf("%d element ids, %d ids of 1000", len(elems), len(ids))
	}
	if got := id(0xff).String(); got != strings.Repeat("_", 21)+"w" {
		t.Errorf("id is written %q", got)
	}
}
