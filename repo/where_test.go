package repo_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// bill is an object of a range, with values in every kind of place.
type bill struct {
	Owner string   `dynamodbav:"owner"`
	N     int      `dynamodbav:"n"`
	State string   `dynamodbav:"state"`
	Total int      `dynamodbav:"total"`
	Limit int      `dynamodbav:"limit"`
	Tags  []string `dynamodbav:"tags"`
	Note  Geo      `dynamodbav:"note"`
	Extra struct {
		Text string `dynamodbav:"text"`
	} `dynamodbav:"extra"`
	Lines  []house `dynamodbav:"lines"`
	Secret string  `dynamodbav:"secret"`
	Hidden *string `dynamodbav:"hidden"`
}

var (
	billKey    = repo.CompositeKeyOf(func(b *bill) *string { return &b.Owner }, func(b *bill) *int { return &b.N })
	billState  = lens.Of(func(b *bill) *string { return &b.State })
	billTotal  = lens.Of(func(b *bill) *int { return &b.Total })
	billLimit  = lens.Of(func(b *bill) *int { return &b.Limit })
	billTags   = lens.Of(func(b *bill) *[]string { return &b.Tags })
	billNote   = lens.Of(func(b *bill) *Geo { return &b.Note })
	billLat    = lens.Of(func(b *bill) *string { return &b.Note.Lat })
	billText   = lens.Of(func(b *bill) *string { return &b.Extra.Text })
	billLines  = lens.Of(func(b *bill) *[]house { return &b.Lines })
	billSecret = lens.Of(func(b *bill) *string { return &b.Secret })
	billHidden = lens.Of(func(b *bill) **string { return &b.Hidden })
)

func billModel(t *testing.T) repo.Model[bill] {
	return repo.TableOf("Bills", billKey,
		shard.New(shard.To("Notes"), func(b *bill) *Geo { return &b.Note }),
		shard.Each(shard.To("Lines", shard.WhenOver(1000)), func(b *bill) *[]house { return &b.Lines }),
		cipher.Protect[bill](testKeys(t), billSecret, billHidden))
}

// found are the sort keys of what a query yields, and the errors.
func found(r *repo.Repo[bill], in repo.Range[bill], opts ...repo.CallOption) (ns []int, errs []error) {
	for b, err := range r.Query(context.Background(), in, opts...) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		ns = append(ns, b.N)
	}
	return ns, errs
}

func createBills(t *testing.T, r *repo.Repo[bill], from, to int) {
	t.Helper()
	for n := from; n <= to; n++ {
		b := bill{Owner: "o", N: n, State: []string{"open", "paid"}[n%2], Total: n, Limit: 5, Tags: make([]string, n)}
		b.Extra.Text = "x"
		noErr(t, errOf(r.Create(context.Background(), &b)))
	}
}

func TestWhereExpr(t *testing.T) {
	client, requests := fault.Wrap(embedded.New().Client())
	r := repoOver(t, client, billModel(t))
	createBills(t, r, 1, 9)
	in := billKey.In("o")
	isOpen := lens.Name(billState).Equal(expression.Value("open"))
	over := lens.Name(billTotal).GreaterThan(lens.Name(billLimit))
	for _, c := range []struct {
		name string
		in   repo.KeyRange[bill, int]
		opts []repo.CallOption
		want []int
		sent int // queries
	}{
		{"one", in.WhereExpr(isOpen), nil, []int{2, 4, 6, 8}, 1},
		{"two", in.WhereExpr(isOpen).WhereExpr(over), nil, []int{6, 8}, 1},
		{"and", in.WhereExpr(isOpen.And(over)), nil, []int{6, 8}, 1},
		{"or", in.WhereExpr(isOpen.Or(over)), nil, []int{2, 4, 6, 7, 8, 9}, 1},
		{"not", in.WhereExpr(isOpen.Not()), nil, []int{1, 3, 5, 7, 9}, 1},
		{"size", in.WhereExpr(lens.Name(billTags).Size().Between(expression.Value(3), expression.Value(4))), nil, []int{3, 4}, 1},
		{"encrypted", in.WhereExpr(lens.Name(billSecret).AttributeExists()).Before(3), nil, []int{1, 2}, 1},
		{"bounds", in.From(4).Backwards().WhereExpr(isOpen), nil, []int{8, 6, 4}, 1},
		{"limit", in.WhereExpr(isOpen), []repo.CallOption{repo.Limit(3)}, []int{2, 4, 6}, 1},
		{"none", in.WhereExpr(lens.Name(billTags).AttributeNotExists()), nil, nil, 1},
	} {
		requests.Reset()
		ns, errs := found(r, c.in, c.opts...)
		if d := cmp.Diff(c.want, ns); d != "" || errs != nil {
			t.Errorf("%s: %v %s", c.name, errs, d)
		}
		if n := requests.Count("Query"); n != c.sent {
			t.Errorf("%s: %d queries", c.name, n)
		}
	}
}

// What a filter of root items cannot see is refused before any request.
func TestWhereExprRefuses(t *testing.T) {
	client, requests := fault.Wrap(embedded.New().Client())
	r := repoOver(t, client, billModel(t))
	requests.Reset()
	name, value := expression.Name, expression.Value
	in := billKey.In("o")
	const q, elsewhere = "repo: Query Bills", ": invalid: the value may be stored in another table; a filter sees the root item only"
	const key = ": invalid: is the object's key, which DynamoDB does not filter by; use the bounds of the range"
	const said = ": invalid: key range: repo.KeyRange.WhereExpr(repo_test.bill"
	for _, c := range []struct {
		in   repo.KeyRange[bill, int]
		want string
	}{
		{in.WhereExpr(lens.Name(billLat).Equal(value("1"))), q + ", note.Lat" + elsewhere},
		{in.WhereExpr(lens.Name(billLat).AttributeExists()), q + ", note.Lat" + elsewhere},
		{in.WhereExpr(lens.Name(billNote).AttributeExists().Not()), q + ", note" + elsewhere},
		{in.WhereExpr(lens.Name(billTotal).Equal(value(1)).Or(lens.Name(billLines).Size().Equal(value(1)))), q + ", lines" + elsewhere},
		{in.WhereExpr(name("lines[0].City").Equal(value(""))), q + ", lines[0].City" + elsewhere},
		{in.WhereExpr(name("owner").Equal(value("o"))), q + ", owner" + key},
		{in.WhereExpr(name("n").AttributeExists()), q + ", n" + key},
		{in.WhereExpr(lens.Name(billSecret).BeginsWith("x")), q + ", secret: invalid: the value is encrypted; a condition can only test whether it exists"},
		{in.WhereExpr(lens.Name(billHidden).AttributeExists()), q + ", hidden: invalid: is encrypted, also when it is nil, so DynamoDB cannot tell whether there is a value; use Modify"},
		{in.WhereExpr(name("_meta.v").Equal(value(1))), q + ", _meta" + said + ", _meta): repo_test.bill has no such attribute"},
		{in.WhereExpr(expression.ConditionBuilder{}), q + said + "): buildTree error: unset parameter: ConditionBuilder"},
		{in.WhereExpr(name("nothing").AttributeExists()).WhereExpr(name("state").AttributeExists()), q + ", nothing" + said + ", nothing): repo_test.bill has no such attribute"},
		{repo.KeyRange[bill, int]{}.WhereExpr(name("state").AttributeExists()), q + ": invalid: key range: a zero KeyRange selects nothing; use CompositeKey.In"},
	} {
		ns, errs := found(r, c.in)
		if ns != nil || len(errs) != 1 || !errors.Is(errs[0], repo.ErrInvalid) || errs[0].Error() != c.want {
			t.Errorf("%v %v, want %s", ns, errs, c.want)
		}
	}
	if n := len(requests.Operations()); n > 0 {
		t.Errorf("%d requests", n)
	}
}

// Objects of another layout are judged as well: by their root where it has the
// values, and otherwise each is an error.
func TestWhereExprUnderAnotherLayout(t *testing.T) {
	client := embedded.New().Client()
	r := repoOver(t, client, billModel(t), repo.AllowTables("Extras"))
	old := repoOver(t, client, repo.TableOf("Bills", billKey,
		shard.New(shard.To("Extras"), func(b *bill) *struct {
			Text string `dynamodbav:"text"`
		} {
			return &b.Extra
		}),
		cipher.Protect[bill](testKeys(t), billSecret, billHidden)), repo.AllowTables("Notes", "Lines"))
	createBills(t, r, 1, 4)
	createBills(t, old, 5, 8)
	in := billKey.In("o")
	ns, errs := found(r, in.WhereExpr(lens.Name(billState).Equal(expression.Value("open"))))
	if d := cmp.Diff([]int{2, 4, 6, 8}, ns); d != "" || errs != nil {
		t.Error(errs, d)
	}
	byText := in.WhereExpr(lens.Name(billText).Equal(expression.Value("x")))
	ns, errs = found(r, byText)
	if d := cmp.Diff([]int{1, 2, 3, 4}, ns); d != "" || len(errs) != 4 {
		t.Error(errs, d)
	}
	const want = `repo: Query Bills "o"/5, extra.text: invalid: the object was written under another layout, which may have the value in another table, where no filter sees it; a Put under today's layout brings it into the root`
	if len(errs) > 0 && (errs[0].Error() != want || !errors.Is(errs[0], repo.ErrInvalid)) {
		t.Error(errs[0])
	}
	for n := 5; n <= 8; n++ {
		b, err := r.Get(context.Background(), billKey.Of("o", n))
		noErr(t, err)
		noErr(t, errOf(r.Put(context.Background(), b)))
	}
	if ns, errs = found(r, byText); len(ns) != 8 || errs != nil {
		t.Error(ns, errs)
	}
}

// An object that changes between the query and the reading of its parts is
// yielded as it was read, if the condition still holds.
func TestWhereExprOfWhatChanges(t *testing.T) {
	client, requests := fault.Wrap(embedded.New().Client())
	r := repoOver(t, client, billModel(t))
	createBills(t, r, 1, 3)
	writer := repoOver(t, client, billModel(t))
	changed := false
	requests.Reset()
	racing := racingClient{client, func() {
		if changed {
			return
		}
		changed = true
		for n, state := range map[int]string{1: "sold", 2: "sold"} {
			noErr(t, writer.Update(context.Background(), billKey.Of("o", n), billState.Set(state), billLat.Set("7")))
		}
	}}
	reader := must(repo.New(racing, billModel(t)))(t)
	ns, errs := found(reader, billKey.In("o").WhereExpr(lens.Name(billState).NotEqual(expression.Value("sold"))))
	if !slices.Equal(ns, []int{3}) || errs != nil || !changed {
		t.Error(ns, errs, changed)
	}
}

// racingClient calls something after each Query.
type racingClient struct {
	*dynamodb.Client
	after func()
}

func (c racingClient) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out, err := c.Client.Query(ctx, in, opts...)
	c.after()
	return out, err
}
