package conformance

import (
	"context"
	"slices"
	"testing"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// sealedWireChecks look at every request and every response: of each verb, in
// each layout, when it succeeds and when it fails.
var sealedWireChecks = []repoCheck{
	{"the search finds what is in the clear", func(t *testing.T, x *world) {
		ctx := t.Context()
		type clear struct {
			ID  string         `dynamodbav:"id"`
			Any map[string]any `dynamodbav:"any"`
		}
		r := open(t, x, repo.TableOf("Clear", repo.KeyOf(func(v *clear) *string { return &v.ID })))
		for name, v := range map[string]any{
			"text": "some " + canary, "name": map[string]any{canary: 1}, "number": 7318465192, "fraction": 0.7318465192, "negative": -7318465192, "time": noon,
			"bytes": []byte(canary), "bytes at 1": []byte("x" + canary), "bytes at 2": []byte("xx" + canary), "bytes at 3": []byte("xxx" + canary + "x"),
			"set": [][]byte{[]byte("y" + canary)}, "list": []any{[]any{canary}},
		} {
			x.net.Reset()
			_, err := r.Put(ctx, &clear{ID: name, Any: map[string]any{"v": v}})
			must(t, err)
			put := x.net.Requests()
			equal(t, name+" is found", plaintextIn(put[len(put)-1].Body), true)
		}
		equal(t, "base64 inside a text", plaintextIn([]byte(`{"v":"eHhjYW5hcnktN2YzYTkxeA=="}`)), true)
		equal(t, "escaped", plaintextIn([]byte(`{"v":"\u0063anary-7f3a91"}`)), true)
		equal(t, "nothing", plaintextIn([]byte(`{"v":"canary"}`)), false)
	}},
	{"nothing in the clear: trees", func(t *testing.T, x *world) {
		for _, l := range sealedLayouts(t) {
			t.Run(l.name, func(t *testing.T) {
				t.Parallel()
				y := newWorld(t, x.Engine)
				y.secretTrees(t, l)
				CheckOrphans(t, y.raw, y.prefix)
			})
		}
	}},
	{"nothing in the clear: vaults", func(t *testing.T, x *world) {
		for name, m := range vaultLayouts(t) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				y := newWorld(t, x.Engine)
				y.secretVaults(t, m)
				CheckOrphans(t, y.raw, y.prefix)
			})
		}
	}},
}

// treeEdits change secrets, and values with secrets in them, at every level.
// Each begins with the tree that the one before has left.
func treeEdits() (all []lens.Change[tree]) {
	b, l, k := secretBranch("new"), secretLeaf("new", 0), secretTrunk("new")
	long := secretBranch("much longer")
	long.Leaf = secretLeaf("much longer", 500)
	at0, entry, in0, inEntry, ptr0 := lens.At(tList, 0), lens.Entry(tMap, treeEntry), lens.At(tIn, 0), lens.Entry(tInMap, treeEntry), lens.At(tPtrs, 0)
	all = edits(
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
	)
	for _, p := range secretPaths() {
		all = append(all, p.Set(canary+" set"), p.SetIfAbsent(canary+" not set"), p.Remove(), p.SetIfAbsent(canary+" set if absent"))
	}
	return all
}

// secretTrees takes trees through all verbs.
func (x *world) secretTrees(t *testing.T, l treeLayout) {
	ctx, r := t.Context(), open(t, x, l.model())
	v := secretTree("p")
	key, err := r.Create(ctx, &v)
	must(t, err)
	x.hidden(t, "create")
	_, err = r.Create(ctx, new(secretTree("p")))
	x.refusedSilently(t, "create again", err, repo.ErrExists)

	for i, e := range treeEdits() {
		if err := r.Update(ctx, key, e, tCount.Set(i)); err != nil {
			t.Errorf("edit %d of %s: %v", i, e.ModelChange().Lens.Path, err)
		}
		x.hidden(t, "update")
	}
	_, err = r.Put(ctx, new(secretTree("p")))
	must(t, err)
	var all []lens.Change[tree]
	for i, p := range secretPaths() {
		if i%2 == 0 { // some at once; as many items as a transaction takes
			all = append(all, p.Set(canary+" at once"))
		}
	}
	got, err := repo.UpdateGet(ctx, r, key, all...)
	must(t, err)
	x.hidden(t, "put and update of many")
	for i, p := range secretPaths() {
		text, err := repo.Read(ctx, r, key, p)
		must(t, err)
		want, _ := lens.Get(p, &v)
		if i%2 == 0 {
			want = canary + " at once"
		}
		equal(t, p.String(), text, want)
		x.hidden(t, "read")
	}
	must(t, r.Update(ctx, key, tMark.Set(canary), repo.If(tTitle.Exists(), lens.Not(tMark.NotExists()), oneOpt.Exists(), tOne.Exists(), tCount.Ge(0)), repo.IfUnchanged(got)))
	x.hidden(t, "update with conditions")
	x.refusedSilently(t, "update", r.Update(ctx, key, tMark.Set(canary), repo.If(tTitle.NotExists())), repo.ErrCondition)
	x.refusedSilently(t, "update", r.Update(ctx, key, tMark.Set(canary), repo.If(tCount.Gt(1000))), repo.ErrCondition)
	x.refusedSilently(t, "update", r.Update(ctx, key, lens.Join(lens.At(tList, 9), bName).Set(canary)), repo.ErrNoPath)
	x.refusedSilently(t, "update of a stale object", r.Update(ctx, key, tMark.Set(canary), repo.IfUnchanged(got)), repo.ErrConflict)
	_, err = r.Put(ctx, got)
	x.refusedSilently(t, "put of a stale object", err, repo.ErrConflict)
	must(t, r.Update(ctx, key, tOpt.Remove(), tBough.Remove()))
	must(t, r.With(repo.EnsureParents()).Update(ctx, key, lens.Join(tOpt, lens.Ptr(inBranch[1])).Set(canary), lens.Join(tBough, inBough[0]).Set(canary)))
	x.hidden(t, "update with EnsureParents")
	x.wholeTrees(t, ctx, r, key)
	x.byMetadata(t, ctx)
	must(t, r.Delete(ctx, key))
	x.hidden(t, "delete")
}

// wholeTrees are the verbs that take whole objects.
func (x *world) wholeTrees(t *testing.T, ctx context.Context, r *repo.Repo[tree], key repo.Key[tree]) {
	must(t, r.Modify(ctx, key, func(v *tree) error {
		m := v.Meta
		*v = secretTree("p")
		v.Meta, v.List = m, append(v.List, secretBranch("modified"))
		return nil
	}))
	x.hidden(t, "modify")
	got, err := r.Get(ctx, key)
	must(t, err)
	want := secretTree("p")
	want.Meta, want.List = got.Meta, append(want.List, secretBranch("modified"))
	equal(t, "tree", *got, want)
	got.One.Name, got.List, got.In[0].Leaf = canary+" put", slices.Delete(got.List, 0, 1), secretLeaf("put", 0)
	_, err = r.Put(ctx, got)
	must(t, err)
	x.hidden(t, "tracked put")
	part, err := r.Get(ctx, key, repo.RootOnly())
	must(t, err)
	part.Title = canary + " of a part"
	_, err = r.Put(ctx, part, repo.KeepShards())
	must(t, err)
	x.hidden(t, "put of the root alone")
	_, err = r.Put(ctx, new(secretTree("p")), repo.Overwrite(), repo.WithWriteID(meta.NewWriteID()))
	must(t, err)
	x.hidden(t, "overwriting put")
	for _, in := range manyInBranch {
		texts, err := repo.ReadAll(ctx, r, key, lens.EachValue(tMap, in))
		must(t, err)
		equal(t, "texts", len(texts), 1)
	}
	x.hidden(t, "read all")
	for v, err := range r.Scan(ctx) {
		must(t, err)
		equal(t, "scanned", v.Title, secretTree("p").Title)
	}
	_, err = r.Exists(ctx, key)
	must(t, err)
	x.hidden(t, "scan and exists")
	must(t, r.DeleteValue(ctx, new(all(t, r.Scan(ctx))[0])))
	_, err = r.Put(ctx, new(secretTree("p")))
	must(t, err)
	x.hidden(t, "delete and put")
}

// byMetadata reads without the Go type.
func (x *world) byMetadata(t *testing.T, ctx context.Context) {
	s := openStored(t, x, "Trees", "id", treeTables, repo.WithOpener(testKeys(t)))
	doc, err := s.Get(ctx, "p")
	must(t, err)
	equal(t, "document", doc["title"], any(secretTree("p").Title))
	for doc, err := range s.Scan(ctx) {
		must(t, err)
		equal(t, "scanned", doc["title"], any(secretTree("p").Title))
	}
	x.hidden(t, "get and scan by metadata")
}

// refusedSilently fails t unless a verb failed as it should, and neither its
// requests nor the error show a secret.
func (x *world) refusedSilently(t *testing.T, what string, err, kind error) {
	t.Helper()
	wantErr(t, what, err, kind, "")
	silent(t, what, err)
	x.hidden(t, what)
}

// secretVaults writes values of every type, whole and one by one.
func (x *world) secretVaults(t *testing.T, m repo.Model[vault]) {
	ctx, r := t.Context(), open(t, x, m)
	v := aVault("v")
	key, err := r.Create(ctx, &v)
	must(t, err)
	x.hidden(t, "create")
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
		x.hidden(t, "update of what holds secrets")
	}
	got, err := r.Get(ctx, key)
	must(t, err)
	want := vault{ID: "v", Open: "in the open", Root: s, Stay: []secrets{s}, Part: s, Opt: &s, Parts: []secrets{s, s, {}}, Ptrs: []*secrets{&s, &s, &s},
		ByName: map[string]secrets{"x": s, "y": s}, Deep: cell{c.Own, s, append(slices.Clone(c.More), s)},
		Rows: []cell{{s, s, c.More}, c}, Cells: map[string]cell{"y.z": {c.Own, c.Inner, []secrets{s}}}, Meta: got.Meta}
	equal(t, "vault", *got, want)
	for _, at := range []lens.Lens[vault, secrets]{vRoot, vPart, lens.At(vParts, 0), lens.Entry(vByName, "x"), lens.Join(vDeep, cInner),
		lens.Join(lens.At(vRows, 0), cInner), lens.Join(lens.Entry(vCells, "y.z"), cOwn)} {
		x.secretsAt(t, r, key, at)
	}
	x.tooMuch(t, r, key)
	must(t, r.Delete(ctx, key))
}

// secretsAt sets secrets one by one, and reads them back.
func (x *world) secretsAt(t *testing.T, r *repo.Repo[vault], key repo.Key[vault], at lens.Lens[vault, secrets]) {
	ctx := t.Context()
	must(t, r.Update(ctx, key, lens.Join(at, seText).Set(canary), lens.Join(at, seN).Set(-7318465192), lens.Join(at, seWords).Set([]string{canary, canary}),
		lens.Join(at, seMap).Set(map[string]string{canary: ""}), lens.Join(at, seAny).Set(map[string]any{canary: []byte(canary)}), lens.Join(at, seNil).Set(new(canary)),
		lens.Join(at, seNested).Set(geo{Lon: canary}), lens.Join(at, seBelow).Set(&geo{Lat: canary}), lens.Join(at, seOmit).Set(canary)))
	x.hidden(t, "update of "+at.String())
	got, err := repo.Read(ctx, r, key, at)
	must(t, err)
	want := someSecrets("new")
	want.Text, want.N, want.Words, want.Map, want.Any, want.Nil = canary, -7318465192, []string{canary, canary}, map[string]string{canary: ""}, map[string]any{canary: []byte(canary)}, new(canary)
	want.Nested, want.Below, want.Omit = geo{Lon: canary}, &geo{Lat: canary}, canary
	equal(t, "secrets at "+at.String(), got, want)
	x.hidden(t, "read of "+at.String())
	must(t, r.Update(ctx, key, lens.Join(at, seText).Remove(), lens.Join(at, seNil).Set(nil)))
	must(t, r.Update(ctx, key, lens.Join(at, seText).SetIfAbsent(canary+" again"), lens.Join(at, seN).SetIfAbsent(7)))
	x.hidden(t, "update of what may be absent, "+at.String())
	got, err = repo.Read(ctx, r, key, at)
	must(t, err)
	want.Text, want.Nil = canary+" again", nil
	equal(t, "secrets at "+at.String(), got, want)
	x.net.Reset()
}

// tooMuch is refused before any request, in silence.
func (x *world) tooMuch(t *testing.T, r *repo.Repo[vault], key repo.Key[vault]) {
	ctx, big := t.Context(), aVault("big")
	big.Root.Text, big.Root.Raw = canary+text(400<<10), []byte(canary)
	x.net.Reset()
	_, err := r.Create(ctx, &big)
	wantErr(t, "create", err, repo.ErrTooLarge, "")
	silent(t, "create", err)
	wrong := aVault("wrong")
	wrong.Part.Number = canary
	_, err = r.Create(ctx, &wrong)
	wantErr(t, "create", err, repo.ErrInvalid, "part.number")
	silent(t, "create", err)
	silent(t, "update", r.Update(ctx, key, lens.Join(vRoot, seText).Set(big.Root.Text)))
	for _, req := range x.net.Requests() {
		equal(t, "plaintext in "+req.Operation, plaintextIn(req.Body), false)
	}
	x.net.Reset()
}
