package legacy

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// A pet is of one of several types, which dynamo-store does not store.
type (
	pet   interface{ pet() }
	cat   struct{ Lives int }
	dog   struct{ Name string }
	years int
	owner struct {
		ID   string
		Pet  pet
		Pets []pet
		Pair [2]int
		Rate float64
		Less *float32
		Meta meta.Record `dynamodbav:"-"`
	}
)

func (*cat) pet()  {}
func (dog) pet()   {}
func (years) pet() {}

func choosePet(av types.AttributeValue) string {
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		if v.Value["Lives"] != nil {
			return "cat"
		}
		if _, ok := v.Value["Name"].(*types.AttributeValueMemberS); ok {
			return "dog"
		}
	case *types.AttributeValueMemberN, *types.AttributeValueMemberS:
		return "years"
	}
	return ""
}

var (
	ownerID    = repo.KeyOf(func(o *owner) *string { return &o.ID })
	pets       = []repo.CaseOf[pet]{repo.Variant[*cat, pet]("cat"), repo.Variant[dog, pet]("dog"), repo.Variant[years, pet]("years")}
	ownerModel = repo.TableOf("Owners", ownerID, meta.Keep(func(o *owner) *meta.Record { return &o.Meta }),
		repo.OneOf(func(o *owner) *pet { return &o.Pet }, pets...).Choose(choosePet),
		repo.EachOneOf(func(o *owner) *[]pet { return &o.Pets }, pets...).Choose(choosePet))
)

var variantChecks = []kit.Check{
	{Name: "of what has no tags", Run: func(t *testing.T, x *kit.World) {
		owners := kit.Open(t, x, ownerModel)
		s := peopleTables(t, x)(somekey("Pet.Lives", "Pets", "Pets.[0].Name", "Pets.[1]"))
		simple(t, x, "o1", kit.Row{"Pet": kit.Object(kit.Row{"Lives": sealed("7")}),
			"Pets": kit.List(kit.Object(kit.Row{"Name": sealed("rex")}), sealed("3"), kit.Null()), "Pair": kit.List(kit.Num("1"), kit.Num("2")), "Rate": kit.Num("0.30000000000000004"), "Less": kit.Num("-1.5e20")})
		got := importOf(t, s, owners, "o1")
		got.Meta = meta.Record{}
		kit.Equal(t, "imported", *got, owner{ID: "o1", Pet: &cat{7}, Pets: []pet{dog{"rex"}, years(3), nil}, Pair: [2]int{1, 2}, Rate: 0.30000000000000004, Less: new(float32(-1.5e20))})
	}},
	{Name: "with tags", Run: func(t *testing.T, x *kit.World) {
		owners := kit.Open(t, x, ownerModel)
		s := peopleTables(t, x)(somekey("Pet.cat.Lives"))
		simple(t, x, "o1", kit.Row{"Pet": kit.Object(kit.Row{"cat": kit.Object(kit.Row{"Lives": sealed("7")})})})
		got := importOf(t, s, owners, "o1")
		kit.Equal(t, "imported", got.Pet, pet(&cat{7}))
	}},
	{Name: "what would be lost", Run: func(t *testing.T, x *kit.World) {
		owners := kit.Open(t, x, ownerModel)
		s := peopleTables(t, x)()
		for name, c := range map[string]struct {
			data kit.Row
			text string
		}{
			"in a variant":       {kit.Row{"Pet": kit.Object(kit.Row{"Lives": kit.Num("7"), "colour": kit.Str("red")})}, "Pet.cat.colour"},
			"in a tagged one":    {kit.Row{"Pet": kit.Object(kit.Row{"cat": kit.Object(kit.Row{"Lives": kit.Num("7"), "colour": kit.Str("red")})})}, "Pet.cat.colour"},
			"in an element":      {kit.Row{"Pets": kit.List(kit.Object(kit.Row{"Name": kit.Str("7"), "colour": kit.Str("red")}))}, "Pets[0].dog.colour"},
			"more digits":        {kit.Row{"Rate": kit.Num("0.12345678901234567891")}, "Rate: 0.12345678901234567891 has more digits than float64 keeps"},
			"digits of a float":  {kit.Row{"Less": kit.Num("0.30000000000000004")}, "Less: 0.30000000000000004 has more digits than *float32 keeps"},
			"more elements":      {kit.Row{"Pair": kit.List(kit.Num("1"), kit.Num("2"), kit.Num("3"))}, "Pair"},
			"an unknown tag":     {kit.Row{"Pet": kit.Object(kit.Row{"fish": kit.Object(kit.Row{})})}, "fish"},
			"several attributes": {kit.Row{"Pet": kit.Object(kit.Row{"fish": kit.Str("x"), "cat": kit.Object(kit.Row{})})}, "Pet"},
		} {
			simple(t, x, "o1", c.data)
			_, err := dynamostore.Import(t.Context(), s, owners, "o1")
			if !errors.Is(err, repo.ErrInvalid) || !strings.Contains(err.Error(), c.text) {
				t.Errorf("%s: %v; want %s in it", name, err, c.text)
			}
			x.Counted(t, name, map[string]int{"Root": 1})
		}
	}},
}
