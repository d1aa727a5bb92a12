// Package versions has the checks of models that have several versions.
package versions

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "reads of older objects", Checks: readChecks},
		kit.Group{Name: "writes of older objects", Checks: writeChecks},
		kit.Group{Name: "what no version knows", Checks: unknownChecks},
		kit.Group{Name: "versions apart", Checks: apartChecks},
		kit.Group{Name: "migrations", Checks: migrateChecks},
		kit.Group{Name: "hard migrations", Checks: migrateHardChecks},
		kit.Group{Name: "encryption that begins and ends", Checks: unprotectChecks},
		kit.Group{Name: "hard cases", Checks: hardChecks},
	)
}

// personV1 has a name in one piece, and notes in a table of their own.
type personV1 struct {
	ID    string      `dynamodbav:"id"`
	Name  string      `dynamodbav:"name"`
	Age   int         `dynamodbav:"age"`
	Old   string      `dynamodbav:"old,omitempty"`
	Notes note        `dynamodbav:"notes"`
	Pets  []petV1     `dynamodbav:"pets"`
	Meta  meta.Record `dynamodbav:"-"`
}

type note struct {
	Text string `dynamodbav:"text"`
}

type petV1 struct {
	Kind string `dynamodbav:"kind"`
}

// personV2 has the name in two pieces.
type personV2 struct {
	ID    string  `dynamodbav:"id"`
	First string  `dynamodbav:"first"`
	Last  string  `dynamodbav:"last"`
	Age   int     `dynamodbav:"age"`
	Notes note    `dynamodbav:"notes"`
	Pets  []petV1 `dynamodbav:"pets"`
}

// person is today's: it has the year of birth, no notes, and pets that are named.
type person struct {
	ID    string      `dynamodbav:"id"`
	First string      `dynamodbav:"first"`
	Last  string      `dynamodbav:"last"`
	Born  int         `dynamodbav:"born"`
	Photo photo       `dynamodbav:"photo"`
	Pets  []pet       `dynamodbav:"pets"`
	Late  string      `dynamodbav:"late,omitempty"`
	Meta  meta.Record `dynamodbav:"-"`
}

type photo struct {
	Text string `dynamodbav:"text"`
}

type pet struct {
	Name string `dynamodbav:"name"`
}

var (
	keyV1   = repo.KeyOf(func(p *personV1) *string { return &p.ID })
	keepV1  = meta.Keep(func(p *personV1) *meta.Record { return &p.Meta })
	key     = repo.KeyOf(func(p *person) *string { return &p.ID })
	keep    = meta.Keep(func(p *person) *meta.Record { return &p.Meta })
	last    = lens.Of(func(p *person) *string { return &p.Last })
	born    = lens.Of(func(p *person) *int { return &p.Born })
	photoOf = shard.New(shard.To("Photos"), func(p *person) *photo { return &p.Photo })
)

func toV2(p *personV1) (*personV2, error) {
	if p.Name == "" {
		return nil, errNoName
	}
	head, tail, _ := strings.Cut(p.Name, " ")
	return &personV2{p.ID, head, tail, p.Age, p.Notes, p.Pets}, nil
}

func toV3(p *personV2) (*person, error) {
	now := &person{ID: "not the key", First: p.First, Last: p.Last, Born: 2000 - p.Age, Photo: photo{p.Notes.Text}}
	for _, old := range p.Pets {
		if old.Kind != "dropped" {
			now.Pets = append(now.Pets, pet{old.Kind})
		}
	}
	return now, nil
}

var errNoName = errors.New("a person without a name")

// v1 is the program of the first version.
func v1(t *testing.T, x *kit.World, parts ...repo.Part[personV1]) *repo.Repo[personV1] {
	return kit.Open(t, x, repo.TableOf("People", keyV1, append(parts, keepV1, shard.New(shard.To("Notes"), func(p *personV1) *note { return &p.Notes }))...))
}

// v3 is today's program.
func v3(t *testing.T, x *kit.World, parts ...repo.Part[person]) *repo.Repo[person] {
	parts = append(parts, keep, photoOf, repo.Schema[person](3, repo.Upgrade(1, toV2), repo.Upgrade(2, toV3)))
	return kit.Open(t, x, repo.TableOf("People", key, parts...), repo.AllowTables("Notes"))
}

// ann is an object of version 1, and what it is today.
func ann() *personV1 {
	return &personV1{ID: "a", Name: "Ann Lee", Age: 30, Old: "o", Notes: note{"hi"}, Pets: []petV1{{"cat"}, {"dog"}}}
}

func annToday() person {
	return person{ID: "a", First: "Ann", Last: "Lee", Born: 1970, Photo: photo{"hi"}, Pets: []pet{{"cat"}, {"dog"}}}
}

// store stores objects of version 1.
func store(t *testing.T, x *kit.World, all ...*personV1) {
	t.Helper()
	old := v1(t, x)
	for _, p := range all {
		_, err := old.Create(t.Context(), p)
		kit.Must(t, err)
	}
	x.Net.Reset()
}

// bare is a value without its record.
func bare(p *person) person {
	out := *p
	out.Meta = meta.Record{}
	return out
}

// version is what the record of a stored object says of its version.
func version(t *testing.T, x *kit.World, id string) string {
	t.Helper()
	record := x.Item(t, "People", id)["_meta"].(*types.AttributeValueMemberM)
	_, version, _ := strings.Cut(kit.StringOf(record.Value["l"]), ".")
	return version
}
