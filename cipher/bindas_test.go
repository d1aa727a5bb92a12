package cipher_test

import (
	"errors"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

func TestBindAs(t *testing.T) {
	for text, want := range map[string]string{"lastname": "lastname", "names.last": "names.last", `["a.b"].last`: "a.b.last"} {
		l := cipher.BindAs(nameLens, text).ModelLens()
		if l.Err != nil || l.BindAs.String() != want || l.Path.String() != "name" {
			t.Errorf("%s: %+v", text, l)
		}
	}
	if l := nameLens.ModelLens(); l.BindAs != nil {
		t.Errorf("the field itself is bound as %s", l.BindAs)
	}
	p := part(cipher.Protect(one(t), tagsLens, cipher.BindAs(nameLens, "lastname"), cipher.BindAs(lens.Elems(tagsLens), "old.marks[]")))
	if p.Err != nil || len(p.Lenses) != 3 || p.Lenses[0].BindAs != nil || p.Lenses[1].BindAs.String() != "lastname" || p.Lenses[2].BindAs.String() != "old.marks[]" {
		t.Errorf("Protect = %+v", p)
	}
}

func TestBindAsRefuses(t *testing.T) {
	var noLens *lens.Lens[Person, string]
	const name, tags = "cipher.BindAs(cipher_test.Person, Name): ", "cipher.BindAs(cipher_test.Person, Tags[]): "
	for want, field := range map[string]lens.Field[Person]{
		name + `path "": an attribute name is missing`:                                                    cipher.BindAs(nameLens, ""),
		name + `path "a.": an attribute name is missing`:                                                  cipher.BindAs(nameLens, "a."),
		name + `path "name" is that of the field; leave cipher.BindAs out`:                                cipher.BindAs(nameLens, "name"),
		name + `path "[\"name\"]" is that of the field; leave cipher.BindAs out`:                          cipher.BindAs(nameLens, `["name"]`),
		name + `path "names[]" leads through other lists and maps than name`:                              cipher.BindAs(nameLens, "names[]"),
		name + `path "names[3]": names[3] is one element of a list, and values are bound to all: names[]`: cipher.BindAs(nameLens, "names[3]"),
		tags + `path "marks" leads through other lists and maps than tags[]`:                              cipher.BindAs(lens.Elems(tagsLens), "marks"),
		tags + `path "marks{}" leads through other lists and maps than tags[]`:                            cipher.BindAs(lens.Elems(tagsLens), "marks{}"),
		tags + `path "marks[][]" leads through other lists and maps than tags[]`:                          cipher.BindAs(lens.Elems(tagsLens), "marks[][]"),
		name + "it is bound as old already":                                                               cipher.BindAs(cipher.BindAs(nameLens, "old"), "older"),
		"cipher.BindAs(cipher_test.Person): the field is nil":                                             cipher.BindAs[Person](nil, "old"),
		"cipher.BindAs(cipher_test.Person): the field is nil ":                                            cipher.BindAs[Person](noLens, "old"),
		badLens.Err().Error(): cipher.BindAs(badLens, "old"),
		"lens.Lens(cipher_test.Person): a zero Lens has no path; make one with lens.Of": cipher.BindAs(lens.Lens[Person, string]{}, "old"),
	} {
		p := part(cipher.Protect(one(t), field))
		var decl *lens.Error
		if p.Err == nil || p.Err.Error() != trimmed(want) || !errors.As(p.Err, &decl) {
			t.Errorf("got  %v\nwant %s", p.Err, want)
		}
	}
}

var _ model.LensOf[Person] = cipher.BindAs(nameLens, "lastname")
