package costs_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The objects of the table. Each item is smaller than 1 KB.
type (
	// note is one item.
	note struct {
		ID    string      `dynamodbav:"id"`
		Topic string      `dynamodbav:"topic"`
		Email string      `dynamodbav:"email,omitempty"`
		N     int         `dynamodbav:"n"`
		Meta  meta.Record `dynamodbav:"-"`
	}
	// person is four items: its root, two shards, and a shard in a shard.
	person struct {
		ID       string      `dynamodbav:"id"`
		Town     string      `dynamodbav:"town"`
		Visits   int         `dynamodbav:"visits"`
		Birth    *birth      `dynamodbav:"birth"`
		Location location    `dynamodbav:"location"`
		Meta     meta.Record `dynamodbav:"-"`
	}
	birth    struct{ Hospital string }
	location struct {
		Country string
		Geo     geo
	}
	geo struct{ Lat, Lon string }
	// album has an item for each of its photos.
	album struct {
		ID     string      `dynamodbav:"id"`
		Photos []photo     `dynamodbav:"photos"`
		Meta   meta.Record `dynamodbav:"-"`
	}
	photo struct{ Name string }
)

var (
	noteID  = repo.KeyOf(func(n *note) *string { return &n.ID })
	nEmail  = lens.Of(func(n *note) *string { return &n.Email })
	nN      = lens.Of(func(n *note) *int { return &n.N })
	byTopic = repo.IndexOf("by-topic", func(n *note) *string { return &n.Topic }, func(n *note) *string { return &n.ID })
	topics  = repo.IndexOf("topics", func(n *note) *string { return &n.Topic }, func(n *note) *string { return &n.ID }, repo.KeysOnly())

	personID = repo.KeyOf(func(p *person) *string { return &p.ID })
	lat      = lens.Of(func(p *person) *string { return &p.Location.Geo.Lat })
	byTown   = repo.IndexOf("by-town", func(p *person) *string { return &p.Town }, func(p *person) *string { return &p.ID })

	keepNote    = meta.Keep(func(n *note) *meta.Record { return &n.Meta })
	personParts = []repo.Part[person]{
		shard.Optional(shard.To("Births"), func(p *person) **birth { return &p.Birth }),
		shard.New(shard.To("Locations"), func(p *person) *location { return &p.Location },
			shard.New(shard.To("Geos"), func(l *location) *geo { return &l.Geo })),
		meta.Keep(func(p *person) *meta.Record { return &p.Meta }),
	}

	albumID = repo.KeyOf(func(a *album) *string { return &a.ID })
	photos  = lens.Of(func(a *album) *[]photo { return &a.Photos })
)

func must[V any](v V, err error) func(testing.TB) V {
	return func(t testing.TB) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func open[T any](t testing.TB, client repo.Client, m repo.Model[T], opts ...repo.Option) *repo.Repo[T] {
	t.Helper()
	r := must(repo.New(client, m, opts...))(t)
	if err := r.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

func notes(t testing.TB, client repo.Client, parts ...repo.Part[note]) *repo.Repo[note] {
	return open(t, client, repo.TableOf("Notes", noteID, append(parts, keepNote)...))
}

// sharedNotes and sharedPeople are in one table.
func sharedNotes(t testing.TB, client repo.Client) *repo.Repo[note] {
	return open(t, client, repo.TableOf("Shared", noteID, keepNote), repo.Entity("note"))
}

func sharedPeople(t testing.TB, client repo.Client) *repo.Repo[person] {
	return open(t, client, repo.TableOf("Shared", personID, personParts...), repo.Entity("person"))
}

func people(t testing.TB, client repo.Client, parts ...repo.Part[person]) *repo.Repo[person] {
	return open(t, client, repo.TableOf("People", personID, slices.Concat(parts, personParts)...))
}

func albums(t testing.TB, client repo.Client) *repo.Repo[album] {
	return open(t, client, repo.TableOf("Albums", albumID, shard.Each(shard.To("Photos"), func(a *album) *[]photo { return &a.Photos }),
		meta.Keep(func(a *album) *meta.Record { return &a.Meta })))
}

func newNote(i int) *note { return &note{ID: fmt.Sprintf("n%05d", i), Topic: "t"} }

func newPerson(i int) *person {
	return &person{ID: fmt.Sprintf("p%05d", i), Town: "t", Birth: &birth{"General"}, Location: location{"Japan", geo{"34.69", "135.50"}}}
}

func keysOf[T any](id repo.SimpleKey[T, string], prefix string, n int) []repo.Key[T] {
	keys := make([]repo.Key[T], n)
	for i := range keys {
		keys[i] = id.Of(fmt.Sprintf("%s%05d", prefix, i))
	}
	return keys
}

// stored creates n objects.
func stored[T any](t testing.TB, r *repo.Repo[T], make func(int) *T, n int) (all []*T) {
	for i := range n {
		v := make(i)
		if _, err := r.Create(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}
