package repo_test

import (
	"context"
	"testing"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

var (
	iBlobSet  = lens.Of(func(d *iDoc) *iSub { return &d.Blob })
	iGeoCity  = lens.Of(func(d *iDoc) *string { return &d.Geo.Lat })
	iManyOf   = lens.Of(func(d *iDoc) *[]Geo { return &d.Many })
	iAttrsMap = lens.Of(func(d *iDoc) *map[string]string { return &d.Attrs })
)

// Changes and conditions of what a value holds are refused as others are.
func TestRefusedContents(t *testing.T) {
	ctx := context.Background()
	r := newRepos(t)
	update := func(changes ...lens.Change[iDoc]) func() error {
		return func() error { return r.docs.Update(ctx, iID.Of("1"), changes...) }
	}
	when := func(cond lens.Condition[iDoc]) func() error { return update(iCount.Set(1), repo.If(cond)) }
	const doc, inOther = `repo: Update Docs "1"`, ": invalid: the value is stored in other tables; a condition can only test whether it exists"
	refusedCalls(t, r, []call{
		{"prepend nothing", update(lens.Prepend(iTags)), doc + ", Tags: invalid: Prepend needs a list and at least one element"},
		{"prepend to a set", update(lens.Prepend(iSet, "x")), doc + ": invalid: lens.Prepend(repo_test.iDoc, Set): []string is stored as string set, not as a list; lens.AddToSet adds to sets"},
		{"prepend and append", update(lens.Prepend(iTags, "x"), lens.Append(iTags, "y")), doc + ", Tags: invalid: is changed twice in one Update, here and at Tags"},
		{"add nothing", update(lens.AddToSet(iSet)), doc + ", Set: invalid: AddToSet needs at least one element"},
		{"delete nothing", update(lens.DeleteFromSet(iSet)), doc + ", Set: invalid: DeleteFromSet needs at least one element"},
		{"add twice", update(lens.AddToSet(iSet, "a", "a")), doc + ", Set: invalid: codec: set holds an element twice"},
		{"add to a list", update(lens.AddToSet(iTags, "x")), doc + ": invalid: lens.AddToSet(repo_test.iDoc, Tags): []string is stored as list, not as a set; the tag options stringset, numberset and binaryset make it one"},
		{"merge nothing", update(lens.Merge(iPlain, iSub{})), doc + ": invalid: lens.Merge(repo_test.iDoc, Plain): there is nothing to set, all fields are zero"},
		{"merge a text", update(lens.Merge(iOpt, "x")), doc + ": invalid: lens.Merge(repo_test.iDoc, Opt): string is stored as string, not as a struct"},
		{"merge into something encrypted", update(lens.Merge(iBlobSet, iSub{N: 1})), doc + ", Blob.N: invalid: lies inside Blob, which is encrypted whole; change that, or use Modify"},
		{"merge and set", update(lens.Merge(iPlain, iSub{N: 1}), iInN.Set(2)), doc + ", Plain.N: invalid: is changed twice in one Update, here and at Plain.N"},
		{"the prefix of something encrypted", when(lens.HasPrefix(iBlobA, "x")), doc + ", Blob.A: invalid: the value lies inside Blob, which is encrypted whole; no condition can see it"},
		{"the type of something encrypted", when(iBlobSet.HasType(lens.TypeMap)), doc + ", Blob: invalid: the value is encrypted; a condition can only test whether it exists"},
		{"the type of a shard", when(iGeo.HasType(lens.TypeMap)), doc + ", Geo" + inOther},
		{"an element of shards", when(lens.Contains(iManyOf, Geo{})), doc + ", Many" + inOther},
		{"the type of a list of shards", when(iManyOf.HasType(lens.TypeList)), doc + ", Many" + inOther},
		{"two items joined", when(lens.Or(lens.HasPrefix(iOpt, "x"), lens.HasPrefix(iGeoCity, "x"))), doc + ": invalid: the condition joins the root and Geo with Or or Not; they are stored in different items, and DynamoDB evaluates a condition on one item"},
		{"the root's list and an item", when(lens.Or(iManyOf.Size().Eq(1), iGeoCity.Eq("x"))), doc + ": invalid: the condition joins the root and Geo with Or or Not; they are stored in different items, and DynamoDB evaluates a condition on one item"},
		{"a wrong length", when(lens.Length[iDoc]{}.Eq(1)), doc + ": invalid: lens.Lens(repo_test.iDoc): a zero Lens has no path; make one with lens.Of"},
		{"a key of a map", when(lens.ContainsKey(lens.Of(func(d *iDoc) *map[string]bool { return nil }), "x")), doc + ": invalid: lens.Of(repo_test.iDoc): the accessor returned nil"},
		{"many entries at once", when(iAttrsMap.Size().Between(2, 1)), doc + ": invalid: lens.Size(repo_test.iDoc, Attrs): Between: the lower bound 2 is greater than the upper one, 1"},
		{"a list that grows in front", update(lens.Prepend(iList, "xx")), doc + `, List: invalid: the validation rule "max=3" of repo_test.iDoc.List cannot be checked by Update, which does not know the rest of the object; use Modify`},
		{"a short element in front", update(lens.Prepend(iList, "x")), doc + ", List: invalid: Key: 'iDoc.List[0]' Error:Field validation for 'List[0]' failed on the 'min' tag"},
	})
}
