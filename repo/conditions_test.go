package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The order of the arguments of Update must not matter, and conditions on a
// part that is replaced or removed are conditions like any other.
func TestReviewConditionsOnReplacedParts(t *testing.T) {
	ctx := context.Background()
	r := rvRepo(t, embedded.New().Client(), repo.TableOf("Root", rvID, rvKeep,
		shard.Optional(shard.To("Aways"), func(d *rvDoc) **rvHome { return &d.Away })))
	key := rvID.Of("1")
	put := func(d rvDoc) { t.Helper(); d.ID = "1"; rvOK(t, rvErr(r.Put(ctx, &d))) }
	none, some := rvDoc{}, rvDoc{Away: &rvHome{City: "x"}}
	to := rvAway.Set(&rvHome{City: "y"})
	for _, c := range []struct {
		name string
		from rvDoc
		ch   []lens.Change[rvDoc]
		want error
	}{
		{"set, absent, not exists first", none, []lens.Change[rvDoc]{repo.If(rvACity.NotExists()), to}, nil},
		{"set, absent, not exists last", none, []lens.Change[rvDoc]{to, repo.If(rvACity.NotExists())}, nil},
		{"set, absent, eq first", none, []lens.Change[rvDoc]{repo.If(rvACity.Eq("x")), to}, repo.ErrCondition},
		{"set, absent, eq last", none, []lens.Change[rvDoc]{to, repo.If(rvACity.Eq("x"))}, repo.ErrCondition},
		{"remove, absent, eq first", none, []lens.Change[rvDoc]{repo.If(rvACity.Eq("x")), rvAway.Remove()}, repo.ErrCondition},
		{"remove, absent, eq last", none, []lens.Change[rvDoc]{rvAway.Remove(), repo.If(rvACity.Eq("x"))}, repo.ErrCondition},
		{"remove, absent, ne last", none, []lens.Change[rvDoc]{rvAway.Remove(), repo.If(rvACity.Ne("x"))}, nil},
		{"set, eq first", some, []lens.Change[rvDoc]{repo.If(rvACity.Eq("x")), to}, nil},
		{"set, eq last", some, []lens.Change[rvDoc]{to, repo.If(rvACity.Eq("x"))}, nil},
		{"set, wrong", some, []lens.Change[rvDoc]{to, repo.If(rvACity.Eq("z"))}, repo.ErrCondition},
		{"remove, eq", some, []lens.Change[rvDoc]{rvAway.Remove(), repo.If(rvACity.Eq("x"))}, nil},
		{"remove, wrong", some, []lens.Change[rvDoc]{rvAway.Remove(), repo.If(rvACity.Eq("z"))}, repo.ErrCondition},
		{"or over an absent part", none, []lens.Change[rvDoc]{rvName.Set("q"), repo.If(lens.Or(rvACity.Eq("z"), rvACity.NotExists()))}, nil},
		{"not over an absent part", none, []lens.Change[rvDoc]{rvName.Set("q"), repo.If(lens.Not(rvACity.Eq("z")))}, nil},
	} {
		put(c.from)
		if err := r.Update(ctx, key, c.ch...); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// A condition on a part that lives in a former table.
func TestReviewConditionOnMovedPart(t *testing.T) {
	ctx := context.Background()
	c := embedded.New().Client()
	old := rvRepo(t, c, repo.TableOf("Root", rvID, rvKeep,
		shard.New(shard.To("Old"), func(d *rvDoc) *rvHome { return &d.Home })))
	now := rvRepo(t, c, repo.TableOf("Root", rvID, rvKeep,
		shard.New(shard.To("New", shard.MovedFrom("Old")), func(d *rvDoc) *rvHome { return &d.Home })))
	d := rvDoc{ID: "1", Home: rvHome{City: "x"}}
	rvOK(t, rvErr(old.Create(ctx, &d)))
	got := rvMust(now.Get(ctx, rvID.Of("1"), repo.RootOnly()))(t)
	got.Name = "n"
	rvOK(t, rvErr(now.Put(ctx, got))) // today's layout, the part where it was
	rvOK(t, now.Update(ctx, rvID.Of("1"), rvName.Set("m"), repo.If(rvHCity.Eq("x"))))
	rvOK(t, now.Update(ctx, rvID.Of("1"), rvHCity.Set("y"), repo.If(rvHCity.Eq("x"))))
	rvSame(t, now, rvDoc{ID: "1", Name: "m", Home: rvHome{City: "y"}})
	if v := rvMust(repo.Read(ctx, now, rvID.Of("1"), rvHCity))(t); v != "y" {
		t.Fatal(v)
	}
	rvOK(t, now.Update(ctx, rvID.Of("1"), rvHomeL.Set(rvHome{City: "z"})))
	rvSame(t, now, rvDoc{ID: "1", Name: "m", Home: rvHome{City: "z"}})
	rvOK(t, now.Delete(ctx, rvID.Of("1")))
	rvEmpty(t, c, "Old", "New")
}

// A value past the end of a divided list is absent, as in a list of the root.
func TestReviewConditionPastTheEnd(t *testing.T) {
	ctx := context.Background()
	key := rvID.Of("1")
	past := lens.Join(lens.At(rvLines, 3), rvInCity)
	for name, m := range map[string]repo.Model[rvDoc]{
		"root list":    repo.TableOf("Root", rvID, rvKeep),
		"divided list": repo.TableOf("Root", rvID, rvKeep, shard.Each(shard.To("Lines"), func(d *rvDoc) *[]rvHome { return &d.Lines })),
	} {
		t.Run(name, func(t *testing.T) {
			r := rvRepo(t, embedded.New().Client(), m)
			rvOK(t, rvErr(r.Create(ctx, &rvDoc{ID: "1", Lines: []rvHome{{City: "a"}}})))
			rvOK(t, r.Update(ctx, key, rvName.Set("1"), repo.If(past.NotExists(), past.Ne("x"), lens.Not(past.Eq("")))))
			rvOK(t, r.Update(ctx, key, rvName.Set("2"), repo.If(lens.Or(past.Eq("x"), rvName.Eq("1")))))
			for _, c := range []lens.Condition[rvDoc]{past.Exists(), past.Eq("x"), past.Gt("x"), past.In("x", "y"), lens.Not(past.NotExists()), lens.At(rvLines, 3).Exists()} {
				if err := r.Update(ctx, key, rvName.Set("3"), repo.If(c)); !errors.Is(err, repo.ErrCondition) {
					t.Error(err)
				}
			}
			rvSame(t, r, rvDoc{ID: "1", Name: "2", Lines: []rvHome{{City: "a"}}})
		})
	}
}

// What is sealed and nil is stored as a sealed NULL: DynamoDB cannot tell.
func TestReviewSealedNil(t *testing.T) {
	ctx := context.Background()
	c := embedded.New().Client()
	r := rvRepo(t, c, rvSecretModel(t))
	rvOK(t, rvErr(r.Create(ctx, &rvSecretDoc{ID: "1"})))
	v := "x"
	plain := lens.Of(func(d *rvSecretDoc) *string { return &d.Plain })
	for _, ch := range [][]lens.Change[rvSecretDoc]{
		{rvSecretPtr.SetIfAbsent(&v)}, {rvSecretList.SetIfAbsent([]string{"x"})}, {rvSecretOpt.SetIfAbsent("x")},
		{plain.Set("1"), repo.If(rvSecretOpt.Exists())}, {plain.Set("1"), repo.If(rvSecretPtr.NotExists())},
	} {
		if err := r.Update(ctx, rvSecretID.Of("1"), ch...); !errors.Is(err, repo.ErrInvalid) {
			t.Error(err)
		}
	}
}

// A NULL, which other writers store for nil, is no value to a condition.
func TestReviewNullIsNoValue(t *testing.T) {
	ctx := context.Background()
	client := embedded.New().Client()
	r := rvRepo(t, client, repo.TableOf("Root", mID, meta.Keep(func(d *mDoc) *meta.Record { return &d.Meta })))
	null := &types.AttributeValueMemberNULL{Value: true}
	item := map[string]types.AttributeValue{"ID": &types.AttributeValueMemberS{Value: "1"}, "Name": null, "Tags": &types.AttributeValueMemberL{Value: []types.AttributeValue{null}}}
	_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("Root"), Item: item})
	rvOK(t, err)
	for name, cond := range map[string][2]lens.Predicate[mDoc]{
		"field": {mName.Exists(), mName.NotExists()}, "element": {lens.At(mTags, 0).Exists(), lens.At(mTags, 0).NotExists()},
	} {
		if err := r.Update(ctx, mID.Of("1"), mCount.Set(1), repo.If(cond[0])); !errors.Is(err, repo.ErrCondition) {
			t.Errorf("%s Exists: %v", name, err)
		}
		if err := r.Update(ctx, mID.Of("1"), mCount.Set(1), repo.If(cond[1])); err != nil {
			t.Errorf("%s NotExists: %v", name, err)
		}
	}
}
