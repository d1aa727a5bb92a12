package conformance

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// keyed is an object with a key of any type, and a part, whose key is derived
// from it.
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

// keyCase walks through the verbs with one type of key. text is how people see
// the key, derived how it stands in the keys of parts.
func keyCase[K any](name, text, derived string, id, other K) repoCheck {
	return repoCheck{name, func(t *testing.T, x *world) {
		ctx := t.Context()
		key := repo.KeyOf(func(v *keyed[K]) *K { return &v.ID })
		partN := lens.Of(func(v *keyed[K]) *int { return &v.Part.N })
		r := open(t, x, repo.TableOf("Keyed", key,
			shard.New(shard.To("Parts"), func(v *keyed[K]) *leaf { return &v.Part }),
			meta.Keep(func(v *keyed[K]) *meta.Record { return &v.Meta })))
		v := keyed[K]{ID: id, Part: leaf{N: 1}}
		got, err := r.Create(ctx, &v)
		must(t, err)
		equal(t, "key", got.String(), text)
		equal(t, "key", got.Equal(key.Of(id)), true)
		equal(t, "part", v.Meta.References(), []meta.Reference{{Part: "part", Table: "Parts", Key: partKey(derived)}})
		must(t, r.Update(ctx, key.Of(id), partN.Set(2)))
		read, err := r.Get(ctx, key.Of(id))
		must(t, err)
		v.Part.N, v.Meta = 2, read.Meta
		equal(t, "object", *read, v)
		second := keyed[K]{ID: other}
		_, err = r.Put(ctx, &second)
		must(t, err)
		seen := 0
		for v, err := range r.Scan(ctx) {
			must(t, err)
			again, err := r.Key(v)
			must(t, err)
			_, err = r.Get(ctx, again)
			must(t, err)
			seen++
		}
		equal(t, "objects", seen, 2)
		n, err := repo.Read(ctx, r, key.Of(id), partN)
		must(t, err)
		equal(t, "path", n, 2)
		must(t, r.Delete(ctx, key.Of(id), repo.MustExist()))
		must(t, r.DeleteValue(ctx, &second))
		x.counted(t, "left", map[string]int{})
	}}
}

// partKey is the key of the part of a keyed: its text, or the hash of one that
// is too long.
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

var keyChecks = []repoCheck{
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
	keyCase("long string", `"`+text(2048)+`"`, "S"+text(2048), text(2048), text(2047)),

	{"composite", func(t *testing.T, x *world) {
		ctx, r := t.Context(), open(t, x, orders())
		o := order{Customer: "c/1", At: at(5), Note: leaf{N: 1}}
		key, err := r.Create(ctx, &o)
		must(t, err)
		equal(t, "part", o.Meta.References(), []meta.Reference{{Part: "note", Table: "Notes", Key: "Orders/Sc~11/S2026-01-02T03:04:06.000000000Z/note"}})
		got, err := r.Get(ctx, key)
		must(t, err)
		o.At = o.At.UTC()
		equal(t, "order", *got, o)
		got.Note.N = 2
		_, err = r.Put(ctx, got)
		must(t, err)
		// The sort key is part of the identity: another one is another object.
		moved := *got
		moved.At = at(6)
		_, err = r.Put(ctx, &moved)
		wantErr(t, "put under another key", err, repo.ErrConflict, "another object")
		moved.Meta = meta.Record{}
		_, err = r.Put(ctx, &moved)
		must(t, err)
		equal(t, "orders", len(all(t, r.Query(ctx, orderKey.In("c/1")))), 2)
		must(t, r.DeleteValue(ctx, got))
	}},
	{"generated", func(t *testing.T, x *world) {
		ctx := t.Context()
		r := open(t, x, repo.TableOf("Notes", repo.KeyOf(func(n *note) *string { return &n.ID }, keygen.UUIDv7), keepNote))
		last := ""
		for range 10 {
			n := note{}
			key, err := r.Create(ctx, &n)
			must(t, err)
			equal(t, "key", key.String(), `"`+n.ID+`"`)
			if id, err := uuid.Parse(n.ID); err != nil || id.Version() != 7 || n.ID <= last {
				t.Errorf("key %q after %q: %v", n.ID, last, err)
			}
			last = n.ID
		}
		refusal := errors.New("no key today")
		failing := open(t, x, repo.TableOf("Failing", repo.KeyOf(func(n *note) *string { return &n.ID },
			keygen.FromErr(func(*note) (string, error) { return "dropped", refusal })), keepNote))
		n := note{Text: "x"}
		_, err := failing.Create(ctx, &n)
		wantErr(t, "create", err, repo.ErrInvalid, "no key today")
		equal(t, "cause", errors.Is(err, refusal), true)
		equal(t, "value", n, note{Text: "x"})
		empty := open(t, x, repo.TableOf("Empty", repo.KeyOf(func(n *note) *string { return &n.ID },
			keygen.From(func(n *note) string { n.Text = "scribbled"; return "" })), keepNote))
		_, err = empty.Put(ctx, &n)
		wantErr(t, "put", err, repo.ErrInvalid, "is empty")
		equal(t, "value", n, note{Text: "x"})
		fromData := open(t, x, repo.TableOf("FromData", repo.KeyOf(func(n *note) *string { return &n.ID },
			keygen.From(func(n *note) string { return "of " + n.Text })), keepNote))
		key, err := fromData.Put(ctx, &n)
		must(t, err)
		equal(t, "key", key.String(), `"of x"`)
	}},
	{"detached", func(t *testing.T, x *world) {
		ctx := t.Context()
		type body struct {
			Text string      `dynamodbav:"text"`
			Part leaf        `dynamodbav:"part"`
			Meta meta.Record `dynamodbav:"-"`
		}
		key := repo.DetachedKey[body, string]("ID", keygen.UUIDv7)
		keep := meta.Keep(func(b *body) *meta.Record { return &b.Meta })
		r := open(t, x, repo.TableOf("Bodies", key, keep, shard.New(shard.To("Parts"), func(b *body) *leaf { return &b.Part })))
		b := body{Text: "x", Part: leaf{N: 1}}
		must(t, r.CreateAt(ctx, key.Of("b1"), &b))
		again := body{}
		wantErr(t, "create again", r.CreateAt(ctx, key.Of("b1"), &again), repo.ErrExists, "")
		got, err := r.Get(ctx, key.Of("b1"))
		must(t, err)
		equal(t, "body", *got, b)
		// A value that was read remembers its key.
		got.Text = "y"
		at, err := r.Put(ctx, got)
		must(t, err)
		equal(t, "key", at.String(), `"b1"`)
		known, err := r.Key(got)
		must(t, err)
		equal(t, "key", known.Equal(at), true)
		must(t, r.PutAt(ctx, key.Of("b2"), &body{Text: "z"}))
		must(t, r.PutAt(ctx, key.Of("b1"), &body{Text: "replaced"}))
		wantErr(t, "put of a stale value", r.PutAt(ctx, key.Of("b1"), got), repo.ErrConflict, "")
		wantErr(t, "put under another key", r.PutAt(ctx, key.Of("b2"), got), repo.ErrConflict, "another object")
		fresh := body{}
		made, err := r.Create(ctx, &fresh)
		must(t, err)
		found, err := r.Get(ctx, made)
		must(t, err)
		equal(t, "body", *found, fresh)
		must(t, r.Modify(ctx, key.Of("b2"), func(b *body) error { b.Part.N = 7; return nil }))
		must(t, r.DeleteValue(ctx, found))
		equal(t, "bodies", len(all(t, r.Scan(ctx))), 2)

		bare := open(t, x, repo.TableOf("Bare", repo.DetachedKey[body, int]("no"), keep))
		_, err = bare.Create(ctx, &body{})
		wantErr(t, "create without a key", err, repo.ErrInvalid, "CreateAt")
		must(t, bare.CreateAt(ctx, repo.DetachedKey[body, int]("no").Of(5), &body{}))
		wantErr(t, "create at, key in a field", open(t, x, repo.TableOf("Notes", noteID, keepNote)).CreateAt(ctx, noteID.Of("n"), &note{}), repo.ErrInvalid, "CreateAt")
	}},
	{"Plain", func(t *testing.T, x *world) {
		ctx := t.Context()
		type plain struct {
			ID   string   `dynamodbav:"id"`
			N    int      `dynamodbav:"n"`
			Tags []string `dynamodbav:"tags"`
		}
		id := repo.KeyOf(func(p *plain) *string { return &p.ID })
		n, tags := lens.Of(func(p *plain) *int { return &p.N }), lens.Of(func(p *plain) *[]string { return &p.Tags })
		r := open(t, x, repo.TableOf("Plain", id), repo.Plain())
		key, err := r.Create(ctx, &plain{ID: "p", N: 1})
		must(t, err)
		_, err = r.Create(ctx, &plain{ID: "p"})
		wantErr(t, "create again", err, repo.ErrExists, "")
		raw := func(what string, want ...row) {
			t.Helper()
			d, err := DumpTables(ctx, x.raw, x.prefix)
			must(t, err)
			same(t, what, d.Table("Plain").Items, want)
		}
		raw("created", row{"id": str("p"), "n": num("1")})
		must(t, r.Update(ctx, key, lens.Add(n, 2), lens.Append(tags, "a")))
		raw("updated", row{"id": str("p"), "n": num("3"), "tags": list(str("a"))})
		wantErr(t, "update if", r.Update(ctx, key, n.Set(9), repo.If(n.Lt(3))), repo.ErrCondition, "")
		wantErr(t, "update of none", r.Update(ctx, id.Of("none"), n.Set(1)), repo.ErrNotFound, "")
		must(t, r.With(repo.Relaxed()).Update(ctx, key, n.Set(4)))
		_, err = r.Put(ctx, &plain{ID: "p", N: 5})
		must(t, err)
		raw("put", row{"id": str("p"), "n": num("5")})
		got, err := r.Get(ctx, key)
		must(t, err)
		equal(t, "object", *got, plain{ID: "p", N: 5})
		v, err := repo.Read(ctx, r, key, n)
		must(t, err)
		equal(t, "path", v, 5)
		_, err = r.Put(ctx, &plain{ID: "q"}, repo.MustExist())
		wantErr(t, "put of what must exist", err, repo.ErrNotFound, "")
		wantErr(t, "delete of what must exist", r.Delete(ctx, id.Of("q"), repo.MustExist()), repo.ErrNotFound, "")
		must(t, r.Delete(ctx, key))
		must(t, r.Delete(ctx, key))
		raw("deleted")
		wantErr(t, "modify", r.Modify(ctx, key, func(*plain) error { return nil }), repo.ErrInvalid, "Plain")
		wantErr(t, "if unchanged", r.Update(ctx, key, n.Set(1), repo.IfUnchanged(got)), repo.ErrInvalid, "meta.Keep")
	}},
}
