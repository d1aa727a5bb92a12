package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The record is not signed. An order of elements that somebody put into it adds
// nothing to an encrypted value.
func TestPlantedOrdersAreCorrupt(t *testing.T) {
	ctx := context.Background()
	null := &types.AttributeValueMemberNULL{Value: true}
	for name, plant := range map[string]func(m map[string]types.AttributeValue, item map[string]types.AttributeValue){
		"map": func(o, item map[string]types.AttributeValue) {
			o["Set"] = avM(map[string]types.AttributeValue{"admin": null})
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
			r := repoOver(t, c, vaultModel(t))
			noErr(t, errOf(r.Create(ctx, &vault{ID: "1", Set: map[string]bool{"user": true}, Rows: map[string]house{"k": {City: "c"}}})))
			editItem(t, c, "Root", map[string]types.AttributeValue{"ID": avS("1")}, func(item map[string]types.AttributeValue) {
				o := map[string]types.AttributeValue{}
				plant(o, item)
				entriesOf(item["_meta"])["o"] = avM(o)
			})
			if v, err := r.Get(ctx, vaultID.Of("1")); !errors.Is(err, repo.ErrCorrupt) {
				t.Errorf("%+v %v", v, err)
			}
			st := must(repo.Open(c, "Root", "ID", repo.WithOpener(testKeys(t))))(t)
			if v, err := st.Get(ctx, "1"); !errors.Is(err, repo.ErrCorrupt) {
				t.Errorf("%+v %v", v, err)
			}
		})
	}
}

// An object with a tampered manifest is one error of a scan, which returns all
// others.
func TestScanPassesATamperedManifest(t *testing.T) {
	ctx := context.Background()
	stamp := &types.AttributeValueMemberB{Value: make([]byte, 16)}
	elsewhere := func(table, attr, key string) types.AttributeValue {
		return avM(map[string]types.AttributeValue{"w": stamp, "t": avS(table), "a": avS(attr), "k": avS(key)})
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
			r := repoOver(t, c, repo.TableOf("Root", estateID, keepEstate, shard.New(shard.To("Homes"), func(d *estate) *house { return &d.Home }, siteShard())))
			for _, id := range []string{"1", "2", "3", "4"} {
				noErr(t, errOf(r.Create(ctx, &estate{ID: id, Home: house{City: "c"}})))
			}
			editItem(t, c, "Root", map[string]types.AttributeValue{"ID": avS("2")}, func(item map[string]types.AttributeValue) {
				entriesOf(item["_meta"])["m"] = avM(plant)
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
			st := must(repo.Open(c, "Root", "ID", repo.AllowTables("Homes", "Spots")))(t)
			whole = 0
			for v, err := range st.Scan(ctx) {
				if err == nil && v["ID"] != "2" {
					whole++
				}
			}
			if whole != 3 {
				t.Errorf("scan found %d whole objects", whole)
			}
			if _, err := r.Get(ctx, estateID.Of("2")); err != nil && !errors.Is(err, repo.ErrCorrupt) {
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
