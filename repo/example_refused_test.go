package repo_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Chair struct {
	Number string `dynamodbav:"number"`
	Holder string `dynamodbav:"holder"`
}

var (
	chairNumber = repo.KeyOf(func(s *Chair) *string { return &s.Number })
	chairHolder = lens.Of(func(s *Chair) *string { return &s.Holder })
)

// Who is refused learns from the refusal what is stored, without another request.
func ExampleRepo_Refused() {
	ctx := context.Background()
	chairs, err := repo.New(embedded.New().Client(), repo.TableOf("Chairs", chairNumber))
	if err == nil {
		err = chairs.CreateTables(ctx)
	}
	if err != nil {
		log.Fatal(err)
	}
	key, err := chairs.Create(ctx, &Chair{Number: "12A", Holder: "Ann"})
	if err != nil {
		log.Fatal(err)
	}

	err = chairs.Update(ctx, key, chairHolder.Set("Bob"), repo.If(chairHolder.Eq("")))
	if errors.Is(err, repo.ErrCondition) {
		chair, err := chairs.Refused(ctx, err)
		fmt.Println("taken by", chair.Holder, err)
	}
	// Output: taken by Ann <nil>
}
