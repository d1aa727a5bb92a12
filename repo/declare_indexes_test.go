package repo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type xDoc struct {
	P, S   string
	Status string
	At     time.Time
	N      int
	On     bool
	Secret string
	Part   xPart
	In     xPart
	Kinds  []string
}

type xPart struct{ Text string }

var (
	xKey    = repo.CompositeKeyOf(func(d *xDoc) *string { return &d.P }, func(d *xDoc) *string { return &d.S })
	xStatus = lens.Of(func(d *xDoc) *string { return &d.Status })
	xN      = lens.Of(func(d *xDoc) *int { return &d.N })
	xSecret = lens.Of(func(d *xDoc) *string { return &d.Secret })
	xText   = lens.Of(func(d *xDoc) *string { return &d.In.Text })
	xPartOf = shard.New(shard.To("Parts"), func(d *xDoc) *xPart { return &d.Part })
)

func xIndex(name string, opts ...repo.IndexOption) repo.Index[xDoc, string, int] {
	return repo.IndexOf(name, func(d *xDoc) *string { return &d.Status }, func(d *xDoc) *int { return &d.N }, opts...)
}

func TestRefusedIndexes(t *testing.T) {
	protect := cipher.Protect(testKeys(t), xSecret)
	of := func(parts ...repo.Part[xDoc]) repo.Model[xDoc] { return repo.TableOf("Docs", xKey, parts...) }
	otherKey := repo.CompositeKeyOf(func(d *xDoc) *string { return &d.P }, func(d *xDoc) *int { return &d.N })
	var locals []repo.Part[xDoc]
	for _, name := range []string{"by-a", "by-b", "by-c", "by-d", "by-e", "by-f"} {
		locals = append(locals, repo.LocalIndexOf(name, xKey, func(d *xDoc) *int { return &d.N }))
	}
	many := []lens.Field[xDoc]{xStatus, xN, lens.Of(func(d *xDoc) *time.Time { return &d.At }), lens.Of(func(d *xDoc) *string { return &d.P }), lens.Of(func(d *xDoc) *string { return &d.S })}
	refused(t, []declaration{
		wrong("a name", of(xIndex("x y")), `repo.IndexOf(repo_test.xDoc): index name "x y"`+badName),
		wrong("a name twice", of(xIndex("by-n"), xIndex("by-n", repo.KeysOnly())), `repo.TableOf(repo_test.xDoc): index "by-n" is declared twice`),
		wrong("a zero index", of(repo.Index[xDoc, string, int]{}), "repo.TableOf(repo_test.xDoc): part 1 is nil, or a zero value"),
		wrong("inside a struct", of(repo.SimpleIndexOf("by-text", func(d *xDoc) *string { return &d.In.Text })), "repo.SimpleIndexOf(repo_test.xDoc, In.Text): the key of an index is an attribute of the object itself, not inside another"),
		wrong("a bool", of(repo.SimpleIndexOf("by-on", func(d *xDoc) *bool { return &d.On })), "repo.SimpleIndexOf(repo_test.xDoc, On): bool cannot be a key: a key is stored as a string, a number or binary"),
		wrong("a list", of(repo.SimpleIndexOf("by-kinds", func(d *xDoc) *[]string { return &d.Kinds })), "repo.SimpleIndexOf(repo_test.xDoc, Kinds): []string cannot be a key: a key is stored as a string, a number or binary"),
		wrong("an accessor", of(repo.SimpleIndexOf[xDoc, string]("by-nil", nil)), "repo.SimpleIndexOf(repo_test.xDoc): the accessor is nil"),
		wrong("one attribute twice", of(repo.IndexOf("by-n", func(d *xDoc) *int { return &d.N }, func(d *xDoc) *int { return &d.N })), "repo.IndexOf(repo_test.xDoc, N): the attribute is twice in the key of the index"),
		wrong("encrypted", of(repo.SimpleIndexOf("by-secret", func(d *xDoc) *string { return &d.Secret }), protect), "repo.SimpleIndexOf(repo_test.xDoc, Secret): the field is encrypted; the key of an index would show it, or be of no use"),
		wrong("encrypted, included", of(xIndex("by-n", repo.Include(xSecret)), protect), "repo.IndexOf(repo_test.xDoc, Secret): the field is encrypted; an index would show it, or be of no use"),
		wrong("a part, included", of(xIndex("by-n", repo.Include(lens.Of(func(d *xDoc) *xPart { return &d.Part }))), xPartOf), "repo.IndexOf(repo_test.xDoc, Part): Part is or holds a shard; an index is made of what stays in the root"),
		wrong("inside, included", of(xIndex("by-n", repo.Include(xText))), "repo.IndexOf(repo_test.xDoc, In.Text): Include: an index projects attributes of the object itself, not what is inside them"),
		wrong("nothing included", of(xIndex("by-n", repo.Include[xDoc]())), "repo.IndexOf(repo_test.xDoc): Include: no fields; KeysOnly is an index of keys"),
		wrong("nil included", of(xIndex("by-n", repo.Include[xDoc](nil))), "repo.IndexOf(repo_test.xDoc): Include: a field is nil"),
		wrong("of another type", of(xIndex("by-n", repo.Include(lens.Of(func(p *xPart) *string { return &p.Text })))), "repo.IndexOf(repo_test.xDoc, Text): Include: the field is one of repo_test.xPart"),
		wrong("two projections", of(xIndex("by-n", repo.KeysOnly(), repo.Include(xStatus))), "repo.IndexOf(repo_test.xDoc): KeysOnly and Include are given together, or twice"),
		wrong("a nil option", of(xIndex("by-n", nil)), "repo.IndexOf(repo_test.xDoc): option 1 is nil"),
		wrong("local, of another key", of(repo.LocalIndexOf("by-n", otherKey, func(d *xDoc) *time.Time { return &d.At })), "repo.LocalIndexOf(repo_test.xDoc): the key is not that of the model"),
		wrong("local, of a zero key", of(repo.LocalIndexOf("by-n", repo.CompositeKey[xDoc, string, string]{}, func(d *xDoc) *int { return &d.N })), "repo.LocalIndexOf(repo_test.xDoc): the key is a zero CompositeKey"),
		wrong("local, without a sort key", repo.TableOf("Docs", repo.KeyOf(func(d *xDoc) *string { return &d.P }), repo.LocalIndexOf("by-n", xKey, func(d *xDoc) *int { return &d.N })), "repo.LocalIndexOf(repo_test.xDoc): a local index needs a table with a sort key"),
		wrong("six local ones", of(locals...), "repo.TableOf(repo_test.xDoc): 6 local indexes; DynamoDB takes 5"),
		wrong("without a partition key", of(repo.MultiKeyIndexOf("by-n", repo.PartitionBy[xDoc](), repo.SortBy(xN))), "repo.MultiKeyIndexOf(repo_test.xDoc): it has no partition key"),
		wrong("five attributes", of(repo.MultiKeyIndexOf("by-n", repo.PartitionBy(many...), repo.SortFields[xDoc]{})), "repo.MultiKeyIndexOf(repo_test.xDoc): 5 fields in one of its keys; DynamoDB takes 4"),
		wrong("a nil field", of(repo.MultiKeyIndexOf("by-n", repo.PartitionBy(xStatus, nil), repo.SortBy(xN))), "repo.MultiKeyIndexOf(repo_test.xDoc): a field is nil"),
		wrong("many values", of(repo.MultiKeyIndexOf("by-n", repo.PartitionBy(lens.Elems(lens.Of(func(d *xDoc) *[]string { return &d.Kinds }))), repo.SortBy(xN))), "repo.MultiKeyIndexOf(repo_test.xDoc, Kinds[]): the key of an index is an attribute of the object itself, not inside another"),
	})
}

// A declaration may be part of several models: what is wrong with one of them does not
// show in the other.
func TestIndexOfTwoModels(t *testing.T) {
	index := repo.SimpleIndexOf("by-secret", func(d *xDoc) *string { return &d.Secret })
	client := embedded.New().Client()
	for range 2 {
		_, err := repo.New(client, repo.TableOf("Docs", xKey, index, cipher.Protect(testKeys(t), xSecret)))
		if err == nil || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%v; want one mistake", err)
		}
		if _, err := repo.New(client, repo.TableOf("Docs", xKey, index)); err != nil {
			t.Error(err)
		}
	}
}

// CreateTables makes the indexes of a model, adds a global one that a table lacks, and
// refuses what it cannot mend.
func TestCreateIndexes(t *testing.T) {
	ctx := t.Context()
	client, net := fault.Wrap(embedded.New().Client())
	create := func(parts ...repo.Part[xDoc]) error {
		t.Helper()
		r, err := repo.New(client, repo.TableOf("Docs", xKey, parts...))
		if err != nil {
			t.Fatal(err)
		}
		net.Reset()
		return r.CreateTables(ctx)
	}
	local := repo.LocalIndexOf("by-at", xKey, func(d *xDoc) *time.Time { return &d.At }, repo.Include(xStatus, xN))
	if err := create(local, xIndex("by-status")); err != nil {
		t.Fatal(err)
	}
	if err := create(local, xIndex("by-status"), xIndex("keys", repo.KeysOnly()), repo.SimpleIndexOf("simple", func(d *xDoc) *int { return &d.N })); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"CreateTable", "DescribeTable", "UpdateTable", "DescribeTable", "UpdateTable", "DescribeTable"}, net.Operations()); d != "" {
		t.Error(d)
	}
	out, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: new("Docs")})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	describe := func(name *string, keys []types.KeySchemaElement, p *types.Projection) {
		text := string(p.ProjectionType)
		for _, k := range keys {
			text += " " + *k.AttributeName + " " + string(k.KeyType)
		}
		got[*name] = text + " " + strings.Join(p.NonKeyAttributes, " ")
	}
	for _, x := range out.Table.GlobalSecondaryIndexes {
		describe(x.IndexName, x.KeySchema, x.Projection)
	}
	for _, x := range out.Table.LocalSecondaryIndexes {
		describe(x.IndexName, x.KeySchema, x.Projection)
	}
	want := map[string]string{
		"by-at": "INCLUDE P HASH At RANGE Status N", "by-status": "ALL Status HASH N RANGE ", "keys": "KEYS_ONLY Status HASH N RANGE ", "simple": "ALL N HASH ",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for name, c := range map[string]struct {
		part repo.Part[xDoc]
		text string
	}{
		"a local index": {repo.LocalIndexOf("by-n", xKey, func(d *xDoc) *int { return &d.N }), "table Docs exists without the local index by-n, which DynamoDB adds only when it creates a table"},
		"another key":   {repo.SimpleIndexOf("by-status", func(d *xDoc) *string { return &d.Status }), "table Docs exists with the index by-status of [Status] [S] by [N] [N], ALL, the model needs by-status of [Status] [S] by [] [], ALL"},
		"another range": {xIndex("by-status", repo.Include(lens.Of(func(d *xDoc) *bool { return &d.On }))), "table Docs exists with the index by-status of [Status] [S] by [N] [N], ALL, the model needs by-status of [Status] [S] by [N] [N], INCLUDE of [On]"},
	} {
		if err := create(c.part); err == nil || err.Error() != "repo: CreateTables Docs: invalid: "+c.text {
			t.Errorf("%s: %v; want %s", name, err, c.text)
		}
	}
}

func TestLayoutOfIndexes(t *testing.T) {
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Docs", xKey, xIndex("by-status"), xIndex("keys", repo.KeysOnly()),
		repo.LocalIndexOf("by-at", xKey, func(d *xDoc) *time.Time { return &d.At }, repo.Include(xStatus, xN)), xPartOf,
		repo.SimpleIndexOf("simple", func(d *xDoc) *int { return &d.N })))
	if err != nil {
		t.Fatal(err)
	}
	const want = `repo_test.xDoc → table Docs, key P (S), S (S), entity "Docs"
├─ Part: one item → table Parts, key _id (S)
├─ index by-status: Status (S), sorted by N (N)
├─ index keys: Status (S), sorted by N (N), keys only
├─ local index by-at: P (S), sorted by At (S), with Status, N
└─ index simple: N (N)`
	if d := cmp.Diff(want, r.Layout().String()); d != "" {
		t.Error(d)
	}
}
