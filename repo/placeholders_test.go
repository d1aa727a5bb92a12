package repo_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// An update of any number of entries names each of them, and none twice: the
// placeholders of names and of values count on from one digit to two.
func TestManyPlaceholders(t *testing.T) {
	type doc struct {
		ID string
		M  map[string]int
	}
	ctx := context.Background()
	id := repo.KeyOf(func(d *doc) *string { return &d.ID })
	m := lens.Of(func(d *doc) *map[string]int { return &d.M })
	docs, err := repo.New(embedded.New().Client(), repo.TableOf("Docs", id))
	if err != nil {
		t.Fatal(err)
	}
	if err := docs.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 25; n++ {
		key, err := docs.Put(ctx, &doc{ID: "1", M: map[string]int{}})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]int{}
		var changes []lens.Change[doc]
		for i := range n {
			name := fmt.Sprint("entry", i)
			want[name] = i
			changes = append(changes, lens.Entry(m, name).Set(i))
		}
		if err := docs.Update(ctx, key, changes...); err != nil {
			t.Fatalf("%d entries: %v", n, err)
		}
		got, err := docs.Get(ctx, key)
		if err != nil || !reflect.DeepEqual(got.M, want) {
			t.Errorf("%d entries: %v, %v", n, got, err)
		}
	}
}
