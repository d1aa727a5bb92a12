package sealed

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// Texts of refusals. An operation for which DynamoDB would have to see a secret
// is refused by path, before any request.
const (
	onlyExistence = "the value is encrypted; a condition can only test whether it exists"
	hidesNil      = "is encrypted, also when it is nil, so DynamoDB cannot tell whether there is a value; use Modify"
	noArithmetic  = "is encrypted; DynamoDB cannot compute with it, use Modify"
	holds         = "which is encrypted; a condition can only test whether it exists"
	noneCanSee    = "which is encrypted whole; no condition can see it"
	insideWhole   = "which is encrypted whole; change that, or use Modify"
)

var refusalChecks = []kit.Check{
	{Name: "conditions on secrets, refused by name", Run: func(t *testing.T, x *kit.World) {
		for _, l := range layouts(t) {
			y := kit.NewWorld(t, x.Engine)
			ctx, r := t.Context(), kit.Open(t, y, l.Model())
			v := secretTree("p")
			key, err := r.Create(ctx, &v)
			kit.Must(t, err)
			y.Net.Reset()
			for _, p := range secretPaths() {
				for name, cond := range map[string]lens.Condition[tree]{
					"Eq": p.Eq(canary), "Ne": p.Ne(canary), "Lt": p.Lt(canary), "Le": p.Le(canary), "Gt": p.Gt(canary), "Ge": p.Ge(canary),
					"Between": p.Between(canary, canary), "In": p.In(canary), "Not": lens.Not(p.Eq(canary)),
					"And": lens.And(tCount.Ge(0), p.Eq(canary)), "Or": lens.Or(p.Exists(), lens.And(p.Eq(canary), p.Exists())),
				} {
					wantNamed(t, name, r.Update(ctx, key, tCount.Set(1), repo.If(cond)), p.ModelLens().Path.String(), onlyExistence)
				}
			}
			for _, c := range []lens.Predicate[tree]{tTrunk.Eq(v.Trunk), tBough.Ne(v.Bough), tOne.Eq(v.One), tOpt.Eq(v.Opt), tList.Eq(v.List), tMap.Eq(v.Map), tIn.In(v.In), tInMap.Ne(v.InMap),
				lens.At(tIn, 0).Eq(v.In[0]), lens.Entry(tInMap, treeEntry).Eq(v.In[0]), lens.Join(tOne, bLeaf).Eq(v.One.Leaf), lens.Not(oneLeaves.Eq(nil))} {
				path := c.ModelCond().Lens
				if path == nil {
					path = c.ModelCond().Subs[0].Lens
				}
				wantNamed(t, "around", r.Update(ctx, key, tCount.Set(1), repo.If(c)), path.Path.String(), holds)
			}
			y.WantSent(t, "refused conditions")
			got, err := r.Get(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, "tree", *got, v)
		}
	}},
	{Name: "whether secrets exist", Run: func(t *testing.T, x *kit.World) {
		for _, l := range layouts(t) {
			y := kit.NewWorld(t, x.Engine)
			ctx, r := t.Context(), kit.Open(t, y, l.Model())
			v := secretTree("p")
			key, err := r.Create(ctx, &v)
			kit.Must(t, err)
			for _, p := range secretPaths() {
				kit.Must(t, r.Update(ctx, key, tCount.Set(1), repo.If(p.Exists(), lens.Not(p.NotExists()))))
				kit.WantErr(t, "NotExists", r.Update(ctx, key, tCount.Set(1), repo.If(p.NotExists())), repo.ErrCondition, "condition does not hold")
				kit.Must(t, r.Update(ctx, key, p.Remove()))
				kit.Must(t, r.Update(ctx, key, p.Set(canary), repo.If(p.NotExists())))
				kit.WantErr(t, "twice", r.Update(ctx, key, p.Set(canary), repo.If(p.NotExists())), repo.ErrCondition, "condition does not hold")
			}
		}
	}},
	{Name: "changes of secrets, refused by name", Run: func(t *testing.T, x *kit.World) {
		for _, m := range vaultLayouts(t) {
			y := kit.NewWorld(t, x.Engine)
			ctx, r := t.Context(), kit.Open(t, y, m)
			v := aVault("v")
			key, err := r.Create(ctx, &v)
			kit.Must(t, err)
			y.Net.Reset()
			for _, at := range []lens.Lens[vault, secrets]{vRoot, vPart, lens.At(vParts, 0), lens.Entry(vByName, "x"), lens.Join(vDeep, cInner),
				lens.Join(lens.At(vRows, 0), cOwn), lens.Join(lens.At(vRows, 0), cInner), lens.Join(lens.Entry(vCells, "y.z"), cInner)} {
				words, named := lens.Join(at, seWords), lens.Join(at, seMap)
				for text, changes := range map[string][]lens.Edit[vault]{
					noArithmetic: {lens.Add(lens.Join(at, seN), 1), lens.Append(words, canary)},
					insideWhole: {lens.At(words, 0).Set(canary), lens.At(words, 0).Remove(), lens.Entry(named, canary[:3]).Set(canary), lens.Entry(named, "k").SetIfAbsent(canary),
						lens.Entry(named, "k").Remove()},
					hidesNil: {words.SetIfAbsent([]string{canary}), named.SetIfAbsent(nil), lens.Join(at, seNil).SetIfAbsent(new(canary)), lens.Join(at, seOmit).SetIfAbsent(canary)},
				} {
					for _, e := range changes {
						wantNamed(t, "change", r.Update(ctx, key, vOpen.Set("changed"), e), e.ModelChange().Lens.Path.String(), text)
					}
				}
				for text, conds := range map[string][]lens.Predicate[vault]{
					noneCanSee: {lens.At(words, 0).Eq(canary), lens.At(words, 0).Exists(), lens.Entry(named, "k").NotExists()},
					hidesNil:   {words.Exists(), named.NotExists(), lens.Join(at, seNil).Exists(), lens.Join(at, seOmit).NotExists()},
					holds:      {lens.Join(at, seNested).Eq(geo{Lat: canary}), lens.Join(at, seBelow).Ne(nil), at.Eq(secrets{Text: canary})},
				} {
					for _, c := range conds {
						wantNamed(t, "condition", r.Update(ctx, key, vOpen.Set("changed"), repo.If(c)), c.ModelCond().Lens.Path.String(), text)
					}
				}
			}
			wantNamed(t, "an element of a list encrypted whole", r.Update(ctx, key, lens.At(vStay, 0).Set(secrets{})), "stay[0]", insideWhole)
			wantNamed(t, "inside one", r.Update(ctx, key, lens.Join(lens.At(vStay, 0), seText).Set(canary)), "stay[0].text", insideWhole)
			wantNamed(t, "a list encrypted whole", r.Update(ctx, key, lens.Append(vStay, secrets{})), "stay", noArithmetic)
			y.WantSent(t, "refused changes")
			got, err := r.Get(ctx, key)
			kit.Must(t, err)
			kit.Equal(t, "vault", *got, v)
			// Reads have no such limits.
			text, err := repo.Read(ctx, r, key, lens.At(lens.Join(vPart, seWords), 0))
			kit.Must(t, err)
			kit.Equal(t, "element of an encrypted list", text, canary)
			text, err = repo.Read(ctx, r, key, lens.Join(lens.At(vStay, 0), seText))
			kit.Must(t, err)
			kit.Equal(t, "inside an encrypted list", text, v.Stay[0].Text)
		}
	}},
}

// wantNamed fails t unless err is ErrInvalid with that path and reason, and shows
// no secret.
func wantNamed(t *testing.T, what string, err error, path, text string) {
	t.Helper()
	what += " of " + path
	kit.Equal(t, what, kit.WantErr(t, what, err, repo.ErrInvalid, text).Path, path)
	silent(t, what, err)
}
