package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Score struct {
	Game   string `dynamodbav:"game"`
	Points int    `dynamodbav:"points"`
}

var scoreKey = repo.CompositeKeyOf(func(s *Score) *string { return &s.Game }, func(s *Score) *int { return &s.Points })

// The best three: Limit counts objects, and pages that are not needed are not
// asked for.
func ExampleLimit() {
	ctx := context.Background()
	scores := engineRepo(repo.TableOf("Scores", scoreKey))
	for _, points := range []int{120, 90, 300, 70, 210} {
		if _, err := scores.Create(ctx, &Score{"chess", points}); err != nil {
			fmt.Println(err)
		}
	}

	for s, err := range scores.Query(ctx, scoreKey.In("chess").Backwards(), repo.Limit(3)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(s.Points)
	}
	// Output:
	// 300
	// 210
	// 120
}
