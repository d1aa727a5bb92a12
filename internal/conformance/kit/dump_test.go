package kit_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	page struct {
		Text string `dynamodbav:"text"`
	}
	book struct {
		ID    string `dynamodbav:"id"`
		Cover page   `dynamodbav:"cover"`
		Pages []page `dynamodbav:"pages"`
	}
)

// storedBook is a dump of a book with three parts.
func storedBook(t *testing.T) *kit.Dump {
	t.Helper()
	x := kit.NewWorld(t, kit.Engine{Name: "embedded", Client: embedded.New().Client()})
	r := kit.Open(t, x, repo.TableOf("Books", repo.KeyOf(func(b *book) *string { return &b.ID }),
		shard.New(shard.To("Covers"), func(b *book) *page { return &b.Cover }),
		shard.Each(shard.To("Pages"), func(b *book) *[]page { return &b.Pages })))
	_, err := r.Create(t.Context(), &book{ID: "b", Pages: []page{{"1"}, {"2"}}})
	kit.Must(t, err)
	d, err := kit.DumpTables(t.Context(), x.Raw, x.Prefix)
	kit.Must(t, err)
	kit.Equal(t, "items", d.Count(), map[string]int{"Books": 1, "Covers": 1, "Pages": 2})
	return d
}

func TestProblems(t *testing.T) {
	const cover = "Books Books/Sb: part cover "
	// The cover with another record.
	record := func(change func(*stored.Part)) func(t *testing.T, d *kit.Dump) {
		return func(t *testing.T, d *kit.Dump) {
			item := d.Table("Covers").Items[0]
			rec, err := stored.DecodePart(item["_meta"])
			kit.Must(t, err)
			change(&rec)
			item["_meta"] = rec.Encode()
		}
	}
	add := func(table string, item kit.Row) func(t *testing.T, d *kit.Dump) {
		return func(_ *testing.T, d *kit.Dump) {
			for i := range d.Tables {
				if d.Tables[i].Name == table {
					d.Tables[i].Items = append(d.Tables[i].Items, item)
				}
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(t *testing.T, d *kit.Dump)
		want   []string
	}{
		{"none", func(*testing.T, *kit.Dump) {}, nil},
		{"an item of another program", add("Covers", kit.Row{"_id": kit.Str("x")}), nil},
		{"a part is missing", func(_ *testing.T, d *kit.Dump) { d.Table("Covers").Items[0]["_id"] = kit.Str("y") },
			[]string{cover + `is missing: table Covers has no item "Books/Sb/cover"`, `Covers "y": no root names this part`}},
		{"a part is not named", add("Pages", kit.Row{"_id": kit.Str("x"), "_meta": stored.Part{Owner: "Books/Sb", Inst: "cover"}.Encode()}),
			[]string{`Pages "x": no root names this part`}},
		{"another stamp", record(func(p *stored.Part) { p.Stamp[0]++ }), []string{cover + "carries another stamp than the manifest names"}},
		{"another owner", record(func(p *stored.Part) { p.Owner = "Books/Sc" }), []string{cover + "belongs to Books/Sc"}},
		{"another place", record(func(p *stored.Part) { p.Inst = "back" }), []string{cover + "says it is back"}},
		{"another count", func(_ *testing.T, d *kit.Dump) {
			d.Table("Books").Items[0]["_meta"].(*types.AttributeValueMemberM).Value["n"] = kit.Num("3")
		}, []string{"Books Books/Sb: counts 3 parts in lists and maps; there are 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := storedBook(t)
			c.change(t, d)
			kit.Equal(t, "problems", d.Problems(""), c.want)
			var tables []kit.StoredTable
			for _, table := range d.Tables {
				tables = append(tables, kit.StoredTable{Name: table.Name, Key: table.Key[0], Items: table.Items})
			}
			kit.Equal(t, "orphans", kit.Orphans(tables), c.want)
		})
	}
}
