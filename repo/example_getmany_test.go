package repo_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/dystore/dystore/repo"
)

type Planet struct {
	Name  string `dynamodbav:"name"`
	Moons int    `dynamodbav:"moons"`
}

var planetName = repo.KeyOf(func(p *Planet) *string { return &p.Name })

// GetMany returns objects in the order of the keys, with nil where there is none.
// Up to 100 objects of one item are one request.
func ExampleRepo_GetMany() {
	ctx := context.Background()
	planets := engineRepo(repo.TableOf("Planets", planetName))
	keys, err := planets.PutMany(ctx, []*Planet{{"Mars", 2}, {"Jupiter", 97}})
	fmt.Println(err)

	found, err := planets.GetMany(ctx, append(keys, planetName.Of("Vulcan")))
	fmt.Println(err)
	for i, p := range found {
		fmt.Println(i, p != nil)
	}
	fmt.Println(found[1].Moons)

	// A wrong key is an error at its position, and the others are read.
	found, err = planets.GetMany(ctx, []repo.Key[Planet]{planetName.Of(""), planetName.Of("Mars")})
	fmt.Println(err)
	if failed, ok := errors.AsType[*repo.BatchError](err); ok {
		fmt.Println(failed.Errs[0] != nil, failed.Errs[1], found[1].Moons)
	}
	// Output:
	// <nil>
	// <nil>
	// 0 true
	// 1 true
	// 2 false
	// 97
	// repo: GetMany Planets: 1 of 2 failed: at 0: invalid: key: name is empty
	// true <nil> 2
}
