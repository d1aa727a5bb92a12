package repo_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/repo"
)

// A scan by metadata takes one batch for the parts of a page, as Repo.Scan
// does: the owner of the parts follows from the roots on the page.
func TestOpenScanRequests(t *testing.T) {
	ctx := context.Background()
	r, client, req := people(t)
	for range 3 {
		p := john()
		if _, err := r.Create(ctx, &p); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := repo.Open(client, "Root", "ID", repo.AllowTables("Shard1", "Shard2", "Shard3", "Past", "Homes"), repo.WithOpener(testKeys(t)))
	if err != nil {
		t.Fatal(err)
	}
	req.Reset()
	var cities []string
	for doc, err := range stored.Scan(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		cities = append(cities, doc["location"].(map[string]any)["city"].(string))
	}
	if want := slices.Repeat([]string{"Osaka"}, 3); !slices.Equal(cities, want) {
		t.Errorf("read %q, want %q", cities, want)
	}
	if d := cmp.Diff([]string{"Scan", "BatchGetItem"}, req.Operations()); d != "" {
		t.Error(d)
	}
}
