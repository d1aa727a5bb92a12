package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/repo"
)

// Settings has no field for its key.
type Settings struct {
	Theme string `dynamodbav:"theme"`
}

var settingsOf = repo.DetachedKey[Settings, string]("user")

// A key need not be part of the model: it is given with each call.
func ExampleDetachedKey() {
	ctx := context.Background()
	settings := engineRepo(repo.TableOf("Settings", settingsOf))

	err := settings.CreateAt(ctx, settingsOf.Of("ann"), &Settings{Theme: "dark"})
	fmt.Println(err)
	err = settings.PutAt(ctx, settingsOf.Of("ann"), &Settings{Theme: "light"})
	fmt.Println(err)
	got, err := settings.Get(ctx, settingsOf.Of("ann"))
	fmt.Println(got.Theme, err)
	// Output:
	// <nil>
	// <nil>
	// light <nil>
}
