package repo_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Meter struct {
	ID      string `dynamodbav:"id"`
	Battery int    `dynamodbav:"battery"`
	Site    string `dynamodbav:"site"`
}

var (
	meterID      = repo.KeyOf(func(s *Meter) *string { return &s.ID })
	meterBattery = lens.Of(func(s *Meter) *int { return &s.Battery })
	meterSite    = lens.Of(func(s *Meter) *string { return &s.Site })
)

// All is the whole table, which is read and charged for, whatever is left of it.
func ExampleAll() {
	ctx := context.Background()
	meters := engineRepo(repo.TableOf("Meters", meterID))
	for i, battery := range []int{80, 4, 55, 9} {
		if _, err := meters.Create(ctx, &Meter{fmt.Sprint("s", i), battery, []string{"roof", "cellar"}[i/2]}); err != nil {
			fmt.Println(err)
		}
	}
	inRoof := expression.Contains(lens.Name(meterSite), "oo")
	for s, err := range meters.Query(ctx, repo.All[Meter]().Where(meterBattery.Lt(10)).WhereExpr(inRoof)) {
		fmt.Println(s.ID, err)
	}
	// Output: s1 <nil>
}
