package policy_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/policy"
)

// The bytes are stored with every object: they never change.
func TestEncode(t *testing.T) {
	recursive := build(t, whole, protectAll(m, home, photo, anyth, tags, labels, workPtr, past, homes, scores, visits))
	for name, c := range map[string]struct {
		n    *policy.Node
		want string
	}{
		"fields": {build(t, whole, protect(m, name, city), protect(mirror{"other"}, visits)),
			// root: home -> 1, name -> 2, visits -> 3; home: city -> 2
			"01 04 02 03 04 686f6d65 01 04 6e616d65 02 06 766973697473 03 02 01 04 63697479 02 01 00 01 01"},
		"elements and values": {build(t, whole, protect(m, eachCity, allScores)),
			// root: past -> 1, scores -> 2; past: elements -> 3; scores: values -> 4; elements: city -> 4
			"01 05 02 02 04 70617374 01 06 73636f726573 02 04 03 08 04 02 01 04 63697479 04 01 00"},
		"recursive": {recursive,
			// root: boss -> 1, name -> 2; boss as every person, itself among them
			"01 05 02 02 04 626f7373 01 04 6e616d65 02 02 0d 03 616e79 02 04 626f7373 01 04 686f6d65 03 05 686f6d6573 02 02 6964 02 06 6c6162656c73 02 04 6e616d65 02 04 70617374 02 " +
				"05 70686f746f 02 06 73636f726573 02 04 74616773 02 06 766973697473 02 04 776f726b 03 01 00 02 03 04 63697479 02 03 67656f 04 05 6e6f746573 02 02 02 03 6c6174 02 03 6c6f6e 02"},
	} {
		want, err := hex.DecodeString(strings.ReplaceAll(c.want, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.n.Encode(); !bytes.Equal(got, want) {
			t.Errorf("%s: %x, want %x", name, got, want)
		}
		d, err := policy.Decode(want, m)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(paths(c.n), paths(d)); diff != "" {
			t.Errorf("%s: paths (-built +decoded):\n%s", name, diff)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, s := range map[string]string{
		"nothing": "", "other format": "02 02 02 01 01 61 01 01 00", "no count": "01", "no nodes": "01 00", "more nodes than bytes": "01 05 02 01 01 61 01 01",
		"huge count": "01 ffffffffffffffffff01", "sealed root": "01 01 01 00", "trailing byte": "01 02 02 01 01 61 01 01 00 00", "cut": "01 02 02 01 01 61 01 01",
		"nothing in a node": "01 02 02 01 01 61 01 00", "number of eleven bytes": "01 02 02 8080808080808080808001 01", "endless fields": "01 01 02 ffffffffffffffffff01", "group and fields": "01 02 02 01 01 61 01 03 00 00", "sealed with fields": "01 02 02 01 01 61 01 03 00", "unknown bit": "01 02 02 01 01 61 01 11 00",
		"reference too high": "01 02 02 01 01 61 02 01 00", "no fields": "01 01 02 00", "empty name": "01 02 02 01 00 01 01 00", "name not UTF-8": "01 02 02 01 01 ff 01 01 00", "name too long": "01 02 02 01 7f 61 01 01 00",
		"names not sorted": "01 02 02 02 01 62 01 01 61 01 01 00", "name twice": "01 02 02 02 01 61 01 01 61 01 01 00", "numbered otherwise": "01 03 02 02 01 61 02 01 62 01 01 00 01 01",
		"unreachable node": "01 03 02 01 01 61 01 01 00 01 00", "overlong number": "01 02 02 01 8100 61 01 01 00", "overlong group": "01 02 02 01 01 61 01 01 8000", "group too high": "01 02 02 01 01 61 01 01 808004",
	} {
		b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		if n, err := policy.Decode(b, m); n != nil || !errors.Is(err, policy.ErrFormat) {
			t.Errorf("%s: %v, %v", name, n, err)
		}
	}
	for _, sound := range []string{"01 02 02 01 01 61 01 01 00", "01 02 04 01 01 00", "01 02 08 01 01 ffff03"} {
		if _, err := policy.Decode(unhex(sound), m); err != nil {
			t.Errorf("%s: %v", sound, err)
		}
	}
}

func unhex(s string) []byte {
	b, _ := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	return b
}

// A decoded policy opens each group with its opener, and seals nothing.
func TestDecodeOpeners(t *testing.T) {
	other := mirror{"other"}
	n := build(t, whole, protect(m, name), protect(other, city))
	sealed := func() Doc {
		doc := Doc{"name": text("Jo"), "home": dict(Doc{"city": text("Paris")})}
		if err := n.Seal(ctx, doc, nil, proto(), nil); err != nil {
			t.Fatal(err)
		}
		return doc
	}
	for name, c := range map[string]struct {
		openers []cipher.Opener
		err     error
		at      string
	}{
		"both": {[]cipher.Opener{m, other}, nil, ""}, "none": {nil, cipher.ErrNoOpener, "home.city"}, "one for all": {[]cipher.Opener{m}, cipher.ErrAuth, "home.city"},
		"in the wrong order": {[]cipher.Opener{other, m}, cipher.ErrAuth, "home.city"},
	} {
		d, err := policy.Decode(n.Encode(), c.openers...)
		if err != nil {
			t.Fatal(err)
		}
		doc := sealed()
		err = d.Open(ctx, doc, nil, proto(), nil)
		var field *cipher.FieldError
		if !errors.Is(err, c.err) || err != nil && (!errors.As(err, &field) || field.Path != c.at) {
			t.Errorf("%s: %v, want %v", name, err, c.err)
		}
		if want := (Doc{"name": text("Jo"), "home": dict(Doc{"city": text("Paris")})}); err == nil && !item.Equal(dict(doc), dict(want)) {
			t.Errorf("%s: %s", name, cmp.Diff(want, doc, show))
		}
	}
	d, err := policy.Decode(n.Encode(), m, other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.SealValue(ctx, text("x"), keyPath, proto()); err != nil {
		t.Errorf("a plain path: %v", err)
	}
	if av, err := d.SealValue(ctx, text("x"), name.ModelLens().Path, proto()); av != nil || !errors.Is(err, cipher.ErrNoSealer) {
		t.Errorf("SealValue = %v, %v; want %v", av, err, cipher.ErrNoSealer)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(unhex("01 04 02 03 04 686f6d65 01 04 6e616d65 02 06 766973697473 03 02 01 04 63697479 02 01 00 01 01"))
	f.Add(unhex("01 05 02 02 04 70617374 01 06 73636f726573 02 04 03 08 04 02 01 04 63697479 04 01 00"))
	f.Add(unhex("01 02 02 01 01 61 00 01 00"))
	f.Add(unhex("01 01 04 00"))
	f.Add(unhex("02 02 02 01 01 61 01 11 00 01 01 01 62"))
	f.Add(unhex("02 04 02 01 01 61 01 04 02 08 03 11 00 04 01 01 62 02 03 01 01 63"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := policy.Decode(b, m)
		if err != nil {
			return
		}
		if !bytes.Equal(n.Encode(), b) {
			t.Fatalf("%x is written %x", b, n.Encode())
		}
		if len(b) < 64 { // a graph has exponentially many paths
			n.Paths()
		}
		_ = n.Open(ctx, Doc{"a": list(dict(Doc{"a": text("x")})), "b": dict(Doc{"x": text("y")})}, nil, proto(), nil)
		n.At(nil)
	})
}
