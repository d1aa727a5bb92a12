package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// TestPastTheEnd: a position past the end of a list is no path, in a list of
// the root as in a divided one, for every verb that takes one.
func TestPastTheEnd(t *testing.T) {
	ctx := context.Background()
	r, _, _ := people(t)
	p := john()
	p.Tags = []string{"one"}
	p.Past = []Location{{City: "Kobe"}}
	key, err := r.Create(ctx, &p)
	if err != nil {
		t.Fatal(err)
	}
	town := lens.Join(lens.At(past, 1), inCity)
	_, readTag := repo.Read(ctx, r, key, lens.At(tags, 1))
	_, readTown := repo.Read(ctx, r, key, town)
	for what, err := range map[string]error{
		"read of a tag":    readTag,
		"read of a town":   readTown,
		"set of a tag":     r.Update(ctx, key, lens.At(tags, 1).Set("two")),
		"set of a place":   r.Update(ctx, key, lens.At(past, 1).Set(Location{City: "Nara"})),
		"set of a town":    r.Update(ctx, key, town.Set("Nara")),
		"removal of a tag": r.Update(ctx, key, lens.At(tags, 1).Remove()),
	} {
		if !errors.Is(err, repo.ErrNoPath) {
			t.Errorf("%s: %v, want ErrNoPath", what, err)
		}
	}
}
