package repo_test

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// reItems are the items of all tables of a roDoc.
func reItems(t *testing.T, c *dynamodb.Client, tables ...string) map[string][]rawItem {
	t.Helper()
	all := map[string][]rawItem{}
	for _, table := range append([]string{"Docs"}, tables...) {
		all[table] = itemsOf(t, c, table)
	}
	return all
}

func reCreate(t *testing.T, r *repo.Repo[roDoc], ids ...string) {
	t.Helper()
	for _, id := range ids {
		d := roDocOf(id)
		noErr(t, errOf(r.Create(background, &d)))
	}
}

// A dry run says what is found and what would be written, and writes nothing. The run writes
// it, and one more proves that nothing is left.
func TestReencrypt(t *testing.T) {
	k1, k2 := roKey(t, 1), roKey(t, 2)
	for layout, parts := range roLayouts {
		for how, opts := range map[string][]repo.Option{"": nil, ", staged": {repo.Staged()}} {
			t.Run(layout+how, func(t *testing.T) {
				c := embedded.New().Client(quick)
				open := func(entries ...cipher.KeysetEntry) *repo.Repo[roDoc] {
					keys := roAES(t, nil, entries...)
					return repoOver(t, c, repo.TableOf("Docs", roID, append(parts(), roKeep, cipher.Protect(keys, roSecret, roOne, roOpt, roList, roMap, roStay))...),
						append(opts, repo.AllowTables(roTables...))...)
				}
				reCreate(t, open(cipher.Primary(k1)), "a", "b", "c")
				both := open(cipher.Primary(k2), cipher.Enabled(k1))
				reCreate(t, both, "d")
				noErr(t, both.Update(background, roID.Of("c"), roSecret.Set("s")))

				before := must(both.KeysInUse(background))(t)
				tables := slices.Collect(func(yield func(string) bool) {
					for _, in := range both.Tables() {
						if *in.TableName != "Docs" && !yield(*in.TableName) {
							return
						}
					}
				})
				was := reItems(t, c, tables...)
				dry := must(both.Reencrypt(background, repo.DryRun()))(t)
				if dry.Seen != 4 || dry.Changed != 3 || dry.Failed != 0 || dry.Cursor != "" || dry.Write != 0 || dry.Read == 0 {
					t.Errorf("%+v", dry)
				}
				if d := cmp.Diff(before.Keys, dry.Keys); d != "" {
					t.Errorf("found (-KeysInUse +Reencrypt):\n%s", d)
				}
				if now := reItems(t, c, tables...); !reflect.DeepEqual(was, now) {
					t.Error("a dry run has changed items")
				}
				done := must(both.Reencrypt(background))(t)
				if done.Seen != 4 || done.Changed != 3 || done.Failed != 0 || done.Write == 0 {
					t.Errorf("%+v", done)
				}
				if d := cmp.Diff(before.Keys, done.Keys); d != "" {
					t.Errorf("found (-KeysInUse +Reencrypt):\n%s", d)
				}
				roUses(t, both, map[cipher.KeyID]int64{2: 4 * roSealed})
				again := must(both.Reencrypt(background))(t)
				if again.Seen != 4 || again.Changed != 0 || len(again.Keys) != 1 || again.Keys[0].ID != 2 || again.Keys[0].Values != 4*roSealed {
					t.Errorf("again: %+v", again)
				}
				last := open(cipher.Primary(k2), cipher.Destroyed(1))
				for _, id := range []string{"a", "b", "c", "d"} {
					roHas(t, last, roDocOf(id))
				}
			})
		}
	}
}

// It writes what is encrypted otherwise than today, and nothing else: what Migrate would
// write for other reasons stays as it is.
func TestReencryptWhat(t *testing.T) {
	k1 := roKey(t, 1)
	for name, c := range map[string]struct {
		store func(t *testing.T, c *dynamodb.Client)
		want  int64
	}{
		"divided otherwise": {func(t *testing.T, c *dynamodb.Client) {
			reCreate(t, roRepo(t, c, nil, roAES(t, nil, cipher.Primary(k1))), "a")
		}, 0},
		"padded otherwise": {func(t *testing.T, c *dynamodb.Client) {
			reCreate(t, roRepo(t, c, roParts(), roAES(t, []cipher.Option{cipher.WithPadding(64)}, cipher.Primary(k1))), "a")
		}, 1},
		"without encryption": {func(t *testing.T, c *dynamodb.Client) {
			reCreate(t, roRepoOf(t, c, roParts()), "a")
		}, 1},
		"of fewer paths": {func(t *testing.T, c *dynamodb.Client) {
			reCreate(t, roRepoOf(t, c, append(roParts(), cipher.Protect(roAES(t, nil, cipher.Primary(k1)), roSecret, roOne))), "a")
		}, 1},
		"an item of another program": {func(t *testing.T, c *dynamodb.Client) {
			roRepoOf(t, c, roParts())
			_, err := c.PutItem(background, &dynamodb.PutItemInput{TableName: new("Docs"), Item: rawItem{"ID": avS("a"), "Secret": avS("s")}})
			noErr(t, err)
		}, 1},
		"an item of another program without a secret": {func(t *testing.T, c *dynamodb.Client) {
			roRepoOf(t, c, roParts())
			_, err := c.PutItem(background, &dynamodb.PutItemInput{TableName: new("Docs"), Item: rawItem{"ID": avS("a"), "Count": avN("3")}})
			noErr(t, err)
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			db := embedded.New().Client(quick)
			c.store(t, db)
			today := roRepoOf(t, db, append(roParts(), cipher.Protect(roAES(t, nil, cipher.Primary(k1)), roSecret, roOne, roOpt, roList, roMap, roStay),
				repo.AcceptPlain(roSecret, roOne, roOpt, roList, roMap, roStay)))
			was := reItems(t, db, roTables...)
			done := must(today.Reencrypt(background))(t)
			if done.Seen != 1 || done.Changed != c.want || done.Failed != 0 {
				t.Errorf("%+v", done)
			}
			if c.want == 0 && !reflect.DeepEqual(was, reItems(t, db, roTables...)) {
				t.Error("items have changed")
			}
			if again := must(today.Reencrypt(background))(t); again.Changed != 0 {
				t.Errorf("again: %+v", again)
			}
		})
	}
}

// A list of encrypted paths under an old key makes an object outdated, also alone.
func TestReencryptList(t *testing.T) {
	k1, k2 := roKey(t, 1), roKey(t, 2)
	c := embedded.New().Client(quick)
	open := func(entries ...cipher.KeysetEntry) *repo.Repo[roDoc] {
		return roRepoOf(t, c, []repo.Part[roDoc]{cipher.Protect(roAES(t, nil, entries...), roSecret)})
	}
	reCreate(t, open(cipher.Primary(k1)), "a")
	both := open(cipher.Primary(k2), cipher.Enabled(k1))
	noErr(t, both.Update(background, roID.Of("a"), roSecret.Set("s")))
	roUses(t, both, map[cipher.KeyID]int64{1: 1, 2: 1})
	if done := must(both.Reencrypt(background))(t); done.Changed != 1 {
		t.Errorf("%+v", done)
	}
	roUses(t, both, map[cipher.KeyID]int64{2: 2})
}

// A type of an earlier version of the program brings what it does not know under today's key
// as well; and hashes of unique values stay what they are.
func TestReencryptUnknownAndUnique(t *testing.T) {
	k1, k2 := roKey(t, 1), roKey(t, 2)
	c := embedded.New().Client(quick)
	one := shard.New(shard.To("Ones"), func(d *roDoc) *roSub { return &d.One })
	unique := shard.Unique(shard.To("Secrets"), roSecret).HashedBy(bytes.Repeat([]byte{9}, 32))
	later := func(entries ...cipher.KeysetEntry) *repo.Repo[roDoc] {
		return repoOver(t, c, repo.TableOf("Docs", roID, roKeep, one, unique, cipher.Protect(roAES(t, nil, entries...), roSecret, roOne, roList, roMap)))
	}
	d := roDocOf("d")
	noErr(t, errOf(later(cipher.Primary(k1)).Create(background, &d)))
	type sub struct{ Open string }
	type doc struct {
		ID     string
		Secret string
		One    sub
		List   []sub
		Meta   meta.Record `dynamodbav:"-"`
	}
	id, secret := repo.KeyOf(func(d *doc) *string { return &d.ID }), lens.Of(func(d *doc) *string { return &d.Secret })
	old := repoOver(t, c, repo.TableOf("Docs", id, meta.Keep(func(d *doc) *meta.Record { return &d.Meta }),
		shard.New(shard.To("Ones"), func(d *doc) *sub { return &d.One }),
		shard.Unique(shard.To("Secrets"), secret).HashedBy(bytes.Repeat([]byte{9}, 32)),
		cipher.Protect(roAES(t, nil, cipher.Primary(k2), cipher.Enabled(k1)), secret)))
	claims := itemsOf(t, c, "Secrets")
	before := must(old.KeysInUse(background))(t)
	done := must(old.Reencrypt(background))(t)
	if d := cmp.Diff(before.Keys, done.Keys); d != "" || done.Changed != 1 {
		t.Errorf("%+v %s", done, d)
	}
	if used := must(old.KeysInUse(background))(t); used.Of(1) != 0 || used.Of(2) != before.Of(1) {
		t.Errorf("%+v, before %+v", used, before)
	}
	if again := must(old.Reencrypt(background))(t); again.Changed != 0 {
		t.Errorf("again: %+v", again)
	}
	if !reflect.DeepEqual(claims, itemsOf(t, c, "Secrets")) {
		t.Error("claims have changed")
	}
	last := later(cipher.Primary(k2), cipher.Destroyed(1))
	roHas(t, last, d)
	other := roDocOf("other")
	if err := errOf(last.Create(background, &other)); !errors.Is(err, repo.ErrDuplicate) {
		t.Error(err)
	}
}

// What can never work is refused before any request.
func TestReencryptRefused(t *testing.T) {
	c, net := fault.Wrap(embedded.New().Client(quick))
	plain := roRepoOf(t, c, nil)
	sealed := roRepo(t, c, nil, roAES(t, nil, cipher.Primary(roKey(t, 1))))
	reCreate(t, sealed, "a", "b", "c")
	in := func(n int) repo.Cursor {
		var at repo.Cursor
		noErr(t, errOf(sealed.Reencrypt(background, repo.Segments(n), repo.PageSize(1), repo.OnProgress(func(p repo.Progress) {
			if at == "" {
				at = p.Cursor
			}
		}))))
		return at
	}
	one, two := in(1), in(2)
	for name, refused := range map[string]func() error{
		"nothing encrypted":   func() error { return errOf(plain.Reencrypt(background)) },
		"another option":      func() error { return errOf(sealed.Reencrypt(background, repo.Limit(3))) },
		"no cursor":           func() error { return errOf(sealed.Reencrypt(background, repo.StartAt("?"))) },
		"of two segments":     func() error { return errOf(sealed.Reencrypt(background, repo.StartAt(two))) },
		"of one segment":      func() error { return errOf(sealed.Reencrypt(background, repo.StartAt(one), repo.Segments(2))) },
		"of too few segments": func() error { return errOf(sealed.Reencrypt(background, repo.StartAt(two), repo.Segments(3))) },
		"changed": func() error {
			return errOf(sealed.Reencrypt(background, repo.StartAt("A"+two), repo.Segments(2)))
		},
		"no segment": func() error { return errOf(sealed.Reencrypt(background, repo.Segments(0))) },
	} {
		net.Reset()
		err := refused()
		var at *repo.Error
		if !errors.Is(err, repo.ErrInvalid) || !errors.As(err, &at) || at.Op != "Reencrypt" {
			t.Errorf("%s: %v", name, err)
		}
		if sent := net.Operations(); len(sent) > 0 {
			t.Errorf("%s: sent %v", name, sent)
		}
	}
	for _, at := range []repo.Cursor{one, two} {
		n := 1
		if at == two {
			n = 2
		}
		if done := must(sealed.Reencrypt(background, repo.StartAt(at), repo.Segments(n)))(t); done.Seen != 2 && n == 1 { // the first page of two may be an empty one
			t.Errorf("goes on in %d segments: %+v", n, done)
		}
	}
	if _, err := sealed.Migrate(background, repo.Segments(2), repo.StartAt(two)); err != nil {
		t.Errorf("a cursor is of a place, whatever goes through the objects: %v", err)
	}
}
