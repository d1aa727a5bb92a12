package meta_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Person struct {
		ID    string      `dynamodbav:"id"`
		Age   int         `dynamodbav:"age"`
		Homes []Home      `dynamodbav:"homes"`
		Photo Photo       `dynamodbav:"photo"`
		Meta  meta.Record `dynamodbav:"-"` // not an attribute
	}
	Home struct {
		City string `dynamodbav:"city"`
	}
	Photo struct {
		Data []byte `dynamodbav:"data"`
	}
)

var (
	personID  = repo.KeyOf(func(p *Person) *string { return &p.ID })
	personAge = lens.Of(func(p *Person) *int { return &p.Age })
)

// people is a repository over an engine of its own.
func people(parts ...repo.Part[Person]) *repo.Repo[Person] {
	r, err := repo.New(embedded.New().Client(), repo.TableOf("People", personID, parts...))
	if err == nil {
		err = r.CreateTables(context.Background())
	}
	if err != nil {
		log.Fatal(err)
	}
	return r
}

// Keep names the field that receives the record. With it, a Put replaces the
// version that was read, and no other.
func ExampleKeep() {
	ctx := context.Background()
	r := people(meta.Keep(func(p *Person) *meta.Record { return &p.Meta }))
	p := Person{ID: "p1", Age: 30}
	key, err := r.Create(ctx, &p)
	fmt.Println("version", p.Meta.Version, err)

	fmt.Println(r.Update(ctx, key, lens.Add(personAge, 1))) // another program
	_, err = r.Put(ctx, &p)
	fmt.Println(err)

	now, err := r.Get(ctx, key)
	fmt.Println("age", now.Age, "version", now.Meta.Version, err)
	// Output:
	// version 1 <nil>
	// <nil>
	// repo: Put People "p1": object was changed by another writer
	// age 31 version 2 <nil>
}

// Every committed write adds one to the version and leaves its id and its time.
func ExampleRecord() {
	ctx := context.Background()
	r := people(meta.Keep(func(p *Person) *meta.Record { return &p.Meta }))
	p := Person{ID: "p1"}
	fmt.Println("new:", p.Meta.Version)

	_, err := r.Create(ctx, &p)
	created := p.Meta
	fmt.Println("created:", created.Version, created.CreatedAt.Equal(created.UpdatedAt), err)
	_, err = r.Put(ctx, &p)
	fmt.Println("put:", p.Meta.Version, p.Meta.CreatedAt.Equal(created.CreatedAt), p.Meta.WriteID != created.WriteID, err)
	// Output:
	// new: 0
	// created: 1 true <nil>
	// put: 2 true true <nil>
}

// Two reads of one version have equal records.
func ExampleRecord_Equal() {
	ctx := context.Background()
	r := people(meta.Keep(func(p *Person) *meta.Record { return &p.Meta }))
	p := Person{ID: "p1"}
	key, err := r.Create(ctx, &p)
	fmt.Println(err)

	q, err := r.Get(ctx, key)
	fmt.Println(p.Meta.Equal(q.Meta), err)
	_, err = r.Put(ctx, q)
	fmt.Println(p.Meta.Equal(q.Meta), err)
	// Output:
	// <nil>
	// true <nil>
	// false <nil>
}

// The record knows where each part of the object lives. Elements of a list have
// a random name, which stays the same while the list changes.
func ExampleRecord_References() {
	ctx := context.Background()
	r := people(
		shard.New(shard.To("Photos"), func(p *Person) *Photo { return &p.Photo }),
		shard.Each(shard.To("Homes"), func(p *Person) *[]Home { return &p.Homes }),
		meta.Keep(func(p *Person) *meta.Record { return &p.Meta }))
	p := Person{ID: "p1", Homes: []Home{{"Osaka"}, {"Kyoto"}}}
	_, err := r.Create(ctx, &p)
	fmt.Println(err)

	for _, ref := range p.Meta.References() {
		name, _, _ := strings.Cut(ref.Part, "#")
		fmt.Println(name, "in", ref.Table)
	}
	// Output:
	// <nil>
	// homes in Homes
	// homes in Homes
	// photo in Photos
}

// The id is made, and stored with the task, before the write. So a repetition
// after a crash is the same write, and is applied once.
func ExampleNewWriteID() {
	ctx := context.Background()
	r := people(meta.Keep(func(p *Person) *meta.Record { return &p.Meta }))
	key, err := r.Create(ctx, &Person{ID: "p1", Age: 30})
	fmt.Println(err)

	id := meta.NewWriteID()
	for range 2 {
		fmt.Println(r.With(repo.WithWriteID(id)).Update(ctx, key, lens.Add(personAge, 1)))
	}
	p, err := r.Get(ctx, key)
	fmt.Println("age", p.Age, p.Meta.WriteID == id, err)
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// age 31 true <nil>
}

// As text, an id fits into a message, a header or a log.
func ExampleParseWriteID() {
	id := meta.NewWriteID()
	again, err := meta.ParseWriteID(id.String())
	fmt.Println(len(id.String()), again == id, err)

	_, err = meta.ParseWriteID("42")
	fmt.Println(err)
	// Output:
	// 22 true <nil>
	// meta: a write id is 22 characters of unpadded base64url
}
