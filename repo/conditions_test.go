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

// The order of the arguments of Update does not matter. A condition on a part
// that the same Update replaces or removes is a condition like any other.
func TestConditionsOnReplacedParts(t *testing.T) {
	ctx := context.Background()
	r := repoOver(t, embedded.New().Client(), repo.TableOf("Root", estateID, keepEstate,
		shard.Optional(shard.To("Aways"), func(d *estate) **house { return &d.Away })))
	key := estateID.Of("1")
	put := func(d estate) { t.Helper(); d.ID = "1"; noErr(t, errOf(r.Put(ctx, &d))) }
	none, some := estate{}, estate{Away: &house{City: "x"}}
	to := estateAway.Set(&house{City: "y"})
	for _, c := range []struct {
		name string
		from estate
		ch   []lens.Change[estate]
		want error
	}{
		{"set, absent, not exists first", none, []lens.Change[estate]{repo.If(awayCity.NotExists()), to}, nil},
		{"set, absent, not exists last", none, []lens.Change[estate]{to, repo.If(awayCity.NotExists())}, nil},
		{"set, absent, eq first", none, []lens.Change[estate]{repo.If(awayCity.Eq("x")), to}, repo.ErrCondition},
		{"set, absent, eq last", none, []lens.Change[estate]{to, repo.If(awayCity.Eq("x"))}, repo.ErrCondition},
		{"remove, absent, eq first", none, []lens.Change[estate]{repo.If(awayCity.Eq("x")), estateAway.Remove()}, repo.ErrCondition},
		{"remove, absent, eq last", none, []lens.Change[estate]{estateAway.Remove(), repo.If(awayCity.Eq("x"))}, repo.ErrCondition},
		{"remove, absent, ne last", none, []lens.Change[estate]{estateAway.Remove(), repo.If(awayCity.Ne("x"))}, nil},
		{"set, eq first", some, []lens.Change[estate]{repo.If(awayCity.Eq("x")), to}, nil},
		{"set, eq last", some, []lens.Change[estate]{to, repo.If(awayCity.Eq("x"))}, nil},
		{"set, wrong", some, []lens.Change[estate]{to, repo.If(awayCity.Eq("z"))}, repo.ErrCondition},
		{"remove, eq", some, []lens.Change[estate]{estateAway.Remove(), repo.If(awayCity.Eq("x"))}, nil},
		{"remove, wrong", some, []lens.Change[estate]{estateAway.Remove(), repo.If(awayCity.Eq("z"))}, repo.ErrCondition},
		{"or over an absent part", none, []lens.Change[estate]{estateName.Set("q"), repo.If(lens.Or(awayCity.Eq("z"), awayCity.NotExists()))}, nil},
		{"not over an absent part", none, []lens.Change[estate]{estateName.Set("q"), repo.If(lens.Not(awayCity.Eq("z")))}, nil},
	} {
		put(c.from)
		if err := r.Update(ctx, key, c.ch...); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// An element past the end is absent, in a divided list as in a list of the root.
func TestConditionsPastTheEnd(t *testing.T) {
	ctx := context.Background()
	key := estateID.Of("1")
	past := lens.Join(lens.At(estateLines, 3), houseCity)
	for name, m := range map[string]repo.Model[estate]{
		"root list":    repo.TableOf("Root", estateID, keepEstate),
		"divided list": repo.TableOf("Root", estateID, keepEstate, shard.Each(shard.To("Lines"), func(d *estate) *[]house { return &d.Lines })),
	} {
		t.Run(name, func(t *testing.T) {
			r := repoOver(t, embedded.New().Client(), m)
			noErr(t, errOf(r.Create(ctx, &estate{ID: "1", Lines: []house{{City: "a"}}})))
			noErr(t, r.Update(ctx, key, estateName.Set("1"), repo.If(past.NotExists(), past.Ne("x"), lens.Not(past.Eq("")))))
			noErr(t, r.Update(ctx, key, estateName.Set("2"), repo.If(lens.Or(past.Eq("x"), estateName.Eq("1")))))
			for _, c := range []lens.Condition[estate]{past.Exists(), past.Eq("x"), past.Gt("x"), past.In("x", "y"), lens.Not(past.NotExists()), lens.At(estateLines, 3).Exists()} {
				if err := r.Update(ctx, key, estateName.Set("3"), repo.If(c)); !errors.Is(err, repo.ErrCondition) {
					t.Error(err)
				}
			}
			sameEstate(t, r, estate{ID: "1", Name: "2", Lines: []house{{City: "a"}}})
		})
	}
}

// An encrypted nil is stored as an encrypted NULL, so DynamoDB cannot decide
// whether there is a value. Such a condition is refused.
func TestConditionOnSealedNil(t *testing.T) {
	ctx := context.Background()
	c := embedded.New().Client()
	r := repoOver(t, c, vaultModel(t))
	noErr(t, errOf(r.Create(ctx, &vault{ID: "1"})))
	v := "x"
	plain := lens.Of(func(d *vault) *string { return &d.Plain })
	for _, ch := range [][]lens.Change[vault]{
		{vaultPtr.SetIfAbsent(&v)}, {vaultList.SetIfAbsent([]string{"x"})}, {vaultOpt.SetIfAbsent("x")},
		{plain.Set("1"), repo.If(vaultOpt.Exists())}, {plain.Set("1"), repo.If(vaultPtr.NotExists())},
	} {
		if err := r.Update(ctx, vaultID.Of("1"), ch...); !errors.Is(err, repo.ErrInvalid) {
			t.Error(err)
		}
	}
}

// Other programs store NULL for nil. A condition takes it for no value.
func TestConditionOnNull(t *testing.T) {
	ctx := context.Background()
	client := embedded.New().Client()
	r := repoOver(t, client, repo.TableOf("Root", mID, meta.Keep(func(d *mDoc) *meta.Record { return &d.Meta })))
	null := &types.AttributeValueMemberNULL{Value: true}
	item := map[string]types.AttributeValue{"ID": &types.AttributeValueMemberS{Value: "1"}, "Name": null, "Tags": &types.AttributeValueMemberL{Value: []types.AttributeValue{null}}}
	_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("Root"), Item: item})
	noErr(t, err)
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

// A changed object is ErrConflict, also where the path is gone.
func TestConflictBeforeNoPath(t *testing.T) {
	ctx := context.Background()
	r := repoOver(t, embedded.New().Client(), repo.TableOf("Root", estateID, keepEstate,
		shard.Each(shard.To("Lines"), func(d *estate) *[]house { return &d.Lines })))
	d := estate{ID: "1", Lines: []house{{City: "a"}, {City: "b"}}}
	noErr(t, errOf(r.Create(ctx, &d)))
	noErr(t, r.Update(ctx, estateID.Of("1"), estateLines.Set(nil)))
	second := lens.Join(lens.At(estateLines, 1), houseCity)
	err := r.Update(ctx, estateID.Of("1"), second.Set("c"), repo.IfUnchanged(&d))
	if !errors.Is(err, repo.ErrConflict) || errors.Is(err, repo.ErrOutcomeUnknown) || errors.Is(err, repo.ErrNoPath) {
		t.Error(err)
	}
	sameEstate(t, r, estate{ID: "1"})
}
