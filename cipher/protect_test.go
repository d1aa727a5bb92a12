package cipher_test

import (
	"context"
	"errors"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

type Person struct {
	ID   string   `dynamodbav:"id"`
	Name string   `dynamodbav:"name"`
	Tags []string `dynamodbav:"tags"`
}

var (
	nameLens = lens.Of(func(p *Person) *string { return &p.Name })
	tagsLens = lens.Of(func(p *Person) *[]string { return &p.Tags })
	badLens  = lens.Of(func(*Person) *string { return nil })
)

// part returns what package repo sees of a declaration.
func part(p model.PartOf[Person]) *model.Protect { return p.ModelPart().(*model.Protect) }

func TestProtect(t *testing.T) {
	a := one(t)
	p := part(cipher.Protect(a, nameLens, lens.Elems(tagsLens)))
	if p.Err != nil || p.All || p.Cipher != a || len(p.Lenses) != 2 || p.Lenses[0].Path.String() != "name" || p.Lenses[1].Path.String() != "tags[]" {
		t.Errorf("Protect = %+v", p)
	}
	p = part(cipher.ProtectAll(a, nameLens))
	if p.Err != nil || !p.All || p.Cipher != a || len(p.Lenses) != 1 || p.Lenses[0].Path.String() != "name" {
		t.Errorf("ProtectAll = %+v", p)
	}
	if p = part(cipher.ProtectAll[Person](a)); p.Err != nil || !p.All || len(p.Lenses) != 0 {
		t.Errorf("ProtectAll of everything = %+v", p)
	}
}

type nothing struct{ cipher.Cipher }

func TestProtectRefuses(t *testing.T) {
	a := one(t)
	var noAES *cipher.AES
	var noLens *lens.Lens[Person, string]
	for want, p := range map[string]*cipher.Protection[Person]{
		"cipher.Protect(cipher_test.Person): the cipher is nil":                                                                               cipher.Protect(nil, nameLens),
		"cipher.ProtectAll(cipher_test.Person): the cipher is nil":                                                                            cipher.ProtectAll[Person](noAES),
		"cipher.Protect(cipher_test.Person): the cipher is a zero AES; make one with cipher.New":                                              cipher.Protect(&cipher.AES{}, nameLens),
		"cipher.Protect(cipher_test.Person): the cipher neither seals nor opens":                                                              cipher.Protect(cipher.SealOnly(nil), nameLens),
		"cipher.ProtectAll(cipher_test.Person): the cipher neither seals nor opens":                                                           cipher.ProtectAll(cipher.OpenOnly(noAES), nameLens),
		"cipher.Protect(cipher_test.Person): the cipher is nil ":                                                                              cipher.Protect((*nothing)(nil), nameLens),
		"cipher.Protect(cipher_test.Person): no fields; name them, or use cipher.ProtectAll":                                                  cipher.Protect[Person](a),
		"cipher.Protect(cipher_test.Person): field 2 is nil":                                                                                  cipher.Protect(a, nameLens, nil),
		"cipher.Protect(cipher_test.Person): field 1 is nil":                                                                                  cipher.Protect[Person](a, noLens),
		"lens.Lens(cipher_test.Person): a zero Lens has no path; make one with lens.Of":                                                       cipher.Protect[Person](a, lens.Lens[Person, string]{}),
		"cipher.Protection(cipher_test.Person): a zero Protection has no fields; make one with cipher.Protect":                                {},
		"cipher.Protect(cipher_test.Person): the cipher is nil\ncipher.Protect(cipher_test.Person): field 1 is nil\n" + badLens.Err().Error(): cipher.Protect(nil, nil, lens.Field[Person](badLens)),
	} {
		err := part(p).Err
		var decl *lens.Error
		if err == nil || err.Error() != trimmed(want) || !errors.As(err, &decl) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// trimmed undoes the space that makes a key of a table unique.
func trimmed(s string) string {
	if s[len(s)-1] == ' ' {
		return s[:len(s)-1]
	}
	return s
}

// A service with half a cipher gets a named error for the other half.
func TestHalves(t *testing.T) {
	a, b, ctx := one(t), city(), context.Background()
	in, out := cipher.SealOnly(a), cipher.OpenOnly(a)
	env := seal(t, in, "Paris", b)
	opens(t, out, env, b, "Paris")
	refuses(t, in, env, b, cipher.ErrNoOpener)
	got, err := out.Seal(ctx, nil, []byte("x"), b)
	if got != nil || !errors.Is(err, cipher.ErrNoSealer) || err.Error() != "cipher: seal person location.city: this cipher only opens" {
		t.Errorf("Seal = %x, %v", got, err)
	}
	if _, err := in.Open(ctx, nil, env, b); err.Error() != "cipher: open person location.city: this cipher only seals" {
		t.Errorf("Open: %v", err)
	}
	for _, c := range []cipher.Cipher{in, out} {
		if p := part(cipher.Protect(c, nameLens)); p.Err != nil {
			t.Errorf("half a cipher is refused: %v", p.Err)
		}
	}
}
