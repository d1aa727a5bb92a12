package repo_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// declaration is a model that repo.New must refuse, with these texts, one a line.
type declaration struct {
	name string
	make func(repo.Client) error
	text string
}

// wrong declares m, expects text after "repo.New: ".
func wrong[T any](name string, m repo.Model[T], text string, opts ...repo.Option) declaration {
	return declaration{name, func(c repo.Client) error {
		_, err := repo.New(c, m, opts...)
		return err
	}, text}
}

const badName = " is not valid: it has 3 to 255 of the characters a-z, A-Z, 0-9, _, - and ."

// refused runs declarations: each text exactly, each error both ErrInvalid and
// a DeclarationError, and not one request.
func refused(t *testing.T, list []declaration) {
	t.Helper()
	client, requests := fault.Wrap(embedded.New().Client())
	for _, d := range list {
		t.Run(d.name, func(t *testing.T) {
			err := d.make(client)
			if err == nil {
				t.Fatal("the declaration is accepted")
			}
			if got := err.Error(); got != "repo.New: "+d.text {
				t.Errorf("text\n%s\nwant\nrepo.New: %s", got, d.text)
			}
			var decl *repo.DeclarationError
			if !errors.Is(err, repo.ErrInvalid) || !errors.As(err, &decl) {
				t.Errorf("%T is no DeclarationError, or not ErrInvalid", err)
			} else if decl.Func == "" || decl.Type == "" || decl.Reason == "" {
				t.Errorf("%+v", decl)
			}
		})
	}
	if sent := requests.Operations(); len(sent) > 0 {
		t.Errorf("sent %v", sent)
	}
}

func TestRefusedModels(t *testing.T) {
	geo := shard.New(shard.To("Geos"), wGeoField)
	refused(t, []declaration{
		wrong("no type to store", repo.TableOf("Root", repo.DetachedKey[string, string]("ID")), "repo.TableOf(string): a model is a struct that is stored field by field"),
		wrong("a pointer", repo.TableOf("Root", repo.DetachedKey[*wDoc, string]("ID")), "repo.TableOf(*repo_test.wDoc): a model is a struct that is stored field by field"),
		wrong("a map", repo.TableOf("Root", repo.DetachedKey[map[string]string, string]("ID")), "repo.TableOf(map[string]string): a model is a struct that is stored field by field"),
		wrong("a struct that is one value", repo.TableOf("Root", repo.DetachedKey[time.Time, string]("ID")), "repo.TableOf(time.Time): a model is a struct that is stored field by field"),
		wrong("fields that cannot be stored", repo.TableOf("Root", repo.KeyOf(func(c *wChan) *string { return &c.ID })),
			"repo.TableOf(struct { C chan int }, C): chan int cannot be stored\nrepo.TableOf(repo_test.wChan, F): func() cannot be stored"),
		wrong("one attribute twice", repo.TableOf("Root", repo.DetachedKey[wTwice, string]("ID")), `repo.TableOf(repo_test.wTwice): attribute "x" is both field A and field B`),
		wrong("a record that would be stored", repo.TableOf("Root", repo.KeyOf(func(r *wRecord) *string { return &r.ID })),
			`repo.TableOf(repo_test.wRecord, Meta): a meta.Record is no attribute of the object; tag it dynamodbav:"-" and name it with meta.Keep`),
		wrong("no table name", repo.TableOf("", wID), `repo.TableOf(repo_test.wDoc): table name ""`+badName),
		wrong("a short table name", repo.TableOf("R", wID), `repo.TableOf(repo_test.wDoc): table name "R"`+badName),
		wrong("a table name with a slash", repo.TableOf("a/b", wID), `repo.TableOf(repo_test.wDoc): table name "a/b"`+badName),
		wrong("a prefix that is no name", repo.TableOf("Root", wID), `repo.TableOf(repo_test.wDoc): table name "dev:Root"`+badName, repo.TablePrefix("dev:")),
		wrong("a prefix too long for a shard", repo.TableOf("Root", wID, shard.New(shard.To("Geometries"), wGeoField)),
			`shard.New(repo_test.wDoc, Geo): table name "`+strings.Repeat("x", 250)+`Geometries"`+badName, repo.TablePrefix(strings.Repeat("x", 250))),
		wrong("no name for the record", repo.TableOf("Root", wID), "repo.TableOf(repo_test.wDoc): repo.MetaAttribute: an attribute name has 1 to 255 bytes here, not 0", repo.MetaAttribute("")),
		wrong("a long name for the record", repo.TableOf("Root", wID), "repo.TableOf(repo_test.wDoc): repo.MetaAttribute: an attribute name has 1 to 255 bytes here, not 256", repo.MetaAttribute(strings.Repeat("x", 256))),
		wrong("a name for the record that is no text", repo.TableOf("Root", wID), `repo.TableOf(repo_test.wDoc): repo.MetaAttribute: attribute name "\xff" is not valid UTF-8`, repo.MetaAttribute("\xff")),
		wrong("a field named as the record", repo.TableOf("Root", wID), `repo.TableOf(repo_test.wDoc, Name): it is stored as "name", which holds the stored record; see repo.MetaAttribute`, repo.MetaAttribute("name")),
		wrong("the key named as the record", repo.TableOf("Root", wID), `repo.TableOf(repo_test.wDoc, ID): it is stored as "ID", which holds the stored record; see repo.MetaAttribute`, repo.MetaAttribute("ID")),
		wrong("a detached key named as the record", repo.TableOf("Root", repo.DetachedKey[wDoc, string]("_meta")), `repo.TableOf(repo_test.wDoc): attribute "_meta" is the detached key and holds the stored record; see repo.MetaAttribute`),
		wrong("an entity that is no text", repo.TableOf("Root", wID), `repo.TableOf(repo_test.wDoc): repo.Entity: "\xff" is not valid UTF-8`, repo.Entity("\xff")),
		wrong("a nil part", repo.TableOf("Root", wID, geo, nil), "repo.TableOf(repo_test.wDoc): part 2 is nil, or a zero value"),
		wrong("a nil shard", repo.TableOf("Root", wID, (*shard.Shard[wDoc, wGeo])(nil)), "repo.TableOf(repo_test.wDoc): part 1 is nil, or a zero value"),
		wrong("a zero shard", repo.TableOf("Root", wID, &shard.Shard[wDoc, wGeo]{}), "shard.Shard(repo_test.wDoc): a zero Shard has no place; make one with shard.New"),
		wrong("a zero Kept", repo.TableOf("Root", wID, &meta.Kept[wDoc]{}), "meta.Kept(repo_test.wDoc): a zero Kept names no field; make one with meta.Keep"),
		wrong("a zero Protection", repo.TableOf("Root", wID, &cipher.Protection[wDoc]{}), "cipher.Protection(repo_test.wDoc): a zero Protection has no fields; make one with cipher.Protect"),
		wrong("Keep twice", repo.TableOf("Root", wKeptID, wKeep, meta.Keep(func(k *wKept) *meta.Record { return &k.Data })), "repo.TableOf(repo_test.wKept): meta.Keep is declared twice"),
		wrong("Keep of a stored field", repo.TableOf("Root", repo.KeyOf(func(r *wRecord) *string { return &r.ID }), meta.Keep(func(r *wRecord) *meta.Record { return &r.Meta })),
			`meta.Keep(repo_test.wRecord, Meta): the field must be tagged dynamodbav:"-"; what it holds is not an attribute of the object`),
		wrong("Keep of nothing", repo.TableOf("Root", wID, meta.Keep[wDoc](nil)), "meta.Keep(repo_test.wDoc): the accessor is nil"),
		wrong("Plain with a shard", repo.TableOf("Root", wID, geo), "repo.TableOf(repo_test.wDoc): repo.Plain stores no record; a model with shards, unique values, encryption, repo.SoftDelete or meta.Keep needs one", repo.Plain()),
		wrong("Plain with Keep", repo.TableOf("Root", wKeptID, wKeep), "repo.TableOf(repo_test.wKept): repo.Plain stores no record; a model with shards, unique values, encryption, repo.SoftDelete or meta.Keep needs one", repo.Plain()),
		wrong("Plain with encryption", repo.TableOf("Root", wID, cipher.Protect(testKeys(t), wName)), "repo.TableOf(repo_test.wDoc): repo.Plain stores no record; a model with shards, unique values, encryption, repo.SoftDelete or meta.Keep needs one", repo.Plain()),
		wrong("the root's table allowed", repo.TableOf("Root", wID), `repo.TableOf(repo_test.wDoc): repo.AllowTables names the root's table "Root"; parts live in tables of their own`, repo.AllowTables("Root")),
		wrong("no table allowed", repo.TableOf("Root", wID), `repo.TableOf(repo_test.wDoc): repo.AllowTables: table name "a b"`+badName, repo.AllowTables("a b")),
	})
}

func TestRefusedKeys(t *testing.T) {
	id := func(d *wDoc) *string { return &d.ID }
	table := func(k repo.Keyed[wDoc]) repo.Model[wDoc] { return repo.TableOf("Root", k) }
	const keyable = " cannot be a key: a key is stored as a string, a number or binary"
	const noKey = "repo.TableOf(repo_test.wDoc): the model has no key; declare one with repo.KeyOf, repo.CompositeKeyOf, repo.JoinedKeyOf or repo.DetachedKey"
	refused(t, []declaration{
		wrong("none", table(nil), noKey),
		wrong("zero", table(repo.SimpleKey[wDoc, string]{}), noKey),
		wrong("zero composite", table(repo.CompositeKey[wDoc, string, int]{}), noKey),
		wrong("nil pointer", table((*repo.SimpleKey[wDoc, string])(nil)), noKey),
		wrong("nil accessor", table(repo.KeyOf[wDoc, string](nil)), "repo.KeyOf(repo_test.wDoc): the accessor is nil"),
		wrong("inside another attribute", table(repo.KeyOf(func(d *wDoc) *string { return &d.Geo.Lat })), "repo.KeyOf(repo_test.wDoc, geo.Lat): a key is an attribute of the object itself, not inside another"),
		wrong("behind a pointer", table(repo.KeyOf(func(d *wDoc) *string { return &d.Ptr.SKU })), "repo.KeyOf(repo_test.wDoc, Ptr.SKU): a key is an attribute of the object itself, not inside another"),
		wrong("not stored", table(repo.KeyOf(func(d *wDoc) *string { return &d.Skip })), `repo.KeyOf(repo_test.wDoc, Skip): the field is tagged dynamodbav:"-" and never stored`),
		wrong("a bool", table(repo.KeyOf(func(d *wDoc) *bool { return &d.Flag })), "repo.KeyOf(repo_test.wDoc, Flag): bool"+keyable),
		wrong("a set", table(repo.KeyOf(func(d *wDoc) *[]string { return &d.Tags })), "repo.KeyOf(repo_test.wDoc, Tags): []string"+keyable),
		wrong("a struct", table(repo.KeyOf(wGeoField)), "repo.KeyOf(repo_test.wDoc, geo): repo_test.wGeo"+keyable),
		wrong("a pointer", table(repo.KeyOf(func(d *wDoc) **wGeo { return &d.Opt })), "repo.KeyOf(repo_test.wDoc, Opt): *repo_test.wGeo"+keyable),
		wrong("an interface", table(repo.KeyOf(func(d *wDoc) *any { return &d.Any })), "repo.KeyOf(repo_test.wDoc, Any): interface {}"+keyable),
		wrong("two generators", table(repo.KeyOf(id, keygen.UUIDv7, keygen.UUIDv4)), "repo.KeyOf(repo_test.wDoc): takes one generator at most, and none that is nil"),
		wrong("a nil generator", table(repo.KeyOf(id, nil)), "repo.KeyOf(repo_test.wDoc): takes one generator at most, and none that is nil"),
		wrong("a long name", repo.TableOf("Root", repo.KeyOf(func(l *wLong) *string { return &l.ID })), "repo.TableOf(repo_test.wLong, "+strings.Repeat("ID", 128)+"): it is the key, and an attribute name has 1 to 255 bytes here, not 256"),
		wrong("one attribute twice", table(repo.CompositeKeyOf(id, id)), "repo.TableOf(repo_test.wDoc, ID): partition key and sort key are the same attribute"),
		wrong("a nil generator of a partition key", table(wPair.GeneratePartition(nil)), "repo.CompositeKey.GeneratePartition(repo_test.wDoc): takes one generator at most, and none that is nil"),
		wrong("a nil generator of a sort key", table(wPair.GenerateSort(nil)), "repo.CompositeKey.GenerateSort(repo_test.wDoc): takes one generator at most, and none that is nil"),
		wrong("two generators of a sort key", table(wPair.GenerateSort(keygen.UUIDv7).GeneratePartition(keygen.UUIDv4).GenerateSort(keygen.UUIDv4)), "repo.CompositeKey.GenerateSort(repo_test.wDoc): is said twice"),
		wrong("a generator of a zero declaration", table(repo.CompositeKey[wDoc, string, string]{}.GenerateSort(keygen.UUIDv7)), noKey),
		wrong("both parts wrong", table(repo.CompositeKeyOf(func(d *wDoc) *[]string { return &d.Tags }, func(d *wDoc) *string { return &d.Geo.Lat })),
			"repo.CompositeKeyOf(repo_test.wDoc, Tags): []string"+keyable+"\nrepo.CompositeKeyOf(repo_test.wDoc, geo.Lat): a key is an attribute of the object itself, not inside another"),
		wrong("a detached bool", table(repo.DetachedKey[wDoc, bool]("IX")), "repo.DetachedKey(repo_test.wDoc, IX): bool"+keyable),
		wrong("detached without a name", table(repo.DetachedKey[wDoc, string]("")), "repo.DetachedKey(repo_test.wDoc): an attribute name has 1 to 255 bytes here, not 0"),
		wrong("detached with a long name", table(repo.DetachedKey[wDoc, string](strings.Repeat("x", 256))), "repo.DetachedKey(repo_test.wDoc): an attribute name has 1 to 255 bytes here, not 256"),
		wrong("detached with a name that is no text", table(repo.DetachedKey[wDoc, string]("I\xff")), `repo.DetachedKey(repo_test.wDoc): attribute name "I\xff" is not valid UTF-8`),
		wrong("detached and a field", table(repo.DetachedKey[wDoc, string]("name")), `repo.TableOf(repo_test.wDoc, Name): it is stored as "name", which is the detached key; declare the field with repo.KeyOf`),
		wrong("detached with two generators", table(repo.DetachedKey[wDoc, string]("IX", keygen.UUIDv7, keygen.UUIDv4)), "repo.DetachedKey(repo_test.wDoc): takes one generator at most, and none that is nil"),
	})
}

// What is not about a model at all.
func TestRefusedCallsOfNew(t *testing.T) {
	for name, c := range map[string]struct {
		client repo.Client
		opts   []repo.Option
		text   string
	}{
		"nil client":        {nil, nil, "repo.New: invalid: the client is nil"},
		"nil client inside": {(*nilClient)(nil), nil, "repo.New: invalid: the client is nil"},
		"nil option":        {embedded.New().Client(), []repo.Option{repo.Entity("x"), nil}, "repo.New: invalid: option 2 is nil"},
	} {
		_, err := repo.New(c.client, repo.TableOf("Root", wID), c.opts...)
		if !errors.Is(err, repo.ErrInvalid) || err.Error() != c.text {
			t.Errorf("%s: %v, want %s", name, err, c.text)
		}
	}
}

type nilClient struct{ repo.Client }

// Every mistake of a model is told at once, in the order of the declaration.
func TestAllMistakesAtOnce(t *testing.T) {
	refused(t, []declaration{wrong("many", repo.TableOf("R", repo.CompositeKeyOf(func(d *wDoc) *string { return &d.ID }, func(d *wDoc) *string { return &d.ID }),
		nil,
		shard.New(shard.To("Root2", shard.KeyName("IDX")), wGeoField),
		cipher.Protect(nil, wName),
		cipher.Protect(testKeys(t), lens.Lens[wDoc, string]{}),
		&meta.Kept[wDoc]{}),
		strings.Join([]string{
			`repo.TableOf(repo_test.wDoc): table name "R"` + badName,
			"repo.TableOf(repo_test.wDoc, ID): partition key and sort key are the same attribute",
			"repo.TableOf(repo_test.wDoc): part 1 is nil, or a zero value",
			"meta.Kept(repo_test.wDoc): a zero Kept names no field; make one with meta.Keep",
			`shard.New(repo_test.wDoc, Geo): field IDX of repo_test.wGeo is stored as "IDX", which is the key of the shard's table; see shard.KeyName`,
			"cipher.Protect(repo_test.wDoc): the cipher is nil",
			"lens.Lens(repo_test.wDoc): a zero Lens has no path; make one with lens.Of",
		}, "\n"))})
}
