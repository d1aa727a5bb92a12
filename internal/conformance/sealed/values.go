package sealed

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var valueChecks = []kit.Check{
	{Name: "every type in every place", Run: func(t *testing.T, x *kit.World) {
		for name, m := range vaultLayouts(t) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				y := kit.NewWorld(t, x.Engine)
				everyType(t, y, name, m)
			})
		}
	}},
	{Name: "the limit of WhenOver is that of the value in the clear", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, vaultLayouts(t)["divided over 400 bytes"])
		v := aVault("v")
		_, err := r.Create(ctx, &v)
		kit.Must(t, err)
		// Empty secrets are below the limit: one each in parts, ptrs and byname,
		// and one in more of each of three cells.
		x.Counted(t, "stored", map[string]int{"Vaults": 1, "Part": 1, "Opt": 1, "Parts": 3, "ByName": 1, "Deep": 1, "Inner": 6})
	}},
	{Name: "moved and taken back inline", Run: func(t *testing.T, x *kit.World) {
		ctx, first := t.Context(), kit.Open(t, x, sealedVault(t, "Old"))
		v := aVault("v")
		_, err := first.Create(ctx, &v)
		kit.Must(t, err)
		check := func(what string, r *repo.Repo[vault]) *vault {
			t.Helper()
			got, err := r.Get(ctx, vaultID.Of("v"))
			kit.Must(t, err)
			want := aVault("v")
			want.Meta = got.Meta
			kit.Equal(t, what, *got, want)
			return got
		}
		for _, s := range []struct {
			name string
			r    *repo.Repo[vault]
		}{
			{"moved", kit.Open(t, x, sealedVault(t, "New"), repo.AllowTables("OldPart", "OldOpt", "OldParts", "OldByName", "OldDeep", "OldInner"))},
			{"inline", kit.Open(t, x, sealedVault(t, "New", shard.WhenOver(300<<10)))},
			{"apart again", first},
		} {
			got := check(s.name+", before the put", s.r)
			_, err = s.r.Put(ctx, got)
			kit.Must(t, err)
			check(s.name, s.r)
		}
		// Copies of the tables work under another prefix.
		d, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
		kit.Must(t, err)
		two := kit.Open(t, x, sealedVault(t, "Old"), repo.TablePrefix(x.Prefix+"two."))
		for _, table := range d.Tables {
			for _, item := range table.Items {
				x.Plant(t, "two."+table.Name, item)
			}
		}
		check("under another prefix", two)
		x.Tampered = true
	}},
	{Name: "from any layout to any other", Run: func(t *testing.T, x *kit.World) {
		for _, from := range layouts(t) {
			for _, to := range layouts(t) {
				y := kit.NewWorld(t, x.Engine)
				ctx, before, after := t.Context(), kit.Open(t, y, from.Model(), trees.Tables), kit.Open(t, y, to.Model(), trees.Tables)
				v := secretTree("p")
				key, err := before.Create(ctx, &v)
				kit.Must(t, err)
				y.Net.Reset()
				got, err := after.Get(ctx, key)
				kit.Must(t, err)
				kit.Equal(t, from.Name+" read as "+to.Name, *got, v)
				text, err := repo.Read(ctx, after, key, lens.Join(tOne, inBranch[1]))
				kit.Must(t, err)
				kit.Equal(t, "path", text, v.One.Leaf.Text)
				kit.Must(t, after.Update(ctx, key, lens.Join(tOne, inBranch[1]).Set(canary+" updated"), tMark.Set(canary+" marked")))
				_, err = after.Put(ctx, new(secretTree("p")))
				kit.Must(t, err)
				hidden(t, y, from.Name+" to "+to.Name)
				got, err = before.Get(ctx, key)
				kit.Must(t, err)
				v.Meta = got.Meta
				kit.Equal(t, from.Name+" put as "+to.Name, *got, v)
				kit.CheckOrphans(t, y.Raw, y.Prefix)
			}
		}
	}},
	{Name: "nil and absent", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, sealedVault(t, ""))
		v := vault{ID: "v"}
		key, err := r.Create(ctx, &v)
		kit.Must(t, err)
		// A nil is an envelope like any other, so it looks like a value. A removed
		// value leaves nothing.
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
				kit.Must(t, r.Update(ctx, key, c.change))
			}
			_, there := x.Item(t, "Part", "Vaults/Sv/part")["nil"].(*types.AttributeValueMemberB)
			kit.Equal(t, c.name+" is there", there, c.there)
			got, err := repo.Read(ctx, r, key, nilAt)
			kit.Must(t, err)
			kit.Equal(t, c.name+" is nil", got == nil, c.name != "set to a value")
		}
		hidden(t, x, "updates")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		v.Meta = got.Meta
		kit.Equal(t, "vault", *got, v)
	}},
	{Name: "another type than was sealed", Run: func(t *testing.T, x *kit.World) {
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
		written := kit.Open(t, x, repo.TableOf("Texts", repo.KeyOf(func(v *texts) *string { return &v.ID }), cipher.ProtectAll[texts](kit.Keys(t))))
		read := kit.Open(t, x, repo.TableOf("Texts", othersID, cipher.ProtectAll[others](kit.Keys(t))))
		for path, v := range map[string]texts{"when": {When: canary}, "list": {List: []string{canary}}, "map": {Map: map[string]string{"x": canary}}} {
			v.ID = path
			_, err := written.Create(ctx, &v)
			kit.Must(t, err)
			if v.When == "" { // a text is no number, not even an empty one
				when := lens.Of(func(v *texts) *string { return &v.When })
				kit.Must(t, written.Update(ctx, repo.KeyOf(func(v *texts) *string { return &v.ID }).Of(path), when.Remove()))
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
			kit.Equal(t, "scanned", v, nil)
			if !errors.Is(err, cipher.ErrType) {
				t.Errorf("scan: got %v", err)
			}
			silent(t, "scan", err)
		}
	}},
}

func everyType(t *testing.T, x *kit.World, name string, m repo.Model[vault]) {
	ctx, r := t.Context(), kit.Open(t, x, m)
	v := aVault("v")
	key, err := r.Create(ctx, &v)
	kit.Must(t, err)
	hidden(t, x, "create")
	for _, what := range []string{"created", "put, tracked", "put, not tracked"} {
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		want := aVault("v")
		want.Meta = got.Meta
		kit.Equal(t, "vault "+what, *got, want)
		hidden(t, x, "get")
		d, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
		kit.Must(t, err)
		for _, table := range d.Tables {
			for _, item := range table.Items {
				onlyEnvelopes(t, table.Name, kit.Object(kit.Without(item, append(table.Key, "_meta", "open")...)))
			}
		}
		put := got
		if what == "put, tracked" {
			put = new(aVault("v"))
		}
		_, err = r.Put(ctx, put)
		kit.Must(t, err)
		if name == "divided" && what == "created" {
			x.WantSent(t, "put of what was read", "PutItem: Vaults")
			continue
		}
		hidden(t, x, "put")
	}
	kit.DeleteAll(t, x, r)
}

// onlyEnvelopes fails t unless all scalars in v are envelopes. A nil element of a
// list shows as NULL.
func onlyEnvelopes(t *testing.T, where string, v kit.Value) {
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
