package trees

import (
	"slices"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// putCase changes a tree between a get and a put.
type putCase struct {
	name   string
	start  func(*Tree)
	change func(*Tree)
	sent   string // by the tracked put, where everything is divided
}

var putCases = []putCase{
	{name: "nothing", change: func(*Tree) {}, sent: "PutItem: Trees"},
	{name: "the root", change: func(v *Tree) { v.Title, v.Trunk.Girth, v.In[0].Name = "b", 1, "b" }, sent: "PutItem: Trees"},
	{name: "one part", change: func(v *Tree) { v.One.Name = "b" }, sent: "TransactWriteItems: Put Trees, Put Ones"},
	{name: "one nested part", change: func(v *Tree) { v.One.Leaf.N++ }, sent: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "a part in a struct that stays", change: func(v *Tree) { v.Trunk.Bark.N++; v.Bough.Girth++ }, sent: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "a pointer to nil", change: func(v *Tree) { v.Opt = nil },
		sent: "TransactWriteItems: Put Trees, Delete Opts, Delete Leaves x6"},
	{name: "a pointer from nil", start: func(v *Tree) { v.Opt = nil }, change: func(v *Tree) { v.Opt = &Branch{Name: "new"} },
		sent: "TransactWriteItems: Put Trees, Put Opts, Put Leaves"},
	{name: "a nested pointer to nil", change: func(v *Tree) { v.One.Opt = nil }, sent: "TransactWriteItems: Put Trees, Delete Leaves"},
	{name: "a struct that stays to nil", change: func(v *Tree) { v.Bough = nil }, sent: "TransactWriteItems: Put Trees, Delete Leaves"},
	{name: "an element", change: func(v *Tree) { v.List[1].Count++ }, sent: "TransactWriteItems: Put Trees, Put Lists"},
	{name: "a part of an element", change: func(v *Tree) { v.List[1].Leaves[0].N++ }, sent: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "an element added", change: func(v *Tree) { v.List = append(v.List, Branch{Name: "new"}) },
		sent: "TransactWriteItems: Put Trees, Put Lists, Put Leaves"},
	{name: "an element before the others", change: func(v *Tree) { v.List = slices.Insert(v.List, 0, Branch{Name: "new"}) },
		sent: "TransactWriteItems: Put Trees, Put Lists, Put Leaves"},
	{name: "an element removed", change: func(v *Tree) { v.List = v.List[1:] }, sent: "TransactWriteItems: Put Trees, Delete Lists, Delete Leaves x6"},
	{name: "elements reordered", change: func(v *Tree) { slices.Reverse(v.List); slices.Reverse(v.Ptrs); slices.Reverse(v.In) }, sent: "PutItem: Trees"},
	{name: "elements reordered and one changed", change: func(v *Tree) { slices.Reverse(v.List); v.List[0].Name = "changed" },
		sent: "TransactWriteItems: Put Trees, Put Lists"},
	{name: "an element twice", change: func(v *Tree) { v.Ptrs = append(v.Ptrs, v.Ptrs[0]) }, sent: "TransactWriteItems: Put Trees, Put Ptrs"},
	{name: "a list to nil", change: func(v *Tree) { v.Ptrs, v.One.Leaves = nil, nil }, sent: "TransactWriteItems: Put Trees, Delete Leaves x2, Delete Ptrs x2"},
	{name: "a list to empty", change: func(v *Tree) { v.Ptrs, v.One.Leaves = []*Leaf{}, []Leaf{} }, sent: "TransactWriteItems: Put Trees, Delete Leaves x2, Delete Ptrs x2"},
	{name: "a list from nil to empty", start: func(v *Tree) { v.List, v.Ptrs, v.In = nil, nil, nil },
		change: func(v *Tree) { v.List, v.Ptrs, v.In = []Branch{}, []*Leaf{}, []Branch{} }, sent: "PutItem: Trees"},
	{name: "nil elements", change: func(v *Tree) { v.Ptrs = []*Leaf{nil, v.Ptrs[0], nil, nil, v.Ptrs[2]} }, sent: "PutItem: Trees"},
	{name: "an element to nil", change: func(v *Tree) { v.Ptrs[0] = nil }, sent: "TransactWriteItems: Put Trees, Delete Ptrs"},
	{name: "an element from nil", change: func(v *Tree) { v.Ptrs[1] = &Leaf{N: 9} }, sent: "TransactWriteItems: Put Trees, Put Ptrs"},
	{name: "an entry", change: func(v *Tree) { b := v.Map["x"]; b.Count++; v.Map["x"] = b }, sent: "TransactWriteItems: Put Trees, Put Maps"},
	{name: "an entry added", change: func(v *Tree) { v.Map["new"] = Branch{} }, sent: "TransactWriteItems: Put Trees, Put Maps, Put Leaves"},
	{name: "an entry removed", change: func(v *Tree) { delete(v.Map, "x") }, sent: "TransactWriteItems: Put Trees, Delete Maps, Delete Leaves x6"},
	{name: "an entry renamed", change: func(v *Tree) { v.Map["z"] = v.Map["y/z"]; delete(v.Map, "y/z") },
		sent: "TransactWriteItems: Put Trees, Put Maps, Put Leaves, Delete Maps, Delete Leaves"},
	{name: "a map to nil", change: func(v *Tree) { v.Map, v.InMap = nil, nil }},
	{name: "a map to empty", change: func(v *Tree) { v.Map, v.InMap = map[string]Branch{}, map[string]Branch{} }},
	{name: "a map from nil to empty", start: func(v *Tree) { v.Map, v.InMap = nil, nil },
		change: func(v *Tree) { v.Map, v.InMap = map[string]Branch{}, map[string]Branch{} }, sent: "PutItem: Trees"},
	{name: "a part of an element that stays", change: func(v *Tree) { v.In[0].Leaf.N++ }, sent: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "an element that stays added", change: func(v *Tree) { v.In = slices.Insert(v.In, 0, Branch{Name: "new"}) },
		sent: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "an element that stays removed", change: func(v *Tree) { v.In = v.In[1:] }, sent: "TransactWriteItems: Put Trees, Delete Leaves x6"},
	{name: "an entry that stays removed", change: func(v *Tree) { delete(v.InMap, "p") }, sent: "TransactWriteItems: Put Trees, Delete Leaves x6"},
	{name: "everything", change: func(v *Tree) { *v = Tree{ID: v.ID, Meta: v.Meta, List: []Branch{{Name: "only"}}} }},
	{name: "from nothing", start: func(v *Tree) { *v = Tree{ID: v.ID} },
		change: func(v *Tree) { m := v.Meta; *v = New(v.ID); v.Meta = m }},
}

var putChecks = []kit.Check{
	{Name: "tracked put", Run: func(t *testing.T, x *kit.World) { Put(t, x, Layouts) }},
}

// Put gets trees, changes them and puts them back, in some layouts.
func Put(t *testing.T, x *kit.World, layouts []Layout) {
	for _, l := range layouts {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			y := kit.NewWorld(t, x.Engine)
			r := kit.Open(t, y, l.Model())
			for _, c := range putCases {
				t.Run(c.name, func(t *testing.T) { putTree(t, y, r, c, l.Name) })
			}
			kit.CheckOrphans(t, y.Raw, y.Prefix)
			kit.DeleteAll(t, y, r)
		})
	}
}

func (c putCase) before() Tree {
	v := New(c.name)
	if c.start != nil {
		c.start(&v)
	}
	return v
}

func putTree(t *testing.T, x *kit.World, r *repo.Repo[Tree], c putCase, layout string) {
	ctx := t.Context()
	v := c.before()
	key, err := r.Create(ctx, &v)
	kit.Must(t, err)

	// Over what was read.
	got, err := r.Get(ctx, key)
	kit.Must(t, err)
	x.Net.Reset()
	c.change(got)
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	if layout == "divided" && c.sent != "" {
		x.WantSent(t, "put", c.sent)
	}
	want := c.before()
	c.change(&want)
	want.Meta = got.Meta
	kit.Equal(t, "version", got.Meta.Version, 2)
	again, err := r.Get(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, "tree", *again, want)

	// Over the stored version, which was not read, and back.
	back := c.before()
	_, err = r.Put(ctx, &back)
	kit.Must(t, err)
	kit.Equal(t, "version", back.Meta.Version, 3)
	again, err = r.Get(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, "tree put back", *again, back)

	// Over what was written, without another read.
	c.change(&back)
	x.Net.Reset()
	_, err = r.Put(ctx, &back)
	kit.Must(t, err)
	if layout == "divided" && c.sent != "" {
		x.WantSent(t, "put after a put", c.sent)
	}
	again, err = r.Get(ctx, key)
	kit.Must(t, err)
	kit.Equal(t, "tree changed again", *again, back)
	_, err = r.Put(ctx, got)
	kit.WantErr(t, "put of an old version", err, repo.ErrConflict, "object was changed by another writer")
}
