package trees

import (
	"cmp"
	"errors"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// updateCase is an Update of a tree. It must do the same in each layout.
type updateCase struct {
	name    string
	start   func(*Tree) // changes a new tree to what is stored before
	changes []lens.Change[Tree]
	parents bool        // with EnsureParents
	want    func(*Tree) // changes that to what is stored afterwards
	err     error       // or the reason why nothing changes
	sent    []string    // where everything is divided
	put     string      // the request of a put afterwards; "" if it is of the root alone
	refused bool        // in layouts that keep small parts inline, where one request cannot do it
}

func edits(changes ...lens.Change[Tree]) []lens.Change[Tree] { return changes }

// UpdateGroup is some updates of the same parts of a tree. The stored tree has
// no other parts.
type UpdateGroup struct {
	cases []updateCase
	take  func(from, v *Tree)
}

// The groups of updates, by the parts that they concern.
var (
	RootUpdates         = UpdateGroup{rootCases, func(from, v *Tree) {}}
	TrunkUpdates        = UpdateGroup{trunkCases, func(from, v *Tree) { v.Trunk, v.Bough = from.Trunk, from.Bough }}
	OneUpdates          = UpdateGroup{oneCases, func(from, v *Tree) { v.One, v.Opt = from.One, from.Opt }}
	ListUpdates         = UpdateGroup{listCases, func(from, v *Tree) { v.List, v.Ptrs = from.List, from.Ptrs }}
	MapUpdates          = UpdateGroup{mapCases, func(from, v *Tree) { v.Map = from.Map }}
	WithinUpdates       = UpdateGroup{withinCases, func(from, v *Tree) { v.In = from.In }}
	parentUpdates       = UpdateGroup{parentCases, func(from, v *Tree) { v.Words, v.Props = nil, nil }}
	WithinValuesUpdates = UpdateGroup{withinValuesCases, func(from, v *Tree) { v.InMap = from.InMap }}
)

var updateChecks = []kit.Check{
	{Name: "root", Run: func(t *testing.T, x *kit.World) { Update(t, x, Layouts, RootUpdates) }},
	{Name: "structs that stay", Run: func(t *testing.T, x *kit.World) { Update(t, x, Layouts, TrunkUpdates) }},
	{Name: "one item", Run: func(t *testing.T, x *kit.World) { Update(t, x, Layouts, OneUpdates) }},
	{Name: "an item per element", Run: func(t *testing.T, x *kit.World) { Update(t, x, Layouts, ListUpdates) }},
	{Name: "an item per entry", Run: func(t *testing.T, x *kit.World) { Update(t, x, Layouts, MapUpdates) }},
	{Name: "inside elements", Run: func(t *testing.T, x *kit.World) { Update(t, x, Layouts, WithinUpdates) }},
	{Name: "below absent parents", Run: func(t *testing.T, x *kit.World) { Update(t, x, Layouts, parentUpdates) }},
	{Name: "in front, and merged", Run: func(t *testing.T, x *kit.World) { Update(t, x, Layouts, ContentUpdates) }},
	{Name: "inside entries", Run: func(t *testing.T, x *kit.World) { Update(t, x, Layouts, WithinValuesUpdates) }},
}

// Update runs the updates of a group in some layouts.
func Update(t *testing.T, x *kit.World, layouts []Layout, group UpdateGroup) {
	for _, l := range layouts {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			y := kit.NewWorld(t, x.Engine)
			r := kit.Open(t, y, l.Model())
			for _, c := range group.cases {
				t.Run(c.name, func(t *testing.T) { update(t, y, r, c, group.take, l) })
			}
			kit.CheckOrphans(t, y.Raw, y.Prefix)
			kit.DeleteAll(t, y, r)
		})
	}
}

// before returns a new tree with what is stored when the case begins.
func (c updateCase) before(take func(from, v *Tree)) Tree {
	from := New(c.name)
	v := Tree{ID: c.name, Title: from.Title, Count: from.Count, Words: from.Words, Props: from.Props}
	take(&from, &v)
	if c.start != nil {
		c.start(&v)
	}
	return v
}

func update(t *testing.T, x *kit.World, r *repo.Repo[Tree], c updateCase, take func(from, v *Tree), layout Layout) {
	ctx := t.Context()
	v := c.before(take)
	key, err := r.Create(ctx, &v)
	kit.Must(t, err)
	x.Net.Reset()

	want, wantErr, version := c.before(take), c.err, int64(1)
	if c.refused && layout.Spills {
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
	if c.sent != nil && layout.Name == "divided" {
		x.WantSent(t, "update", c.sent...)
	}

	got, err := r.Get(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, "version", got.Meta.Version, version)
	want.Meta = got.Meta
	kit.Equal(t, "tree", *got, want)

	// An update stores exactly what a put would. So a tracked put has nothing
	// to write, unless parts have grown or shrunk past a threshold.
	x.Net.Reset()
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	if put := cmp.Or(c.put, "PutItem: Trees"); layout.Name == "divided" || layout.Name == "flat" && c.put == "" {
		x.WantSent(t, "put of what was updated", put)
	}
	got, err = r.Get(ctx, key)
	kit.Must(t, err)
	want.Meta = got.Meta
	kit.Equal(t, "tree put again", *got, want)
}
