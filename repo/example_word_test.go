package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Setting struct {
	Name  string `dynamodbav:"name"`
	Value string `dynamodbav:"value"`
}

var settingName = lens.Of(func(s *Setting) *string { return &s.Name })

// A word may be all that an attribute of the key is made of. Then all objects are in
// one partition, sorted by the fields of the other one.
func ExampleWord() {
	ctx := context.Background()
	key := repo.JoinedKeyOf(
		repo.AttributeOf("PK", repo.Word[Setting]("SETTINGS")),
		repo.AttributeOf("SK", repo.Word[Setting]("SETTING"), settingName))
	settings := engineRepo(repo.TableOf("Service", key))
	for _, name := range []string{"log level", "cache", "log file"} {
		if _, err := settings.Create(ctx, &Setting{Name: name}); err != nil {
			fmt.Println(err)
		}
	}
	for s, err := range settings.Query(ctx, repo.Then(key.In(), settingName).BeginsWith("log")) {
		fmt.Println(key.Of(settingName.Eq(s.Name)), err)
	}
	// Output:
	// "SETTINGS"/"SETTING#log$20file" <nil>
	// "SETTINGS"/"SETTING#log$20level" <nil>
}
