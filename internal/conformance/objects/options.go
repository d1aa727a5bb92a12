package objects

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var optionChecks = []kit.Check{
	{Name: "With", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, trees.Divided(0))
		v := trees.New("t")
		key, err := r.Create(ctx, &v)
		kit.Must(t, err)
		view := r.With(repo.Eventually(), repo.RootOnly())
		x.Net.Reset()
		_, err = view.Get(ctx, key)
		kit.Must(t, err)
		x.WantSent(t, "get of the view", "GetItem: Trees (eventually)")
		_, err = view.Exists(ctx, key)
		kit.Must(t, err)
		x.WantSent(t, "exists of the view", "GetItem: Trees (eventually)")
		barkN := lens.Of(func(v *trees.Tree) *int { return &v.Trunk.Bark.N })
		_, err = repo.Read(ctx, view, key, barkN)
		kit.Must(t, err)
		x.WantSent(t, "read of the view", "BatchGetItem: Leaves (eventually), Trees (eventually)")
		for _, err := range view.Scan(ctx) {
			kit.Must(t, err)
		}
		x.WantSent(t, "scan of the view", "Scan: Trees (eventually)")
		_, err = repo.Read(ctx, r, key, barkN)
		kit.Must(t, err)
		x.WantSent(t, "read of what it is a view of", "BatchGetItem: Leaves, Trees")
	}},
	{Name: "Eventually", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		key, err := r.Create(ctx, &p)
		kit.Must(t, err)
		x.Net.Reset()
		got, err := r.Get(ctx, key, repo.Eventually())
		kit.Must(t, err)
		kit.Equal(t, "object", *got, p)
		x.WantSent(t, "get", "BatchGetItem: Root (eventually), Shard1 (eventually), Shard2 (eventually), Shard3 (eventually)")
		north, err := repo.Read(ctx, r, key, pLat, repo.Eventually())
		kit.Must(t, err)
		kit.Equal(t, "path", north, "34.69")
		x.WantSent(t, "read", "BatchGetItem: Root (eventually), Shard3 (eventually)")
	}},
	{Name: "WithWriteID", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		id := func() repo.CallOption { return repo.WithWriteID(meta.NewWriteID()) }
		once := id()
		p := john()
		key, err := r.Create(ctx, &p, once)
		kit.Must(t, err)
		again := john()
		again.ID = p.ID
		_, err = r.Create(ctx, &again, once)
		kit.Must(t, err)
		kit.Has(t, r, key, "object created twice", p)

		once = id()
		for range 2 {
			kit.Must(t, r.With(once).Update(ctx, key, lens.Add(pVisits, 1), lens.Append(pPast, location{City: "Kobe"}), pLat.Set("1")))
		}
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		p.Visits, p.Past, p.Location.Geo.Lat, p.Meta = 1, []location{{City: "Kobe"}}, "1", got.Meta
		kit.Equal(t, "object updated twice", *got, p)
		kit.Equal(t, "version", got.Meta.Version, 2)

		once = id()
		for range 2 {
			v := p
			v.Visits, v.Location.City, v.Meta = 5, "Nara", meta.Record{}
			_, err := r.Put(ctx, &v, once)
			kit.Must(t, err)
		}
		got, err = r.Get(ctx, key)
		kit.Must(t, err)
		p.Visits, p.Location.City, p.Meta = 5, "Nara", got.Meta
		kit.Equal(t, "object put twice", *got, p)
		kit.Equal(t, "version", got.Meta.Version, 3)

		once = id()
		first, second := *got, *got
		first.Visits, second.Visits = 6, 6
		_, err = r.Put(ctx, &first, once)
		kit.Must(t, err)
		_, err = r.Put(ctx, &second, once)
		kit.Must(t, err)
		kit.Has(t, r, key, "object put twice, tracked", first)

		once = id()
		for range 2 {
			kit.Must(t, r.Modify(ctx, key, func(p *person) error { p.Visits++; return nil }, once))
		}
		got, err = r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "modified twice", got.Visits, 7)
		once = id()
		for range 2 {
			kit.Must(t, r.Delete(ctx, key, once))
		}
	}},
	{Name: "WithWriteID, a repetition is tracked", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		once := repo.WithWriteID(meta.NewWriteID())
		p := john()
		key, err := r.Create(ctx, &p, once)
		kit.Must(t, err)
		again := john()
		again.ID = p.ID
		_, err = r.Create(ctx, &again, once)
		kit.Must(t, err)
		again.Visits = 9
		_, err = r.Put(ctx, &again)
		kit.Must(t, err)
		kit.Has(t, r, key, "object", again)
	}},
	{Name: "Entity", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		one := kit.Open(t, x, boxIn("", ""), repo.Entity("box/one~"))
		two := kit.Open(t, x, boxIn("", ""), repo.Entity("two"))
		b := aBox("b")
		key, err := one.Create(ctx, &b)
		kit.Must(t, err)
		x.HasReferences(t, "references", b.Meta.References()[:1], meta.Reference{Part: "bykey:k", Table: "ByKey", Key: "box~1one~0/Sb/bykey:k"})
		const text = `the item is an object of entity "box/one~", not "two"`
		_, err = two.Get(ctx, key)
		kit.WantErr(t, "get", err, repo.ErrCorrupt, text)
		_, err = repo.Read(ctx, two, key, xDeepN)
		kit.WantErr(t, "read", err, repo.ErrCorrupt, text)
		kit.WantErr(t, "update", two.Update(ctx, key, xDeepN.Set(1)), repo.ErrCorrupt, text)
		kit.WantErr(t, "delete", two.Delete(ctx, key), repo.ErrCorrupt, text)
		v := aBox("b")
		_, err = two.Put(ctx, &v)
		kit.WantErr(t, "put", err, repo.ErrCorrupt, text)
		_, err = two.Create(ctx, &v)
		kit.WantErr(t, "create", err, repo.ErrExists, "object exists already")
		v.ID = "v"
		_, err = two.Create(ctx, &v)
		kit.Must(t, err)
		kit.Equal(t, "objects of one", kit.All(t, one.Scan(ctx)), []box{b})
		kit.Equal(t, "objects of two", kit.All(t, two.Scan(ctx)), []box{v})
	}},
	{Name: "TablePrefix", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		one, two := kit.Open(t, x, boxIn("", "")), kit.Open(t, x, boxIn("", ""), repo.TablePrefix(x.Prefix+"two."))
		b := aBox("b")
		key, err := one.Create(ctx, &b)
		kit.Must(t, err)
		_, err = two.Get(ctx, key)
		kit.WantErr(t, "get under another prefix", err, repo.ErrNotFound, "object not found")
		// No item holds the prefix, so items can be copied under another one.
		d, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
		kit.Must(t, err)
		for _, table := range d.Tables {
			for _, item := range table.Items {
				x.Plant(t, "two."+table.Name, item)
			}
		}
		kit.Has(t, two, key, "object moved", b)
		x.Tampered = true // every object is there twice, each under its own prefix
		kit.CheckOrphans(t, x.Raw, x.Prefix+"two.")
	}},
	{Name: "MetaAttribute", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, boxIn("", ""), repo.MetaAttribute("~rec"))
		b := aBox("b")
		key, err := r.Create(ctx, &b)
		kit.Must(t, err)
		kit.Must(t, r.Update(ctx, key, xDeepN.Set(8), lens.Append(xParts, leaf{N: 1})))
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		b.Deep.Leaf.N, b.Parts, b.Meta = 8, append(b.Parts, leaf{N: 1}), got.Meta
		kit.Equal(t, "object", *got, b)
		d, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
		kit.Must(t, err)
		for _, table := range d.Tables {
			for _, item := range table.Items {
				if item["_meta"] != nil || item["~rec"] == nil {
					t.Errorf("item of %s: %v", table.Name, item)
				}
			}
		}
		kit.Equal(t, "problems", d.Problems("~rec"), nil)
		kit.Must(t, r.Delete(ctx, key))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "CreateTables", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		kit.Must(t, r.CreateTables(ctx))
		for name, want := range map[string]string{"Root": "ID", "Shard1": "IDX", "Shard2": "IDX", "Shard3": "_id", "Past": "_id", "Homes": "_id"} {
			out, err := x.Raw.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: new(x.Table(name))})
			kit.Must(t, err)
			kit.Equal(t, name+" key", *out.Table.KeySchema[0].AttributeName, want)
			kit.Equal(t, name+" key type", out.Table.AttributeDefinitions[0].AttributeType, types.ScalarAttributeTypeS)
			kit.Equal(t, name+" billing", out.Table.BillingModeSummary.BillingMode, types.BillingModePayPerRequest)
		}
		other, err := repo.New(x.Client, repo.TableOf("Root", boxID, keepBox), repo.TablePrefix(x.Prefix))
		kit.Must(t, err)
		kit.WantErr(t, "another key", other.CreateTables(ctx), repo.ErrInvalid, "table "+x.Prefix+"Root exists with the key [ID], the model needs [id]")
		type numbered struct {
			ID int `dynamodbav:"ID"`
		}
		typed, err := repo.New(x.Client, repo.TableOf("Root", repo.KeyOf(func(n *numbered) *int { return &n.ID })), repo.TablePrefix(x.Prefix))
		kit.Must(t, err)
		kit.WantErr(t, "another type", typed.CreateTables(ctx), repo.ErrInvalid, "table "+x.Prefix+"Root exists with ID of type S, the model needs N")
	}},
	{Name: "Layout", Run: func(t *testing.T, x *kit.World) {
		r := people(t, x)
		kit.Equal(t, "layout", r.Layout().String(), `objects.person → table `+x.Prefix+`Root, key ID (S), entity "Root"
├─ birth_details: one item → table `+x.Prefix+`Shard1, key IDX (S)
├─ location: one item → table `+x.Prefix+`Shard2, key IDX (S)
│  └─ geolocation: one item → table `+x.Prefix+`Shard3, key _id (S)
├─ past: an item per element → table `+x.Prefix+`Past, key _id (S)
├─ homes: an item per entry → table `+x.Prefix+`Homes, key _id (S), when over 65536 bytes
├─ birth_details.hospital encrypted
├─ firstname encrypted
├─ location.city encrypted
└─ past[].city encrypted`)
		x.WantSent(t, "layout")
	}},
	{Name: "WithValidator, ValidateOnRead", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		r, lax, strict := people(t, x), people(t, x, repo.WithValidator(nil)), people(t, x, repo.ValidateOnRead())
		p := person{ID: "p1", FirstName: "john"}
		_, err := r.Create(ctx, &p)
		kit.WantErr(t, "create", err, repo.ErrInvalid, "")
		key, err := lax.Create(ctx, &p)
		kit.Must(t, err)
		kit.Must(t, lax.Update(ctx, key, pFirst.Set("")))
		kit.WantErr(t, "update", r.Update(ctx, key, pFirst.Set("")), repo.ErrInvalid, "Error:Field validation for 'FirstName' failed on the 'required' tag")
		_, err = r.Get(ctx, key)
		kit.Must(t, err)
		_, err = strict.Get(ctx, key)
		kit.WantErr(t, "get", err, repo.ErrInvalid, "")
		for v, err := range strict.Scan(ctx) {
			kit.Equal(t, "scanned", v, nil)
			kit.WantErr(t, "scan", err, repo.ErrInvalid, "")
		}
	}},
	{Name: "two shards in one table, raw", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		r := kit.Open(t, x, repo.TableOf("Boxes", boxID, keepBox,
			shard.New(shard.To("Shared", shard.KeyName("pk")), func(b *box) *leaf { return &b.Part }),
			shard.Optional(shard.To("Shared", shard.KeyName("pk")), func(b *box) **leaf { return &b.Opt })))
		b := box{ID: "b/~", Part: leaf{Text: "x", N: 1}, Opt: &leaf{Tags: []string{}}}
		_, err := r.Create(ctx, &b)
		kit.Must(t, err)
		d, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
		kit.Must(t, err)
		raw := map[string]kit.Row{}
		for _, item := range d.Table("Shared").Items {
			derived := x.Derived(kit.StringOf(item["pk"]))
			raw[derived] = kit.Without(item, "_meta")
			raw[derived]["pk"] = kit.Str(derived)
			rec, err := stored.DecodePart(item["_meta"])
			kit.Must(t, err)
			kit.Equal(t, "owner", rec.Owner, "Boxes/Sb~1~0")
		}
		kit.Same(t, "parts", raw, map[string]kit.Row{
			"Boxes/Sb~1~0/part": {"pk": kit.Str("Boxes/Sb~1~0/part"), "text": kit.Str("x"), "n": kit.Num("1")},
			"Boxes/Sb~1~0/opt":  {"pk": kit.Str("Boxes/Sb~1~0/opt"), "text": kit.Str(""), "n": kit.Num("0"), "tags": kit.List()},
		})
		root := d.Table("Boxes").Items[0]
		kit.Same(t, "root", kit.Without(root, "_meta"), kit.Row{"id": kit.Str("b/~"), "deep": kit.Object(kit.Row{"name": kit.Str(""), "count": kit.Num("0"), "leaf": kit.Object(kit.Row{"text": kit.Str(""), "n": kit.Num("0")})})})
		rec, err := stored.Decode(root["_meta"])
		kit.Must(t, err)
		kit.Equal(t, "record", []any{rec.Format, rec.Entity, rec.Version, len(rec.Parts), rec.Dynamic}, []any{stored.Compact, "Boxes", int64(1), 2, 0})
	}},
}
