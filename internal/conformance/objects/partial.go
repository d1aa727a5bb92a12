package objects

import (
	"slices"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The shards of a box. Cases leave them out one by one.
var (
	partShard   = shard.New(shard.To("Part"), func(b *box) *leaf { return &b.Part })
	optShard    = shard.Optional(shard.To("Opt"), func(b *box) **leaf { return &b.Opt })
	partsShard  = shard.Each(shard.To("Parts"), func(b *box) *[]leaf { return &b.Parts })
	byKeyShard  = shard.EachValue(shard.To("ByKey"), func(b *box) *map[string]leaf { return &b.ByKey })
	leafShard   = shard.New(shard.To("Leaf"), func(b *branch) *leaf { return &b.Leaf })
	leavesShard = shard.Each(shard.To("Leaves"), func(b *branch) *[]leaf { return &b.Leaves })
	deepShard   = shard.New(shard.To("Deep"), func(b *box) *branch { return &b.Deep }, leafShard, leavesShard)
)

func shardedBox() repo.Model[box] {
	return repo.TableOf("Boxes", boxID, keepBox, partShard, optShard, partsShard, byKeyShard, deepShard)
}

// crate has parts inside the elements of two lists.
type crate struct {
	ID    string      `dynamodbav:"id"`
	Label string      `dynamodbav:"label"`
	Apart []branch    `dynamodbav:"apart"`
	Stay  []branch    `dynamodbav:"stay"`
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	crateID   = repo.KeyOf(func(c *crate) *string { return &c.ID })
	apartLeaf = shard.New(shard.To("Leaf"), func(b *branch) *leaf { return &b.Leaf })
	stayLeaf  = shard.New(shard.To("Leaf"), func(b *branch) *leaf { return &b.Leaf })
)

func crates() repo.Model[crate] {
	return repo.TableOf("Crates", crateID, meta.Keep(func(c *crate) *meta.Record { return &c.Meta }),
		shard.Each(shard.To("Apart"), func(c *crate) *[]branch { return &c.Apart }, apartLeaf),
		shard.Within(func(c *crate) *[]branch { return &c.Stay }, stayLeaf))
}

// partialCase leaves something out of a get and puts the value back.
type partialCase struct {
	name   string
	opts   []repo.CallOption
	get    []string   // the requests of the get
	read   func(*box) // changes a box to what the get returns
	change func(*box) // before the put
	put    string     // the request of the put
	err    error      // or the reason why there is no put
	want   func(*box) // changes a box to what is stored afterwards
}

func noParts(b *box) { *b = box{ID: b.ID} }

var partialCases = []partialCase{
	{name: "RootOnly", opts: []repo.CallOption{repo.RootOnly()}, get: []string{"GetItem: Boxes"}, read: noParts,
		change: func(*box) {}, put: "PutItem: Boxes", want: func(*box) {}},
	{name: "RootOnly, a part", opts: []repo.CallOption{repo.RootOnly()}, read: noParts,
		change: func(b *box) { b.Part.N = 1 }, err: repo.ErrNotLoaded},
	{name: "RootOnly, a pointer", opts: []repo.CallOption{repo.RootOnly()}, read: noParts,
		change: func(b *box) { b.Opt = &leaf{} }, err: repo.ErrNotLoaded},
	{name: "RootOnly, a list", opts: []repo.CallOption{repo.RootOnly()}, read: noParts,
		change: func(b *box) { b.Parts = []leaf{{N: 1}} }, err: repo.ErrNotLoaded},
	{name: "RootOnly, an empty list", opts: []repo.CallOption{repo.RootOnly()}, read: noParts,
		change: func(b *box) { b.Parts = []leaf{} }, err: repo.ErrNotLoaded},
	{name: "RootOnly, an empty map", opts: []repo.CallOption{repo.RootOnly()}, read: noParts,
		change: func(b *box) { b.ByKey = map[string]leaf{} }, err: repo.ErrNotLoaded},
	{name: "RootOnly, a nested part", opts: []repo.CallOption{repo.RootOnly()}, read: noParts,
		change: func(b *box) { b.Deep.Leaf.N = 1 }, err: repo.ErrNotLoaded},
	{name: "Skip of a part", opts: []repo.CallOption{repo.Skip(partShard)},
		get: []string{"BatchGetItem: Boxes, Deep, Leaf, Opt", "BatchGetItem: ByKey, Leaves, Parts x2"}, read: func(b *box) { b.Part = leaf{} },
		change: func(b *box) { b.Opt = nil }, put: "TransactWriteItems: Put Boxes, Delete Opt", want: func(b *box) { b.Opt = nil }},
	{name: "Skip of a pointer and a list", opts: []repo.CallOption{repo.Skip(optShard, partsShard)},
		get: []string{"BatchGetItem: Boxes, Deep, Leaf, Part", "BatchGetItem: ByKey, Leaves"}, read: func(b *box) { b.Opt, b.Parts = nil, nil },
		change: func(b *box) { b.Part.N = 8 }, put: "TransactWriteItems: Put Boxes, Put Part", want: func(b *box) { b.Part.N = 8 }},
	{name: "Skip of a list, that is set", opts: []repo.CallOption{repo.Skip(partsShard)}, read: func(b *box) { b.Parts = nil },
		change: func(b *box) { b.Parts = []leaf{} }, err: repo.ErrNotLoaded},
	{name: "Skip of a map", opts: []repo.CallOption{repo.Skip(byKeyShard)}, read: func(b *box) { b.ByKey = nil },
		change: func(b *box) { b.Parts = b.Parts[1:] }, put: "TransactWriteItems: Put Boxes, Delete Parts", want: func(b *box) { b.Parts = b.Parts[1:] }},
	{name: "Skip of a nested part", opts: []repo.CallOption{repo.Skip(leafShard)}, read: func(b *box) { b.Deep.Leaf = leaf{} },
		change: func(b *box) { b.Deep.Name = "b" }, put: "TransactWriteItems: Put Boxes, Put Deep", want: func(b *box) { b.Deep.Name = "b" }},
	{name: "Skip of a nested part, that is set", opts: []repo.CallOption{repo.Skip(leafShard)}, read: func(b *box) { b.Deep.Leaf = leaf{} },
		change: func(b *box) { b.Deep.Leaf.N = 1 }, err: repo.ErrNotLoaded},
	{name: "Skip of a nested list", opts: []repo.CallOption{repo.Skip(leavesShard)}, read: func(b *box) { b.Deep.Leaves = nil },
		change: func(b *box) { b.Deep.Leaf.N = 1 }, put: "TransactWriteItems: Put Boxes, Put Leaf", want: func(b *box) { b.Deep.Leaf.N = 1 }},
	{name: "Skip of what has nested parts", opts: []repo.CallOption{repo.Skip(deepShard)},
		get: []string{"BatchGetItem: Boxes, Opt, Part", "BatchGetItem: ByKey, Parts x2"}, read: func(b *box) { b.Deep = branch{} },
		change: func(b *box) { b.ByKey = nil }, put: "TransactWriteItems: Put Boxes, Delete ByKey", want: func(b *box) { b.ByKey = nil }},
}

var partialChecks = []kit.Check{
	{Name: "get and put", Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, shardedBox())
		for _, c := range partialCases {
			t.Run(c.name, func(t *testing.T) { partial(t, x, r, c) })
		}
	}},
	{Name: "elements without their parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, crates())
		skip := repo.Skip(apartLeaf, stayLeaf)
		c := crate{ID: "c", Apart: []branch{{Name: "a", Leaf: leaf{N: 1}}, {Name: "b", Leaf: leaf{N: 2}}}, Stay: []branch{{Name: "c", Leaf: leaf{N: 3}}, {Name: "d"}}}
		key, err := r.Create(ctx, &c)
		kit.Must(t, err)
		for name, change := range map[string]func(*crate){
			"reordered": func(c *crate) { slices.Reverse(c.Apart) }, "added": func(c *crate) { c.Apart = append(c.Apart, branch{}) },
			"removed": func(c *crate) { c.Apart = c.Apart[1:] }, "changed": func(c *crate) { c.Apart[0].Name = "z" },
			"set": func(c *crate) { c.Apart[0].Leaf.N = 9 }, "nil": func(c *crate) { c.Apart = nil },
			"stays, reordered": func(c *crate) { slices.Reverse(c.Stay) }, "stays, changed": func(c *crate) { c.Stay[1].Count++ },
			"stays, removed": func(c *crate) { c.Stay = c.Stay[:1] },
		} {
			got, err := r.Get(ctx, key, skip)
			kit.Must(t, err)
			kit.Equal(t, "read without", *got, crate{ID: "c", Apart: []branch{{Name: "a"}, {Name: "b"}}, Stay: []branch{{Name: "c"}, {Name: "d"}}, Meta: c.Meta})
			change(got)
			x.Net.Reset()
			_, err = r.Put(ctx, got)
			kit.WantErr(t, name, err, repo.ErrNotLoaded, "")
			x.WantSent(t, name)
		}
		got, err := r.Get(ctx, key, skip)
		kit.Must(t, err)
		got.Label = "new"
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		got, err = r.Get(ctx, key)
		kit.Must(t, err)
		c.Label, c.Meta = "new", got.Meta
		kit.Equal(t, "crate", *got, c)
	}},
	{Name: "loops", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, shardedBox())
		b := aBox("b")
		_, err := r.Create(ctx, &b)
		kit.Must(t, err)
		x.Net.Reset()
		kit.Equal(t, "roots", kit.All(t, r.Scan(ctx, repo.RootOnly())), []box{{ID: "b", Meta: b.Meta}})
		x.WantSent(t, "scan", "Scan: Boxes")
		b.Parts, b.Deep = nil, branch{}
		kit.Equal(t, "boxes", kit.All(t, r.Scan(ctx, repo.Skip(partsShard, deepShard))), []box{b})
		x.WantSent(t, "scan", "Scan: Boxes", "BatchGetItem: ByKey, Opt, Part")
		kit.Must(t, r.Modify(ctx, boxID.Of("b"), func(b *box) error { b.Part.N = 99; return nil }, repo.Skip(partsShard, deepShard, byKeyShard)))
		want := aBox("b")
		want.Part.N = 99
		got, err := r.Get(ctx, boxID.Of("b"))
		kit.Must(t, err)
		want.Meta = got.Meta
		kit.Equal(t, "box", *got, want)
	}},
	{Name: "KeepShards", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, crates())
		c := crate{ID: "c", Apart: []branch{{Name: "a", Leaf: leaf{N: 1}}}, Stay: []branch{{Name: "c", Leaf: leaf{N: 3}}}}
		_, err := r.Put(ctx, &c, repo.KeepShards())
		kit.WantErr(t, "put of what is not there", err, repo.ErrNotFound, "object not found")
		key, err := r.Create(ctx, &c)
		kit.Must(t, err)
		x.Net.Reset()
		v := crate{ID: "c", Label: "new", Apart: []branch{{Name: "ignored"}, {}}, Stay: []branch{{Name: "c", Leaf: leaf{N: 9}}}}
		tracked := v
		tracked.Meta = c.Meta
		// In a list that stays, the whole element says which part belongs to it.
		_, err = r.Put(ctx, &tracked, repo.KeepShards())
		kit.WantErr(t, "put of a list that stays and has changed", err, repo.ErrNotLoaded, "stay")
		x.WantSent(t, "refused put")
		tracked.Stay = c.Stay
		_, err = r.Put(ctx, &tracked, repo.KeepShards())
		kit.Must(t, err)
		x.WantSent(t, "tracked put", "PutItem: Crates")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		c.Label, c.Meta = "new", got.Meta
		kit.Equal(t, "crate", *got, c)

		tracked.Label = "newer"
		_, err = r.Put(ctx, &tracked)
		kit.Must(t, err)
		got, err = r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "crate put whole", *got, tracked)
	}},
	{Name: "KeepShards of what was read without parts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, crates())
		c := crate{ID: "c", Apart: []branch{{Name: "a", Leaf: leaf{N: 1}}}, Stay: []branch{{Name: "c", Leaf: leaf{N: 3}}, {Name: "d", Leaf: leaf{N: 4}}}}
		key, err := r.Create(ctx, &c)
		kit.Must(t, err)
		for name, without := range map[string]repo.CallOption{"root only": repo.RootOnly(), "skip": repo.Skip(stayLeaf), "skip another": repo.Skip(apartLeaf)} {
			changed, err := r.Get(ctx, key, without)
			kit.Must(t, err)
			changed.Stay[1].Name = "changed"
			_, err = r.Put(ctx, changed, repo.KeepShards())
			kit.WantErr(t, name+", changed", err, repo.ErrNotLoaded, "stay")
			holding, err := r.Get(ctx, key, without)
			kit.Must(t, err)
			holding.Stay[1].Leaf.N = 9
			_, err = r.Put(ctx, holding, repo.KeepShards())
			kit.WantErr(t, name+", with another part", err, repo.ErrNotLoaded, "stay")
			got, err := r.Get(ctx, key, without)
			kit.Must(t, err)
			got.Label = name
			x.Net.Reset()
			_, err = r.Put(ctx, got, repo.KeepShards())
			kit.Must(t, err)
			x.WantSent(t, name, "PutItem: Crates")
			got, err = r.Get(ctx, key)
			kit.Must(t, err)
			c.Label, c.Meta = name, got.Meta
			kit.Equal(t, "crate, "+name, *got, c)
		}
	}},
	{Name: "KeepShards, untracked", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, shardedBox())
		b := aBox("b")
		key, err := r.Create(ctx, &b)
		kit.Must(t, err)
		x.Net.Reset()
		v := box{ID: "b", Parts: []leaf{{N: 1}}, Opt: &leaf{}}
		_, err = r.Put(ctx, &v, repo.KeepShards())
		kit.Must(t, err)
		x.WantSent(t, "put", "GetItem: Boxes", "PutItem: Boxes")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		b.Meta = got.Meta
		kit.Equal(t, "box", *got, b)
	}},
	{Name: "Delete with KeepShards", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, shardedBox())
		b := aBox("b")
		key, err := r.Create(ctx, &b)
		kit.Must(t, err)
		x.Net.Reset()
		kit.Must(t, r.Delete(ctx, key, repo.KeepShards()))
		x.WantSent(t, "delete", "GetItem: Boxes", "TransactWriteItems: Delete Boxes")
		x.Counted(t, "left", map[string]int{"Part": 1, "Opt": 1, "Parts": 2, "ByKey": 1, "Deep": 1, "Leaf": 1, "Leaves": 1})
		_, err = r.Get(ctx, key)
		kit.WantErr(t, "get", err, repo.ErrNotFound, "")
		x.Tampered = true
	}},
	{Name: "refused", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		type untracked struct {
			ID   string `dynamodbav:"ID"`
			Part leaf   `dynamodbav:"part"`
		}
		id := repo.KeyOf(func(u *untracked) *string { return &u.ID })
		part := shard.New(shard.To("Part"), func(u *untracked) *leaf { return &u.Part })
		r := kit.Open(t, x, repo.TableOf("Untracked", id, part))
		_, err := r.Get(ctx, id.Of("b"), repo.RootOnly())
		kit.WantErr(t, "RootOnly", err, repo.ErrInvalid, "meta.Keep")
		_, err = r.Get(ctx, id.Of("b"), repo.Skip(part))
		kit.WantErr(t, "Skip", err, repo.ErrInvalid, "meta.Keep")
		_, err = kit.Open(t, x, crates()).Get(ctx, crateID.Of("c"), repo.Skip(partShard))
		kit.WantErr(t, "Skip of another model's shard", err, repo.ErrInvalid, "Skip")
		x.WantSent(t, "all of it")
	}},
}

func partial(t *testing.T, x *kit.World, r *repo.Repo[box], c partialCase) {
	ctx := t.Context()
	b := aBox(c.name)
	key, err := r.Create(ctx, &b)
	kit.Must(t, err)
	x.Net.Reset()
	got, err := r.Get(ctx, key, c.opts...)
	kit.Must(t, err)
	if c.get != nil {
		x.WantSent(t, "get", c.get...)
	}
	want := aBox(c.name)
	c.read(&want)
	want.Meta = b.Meta
	kit.Equal(t, "box read", *got, want)

	c.change(got)
	x.Net.Reset()
	_, err = r.Put(ctx, got)
	want = aBox(c.name)
	if c.err != nil {
		kit.WantErr(t, "put", err, c.err, "")
		x.WantSent(t, "put")
	} else {
		kit.Must(t, err)
		x.WantSent(t, "put", c.put)
		c.want(&want)
		// The value still lacks its shard, so it can be put again.
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
	}
	whole, err := r.Get(ctx, key)
	kit.Must(t, err)
	want.Meta = whole.Meta
	kit.Equal(t, "box", *whole, want)
}
