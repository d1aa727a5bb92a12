package repo_test

import (
	"math/big"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// jDoc has fields of all types that can be joined to a key, and of some that cannot.
type jDoc struct {
	A      string  `dynamodbav:"a"`
	B      string  `dynamodbav:"b"`
	N      int     `dynamodbav:"n"`
	F      float64 `dynamodbav:"f"`
	FS     float64 `dynamodbav:"fs,string"`
	Num    attributevalue.Number
	On     bool
	Tags   []string
	Set    []string `dynamodbav:",stringset"`
	Ptr    *string
	In     xPart
	InPtr  *xPart
	Parts  []xPart
	Part   xPart
	Any    any
	Big    big.Float
	PK     string
	Secret string
}

var (
	jA = lens.Of(func(d *jDoc) *string { return &d.A })
	jB = lens.Of(func(d *jDoc) *string { return &d.B })
	jN = lens.Of(func(d *jDoc) *int { return &d.N })
)

func TestRefusedJoinedKeys(t *testing.T) {
	word := repo.Word[jDoc]
	of := func(components ...repo.KeyComponent[jDoc]) repo.Model[jDoc] {
		return repo.TableOf("Docs", repo.JoinedKeyOf(repo.AttributeOf("key", components...)))
	}
	with := func(parts ...repo.Part[jDoc]) repo.Model[jDoc] {
		return repo.TableOf("Docs", repo.JoinedKeyOf(repo.AttributeOf("key", word("D"), jA), repo.AttributeOf("sort", jN)), parts...)
	}
	const (
		fn     = "repo.JoinedKeyOf(repo_test.jDoc"
		can    = " cannot be joined to a key; strings, integers, times, binary and types with a text form can"
		plain  = " has a character up to $, which is no part of a word; # separates words"
		inside = "a key is made of attributes of the object itself, not of what is inside another"
		behind = "a key is made of fields of the object itself, not behind a pointer"
	)
	refused(t, []declaration{
		wrong("zero", repo.TableOf("Docs", repo.JoinedKey[jDoc]{}), "repo.TableOf(repo_test.jDoc): the model has no key; declare one with repo.KeyOf, repo.CompositeKeyOf, repo.JoinedKeyOf or repo.DetachedKey"),
		wrong("nothing", of(), fn+", key): it is made of nothing; name the words and fields that it is joined of"),
		wrong("a zero attribute", repo.TableOf("Docs", repo.JoinedKeyOf(repo.KeyAttribute[jDoc]{})),
			fn+"): an attribute name has 1 to 255 bytes here, not 0\n"+fn+"): it is made of nothing; name the words and fields that it is joined of"),
		wrong("nil", of(word("D"), nil), fn+", key): component 2 is nil"),
		wrong("no name", repo.TableOf("Docs", repo.JoinedKeyOf(repo.AttributeOf("", jA))), fn+"): an attribute name has 1 to 255 bytes here, not 0"),
		wrong("a name that is no text", repo.TableOf("Docs", repo.JoinedKeyOf(repo.AttributeOf("\xff", jA))), fn+`): attribute name "\xff" is not valid UTF-8`),
		wrong("three attributes", repo.TableOf("Docs", repo.JoinedKeyOf(repo.AttributeOf("x", jA), repo.AttributeOf("y", jB), repo.AttributeOf("z", jN))), fn+"): 3 attributes; a key has a partition key and at most one sort key"),
		wrong("one name twice", repo.TableOf("Docs", repo.JoinedKeyOf(repo.AttributeOf("x", jA), repo.AttributeOf("x", jB))), "repo.TableOf(repo_test.jDoc, x): partition key and sort key are the same attribute"),
		wrong("an empty word", of(word(""), jA), fn+", key): a word is empty"),
		wrong("a zero word", of(repo.KeyWord[jDoc]{}, jA), fn+", key): a word is empty"),
		wrong("two words in one", of(word("A#B"), jA), fn+`, key): the word "A#B"`+plain),
		wrong("a space", of(word("A B"), jA), fn+`, key): the word "A B"`+plain),
		wrong("a word that is no text", of(word("\xff"), jA), fn+`, key): the word "\xff" is not valid UTF-8`),
		wrong("a field twice", of(jA, word("x"), jA), fn+", a): the field is twice in key"),
		wrong("a float", of(lens.Of(func(d *jDoc) *float64 { return &d.F })), fn+", F): a float64"+can),
		wrong("a float as text", of(lens.Of(func(d *jDoc) *float64 { return &d.FS })), fn+", FS): a float64"+can),
		wrong("a Number", of(lens.Of(func(d *jDoc) *attributevalue.Number { return &d.Num })), fn+", Num): a attributevalue.Number"+can),
		wrong("a bool", of(lens.Of(func(d *jDoc) *bool { return &d.On })), fn+", On): a bool"+can),
		wrong("a list", of(lens.Of(func(d *jDoc) *[]string { return &d.Tags })), fn+", Tags): a []string"+can),
		wrong("a set", of(lens.Of(func(d *jDoc) *[]string { return &d.Set })), fn+", Set): a []string"+can),
		wrong("a struct", of(lens.Of(func(d *jDoc) *xPart { return &d.In })), fn+", In): a repo_test.xPart"+can),
		wrong("any", of(lens.Of(func(d *jDoc) *any { return &d.Any })), fn+", Any): a interface {}"+can),
		wrong("a pointer", of(lens.Of(func(d *jDoc) **string { return &d.Ptr })), fn+", Ptr): a *string"+can),
		wrong("behind a pointer", of(lens.Of(func(d *jDoc) *string { return d.Ptr })), fn+", Ptr): "+behind),
		wrong("in a struct", of(lens.Of(func(d *jDoc) *string { return &d.In.Text })), fn+", In.Text): "+inside),
		wrong("in a struct behind a pointer", of(lens.Of(func(d *jDoc) *string { return &d.InPtr.Text })), fn+", InPtr.Text): "+inside),
		wrong("in a list", of(lens.Each(lens.Of(func(d *jDoc) *[]xPart { return &d.Parts }), lens.Of(func(p *xPart) *string { return &p.Text }))), fn+", Parts[].Text): "+inside),
		wrong("a lens that is none", of(lens.Lens[jDoc, string]{}), "lens.Lens(repo_test.jDoc): a zero Lens has no path; make one with lens.Of"),
		wrong("a field of the name", repo.TableOf("Docs", repo.JoinedKeyOf(repo.AttributeOf("PK", jA))), `repo.TableOf(repo_test.jDoc, PK): it is stored as "PK", which is an attribute of the joined key; declare the field with repo.CompositeKeyOf`),
		wrong("the name of the record", repo.TableOf("Docs", repo.JoinedKeyOf(repo.AttributeOf("_meta", jA))), `repo.TableOf(repo_test.jDoc): attribute "_meta" is an attribute of the joined key and holds the stored record; see repo.MetaAttribute`),
		wrong("encrypted", with(cipher.Protect(testKeys(t), jN)), "cipher.Protect(repo_test.jDoc, N): n must stay readable: it is part of a key or of an index"),
		wrong("in a shard", repo.TableOf("Docs", repo.JoinedKeyOf(repo.AttributeOf("key", lens.Of(func(d *jDoc) *string { return &d.Part.Text }))), shard.New(shard.To("Parts"), func(d *jDoc) *xPart { return &d.Part })),
			fn+", Part.Text): "+inside),
	})
}
