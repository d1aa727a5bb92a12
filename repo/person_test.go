package repo_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The person of the README: four tables, encrypted fields, a record.
type (
	Geo      struct{ Lat, Lon string }
	Location struct {
		City    string `dynamodbav:"city"`
		Country string `dynamodbav:"country"`
		Geo     Geo    `dynamodbav:"geolocation"`
	}
	Birth struct {
		Hospital string `dynamodbav:"hospital"`
		DOB      string `dynamodbav:"dob"`
	}
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
)

var (
	personID = repo.KeyOf(func(p *Person) *string { return &p.ID }, keygen.UUIDv7)
	first    = lens.Of(func(p *Person) *string { return &p.FirstName })
	tags     = lens.Of(func(p *Person) *[]string { return &p.Tags })
	city     = lens.Of(func(p *Person) *string { return &p.Location.City })
	birth    = lens.Of(func(p *Person) **Birth { return &p.Birth })
	hospital = lens.Of(func(p *Person) *string { return &p.Birth.Hospital })
	past     = lens.Of(func(p *Person) *[]Location { return &p.Past })
	inCity   = lens.Of(func(l *Location) *string { return &l.City })
)

func testKeyset(t testing.TB) *cipher.Keyset {
	t.Helper()
	key, err := cipher.NewKey(1, bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func testKeys(t testing.TB) *cipher.AES {
	t.Helper()
	keys, err := cipher.New(testKeyset(t))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func personModel(keys cipher.Cipher) repo.Model[Person] {
	return repo.TableOf("Root", personID,
		shard.Optional(shard.To("Shard1", shard.KeyName("IDX")), func(p *Person) **Birth { return &p.Birth }),
		shard.New(shard.To("Shard2", shard.KeyName("IDX")), func(p *Person) *Location { return &p.Location },
			shard.New(shard.To("Shard3"), func(l *Location) *Geo { return &l.Geo })),
		shard.Each(shard.To("Past"), func(p *Person) *[]Location { return &p.Past }),
		shard.EachValue(shard.To("Homes", shard.WhenOver(64<<10)), func(p *Person) *map[string]Location { return &p.Homes }),
		cipher.Protect(keys, first, hospital, city, lens.Each(past, inCity)),
		meta.Keep(func(p *Person) *meta.Record { return &p.Meta }),
	)
}

// people is a repository over the embedded engine, and the transport that
// counts its requests.
func people(t testing.TB, opts ...repo.Option) (*repo.Repo[Person], *dynamodb.Client, *fault.Transport) {
	t.Helper()
	client, requests := fault.Wrap(embedded.New().Client())
	r, err := repo.New(client, personModel(testKeys(t)), opts...)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CreateTables(context.Background()); err != nil {
		t.Fatal(err)
	}
	requests.Reset()
	return r, client, requests
}

func john() Person {
	return Person{
		FirstName: "john", LastName: "smith", Tags: []string{},
		Location: Location{City: "Osaka", Country: "Japan", Geo: Geo{Lat: "34.69", Lon: "135.5"}},
		Birth:    &Birth{Hospital: "Kosei Nenkin", DOB: "12/2/1995"},
	}
}
