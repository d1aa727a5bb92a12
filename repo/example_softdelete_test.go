package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type Vinyl struct {
	ID    string      `dynamodbav:"id"`
	Title string      `dynamodbav:"title"`
	Meta  meta.Record `dynamodbav:"-"`
}

var vinylID = repo.KeyOf(func(v *Vinyl) *string { return &v.ID })

// vinyls is a repository that keeps what is deleted.
func vinyls() *repo.Repo[Vinyl] {
	return engineRepo(repo.TableOf("Vinyls", vinylID, repo.SoftDelete[Vinyl](),
		meta.Keep(func(v *Vinyl) *meta.Record { return &v.Meta })))
}

// What is deleted counts as absent, and can be restored.
func ExampleSoftDelete() {
	ctx := context.Background()
	r := vinyls()
	key, err := r.Create(ctx, &Vinyl{ID: "a1", Title: "Blue"})
	fmt.Println(err, r.Delete(ctx, key))

	_, err = r.Get(ctx, key)
	fmt.Println(errors.Is(err, repo.ErrNotFound))
	fmt.Println(r.Restore(ctx, key))
	a, err := r.Get(ctx, key)
	fmt.Println(a.Title, "version", a.Meta.Version, err)
	// Output:
	// <nil> <nil>
	// true
	// <nil>
	// Blue version 3 <nil>
}

// Restore brings back what Delete has kept. Of an object that nobody has stored there is
// nothing to bring back.
func ExampleRepo_Restore() {
	ctx := context.Background()
	r := vinyls()
	key, err := r.Create(ctx, &Vinyl{ID: "a1", Title: "Blue"})
	fmt.Println(err, r.Delete(ctx, key), r.Restore(ctx, key))
	fmt.Println(errors.Is(r.Restore(ctx, vinylID.Of("a2")), repo.ErrNotFound))
	// Output:
	// <nil> <nil> <nil>
	// true
}

// WithDeleted also reads what is deleted; the record says since when.
func ExampleWithDeleted() {
	ctx := context.Background()
	r := vinyls()
	key, err := r.Create(ctx, &Vinyl{ID: "a1", Title: "Blue"})
	fmt.Println(err, r.Delete(ctx, key))

	for a, err := range r.Scan(ctx, repo.WithDeleted()) {
		fmt.Println(a.Title, "is deleted:", !a.Meta.DeletedAt.IsZero(), err)
	}
	// Output:
	// <nil> <nil>
	// Blue is deleted: true <nil>
}

// Permanently removes what would be kept, or what was.
func ExamplePermanently() {
	ctx := context.Background()
	r := vinyls()
	key, err := r.Create(ctx, &Vinyl{ID: "a1", Title: "Blue"})
	fmt.Println(err, r.Delete(ctx, key, repo.Permanently()))
	fmt.Println(errors.Is(r.Restore(ctx, key), repo.ErrNotFound))
	// Output:
	// <nil> <nil>
	// true
}
