package sealed

import (
	"context"
	"slices"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// wireChecks look at every request and every response of each verb, in each
// layout, in success and in failure.
var wireChecks = []kit.Check{
	{Name: "the search finds what is in the clear", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		type clear struct {
			ID  string         `dynamodbav:"id"`
			Any map[string]any `dynamodbav:"any"`
		}
		r := kit.Open(t, x, repo.TableOf("Clear", repo.KeyOf(func(v *clear) *string { return &v.ID })))
		for name, v := range map[string]any{
			"text": "some " + canary, "name": map[string]any{canary: 1}, "number": 7318465192, "fraction": 0.7318465192, "negative": -7318465192, "time": noon,
			"bytes": []byte(canary), "bytes at 1": []byte("x" + canary), "bytes at 2": []byte("xx" + canary), "bytes at 3": []byte("xxx" + canary + "x"),
			"set": [][]byte{[]byte("y" + canary)}, "list": []any{[]any{canary}},
		} {
			x.Net.Reset()
			_, err := r.Put(ctx, &clear{ID: name, Any: map[string]any{"v": v}})
			kit.Must(t, err)
			put := x.Net.Requests()
			kit.Equal(t, name+" is found", plaintextIn(put[len(put)-1].Body), true)
		}
		kit.Equal(t, "base64 inside a text", plaintextIn([]byte(`{"v":"eHhjYW5hcnktN2YzYTkxeA=="}`)), true)
		kit.Equal(t, "escaped", plaintextIn([]byte(`{"v":"\u0063anary-7f3a91"}`)), true)
		kit.Equal(t, "nothing", plaintextIn([]byte(`{"v":"canary"}`)), false)
	}},
	{Name: "nothing in the clear: trees", Run: func(t *testing.T, x *kit.World) {
		for _, l := range layouts(t) {
			t.Run(l.Name, func(t *testing.T) {
				t.Parallel()
				y := kit.NewWorld(t, x.Engine)
				secretTrees(t, y, l)
				kit.CheckOrphans(t, y.Raw, y.Prefix)
			})
		}
	}},
	{Name: "nothing in the clear: vaults", Run: func(t *testing.T, x *kit.World) {
		for name, m := range vaultLayouts(t) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				y := kit.NewWorld(t, x.Engine)
				secretVaults(t, y, m)
				kit.CheckOrphans(t, y.Raw, y.Prefix)
			})
		}
	}},
	{Name: "what tracers are told", Run: func(t *testing.T, x *kit.World) {
		watched(t, x)
		secretTrees(t, x, layouts(t)[1])
		secretVaults(t, x, vaultLayouts(t)["divided"])
	}},
}

// treeEdits change secrets, and values with secrets in them, at every level.
// They run one after another on the same tree.
func treeEdits() (all []lens.Change[tree]) {
	b, l, k := secretBranch("new"), secretLeaf("new", 0), secretTrunk("new")
	long := secretBranch("much longer")
	long.Leaf = secretLeaf("much longer", 500)
	at0, entry, in0, inEntry, ptr0 := lens.At(tList, 0), lens.Entry(tMap, treeEntry), lens.At(tIn, 0), lens.Entry(tInMap, treeEntry), lens.At(tPtrs, 0)
	all = []lens.Change[tree]{
		tTrunk.Set(k), tBark.Set(l), tRings.Set([]leaf{l, l}), lens.Append(tRings, l, secretLeaf("longer", 300)), lens.At(tRings, 1).Set(l), tTrunk.Remove(), tTrunk.Set(k),
		tBough.Set(nil), tBough.Set(&k), tOne.Set(b), tOne.Set(long), oneLeaf.Set(l), oneOpt.Set(nil), oneOpt.Set(&l), oneLeaves.Set([]leaf{l, l}),
		lens.Append(oneLeaves, l), lens.At(oneLeaves, 1).Set(l), lens.At(oneLeaves, 0).Remove(), oneByName.Set(map[string]leaf{branchEntry: l}),
		lens.Entry(oneByName, "new").Set(l), tOpt.Set(nil), tOpt.Set(&b),
		tList.Set([]branch{b}), lens.Append(tList, b, long), at0.Set(long), at0.Set(b), lens.Join(at0, bLeaf).Set(l), lens.Append(lens.Join(at0, bLeaves), l),
		lens.At(tList, 1).Remove(), tPtrs.Set([]*leaf{&l, nil}), lens.Append(tPtrs, nil, &l), ptr0.Set(nil), ptr0.Set(&l), lens.At(tPtrs, 1).Remove(),
		tMap.Set(map[string]branch{treeEntry: b}), entry.Set(long), entry.Set(b), lens.Entry(tMap, "new").Set(b),
		lens.Join(entry, bOpt).Set(nil), lens.Join(entry, bOpt).Set(&l), lens.Entry(tMap, "new").Remove(),
		tIn.Set([]branch{b}), lens.Append(tIn, b, long), in0.Set(b), lens.Join(in0, bLeaf).Set(l), lens.Append(lens.Join(in0, bLeaves), l), lens.At(tIn, 1).Remove(),
		tInMap.Set(map[string]branch{treeEntry: b}), inEntry.Set(long), lens.Entry(tInMap, "new").Set(b), lens.Join(inEntry, bByName).Set(map[string]leaf{branchEntry: l}),
		inEntry.Set(b),
	}
	for _, p := range secretPaths() {
		all = append(all, p.Set(canary+" set"), p.SetIfAbsent(canary+" not set"), p.Remove(), p.SetIfAbsent(canary+" set if absent"))
	}
	return all
}

// secretTrees runs all verbs on trees.
func secretTrees(t *testing.T, x *kit.World, l trees.Layout) {
	ctx, r := t.Context(), kit.Open(t, x, l.Model())
	v := secretTree("p")
	key, err := r.Create(ctx, &v)
	kit.Must(t, err)
	hidden(t, x, "create")
	_, err = r.Create(ctx, new(secretTree("p")))
	refusedSilently(t, x, "create again", err, repo.ErrExists)

	for i, e := range treeEdits() {
		if err := r.Update(ctx, key, e, tCount.Set(i)); err != nil {
			t.Errorf("edit %d of %s: %v", i, e.ModelChange().Lens.Path, err)
		}
		hidden(t, x, "update")
	}
	_, err = r.Put(ctx, new(secretTree("p")))
	kit.Must(t, err)
	var all []lens.Change[tree]
	for i, p := range secretPaths() {
		if i%2 == 0 { // some at once; as many items as a transaction takes
			all = append(all, p.Set(canary+" at once"))
		}
	}
	got, err := repo.UpdateGet(ctx, r, key, all...)
	kit.Must(t, err)
	hidden(t, x, "put and update of many")
	for i, p := range secretPaths() {
		text, err := repo.Read(ctx, r, key, p)
		kit.Must(t, err)
		want, _ := lens.Get(p, &v)
		if i%2 == 0 {
			want = canary + " at once"
		}
		kit.Equal(t, p.String(), text, want)
		hidden(t, x, "read")
	}
	kit.Must(t, r.Update(ctx, key, tMark.Set(canary), repo.If(tTitle.Exists(), lens.Not(tMark.NotExists()), oneOpt.Exists(), tOne.Exists(), tCount.Ge(0)), repo.IfUnchanged(got)))
	hidden(t, x, "update with conditions")
	refusedSilently(t, x, "update", r.Update(ctx, key, tMark.Set(canary), repo.If(tTitle.NotExists())), repo.ErrCondition)
	refusedSilently(t, x, "update", r.Update(ctx, key, tMark.Set(canary), repo.If(tCount.Gt(1000))), repo.ErrCondition)
	refusedSilently(t, x, "update", r.Update(ctx, key, lens.Join(lens.At(tList, 9), bName).Set(canary)), repo.ErrNoPath)
	refusedSilently(t, x, "update of a stale object", r.Update(ctx, key, tMark.Set(canary), repo.IfUnchanged(got)), repo.ErrConflict)
	_, err = r.Put(ctx, got)
	refusedSilently(t, x, "put of a stale object", err, repo.ErrConflict)
	kit.Must(t, r.Update(ctx, key, tOpt.Remove(), tBough.Remove()))
	kit.Must(t, r.With(repo.EnsureParents()).Update(ctx, key, lens.Join(tOpt, lens.Ptr(inBranch[1])).Set(canary), lens.Join(tBough, inBough[0]).Set(canary)))
	hidden(t, x, "update with EnsureParents")
	wholeTrees(t, x, ctx, r, key)
	byMetadata(t, x, ctx)
	kit.Must(t, r.Delete(ctx, key))
	hidden(t, x, "delete")
}

// wholeTrees runs the verbs of whole objects.
func wholeTrees(t *testing.T, x *kit.World, ctx context.Context, r *repo.Repo[tree], key repo.Key[tree]) {
	kit.Must(t, r.Modify(ctx, key, func(v *tree) error {
		m := v.Meta
		*v = secretTree("p")
		v.Meta, v.List = m, append(v.List, secretBranch("modified"))
		return nil
	}))
	hidden(t, x, "modify")
	got, err := r.Get(ctx, key)
	kit.Must(t, err)
	want := secretTree("p")
	want.Meta, want.List = got.Meta, append(want.List, secretBranch("modified"))
	kit.Equal(t, "tree", *got, want)
	got.One.Name, got.List, got.In[0].Leaf = canary+" put", slices.Delete(got.List, 0, 1), secretLeaf("put", 0)
	_, err = r.Put(ctx, got)
	kit.Must(t, err)
	hidden(t, x, "tracked put")
	part, err := r.Get(ctx, key, repo.RootOnly())
	kit.Must(t, err)
	part.Title = canary + " of a part"
	_, err = r.Put(ctx, part, repo.KeepShards())
	kit.Must(t, err)
	hidden(t, x, "put of the root alone")
	_, err = r.Put(ctx, new(secretTree("p")), repo.Overwrite(), repo.WithWriteID(meta.NewWriteID()))
	kit.Must(t, err)
	hidden(t, x, "overwriting put")
	for _, in := range manyInBranch {
		texts, err := repo.ReadAll(ctx, r, key, lens.EachValue(tMap, in))
		kit.Must(t, err)
		kit.Equal(t, "texts", len(texts), 1)
	}
	hidden(t, x, "read all")
	for v, err := range r.Scan(ctx) {
		kit.Must(t, err)
		kit.Equal(t, "scanned", v.Title, secretTree("p").Title)
	}
	_, err = r.Exists(ctx, key)
	kit.Must(t, err)
	hidden(t, x, "scan and exists")
	kit.Must(t, r.DeleteValue(ctx, new(kit.All(t, r.Scan(ctx))[0])))
	_, err = r.Put(ctx, new(secretTree("p")))
	kit.Must(t, err)
	hidden(t, x, "delete and put")
}

// byMetadata reads without the Go type.
func byMetadata(t *testing.T, x *kit.World, ctx context.Context) {
	s := kit.OpenStored(t, x, "Trees", "id", trees.Tables, repo.WithOpener(kit.Keys(t)))
	doc, err := s.Get(ctx, "p")
	kit.Must(t, err)
	kit.Equal(t, "document", doc["title"], any(secretTree("p").Title))
	for doc, err := range s.Scan(ctx) {
		kit.Must(t, err)
		kit.Equal(t, "scanned", doc["title"], any(secretTree("p").Title))
	}
	hidden(t, x, "get and scan by metadata")
}

// refusedSilently fails t unless err is of that kind. Neither the requests nor
// err may show a secret.
func refusedSilently(t *testing.T, x *kit.World, what string, err, kind error) {
	t.Helper()
	kit.WantErr(t, what, err, kind, "")
	silent(t, what, err)
	hidden(t, x, what)
}

// secretVaults writes values of every type, whole and one by one.
func secretVaults(t *testing.T, x *kit.World, m repo.Model[vault]) {
	ctx, r := t.Context(), kit.Open(t, x, m)
	v := aVault("v")
	key, err := r.Create(ctx, &v)
	kit.Must(t, err)
	hidden(t, x, "create")
	s, c := someSecrets("new"), someCell("new")
	for i, e := range []lens.Change[vault]{
		vRoot.Set(s), vStay.Set([]secrets{s}), vPart.Set(s), vOpt.Set(&s), vGone.Set(&s), vGone.Set(nil), vParts.Set([]secrets{s}), lens.Append(vParts, s, secrets{}),
		lens.At(vParts, 0).Set(s), vPtrs.Set([]*secrets{nil, &s}), lens.Append(vPtrs, &s), lens.At(vPtrs, 0).Set(&s), vByName.Set(map[string]secrets{"x": s}),
		lens.Entry(vByName, "y").Set(s), vDeep.Set(c), lens.Join(vDeep, cInner).Set(s), lens.Append(lens.Join(vDeep, cMore), s), vRows.Set([]cell{c}), lens.Append(vRows, c),
		lens.At(vRows, 0).Set(c), lens.Join(lens.At(vRows, 0), cInner).Set(s), lens.Join(lens.At(vRows, 0), cOwn).Set(s), vCells.Set(map[string]cell{"y.z": c}),
		lens.Entry(vCells, "y.z").Set(c), lens.Join(lens.Entry(vCells, "y.z"), cMore).Set([]secrets{s}),
	} {
		if err := r.Update(ctx, key, e); err != nil {
			t.Errorf("edit %d: %v", i, err)
		}
		hidden(t, x, "update of what holds secrets")
	}
	got, err := r.Get(ctx, key)
	kit.Must(t, err)
	want := vault{ID: "v", Open: "in the open", Root: s, Stay: []secrets{s}, Part: s, Opt: &s, Parts: []secrets{s, s, {}}, Ptrs: []*secrets{&s, &s, &s},
		ByName: map[string]secrets{"x": s, "y": s}, Deep: cell{c.Own, s, append(slices.Clone(c.More), s)},
		Rows: []cell{{s, s, c.More}, c}, Cells: map[string]cell{"y.z": {c.Own, c.Inner, []secrets{s}}}, Meta: got.Meta}
	kit.Equal(t, "vault", *got, want)
	for _, at := range []lens.Lens[vault, secrets]{vRoot, vPart, lens.At(vParts, 0), lens.Entry(vByName, "x"), lens.Join(vDeep, cInner),
		lens.Join(lens.At(vRows, 0), cInner), lens.Join(lens.Entry(vCells, "y.z"), cOwn)} {
		secretsAt(t, x, r, key, at)
	}
	tooMuch(t, x, r, key)
	kit.Must(t, r.Delete(ctx, key))
}

// secretsAt sets secrets one by one, and reads them back.
func secretsAt(t *testing.T, x *kit.World, r *repo.Repo[vault], key repo.Key[vault], at lens.Lens[vault, secrets]) {
	ctx := t.Context()
	kit.Must(t, r.Update(ctx, key, lens.Join(at, seText).Set(canary), lens.Join(at, seN).Set(-7318465192), lens.Join(at, seWords).Set([]string{canary, canary}),
		lens.Join(at, seMap).Set(map[string]string{canary: ""}), lens.Join(at, seAny).Set(map[string]any{canary: []byte(canary)}), lens.Join(at, seNil).Set(new(canary)),
		lens.Join(at, seNested).Set(geo{Lon: canary}), lens.Join(at, seBelow).Set(&geo{Lat: canary}), lens.Join(at, seOmit).Set(canary)))
	hidden(t, x, "update of "+at.String())
	got, err := repo.Read(ctx, r, key, at)
	kit.Must(t, err)
	want := someSecrets("new")
	want.Text, want.N, want.Words, want.Map, want.Any, want.Nil = canary, -7318465192, []string{canary, canary}, map[string]string{canary: ""}, map[string]any{canary: []byte(canary)}, new(canary)
	want.Nested, want.Below, want.Omit = geo{Lon: canary}, &geo{Lat: canary}, canary
	kit.Equal(t, "secrets at "+at.String(), got, want)
	hidden(t, x, "read of "+at.String())
	kit.Must(t, r.Update(ctx, key, lens.Join(at, seText).Remove(), lens.Join(at, seNil).Set(nil)))
	kit.Must(t, r.Update(ctx, key, lens.Join(at, seText).SetIfAbsent(canary+" again"), lens.Join(at, seN).SetIfAbsent(7)))
	hidden(t, x, "update of what may be absent, "+at.String())
	got, err = repo.Read(ctx, r, key, at)
	kit.Must(t, err)
	want.Text, want.Nil = canary+" again", nil
	kit.Equal(t, "secrets at "+at.String(), got, want)
	x.Net.Reset()
}

// tooMuch writes values that are refused. No request and no error may show a
// secret.
func tooMuch(t *testing.T, x *kit.World, r *repo.Repo[vault], key repo.Key[vault]) {
	ctx, big := t.Context(), aVault("big")
	big.Root.Text, big.Root.Raw = canary+kit.Text(400<<10), []byte(canary)
	x.Net.Reset()
	_, err := r.Create(ctx, &big)
	kit.WantErr(t, "create", err, repo.ErrTooLarge, "")
	silent(t, "create", err)
	wrong := aVault("wrong")
	wrong.Part.Number = canary
	_, err = r.Create(ctx, &wrong)
	kit.WantErr(t, "create", err, repo.ErrInvalid, "part.number")
	silent(t, "create", err)
	silent(t, "update", r.Update(ctx, key, lens.Join(vRoot, seText).Set(big.Root.Text)))
	for _, req := range x.Net.Requests() {
		kit.Equal(t, "plaintext in "+req.Operation, plaintextIn(req.Body), false)
	}
	x.Net.Reset()
}
