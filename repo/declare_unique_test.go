package repo_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type uDoc struct {
	P, S   string
	Name   string
	Count  int
	At     time.Time
	On     bool
	Secret string
	Whole  uPart
	Part   uPart
	Other  uPart
	In     uPart
	List   []uPart
	Map    map[string]string
	Set    []string `dynamodbav:"set,stringset"`
}

type uPart struct{ Text string }

var (
	uKey    = repo.CompositeKeyOf(func(d *uDoc) *string { return &d.P }, func(d *uDoc) *string { return &d.S })
	uP      = lens.Of(func(d *uDoc) *string { return &d.P })
	uS      = lens.Of(func(d *uDoc) *string { return &d.S })
	uName   = lens.Of(func(d *uDoc) *string { return &d.Name })
	uCount  = lens.Of(func(d *uDoc) *int { return &d.Count })
	uSecret = lens.Of(func(d *uDoc) *string { return &d.Secret })
	uText   = lens.Of(func(d *uDoc) *string { return &d.Part.Text })
	uPartOf = shard.New(shard.To("Parts"), func(d *uDoc) *uPart { return &d.Part })
)

func TestRefusedUniques(t *testing.T) {
	in, secret := shard.To("Claims"), bytes.Repeat([]byte{7}, 32)
	protect := cipher.Protect(testKeys(t), uSecret, lens.Of(func(d *uDoc) *uPart { return &d.Whole }))
	of := func(parts ...repo.Part[uDoc]) repo.Model[uDoc] { return repo.TableOf("Docs", uKey, parts...) }
	list := lens.Of(func(d *uDoc) *[]uPart { return &d.List })
	const fn = "shard.Unique(repo_test.uDoc"
	refused(t, []declaration{
		wrong("a zero value", of(shard.UniqueFields[uDoc]{}.FoldCase()), "repo.TableOf(repo_test.uDoc): part 1 is nil, or a zero value"),
		wrong("no fields", of(shard.Unique[uDoc](in)), fn+"): it has no fields"),
		wrong("a nil field", of(shard.Unique[uDoc](in, uName, nil)), fn+"): field 2 is nil"),
		wrong("a zero lens", of(shard.Unique(in, lens.Lens[uDoc, string]{})), "lens.Lens(repo_test.uDoc): a zero Lens has no path; make one with lens.Of"),
		wrong("a zero placement", of(shard.Unique(shard.Placement{}, uName)), fn+"): the placement is empty; make one with shard.To"),
		wrong("WhenOver", of(shard.Unique(shard.To("Claims", shard.WhenOver(1)), uName)), fn+"): WhenOver is for parts; a claim is always in its table"),
		wrong("a table's name", of(shard.Unique(shard.To("x y"), uName)), fn+`): table name "x y"`+badName),
		wrong("the root's table", of(shard.Unique(shard.To("Docs"), uName)), fn+`): claims are placed in the root's table "Docs"; they live in a table of their own`),
		wrong("moved from the root's table", of(shard.Unique(shard.To("Claims", shard.MovedFrom("Docs")), uName)), fn+`): claims are placed in the root's table "Docs"; they live in a table of their own`),
		wrong("a prefix too long", of(shard.Unique(in, uName)), fn+`): table name "`+strings.Repeat("x", 251)+`Claims"`+badName, repo.TablePrefix(strings.Repeat("x", 251))),
		wrong("two keys of a table", of(uPartOf, shard.Unique(shard.To("Parts", shard.KeyName("K")), uName)), fn+`): table "Parts" has the key attribute "K" here and "_id" in another part of the model`),
		wrong("two keys of a table of claims", of(shard.Unique(in, uName), shard.Unique(shard.To("Claims", shard.KeyName("K")), uCount)), fn+`): table "Claims" has the key attribute "K" here and "_id" in another part of the model`),
		wrong("the record's attribute", of(shard.Unique(shard.To("Claims", shard.KeyName("_meta")), uName)), fn+`): the key attribute "_meta" also holds the stored record; see shard.KeyName and repo.MetaAttribute`),
		wrong("a bool", of(shard.Unique(in, lens.Of(func(d *uDoc) *bool { return &d.On }))), fn+", On): bool is not stored as a string, a number or binary, and cannot be unique"),
		wrong("a struct", of(shard.Unique(in, lens.Of(func(d *uDoc) *uPart { return &d.In }))), fn+", In): repo_test.uPart is not stored as a string, a number or binary, and cannot be unique"),
		wrong("a set", of(shard.Unique(in, lens.Of(func(d *uDoc) *[]string { return &d.Set }))), fn+", set): []string is not stored as a string, a number or binary, and cannot be unique"),
		wrong("an element", of(shard.Unique(in, lens.Join(lens.At(list, 0), lens.Of(func(p *uPart) *string { return &p.Text })))), fn+", List[0].Text): it is inside a list or map, of which an object has many or none"),
		wrong("each element", of(shard.Unique(in, lens.Each(list, lens.Of(func(p *uPart) *string { return &p.Text })))), fn+", List[].Text): it is inside a list or map, of which an object has many or none"),
		wrong("an entry", of(shard.Unique(in, lens.Entry(lens.Of(func(d *uDoc) *map[string]string { return &d.Map }), "a"))), fn+`, Map["a"]): it is inside a list or map, of which an object has many or none`),
		wrong("a field twice", of(shard.Unique(in, uName, uName)), fn+", Name): the field is named twice"),
		wrong("twice", of(shard.Unique(in, uName, uCount), shard.Unique(shard.To("Others"), uCount, uName)), fn+", Count, Name): it is declared as unique twice"),
		wrong("the key", of(shard.Unique(in, uS, uP)), fn+", P, S): it is the object's key, which is unique by itself"),
		wrong("two items", of(uPartOf, shard.Unique(in, uName, uText)), fn+", Name, Part.Text): Name and Part.Text are in different items; fields that are unique together are in one"),
		wrong("encrypted", of(protect, shard.Unique(in, uSecret)), fn+", Secret): it is encrypted, and the claim would show it; store a keyed hash instead, with HashedBy"),
		wrong("inside what is encrypted", of(protect, shard.Unique(in, lens.Of(func(d *uDoc) *string { return &d.Whole.Text })).HashedBy(secret)), fn+", Whole.Text): it lies inside Whole, which is encrypted whole; protect the field itself"),
		wrong("a short secret", of(shard.Unique(in, uName).HashedBy(secret[1:])), fn+"): HashedBy: the secret has 31 bytes; it needs at least 32 random ones"),
		wrong("no secret", of(shard.Unique(in, uName).HashedBy(make([]byte, 32))), fn+"): HashedBy: the secret is all zero"),
		wrong("two secrets", of(shard.Unique(in, uName).HashedBy(secret).HashedBy(secret)), fn+"): HashedBy is said twice"),
		wrong("folded, of another", of(shard.Unique(in, uName).FoldCase(uSecret)), fn+", Secret): FoldCase: it is not one of the fields"),
		wrong("folded, a number", of(shard.Unique(in, uCount).FoldCase(uCount)), fn+", Count): FoldCase: int is not text"),
		wrong("folded, a time", of(shard.Unique(in, lens.Of(func(d *uDoc) *time.Time { return &d.At })).FoldCase()), fn+"): FoldCase: none of the fields is text"),
		wrong("folded, nil", of(shard.Unique(in, uName).FoldCase(nil)), fn+"): field 1 is nil"),
		wrong("plain", of(shard.Unique(in, uName)), "repo.TableOf(repo_test.uDoc): repo.Plain stores no record; a model with shards, unique values, encryption, repo.SoftDelete or meta.Keep needs one", repo.Plain()),
	})
}

// A declaration that is changed by a method stays as it was.
func TestUniquesAreImmutable(t *testing.T) {
	once := shard.Unique(shard.To("Claims"), uName)
	folded := once.FoldCase()
	once.HashedBy(nil)
	for want, u := range map[string]shard.UniqueFields[uDoc]{
		"Name unique → table Claims, key _id (S)":                                 once,
		"Name unique → table Claims, key _id (S), without regard to case of Name": folded,
	} {
		r := repoOver(t, embedded.New().Client(), repo.TableOf("Docs", uKey, u))
		if text := fmt.Sprint(r.Layout()); !strings.HasSuffix(text, "└─ "+want) {
			t.Errorf("%s\nwant %s", text, want)
		}
	}
}
