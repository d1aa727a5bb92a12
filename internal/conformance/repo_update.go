package conformance

import (
	"cmp"
	"errors"
	"testing"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// updateCase is an Update of aTree. It must do the same whatever the layout.
type updateCase struct {
	name    string
	start   func(*tree) // makes of aTree what is stored before
	changes []lens.Change[tree]
	parents bool        // with EnsureParents
	want    func(*tree) // makes of that what is stored afterwards
	err     error       // or why nothing is
	sent    []string    // where everything is divided
	put     string      // what a put sends afterwards, where it sends more than the root
	refused bool        // where parts may stand in their parent or not: one request cannot do it, and the error says so
}

func edits(changes ...lens.Change[tree]) []lens.Change[tree] { return changes }

// Of each tree only the parts that the group is about are there.
var updateChecks = []repoCheck{
	{"root", updatesOf(rootUpdates, func(from, v *tree) {})},
	{"structs that stay", updatesOf(trunkUpdates, func(from, v *tree) { v.Trunk, v.Bough = from.Trunk, from.Bough })},
	{"one item", updatesOf(oneUpdates, func(from, v *tree) { v.One, v.Opt = from.One, from.Opt })},
	{"an item per element", updatesOf(listUpdates, func(from, v *tree) { v.List, v.Ptrs = from.List, from.Ptrs })},
	{"an item per entry", updatesOf(mapUpdates, func(from, v *tree) { v.Map = from.Map })},
	{"inside elements", updatesOf(withinUpdates, func(from, v *tree) { v.In = from.In })},
	{"below absent parents", updatesOf(parentUpdates, func(from, v *tree) { v.Words, v.Props = nil, nil })},
	{"inside entries", updatesOf(withinValuesUpdates, func(from, v *tree) { v.InMap = from.InMap })},
}

// updatesOf runs cases in every layout.
func updatesOf(cases []updateCase, take func(from, v *tree)) func(*testing.T, *world) {
	return func(t *testing.T, x *world) { x.updates(t, layouts, cases, take) }
}

func (x *world) updates(t *testing.T, layouts []treeLayout, cases []updateCase, take func(from, v *tree)) {
	for _, l := range layouts {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			y := newWorld(t, x.Engine)
			r := open(t, y, l.model())
			for _, c := range cases {
				t.Run(c.name, func(t *testing.T) { y.update(t, r, c, take, l) })
			}
			CheckOrphans(t, y.raw, y.prefix)
			deleteAll(t, y, r)
		})
	}
}

// before is what is stored when the case begins, new with each call.
func (c updateCase) before(take func(from, v *tree)) tree {
	from := aTree(c.name)
	v := tree{ID: c.name, Title: from.Title, Count: from.Count, Words: from.Words, Props: from.Props}
	take(&from, &v)
	if c.start != nil {
		c.start(&v)
	}
	return v
}

func (x *world) update(t *testing.T, r *repo.Repo[tree], c updateCase, take func(from, v *tree), layout treeLayout) {
	ctx := t.Context()
	v := c.before(take)
	key, err := r.Create(ctx, &v)
	must(t, err)
	x.net.Reset()

	want, wantErr, version := c.before(take), c.err, int64(1)
	if c.refused && layout.spills {
		wantErr = repo.ErrInvalid
	}
	if wantErr == nil {
		c.want(&want)
		version = 2
	}
	by := r
	if c.parents {
		by = r.With(repo.EnsureParents())
	}
	if err = by.Update(ctx, key, c.changes...); !errors.Is(err, wantErr) {
		t.Errorf("got %v; want %v", err, wantErr)
	}
	if c.sent != nil && layout.name == "divided" {
		x.wantSent(t, "update", c.sent...)
	}

	got, err := r.Get(ctx, key)
	must(t, err)
	equal(t, "version", got.Meta.Version, version)
	want.Meta = got.Meta
	equal(t, "tree", *got, want)

	// An update stores exactly what a put would: there is nothing to write for
	// a tracked put, unless parts have grown or shrunk past a threshold.
	x.net.Reset()
	_, err = r.Put(ctx, got)
	must(t, err)
	if put := cmp.Or(c.put, "PutItem: Trees"); layout.name == "divided" || layout.name == "flat" && c.put == "" {
		x.wantSent(t, "put of what was updated", put)
	}
	got, err = r.Get(ctx, key)
	must(t, err)
	want.Meta = got.Meta
	equal(t, "tree put again", *got, want)
}

// deleteAll deletes every object and fails t if an item is left.
func deleteAll[T any](t *testing.T, x *world, r *repo.Repo[T]) {
	t.Helper()
	ctx := t.Context()
	for v, err := range r.Scan(ctx) {
		must(t, err)
		key, err := r.Key(v)
		must(t, err)
		must(t, r.Delete(ctx, key, repo.MustExist()))
	}
	x.counted(t, "left", map[string]int{})
}
