// Package damage checks what becomes of objects whose items have been lost, replaced or
// put back: who reads them all the same, what mends them and what deletes them.
package damage

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	leaf struct {
		Text string `dynamodbav:"text"`
		N    int    `dynamodbav:"n"`
	}
	// song is a part that has a part.
	song struct {
		Name   string `dynamodbav:"name"`
		N      int    `dynamodbav:"n"`
		Lyrics leaf   `dynamodbav:"lyrics"`
	}
	album struct {
		ID     string          `dynamodbav:"id"`
		Title  string          `dynamodbav:"title"`
		Cover  leaf            `dynamodbav:"cover"`
		Review *leaf           `dynamodbav:"review"`
		Songs  []song          `dynamodbav:"songs"`
		Covers map[string]leaf `dynamodbav:"covers"`
		Meta   meta.Record     `dynamodbav:"-"`
	}
)

var (
	albumID = repo.KeyOf(func(a *album) *string { return &a.ID })
	aTitle  = lens.Of(func(a *album) *string { return &a.Title })
	aCover  = lens.Of(func(a *album) *leaf { return &a.Cover })
	lN      = lens.Of(func(l *leaf) *int { return &l.N })
)

// albums declares an album with parts of every kind.
func albums(more ...repo.Part[album]) repo.Model[album] {
	return repo.TableOf("Albums", albumID, append(more, meta.Keep(func(a *album) *meta.Record { return &a.Meta }),
		shard.New(shard.To("Covers"), func(a *album) *leaf { return &a.Cover }),
		shard.Optional(shard.To("Reviews"), func(a *album) **leaf { return &a.Review }),
		shard.Each(shard.To("Songs"), func(a *album) *[]song { return &a.Songs },
			shard.New(shard.To("Lyrics"), func(s *song) *leaf { return &s.Lyrics })),
		shard.EachValue(shard.To("Others"), func(a *album) *map[string]leaf { return &a.Covers }))...)
}

func anAlbum(id string) *album {
	a := &album{ID: id, Title: "t", Cover: leaf{"cover", 1}, Review: &leaf{"review", 2}, Covers: map[string]leaf{"back": {"back", 3}, "disc": {"disc", 4}}}
	for i := range 3 {
		a.Songs = append(a.Songs, song{fmt.Sprint("song", i), i, leaf{fmt.Sprint("la", i), 10 + i}})
	}
	return a
}

// plainly is the way in which a repository without options writes.
const plainly = "plainly"

// writers are repositories over the same tables, by how they write.
func writers(t *testing.T, x *kit.World, m repo.Model[album], opts ...repo.Option) map[string]*repo.Repo[album] {
	t.Helper()
	all := map[string]*repo.Repo[album]{plainly: kit.Open(t, x, m, opts...)}
	if !x.Engine.Staged {
		all["staged"] = kit.Open(t, x, m, append(opts, repo.Staged())...)
		all["without transactions"] = kit.Open(t, x, m, append(opts, repo.WithoutTransactions())...)
	}
	return all
}

// place is a part of an album: its path, with the number of the element in the place of
// its id, its table, and what an album is without it.
type place struct {
	path, table string
	drop        func(*album)
	inside      []string // parts that are inside of it
}

var places = []place{
	{"cover", "Covers", func(a *album) { a.Cover = leaf{} }, nil},
	{"review", "Reviews", func(a *album) { a.Review = nil }, nil},
	{"songs#1", "Songs", func(a *album) { a.Songs = []song{a.Songs[0], a.Songs[2]} }, []string{"songs#1.lyrics"}},
	{"songs#1.lyrics", "Lyrics", func(a *album) { a.Songs[1].Lyrics = leaf{} }, nil},
	{"covers:back", "Others", func(a *album) { delete(a.Covers, "back") }, nil},
}

// damage is what may become of the item of a part.
type damage struct {
	name   string
	cause  repo.DamageCause
	change func(item kit.Row) // nil: the item goes
	shown  bool               // what is there is in the value
}

var damages = []damage{
	{"missing", repo.PartMissing, nil, false},
	{"of another version", repo.PartOfOtherVersion, func(it kit.Row) { kit.Members(it["_meta"])["w"] = kit.Bin("0123456789abcdef") }, true},
	{"of another object", repo.PartOfOtherOwner, func(it kit.Row) { kit.Members(it["_meta"])["o"] = kit.Str("Albums/Sother") }, false},
	{"without a record", repo.PartOfOtherOwner, func(it kit.Row) { delete(it, "_meta") }, false},
	{"without a stamp", repo.PartUndecodable, func(it kit.Row) { delete(kit.Members(it["_meta"]), "w") }, false},
	{"of another type", repo.PartUndecodable, func(it kit.Row) { it["n"] = kit.Str("x") }, false},
}

// numbered is the path of a part with the number of the song in the place of its id.
func numbered(a *album, path string) string {
	for i, id := range songIDs(a) {
		if rest, ok := strings.CutPrefix(path, "songs#"+id); ok {
			return fmt.Sprint("songs#", i, rest)
		}
	}
	return path
}

// songIDs are the ids of the songs of a stored album, in order.
func songIDs(a *album) (ids []string) {
	for _, e := range a.Meta.Snapshot().Root.Orders["songs"].Elems {
		ids = append(ids, e.ID.String())
	}
	return ids
}

// itemOf is the item of a part of an album, nil if there is none.
func itemOf(t *testing.T, x *kit.World, a *album, p place) kit.Row {
	t.Helper()
	for _, it := range kit.Items(t, x, p.table) {
		rec, ok := it["_meta"].(*types.AttributeValueMemberM)
		if ok && kit.StringOf(rec.Value["o"]) == "Albums/S"+a.ID && numbered(a, kit.StringOf(rec.Value["p"])) == p.path {
			return it
		}
	}
	return nil
}

// damagePart changes the item of a part.
func damagePart(t *testing.T, x *kit.World, a *album, p place, change func(kit.Row)) {
	t.Helper()
	it := itemOf(t, x, a, p)
	if it == nil {
		t.Fatalf("no item of %s", p.path)
	}
	if change == nil {
		remove(t, x, p.table, it)
		return
	}
	change(it)
	x.Plant(t, p.table, it)
}

// remove deletes an item of a table of parts.
func remove(t *testing.T, x *kit.World, table string, it kit.Row) {
	t.Helper()
	removeBy(t, x, table, "_id", it)
}

// removeBy deletes an item by its key.
func removeBy(t *testing.T, x *kit.World, table, key string, it kit.Row) {
	t.Helper()
	_, err := x.Raw.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: new(x.Table(table)), Key: kit.Row{key: it[key]}})
	kit.Must(t, err)
}

// found are parts by their paths, with numbers.
func found(a *album, parts []repo.DamagedPart) map[string]repo.DamageCause {
	out := map[string]repo.DamageCause{}
	for _, p := range parts {
		out[numbered(a, p.Path)] = p.Cause
	}
	return out
}

// reported is the report in an error.
func reported(t *testing.T, what string, err error) []repo.DamagedPart {
	t.Helper()
	kit.WantErr(t, what, err, repo.ErrCorrupt, "")
	report, ok := errors.AsType[*repo.DamageError](err)
	if !ok {
		t.Fatalf("%s: %v is no report", what, err)
	}
	return report.Parts
}

// content is an album without its record.
func content(a *album) album {
	c := *a
	c.Meta = meta.Record{}
	return c
}
