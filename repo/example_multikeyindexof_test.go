package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Match struct {
	ID     string `dynamodbav:"id"`
	League string `dynamodbav:"league"`
	Region string `dynamodbav:"region"`
	Round  int    `dynamodbav:"round"`
	Score  int    `dynamodbav:"score"`
}

var (
	matchID      = repo.KeyOf(func(m *Match) *string { return &m.ID })
	matchLeague  = lens.Of(func(m *Match) *string { return &m.League })
	matchRegion  = lens.Of(func(m *Match) *string { return &m.Region })
	matchRound   = lens.Of(func(m *Match) *int { return &m.Round })
	matchScore   = lens.Of(func(m *Match) *int { return &m.Score })
	matchByRound = repo.MultiKeyIndexOf("by-round", repo.PartitionBy(matchLeague, matchRegion), repo.SortBy(matchRound, matchScore))
)

func createMatches() *repo.Repo[Match] {
	matches := engineRepo(repo.TableOf("Matches", matchID, matchByRound))
	for i, m := range []Match{{Round: 1, Score: 7}, {Round: 2, Score: 9}, {Round: 1, Score: 3}, {Round: 3, Score: 5}} {
		m.ID, m.League, m.Region = fmt.Sprint("m", i), "first", "north"
		if _, err := matches.Create(context.Background(), &m); err != nil {
			fmt.Println(err)
		}
	}
	return matches
}

// Attributes stay what they are: nothing is joined to one text, and numbers sort as
// numbers.
func ExampleMultiKeyIndexOf() {
	ctx := context.Background()
	matches := createMatches()
	north := matchByRound.In(matchLeague.Eq("first"), matchRegion.Eq("north"))
	for m, err := range matches.Query(ctx, north.Backwards()) {
		fmt.Println(m.Round, m.Score, err)
	}
	// Output:
	// 3 5 <nil>
	// 2 9 <nil>
	// 1 7 <nil>
	// 1 3 <nil>
}

// The first attributes of the sort key are fixed, and the next one has bounds.
func ExampleThen() {
	ctx := context.Background()
	matches := createMatches()
	first := matchByRound.In(matchLeague.Eq("first"), matchRegion.Eq("north"), matchRound.Eq(1))
	for m, err := range matches.Query(ctx, repo.Then(first, matchScore).After(5)) {
		fmt.Println(m.ID, err)
	}
	// Output: m0 <nil>
}
