package bench

import (
	"fmt"
	"time"

	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// The person of dystore's README. It also has the tags of guregu/dynamo, so
// that every library stores the same attributes of the same type.
type (
	Geo struct {
		Lat, Lon string
	}
	Location struct {
		City    string `dynamodbav:"city" dynamo:"city"`
		Country string `dynamodbav:"country" dynamo:"country"`
		Geo     Geo    `dynamodbav:"geolocation" dynamo:"geolocation"`
	}
	Birth struct {
		Hospital string `dynamodbav:"hospital" dynamo:"hospital"`
		DOB      string `dynamodbav:"dob" dynamo:"dob"`
	}
	Person struct {
		ID        string              `dynamodbav:"ID" dynamo:"ID"`
		FirstName string              `dynamodbav:"firstname" dynamo:"firstname" validate:"required"`
		LastName  string              `dynamodbav:"lastname" dynamo:"lastname" validate:"required"`
		Visits    int                 `dynamodbav:"visits" dynamo:"visits"`
		Tags      []string            `dynamodbav:"tags" dynamo:"tags"`
		Location  Location            `dynamodbav:"location" dynamo:"location"`
		Birth     *Birth              `dynamodbav:"birth_details" dynamo:"birth_details"`
		Past      []Location          `dynamodbav:"past" dynamo:"past"`
		Homes     map[string]Location `dynamodbav:"homes" dynamo:"homes"`
		Meta      meta.Record         `dynamodbav:"-" dynamo:"-"`
	}
)

var (
	personID = repo.KeyOf(func(p *Person) *string { return &p.ID }, keygen.UUIDv7)
	first    = lens.Of(func(p *Person) *string { return &p.FirstName })
	city     = lens.Of(func(p *Person) *string { return &p.Location.City })
	hospital = lens.Of(func(p *Person) *string { return &p.Birth.Hospital })
	past     = lens.Of(func(p *Person) *[]Location { return &p.Past })
	inCity   = lens.Of(func(l *Location) *string { return &l.City })
)

// NewPerson returns a person with every field filled and no ID. No value is
// empty, because libraries treat empty values differently.
func NewPerson() Person {
	p := NewJohn()
	osaka := p.Location
	p.Past = []Location{osaka, {City: "Kobe", Country: "Japan", Geo: Geo{Lat: "34.69", Lon: "135.19"}}}
	p.Homes = map[string]Location{"first": osaka, "second": osaka}
	return p
}

// NewJohn is a person of four items when divided: it has no list and no map.
func NewJohn() Person {
	return Person{
		FirstName: "john", LastName: "smith", Visits: 7, Tags: []string{"vip"},
		Location: Location{City: "Osaka", Country: "Japan", Geo: Geo{Lat: "34.69", Lon: "135.50"}},
		Birth:    &Birth{Hospital: "Kosei Nenkin", DOB: "12/2/1995"},
	}
}

// cities are what updates write in turn: each is a change, and all have the
// same length.
var cities = [2]string{"New York", "New Bern"}

// Order is an item of about 200 bytes in a table with a sort key.
type Order struct {
	Customer string    `dynamodbav:"customer" dynamo:"customer"`
	Number   string    `dynamodbav:"number" dynamo:"number"`
	Product  string    `dynamodbav:"product" dynamo:"product"`
	Quantity int       `dynamodbav:"quantity" dynamo:"quantity"`
	Price    float64   `dynamodbav:"price" dynamo:"price"`
	Paid     bool      `dynamodbav:"paid" dynamo:"paid"`
	Tags     []string  `dynamodbav:"tags" dynamo:"tags"`
	At       time.Time `dynamodbav:"at" dynamo:"at"`
}

var orderKey = repo.CompositeKeyOf(func(o *Order) *string { return &o.Customer }, func(o *Order) *string { return &o.Number })

func newOrder(i int) Order {
	return Order{
		Customer: "customer-1", Number: fmt.Sprintf("%08d", i), Product: "a chair of beech, four legs, no arms",
		Quantity: 1 + i%9, Price: 129.5, Paid: true, Tags: []string{"gift", "express"}, At: time.Unix(1_700_000_000, 0).UTC(),
	}
}

// Basket is an object of 20 items: a root and 19 lines.
type (
	Basket struct {
		ID    string      `dynamodbav:"id" dynamo:"id"`
		Owner string      `dynamodbav:"owner" dynamo:"owner"`
		Lines []Line      `dynamodbav:"lines" dynamo:"-"`
		Meta  meta.Record `dynamodbav:"-" dynamo:"-"`
	}
	Line struct {
		Product  string  `dynamodbav:"product" dynamo:"product"`
		Quantity int     `dynamodbav:"quantity" dynamo:"quantity"`
		Price    float64 `dynamodbav:"price" dynamo:"price"`
	}
)

var basketID = repo.KeyOf(func(b *Basket) *string { return &b.ID }, keygen.UUIDv7)

const basketLines = 19

func newBasket(lines int) Basket {
	b := Basket{Owner: "customer-1"}
	for i := range lines {
		b.Lines = append(b.Lines, Line{Product: fmt.Sprintf("product %02d", i), Quantity: 1 + i%9, Price: 9.5})
	}
	return b
}
