package faulttest

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// fLeaflet has the table of fDoc, and a part in a table of fDoc's parts.
type fLeaflet struct {
	ID    string
	Count int
	Note  fNote
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	fLeafletID   = repo.KeyOf(func(l *fLeaflet) *string { return &l.ID })
	fLeafletKeys = repo.SimpleIndexOf("by-keys", func(l *fLeaflet) *int { return &l.Count }, repo.KeysOnly())
	fLeaflets    = repo.TableOf("FDocs", fLeafletID, fLeafletKeys,
		shard.New(shard.To("FNotes"), func(l *fLeaflet) *fNote { return &l.Note }),
		meta.Keep(func(l *fLeaflet) *meta.Record { return &l.Meta }))
)

// leaflets is a repository over one of the clients.
func (w *fWorld) leaflets(c repo.Client) *repo.Repo[fLeaflet] {
	r, err := repo.New(c, fLeaflets, repo.Entity("leaflet"), repo.WithValidator(nil))
	w.must(err)
	return r
}

// storeLeaflet stores a leaflet beside documents, which is found with them in an index.
func (w *fWorld) storeLeaflet() {
	l := fLeaflet{ID: "l/1", Count: fDocValue().Count, Note: fNote{Text: "of a leaflet"}}
	w.must(errOf(w.leaflets(w.raw).Create(background, &l)))
}

// union reads documents and leaflets in the order of their keys.
func (w *fWorld) union(ctx context.Context, in repo.Range[fDoc], opts ...repo.CallOption) (all []any, err error) {
	for o, err := range repo.Union(ctx, in, []repo.Member{w.docs.faulty, w.leaflets(w.client)}, opts...) {
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b any) int { return cmp.Compare(idOf(a), idOf(b)) })
	return all, nil
}

func idOf(o any) string {
	if d, ok := o.(*fDoc); ok {
		return d.ID
	}
	return o.(*fLeaflet).ID
}

// wholeInUnion is the generation of the one document in a union, 0 if there is none.
func wholeInUnion(ctx context.Context, w *fWorld, opts ...repo.CallOption) (n int, err error) {
	all, err := w.union(ctx, repo.All[fDoc](), opts...)
	for _, o := range all {
		if n, err = wholeOf(o.(*fDoc), nil); err != nil {
			return n, err
		}
	}
	return n, err
}

// TestUnionLeftEarly: a loop that ends, or panics, leaves no goroutine behind.
func TestUnionLeftEarly(t *testing.T) {
	for _, opts := range [][]repo.CallOption{nil, {repo.Segments(4)}, {repo.Limit(1)}, {repo.WithoutReadAhead()}} {
		synctest.Test(t, func(t *testing.T) {
			w := newFaultWorld(t)
			w.storeDoc()
			w.storeLeaflet()
			union := repo.Union(background, repo.All[fDoc](), []repo.Member{w.docs.faulty, w.leaflets(w.client)}, opts...)
			n := 0
			for _, err := range union {
				if n++; err != nil {
					t.Error(err)
				}
				break
			}
			got := recovered(func() {
				for range union {
					panic("in the loop")
				}
			})
			if n != 1 || got != "in the loop" {
				t.Errorf("%d objects, then %v", n, got)
			}
		})
	}
}
