package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type rvSecretDoc struct {
	ID    string
	Set   map[string]bool
	List  []string
	Ptr   *string
	Plain string
	Rows  map[string]rvHome
	Opt   string      `dynamodbav:",omitempty"`
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	rvSecretID   = repo.KeyOf(func(d *rvSecretDoc) *string { return &d.ID })
	rvSecretSet  = lens.Of(func(d *rvSecretDoc) *map[string]bool { return &d.Set })
	rvSecretList = lens.Of(func(d *rvSecretDoc) *[]string { return &d.List })
	rvSecretPtr  = lens.Of(func(d *rvSecretDoc) **string { return &d.Ptr })
	rvSecretOpt  = lens.Of(func(d *rvSecretDoc) *string { return &d.Opt })
	rvSecretRows = lens.Of(func(d *rvSecretDoc) *map[string]rvHome { return &d.Rows })
)

func rvSecretModel(t *testing.T) repo.Model[rvSecretDoc] {
	return repo.TableOf("Root", rvSecretID, cipher.Protect(testKeys(t), rvSecretSet, rvSecretList, rvSecretPtr, rvSecretOpt, lens.EachValue(rvSecretRows, rvInCity)),
		meta.Keep(func(d *rvSecretDoc) *meta.Record { return &d.Meta }))
}

func rvEdit(t *testing.T, c *dynamodb.Client, table string, key map[string]types.AttributeValue, change func(map[string]types.AttributeValue)) {
	t.Helper()
	out, err := c.GetItem(context.Background(), &dynamodb.GetItemInput{TableName: &table, Key: key})
	rvOK(t, err)
	change(out.Item)
	_, err = c.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: &table, Item: out.Item})
	rvOK(t, err)
}

func rvMap(av types.AttributeValue) map[string]types.AttributeValue {
	return av.(*types.AttributeValueMemberM).Value
}

// Metadata that nobody signed must not put anything into an encrypted value.
func TestReviewPlantedOrders(t *testing.T) {
	ctx := context.Background()
	null := &types.AttributeValueMemberNULL{Value: true}
	for name, plant := range map[string]func(m map[string]types.AttributeValue, item map[string]types.AttributeValue){
		"map": func(o, item map[string]types.AttributeValue) {
			o["Set"] = rvM(map[string]types.AttributeValue{"admin": null})
		},
		"list": func(o, item map[string]types.AttributeValue) {
			delete(item, "List")
			o["List"] = &types.AttributeValueMemberL{Value: []types.AttributeValue{null, null}}
		},
		"list for map": func(o, item map[string]types.AttributeValue) {
			delete(item, "Rows")
			o["Rows"] = &types.AttributeValueMemberL{Value: []types.AttributeValue{null}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := embedded.New().Client()
			r := rvRepo(t, c, rvSecretModel(t))
			rvOK(t, rvErr(r.Create(ctx, &rvSecretDoc{ID: "1", Set: map[string]bool{"user": true}, Rows: map[string]rvHome{"k": {City: "c"}}})))
			rvEdit(t, c, "Root", map[string]types.AttributeValue{"ID": rvS("1")}, func(item map[string]types.AttributeValue) {
				o := map[string]types.AttributeValue{}
				plant(o, item)
				rvMap(item["_meta"])["o"] = rvM(o)
			})
			if v, err := r.Get(ctx, rvSecretID.Of("1")); !errors.Is(err, repo.ErrCorrupt) {
				t.Errorf("%+v %v", v, err)
			}
			st := rvMust(repo.Open(c, "Root", "ID", repo.WithOpener(testKeys(t))))(t)
			if v, err := st.Get(ctx, "1"); !errors.Is(err, repo.ErrCorrupt) {
				t.Errorf("%+v %v", v, err)
			}
		})
	}
}

// One hostile object is one error of a scan.
func TestReviewScanHostileManifest(t *testing.T) {
	ctx := context.Background()
	stamp := &types.AttributeValueMemberB{Value: make([]byte, 16)}
	elsewhere := func(table, attr, key string) types.AttributeValue {
		return rvM(map[string]types.AttributeValue{"w": stamp, "t": rvS(table), "a": rvS(attr), "k": rvS(key)})
	}
	for name, plant := range map[string]map[string]types.AttributeValue{
		"same item twice":     {"A": elsewhere("Homes", "_id", "k"), "B": elsewhere("Homes", "_id", "k")},
		"empty key":           {"A": elsewhere("Homes", "_id", "")},
		"wrong attribute":     {"A": elsewhere("Homes", "other", "k")},
		"no attribute":        {"A": elsewhere("Homes", "", "k")},
		"foreign table":       {"A": elsewhere("Elsewhere", "_id", "k")},
		"long key":            {"A": elsewhere("Homes", "_id", string(make([]byte, 3000)))},
		"known and twice":     {"Home": elsewhere("Homes", "_id", "k"), "Home.Spot": elsewhere("Homes", "_id", "k")},
		"known, empty":        {"Home": elsewhere("Homes", "_id", "")},
		"known, attribute":    {"Home": elsewhere("Homes", "other", "x")},
		"known, no attribute": {"Home": elsewhere("Homes", "", "x")},
	} {
		t.Run(name, func(t *testing.T) {
			c := embedded.New().Client()
			r := rvRepo(t, c, repo.TableOf("Root", rvID, rvKeep, shard.New(shard.To("Homes"), func(d *rvDoc) *rvHome { return &d.Home }, rvSpotShard())))
			for _, id := range []string{"1", "2", "3", "4"} {
				rvOK(t, rvErr(r.Create(ctx, &rvDoc{ID: id, Home: rvHome{City: "c"}})))
			}
			rvEdit(t, c, "Root", map[string]types.AttributeValue{"ID": rvS("2")}, func(item map[string]types.AttributeValue) {
				rvMap(item["_meta"])["m"] = rvM(plant)
			})
			whole := 0
			for v, err := range r.Scan(ctx) {
				if err == nil && v.ID != "2" && v.Home.City == "c" {
					whole++
				}
			}
			if whole != 3 {
				t.Errorf("typed scan found %d whole objects", whole)
			}
			st := rvMust(repo.Open(c, "Root", "ID", repo.AllowTables("Homes", "Spots")))(t)
			whole = 0
			for v, err := range st.Scan(ctx) {
				if err == nil && v["ID"] != "2" {
					whole++
				}
			}
			if whole != 3 {
				t.Errorf("scan found %d whole objects", whole)
			}
			if _, err := r.Get(ctx, rvID.Of("2")); err != nil && !errors.Is(err, repo.ErrCorrupt) {
				t.Errorf("Get: %v", err)
			}
			if _, err := st.Get(ctx, "2"); err != nil && !errors.Is(err, repo.ErrCorrupt) {
				t.Errorf("Open.Get: %v", err)
			}
			if err := st.Delete(ctx, "2"); err == nil {
				t.Error("Open.Delete followed the manifest")
			}
		})
	}
}
