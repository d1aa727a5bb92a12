package policy_test

import (
	"errors"
	"testing"

	"reflect"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
)

func TestExplain(t *testing.T) {
	n := build(t, whole, protect(m, city, eachCity, visits, allScores))
	real, err := newAES(t).Seal(ctx, nil, []byte{5}, &cipher.Binding{Entity: "e", Key: []cipher.KeyPart{cipher.KeyString("k")}, Path: cipher.Path{cipher.Name("p")}})
	if err != nil {
		t.Fatal(err)
	}
	e := &B{Value: real}
	for name, c := range map[string]struct {
		doc  Doc
		want string // empty: the cause itself
	}{
		"sealed number where a string is": {Doc{"home": dict(Doc{"city": &N{Value: "1"}})}, "cipher: open person home.city: decrypted value has an unexpected type"},
		"sealed string where a number is": {Doc{"id": text("p1"), "name": text("Jo"), "visits": text("s3cret")}, "cipher: open person visits: decrypted value has an unexpected type"},
		"in a list":                       {Doc{"past": list(dict(Doc{"city": text("x")}), dict(Doc{"city": list()}))}, "cipher: open person past[1].city: decrypted value has an unexpected type"},
		"in a map":                        {Doc{"scores": dict(Doc{"a": text("x"), "b": &N{Value: "1"}, "c": &N{Value: "1"}, "d": &N{Value: "1"}, "e": &N{Value: "1"}, "f": &N{Value: "1"}, "g": &N{Value: "1"}})}, `cipher: open person scores["a"]: decrypted value has an unexpected type`},
		"envelope on a plain path":        {Doc{"name": e}, "cipher: open person name: value is encrypted, but the field is not declared so"},
		"envelope in place of a list":     {Doc{"name": text("Jo"), "tags": e}, "cipher: open person tags: value is encrypted, but the field is not declared so"},
		"envelope in a list":              {Doc{"tags": list(e)}, "cipher: open person tags[0]: value is encrypted, but the field is not declared so"},
		"envelope in place of a struct":   {Doc{"work": e}, "cipher: open person work: value is encrypted, but the field is not declared so"},
		"envelope deep down":              {Doc{"homes": dict(Doc{"a": dict(Doc{"geo": dict(Doc{"lat": e})})})}, `cipher: open person homes["a"].geo.lat: value is encrypted, but the field is not declared so`},
		"bytes on a plain path":           {Doc{"name": &B{Value: []byte("x")}}, ""},
		"envelope as bytes":               {Doc{"photo": e, "any": e}, ""},
		"plain type error":                {Doc{"name": &N{Value: "1"}, "past": text("x"), "home": list(e), "tags": dict(Doc{"a": e})}, ""},
		"absent beside it":                {Doc{"name": &N{Value: "1"}, "home": dict(Doc{})}, ""},
		"sealed and sound":                {Doc{"home": dict(Doc{"city": text("x")}), "visits": &NULL{Value: true}, "later": e}, ""},
	} {
		cause := codec.DecodeStruct(personCodec, c.doc, reflect.New(reflect.TypeFor[Person]()).Elem())
		if (cause == nil) != (name == "envelope as bytes" || name == "sealed and sound") {
			t.Fatalf("%s: the codec says %v", name, cause)
		}
		got := n.Explain(cause, dict(c.doc), personCodec, nil, proto())
		if c.want == "" && got != cause {
			t.Errorf("%s: %v", name, got)
		}
		if c.want != "" && (got == nil || got.Error() != c.want || errors.Is(got, cause)) {
			t.Errorf("%s: %v\nwant %s", name, got, c.want)
		}
	}
}

func TestExplainBase(t *testing.T) {
	n := build(t, whole, protect(m, home, work))
	cause := errors.New("cause")
	str := codec.For(reflect.TypeFor[string]())
	for _, c := range []struct {
		base attr.Path
		av   AV
		want string
	}{
		{attr.Names("work", "city"), &N{Value: "1"}, "cipher: open person work.city: decrypted value has an unexpected type"},
		{attr.Names("work", "city"), text("x"), "cause"},
		{attr.Names("name"), &N{Value: "1"}, "cause"},
		{attr.Names("home", "city"), &N{Value: "1"}, "cause"},
	} {
		if got := n.Explain(cause, c.av, str, c.base, proto()); got.Error() != c.want {
			t.Errorf("Explain at %s: %v, want %s", c.base, got, c.want)
		}
	}
}
