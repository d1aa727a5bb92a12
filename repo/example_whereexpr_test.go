package repo_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Load struct {
	Street string `dynamodbav:"street"`
	Number int    `dynamodbav:"number"`
	Weight int    `dynamodbav:"weight"`
	Max    int    `dynamodbav:"max"`
}

var (
	loadKey    = repo.CompositeKeyOf(func(p *Load) *string { return &p.Street }, func(p *Load) *int { return &p.Number })
	loadWeight = lens.Of(func(p *Load) *int { return &p.Weight })
	loadMax    = lens.Of(func(p *Load) *int { return &p.Max })
)

// A filter leaves out what DynamoDB has read of the range. Limit counts what is
// left.
func ExampleKeyRange_WhereExpr() {
	ctx := context.Background()
	loads := engineRepo(repo.TableOf("Loads", loadKey))
	for n, weight := range []int{3, 12, 7, 15, 20} {
		if _, err := loads.Create(ctx, &Load{"Elm Street", n, weight, 10}); err != nil {
			fmt.Println(err)
		}
	}

	tooHeavy := lens.Name(loadWeight).GreaterThan(lens.Name(loadMax))
	light := lens.Name(loadWeight).LessThan(expression.Value(20))
	for p, err := range loads.Query(ctx, loadKey.In("Elm Street").WhereExpr(tooHeavy).WhereExpr(light), repo.Limit(2)) {
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Println(p.Number, p.Weight)
	}
	// Output:
	// 1 12
	// 3 15
}
