package objects

import (
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The person of the README.
type (
	geo      struct{ Lat, Lon string }
	location struct {
		City    string `dynamodbav:"city"`
		Country string `dynamodbav:"country"`
		Geo     geo    `dynamodbav:"geolocation"`
	}
	birth struct {
		Hospital string `dynamodbav:"hospital"`
		DOB      string `dynamodbav:"dob"`
	}
	person struct {
		ID        string              `dynamodbav:"ID"`
		FirstName string              `dynamodbav:"firstname" validate:"required"`
		LastName  string              `dynamodbav:"lastname"  validate:"required"`
		Visits    int                 `dynamodbav:"visits"`
		Tags      []string            `dynamodbav:"tags"`
		Location  location            `dynamodbav:"location"`
		Birth     *birth              `dynamodbav:"birth_details"`
		Past      []location          `dynamodbav:"past"`
		Homes     map[string]location `dynamodbav:"homes"`
		Meta      meta.Record         `dynamodbav:"-"`
	}
)

var (
	personID  = repo.KeyOf(func(p *person) *string { return &p.ID }, keygen.UUIDv7)
	pFirst    = lens.Of(func(p *person) *string { return &p.FirstName })
	pVisits   = lens.Of(func(p *person) *int { return &p.Visits })
	pTags     = lens.Of(func(p *person) *[]string { return &p.Tags })
	pLocation = lens.Of(func(p *person) *location { return &p.Location })
	pCity     = lens.Of(func(p *person) *string { return &p.Location.City })
	pLat      = lens.Of(func(p *person) *string { return &p.Location.Geo.Lat })
	pHospital = lens.Of(func(p *person) *string { return &p.Birth.Hospital })
	pPast     = lens.Of(func(p *person) *[]location { return &p.Past })
	inCity    = lens.Of(func(l *location) *string { return &l.City })
)

// people is the repository of the README.
func people(t *testing.T, x *kit.World, opts ...repo.Option) *repo.Repo[person] {
	t.Helper()
	return kit.Open(t, x, repo.TableOf("Root", personID,
		shard.Optional(shard.To("Shard1", shard.KeyName("IDX")), func(p *person) **birth { return &p.Birth }),
		shard.New(shard.To("Shard2", shard.KeyName("IDX")), func(p *person) *location { return &p.Location },
			shard.New(shard.To("Shard3"), func(l *location) *geo { return &l.Geo })),
		shard.Each(shard.To("Past"), func(p *person) *[]location { return &p.Past }),
		shard.EachValue(shard.To("Homes", shard.WhenOver(64<<10)), func(p *person) *map[string]location { return &p.Homes }),
		cipher.Protect(kit.Keys(t), pFirst, pHospital, pCity, lens.Each(pPast, inCity)),
		meta.Keep(func(p *person) *meta.Record { return &p.Meta }),
	), opts...)
}

// john has the four fixed items of the README: root, birth, location and geo.
func john() person {
	return person{
		FirstName: "john", LastName: "smith", Tags: []string{},
		Location: location{City: "Osaka", Country: "Japan", Geo: geo{Lat: "34.69", Lon: "135.5"}},
		Birth:    &birth{Hospital: "Kosei Nenkin", DOB: "12/2/1995"},
	}
}
