package cipher_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
)

func number(t testing.TB, s string) cipher.KeyPart {
	t.Helper()
	p, err := cipher.KeyNumber(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Attacks 19 to 24, 28, 29 and 31: a value that was moved. Each pair of
// bindings differs in one thing, and neither opens what the other sealed.
func TestAttack19To31MovedValues(t *testing.T) {
	str, bin := cipher.KeyString, func(s string) cipher.KeyPart { return cipher.KeyBinary([]byte(s)) }
	n := func(s string) cipher.KeyPart { return number(t, s) }
	bind := func(entity, scope string, path cipher.Path, key ...cipher.KeyPart) *cipher.Binding {
		return &cipher.Binding{Entity: entity, Scope: scope, Key: key, Path: path}
	}
	p := func(segs ...cipher.Segment) cipher.Path { return segs }
	seg, el := cipher.Name, cipher.Elem()
	home := bind("person", "", p(seg("home"), seg("city")), str("1"))
	all := map[string]*cipher.Binding{
		"home":                      home,
		"other item (19)":           bind("person", "", home.Path, str("2")),
		"other path (20)":           bind("person", "", p(seg("work"), seg("city")), str("1")),
		"parent":                    bind("person", "", p(seg("home")), str("1")),
		"child":                     bind("person", "", p(seg("home"), seg("city"), seg("name")), str("1")),
		"other entity (21, 22)":     bind("company", "", home.Path, str("1")),
		"other scope (23)":          bind("person", "tenant", home.Path, str("1")),
		"scope moved to entity":     bind("persontenant", "", home.Path, str("1")),
		"sort key (24)":             bind("person", "", home.Path, str("1"), str("2")),
		"sort key swapped":          bind("person", "", home.Path, str("2"), str("1")),
		"empty sort key":            bind("person", "", home.Path, str("1"), str("")),
		"sort key in partition key": bind("person", "", home.Path, str("12")),
		"number key":                bind("person", "", home.Path, n("1")),
		"binary key":                bind("person", "", home.Path, bin("1")),
		"dotted name (25)":          bind("person", "", p(seg("home.city")), str("1")),
		"slash":                     bind("person", "", p(seg("home/city")), str("1")),
		"NUL":                       bind("person", "", p(seg("home\x00city")), str("1")),
		"hash":                      bind("person", "", p(seg("home#city")), str("1")),
		"dollar":                    bind("person", "", p(seg("home$city")), str("1")),
		"NFC":                       bind("person", "", p(seg("\u00e9")), str("1")),
		"NFD":                       bind("person", "", p(seg("e\u0301")), str("1")),
		"name 1":                    bind("person", "", p(seg("home"), seg("1")), str("1")),
		"name []":                   bind("person", "", p(seg("home"), seg("[]")), str("1")),
		"element (28)":              bind("person", "", p(seg("home"), el), str("1")),
		"element of element":        bind("person", "", p(seg("home"), el, el), str("1")),
		"field of element":          bind("person", "", p(seg("home"), el, seg("city")), str("1")),
		"renamed (29)":              bind("person", "", p(seg("home"), seg("town")), str("1")),
		"empty name":                bind("person", "", p(seg("home"), seg("")), str("1")),
		"prefix byte":               bind("person", "", p(seg("\x02home"), seg("city")), str("1")),
	}
	a := one(t)
	seen := map[string]string{}
	for name, b := range all {
		aad := string(b.AppendAAD(nil))
		if other, dup := seen[aad]; dup {
			t.Errorf("%s and %s have the same bytes", name, other)
		}
		seen[aad] = name
		env := seal(t, a, "Paris", b)
		for other, o := range all {
			if other == name {
				opens(t, a, env, o, "Paris")
			} else {
				refuses(t, a, env, o, cipher.ErrAuth)
			}
		}
	}
}

// Attack 26: bindings that differ never share bytes. The generator likes
// texts that look like parts of the encoding.
func TestAttack26BindingIsInjective(t *testing.T) {
	text := rapid.OneOf(rapid.SampledFrom([]string{"", "a", "b", "ab", "\x00", "\x01", "\x02", "\x00\x00\x00\x00\x00\x00\x00\x01", "S\x00\x00\x00\x00\x00\x00\x00\x01a"}), rapid.String())
	part := rapid.Custom(func(t *rapid.T) cipher.KeyPart {
		switch rapid.IntRange(0, 2).Draw(t, "type") {
		case 0:
			return cipher.KeyString(text.Draw(t, "S"))
		case 1:
			return cipher.KeyBinary([]byte(text.Draw(t, "B")))
		}
		return number(panics{}, rapid.SampledFrom([]string{"0", "1", "1.0", "-1", "11"}).Draw(t, "N"))
	})
	segment := rapid.Custom(func(t *rapid.T) cipher.Segment {
		if rapid.Bool().Draw(t, "elem") {
			return cipher.Elem()
		}
		return cipher.Name(text.Draw(t, "name"))
	})
	binding := rapid.Custom(func(t *rapid.T) cipher.Binding {
		return cipher.Binding{Entity: text.Draw(t, "entity"), Scope: text.Draw(t, "scope"),
			Key: rapid.SliceOfN(part, 0, 2).Draw(t, "key"), Path: rapid.SliceOfN(segment, 0, 3).Draw(t, "path")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := binding.Draw(t, "a"), binding.Draw(t, "b")
		same := a.Entity == b.Entity && a.Scope == b.Scope && slices.Equal(partTexts(a.Key), partTexts(b.Key)) && slices.Equal(a.Path, b.Path)
		ea, eb := a.AppendAAD(nil), b.AppendAAD(nil)
		if bytes.Equal(ea, eb) != same {
			t.Fatalf("same = %v, but bytes are %x and %x", same, ea, eb)
		}
		// No binding continues another: appending is unambiguous too.
		if !same && (bytes.HasPrefix(ea, eb) || bytes.HasPrefix(eb, ea)) {
			t.Fatalf("%x and %x: one starts with the other", ea, eb)
		}
		if got := a.AppendAAD([]byte("dst")); !bytes.Equal(got, append([]byte("dst"), ea...)) {
			t.Fatalf("AppendAAD after dst = %x", got)
		}
	})
}

// partTexts says what key parts are, one by one.
func partTexts(key []cipher.KeyPart) []string {
	out := make([]string, len(key))
	for i, p := range key {
		out[i] = string(cipher.KeyType(p)) + cipher.KeyText(p)
	}
	return out
}

// panics is a testing.TB for places without one.
type panics struct{ testing.TB }

func (panics) Helper()           {}
func (panics) Fatal(args ...any) { panic(args) }

// Attack 27: forms of a number are one key exactly if DynamoDB says so.
func TestAttack27NumberForms(t *testing.T) {
	a := one(t)
	groups := [][]string{
		{"1", "1.0", "1E0", "01", "+1", "10e-1"}, {"0", "-0", "0.00", "0E9"}, {"-1", "-1.0"}, {"100", "1E2", "1e+2"}, {"0.5", ".5", "5E-1"},
		{strings.Repeat("9", 38), strings.Repeat("9", 38) + ".0"}, {strings.Repeat("9", 37) + "8"}, {"1." + strings.Repeat("0", 36) + "1"},
	}
	at := func(s string) *cipher.Binding {
		return &cipher.Binding{Entity: "e", Key: []cipher.KeyPart{number(t, s)}, Path: cipher.Path{cipher.Name("p")}}
	}
	for i, from := range groups {
		env := seal(t, a, "x", at(from[0]))
		for j, to := range groups {
			for _, s := range to {
				if i == j {
					opens(t, a, env, at(s), "x")
				} else {
					refuses(t, a, env, at(s), cipher.ErrAuth)
				}
			}
		}
	}
	for _, s := range []string{"", "s3cret", "1E126", strings.Repeat("1", 39)} {
		p, err := cipher.KeyNumber(s)
		if err == nil || cipher.KeyType(p) != 0 || !strings.HasPrefix(err.Error(), "cipher: KeyNumber: ") || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("KeyNumber(%q) = %v, %v", s, p, err)
		}
	}
}

// Attack 30: the table's name, and the names of its key attributes, are in no
// binding, so a restore under another name opens.
func TestAttack30RestoreOpens(t *testing.T) {
	b := city()
	env := seal(t, one(t), "Paris", b)
	again := at(cipher.Name("location"), cipher.Name("city"))
	opens(t, one(t), env, again, "Paris")
}

// A binding that ties a value to nothing is refused, both ways.
func TestIncompleteBinding(t *testing.T) {
	a := one(t)
	env := seal(t, a, "Paris", city())
	key, path := []cipher.KeyPart{cipher.KeyString("k")}, cipher.Path{cipher.Name("p")}
	for name, b := range map[string]*cipher.Binding{
		"nil": nil, "zero": {}, "no entity": {Key: key, Path: path}, "no key": {Entity: "e", Path: path}, "no path": {Entity: "e", Key: key},
		"zero part": {Entity: "e", Key: []cipher.KeyPart{cipher.KeyString("k"), {}}, Path: path}, "zero segment": {Entity: "e", Key: key, Path: cipher.Path{cipher.Name("p"), {}}},
	} {
		out, err := a.Seal(context.Background(), nil, []byte("x"), b)
		if out != nil || !errors.Is(err, cipher.ErrBinding) {
			t.Errorf("%s: Seal = %x, %v", name, out, err)
		}
		out, err = a.Open(context.Background(), nil, env, b)
		if out != nil || !errors.Is(err, cipher.ErrBinding) {
			t.Errorf("%s: Open = %x, %v", name, out, err)
		}
	}
	// An empty key value is for the table to refuse, not for the cipher.
	empty := &cipher.Binding{Entity: "e", Key: []cipher.KeyPart{cipher.KeyString("")}, Path: path}
	opens(t, a, seal(t, a, "x", empty), empty, "x")
}

func TestPathString(t *testing.T) {
	for want, p := range map[string]cipher.Path{
		"": nil, "a": {cipher.Name("a")}, "a.b": {cipher.Name("a"), cipher.Name("b")}, "past[].city": {cipher.Name("past"), cipher.Elem(), cipher.Name("city")},
		`a["b.c"][][""].d`: {cipher.Name("a"), cipher.Name("b.c"), cipher.Elem(), cipher.Name(""), cipher.Name("d")}, `["a[0]"]`: {cipher.Name("a[0]")},
		`["\xff"]["\x00"]["\""]`: {cipher.Name("\xff"), cipher.Name("\x00"), cipher.Name(`"`)},
	} {
		if got := p.String(); got != want {
			t.Errorf("String = %s, want %s", got, want)
		}
	}
}

// Bindings that are not complete have bytes too; only Seal and Open refuse.
func TestAppendAADOfZeroParts(t *testing.T) {
	b := cipher.Binding{Key: []cipher.KeyPart{{}}, Path: cipher.Path{{}}}
	if got, want := b.AppendAAD(nil), unhex(t, "0000000000000000 0000000000000000 0000000000000001 00 0000000000000000 0000000000000001 00"); !bytes.Equal(got, want) {
		t.Errorf("AppendAAD = %x, want %x", got, want)
	}
}
