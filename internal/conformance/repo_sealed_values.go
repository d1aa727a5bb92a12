package conformance

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var sealedValueChecks = []repoCheck{
	{"every type in every place", func(t *testing.T, x *world) {
		for name, m := range vaultLayouts(t) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				y := newWorld(t, x.Engine)
				y.everyType(t, name, m)
			})
		}
	}},
	{"the limit of WhenOver is that of the value in the clear", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, vaultLayouts(t)["divided over 400 bytes"])
		v := aVault("v")
		_, err := r.Create(ctx, &v)
		must(t, err)
		// Without those that are empty: of parts, ptrs and byname one each; of
		// more one in each of three cells.
		x.counted(t, "stored", map[string]int{"Vaults": 1, "Part": 1, "Opt": 1, "Parts": 3, "ByName": 1, "Deep": 1, "Inner": 6})
	}},
	{"moved and taken back inline", func(t *testing.T, x *world) {
		ctx, first := t.Context(), open(t, x, sealedVault(t, "Old"))
		v := aVault("v")
		_, err := first.Create(ctx, &v)
		must(t, err)
		check := func(what string, r *repo.Repo[vault]) *vault {
			t.Helper()
			got, err := r.Get(ctx, vaultID.Of("v"))
			must(t, err)
			want := aVault("v")
			want.Meta = got.Meta
			equal(t, what, *got, want)
			return got
		}
		for _, s := range []struct {
			name string
			r    *repo.Repo[vault]
		}{
			{"moved", open(t, x, sealedVault(t, "New"), repo.AllowTables("OldPart", "OldOpt", "OldParts", "OldByName", "OldDeep", "OldInner"))},
			{"inline", open(t, x, sealedVault(t, "New", shard.WhenOver(300<<10)))},
			{"apart again", first},
		} {
			got := check(s.name+", before the put", s.r)
			_, err = s.r.Put(ctx, got)
			must(t, err)
			check(s.name, s.r)
		}
		// Whole tables move with the bytes as they are.
		d, err := DumpTables(ctx, x.raw, x.prefix)
		must(t, err)
		two := open(t, x, sealedVault(t, "Old"), repo.TablePrefix(x.prefix+"two."))
		for _, table := range d.Tables {
			for _, item := range table.Items {
				x.plant(t, "two."+table.Name, item)
			}
		}
		check("under another prefix", two)
		x.tampered = true
	}},
	{"from any layout to any other", func(t *testing.T, x *world) {
		for _, from := range sealedLayouts(t) {
			for _, to := range sealedLayouts(t) {
				y := newWorld(t, x.Engine)
				ctx, before, after := t.Context(), open(t, y, from.model(), treeTables), open(t, y, to.model(), treeTables)
				v := secretTree("p")
				key, err := before.Create(ctx, &v)
				must(t, err)
				y.net.Reset()
				got, err := after.Get(ctx, key)
				must(t, err)
				equal(t, from.name+" read as "+to.name, *got, v)
				text, err := repo.Read(ctx, after, key, lens.Join(tOne, inBranch[1]))
				must(t, err)
				equal(t, "path", text, v.One.Leaf.Text)
				must(t, after.Update(ctx, key, lens.Join(tOne, inBranch[1]).Set(canary+" updated"), tMark.Set(canary+" marked")))
				_, err = after.Put(ctx, new(secretTree("p")))
				must(t, err)
				y.hidden(t, from.name+" to "+to.name)
				got, err = before.Get(ctx, key)
				must(t, err)
				v.Meta = got.Meta
				equal(t, from.name+" put as "+to.name, *got, v)
				CheckOrphans(t, y.raw, y.prefix)
			}
		}
	}},
	{"nil and absent", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, sealedVault(t, ""))
		v := vault{ID: "v"}
		key, err := r.Create(ctx, &v)
		must(t, err)
		// A nil is an envelope like any other: that there is no value does not
		// show. What was removed is away.
		nilAt := lens.Join(vPart, seNil)
		for _, c := range []struct {
			name   string
			change lens.Change[vault]
			there  bool
		}{
			{"created", nil, true}, {"removed", nilAt.Remove(), false}, {"set to a value", nilAt.Set(new(canary)), true}, {"set to nil", nilAt.Set(nil), true},
			{"whole", vPart.Set(secrets{}), true},
		} {
			if c.change != nil {
				must(t, r.Update(ctx, key, c.change))
			}
			_, there := x.item(t, "Part", "Vaults/Sv/part")["nil"].(*types.AttributeValueMemberB)
			equal(t, c.name+" is there", there, c.there)
			got, err := repo.Read(ctx, r, key, nilAt)
			must(t, err)
			equal(t, c.name+" is nil", got == nil, c.name != "set to a value")
		}
		x.hidden(t, "updates")
		got, err := r.Get(ctx, key)
		must(t, err)
		v.Meta = got.Meta
		equal(t, "vault", *got, v)
	}},
	{"another type than was sealed", func(t *testing.T, x *world) {
		type texts struct {
			ID   string            `dynamodbav:"id"`
			When string            `dynamodbav:"when"`
			List []string          `dynamodbav:"list"`
			Map  map[string]string `dynamodbav:"map"`
		}
		type others struct {
			ID   string         `dynamodbav:"id"`
			When int            `dynamodbav:"when"`
			List []int          `dynamodbav:"list"`
			Map  map[string]int `dynamodbav:"map"`
		}
		ctx, othersID := t.Context(), repo.KeyOf(func(v *others) *string { return &v.ID })
		written := open(t, x, repo.TableOf("Texts", repo.KeyOf(func(v *texts) *string { return &v.ID }), cipher.ProtectAll[texts](testKeys(t))))
		read := open(t, x, repo.TableOf("Texts", othersID, cipher.ProtectAll[others](testKeys(t))))
		for path, v := range map[string]texts{"when": {When: canary}, "list": {List: []string{canary}}, "map": {Map: map[string]string{"x": canary}}} {
			v.ID = path
			_, err := written.Create(ctx, &v)
			must(t, err)
			if v.When == "" { // a text is no number, not even an empty one
				when := lens.Of(func(v *texts) *string { return &v.When })
				must(t, written.Update(ctx, repo.KeyOf(func(v *texts) *string { return &v.ID }).Of(path), when.Remove()))
			}
			errs := map[string]error{}
			_, errs["get"] = read.Get(ctx, othersID.Of(path))
			switch path {
			case "when":
				_, errs["read"] = repo.Read(ctx, read, othersID.Of(path), lens.Of(func(v *others) *int { return &v.When }))
			case "list":
				_, errs["read"] = repo.Read(ctx, read, othersID.Of(path), lens.Of(func(v *others) *[]int { return &v.List }))
			case "map":
				_, errs["read"] = repo.Read(ctx, read, othersID.Of(path), lens.Of(func(v *others) *map[string]int { return &v.Map }))
			}
			at := envelope{entity: "Texts", path: cipher.Path{cipher.Name(path)}}
			for what, err := range errs {
				at.refused(t, what, err, cipher.ErrType)
			}
		}
		for v, err := range read.Scan(ctx) {
			equal(t, "scanned", v, nil)
			if !errors.Is(err, cipher.ErrType) {
				t.Errorf("scan: got %v", err)
			}
			silent(t, "scan", err)
		}
	}},
}

func (x *world) everyType(t *testing.T, name string, m repo.Model[vault]) {
	ctx, r := t.Context(), open(t, x, m)
	v := aVault("v")
	key, err := r.Create(ctx, &v)
	must(t, err)
	x.hidden(t, "create")
	for _, what := range []string{"created", "put, tracked", "put, not tracked"} {
		got, err := r.Get(ctx, key)
		must(t, err)
		want := aVault("v")
		want.Meta = got.Meta
		equal(t, "vault "+what, *got, want)
		x.hidden(t, "get")
		d, err := DumpTables(ctx, x.raw, x.prefix)
		must(t, err)
		for _, table := range d.Tables {
			for _, item := range table.Items {
				onlyEnvelopes(t, table.Name, object(without(item, append(table.Key, "_meta", "open")...)))
			}
		}
		put := got
		if what == "put, tracked" {
			put = new(aVault("v"))
		}
		_, err = r.Put(ctx, put)
		must(t, err)
		if name == "divided" && what == "created" {
			x.wantSent(t, "put of what was read", "PutItem: Vaults")
			continue
		}
		x.hidden(t, "put")
	}
	deleteAll(t, x, r)
}

// onlyEnvelopes fails t unless all scalars in v are envelopes. Elements of
// lists may be nil, and show that.
func onlyEnvelopes(t *testing.T, where string, v value) {
	t.Helper()
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		for name, e := range v.Value {
			onlyEnvelopes(t, where+"."+name, e)
		}
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			if _, null := e.(*types.AttributeValueMemberNULL); !null {
				onlyEnvelopes(t, where+"[]", e)
			}
		}
	case *types.AttributeValueMemberB:
		if _, err := cipher.Inspect(v.Value); err != nil {
			t.Errorf("%s: %v", where, err)
		}
	default:
		t.Errorf("%s is stored as %T", where, v)
	}
}
