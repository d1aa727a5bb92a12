package repo_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// SingerV1 is what was stored first.
type SingerV1 struct {
	ID   string `dynamodbav:"id"`
	Name string `dynamodbav:"name"`
}

// Singer is today's type.
type Singer struct {
	ID    string      `dynamodbav:"id"`
	First string      `dynamodbav:"first"`
	Last  string      `dynamodbav:"last"`
	Meta  meta.Record `dynamodbav:"-"`
}

var singerID = repo.KeyOf(func(s *Singer) *string { return &s.ID })

// splitName makes a Singer of what was stored first.
func splitName(old *SingerV1) (*Singer, error) {
	first, last, _ := strings.Cut(old.Name, " ")
	return &Singer{ID: old.ID, First: first, Last: last}, nil
}

// oldSinger stores an object as the first version of the program did, and returns what
// both versions of the program share.
func oldSinger(ctx context.Context) *embedded.DB {
	db := embedded.New()
	old, err := repo.New(db.Client(), repo.TableOf("Singers", repo.KeyOf(func(s *SingerV1) *string { return &s.ID })))
	if err == nil {
		err = old.CreateTables(ctx)
	}
	if err == nil {
		_, err = old.Create(ctx, &SingerV1{ID: "s1", Name: "Nina Simone"})
	}
	if err != nil {
		panic(err)
	}
	return db
}

// An object of an earlier version is read as what it is today. The next write stores it so.
func ExampleSchema() {
	ctx := context.Background()
	db := oldSinger(ctx)
	singers, err := repo.New(db.Client(), repo.TableOf("Singers", singerID,
		meta.Keep(func(s *Singer) *meta.Record { return &s.Meta }),
		repo.Schema[Singer](2, repo.Upgrade(1, splitName))))
	s, readErr := singers.Get(ctx, singerID.Of("s1"))
	fmt.Println(s.First, "|", s.Last, err, readErr)

	s.Last = "S."
	_, err = singers.Put(ctx, s)
	fmt.Println("put:", err)

	// Version 1 of the program must not touch it any more.
	old, _ := repo.New(db.Client(), repo.TableOf("Singers", repo.KeyOf(func(s *SingerV1) *string { return &s.ID })))
	_, err = old.Put(ctx, &SingerV1{ID: "s1", Name: "Nina"})
	fmt.Println(errors.Is(err, repo.ErrSchemaTooNew))
	// Output:
	// Nina | Simone <nil> <nil>
	// put: <nil>
	// true
}

// Steps follow each other, and New refuses those that do not.
func ExampleUpgrade() {
	first := repo.Upgrade(1, splitName)
	_, err := repo.New(embedded.New().Client(), repo.TableOf("Singers", singerID,
		meta.Keep(func(s *Singer) *meta.Record { return &s.Meta }), repo.Schema[Singer](3, first)))
	fmt.Println(err)
	// Output:
	// repo.New: repo.Schema(repo_test.Singer): repo.Upgrade(2) is missing between an earlier version and today's
}
