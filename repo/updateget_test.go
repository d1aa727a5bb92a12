package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type ugDoc struct {
	ID string
	N  int `validate:"max=5"`
}

// TestUpdateGetThroughViews: what UpdateGet returns has the changes, whatever
// the view reads otherwise, and a view that Get refuses writes nothing.
func TestUpdateGetThroughViews(t *testing.T) {
	ctx := context.Background()
	client, net := fault.Wrap(embedded.New(embedded.WithStaleReads(1000), embedded.WithSeed(1)).Client())
	key := repo.KeyOf(func(d *ugDoc) *string { return &d.ID })
	n := lens.Of(func(d *ugDoc) *int { return &d.N })
	r, err := repo.New(client, repo.TableOf("Docs", key), repo.ValidateOnRead())
	if err == nil {
		err = r.CreateTables(ctx)
	}
	if err == nil {
		_, err = r.Create(ctx, &ugDoc{ID: "1"})
	}
	if err != nil {
		t.Fatal(err)
	}
	for want := 1; want <= 5; want++ {
		got, err := repo.UpdateGet(ctx, r.With(repo.Eventually()), key.Of("1"), n.Set(want))
		if err != nil || got.N != want {
			t.Fatalf("got %+v, %v; want %d", got, err, want)
		}
	}
	net.Reset()
	_, err = repo.UpdateGet(ctx, r.With(repo.RootOnly()), key.Of("1"), n.Set(0))
	if sent := net.Count(); !errors.Is(err, repo.ErrInvalid) || sent != 0 {
		t.Errorf("of a view that needs meta.Keep: %v, %d requests", err, sent)
	}
}
