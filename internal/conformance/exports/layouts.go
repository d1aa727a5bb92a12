package exports

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Objects of other keys and declarations.
type (
	box struct {
		Group string      `dynamodbav:"group"`
		At    time.Time   `dynamodbav:"at"`
		No    int         `dynamodbav:"no"`
		Note  slot        `dynamodbav:"note"`
		Meta  meta.Record `dynamodbav:"-"`
	}
	bare struct {
		ID    string    `dynamodbav:"id"`
		N     int       `dynamodbav:"n"`
		Until time.Time `dynamodbav:"until,unixtime,omitempty"`
	}
)

var (
	boxGroup = lens.Of(func(b *box) *string { return &b.Group })
	boxAt    = lens.Of(func(b *box) *time.Time { return &b.At })
	boxNo    = lens.Of(func(b *box) *int { return &b.No })
	boxKeep  = meta.Keep(func(b *box) *meta.Record { return &b.Meta })
	boxNote  = shard.New(shard.To("Notes"), func(b *box) *slot { return &b.Note })
	bareID   = repo.KeyOf(func(b *bare) *string { return &b.ID })
	at       = time.Date(2026, 11, 29, 8, 0, 0, 1, time.UTC)
)

var layoutChecks = []kit.Check{
	{Name: "all parts", Run: func(t *testing.T, x *kit.World) {
		trip(t, x, crates(kit.Keys(t)), crateID.Of("c/1~ü"), aCrate(), func(c *crate) *meta.Record { return &c.Meta })
	}},
	{Name: "expiring", Run: func(t *testing.T, x *kit.World) {
		trip(t, x, crates(kit.Keys(t), crateUntil), crateID.Of("c/1~ü"), aCrate(), func(c *crate) *meta.Record { return &c.Meta })
	}},
	{Name: "nothing but the key", Run: func(t *testing.T, x *kit.World) {
		trip(t, x, crates(kit.Keys(t)), crateID.Of("c"), &crate{ID: "c"}, func(c *crate) *meta.Record { return &c.Meta })
	}},
	{Name: "composite key", Run: func(t *testing.T, x *kit.World) {
		key := repo.CompositeKeyOf(func(b *box) *int { return &b.No }, func(b *box) *time.Time { return &b.At })
		trip(t, x, repo.TableOf("Boxes", key, boxKeep, boxNote, shard.Unique(shard.To("Groups"), boxNo, boxGroup)), key.Of(-7, at), &box{Group: "g", At: at, No: -7}, recordOfBox)
	}},
	{Name: "joined key", Run: func(t *testing.T, x *kit.World) {
		key := repo.JoinedKeyOf(repo.AttributeOf("PK", repo.Word[box]("BOX"), boxGroup), repo.AttributeOf("SK", boxAt, boxNo))
		trip(t, x, repo.TableOf("Boxes", key, boxKeep, boxNote, shard.Unique(shard.To("Numbers"), boxNo)), key.Of(boxGroup.Eq("g #$"), boxAt.Eq(at), boxNo.Eq(3)), &box{Group: "g #$", At: at, No: 3, Note: slot{City: "n"}}, recordOfBox)
	}},
	{Name: "detached key", Run: func(t *testing.T, x *kit.World) {
		key := repo.DetachedKey[box, []byte]("raw")
		v := &box{Group: "g", Note: slot{City: "n"}}
		m, of := repo.TableOf("Boxes", key, boxKeep, boxNote), key.Of([]byte{0, 254})
		r, y := kit.Open(t, x, m), elsewhere(t, x)
		kit.Must(t, r.CreateAt(t.Context(), of, v))
		arrived(t, x, y, r, kit.Open(t, y, m), of, recordOfBox)
	}},
	{Name: "without records", Run: func(t *testing.T, x *kit.World) {
		ctx, m, y := t.Context(), repo.TableOf("Bares", bareID, repo.ExpiresAt(func(b *bare) *time.Time { return &b.Until })), elsewhere(t, x)
		r, s := kit.Open(t, x, m, repo.Plain()), kit.Open(t, y, m, repo.Plain())
		key, err := r.Create(ctx, &bare{ID: "b", N: 1})
		kit.Must(t, err)
		text := export(t, r, key)
		kit.Equal(t, "document", text, `{"entity":"Bares","format":"dystore-object","items":1,"key":[{"S":"b"}],"version":1}
{"item":{"id":{"S":"b"},"n":{"N":"1"}}}
{"digest":"sha256:`+text[strings.Index(text, "sha256:")+7:])
		for _, opts := range [][]repo.CallOption{nil, {repo.Overwrite()}} {
			got, err := s.Import(ctx, strings.NewReader(text), opts...)
			kit.Must(t, err)
			kit.Equal(t, "key", got.Equal(key), true)
			kit.Has(t, s, key, "imported", bare{ID: "b", N: 1})
			kit.Must(t, s.Update(ctx, key, lens.Of(func(b *bare) *int { return &b.N }).Set(2)))
		}
		_, err = s.Import(ctx, strings.NewReader(text))
		kit.WantErr(t, "again", err, repo.ErrExists, "")
		kit.Has(t, s, key, "as it was", bare{ID: "b", N: 2})
		y.Plant(t, "Bares", kit.Row{"id": kit.Str("b"), "until": kit.Num("1000")})
		_, err = s.Import(ctx, strings.NewReader(text))
		kit.Must(t, err)
		kit.Has(t, s, key, "over one that has expired", bare{ID: "b", N: 1})
	}},
	{Name: "an item of another program", Run: func(t *testing.T, x *kit.World) {
		m, y := crates(kit.Keys(t)), elsewhere(t, x)
		r, s := kit.Open(t, x, m), kit.Open(t, y, m)
		item := kit.Row{"id": kit.Str("b"), "name": kit.Str("Ann"), "more": kit.List(kit.Null(), kit.Boolean(true), kit.BytesSet([]byte{2}, []byte{1}))}
		x.Plant(t, "Crates", item)
		text := export(t, r, crateID.Of("b"))
		_, err := s.Import(t.Context(), strings.NewReader(text))
		kit.Must(t, err)
		kit.Same(t, "stored", y.Item(t, "Crates", "b"), item)
		_, err = s.Import(t.Context(), strings.NewReader(text), repo.WithWriteID(meta.NewWriteID()))
		kit.WantErr(t, "with an id", err, repo.ErrInvalid, "has no record, which would remember the id")
		_, err = s.Import(t.Context(), strings.NewReader(text), repo.Overwrite())
		kit.Must(t, err)
	}},
	{Name: "parts that have moved", Run: func(t *testing.T, x *kit.World) {
		ctx, keys, y := t.Context(), kit.Keys(t), elsewhere(t, x)
		moved := placed(shard.To("Homes", shard.MovedFrom("OldHomes")), shard.To("Names", shard.MovedFrom("OldNames")), keys)
		old, r := kit.Open(t, x, placed(shard.To("OldHomes"), shard.To("OldNames"), keys)), kit.Open(t, x, moved)
		key, err := old.Create(ctx, aCrate())
		kit.Must(t, err)
		kit.Open(t, y, placed(shard.To("OldHomes"), shard.To("OldNames"), keys))
		arrived(t, x, y, r, kit.Open(t, y, moved), key, func(c *crate) *meta.Record { return &c.Meta })
		y.Counted(t, "after delete", map[string]int{})
	}},
	{Name: "of an earlier version of the model", Run: func(t *testing.T, x *kit.World) {
		ctx, y := t.Context(), elsewhere(t, x)
		type earlier struct {
			Group string `dynamodbav:"group"`
			Name  string `dynamodbav:"name"`
			Note  slot   `dynamodbav:"note"`
		}
		oldName := lens.Of(func(e *earlier) *string { return &e.Name })
		old := kit.Open(t, x, repo.TableOf("Boxes", repo.KeyOf(func(e *earlier) *string { return &e.Group }),
			shard.New(shard.To("Notes"), func(e *earlier) *slot { return &e.Note }), shard.Unique(shard.To("Names"), oldName)))
		_, err := old.Create(ctx, &earlier{Group: "g", Name: "seven", Note: slot{City: "Ulm"}})
		kit.Must(t, err)
		key := repo.KeyOf(func(b *box) *string { return &b.Group })
		today := repo.TableOf("Boxes", key, boxKeep, boxNote, shard.Unique(shard.To("Numbers"), boxNo),
			repo.Schema[box](2, repo.Upgrade(1, func(e *earlier) (*box, error) { return &box{Group: e.Group, No: len(e.Name), Note: e.Note}, nil })))
		r, s := kit.Open(t, x, today, repo.AllowTables("Names")), kit.Open(t, y, today)
		text := export(t, r, key.Of("g"))
		of, err := s.Import(ctx, strings.NewReader(text))
		kit.Must(t, err)
		got, err := s.Get(ctx, of)
		kit.Must(t, err)
		kit.Equal(t, "upgraded", []any{got.No, got.Note.City, got.Meta.Version}, []any{5, "Ulm", int64(2)})
		_, err = s.Put(ctx, got)
		kit.Must(t, err)
		y.Counted(t, "after put", map[string]int{"Boxes": 1, "Notes": 1, "Numbers": 1})
		_, err = old.Import(ctx, strings.NewReader(export(t, s, of)), repo.Overwrite())
		kit.WantErr(t, "into an older program", err, repo.ErrSchemaTooNew, "")
		kit.DeleteAll(t, y, s)
		kit.DeleteAll(t, x, r)
	}},
	{Name: "what only another program knows", Run: func(t *testing.T, x *kit.World) {
		ctx, y := t.Context(), elsewhere(t, x)
		type older struct {
			ID   string      `dynamodbav:"id"`
			Meta meta.Record `dynamodbav:"-"`
		}
		oldID := repo.KeyOf(func(o *older) *string { return &o.ID })
		model := repo.TableOf("Crates", oldID, meta.Keep(func(o *older) *meta.Record { return &o.Meta }))
		unsealed := repo.TableOf("Crates", crateID, keep, inline, shard.New(shard.To("Homes"), func(c *crate) *slot { return &c.Home }))
		newer, s := kit.Open(t, x, unsealed), kit.Open(t, y, unsealed)
		key, err := newer.Create(ctx, aPlainCrate())
		kit.Must(t, err)
		from, to := kit.Open(t, x, model, repo.AllowTables("Homes")), kit.Open(t, y, model, repo.AllowTables("Homes"))
		_, err = to.Import(ctx, strings.NewReader(export(t, from, oldID.Of("c"))))
		kit.Must(t, err)
		got, err := s.Get(ctx, key)
		kit.Must(t, err)
		want := *aPlainCrate()
		want.Meta = got.Meta
		kit.Equal(t, "read by the newer program", *got, want)
		kit.DeleteAll(t, x, newer)
		kit.DeleteAll(t, y, s)
	}},
}

func aPlainCrate() *crate {
	return &crate{ID: "c", Name: "Ann", Home: slot{City: "Ulm"}}
}

func recordOfBox(b *box) *meta.Record { return &b.Meta }

// trip creates an object, and stores it elsewhere.
func trip[T any](t *testing.T, x *kit.World, m repo.Model[T], key repo.Key[T], v *T, record func(*T) *meta.Record) {
	t.Helper()
	r, y := kit.Open(t, x, m), elsewhere(t, x)
	created, err := r.Create(t.Context(), v, repo.By("ann"))
	kit.Must(t, err)
	kit.Equal(t, "key", created.Equal(key), true)
	arrived(t, x, y, r, kit.Open(t, y, m), key, record)
}

// arrived imports an object elsewhere. It is the same there, and lives as others do.
func arrived[T any](t *testing.T, x, y *kit.World, r, s *repo.Repo[T], key repo.Key[T], record func(*T) *meta.Record) {
	t.Helper()
	ctx := t.Context()
	text := export(t, r, key)
	kit.Equal(t, "exported twice", export(t, r, key), text)
	got, err := s.Import(ctx, strings.NewReader(text))
	kit.Must(t, err)
	kit.Equal(t, "key", got.Equal(key), true)
	here, err := r.Get(ctx, key)
	kit.Must(t, err)
	there, err := s.Get(ctx, key)
	kit.Must(t, err)
	a, b := record(here), record(there)
	kit.Equal(t, "version", b.Version, a.Version+1)
	kit.Equal(t, "the write has an id of its own", b.WriteID != a.WriteID, true)
	kit.Equal(t, "times and actors", []any{b.CreatedAt, b.UpdatedAt, b.CreatedBy, b.UpdatedBy}, []any{a.CreatedAt, a.UpdatedAt, a.CreatedBy, a.UpdatedBy})
	*a, *b = meta.Record{}, meta.Record{}
	kit.Equal(t, "value", *there, *here)
	sameItems(t, x, y)

	there, err = s.Get(ctx, key)
	kit.Must(t, err)
	again := export(t, s, key)
	_, err = s.Put(ctx, there)
	kit.Must(t, err)
	kit.Must(t, s.Delete(ctx, key))
	x.Net.Reset()
	_, err = r.Import(ctx, strings.NewReader(again), repo.Overwrite())
	kit.Must(t, err)
	sameRoot(t, r, key)
	if exists, err := s.Exists(ctx, key); err != nil || exists {
		t.Errorf("deleted: %v, %v", exists, err)
	}
	kit.DeleteAll(t, x, r)
}

// sameRoot fails t unless an object can be read.
func sameRoot[T any](t *testing.T, r *repo.Repo[T], key repo.Key[T]) {
	t.Helper()
	_, err := r.Get(t.Context(), key)
	kit.Must(t, err)
}

// sameItems fails t unless two environments have the same items, but for what a write
// makes anew: the version and the ids in the record of the root, and claims.
func sameItems(t *testing.T, x, y *kit.World) {
	t.Helper()
	a, err := kit.DumpTables(t.Context(), x.Raw, x.Prefix)
	kit.Must(t, err)
	b, err := kit.DumpTables(t.Context(), y.Raw, y.Prefix)
	kit.Must(t, err)
	claims := map[string]bool{"Names": true, "Cities": true, "Groups": true, "Numbers": true, "OldNames": true}
	for _, table := range a.Tables {
		if claims[table.Name] {
			continue
		}
		if got := b.Table(table.Name).Items; len(got) != len(table.Items) {
			t.Errorf("%s has %d items there, %d here", table.Name, len(got), len(table.Items))
		} else {
			key := ""
			if x.Engine.Staged {
				key = table.Key[0]
			}
			kit.Same(t, table.Name, lasting(got, key), lasting(table.Items, key))
		}
	}
}

// lasting are items without what a write makes anew. A staged one makes the items of parts
// anew, with their keys, of which key is the attribute.
func lasting(items []map[string]types.AttributeValue, key string) (out []kit.Row) {
	for _, it := range items {
		row := kit.Without(it)
		if record, ok := it["_meta"].(*types.AttributeValueMemberM); ok {
			anew := []string{"v", "r", "a", "q", "i", "b"} // at version 1 the birth is implied
			if part := record.Value["o"] != nil && record.Value["f"] == nil; key != "" && part {
				row, anew = kit.Without(it, key), append(anew, "w")
			} else if key != "" {
				anew = append(anew, "m")
			}
			row["_meta"] = kit.Object(kit.Without(record.Value, anew...))
		}
		out = append(out, row)
	}
	if key != "" {
		slices.SortFunc(out, func(a, b kit.Row) int { return cmp.Compare(instOf(a), instOf(b)) })
	}
	return out
}

// instOf is the instance of the item of a part, empty of others.
func instOf(item kit.Row) string {
	record, ok := item["_meta"].(*types.AttributeValueMemberM)
	if !ok {
		return ""
	}
	inst, ok := record.Value["p"].(*types.AttributeValueMemberS)
	if !ok {
		return ""
	}
	return inst.Value
}
