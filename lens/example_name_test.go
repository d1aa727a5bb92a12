package lens_test

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/dystore/dystore/lens"
)

// A lens names what a condition of the package expression is about.
func ExampleName() {
	home := lens.Join(lens.Entry(memberHomes, "no. 1"), addressCity)
	cond := lens.Name(home).BeginsWith("Os").Or(expression.Size(lens.Name(memberTags)).Equal(expression.Value(0)))

	built, err := expression.NewBuilder().WithCondition(cond).Build()
	fmt.Println(*built.Condition(), err)
	fmt.Println(built.Names())
	// Output:
	// (begins_with (#0.#1.#2, :0)) OR (size (#3) = :1) <nil>
	// map[#0:homes #1:no. 1 #2:city #3:tags]
}
