package damage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// kindChecks are about models of every kind.
var kindChecks = []kit.Check{
	{Name: "every part of a tree", Run: everyPart},
	{Name: "two parts of a tree", Run: twoParts},
	{Name: "variants", Run: variants},
	{Name: "encrypted parts", Run: encrypted},
	{Name: "unique values", Out: kit.Out{Alone: "a claim and its object are two items"}, Run: uniques},
	{Name: "objects of an earlier version", Run: former},
}

var partTables = []string{"Leaves", "Ones", "Opts", "Lists", "Ptrs", "Maps"}

// treeKey is the name of the key of a table of a tree's parts.
func treeKey(table string) string {
	if table == "Leaves" {
		return "leafID"
	}
	return "_id"
}

// everyPart removes each item of a tree, one at a time; where small parts are inline, some
// of them.
func everyPart(t *testing.T, x *kit.World) {
	for over, step := range map[int]int{0: 1, 40: 5} {
		r := kit.Open(t, x, trees.Divided(over))
		for n, done := 0, false; !done; n += step {
			tree := trees.New("t")
			kit.Must(t, second(r.Create(t.Context(), &tree)))
			done = !removeNth(t, x, n)
			mendsTree(t, x, r, fmt.Sprint("over ", over, ", ", n), done)
		}
	}
}

// twoParts removes two items of a tree, in some of all ways.
func twoParts(t *testing.T, x *kit.World) {
	r := kit.Open(t, x, trees.Divided(40))
	for n := range 8 {
		tree := trees.New("t")
		kit.Must(t, second(r.Create(t.Context(), &tree)))
		removeNth(t, x, n)
		removeNth(t, x, 5*n+3)
		mendsTree(t, x, r, fmt.Sprint(n), false)
	}
}

// removeNth removes the n-th item of a tree's parts. It is false if there are fewer.
func removeNth(t *testing.T, x *kit.World, n int) bool {
	t.Helper()
	for _, table := range partTables {
		items := kit.Items(t, x, table)
		if n < len(items) {
			removeBy(t, x, table, treeKey(table), items[n])
			return true
		}
		n -= len(items)
	}
	return false
}

// mendsTree reads a tree, repairs it and reads it again, writes it and deletes it.
func mendsTree(t *testing.T, x *kit.World, r *repo.Repo[trees.Tree], what string, sound bool) {
	t.Helper()
	ctx, key := t.Context(), trees.ID.Of("t")
	got, err := r.Get(ctx, key, repo.AllowDamaged())
	kit.Equal(t, what+": sound", err == nil, sound)
	report, err := r.Repair(ctx, key, repo.Discard())
	kit.Must(t, err)
	kit.Equal(t, what+": sound", len(report) == 0, sound)
	now, err := r.Get(ctx, key)
	kit.Must(t, err)
	got.Meta = now.Meta
	kit.Equal(t, what, *now, *got)
	kit.CheckOrphans(t, x.Raw, x.Prefix)
	kit.Must(t, second(r.Put(ctx, now)))
	kit.Must(t, r.Delete(ctx, key, repo.MustExist()))
	x.Counted(t, what, map[string]int{})
}

type (
	payment interface{ pays() }
	card    struct {
		Number string `dynamodbav:"number"`
	}
	order struct {
		ID   string      `dynamodbav:"id"`
		Pay  payment     `dynamodbav:"pay"`
		Meta meta.Record `dynamodbav:"-"`
	}
)

func (card) pays() {}

// variants: of a variant whose part is lost the type is still known.
func variants(t *testing.T, x *kit.World) {
	id := repo.KeyOf(func(o *order) *string { return &o.ID })
	r := kit.Open(t, x, repo.TableOf("Orders", id, meta.Keep(func(o *order) *meta.Record { return &o.Meta }),
		repo.OneOf(func(o *order) *payment { return &o.Pay }, repo.Variant[card, payment]("card", shard.To("Cards")))))
	ctx := t.Context()
	for name, change := range map[string]func(kit.Row){"missing": nil, "undecodable": func(it kit.Row) { it["number"] = kit.Num("1") }} {
		key, err := r.Create(ctx, &order{ID: "o", Pay: card{"1"}})
		kit.Must(t, err)
		it := kit.Items(t, x, "Cards")[0]
		if change == nil {
			remove(t, x, "Cards", it)
		} else {
			change(it)
			x.Plant(t, "Cards", it)
		}
		got, err := r.Get(ctx, key, repo.AllowDamaged())
		reported(t, name, err)
		kit.Equal(t, name, got.Pay, payment(card{}))
		kit.Must(t, second(r.Repair(ctx, key, repo.Discard())))
		now, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, name+", repaired", now.Pay, payment(card{}))
		kit.CheckOrphans(t, x.Raw, x.Prefix)
		kit.Must(t, r.Delete(ctx, key))
	}
}

// encrypted: a part of another version opens, since it is bound to the key and the path; a
// part of another object does not. Keys that are not to be had are no damage.
func encrypted(t *testing.T, x *kit.World) {
	source := &failing{}
	key, err := cipher.NewKey(1, bytes.Repeat([]byte{1}, 32))
	kit.Must(t, err)
	source.KeySource, err = cipher.NewKeyset(cipher.Primary(key))
	kit.Must(t, err)
	aes, err := cipher.New(source)
	kit.Must(t, err)
	ctx, r := t.Context(), kit.Open(t, x, albums(cipher.ProtectAll[album](aes)))
	a := anAlbum("a")
	id, err := r.Create(ctx, a)
	kit.Must(t, err)
	older := itemOf(t, x, a, cover)
	a.Cover.Text = "new"
	kit.Must(t, second(r.Put(ctx, a)))
	damagePart(t, x, a, cover, func(it kit.Row) { it["text"], it["_meta"] = older["text"], older["_meta"] })
	got, err := r.Get(ctx, id, repo.AllowDamaged())
	kit.Equal(t, "older", found(a, reported(t, "older", err)), map[string]repo.DamageCause{"cover": repo.PartOfOtherVersion})
	kit.Equal(t, "older", got.Cover.Text, "cover")
	kit.Must(t, second(r.Repair(ctx, id)))
	kit.Must(t, second(r.Get(ctx, id)))

	b := anAlbum("b")
	kit.Must(t, second(r.Create(ctx, b)))
	foreign := itemOf(t, x, b, cover)["text"]
	damagePart(t, x, a, cover, func(it kit.Row) { it["text"] = foreign })
	_, err = r.Get(ctx, id, repo.AllowDamaged())
	report := reported(t, "moved", err)
	kit.Equal(t, "moved", found(a, report), map[string]repo.DamageCause{"cover": repo.PartUndecodable})
	kit.Equal(t, "moved", errors.Is(report[0].Err, cipher.ErrAuth), true)
	source.down = true
	_, err = r.Get(ctx, id, repo.AllowDamaged())
	kit.WantErr(t, "keys", err, repo.ErrUnavailable, "")
	kit.WantErr(t, "keys", second(r.Repair(ctx, id, repo.Discard())), repo.ErrUnavailable, "")
	source.down = false
	kit.Must(t, second(r.Repair(ctx, id, repo.Discard())))
	got, err = r.Get(ctx, id)
	kit.Must(t, err)
	kit.Equal(t, "discarded", []any{got.Cover.Text, got.Title}, []any{"", "t"})
}

// failing is a source of keys that may be down.
type failing struct {
	cipher.KeySource
	down bool
}

var errDown = errors.New("down")

func (f *failing) ByID(ctx context.Context, scope string, id cipher.KeyID) (*cipher.Key, error) {
	if f.down {
		return nil, errDown
	}
	return f.KeySource.ByID(ctx, scope, id)
}

// uniques: a repair claims what the mended object has, which another may have by now.
func uniques(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, albums(shard.Unique(shard.To("Names"), lens.Join(aCover, lens.Of(func(l *leaf) *string { return &l.Text })))))
	a := anAlbum("a")
	key, err := r.Create(ctx, a)
	kit.Must(t, err)
	a.Cover.Text = "new"
	kit.Must(t, second(r.Put(ctx, a)))
	damagePart(t, x, a, cover, func(it kit.Row) {
		it["text"], kit.Members(it["_meta"])["w"] = kit.Str("cover"), kit.Bin("0123456789abcdef")
	})
	b := anAlbum("b") // takes the name that is free
	kit.Must(t, second(r.Create(ctx, b)))
	kit.WantErr(t, "taken", second(r.Repair(ctx, key)), repo.ErrDuplicate, "")
	b.Cover.Text = "other"
	kit.Must(t, second(r.Put(ctx, b)))
	kit.Must(t, second(r.Repair(ctx, key)))
	kit.WantErr(t, "claimed", second(r.Create(ctx, anAlbum("c"))), repo.ErrDuplicate, "")
	c := anAlbum("c")
	c.Cover.Text = "new"
	kit.Must(t, second(r.Create(ctx, c)))
}

// tape is what an album was in the version before.
type tape struct {
	ID    string      `dynamodbav:"id"`
	Name  string      `dynamodbav:"name"`
	Cover leaf        `dynamodbav:"cover"`
	Songs []song      `dynamodbav:"songs"`
	Meta  meta.Record `dynamodbav:"-"`
}

// former: what is left of an object of an earlier version becomes one of today's.
func former(t *testing.T, x *kit.World) {
	tapeID := repo.KeyOf(func(p *tape) *string { return &p.ID })
	old := kit.Open(t, x, repo.TableOf("Albums", tapeID, meta.Keep(func(p *tape) *meta.Record { return &p.Meta }),
		shard.New(shard.To("Covers"), func(p *tape) *leaf { return &p.Cover }),
		shard.Each(shard.To("Songs"), func(p *tape) *[]song { return &p.Songs })))
	r := kit.Open(t, x, albums(repo.Schema[album](2, repo.Upgrade(1, func(p *tape) (*album, error) {
		return &album{ID: p.ID, Title: p.Name, Cover: p.Cover, Songs: p.Songs}, nil
	}))))
	for _, table := range []string{"Covers", "Songs"} {
		ctx, key := t.Context(), albumID.Of("p")
		kit.Must(t, second(old.Create(ctx, &tape{ID: "p", Name: "t", Cover: leaf{N: 1}, Songs: []song{{N: 1}, {N: 2}}})))
		remove(t, x, table, kit.Items(t, x, table)[0])
		kit.WantErr(t, table, second(r.Get(ctx, key)), repo.ErrCorrupt, "is missing")
		got, err := r.Get(ctx, key, repo.AllowDamaged())
		kit.Equal(t, table, len(reported(t, table, err)), 1)
		kit.Must(t, second(r.Repair(ctx, key)))
		now, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, table, content(now), content(got))
		kit.Equal(t, table, []any{now.Title, now.Cover.N + len(now.Songs)}, []any{"t", 2})
		kit.CheckOrphans(t, x.Raw, x.Prefix)
		kit.Must(t, r.Delete(ctx, key))
	}
}
