package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Ballot struct {
	Poll  string `dynamodbav:"poll"`
	Voter string `dynamodbav:"voter"`
	Yes   bool   `dynamodbav:"yes"`
}

var (
	ballotKey = repo.CompositeKeyOf(func(v *Ballot) *string { return &v.Poll }, func(v *Ballot) *string { return &v.Voter })
	ballotYes = lens.Of(func(v *Ballot) *bool { return &v.Yes })
)

// DynamoDB counts: the objects stay where they are.
func ExampleRepo_Count() {
	ctx := context.Background()
	ballots := engineRepo(repo.TableOf("Ballots", ballotKey))
	for i, yes := range []bool{true, false, true, true} {
		if _, err := ballots.Create(ctx, &Ballot{"lunch", fmt.Sprint("voter", i), yes}); err != nil {
			fmt.Println(err)
		}
	}
	all, err := ballots.Count(ctx, ballotKey.In("lunch"))
	fmt.Println(all, err)
	yes, err := ballots.Count(ctx, ballotKey.In("lunch").Where(ballotYes.Eq(true)))
	fmt.Println(yes, err)
	// Output:
	// 4 <nil>
	// 3 <nil>
}
