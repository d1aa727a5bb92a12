package repo_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

type Limits struct {
	Name string `dynamodbav:"name"`
	Max  int    `dynamodbav:"max" validate:"lte=100"`
}

var limitsName = repo.KeyOf(func(l *Limits) *string { return &l.Name })

// A rule is younger than what is stored. Reads return the old object all the
// same; with ValidateOnRead they refuse it.
func ExampleValidateOnRead() {
	ctx := context.Background()
	client := embedded.New().Client()
	model := repo.TableOf("Limits", limitsName)
	before, err := repo.New(client, model, repo.WithValidator(nil)) // no rules yet
	if err == nil {
		err = before.CreateTables(ctx)
	}
	if err != nil {
		log.Fatal(err)
	}
	key, err := before.Create(ctx, &Limits{Name: "mails", Max: 500})
	fmt.Println(err)

	for _, opts := range [][]repo.Option{nil, {repo.ValidateOnRead()}} {
		r, err := repo.New(client, model, opts...)
		if err != nil {
			log.Fatal(err)
		}
		_, err = r.Get(ctx, key)
		fmt.Println(errors.Is(err, repo.ErrInvalid))
	}
	// Output:
	// <nil>
	// false
	// true
}
