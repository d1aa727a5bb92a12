package repo_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

type Host struct {
	Name string `dynamodbav:"name" validate:"lower"`
}

var hostName = repo.KeyOf(func(h *Host) *string { return &h.Name })

// Another validator has other rules. nil switches validation off;
// ValidateOnRead also checks what is stored.
func ExampleWithValidator() {
	ctx := context.Background()
	v := validator.New(validator.WithRequiredStructEnabled())
	if err := v.RegisterValidation("lower", func(f validator.FieldLevel) bool {
		return f.Field().String() == strings.ToLower(f.Field().String())
	}); err != nil {
		fmt.Println(err)
	}

	client := embedded.New().Client()
	strict, err := repo.New(client, repo.TableOf("Hosts", hostName), repo.WithValidator(v), repo.ValidateOnRead())
	if err == nil {
		err = strict.CreateTables(ctx)
	}
	fmt.Println(err)
	lenient, err := repo.New(client, repo.TableOf("Hosts", hostName), repo.WithValidator(nil))
	fmt.Println(err)

	_, err = strict.Create(ctx, &Host{Name: "Mars"})
	fmt.Println(errors.Is(err, repo.ErrInvalid))
	key, err := lenient.Create(ctx, &Host{Name: "Mars"})
	fmt.Println(err)
	_, err = strict.Get(ctx, key)
	fmt.Println(errors.Is(err, repo.ErrInvalid))
	// Output:
	// <nil>
	// <nil>
	// true
	// <nil>
	// true
}
