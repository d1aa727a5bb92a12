package faulttest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// fRead is one way to read what w.storeDoc has stored.
type fRead struct {
	name string
	run  func(ctx context.Context, w *fWorld) (any, error)
}

var fInN = lens.Of(func(p *fPlace) *int { return &p.N })

var docReads = []fRead{
	{"get", func(ctx context.Context, w *fWorld) (any, error) { return w.docs.faulty.Get(ctx, fDocKey) }},
	{"get, eventually", func(ctx context.Context, w *fWorld) (any, error) {
		return w.docs.faulty.Get(ctx, fDocKey, repo.Eventually())
	}},
	{"get, root only", func(ctx context.Context, w *fWorld) (any, error) {
		return w.docs.faulty.Get(ctx, fDocKey, repo.RootOnly())
	}},
	{"get, absent", func(ctx context.Context, w *fWorld) (any, error) {
		d, err := w.docs.faulty.Get(ctx, fDocID.Of("nobody"))
		if errors.Is(err, repo.ErrNotFound) {
			return "not found", nil
		}
		return d, err
	}},
	{"get many", func(ctx context.Context, w *fWorld) (any, error) {
		return w.docs.faulty.GetMany(ctx, []repo.Key[fDoc]{fDocID.Of("d/2"), fDocID.Of("nobody"), fDocKey, fDocID.Of("d/2")})
	}},
	{"exists", func(ctx context.Context, w *fWorld) (any, error) { return w.docs.faulty.Exists(ctx, fDocKey) }},
	{"read root path", func(ctx context.Context, w *fWorld) (any, error) {
		return repo.Read(ctx, w.docs.faulty, fDocKey, fName)
	}},
	{"read shard path", func(ctx context.Context, w *fWorld) (any, error) {
		return repo.Read(ctx, w.docs.faulty, fDocKey, fHomeCity)
	}},
	{"read element", func(ctx context.Context, w *fWorld) (any, error) {
		return repo.Read(ctx, w.docs.faulty, fDocKey, lens.Join(lens.At(fPast, 1), fInCity))
	}},
	{"read all", func(ctx context.Context, w *fWorld) (any, error) {
		return repo.ReadAll(ctx, w.docs.faulty, fDocKey, lens.Each(fPast, fInN))
	}},
	{"scan", func(ctx context.Context, w *fWorld) (any, error) { return fAll(w.docs.faulty.Scan(ctx)) }},
	{"scan, in segments", func(ctx context.Context, w *fWorld) (any, error) {
		return fAll(w.docs.faulty.Scan(ctx, repo.Segments(2)))
	}},
	{"query an index", func(ctx context.Context, w *fWorld) (any, error) {
		return fAll(w.docs.faulty.Query(ctx, fByCount.In(fDocValue().Count)))
	}},
	{"query an index of keys", func(ctx context.Context, w *fWorld) (any, error) {
		return fAll(w.docs.faulty.Query(ctx, fByKeys.In(fDocValue().Count)))
	}},
	{"count", func(ctx context.Context, w *fWorld) (any, error) {
		return w.docs.faulty.Count(ctx, fByKeys.In(fDocValue().Count))
	}},
	{"pages", func(ctx context.Context, w *fWorld) (any, error) {
		var all []*fDoc
		for next := repo.Cursor(""); ; {
			page, err := w.docs.faulty.Page(ctx, fByCount.In(fDocValue().Count), repo.PageSize(1), repo.StartAt(next))
			if err != nil {
				return nil, err
			}
			all = append(all, page.Objects...)
			if err := errors.Join(page.Failed...); err != nil {
				return nil, err
			}
			if next = page.Next; next == "" {
				return all, nil
			}
		}
	}},
	{"union", func(ctx context.Context, w *fWorld) (any, error) { return w.union(ctx, repo.All[fDoc]()) }},
	{"union in segments", func(ctx context.Context, w *fWorld) (any, error) {
		return w.union(ctx, repo.All[fDoc](), repo.Segments(2))
	}},
	{"union over an index of keys", func(ctx context.Context, w *fWorld) (any, error) {
		return w.union(ctx, fByKeys.In(fDocValue().Count))
	}},
	{"transact get", func(ctx context.Context, w *fWorld) (any, error) {
		var d, other, none *fDoc
		if err := repo.TransactGet(ctx, w.docs.faulty.GetOp(fDocKey, &d), w.docs.faulty.GetOp(fDocID.Of("d/2"), &other), w.docs.faulty.GetOp(fDocID.Of("nobody"), &none)); err != nil {
			if d != nil || other != nil || none != nil {
				return nil, fmt.Errorf("values beside the error %v", err)
			}
			return nil, err
		}
		return []*fDoc{d, other, none}, nil
	}},
	{"get by metadata", func(ctx context.Context, w *fWorld) (any, error) { return w.open().Get(ctx, "d/1") }},
}

// fAll are the objects of a loop in the order of their keys, or its first error.
func fAll(objects iter.Seq2[*fDoc, error]) (any, error) {
	var all []*fDoc
	for d, err := range objects {
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b *fDoc) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}

func (w *fWorld) open() *repo.Stored {
	s, err := repo.Open(w.opens, "FDocs", "ID", append(slices.Clone(w.way.repo), repo.WithOpener(w.keys),
		repo.AllowTables("FOpts", "FHomes", "FGeos", "FPast", "FRooms", "FNotes"))...)
	w.must(err)
	return s
}

// TestEveryFaultAtEveryRead runs every read under every course of faults. It
// returns what it returns without faults, or an error.
func TestEveryFaultAtEveryRead(t *testing.T) {
	for _, v := range docReads {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				w.storeDoc()
				w.storeLeaflet()
				other := fDocValue()
				other.ID, other.Opt = "d/2", nil
				w.must(errOf(w.docs.clean.Create(background, &other)))
				w.net.Reset()
				want, err := v.run(background, w)
				w.must(err)
				for _, r := range w.net.Requests() {
					for _, p := range faultPlans {
						if !p.fits(r.Operation) {
							continue
						}
						ctx, cancel := fault.Cancelable(background)
						w.net.Reset(p.rules(r.Index)...)
						got, err := v.run(ctx, w)
						cancel()
						problem := ""
						switch {
						case !p.read.matches(err, nil):
							problem = fmt.Sprintf("reported %v; want outcome %v", err, p.read)
						case err == nil:
							problem = cmp.Diff(want, got)
						}
						if problem != "" {
							t.Errorf("request %d, %s: %s: %s", r.Index, r.Operation, p.name, problem)
						}
					}
				}
			})
		})
	}
}
