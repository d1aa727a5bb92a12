package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type Boarding struct {
	ID   string      `dynamodbav:"id"`
	Seat string      `dynamodbav:"seat" validate:"required"`
	Meta meta.Record `dynamodbav:"-"`
}

var boardingID = repo.KeyOf(func(t *Boarding) *string { return &t.ID }, keygen.UUIDv7)

// PutMany writes each value by itself: one that fails does not keep the others from
// being written, and the error says which one it was.
func ExampleRepo_PutMany() {
	ctx := context.Background()
	boardings := engineRepo(repo.TableOf("Boardings", boardingID, meta.Keep(func(t *Boarding) *meta.Record { return &t.Meta })))
	values := []*Boarding{{Seat: "1A"}, {Seat: ""}, {Seat: "1C"}}
	keys, err := boardings.PutMany(ctx, values)

	failed, ok := errors.AsType[*repo.BatchError](err)
	fmt.Println(ok, errors.Is(err, repo.ErrInvalid))
	for i, v := range values {
		fmt.Println(v.Seat, v.ID != "", v.Meta.Version, failed.Errs[i] == nil)
	}
	last, err := boardings.Get(ctx, keys[2])
	fmt.Println(last.Seat, err)
	// Output:
	// true true
	// 1A true 1 true
	//  false 0 false
	// 1C true 1 true
	// 1C <nil>
}
