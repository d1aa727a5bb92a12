package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type Draft struct {
	ID   string      `dynamodbav:"id"`
	Text string      `dynamodbav:"text"`
	Meta meta.Record `dynamodbav:"-"`
}

var (
	draftID   = repo.KeyOf(func(d *Draft) *string { return &d.ID })
	draftText = lens.Of(func(d *Draft) *string { return &d.Text })
)

// With a meta.Record, a value is tracked: Put replaces exactly the version
// that was read.
func ExampleRepo_Put_tracked() {
	ctx := context.Background()
	drafts := engineRepo(repo.TableOf("Drafts", draftID,
		meta.Keep(func(d *Draft) *meta.Record { return &d.Meta })))
	d := Draft{ID: "d1", Text: "first"}
	key, err := drafts.Create(ctx, &d)
	fmt.Println(d.Meta.Version, err)

	mine, err := drafts.Get(ctx, key)
	fmt.Println(mine.Meta.Version, err)

	d.Text = "theirs"
	_, err = drafts.Put(ctx, &d)
	fmt.Println(d.Meta.Version, err)

	mine.Text = "mine"
	_, err = drafts.Put(ctx, mine)
	fmt.Println(errors.Is(err, repo.ErrConflict))

	err = drafts.Update(ctx, key, draftText.Set("mine"), repo.IfUnchanged(mine))
	fmt.Println(errors.Is(err, repo.ErrConflict))

	// Overwrite replaces any version.
	_, err = drafts.Put(ctx, mine, repo.Overwrite())
	fmt.Println(mine.Meta.Version, err)
	// Output:
	// 1 <nil>
	// 1 <nil>
	// 2 <nil>
	// true
	// true
	// 3 <nil>
}
