package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Crate struct {
	ID    string   `dynamodbav:"id"`
	Room  int      `dynamodbav:"room"`
	Used  int      `dynamodbav:"used"`
	Goods []string `dynamodbav:"goods"`
}

var (
	crateID    = repo.KeyOf(func(c *Crate) *string { return &c.ID })
	crateRoom  = lens.Of(func(c *Crate) *int { return &c.Room })
	crateUsed  = lens.Of(func(c *Crate) *int { return &c.Used })
	crateGoods = lens.Of(func(c *Crate) *[]string { return &c.Goods })
)

// The package expression compares attributes with each other, counts and looks
// into lists. The names come from lenses.
func ExampleIfExpr() {
	ctx := context.Background()
	crates := engineRepo(repo.TableOf("Crates", crateID))
	key, err := crates.Create(ctx, &Crate{ID: "c1", Room: 2, Goods: []string{"apples"}})
	fmt.Println(err)

	fits := lens.Name(crateUsed).LessThan(lens.Name(crateRoom))
	few := expression.Size(lens.Name(crateGoods)).LessThan(expression.Value(3))
	for _, good := range []string{"pears", "pears", "plums"} {
		another := expression.Not(lens.Name(crateGoods).Contains(good))
		err := crates.Update(ctx, key, lens.Append(crateGoods, good), lens.Add(crateUsed, 1),
			repo.IfExpr[Crate](expression.And(fits, few, another)))
		fmt.Println(good, "are refused:", errors.Is(err, repo.ErrCondition))
	}
	// Output:
	// <nil>
	// pears are refused: false
	// pears are refused: true
	// plums are refused: false
}
