package lens_test

import (
	"fmt"

	"github.com/dystore/dystore/lens"
)

// A counter has a name, and a field that is not stored. shard.Spread says where it is kept,
// and repo.Repo.Add adds to it.
func ExampleCounter() {
	type page struct {
		Title string
		Views int64 `dynamodbav:"-"`
	}
	views := lens.Counter("views", func(p *page) *int64 { return &p.Views })
	fmt.Println(views, views.Err())

	wrong := lens.Counter("title", func(p *page) *int64 { return nil })
	fmt.Println(wrong.Err() != nil)
	// Output:
	// views <nil>
	// true
}
