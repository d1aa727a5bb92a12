package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Signup struct {
	Mail string `dynamodbav:"mail" validate:"email"`
	Age  int    `dynamodbav:"age"  validate:"gte=18"`
}

var (
	signupMail = repo.KeyOf(func(s *Signup) *string { return &s.Mail })
	signupAge  = lens.Of(func(s *Signup) *int { return &s.Age })
)

// Values are validated before every write, by the tags of
// go-playground/validator; Update validates what it sets.
func Example_validation() {
	ctx := context.Background()
	signups := engineRepo(repo.TableOf("Signups", signupMail))

	_, err := signups.Create(ctx, &Signup{Mail: "ann", Age: 30})
	var failed validator.ValidationErrors
	fmt.Println(errors.Is(err, repo.ErrInvalid), errors.As(err, &failed), failed)

	key, err := signups.Create(ctx, &Signup{Mail: "ann@example.org", Age: 30})
	fmt.Println(err)
	err = signups.Update(ctx, key, signupAge.Set(17))
	fmt.Println(err)

	// The outcome of an Add is not known beforehand.
	err = signups.Update(ctx, key, lens.Add(signupAge, -20))
	fmt.Println(err)
	// Output:
	// true true Key: 'Signup.Mail' Error:Field validation for 'Mail' failed on the 'email' tag
	// <nil>
	// repo: Update Signups "ann@example.org", age: invalid: Key: 'Signup.Age' Error:Field validation for 'Age' failed on the 'gte' tag
	// repo: Update Signups "ann@example.org", age: invalid: the validation rule "gte=18" of repo_test.Signup.Age cannot be checked by Update, which does not know the rest of the object; use Modify
}
