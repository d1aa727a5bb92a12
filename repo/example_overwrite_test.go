package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type Preset struct {
	ID     string      `dynamodbav:"id"`
	Volume int         `dynamodbav:"volume"`
	Meta   meta.Record `dynamodbav:"-"`
}

var presetID = repo.KeyOf(func(p *Preset) *string { return &p.ID })

// A Put of a value that was read replaces that version only. With Overwrite it
// replaces any version, and the last writer wins.
func ExampleOverwrite() {
	ctx := context.Background()
	presets := engineRepo(repo.TableOf("Presets", presetID,
		meta.Keep(func(p *Preset) *meta.Record { return &p.Meta })))
	theirs := Preset{ID: "p1", Volume: 3}
	key, err := presets.Create(ctx, &theirs)
	fmt.Println(err)

	mine, err := presets.Get(ctx, key)
	fmt.Println(mine.Volume, err)
	theirs.Volume = 5
	_, err = presets.Put(ctx, &theirs)
	fmt.Println(err)

	mine.Volume = 7
	_, err = presets.Put(ctx, mine)
	fmt.Println(errors.Is(err, repo.ErrConflict))
	_, err = presets.Put(ctx, mine, repo.Overwrite())
	fmt.Println("version", mine.Meta.Version, err)
	// Output:
	// <nil>
	// 3 <nil>
	// <nil>
	// true
	// version 3 <nil>
}
