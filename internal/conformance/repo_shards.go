package conformance

import (
	"slices"
	"testing"

	"github.com/dystore/dystore/repo"
)

// putCase changes aTree between a get and a put.
type putCase struct {
	name   string
	start  func(*tree)
	change func(*tree)
	sent   string // by the tracked put, where everything is divided
}

var putCases = []putCase{
	{name: "nothing", change: func(*tree) {}, sent: "PutItem: Trees"},
	{name: "the root", change: func(v *tree) { v.Title, v.Trunk.Girth, v.In[0].Name = "b", 1, "b" }, sent: "PutItem: Trees"},
	{name: "one part", change: func(v *tree) { v.One.Name = "b" }, sent: "TransactWriteItems: Put Trees, Put Ones"},
	{name: "one nested part", change: func(v *tree) { v.One.Leaf.N++ }, sent: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "a part in a struct that stays", change: func(v *tree) { v.Trunk.Bark.N++; v.Bough.Girth++ }, sent: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "a pointer to nil", change: func(v *tree) { v.Opt = nil },
		sent: "TransactWriteItems: Put Trees, Delete Opts, Delete Leaves x6"},
	{name: "a pointer from nil", start: func(v *tree) { v.Opt = nil }, change: func(v *tree) { v.Opt = &branch{Name: "new"} },
		sent: "TransactWriteItems: Put Trees, Put Opts, Put Leaves"},
	{name: "a nested pointer to nil", change: func(v *tree) { v.One.Opt = nil }, sent: "TransactWriteItems: Put Trees, Delete Leaves"},
	{name: "a struct that stays to nil", change: func(v *tree) { v.Bough = nil }, sent: "TransactWriteItems: Put Trees, Delete Leaves"},
	{name: "an element", change: func(v *tree) { v.List[1].Count++ }, sent: "TransactWriteItems: Put Trees, Put Lists"},
	{name: "a part of an element", change: func(v *tree) { v.List[1].Leaves[0].N++ }, sent: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "an element added", change: func(v *tree) { v.List = append(v.List, branch{Name: "new"}) },
		sent: "TransactWriteItems: Put Trees, Put Lists, Put Leaves"},
	{name: "an element before the others", change: func(v *tree) { v.List = slices.Insert(v.List, 0, branch{Name: "new"}) },
		sent: "TransactWriteItems: Put Trees, Put Lists, Put Leaves"},
	{name: "an element removed", change: func(v *tree) { v.List = v.List[1:] }, sent: "TransactWriteItems: Put Trees, Delete Lists, Delete Leaves x6"},
	{name: "elements reordered", change: func(v *tree) { slices.Reverse(v.List); slices.Reverse(v.Ptrs); slices.Reverse(v.In) }, sent: "PutItem: Trees"},
	{name: "elements reordered and one changed", change: func(v *tree) { slices.Reverse(v.List); v.List[0].Name = "changed" },
		sent: "TransactWriteItems: Put Trees, Put Lists"},
	{name: "an element twice", change: func(v *tree) { v.Ptrs = append(v.Ptrs, v.Ptrs[0]) }, sent: "TransactWriteItems: Put Trees, Put Ptrs"},
	{name: "a list to nil", change: func(v *tree) { v.Ptrs, v.One.Leaves = nil, nil }, sent: "TransactWriteItems: Put Trees, Delete Leaves x2, Delete Ptrs x2"},
	{name: "a list to empty", change: func(v *tree) { v.Ptrs, v.One.Leaves = []*leaf{}, []leaf{} }, sent: "TransactWriteItems: Put Trees, Delete Leaves x2, Delete Ptrs x2"},
	{name: "a list from nil to empty", start: func(v *tree) { v.List, v.Ptrs, v.In = nil, nil, nil },
		change: func(v *tree) { v.List, v.Ptrs, v.In = []branch{}, []*leaf{}, []branch{} }, sent: "PutItem: Trees"},
	{name: "nil elements", change: func(v *tree) { v.Ptrs = []*leaf{nil, v.Ptrs[0], nil, nil, v.Ptrs[2]} }, sent: "PutItem: Trees"},
	{name: "an element to nil", change: func(v *tree) { v.Ptrs[0] = nil }, sent: "TransactWriteItems: Put Trees, Delete Ptrs"},
	{name: "an element from nil", change: func(v *tree) { v.Ptrs[1] = &leaf{N: 9} }, sent: "TransactWriteItems: Put Trees, Put Ptrs"},
	{name: "an entry", change: func(v *tree) { b := v.Map["x"]; b.Count++; v.Map["x"] = b }, sent: "TransactWriteItems: Put Trees, Put Maps"},
	{name: "an entry added", change: func(v *tree) { v.Map["new"] = branch{} }, sent: "TransactWriteItems: Put Trees, Put Maps, Put Leaves"},
	{name: "an entry removed", change: func(v *tree) { delete(v.Map, "x") }, sent: "TransactWriteItems: Put Trees, Delete Maps, Delete Leaves x6"},
	{name: "an entry renamed", change: func(v *tree) { v.Map["z"] = v.Map["y/z"]; delete(v.Map, "y/z") },
		sent: "TransactWriteItems: Put Trees, Put Maps, Put Leaves, Delete Maps, Delete Leaves"},
	{name: "a map to nil", change: func(v *tree) { v.Map, v.InMap = nil, nil }},
	{name: "a map to empty", change: func(v *tree) { v.Map, v.InMap = map[string]branch{}, map[string]branch{} }},
	{name: "a map from nil to empty", start: func(v *tree) { v.Map, v.InMap = nil, nil },
		change: func(v *tree) { v.Map, v.InMap = map[string]branch{}, map[string]branch{} }, sent: "PutItem: Trees"},
	{name: "a part of an element that stays", change: func(v *tree) { v.In[0].Leaf.N++ }, sent: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "an element that stays added", change: func(v *tree) { v.In = slices.Insert(v.In, 0, branch{Name: "new"}) },
		sent: "TransactWriteItems: Put Trees, Put Leaves"},
	{name: "an element that stays removed", change: func(v *tree) { v.In = v.In[1:] }, sent: "TransactWriteItems: Put Trees, Delete Leaves x6"},
	{name: "an entry that stays removed", change: func(v *tree) { delete(v.InMap, "p") }, sent: "TransactWriteItems: Put Trees, Delete Leaves x6"},
	{name: "everything", change: func(v *tree) { *v = tree{ID: v.ID, Meta: v.Meta, List: []branch{{Name: "only"}}} }},
	{name: "from nothing", start: func(v *tree) { *v = tree{ID: v.ID} },
		change: func(v *tree) { m := v.Meta; *v = aTree(v.ID); v.Meta = m }},
}

var shardChecks = []repoCheck{
	{"tracked put", func(t *testing.T, x *world) { x.putTrees(t, layouts) }},
}

func (x *world) putTrees(t *testing.T, layouts []treeLayout) {
	for _, l := range layouts {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			y := newWorld(t, x.Engine)
			r := open(t, y, l.model())
			for _, c := range putCases {
				t.Run(c.name, func(t *testing.T) { y.putTree(t, r, c, l.name) })
			}
			CheckOrphans(t, y.raw, y.prefix)
			deleteAll(t, y, r)
		})
	}
}

func (c putCase) before() tree {
	v := aTree(c.name)
	if c.start != nil {
		c.start(&v)
	}
	return v
}

func (x *world) putTree(t *testing.T, r *repo.Repo[tree], c putCase, layout string) {
	ctx := t.Context()
	v := c.before()
	key, err := r.Create(ctx, &v)
	must(t, err)

	// Over what was read.
	got, err := r.Get(ctx, key)
	must(t, err)
	x.net.Reset()
	c.change(got)
	_, err = r.Put(ctx, got)
	must(t, err)
	if layout == "divided" && c.sent != "" {
		x.wantSent(t, "put", c.sent)
	}
	want := c.before()
	c.change(&want)
	want.Meta = got.Meta
	equal(t, "version", got.Meta.Version, 2)
	again, err := r.Get(ctx, key)
	must(t, err)
	equal(t, "tree", *again, want)

	// Over whatever is there, and back.
	back := c.before()
	_, err = r.Put(ctx, &back)
	must(t, err)
	equal(t, "version", back.Meta.Version, 3)
	again, err = r.Get(ctx, key)
	must(t, err)
	equal(t, "tree put back", *again, back)

	// Over what was written, without another read.
	c.change(&back)
	x.net.Reset()
	_, err = r.Put(ctx, &back)
	must(t, err)
	if layout == "divided" && c.sent != "" {
		x.wantSent(t, "put after a put", c.sent)
	}
	again, err = r.Get(ctx, key)
	must(t, err)
	equal(t, "tree changed again", *again, back)
	_, err = r.Put(ctx, got)
	wantErr(t, "put of an old version", err, repo.ErrConflict, "object was changed by another writer")
}
