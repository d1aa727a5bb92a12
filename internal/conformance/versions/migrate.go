package versions

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

var migrateChecks = []kit.Check{
	{Name: "older objects", Run: migratesVersions},
	{Name: "pages", Run: migratesPages},
	{Name: "dry run", Run: dryRun},
	{Name: "failures", Run: migrationFails},
	{Name: "the end of the context", Run: migrationStops},
	{Name: "from plaintext", Run: fromPlaintext},
	{Name: "plaintext of all kinds", Run: plaintextOfAllKinds},
	{Name: "from key to key", Run: fromKeyToKey},
	{Name: "shards that move", Run: movingShards},
	{Name: "unique values", Out: kit.Out{Alone: "its objects have a unique value"}, Run: claims},
	{Name: "formats and expiry", Run: formats},
	{Name: "what is not to be written", Run: stays},
}

// done is the outcome of a migration, without what depends on time and size.
func done(p repo.Progress) repo.Progress {
	p.Read, p.Write, p.Total, p.Elapsed, p.Left = 0, 0, 0, 0, 0
	if len(p.Errors) == 0 {
		p.Errors = nil
	}
	return p
}

// migrates runs a migration and compares its outcome; then one that changes nothing.
func migrates[T any](t *testing.T, r *repo.Repo[T], seen, changed int64) {
	t.Helper()
	p, err := r.Migrate(t.Context())
	kit.Must(t, err)
	kit.Equal(t, "migrated", done(p), repo.Progress{Seen: seen, Changed: changed})
	if changed > 0 && (p.Read <= 0 || p.Write <= 0) {
		t.Errorf("units: %v and %v", p.Read, p.Write)
	}
	p, err = r.Migrate(t.Context())
	kit.Must(t, err)
	kit.Equal(t, "migrated again", done(p), repo.Progress{Seen: seen})
	kit.Equal(t, "units written", p.Write, 0)
}

// migratesVersions: all objects are of today's version, and lose nothing.
func migratesVersions(t *testing.T, x *kit.World) {
	store(t, x, ann(), &personV1{ID: "b", Name: "Bo Lee"})
	r := v3(t, x)
	_, err := r.Create(t.Context(), &person{ID: "c", First: "Cy"}, repo.By("eve"))
	kit.Must(t, err)
	x.Plant(t, "People", kit.Row{"id": kit.Str("d"), "name": kit.Str("Di Ray"), "other": kit.Num("1")})
	migrates(t, r, 4, 3)
	for id, want := range map[string]person{"a": annToday(), "b": {ID: "b", First: "Bo", Last: "Lee", Born: 2000}, "c": {ID: "c", First: "Cy"}, "d": {ID: "d", First: "Di", Last: "Ray", Born: 2000}} {
		got, err := r.Get(t.Context(), key.Of(id))
		kit.Must(t, err)
		kit.Equal(t, id, bare(got), want)
		kit.Equal(t, "version of "+id, version(t, x, id), "3")
	}
	kit.Same(t, "unknown", x.Item(t, "People", "d")["other"], kit.Num("1"))
	x.Counted(t, "items", map[string]int{"People": 4, "Photos": 4})
}

// migratesPages: OnProgress is told of each page, and StartAt goes on.
func migratesPages(t *testing.T, x *kit.World) {
	var all []*personV1
	for i := range 7 {
		all = append(all, &personV1{ID: fmt.Sprint("p", i), Name: "N N"})
	}
	store(t, x, all...)
	r := v3(t, x)
	ctx, cancel := context.WithCancel(t.Context())
	var seen []int64
	p, err := r.Migrate(ctx, repo.PageSize(3), repo.OnProgress(func(p repo.Progress) {
		seen = append(seen, p.Seen)
		if p.Total != 0 && p.Total < 7 {
			t.Errorf("about %d objects", p.Total)
		}
		cancel()
	}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of the context: %v", err)
	}
	kit.Equal(t, "pages", seen, []int64{3})
	kit.Equal(t, "so far", [3]int64{p.Seen, p.Changed, p.Failed}, [3]int64{3, 3, 0})
	seen = nil
	p, err = r.Migrate(t.Context(), repo.PageSize(3), repo.StartAt(p.Cursor), repo.OnProgress(func(p repo.Progress) { seen = append(seen, p.Seen) }))
	kit.Must(t, err)
	kit.Equal(t, "the rest", done(p), repo.Progress{Seen: 4, Changed: 4})
	kit.Equal(t, "pages", seen, []int64{3, 4})
	migrates(t, r, 7, 0)
	_, err = r.Migrate(t.Context(), repo.StartAt("nonsense"))
	kit.WantErr(t, "a cursor of nothing", err, repo.ErrInvalid, "StartAt")
}

// dryRun: it counts what would be changed, and writes nothing.
func dryRun(t *testing.T, x *kit.World) {
	store(t, x, ann(), &personV1{ID: "b"})
	before := x.Item(t, "People", "a")
	r := v3(t, x)
	x.Net.Reset()
	p, err := r.Migrate(t.Context(), repo.DryRun())
	kit.WantErr(t, "the object without a name", err, repo.ErrInvalid, "a person without a name")
	kit.Equal(t, "counted", done(p), repo.Progress{Seen: 2, Changed: 1, Failed: 1, Errors: map[string]int64{"ErrInvalid": 1}})
	kit.Equal(t, "written", p.Write, 0)
	for _, sent := range x.Net.Requests() {
		if sent.Operation == "PutItem" || sent.Operation == "TransactWriteItems" || sent.Operation == "UpdateItem" {
			t.Errorf("sent %s", sent.Operation)
		}
	}
	kit.Same(t, "stored", x.Item(t, "People", "a"), before)
}

// migrationFails: objects that cannot be migrated do not stop the others.
func migrationFails(t *testing.T, x *kit.World) {
	var all []*personV1
	for i := range 14 {
		all = append(all, &personV1{ID: fmt.Sprint("p", i)})
	}
	store(t, x, append(all, ann())...)
	x.Plant(t, "People", kit.Row{"id": kit.Str("z"), "_meta": kit.Str("nonsense")})
	r := v3(t, x)
	p, err := r.Migrate(t.Context(), repo.PageSize(4))
	kit.Equal(t, "done", done(p), repo.Progress{Seen: 16, Changed: 1, Failed: 15, Errors: map[string]int64{"ErrInvalid": 14, "ErrCorrupt": 1}})
	var many interface{ Unwrap() []error }
	if !errors.As(err, &many) || len(many.Unwrap()) != 11 || many.Unwrap()[10].Error() != "and 5 more objects" {
		t.Errorf("the error: %v", err)
	}
	var one *repo.Error
	if !errors.As(err, &one) || one.Op != "Migrate" || one.Key == "" {
		t.Errorf("the first error: %+v", one)
	}
	kit.Equal(t, "version", version(t, x, "a"), "3")
}

// migrationStops: a context that has ended is no failure of objects.
func migrationStops(t *testing.T, x *kit.World) {
	store(t, x, ann())
	r := v3(t, x)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p, err := r.Migrate(ctx)
	if !errors.Is(err, context.Canceled) || p.Seen != 0 || p.Failed != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	slow, end := context.WithTimeout(t.Context(), time.Hour)
	defer end()
	_, err = r.Migrate(slow, repo.Rate(1e6, 1e6))
	kit.Must(t, err)
	_, err = r.Migrate(slow, repo.Rate(-1, 1))
	kit.WantErr(t, "rate", err, repo.ErrInvalid, "Rate(-1, 1)")
}

// plainDoc has values that are to be encrypted.
type plainDoc struct {
	ID    string               `dynamodbav:"id"`
	SSN   string               `dynamodbav:"ssn"`
	Bytes []byte               `dynamodbav:"bytes"`
	Whole note                 `dynamodbav:"whole"`
	List  []plainCard          `dynamodbav:"list"`
	Map   map[string]plainCard `dynamodbav:"map"`
	Part  plainCard            `dynamodbav:"part"`
	Meta  meta.Record          `dynamodbav:"-"`
}

type plainCard struct {
	Number *int   `dynamodbav:"number"`
	Open   string `dynamodbav:"open"`
}

var (
	docKey   = repo.KeyOf(func(d *plainDoc) *string { return &d.ID })
	docKeep  = meta.Keep(func(d *plainDoc) *meta.Record { return &d.Meta })
	docPart  = shard.New(shard.To("Parts"), func(d *plainDoc) *plainCard { return &d.Part })
	ssn      = lens.Of(func(d *plainDoc) *string { return &d.SSN })
	number   = lens.Of(func(c *plainCard) **int { return &c.Number })
	secretOf = []lens.Field[plainDoc]{ssn, lens.Of(func(d *plainDoc) *[]byte { return &d.Bytes }), lens.Of(func(d *plainDoc) *note { return &d.Whole }),
		lens.Each(lens.Of(func(d *plainDoc) *[]plainCard { return &d.List }), number), lens.EachValue(lens.Of(func(d *plainDoc) *map[string]plainCard { return &d.Map }), number),
		lens.Of(func(d *plainDoc) **int { return &d.Part.Number })}
)

func plainDocs(t *testing.T, x *kit.World, parts ...repo.Part[plainDoc]) *repo.Repo[plainDoc] {
	return kit.Open(t, x, repo.TableOf("Docs", docKey, append(parts, docKeep, docPart)...))
}

func newDoc(id string) plainDoc {
	return plainDoc{ID: id, SSN: "1-2", Bytes: []byte("b"), Whole: note{"w"}, List: []plainCard{{new(1), "o"}, {nil, "p"}}, Map: map[string]plainCard{"k": {new(5), "r"}}, Part: plainCard{new(3), "q"}}
}

// fromPlaintext: programs read both while a migration encrypts.
func fromPlaintext(t *testing.T, x *kit.World) {
	ctx, aes := t.Context(), kit.Keys(t)
	old := plainDocs(t, x)
	for _, id := range []string{"a", "b"} {
		d := newDoc(id)
		_, err := old.Create(ctx, &d)
		kit.Must(t, err)
	}
	strict := plainDocs(t, x, cipher.Protect(aes, secretOf...))
	_, err := strict.Get(ctx, docKey.Of("a"))
	if !errors.Is(err, cipher.ErrNotEncrypted) {
		t.Errorf("a strict program: %v", err)
	}
	plain := repo.AcceptPlain(secretOf...)
	r := plainDocs(t, x, cipher.Protect(aes, secretOf...), plain)
	got, err := r.Get(ctx, docKey.Of("a"))
	kit.Must(t, err)
	want := newDoc("a")
	want.Meta = got.Meta
	kit.Equal(t, "read", *got, want)
	kit.Equal(t, "found", plain.Found(), map[string]int64{"ssn": 1, "bytes": 1, "whole": 1, "list[].number": 1, "map{}.number": 1, "part.number": 1})
	text, err := repo.Read(ctx, r, docKey.Of("a"), ssn)
	kit.Must(t, err)
	kit.Equal(t, "a path", text, "1-2")

	kit.Must(t, r.Update(ctx, docKey.Of("b"), ssn.Set("3-4"))) // encrypts what it sets
	migrates(t, r, 2, 2)
	for id, number := range map[string]string{"a": "1-2", "b": "3-4"} {
		got, err := strict.Get(ctx, docKey.Of(id))
		kit.Must(t, err)
		want := newDoc(id)
		want.SSN, want.Meta = number, got.Meta
		kit.Equal(t, "strictly", *got, want)
	}
	found := plain.Found()
	_, err = r.Get(ctx, docKey.Of("a"))
	kit.Must(t, err)
	kit.Equal(t, "found after it", plain.Found(), found)
	stored := kit.OpenStored(t, x, "Docs", "id", repo.AllowTables("Parts"), repo.WithOpener(aes))
	doc, err := stored.Get(ctx, "a")
	kit.Must(t, err)
	kit.Equal(t, "without type", doc["ssn"], any("1-2"))
}

// plaintextOfAllKinds: an Update, a Put and a Modify of plaintext encrypt it.
func plaintextOfAllKinds(t *testing.T, x *kit.World) {
	ctx, aes := t.Context(), kit.Keys(t)
	old := plainDocs(t, x)
	r := plainDocs(t, x, cipher.Protect(aes, secretOf...), repo.AcceptPlain(secretOf...))
	strict := plainDocs(t, x, cipher.Protect(aes, secretOf...))
	for how, write := range map[string]func(id string) error{
		"put": func(id string) error {
			got, err := r.Get(ctx, docKey.Of(id))
			if err == nil {
				_, err = r.Put(ctx, got)
			}
			return err
		},
		"modify": func(id string) error { return r.Modify(ctx, docKey.Of(id), func(*plainDoc) error { return nil }) },
		"blind":  func(id string) error { d := newDoc(id); _, err := r.Put(ctx, &d); return err },
	} {
		d := newDoc(how)
		_, err := old.Create(ctx, &d)
		kit.Must(t, err)
		kit.Must(t, write(how))
		got, err := strict.Get(ctx, docKey.Of(how))
		kit.Must(t, err)
		want := newDoc(how)
		want.Meta = got.Meta
		kit.Equal(t, how, *got, want)
	}
	// An envelope that does not open is no plaintext, whatever is accepted.
	d := newDoc("moved")
	_, err := strict.Create(ctx, &d)
	kit.Must(t, err)
	x.Plant(t, "Docs", with(x.Item(t, "Docs", "moved"), "ssn", x.Item(t, "Docs", "put")["ssn"]))
	_, err = r.Get(ctx, docKey.Of("moved"))
	kit.WantErr(t, "an envelope of another object", err, repo.ErrCorrupt, "ssn")
	for what, p := range map[string]repo.Part[plainDoc]{
		"no value is encrypted at this path": repo.AcceptPlain(lens.Of(func(d *plainDoc) *string { return &d.Part.Open })),
		"names no field":                     repo.AcceptPlain[plainDoc](),
	} {
		_, err := repo.New(x.Client, repo.TableOf("Docs", docKey, docKeep, docPart, cipher.Protect(aes, secretOf...), p))
		if !errors.Is(err, repo.ErrInvalid) || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// fromKeyToKey: what is under an old key is written under today's.
func fromKeyToKey(t *testing.T, x *kit.World) {
	ctx := t.Context()
	k1, err := cipher.NewKey(1, bytes.Repeat([]byte{1}, 32))
	kit.Must(t, err)
	k2, err := cipher.NewKey(2, bytes.Repeat([]byte{2}, 32))
	kit.Must(t, err)
	under := func(entries ...cipher.KeysetEntry) *repo.Repo[plainDoc] {
		ring, err := cipher.NewKeyset(entries...)
		kit.Must(t, err)
		aes, err := cipher.New(ring)
		kit.Must(t, err)
		return plainDocs(t, x, cipher.Protect(aes, secretOf...))
	}
	old := under(cipher.Primary(k1), cipher.Enabled(k2))
	for _, id := range []string{"a", "b"} {
		d := newDoc(id)
		_, err := old.Create(ctx, &d)
		kit.Must(t, err)
	}
	_, err = old.Create(ctx, &plainDoc{ID: "nothing of it is encrypted but the list of paths"})
	kit.Must(t, err)
	today := under(cipher.Primary(k2), cipher.Enabled(k1))
	migrates(t, today, 3, 3)
	usage, err := today.KeysInUse(ctx)
	kit.Must(t, err)
	kit.Equal(t, "values under the old key", usage.Of(1), 0)
	alone := under(cipher.Primary(k2))
	got, err := alone.Get(ctx, docKey.Of("a"))
	kit.Must(t, err)
	want := newDoc("a")
	want.Meta = got.Meta
	kit.Equal(t, "read", *got, want)

	// Another field is encrypted, and one is not any more.
	ring, err := cipher.NewKeyset(cipher.Primary(k2))
	kit.Must(t, err)
	aes, err := cipher.New(ring)
	kit.Must(t, err)
	open := lens.Of(func(d *plainDoc) *string { return &d.Part.Open })
	more := plainDocs(t, x, cipher.Protect(aes, append(secretOf, open)...), repo.AcceptPlain(open))
	migrates(t, more, 3, 3)
}

// movingShards: parts go where the model has them today.
func movingShards(t *testing.T, x *kit.World) {
	store(t, x, ann(), &personV1{ID: "b", Name: "Bo"})
	moved := kit.Open(t, x, repo.TableOf("People", keyV1, keepV1, shard.New(shard.To("Elsewhere", shard.MovedFrom("Notes")), func(p *personV1) *note { return &p.Notes })))
	migrates(t, moved, 2, 2)
	x.Counted(t, "items", map[string]int{"People": 2, "Elsewhere": 2})
	home := kit.Open(t, x, repo.TableOf("People", keyV1, keepV1), repo.AllowTables("Elsewhere"))
	migrates(t, home, 2, 2)
	x.Counted(t, "items", map[string]int{"People": 2})
	kit.Same(t, "taken home", x.Item(t, "People", "a")["notes"], kit.Object(kit.Row{"text": kit.Str("hi")}))
	lists := kit.Open(t, x, repo.TableOf("People", keyV1, keepV1, shard.Each(shard.To("Pets"), func(p *personV1) *[]petV1 { return &p.Pets })))
	migrates(t, lists, 2, 2)
	x.Counted(t, "items", map[string]int{"People": 2, "Pets": 2})
}

// claims: values are claimed; those that the program does not declare stay.
func claims(t *testing.T, x *kit.World) {
	ctx := t.Context()
	store(t, x, ann(), &personV1{ID: "b", Name: "Bo"}, &personV1{ID: "c", Name: "Bo"})
	unique := kit.Open(t, x, repo.TableOf("People", keyV1, keepV1, shard.New(shard.To("Notes"), func(p *personV1) *note { return &p.Notes }),
		shard.Unique(shard.To("Names"), lens.Of(func(p *personV1) *string { return &p.Name }))))
	p, err := unique.Migrate(ctx)
	kit.WantErr(t, "twice Bo", err, repo.ErrDuplicate, "name")
	kit.Equal(t, "claimed", done(p), repo.Progress{Seen: 3, Changed: 2, Failed: 1, Errors: map[string]int64{"ErrDuplicate": 1}})
	x.Counted(t, "items", map[string]int{"People": 3, "Notes": 3, "Names": 2})
	_, err = unique.Create(ctx, &personV1{ID: "d", Name: "Ann Lee"})
	kit.WantErr(t, "create", err, repo.ErrDuplicate, "")
	free := kit.Open(t, x, repo.TableOf("People", keyV1, keepV1, shard.New(shard.To("Notes"), func(p *personV1) *note { return &p.Notes })), repo.AllowTables("Names"))
	migrates(t, free, 3, 0)
	x.Counted(t, "claims are another program's to give up", map[string]int{"People": 3, "Notes": 3, "Names": 2})
}

type timedV1 struct {
	ID string    `dynamodbav:"id"`
	At time.Time `dynamodbav:"at"`
}

type timed struct {
	ID string    `dynamodbav:"id"`
	At time.Time `dynamodbav:"at,unixtime"`
}

// formats: times become numbers, and then say when objects expire.
func formats(t *testing.T, x *kit.World) {
	ctx, at := t.Context(), time.Unix(4_000_000_000, 0).UTC()
	k := repo.KeyOf(func(v *timed) *string { return &v.ID })
	old := kit.Open(t, x, repo.TableOf("Times", repo.KeyOf(func(v *timedV1) *string { return &v.ID })))
	_, err := old.Create(ctx, &timedV1{"a", at})
	kit.Must(t, err)
	migrates(t, kit.Open(t, x, repo.TableOf("Times", k)), 1, 1)
	kit.Same(t, "stored", x.Item(t, "Times", "a")["at"], kit.Num("4000000000"))
	migrates(t, kit.Open(t, x, repo.TableOf("Times", k, repo.ExpiresAt(func(v *timed) *time.Time { return &v.At }))), 1, 1)
	migrates(t, kit.Open(t, x, repo.TableOf("Times", k)), 1, 0)
}

// stays: whatever a declaration is, what it has written is as it would write it.
func stays(t *testing.T, x *kit.World) {
	ctx, aes := t.Context(), kit.Keys(t)
	r := plainDocs(t, x, cipher.Protect(aes, secretOf...), repo.SoftDelete[plainDoc]())
	for i := range 3 {
		d := newDoc(fmt.Sprint(i))
		_, err := r.Create(ctx, &d)
		kit.Must(t, err)
	}
	kit.Must(t, r.Update(ctx, docKey.Of("0"), ssn.Set("new"), lens.Append(lens.Of(func(d *plainDoc) *[]plainCard { return &d.List }), plainCard{new(9), "n"})))
	x.Plant(t, "Docs", with(x.Item(t, "Docs", "1"), "other", kit.Str("unknown")))
	kit.Must(t, r.Delete(ctx, docKey.Of("2")))
	migrates(t, r, 2, 0)
}
