package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Result struct {
	Game   string `dynamodbav:"game"`
	Player string `dynamodbav:"player"`
	Points int    `dynamodbav:"points"`
}

var (
	resultKey      = repo.CompositeKeyOf(func(r *Result) *string { return &r.Game }, func(r *Result) *string { return &r.Player })
	resultByPoints = repo.LocalIndexOf("by-points", resultKey, func(r *Result) *int { return &r.Points })
)

// The same objects under one partition key, in another order. A local index can be
// read consistently: what was written is there.
func ExampleLocalIndexOf() {
	ctx := context.Background()
	results := engineRepo(repo.TableOf("Results", resultKey, resultByPoints))
	for _, r := range []Result{{"chess", "ann", 120}, {"chess", "bob", 300}, {"go", "bob", 999}, {"chess", "cid", 210}} {
		if _, err := results.Create(ctx, &r); err != nil {
			fmt.Println(err)
		}
	}

	for r, err := range results.Query(ctx, resultByPoints.In("chess").After(150).Backwards()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(r.Player, r.Points)
	}
	// Output:
	// bob 300
	// cid 210
}
