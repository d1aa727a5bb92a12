package repo_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Update refuses what cannot work on any object, before it sends a request.
func TestRefusedUpdates(t *testing.T) {
	ctx := context.Background()
	r := newRepos(t)
	key := iID.Of("1")
	update := func(changes ...lens.Change[iDoc]) func() error {
		return func() error { return r.docs.Update(ctx, key, changes...) }
	}
	set := iCount.Set(1)
	when := func(conds ...lens.Condition[iDoc]) func() error { return update(set, repo.If(conds...)) }
	const doc = `repo: Update Docs "1"`
	stored := goodDoc()
	stored.Meta.Version = 3
	refusedCalls(t, r, []call{
		{"nothing", update(), doc + ": invalid: Update without a change"},
		{"a nil change", update(set, nil), doc + ": invalid: change 2 is nil"},
		{"a zero change", update(lens.Edit[iDoc]{}), doc + ": invalid: lens.Edit(repo_test.iDoc): a zero Edit changes nothing; make one with Set, SetIfAbsent, Remove, Add or Append"},
		{"a zero lens", update(lens.Lens[iDoc, int]{}.Set(1)), doc + ": invalid: lens.Lens(repo_test.iDoc): a zero Lens has no path; make one with lens.Of"},
		{"a wrong accessor", update(lens.Of(func(d *iDoc) *string { return &d.List[0] }).Set("x")), doc + ": invalid: lens.Of(repo_test.iDoc, List): the accessor points into a slice, whose elements move; take the slice and use lens.At, lens.Each or lens.Elems"},
		{"only a condition", update(repo.If(iCount.Ge(1))), doc + ": invalid: Update without a change"},
		{"only IfUnchanged", update(repo.IfUnchanged(&stored)), doc + ": invalid: Update without a change"},
		{"one path twice", update(iOpt.Set("x"), iOpt.Remove()), doc + ", Opt: invalid: is changed twice in one Update, here and at Opt"},
		{"a path and its parent", update(iPlain.Set(iSub{}), iInN.Set(1)), doc + ", Plain.N: invalid: is changed twice in one Update, here and at Plain"},
		{"a parent and its path", update(lens.Entry(iAttrs, "k").Remove(), iAttrs.Set(nil)), doc + `, Attrs: invalid: is changed twice in one Update, here and at Attrs["k"]`},
		{"a list and its element", update(lens.Append(iTags, "x"), lens.At(iTags, 0).Set("y")), doc + ", Tags[0]: invalid: is changed twice in one Update, here and at Tags"},
		{"the key", update(lens.Of(func(d *iDoc) *string { return &d.ID }).Set("2")), doc + ", ID: invalid: is the object's key, which cannot change"},
		{"a negative index", update(lens.At(iTags, -1).Remove()), doc + ": invalid: lens.At(repo_test.iDoc, Tags): index -1 is negative"},
		{"an impossible index", update(lens.At(iTags, 1<<30).Set("x")), doc + ": invalid: lens.At(repo_test.iDoc, Tags): index 1073741824 is beyond the end of any list that DynamoDB can store"},
		{"append nothing", update(lens.Append(iTags)), doc + ", Tags: invalid: Append needs a list and at least one element"},
		{"append to a set", update(lens.Append(iSet, "x")), doc + ": invalid: lens.Append(repo_test.iDoc, Set): []string is stored as string set, not as a list; lens.AddToSet adds to sets"},
		{"an empty map key", update(lens.Entry(iAttrs, "").Set("x")), doc + ": invalid: lens.Entry(repo_test.iDoc, Attrs): the empty map key cannot be an attribute name"},
		{"text that is none", update(iOpt.Set("\xff")), doc + ", Opt: invalid: codec: string: text is not valid UTF-8"},
		{"a set with a double", update(iSet.Set([]string{"a", "a"})), doc + ", Set: invalid: codec: set holds an element twice"},
		{"add to something encrypted", update(lens.Add(iBlobN, 1)), doc + ", Blob.N: invalid: lies inside Blob, which is encrypted whole; change that, or use Modify"},
		{"set inside something encrypted", update(iBlobA.Set("x")), doc + ", Blob.A: invalid: lies inside Blob, which is encrypted whole; change that, or use Modify"},

		{"compare something encrypted", when(iBlob.Eq(iSub{})), doc + ", Blob: invalid: the value is encrypted; a condition can only test whether it exists"},
		{"compare inside something encrypted", when(iBlobN.Ge(1)), doc + ", Blob.N: invalid: the value lies inside Blob, which is encrypted whole; no condition can see it"},
		{"exists inside something encrypted", when(lens.Not(iBlobA.Exists())), doc + ", Blob.A: invalid: the value lies inside Blob, which is encrypted whole; no condition can see it"},
		{"no condition", when(), doc + ": invalid: repo.If(repo_test.iDoc): no condition"},
		{"a nil condition", when(nil), doc + ": invalid: repo.If(repo_test.iDoc): a condition is nil"},
		{"a zero condition", when(lens.Predicate[iDoc]{}), doc + ": invalid: lens.Predicate(repo_test.iDoc): a zero Predicate tests nothing; make one with Eq, Exists or another method of a Lens"},
		{"nothing to combine", when(lens.Or[iDoc]()), doc + ": invalid: lens.Or(repo_test.iDoc): there are no conditions to combine"},
		{"not nil", when(lens.Not[iDoc](nil)), doc + ": invalid: lens.Not(repo_test.iDoc): a condition is nil"},
		{"in nothing", when(iCount.In()), doc + ": invalid: lens.In(repo_test.iDoc, Count): 0 values; DynamoDB takes 1 to 100"},
		{"in too many", when(iCount.In(make([]int, 101)...)), doc + ": invalid: lens.In(repo_test.iDoc, Count): 101 values; DynamoDB takes 1 to 100"},
		{"between, the wrong way round", when(iCount.Between(3, 1)), doc + ", Count: invalid: Between: the lower bound is greater than the upper one"},
		{"between, by size and not by text", when(iCount.Between(10, 9)), doc + ", Count: invalid: Between: the lower bound is greater than the upper one"},
		{"an order that DynamoDB does not have", when(iAt.Ge(time.Now())), doc + ": invalid: lens.Ge(repo_test.iDoc, At): time.Time, stored as string, has no order in DynamoDB that agrees with Go's; Eq, Ne, In and Exists work, and the tag option unixtime gives times an order"},
		{"a zero that is not stored", when(iRate.Ge(0)), doc + ", Rate: invalid: a zero value is not stored under omitempty; test it with Exists"},
		{"between zeros that are not stored", when(iRate.Between(0, 1)), doc + ", Rate: invalid: a zero value is not stored under omitempty; test it with Exists"},
		{"or of two items", when(lens.Or(iCount.Ge(1), iLat.Eq("x"))), doc + ": invalid: the condition joins the root and Geo with Or or Not; they are stored in different items, and DynamoDB evaluates a condition on one item"},
		{"not of two items", when(lens.Not(lens.And(iLat.Eq("x"), iCount.Ge(1)))), doc + ": invalid: the condition joins the root and Geo with Or or Not; they are stored in different items, and DynamoDB evaluates a condition on one item"},
		{"compare a shard", when(iGeo.Eq(Geo{})), doc + ", Geo: invalid: the value is stored in other tables; a condition can only test whether it exists"},
		{"compare a list of shards", when(iMany.Eq(nil)), doc + ", Many: invalid: the value is stored in other tables; a condition can only test whether it exists"},
		{"unchanged nil", update(set, repo.IfUnchanged[iDoc](nil)), doc + ": invalid: IfUnchanged: the value is nil"},
		{"unchanged and never stored", update(set, repo.IfUnchanged(&iDoc{})), doc + ": invalid: IfUnchanged: the value was never stored, its record is zero"},
		{"unchanged without a record", func() error {
			return r.orders.Update(ctx, iOrderKey.Of("c", time.Unix(0, 0)), iTotal.Set(1), repo.IfUnchanged(&iOrder{}))
		}, `repo: Update Orders "c"/"1970-01-01T00:00:00.000000000Z": invalid: IfUnchanged needs a meta.Keep field, which says what version the value is`},
		{"a write id without a record", func() error {
			return r.plain.With(repo.WithWriteID(meta.NewWriteID())).Update(ctx, iOrderKey.Of("c", time.Unix(0, 0)), iTotal.Set(1))
		}, `repo: Update Plain "c"/"1970-01-01T00:00:00.000000000Z": invalid: WithWriteID needs the record that repo.Plain leaves out`},
		{"a wrong option", func() error { return r.docs.With(nil).Update(ctx, key, set) }, doc + ": invalid: call option 1 is nil"},
		{"a zero key", func() error { return r.docs.Update(ctx, repo.Key[iDoc]{}, set) }, "repo: Update Docs: invalid: key: the zero Key names no object"},
		{"and read it", func() error { _, err := repo.UpdateGet(ctx, r.docs, key); return err }, doc + ": invalid: Update without a change"},
	})
}

// Update validates what it stores. It refuses by name a rule that its changes do
// not decide.
func TestRefusedByValidation(t *testing.T) {
	ctx := context.Background()
	r := newRepos(t)
	update := func(changes ...lens.Change[iDoc]) func() error {
		return func() error { return r.docs.Update(ctx, iID.Of("1"), changes...) }
	}
	failed := func(field, tag string) string {
		name := field[strings.LastIndexByte(field, '.')+1:]
		return "invalid: Key: 'iDoc." + field + "' Error:Field validation for '" + name + "' failed on the '" + tag + "' tag"
	}
	unknowable := func(rule, field string) string {
		return `invalid: the validation rule "` + rule + `" of repo_test.iDoc.` + field + " cannot be checked by Update, which does not know the rest of the object; use Modify"
	}
	const doc = `repo: Update Docs "1", `
	refusedCalls(t, r, []call{
		{"empty and required", update(iName.Set("")), doc + "Name: " + failed("Name", "required")},
		{"too long", update(iName.Set("longer")), doc + "Name: " + failed("Name", "max")},
		{"removed and required", update(iName.Remove()), doc + "Name: " + failed("Name", "required")},
		{"the second of two", update(iCount.Set(1), iName.Set("")), doc + "Name: " + failed("Name", "required")},
		{"if absent", update(iName.SetIfAbsent("")), doc + "Name: " + failed("Name", "required")},
		{"less than another field", update(iLow.Set(1)), doc + "Low: " + unknowable("ltefield=High", "Low")},
		{"removed, and less than another field", update(iLow.Remove()), doc + "Low: " + unknowable("ltefield=High", "Low")},
		{"required by another field", update(iKind.Set("")), doc + "Kind: " + unknowable("required_if=High 1", "Kind")},
		{"wanted by another field", update(iHigh.Set(1), iLow.Set(1)), doc + "High: " + unknowable("required_if=High 1", "Kind")},
		{"a sum", update(lens.Add(iCount, -1)), doc + "Count: " + unknowable("gte=0", "Count")},
		{"a list that grows", update(lens.Append(iList, "xx")), doc + "List: " + unknowable("max=3", "List")},
		{"a list too long", update(iList.Set([]string{"xx", "xx", "xx", "xx"})), doc + "List: " + failed("List", "max")},
		{"an element too short", update(iList.Set([]string{"xx", "x"})), doc + "List: " + failed("List[1]", "min")},
		{"an entry too small", update(lens.Entry(iNums, "k").Set(-1)), doc + `Nums["k"]: ` + failed("Nums[k]", "gte")},
		{"in a struct without a name", update(iX.Set("")), doc + "Anon.X: " + failed("Anon.X", "required")},
		{"a whole object", func() error { _, err := r.docs.Create(ctx, &iDoc{ID: "1", Anon: goodDoc().Anon}); return err }, `repo: Create Docs "1": ` + failed("Name", "required")},
		{"a whole object against itself", func() error {
			d := goodDoc()
			d.Low, d.High = 2, 1
			_, err := r.docs.Put(ctx, &d)
			return err
		}, `repo: Put Docs "1": ` + failed("Low", "ltefield") + "\nKey: 'iDoc.High' Error:Field validation for 'High' failed on the 'gtefield' tag\nKey: 'iDoc.Kind' Error:Field validation for 'Kind' failed on the 'required_if' tag"},
	})
}
