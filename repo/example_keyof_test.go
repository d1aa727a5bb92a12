package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/repo"
)

type Coupon struct {
	Code    string `dynamodbav:"code"`
	Percent int    `dynamodbav:"percent"`
}

// A key comes from the caller, or from a generator where the field is empty.
func ExampleKeyOf() {
	ctx := context.Background()
	code := func(c *Coupon) *string { return &c.Code }
	given := repo.KeyOf(code)
	generated := repo.KeyOf(code, keygen.From(func(c *Coupon) string { return fmt.Sprint("SAVE", c.Percent) }))

	r := engineRepo(repo.TableOf("Coupons", given))
	key, err := r.Create(ctx, &Coupon{Code: "SPRING", Percent: 10})
	fmt.Println(key, err)
	_, err = r.Create(ctx, &Coupon{Percent: 10})
	fmt.Println(errors.Is(err, repo.ErrInvalid))

	r = engineRepo(repo.TableOf("Coupons", generated))
	c := Coupon{Percent: 10}
	key, err = r.Create(ctx, &c)
	fmt.Println(key, c.Code, err)
	// Output:
	// "SPRING" <nil>
	// true
	// "SAVE10" SAVE10 <nil>
}
