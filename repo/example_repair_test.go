package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

// Repair makes what is left the next version of the object.
func ExampleRepo_Repair() {
	ctx, r, key := context.Background(), restored(), paintingID.Of("p1")
	wrong, err := r.Repair(ctx, key, repo.DryRun())
	fmt.Println(wrong[0].Path, wrong[0].Cause, err)

	wrong, err = r.Repair(ctx, key, repo.By("ann"))
	fmt.Println(len(wrong), err)
	p, err := r.Get(ctx, key)
	fmt.Println(p.Title, "version", p.Meta.Version, "by", p.Meta.UpdatedBy, err)
	// Output:
	// frame missing <nil>
	// 1 <nil>
	// Iris version 2 by ann <nil>
}

// All objects of a table are repaired in a loop. With Discard, items go that cannot be used
// any more: those of parts that cannot be decoded, and those inside of lost parts.
func ExampleDiscard() {
	ctx, r := context.Background(), restored()
	for p, err := range r.Scan(ctx, repo.AllowDamaged()) {
		if p == nil || err == nil {
			continue // sound, or not to be repaired
		}
		wrong, err := r.Repair(ctx, paintingID.Of(p.ID), repo.Discard())
		fmt.Println(p.ID, len(wrong), err)
	}
	_, err := r.Get(ctx, paintingID.Of("p1"))
	fmt.Println(err)
	// Output:
	// p1 1 <nil>
	// <nil>
}
