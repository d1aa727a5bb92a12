package repo_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	ovShape  interface{ area() int }
	ovCircle struct {
		R    int `dynamodbav:"r"`
		Name string
	}
	ovSquare struct{ Side int }
	ovUnit   int
	ovBad    struct{ C chan int }
	ovBox    struct {
		Shape ovShape
		Again ovShape
	}
	ovDoc struct {
		ID    string
		N     int
		Shape ovShape
		List  []ovShape
		Box   ovBox
		Boxes []ovBox
		Other ovBox
		Any   any
	}
)

func (ovCircle) area() int  { return 1 }
func (*ovSquare) area() int { return 2 }
func (ovUnit) area() int    { return 3 }
func (ovBad) area() int     { return 4 }

var (
	ovID     = repo.KeyOf(func(d *ovDoc) *string { return &d.ID })
	ovRound  = repo.Variant[ovCircle, ovShape]("round")
	ovEdged  = repo.Variant[*ovSquare, ovShape]("edged")
	ovOne    = repo.Variant[ovUnit, ovShape]("one")
	ovList   = repo.EachOneOf(func(d *ovDoc) *[]ovShape { return &d.List }, ovRound)
	ovInBox  = repo.OneOf(func(d *ovDoc) *ovShape { return &d.Box.Shape }, ovRound)
	ovInBox2 = repo.OneOf(func(d *ovDoc) *ovShape { return &d.Box.Again }, ovRound)
	ovBoxes  = lens.Of(func(d *ovDoc) *[]ovBox { return &d.Boxes })
	ovLens   = lens.Of(func(d *ovDoc) *ovShape { return &d.Shape })
)

func ovShapeOf(cases ...repo.CaseOf[ovShape]) *repo.Variants[ovDoc] {
	return repo.OneOf(func(d *ovDoc) *ovShape { return &d.Shape }, cases...)
}

func TestRefusedVariants(t *testing.T) {
	of := func(parts ...repo.Part[ovDoc]) repo.Model[ovDoc] {
		return repo.TableOf("Docs", ovID, append([]repo.Part[ovDoc]{ovList, ovInBox, ovInBox2}, parts...)...)
	}
	choose := func(types.AttributeValue) string { return "" }
	const at = "repo.OneOf(repo_test.ovDoc, Shape): "
	radius := lens.Join(lens.Join(ovLens, ovRound.Lens()), lens.Of(func(c *ovCircle) *int { return &c.R }))
	edged := lens.Join(ovLens, ovEdged.Lens())
	refused(t, []declaration{
		wrong("none declared", of(), "repo.TableOf(repo_test.ovDoc, Shape): repo_test.ovShape is an interface with methods: a stored value could not be decoded into it; declare its variants with repo.OneOf"),
		wrong("a zero value", of(ovShapeOf(ovRound), repo.Variants[ovDoc]{}), "repo.TableOf(repo_test.ovDoc): part 5 is nil, or a zero value"),
		wrong("no variants", of(ovShapeOf()), at+"no variants; name them with repo.Variant"),
		wrong("a nil variant", of(ovShapeOf(ovRound, nil)), at+"variant 2 is nil, or a zero value; make it with repo.Variant"),
		wrong("a zero variant", of(ovShapeOf(repo.Case[ovCircle, ovShape]{})), at+"variant 1 is nil, or a zero value; make it with repo.Variant"),
		wrong("no tag", of(ovShapeOf(repo.Variant[ovCircle, ovShape](""))), "repo.Variant(repo_test.ovCircle): the tag is empty"),
		wrong("one tag twice", of(ovShapeOf(ovRound, repo.Variant[ovUnit, ovShape]("round"))), at+`the tag "round" is that of repo_test.ovCircle and of repo_test.ovUnit`),
		wrong("one type twice", of(ovShapeOf(ovRound, repo.Variant[ovCircle, ovShape]("ring"))), at+`repo_test.ovCircle has two tags, "round" and "ring"`),
		wrong("another type", of(ovShapeOf(repo.Variant[int, ovShape]("int"))), "repo.Variant(int, int): it does not implement repo_test.ovShape"),
		wrong("the pointer implements it", of(ovShapeOf(repo.Variant[ovSquare, ovShape]("edged"))), "repo.Variant(repo_test.ovSquare, edged): it does not implement repo_test.ovShape, its pointer does; the variant is *repo_test.ovSquare"),
		wrong("an interface", of(ovShapeOf(repo.Variant[ovShape, ovShape]("x"))), "repo.Variant(repo_test.ovShape, x): it is an interface; a variant is a type that repo_test.ovShape can hold"),
		wrong("not storable", of(ovShapeOf(repo.Variant[ovBad, ovShape]("bad"))), "repo.TableOf(repo_test.ovBad, C): chan int cannot be stored"),
		wrong("declared twice", of(ovShapeOf(ovRound), ovShapeOf(ovOne)), at+"the variants of field Shape of repo_test.ovDoc are declared twice; they are the same wherever the model has a repo_test.ovDoc"),
		wrong("a field in two places", of(ovShapeOf(ovRound), repo.OneOf(func(d *ovDoc) *ovShape { return &d.Other.Shape }, ovOne)),
			"repo.OneOf(repo_test.ovDoc, Other.Shape): the variants of field Shape of repo_test.ovBox are declared twice; they are the same wherever the model has a repo_test.ovBox"),
		wrong("no interface", of(ovShapeOf(ovRound), repo.OneOf(func(d *ovDoc) *int { return &d.N }, repo.Variant[ovUnit, int]("x"))),
			"repo.OneOf(repo_test.ovDoc, N): it is of type int, which is no interface"),
		wrong("one element", of(ovShapeOf(ovRound), repo.OneOfAt(lens.Join(lens.At(ovBoxes, 0), lens.Of(func(b *ovBox) *ovShape { return &b.Shape })), ovOne)),
			"repo.OneOf(repo_test.ovDoc, Boxes[0].Shape): it is in one element or entry; name all of them with lens.Elems, lens.Each or lens.EachValue"),
		wrong("a nil accessor", of(ovShapeOf(ovRound), repo.OneOf[ovDoc, ovShape](nil, ovRound)), "repo.OneOf(repo_test.ovDoc): the accessor is nil"),
		wrong("a nil lens", of(ovShapeOf(ovRound), repo.OneOfAt[ovDoc, ovShape](nil, ovRound)), "lens.Lens(repo_test.ovDoc): a zero Lens has no path; make one with lens.Of"),

		wrong("a table of its own for a number", of(ovShapeOf(repo.Variant[ovUnit, ovShape]("one", shard.To("Ones")))), "repo.Variant(repo_test.ovUnit, one): it is no struct that is stored field by field, and cannot have a table of its own"),
		wrong("two placements", of(ovShapeOf(repo.Variant[ovCircle, ovShape]("round", shard.To("Rounds"), shard.To("Circles")))), "repo.Variant(repo_test.ovCircle, round): it has several placements; a variant is in one table"),
		wrong("an empty placement", of(ovShapeOf(repo.Variant[ovCircle, ovShape]("round", shard.Placement{}))), "repo.Variant(repo_test.ovCircle, round): the placement is empty; make one with shard.To"),
		wrong("a bad table", of(ovShapeOf(repo.Variant[ovCircle, ovShape]("round", shard.To("x y")))), `repo.Variant(repo_test.ovCircle, round): table name "x y"`+badName),
		wrong("the root's table", of(ovShapeOf(repo.Variant[ovCircle, ovShape]("round", shard.To("Docs")))), `repo.Variant(repo_test.ovDoc, Shape): it is placed in the root's table "Docs"; parts live in tables of their own`),
		wrong("the key of its table", of(ovShapeOf(repo.Variant[ovCircle, ovShape]("round", shard.To("Rounds", shard.KeyName("r"))))),
			`repo.Variant(repo_test.ovDoc, Shape): field R of repo_test.ovCircle is stored as "r", which is the key of the shard's table; see shard.KeyName`),

		wrong("no chooser", of(ovShapeOf(ovRound).Choose(nil)), "repo.Variants.Choose(repo_test.ovDoc, Shape): the function is nil"),
		wrong("two choosers", of(ovShapeOf(ovRound).Choose(choose).Choose(choose)), "repo.Variants.Choose(repo_test.ovDoc, Shape): it is said twice"),
		wrong("a tag as attribute", of(ovShapeOf(ovRound, repo.Variant[ovUnit, ovShape]("r")).Choose(choose)),
			at+`field R of repo_test.ovCircle is stored as "r", which is also a tag; without its own tag a repo_test.ovCircle could be taken for a repo_test.ovUnit`),
		wrong("a chooser and encryption", of(ovShapeOf(ovRound).Choose(choose), cipher.Protect(testKeys(t), radius)),
			at+"a value without a tag would be read without encryption, and Shape.round.r is encrypted; encrypt the interface as a whole, or have no chooser"),

		wrong("a variant of another model, protected", of(ovShapeOf(ovRound), cipher.Protect(testKeys(t), edged)),
			"cipher.Protect(repo_test.ovDoc, Shape): Shape.edged is no variant of repo_test.ovShape here; repo.OneOf declares them, and each has one tag"),
		wrong("unique in a variant", of(ovShapeOf(ovRound), shard.Unique(shard.To("Claims"), radius)),
			"shard.Unique(repo_test.ovDoc, Shape.round.r): it is in a variant, which an object may have or not; keep the value in a field of the object as well"),
		wrong("Plain", of(ovShapeOf(repo.Variant[ovCircle, ovShape]("round", shard.To("Rounds")))), at+"repo.Plain stores no record, which a variant in a table of its own needs", repo.Plain()),
	})
}

// A declaration is part of several models, which may give the interface other variants,
// and a field of type any is one that may have variants.
func TestVariantsOfSeveralModels(t *testing.T) {
	client := embedded.New().Client()
	aThing := repo.Variant[string, any]("thing")
	for name, parts := range map[string][]repo.Part[ovDoc]{
		"one":     {ovList, ovInBox, ovInBox2, ovShapeOf(ovRound)},
		"another": {ovList, ovInBox, ovInBox2, ovShapeOf(ovEdged, ovOne)},
		"any":     {ovList, ovInBox, ovInBox2, ovShapeOf(ovOne), repo.OneOf(func(d *ovDoc) *any { return &d.Any }, aThing)},
	} {
		docs, err := repo.New(client, repo.TableOf("Docs", ovID, parts...))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := docs.CreateTables(t.Context()); err != nil {
			t.Fatal(err)
		}
		v := ovDoc{ID: name, Any: "x"}
		key, err := docs.Put(t.Context(), &v)
		if err != nil {
			t.Fatal(err)
		}
		got, err := docs.Get(t.Context(), key)
		if err != nil || got.Any != "x" || got.ID != name {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// Lenses into variants, on Go values.
func TestLensesIntoVariants(t *testing.T) {
	radius := lens.Join(lens.Join(ovLens, ovRound.Lens()), lens.Of(func(c *ovCircle) *int { return &c.R }))
	side := lens.Join(lens.Join(ovLens, ovEdged.Lens()), lens.Ptr(lens.Of(func(s *ovSquare) *int { return &s.Side })))
	if radius.Err() != nil || radius.String() != "Shape.round.r" || side.String() != "Shape.edged.Side" {
		t.Errorf("%s %s", radius, side)
	}
	d := ovDoc{Shape: ovCircle{R: 1}}
	if r, ok := lens.Get(radius, &d); r != 1 || !ok {
		t.Errorf("radius %d, %v", r, ok)
	}
	if _, ok := lens.Get(side, &d); ok {
		t.Error("a circle has a side")
	}
	was := d.Shape
	for _, err := range []error{lens.Assign(radius, &d, 2)} {
		if err != nil || d.Shape != (ovCircle{R: 2}) || was != (ovCircle{R: 1}) {
			t.Errorf("%v, %v", d.Shape, err)
		}
	}
	if err := lens.Assign(side, &d, 3); err != nil || *d.Shape.(*ovSquare) != (ovSquare{Side: 3}) {
		t.Errorf("%v, %v", d.Shape, err)
	}
	if l := (repo.Case[ovCircle, ovShape]{}).Lens(); l.Err() == nil {
		t.Error("the lens of a zero variant leads somewhere")
	}
}
