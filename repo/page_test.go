package repo_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	pgDoc struct {
		Owner string
		No    int
		Tags  []string
		Note  *pgNote
		Meta  meta.Record `dynamodbav:"-"`
	}
	pgNote struct{ Text string }
)

var pgKey = repo.CompositeKeyOf(func(d *pgDoc) *string { return &d.Owner }, func(d *pgDoc) *int { return &d.No })

// pages is a table of n objects, of which those with an even number have no
// part, and among them objects of another entity.
func pages(t *testing.T, n int) (*repo.Repo[pgDoc], *fault.Transport) {
	t.Helper()
	ctx := context.Background()
	client, requests := fault.Wrap(embedded.New().Client())
	m := repo.TableOf("Docs", pgKey, shard.Optional(shard.To("Notes"), func(d *pgDoc) **pgNote { return &d.Note }),
		meta.Keep(func(d *pgDoc) *meta.Record { return &d.Meta }))
	docs, err := repo.New(client, m)
	if err != nil {
		t.Fatal(err)
	}
	others, err := repo.New(client, m, repo.Entity("others"))
	if err != nil {
		t.Fatal(err)
	}
	if err := docs.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		d := pgDoc{Owner: "o", No: 2 * i, Tags: []string{fmt.Sprint(i)}}
		if i%2 == 1 {
			d.Note = &pgNote{fmt.Sprint("note ", i)}
		}
		if _, err := docs.Create(ctx, &d); err != nil {
			t.Fatal(err)
		}
		if _, err := others.Create(ctx, &pgDoc{Owner: "o", No: 2*i + 1}); err != nil {
			t.Fatal(err)
		}
	}
	requests.Reset()
	return docs, requests
}

// The objects of a page come in order, whether they have parts or not, and
// have nothing in common: each can be changed and put after the others.
func TestPage(t *testing.T) {
	ctx, n := context.Background(), 230
	docs, requests := pages(t, n)
	var got []*pgDoc
	for d, err := range docs.Query(ctx, pgKey.In("o")) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, d)
	}
	// 115 parts in batches of at most 100.
	if d := cmp.Diff([]string{"Query", "BatchGetItem", "BatchGetItem"}, requests.Operations()); d != "" {
		t.Error(d)
	}
	if len(got) != n {
		t.Fatalf("%d objects, want %d", len(got), n)
	}
	for i, d := range got {
		note := ""
		if d.Note != nil {
			note = d.Note.Text
		}
		if want := fmt.Sprint("note ", i); d.No != 2*i || !slices.Equal(d.Tags, []string{fmt.Sprint(i)}) || (i%2 == 1) != (note == want) || i%2 == 0 && note != "" {
			t.Fatalf("object %d is %+v, with note %q", i, d, note)
		}
	}
	for i, d := range got {
		d.Tags[0] += "!"
		if key, err := docs.Put(ctx, d); err != nil || !key.Equal(pgKey.Of("o", 2*i)) || d.Meta.Version != 2 {
			t.Fatalf("put of %d: %v, %v, version %d", i, key, err, d.Meta.Version)
		}
	}
	for i, d := range got {
		now, err := docs.Get(ctx, pgKey.Of("o", 2*i))
		if err != nil || !slices.Equal(now.Tags, []string{fmt.Sprint(i, "!")}) || !now.Meta.Equal(d.Meta) {
			t.Fatalf("object %d is %+v, %v", i, now, err)
		}
	}
}

// An object that is whole with its root does not wait for the parts of others.
func TestPageLeftEarly(t *testing.T) {
	ctx := context.Background()
	docs, requests := pages(t, 10)
	for n, want := range [][]string{{"Query"}, {"Query", "BatchGetItem"}} {
		requests.Reset()
		seen := 0
		for _, err := range docs.Query(ctx, pgKey.In("o")) {
			if err != nil {
				t.Fatal(err)
			}
			if seen++; seen > n {
				break
			}
		}
		if d := cmp.Diff(want, requests.Operations()); d != "" {
			t.Errorf("after %d objects: %s", n+1, d)
		}
	}
}

// A value read from a page remembers its own key.
func TestPageKeys(t *testing.T) {
	type doc struct {
		Text string
		Meta meta.Record `dynamodbav:"-"`
	}
	ctx := context.Background()
	id := repo.DetachedKey[doc, string]("id")
	docs, err := repo.New(embedded.New().Client(), repo.TableOf("Docs", id, meta.Keep(func(d *doc) *meta.Record { return &d.Meta })))
	if err != nil {
		t.Fatal(err)
	}
	if err := docs.CreateTables(ctx); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if err := docs.CreateAt(ctx, id.Of(fmt.Sprint(i)), &doc{Text: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	var all []*doc
	for d, err := range docs.Scan(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	for _, d := range all {
		if key, err := docs.Key(d); err != nil || !key.Equal(id.Of(d.Text)) {
			t.Errorf("the key of %s is %v, %v", d.Text, key, err)
		}
	}
	if len(all) != 5 {
		t.Errorf("%d objects", len(all))
	}
}
