package repo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// IfExpr refuses what cannot work on any object, before Update sends a request.
func TestRefusedExpressions(t *testing.T) {
	ctx := context.Background()
	r := newRepos(t)
	name, value := expression.Name, expression.Value
	when := func(cond expression.ConditionBuilder) func() error {
		return func() error { return r.docs.Update(ctx, iID.Of("1"), iCount.Set(1), repo.IfExpr[iDoc](cond)) }
	}
	const doc, said = `repo: Update Docs "1"`, ": invalid: repo.IfExpr(repo_test.iDoc"
	refusedCalls(t, r, []call{
		{"nothing", when(expression.ConditionBuilder{}), doc + said + "): buildTree error: unset parameter: ConditionBuilder"},
		{"a nil operand", when(expression.Equal(name("Count"), nil)), doc + said + "): it cannot be built, as with an operand that is nil: runtime error: invalid memory address or nil pointer dereference"},
		{"the record", when(name("_meta.v").Equal(value(1))), doc + ", _meta" + said + ", _meta): repo_test.iDoc has no such attribute"},
		{"no attribute", when(name("Plain.B").AttributeExists()), doc + ", Plain.B" + said + ", Plain.B): repo_test.iSub has no such attribute"},
		{"a sum", when(lens.Name(iCount).Equal(lens.Name(iLow).Plus(value(1)))), doc + ", Count" + said + ", Count): DynamoDB computes + in updates only; in a condition it has size, and compares"},
		{"many values", when(lens.Name(lens.Elems(iMany)).AttributeExists()), doc + ", Many[]: invalid: lens.Name(repo_test.iDoc, Many[]): the lens leads to many values; a condition names one, by lens.At or lens.Entry"},
		{"a bracket in a key", when(lens.Name(lens.Entry(iAttrs, "a[0]")).Equal(value(""))), doc + `, Attrs[a[0]]: invalid: lens.Name(repo_test.iDoc, Attrs[a[0]]): the package expression cannot write the name "a[0]"; use repo.If`},
		{"a wrong lens", when(lens.Name(lens.At(iTags, -1)).Equal(value(""))), doc + ", Tags: invalid: lens.At(repo_test.iDoc, Tags): index -1 is negative"},
		{"a zero lens", when(lens.Name(lens.Lens[iDoc, int]{}).Size().Equal(value(1))), doc + ": invalid: lens.Lens(repo_test.iDoc): a zero Lens has no path; make one with lens.Of"},
		{"something encrypted", when(lens.Name(iBlob).Size().GreaterThan(value(1))), doc + ", Blob: invalid: the value is encrypted; a condition can only test whether it exists"},
		{"inside something encrypted", when(value(1).LessThan(lens.Name(iBlobN))), doc + ", Blob.N: invalid: the value lies inside Blob, which is encrypted whole; no condition can see it"},
		{"exists inside something encrypted", when(lens.Name(iBlobA).AttributeNotExists().Not()), doc + ", Blob.A: invalid: the value lies inside Blob, which is encrypted whole; no condition can see it"},
		{"two items joined", when(lens.Name(iCount).Equal(value(1)).Or(lens.Name(iLat).BeginsWith("x"))), doc + ": invalid: the condition joins the root and Geo with Or or Not; they are stored in different items, and DynamoDB evaluates a condition on one item"},
		{"two items compared", when(lens.Name(iOpt).Equal(lens.Name(iLat))), doc + ": invalid: the condition compares the root and Geo; they are stored in different items, and DynamoDB evaluates a condition on one item"},
		{"a shard", when(lens.Name(iGeo).Size().Equal(value(2))), doc + ", Geo: invalid: the value is stored in other tables; a condition can only test whether it exists"},
		{"a list of shards", when(lens.Name(iMany).Contains("x")), doc + ", Many: invalid: the value is stored in other tables; a condition can only test whether it exists"},
		{"an element of shards", when(lens.Name(lens.At(iMany, 1)).AttributeType(expression.Null)), doc + ", Many[1]: invalid: the value is stored in other tables; a condition can only test whether it exists"},
	})
	var e *repo.DeclarationError
	err := when(lens.Name(lens.Elems(iMany)).AttributeExists())()
	want := repo.DeclarationError{Func: "lens.Name", Type: "repo_test.iDoc", Path: "Many[]", Reason: "the lens leads to many values; a condition names one, by lens.At or lens.Entry"}
	if !errors.As(err, &e) || *e != want || !errors.Is(err, repo.ErrInvalid) {
		t.Error(err)
	}
}

// A condition goes to the item of the part that it names, under the path that
// the value has there.
func TestExpressionGoesToTheOwner(t *testing.T) {
	ctx := context.Background()
	client, requests := fault.Wrap(embedded.New().Client())
	r := repoOver(t, client, repo.TableOf("Root", estateID, keepEstate,
		shard.Optional(shard.To("Aways"), func(d *estate) **house { return &d.Away })))
	key := estateID.Of("1")
	noErr(t, errOf(r.Create(ctx, &estate{ID: "1", Name: "n", Away: &house{City: "Osaka"}})))
	for _, c := range []struct {
		cond expression.ConditionBuilder
		want error
		sent []string
	}{
		{lens.Name(awayCity).Size().Equal(expression.Value(5)), nil, []string{"TransactWriteItems"}},
		{lens.Name(awayCity).Contains("sak").And(lens.Name(estateName).BeginsWith("n")), nil, []string{"TransactWriteItems"}},
		{lens.Name(awayCity).BeginsWith("N"), repo.ErrCondition, nil},
	} {
		requests.Reset()
		err := r.Update(ctx, key, estateName.Set("n"), repo.IfExpr[estate](c.cond))
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%v, want %v", err, c.want)
		}
		if c.sent == nil {
			continue
		}
		if d := cmp.Diff(c.sent, requests.Operations()); d != "" {
			t.Error(d)
		}
	}
}

// If compares instants, IfExpr what attributevalue makes of a value.
func TestExpressionComparesStoredForms(t *testing.T) {
	ctx := context.Background()
	r := newRepos(t)
	d := goodDoc()
	d.ID, d.At = "1", time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	noErr(t, errOf(r.docs.Create(ctx, &d)))
	at := lens.Name(iAt)
	for _, c := range []struct {
		cond lens.Change[iDoc]
		want error
	}{
		{repo.If(iAt.Eq(d.At.UTC())), nil},
		{repo.IfExpr[iDoc](at.Equal(expression.Value(d.At))), nil},
		{repo.IfExpr[iDoc](at.Equal(expression.Value(d.At.UTC()))), repo.ErrCondition},
	} {
		if err := r.docs.Update(ctx, iID.Of("1"), iCount.Set(1), c.cond); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%v, want %v", err, c.want)
		}
	}
}

// A NULL of another program is no value, as for Exists.
func TestExpressionOnNull(t *testing.T) {
	ctx := context.Background()
	r := newRepos(t)
	d := goodDoc()
	d.ID = "1"
	noErr(t, errOf(r.docs.Create(ctx, &d)))
	editItem(t, r.client, "Docs", rawItem{"ID": avS("1")}, func(it rawItem) { it["Opt"] = &types.AttributeValueMemberNULL{Value: true} })
	opt := lens.Name(iOpt)
	for _, c := range []struct {
		cond expression.ConditionBuilder
		want error
	}{
		{opt.AttributeExists(), repo.ErrCondition}, {opt.AttributeNotExists(), nil}, {opt.AttributeExists().Not(), nil},
		{opt.AttributeType(expression.Null), nil}, {opt.Equal(expression.Value(nil)), nil},
	} {
		if err := r.docs.Update(ctx, iID.Of("1"), iCount.Set(1), repo.IfExpr[iDoc](c.cond)); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%v, want %v", err, c.want)
		}
	}
}

// IN with a value first, of which all names are known to be absent, does not hold:
// nothing of it is left to be asked of an item.
func TestExpressionOfAbsentValues(t *testing.T) {
	type part struct{ City string }
	type doc struct {
		ID  string
		N   int
		Loc *part
	}
	id := repo.KeyOf(func(d *doc) *string { return &d.ID })
	n := lens.Of(func(d *doc) *int { return &d.N })
	docs := repoOver(t, embedded.New().Client(), repo.TableOf("Root", id, shard.Optional(shard.To("Locs"), func(d *doc) **part { return &d.Loc })))
	noErr(t, errOf(docs.Create(background, &doc{ID: "1"})))
	value, city := expression.Value, expression.Name("Loc.City")
	for name, c := range map[string]struct {
		cond  expression.ConditionBuilder
		holds bool
	}{
		"others":     {expression.In(value("x"), city, value("y")), false},
		"the same":   {expression.In(value("x"), city, value("x")), true},
		"not others": {expression.Not(expression.In(value("x"), city, value("y"))), true},
	} {
		err := docs.Update(background, id.Of("1"), n.Set(0), repo.IfExpr[doc](c.cond))
		if c.holds && err != nil || !c.holds && !errors.Is(err, repo.ErrCondition) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
