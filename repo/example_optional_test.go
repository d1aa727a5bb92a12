package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Employee struct {
		ID       string    `dynamodbav:"id"`
		Passport *Passport `dynamodbav:"passport"`
	}
	Passport struct {
		Number string `dynamodbav:"number"`
	}
)

var (
	employeeID       = repo.KeyOf(func(e *Employee) *string { return &e.ID })
	employeePassport = lens.Of(func(e *Employee) **Passport { return &e.Passport })
	passportNumber   = lens.Of(func(e *Employee) *string { return &e.Passport.Number })
)

// A part that may be missing has an item only while its pointer is not nil.
func Example_optional() {
	ctx := context.Background()
	employees := engineRepo(repo.TableOf("Employees", employeeID,
		shard.Optional(shard.To("Passports"), func(e *Employee) **Passport { return &e.Passport })))
	key, err := employees.Create(ctx, &Employee{ID: "e1"})
	fmt.Println(err)

	// Below a nil pointer there is nothing to change, and nothing to read.
	err = employees.Update(ctx, key, passportNumber.Set("X1"))
	fmt.Println(errors.Is(err, repo.ErrNoPath), err)

	err = employees.Update(ctx, key, employeePassport.Set(&Passport{Number: "X1"}))
	fmt.Println(err)
	number, err := repo.Read(ctx, employees, key, passportNumber)
	fmt.Println(number, err)

	// The item goes with its value.
	err = employees.Update(ctx, key, employeePassport.Remove())
	fmt.Println(err)
	// Output:
	// <nil>
	// true repo: Update Employees "e1", passport.number: the path's parent has no value: passport has no value
	// <nil>
	// X1 <nil>
	// <nil>
}
