package main

import (
	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Person is one object. Its fields are stored under their dynamodbav names,
// the same that the SDK uses.
type (
	Person struct {
		ID        string              `dynamodbav:"ID"`
		FirstName string              `dynamodbav:"firstname" validate:"required"`
		LastName  string              `dynamodbav:"lastname"  validate:"required"`
		Visits    int                 `dynamodbav:"visits"`
		Tags      []string            `dynamodbav:"tags"`
		Location  Location            `dynamodbav:"location"`
		Birth     *Birth              `dynamodbav:"birth_details"`
		Past      []Location          `dynamodbav:"past"`
		Homes     map[string]Location `dynamodbav:"homes"`
		Meta      meta.Record         `dynamodbav:"-"`
	}
	Location struct {
		City    string `dynamodbav:"city"`
		Country string `dynamodbav:"country"`
		Geo     Geo    `dynamodbav:"geolocation"`
	}
	Geo   struct{ Lat, Lon string }
	Birth struct {
		Hospital string `dynamodbav:"hospital"`
		DOB      string `dynamodbav:"dob"`
	}
)

// Lenses name the places inside a Person. They are made once, and a misspelt
// field or a value of the wrong type does not compile.
var (
	personID = repo.KeyOf(func(p *Person) *string { return &p.ID }, keygen.UUIDv7)
	first    = lens.Of(func(p *Person) *string { return &p.FirstName })
	visits   = lens.Of(func(p *Person) *int { return &p.Visits })
	city     = lens.Of(func(p *Person) *string { return &p.Location.City })
	latitude = lens.Of(func(p *Person) *string { return &p.Location.Geo.Lat })
	hospital = lens.Of(func(p *Person) *string { return &p.Birth.Hospital })
	past     = lens.Of(func(p *Person) *[]Location { return &p.Past })
	inCity   = lens.Of(func(l *Location) *string { return &l.City })

	pastCities = lens.Each(past, inCity)
)

// model says which parts of a Person are items in other tables, and which fields
// are encrypted.
func model(keys cipher.Cipher) repo.Model[Person] {
	return repo.TableOf("Root", personID,
		shard.Optional(shard.To("Shard1", shard.KeyName("IDX")), func(p *Person) **Birth { return &p.Birth }),
		shard.New(shard.To("Shard2", shard.KeyName("IDX")), func(p *Person) *Location { return &p.Location },
			shard.New(shard.To("Shard3"), func(l *Location) *Geo { return &l.Geo })),
		shard.Each(shard.To("Past"), func(p *Person) *[]Location { return &p.Past }),
		shard.EachValue(shard.To("Homes", shard.WhenOver(64<<10)), func(p *Person) *map[string]Location { return &p.Homes }),
		cipher.Protect(keys, first, hospital, city, pastCities),
		meta.Keep(func(p *Person) *meta.Record { return &p.Meta }),
	)
}
