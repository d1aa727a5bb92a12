package legacy

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// What package repo does where dynamo-store does something else. The other differences
// are in repo/diff_test.go.
var differenceChecks = []kit.Check{
	{Name: "tables and keys are declared", Run: func(t *testing.T, x *kit.World) {
		// A class of dynamo-store names its table and key, and is embedded if it does not.
		// Here the declaration does, so that one type may have several.
		for name, c := range map[string]struct {
			model repo.Model[person]
			items map[string]int
		}{
			"embedded": {repo.TableOf("Root", personID, keep), map[string]int{"Root": 1}},
			"a table each, with a key each": {repo.TableOf("Root", personID, keep,
				shard.Optional(shard.To("Births", shard.KeyName("IDX")), func(p *person) **birth { return &p.Birth }),
				shard.New(shard.To("Locations", shard.KeyName("LID")), func(p *person) *location { return &p.Location },
					shard.New(shard.To("Geos", shard.KeyName("GeoID")), func(l *location) *geo { return &l.Geo }))),
				map[string]int{"Root": 1, "Births": 1, "Locations": 1, "Geos": 1}},
			"two parts in one table": {repo.TableOf("Root", personID, keep,
				shard.Optional(shard.To("Parts", shard.KeyName("IDX")), func(p *person) **birth { return &p.Birth }),
				shard.New(shard.To("Parts", shard.KeyName("IDX")), func(p *person) *location { return &p.Location })),
				map[string]int{"Root": 1, "Parts": 2}},
		} {
			r := kit.Open(t, x, c.model)
			p := john("p")
			key, err := r.Create(t.Context(), &p)
			kit.Must(t, err)
			x.Counted(t, name, c.items)
			for table, keyName := range map[string]string{"Births": "IDX", "Locations": "LID", "Geos": "GeoID", "Parts": "IDX"} {
				if c.items[table] == 0 {
					continue
				}
				out, err := x.Raw.Scan(t.Context(), &dynamodb.ScanInput{TableName: new(x.Table(table))})
				kit.Must(t, err)
				for _, item := range out.Items {
					kit.Equal(t, keyName+" of "+table, item[keyName] != nil, true)
				}
			}
			kit.Has(t, r, key, name, p)
			kit.DeleteAll(t, x, r)
		}
	}},
	{Name: "lists that mix parts, objects and plain values", Run: func(t *testing.T, x *kit.World) {
		type mixed struct {
			ID    string      `dynamodbav:"id"`
			All   []any       `dynamodbav:"all"`
			None  []any       `dynamodbav:"none"`
			Empty []any       `dynamodbav:"empty"`
			Meta  meta.Record `dynamodbav:"-"`
		}
		id := repo.KeyOf(func(m *mixed) *string { return &m.ID })
		r := kit.Open(t, x, repo.TableOf("Mixed", id, meta.Keep(func(m *mixed) *meta.Record { return &m.Meta }),
			repo.EachOneOf(func(m *mixed) *[]any { return &m.All }, repo.Variant[home, any]("home", shard.To("Homes")), repo.Variant[birth, any]("birth"),
				repo.Variant[string, any]("text"), repo.Variant[int, any]("number"), repo.Variant[[]string, any]("list"))))
		v := mixed{ID: "m", All: []any{home{"Lima", 1}, birth{"Kosei Nenkin", "12/2/1995"}, "", 7, nil, []string{}, home{"Quito", 2}}, Empty: []any{}}
		key, err := r.Create(t.Context(), &v)
		kit.Must(t, err)
		x.Counted(t, "items", map[string]int{"Mixed": 1, "Homes": 2})
		got := kit.Has(t, r, key, "read", v)
		kit.Equal(t, "nil, not empty", [2]bool{got.None == nil, got.Empty == nil}, [2]bool{true, false})
		got.All = []any{"first", got.All[6], got.All[5]}
		_, err = r.Put(t.Context(), got)
		kit.Must(t, err)
		x.Counted(t, "items", map[string]int{"Mixed": 1, "Homes": 1})
		kit.Has(t, r, key, "changed", *got)
		kit.DeleteAll(t, x, r)
	}},
}
