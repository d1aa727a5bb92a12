package objects

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// keyed is an object with a key of any type. It has a part, so that a key is
// derived from that.
type keyed[K any] struct {
	ID   K           `dynamodbav:"id"`
	Part leaf        `dynamodbav:"part"`
	Meta meta.Record `dynamodbav:"-"`
}

type (
	customerID string
	orderNo    uint32
	digest     [4]byte
)

// keyCase runs through the verbs with one type of key. text is the key as
// String shows it, derived the key as part of the keys of parts.
func keyCase[K any](name, text, derived string, id, other K) kit.Check {
	return kit.Check{Name: name, Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		key := repo.KeyOf(func(v *keyed[K]) *K { return &v.ID })
		partN := lens.Of(func(v *keyed[K]) *int { return &v.Part.N })
		r := kit.Open(t, x, repo.TableOf("Keyed", key,
			shard.New(shard.To("Parts"), func(v *keyed[K]) *leaf { return &v.Part }),
			meta.Keep(func(v *keyed[K]) *meta.Record { return &v.Meta })))
		v := keyed[K]{ID: id, Part: leaf{N: 1}}
		got, err := r.Create(ctx, &v)
		kit.Must(t, err)
		kit.Equal(t, "key", got.String(), text)
		kit.Equal(t, "key", got.Equal(key.Of(id)), true)
		x.HasReferences(t, "part", v.Meta.References(), meta.Reference{Part: "part", Table: "Parts", Key: partKey(derived)})
		kit.Must(t, r.Update(ctx, key.Of(id), partN.Set(2)))
		read, err := r.Get(ctx, key.Of(id))
		kit.Must(t, err)
		v.Part.N, v.Meta = 2, read.Meta
		kit.Equal(t, "object", *read, v)
		second := keyed[K]{ID: other}
		_, err = r.Put(ctx, &second)
		kit.Must(t, err)
		seen := 0
		for v, err := range r.Scan(ctx) {
			kit.Must(t, err)
			again, err := r.Key(v)
			kit.Must(t, err)
			_, err = r.Get(ctx, again)
			kit.Must(t, err)
			seen++
		}
		kit.Equal(t, "objects", seen, 2)
		found, err := r.GetMany(ctx, []repo.Key[keyed[K]]{key.Of(other), key.Of(id)})
		wantMany(t, "many", found, err, []*keyed[K]{&second, read})
		n, err := repo.Read(ctx, r, key.Of(id), partN)
		kit.Must(t, err)
		kit.Equal(t, "path", n, 2)
		kit.Must(t, r.Delete(ctx, key.Of(id), repo.MustExist()))
		kit.Must(t, r.DeleteValue(ctx, &second))
		x.Counted(t, "left", map[string]int{})
	}}
}

// partKey returns the key of the part of a keyed object: its text, or a hash if
// the text is too long.
func partKey(derived string) string {
	key := "Keyed/" + derived + "/part"
	if len(key) <= 1024 {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "~h" + base64.RawURLEncoding.EncodeToString(sum[:])
}

var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 5, time.FixedZone("east", 3600)).UTC()
	someU = uuid.MustParse("01234567-89ab-cdef-0123-456789abcdef")
)

var keyChecks = []kit.Check{
	keyCase("string", `"a/b~c"`, "Sa~1b~0c", "a/b~c", "a"),
	keyCase("named string", `"c1"`, "Sc1", customerID("c1"), "c2"),
	keyCase("int", "-7", "N-7", -7, 7),
	keyCase("named uint", "4000000000", "N4000000000", orderNo(4e9), 1),
	keyCase("int64", "9007199254740993", "N9007199254740993", int64(9007199254740993), 9007199254740992),
	keyCase("bytes", "base64:AAH/", "BAAH_", []byte{0, 1, 255}, []byte{0}),
	keyCase("byte array", "base64:AQIDBA==", "BAQIDBA", [4]byte{1, 2, 3, 4}, [4]byte{}),
	keyCase("named byte array", "base64:AQIDBA==", "BAQIDBA", digest{1, 2, 3, 4}, digest{}),
	keyCase("uuid", `"`+someU.String()+`"`, "S"+someU.String(), someU, uuid.UUID{1}),
	keyCase("time", `"2026-03-01T11:00:00.000000005Z"`, "S2026-03-01T11:00:00.000000005Z", noon, noon.Add(1)),
	keyCase("long string", `"`+kit.Text(2048)+`"`, "S"+kit.Text(2048), kit.Text(2048), kit.Text(2047)),

	{Name: "composite", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, orders())
		o := order{Customer: "c/1", At: kit.At(5), Note: leaf{N: 1}}
		key, err := r.Create(ctx, &o)
		kit.Must(t, err)
		x.HasReferences(t, "part", o.Meta.References(), meta.Reference{Part: "note", Table: "Notes", Key: "Orders/Sc~11/S2026-01-02T03:04:06.000000000Z/note"})
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		o.At = o.At.UTC()
		kit.Equal(t, "order", *got, o)
		got.Note.N = 2
		_, err = r.Put(ctx, got)
		kit.Must(t, err)
		// The sort key is part of the identity, so another one means another object.
		moved := *got
		moved.At = kit.At(6)
		_, err = r.Put(ctx, &moved)
		kit.WantErr(t, "put under another key", err, repo.ErrConflict, "another object")
		moved.Meta = meta.Record{}
		_, err = r.Put(ctx, &moved)
		kit.Must(t, err)
		kit.Equal(t, "orders", len(kit.All(t, r.Query(ctx, orderKey.In("c/1")))), 2)
		kit.Must(t, r.DeleteValue(ctx, got))
	}},
	{Name: "generated", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		r := kit.Open(t, x, repo.TableOf("Notes", repo.KeyOf(func(n *note) *string { return &n.ID }, keygen.UUIDv7), keepNote))
		last := ""
		for range 10 {
			n := note{}
			key, err := r.Create(ctx, &n)
			kit.Must(t, err)
			kit.Equal(t, "key", key.String(), `"`+n.ID+`"`)
			if id, err := uuid.Parse(n.ID); err != nil || id.Version() != 7 || n.ID <= last {
				t.Errorf("key %q after %q: %v", n.ID, last, err)
			}
			last = n.ID
		}
		refusal := errors.New("no key today")
		failing := kit.Open(t, x, repo.TableOf("Failing", repo.KeyOf(func(n *note) *string { return &n.ID },
			keygen.FromErr(func(*note) (string, error) { return "dropped", refusal })), keepNote))
		n := note{Text: "x"}
		_, err := failing.Create(ctx, &n)
		kit.WantErr(t, "create", err, repo.ErrInvalid, "no key today")
		kit.Equal(t, "cause", errors.Is(err, refusal), true)
		kit.Equal(t, "value", n, note{Text: "x"})
		empty := kit.Open(t, x, repo.TableOf("Empty", repo.KeyOf(func(n *note) *string { return &n.ID },
			keygen.From(func(n *note) string { n.Text = "scribbled"; return "" })), keepNote))
		_, err = empty.Put(ctx, &n)
		kit.WantErr(t, "put", err, repo.ErrInvalid, "is empty")
		kit.Equal(t, "value", n, note{Text: "x"})
		fromData := kit.Open(t, x, repo.TableOf("FromData", repo.KeyOf(func(n *note) *string { return &n.ID },
			keygen.From(func(n *note) string { return "of " + n.Text })), keepNote))
		key, err := fromData.Put(ctx, &n)
		kit.Must(t, err)
		kit.Equal(t, "key", key.String(), `"of x"`)
	}},
	{Name: "detached", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		type body struct {
			Text string      `dynamodbav:"text"`
			Part leaf        `dynamodbav:"part"`
			Meta meta.Record `dynamodbav:"-"`
		}
		key := repo.DetachedKey[body, string]("ID", keygen.UUIDv7)
		keep := meta.Keep(func(b *body) *meta.Record { return &b.Meta })
		r := kit.Open(t, x, repo.TableOf("Bodies", key, keep, shard.New(shard.To("Parts"), func(b *body) *leaf { return &b.Part })))
		b := body{Text: "x", Part: leaf{N: 1}}
		kit.Must(t, r.CreateAt(ctx, key.Of("b1"), &b))
		again := body{}
		kit.WantErr(t, "create again", r.CreateAt(ctx, key.Of("b1"), &again), repo.ErrExists, "")
		got, err := r.Get(ctx, key.Of("b1"))
		kit.Must(t, err)
		kit.Equal(t, "body", *got, b)
		// A value that was read remembers its key.
		got.Text = "y"
		at, err := r.Put(ctx, got)
		kit.Must(t, err)
		kit.Equal(t, "key", at.String(), `"b1"`)
		known, err := r.Key(got)
		kit.Must(t, err)
		kit.Equal(t, "key", known.Equal(at), true)
		kit.Must(t, r.PutAt(ctx, key.Of("b2"), &body{Text: "z"}))
		kit.Must(t, r.PutAt(ctx, key.Of("b1"), &body{Text: "replaced"}))
		kit.WantErr(t, "put of a stale value", r.PutAt(ctx, key.Of("b1"), got), repo.ErrConflict, "")
		kit.WantErr(t, "put under another key", r.PutAt(ctx, key.Of("b2"), got), repo.ErrConflict, "another object")
		fresh := body{}
		made, err := r.Create(ctx, &fresh)
		kit.Must(t, err)
		found, err := r.Get(ctx, made)
		kit.Must(t, err)
		kit.Equal(t, "body", *found, fresh)
		kit.Must(t, r.Modify(ctx, key.Of("b2"), func(b *body) error { b.Part.N = 7; return nil }))
		kit.Must(t, r.DeleteValue(ctx, found))
		kit.Equal(t, "bodies", len(kit.All(t, r.Scan(ctx))), 2)

		bare := kit.Open(t, x, repo.TableOf("Bare", repo.DetachedKey[body, int]("no"), keep))
		_, err = bare.Create(ctx, &body{})
		kit.WantErr(t, "create without a key", err, repo.ErrInvalid, "CreateAt")
		kit.Must(t, bare.CreateAt(ctx, repo.DetachedKey[body, int]("no").Of(5), &body{}))
		kit.WantErr(t, "create at, key in a field", kit.Open(t, x, repo.TableOf("Notes", noteID, keepNote)).CreateAt(ctx, noteID.Of("n"), &note{}), repo.ErrInvalid, "CreateAt")
	}},
	{Name: "Plain", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		type plain struct {
			ID   string   `dynamodbav:"id"`
			N    int      `dynamodbav:"n"`
			Tags []string `dynamodbav:"tags"`
		}
		id := repo.KeyOf(func(p *plain) *string { return &p.ID })
		n, tags := lens.Of(func(p *plain) *int { return &p.N }), lens.Of(func(p *plain) *[]string { return &p.Tags })
		r := kit.Open(t, x, repo.TableOf("Plain", id), repo.Plain())
		key, err := r.Create(ctx, &plain{ID: "p", N: 1})
		kit.Must(t, err)
		_, err = r.Create(ctx, &plain{ID: "p"})
		kit.WantErr(t, "create again", err, repo.ErrExists, "")
		raw := func(what string, want ...kit.Row) {
			t.Helper()
			d, err := kit.DumpTables(ctx, x.Raw, x.Prefix)
			kit.Must(t, err)
			kit.Same(t, what, d.Table("Plain").Items, want)
		}
		raw("created", kit.Row{"id": kit.Str("p"), "n": kit.Num("1")})
		kit.Must(t, r.Update(ctx, key, lens.Add(n, 2), lens.Append(tags, "a")))
		raw("updated", kit.Row{"id": kit.Str("p"), "n": kit.Num("3"), "tags": kit.List(kit.Str("a"))})
		kit.WantErr(t, "update if", r.Update(ctx, key, n.Set(9), repo.If(n.Lt(3))), repo.ErrCondition, "")
		kit.WantErr(t, "update of none", r.Update(ctx, id.Of("none"), n.Set(1)), repo.ErrNotFound, "")
		kit.Must(t, r.With(repo.Relaxed()).Update(ctx, key, n.Set(4)))
		_, err = r.Put(ctx, &plain{ID: "p", N: 5})
		kit.Must(t, err)
		raw("put", kit.Row{"id": kit.Str("p"), "n": kit.Num("5")})
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "object", *got, plain{ID: "p", N: 5})
		v, err := repo.Read(ctx, r, key, n)
		kit.Must(t, err)
		kit.Equal(t, "path", v, 5)
		_, err = r.Put(ctx, &plain{ID: "q"}, repo.MustExist())
		kit.WantErr(t, "put of what must exist", err, repo.ErrNotFound, "")
		kit.WantErr(t, "delete of what must exist", r.Delete(ctx, id.Of("q"), repo.MustExist()), repo.ErrNotFound, "")
		kit.Must(t, r.Delete(ctx, key))
		kit.Must(t, r.Delete(ctx, key))
		raw("deleted")
		kit.WantErr(t, "modify", r.Modify(ctx, key, func(*plain) error { return nil }), repo.ErrInvalid, "Plain")
		kit.WantErr(t, "if unchanged", r.Update(ctx, key, n.Set(1), repo.IfUnchanged(got)), repo.ErrInvalid, "meta.Keep")
	}},
}
