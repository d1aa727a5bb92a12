package conformance

import (
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var optionChecks = []repoCheck{
	{"With", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, dividedTree(0))
		v := aTree("t")
		key, err := r.Create(ctx, &v)
		must(t, err)
		view := r.With(repo.Eventually(), repo.RootOnly())
		x.net.Reset()
		_, err = view.Get(ctx, key)
		must(t, err)
		x.wantSent(t, "get of the view", "GetItem: Trees (eventually)")
		_, err = view.Exists(ctx, key)
		must(t, err)
		x.wantSent(t, "exists of the view", "GetItem: Trees (eventually)")
		_, err = repo.Read(ctx, view, key, tBarkN)
		must(t, err)
		x.wantSent(t, "read of the view", "BatchGetItem: Leaves (eventually), Trees (eventually)")
		for _, err := range view.Scan(ctx) {
			must(t, err)
		}
		x.wantSent(t, "scan of the view", "Scan: Trees (eventually)")
		_, err = repo.Read(ctx, r, key, tBarkN)
		must(t, err)
		x.wantSent(t, "read of what it is a view of", "BatchGetItem: Leaves, Trees")
	}},
	{"Eventually", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		key, err := r.Create(ctx, &p)
		must(t, err)
		x.net.Reset()
		got, err := r.Get(ctx, key, repo.Eventually())
		must(t, err)
		equal(t, "object", *got, p)
		x.wantSent(t, "get", "BatchGetItem: Root (eventually), Shard1 (eventually), Shard2 (eventually), Shard3 (eventually)")
		north, err := repo.Read(ctx, r, key, pLat, repo.Eventually())
		must(t, err)
		equal(t, "path", north, "34.69")
		x.wantSent(t, "read", "BatchGetItem: Root (eventually), Shard3 (eventually)")
	}},
	{"WithWriteID", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		id := func() repo.CallOption { return repo.WithWriteID(meta.NewWriteID()) }
		once := id()
		p := john()
		key, err := r.Create(ctx, &p, once)
		must(t, err)
		again := john()
		again.ID = p.ID
		_, err = r.Create(ctx, &again, once)
		must(t, err)
		has(t, r, key, "object created twice", p)

		once = id()
		for range 2 {
			must(t, r.With(once).Update(ctx, key, lens.Add(pVisits, 1), lens.Append(pPast, location{City: "Kobe"}), pLat.Set("1")))
		}
		got, err := r.Get(ctx, key)
		must(t, err)
		p.Visits, p.Past, p.Location.Geo.Lat, p.Meta = 1, []location{{City: "Kobe"}}, "1", got.Meta
		equal(t, "object updated twice", *got, p)
		equal(t, "version", got.Meta.Version, 2)

		once = id()
		for range 2 {
			v := p
			v.Visits, v.Location.City, v.Meta = 5, "Nara", meta.Record{}
			_, err := r.Put(ctx, &v, once)
			must(t, err)
		}
		got, err = r.Get(ctx, key)
		must(t, err)
		p.Visits, p.Location.City, p.Meta = 5, "Nara", got.Meta
		equal(t, "object put twice", *got, p)
		equal(t, "version", got.Meta.Version, 3)

		once = id()
		first, second := *got, *got
		first.Visits, second.Visits = 6, 6
		_, err = r.Put(ctx, &first, once)
		must(t, err)
		_, err = r.Put(ctx, &second, once)
		must(t, err)
		has(t, r, key, "object put twice, tracked", first)

		once = id()
		for range 2 {
			must(t, r.Modify(ctx, key, func(p *person) error { p.Visits++; return nil }, once))
		}
		got, err = r.Get(ctx, key)
		must(t, err)
		equal(t, "modified twice", got.Visits, 7)
		once = id()
		for range 2 {
			must(t, r.Delete(ctx, key, once))
		}
	}},
	{"WithWriteID, a repetition is tracked", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		once := repo.WithWriteID(meta.NewWriteID())
		p := john()
		key, err := r.Create(ctx, &p, once)
		must(t, err)
		again := john()
		again.ID = p.ID
		_, err = r.Create(ctx, &again, once)
		must(t, err)
		again.Visits = 9
		_, err = r.Put(ctx, &again)
		must(t, err)
		has(t, r, key, "object", again)
	}},
	{"Entity", func(t *testing.T, x *world) {
		ctx := t.Context()
		one := open(t, x, boxIn("", ""), repo.Entity("box/one~"))
		two := open(t, x, boxIn("", ""), repo.Entity("two"))
		b := aBox("b")
		key, err := one.Create(ctx, &b)
		must(t, err)
		equal(t, "references", b.Meta.References()[0], meta.Reference{Part: "bykey:k", Table: "ByKey", Key: "box~1one~0/Sb/bykey:k"})
		const text = `the item is an object of entity "box/one~", not "two"`
		_, err = two.Get(ctx, key)
		wantErr(t, "get", err, repo.ErrCorrupt, text)
		_, err = repo.Read(ctx, two, key, xDeepN)
		wantErr(t, "read", err, repo.ErrCorrupt, text)
		wantErr(t, "update", two.Update(ctx, key, xDeepN.Set(1)), repo.ErrCorrupt, text)
		wantErr(t, "delete", two.Delete(ctx, key), repo.ErrCorrupt, text)
		v := aBox("b")
		_, err = two.Put(ctx, &v)
		wantErr(t, "put", err, repo.ErrCorrupt, text)
		_, err = two.Create(ctx, &v)
		wantErr(t, "create", err, repo.ErrExists, "object exists already")
		v.ID = "v"
		_, err = two.Create(ctx, &v)
		must(t, err)
		equal(t, "objects of one", all(t, one.Scan(ctx)), []box{b})
		equal(t, "objects of two", all(t, two.Scan(ctx)), []box{v})
	}},
	{"TablePrefix", func(t *testing.T, x *world) {
		ctx := t.Context()
		one, two := open(t, x, boxIn("", "")), open(t, x, boxIn("", ""), repo.TablePrefix(x.prefix+"two."))
		b := aBox("b")
		key, err := one.Create(ctx, &b)
		must(t, err)
		_, err = two.Get(ctx, key)
		wantErr(t, "get under another prefix", err, repo.ErrNotFound, "object not found")
		// The prefix is no part of what is stored: items move as they are.
		d, err := DumpTables(ctx, x.raw, x.prefix)
		must(t, err)
		for _, table := range d.Tables {
			for _, item := range table.Items {
				x.plant(t, "two."+table.Name, item)
			}
		}
		has(t, two, key, "object moved", b)
		x.tampered = true // every object is there twice, each under its own prefix
		CheckOrphans(t, x.raw, x.prefix+"two.")
	}},
	{"MetaAttribute", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, boxIn("", ""), repo.MetaAttribute("~rec"))
		b := aBox("b")
		key, err := r.Create(ctx, &b)
		must(t, err)
		must(t, r.Update(ctx, key, xDeepN.Set(8), lens.Append(xParts, leaf{N: 1})))
		got, err := r.Get(ctx, key)
		must(t, err)
		b.Deep.Leaf.N, b.Parts, b.Meta = 8, append(b.Parts, leaf{N: 1}), got.Meta
		equal(t, "object", *got, b)
		d, err := DumpTables(ctx, x.raw, x.prefix)
		must(t, err)
		for _, table := range d.Tables {
			for _, item := range table.Items {
				if item["_meta"] != nil || item["~rec"] == nil {
					t.Errorf("item of %s: %v", table.Name, item)
				}
			}
		}
		equal(t, "problems", d.Problems("~rec"), nil)
		must(t, r.Delete(ctx, key))
		x.counted(t, "left", map[string]int{})
	}},
	{"CreateTables", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		must(t, r.CreateTables(ctx))
		for name, want := range map[string]string{"Root": "ID", "Shard1": "IDX", "Shard2": "IDX", "Shard3": "_id", "Past": "_id", "Homes": "_id"} {
			out, err := x.raw.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: new(x.table(name))})
			must(t, err)
			equal(t, name+" key", *out.Table.KeySchema[0].AttributeName, want)
			equal(t, name+" key type", out.Table.AttributeDefinitions[0].AttributeType, types.ScalarAttributeTypeS)
			equal(t, name+" billing", out.Table.BillingModeSummary.BillingMode, types.BillingModePayPerRequest)
		}
		other, err := repo.New(x.client, repo.TableOf("Root", boxID, keepBox), repo.TablePrefix(x.prefix))
		must(t, err)
		wantErr(t, "another key", other.CreateTables(ctx), repo.ErrInvalid, "table "+x.prefix+"Root exists with the key [ID], the model needs [id]")
		type numbered struct {
			ID int `dynamodbav:"ID"`
		}
		typed, err := repo.New(x.client, repo.TableOf("Root", repo.KeyOf(func(n *numbered) *int { return &n.ID })), repo.TablePrefix(x.prefix))
		must(t, err)
		wantErr(t, "another type", typed.CreateTables(ctx), repo.ErrInvalid, "table "+x.prefix+"Root exists with ID of type S, the model needs N")
	}},
	{"Layout", func(t *testing.T, x *world) {
		r := people(t, x)
		equal(t, "layout", r.Layout().String(), `conformance.person → table `+x.prefix+`Root, key ID (S), entity "Root"
├─ birth_details: one item → table `+x.prefix+`Shard1, key IDX (S)
├─ location: one item → table `+x.prefix+`Shard2, key IDX (S)
│  └─ geolocation: one item → table `+x.prefix+`Shard3, key _id (S)
├─ past: an item per element → table `+x.prefix+`Past, key _id (S)
├─ homes: an item per entry → table `+x.prefix+`Homes, key _id (S), when over 65536 bytes
├─ birth_details.hospital encrypted
├─ firstname encrypted
├─ location.city encrypted
└─ past[].city encrypted`)
		x.wantSent(t, "layout")
	}},
	{"WithValidator, ValidateOnRead", func(t *testing.T, x *world) {
		ctx := t.Context()
		r, lax, strict := people(t, x), people(t, x, repo.WithValidator(nil)), people(t, x, repo.ValidateOnRead())
		p := person{ID: "p1", FirstName: "john"}
		_, err := r.Create(ctx, &p)
		wantErr(t, "create", err, repo.ErrInvalid, "")
		key, err := lax.Create(ctx, &p)
		must(t, err)
		must(t, lax.Update(ctx, key, pFirst.Set("")))
		wantErr(t, "update", r.Update(ctx, key, pFirst.Set("")), repo.ErrInvalid, "Error:Field validation for 'FirstName' failed on the 'required' tag")
		_, err = r.Get(ctx, key)
		must(t, err)
		_, err = strict.Get(ctx, key)
		wantErr(t, "get", err, repo.ErrInvalid, "")
		for v, err := range strict.Scan(ctx) {
			equal(t, "scanned", v, nil)
			wantErr(t, "scan", err, repo.ErrInvalid, "")
		}
	}},
	{"two shards in one table, raw", func(t *testing.T, x *world) {
		ctx := t.Context()
		r := open(t, x, repo.TableOf("Boxes", boxID, keepBox,
			shard.New(shard.To("Shared", shard.KeyName("pk")), func(b *box) *leaf { return &b.Part }),
			shard.Optional(shard.To("Shared", shard.KeyName("pk")), func(b *box) **leaf { return &b.Opt })))
		b := box{ID: "b/~", Part: leaf{Text: "x", N: 1}, Opt: &leaf{Tags: []string{}}}
		_, err := r.Create(ctx, &b)
		must(t, err)
		d, err := DumpTables(ctx, x.raw, x.prefix)
		must(t, err)
		raw := map[string]row{}
		for _, item := range d.Table("Shared").Items {
			raw[str1(item["pk"])] = without(item, "_meta")
			rec, err := stored.DecodePart(item["_meta"])
			must(t, err)
			equal(t, "owner", rec.Owner, "Boxes/Sb~1~0")
		}
		same(t, "parts", raw, map[string]row{
			"Boxes/Sb~1~0/part": {"pk": str("Boxes/Sb~1~0/part"), "text": str("x"), "n": num("1")},
			"Boxes/Sb~1~0/opt":  {"pk": str("Boxes/Sb~1~0/opt"), "text": str(""), "n": num("0"), "tags": list()},
		})
		root := d.Table("Boxes").Items[0]
		same(t, "root", without(root, "_meta"), row{"id": str("b/~"), "deep": object(row{"name": str(""), "count": num("0"), "leaf": object(row{"text": str(""), "n": num("0")})})})
		rec, err := stored.Decode(root["_meta"])
		must(t, err)
		equal(t, "record", []any{rec.Format, rec.Entity, rec.Version, len(rec.Parts), rec.Dynamic}, []any{1, "Boxes", int64(1), 2, 0})
	}},
}

// plant stores an item that no repository wrote.
func (x *world) plant(t *testing.T, table string, item row) {
	t.Helper()
	_, err := x.raw.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: new(x.table(table)), Item: item})
	must(t, err)
}

func without(item row, names ...string) row {
	item = maps.Clone(item)
	for _, n := range names {
		delete(item, n)
	}
	return item
}
