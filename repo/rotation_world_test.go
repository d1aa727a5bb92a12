package repo_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// A document with something encrypted in every kind of part.
type (
	roSub struct{ Open, Secret string }
	roRow struct {
		No  int
		Sub roSub
	}
	roDoc struct {
		ID     string
		Count  int
		Secret string
		One    roSub
		Opt    *roSub
		List   []roSub
		Map    map[string]roSub
		Stay   []roRow
		Plain  roSub
		Meta   meta.Record `dynamodbav:"-"`
	}
)

var (
	roID     = repo.KeyOf(func(d *roDoc) *string { return &d.ID })
	roCount  = lens.Of(func(d *roDoc) *int { return &d.Count })
	roSecret = lens.Of(func(d *roDoc) *string { return &d.Secret })
	roOne    = lens.Of(func(d *roDoc) *string { return &d.One.Secret })
	roOpt    = lens.Of(func(d *roDoc) *string { return &d.Opt.Secret })
	roList   = lens.Each(lens.Of(func(d *roDoc) *[]roSub { return &d.List }), lens.Of(func(s *roSub) *string { return &s.Secret }))
	roMap    = lens.EachValue(lens.Of(func(d *roDoc) *map[string]roSub { return &d.Map }), lens.Of(func(s *roSub) *string { return &s.Secret }))
	roStay   = lens.Each(lens.Of(func(d *roDoc) *[]roRow { return &d.Stay }), lens.Of(func(r *roRow) *string { return &r.Sub.Secret }))
	roKeep   = meta.Keep(func(d *roDoc) *meta.Record { return &d.Meta })
)

// roLayouts are the ways in which it is divided. Plain is a part without
// anything encrypted.
var roLayouts = map[string]func() []repo.Part[roDoc]{
	"one item":         func() []repo.Part[roDoc] { return nil },
	"divided":          func() []repo.Part[roDoc] { return roParts() },
	"small parts stay": func() []repo.Part[roDoc] { return roParts(shard.WhenOver(140)) },
}

func roParts(opts ...shard.Option) []repo.Part[roDoc] {
	return []repo.Part[roDoc]{
		shard.New(shard.To("Ones", opts...), func(d *roDoc) *roSub { return &d.One }),
		shard.Optional(shard.To("Opts", opts...), func(d *roDoc) **roSub { return &d.Opt }),
		shard.Each(shard.To("Lists", opts...), func(d *roDoc) *[]roSub { return &d.List }),
		shard.EachValue(shard.To("Maps", opts...), func(d *roDoc) *map[string]roSub { return &d.Map }),
		shard.Within(func(d *roDoc) *[]roRow { return &d.Stay }, shard.New(shard.To("Subs", opts...), func(r *roRow) *roSub { return &r.Sub })),
		shard.New(shard.To("Plains", opts...), func(d *roDoc) *roSub { return &d.Plain }),
	}
}

// roTables are where parts may be.
var roTables = []string{"Ones", "Opts", "Lists", "Maps", "Subs", "Plains"}

func roDocOf(id string) roDoc {
	long := strings.Repeat("x", 150) // over the threshold, encrypted or not
	return roDoc{ID: id, Secret: "s", One: roSub{"o", "one"}, Opt: &roSub{"o", "opt"}, List: []roSub{{"a", "la"}, {long, "lb"}},
		Map: map[string]roSub{"k": {"k", "mk"}, "l": {long, "ml"}}, Stay: []roRow{{1, roSub{"s", "s1"}}, {2, roSub{long, "s2"}}}, Plain: roSub{Open: long}}
}

// roSealed is how many values of roDocOf are encrypted, with the list of
// encrypted paths.
const roSealed = 1 + 1 + 1 + 2 + 2 + 2 + 1

func roKey(t testing.TB, id byte) *cipher.Key {
	t.Helper()
	return must(cipher.NewKey(cipher.KeyID(id), bytes.Repeat([]byte{id}, 32)))(t)
}

// roAES makes a cipher of a keyset.
func roAES(t testing.TB, opts []cipher.Option, entries ...cipher.KeysetEntry) *cipher.AES {
	t.Helper()
	return must(cipher.New(must(cipher.NewKeyset(entries...))(t), opts...))(t)
}

func roRepo(t *testing.T, c *dynamodb.Client, parts []repo.Part[roDoc], keys cipher.Cipher) *repo.Repo[roDoc] {
	t.Helper()
	return roRepoOf(t, c, append(parts, cipher.Protect(keys, roSecret, roOne, roOpt, roList, roMap, roStay)))
}

func roRepoOf(t *testing.T, c *dynamodb.Client, parts []repo.Part[roDoc]) *repo.Repo[roDoc] {
	t.Helper()
	return repoOver(t, c, repo.TableOf("Docs", roID, append(parts, roKeep)...), repo.AllowTables(roTables...))
}

// roHas checks that a document is what it was made of.
func roHas(t *testing.T, r *repo.Repo[roDoc], want roDoc) *roDoc {
	t.Helper()
	got := must(r.Get(context.Background(), roID.Of(want.ID)))(t)
	g := *got
	g.Meta, want.Meta = meta.Record{}, meta.Record{}
	if d := cmp.Diff(want, g); d != "" {
		t.Fatal(d)
	}
	return got
}

// roUses checks which keys are in use, by number of values.
func roUses(t *testing.T, r *repo.Repo[roDoc], want map[cipher.KeyID]int64) *repo.KeyUsage {
	t.Helper()
	u := must(r.KeysInUse(context.Background()))(t)
	got := map[cipher.KeyID]int64{}
	for _, k := range u.Keys {
		got[k.ID] = k.Values
		if u.Of(k.ID) != k.Values {
			t.Errorf("Of(%d) is %d", k.ID, u.Of(k.ID))
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("keys in use (-want +got):\n%s", d)
	}
	return u
}

// roWrites are the ways to write a document that is there.
var roWrites = map[string]func(ctx context.Context, r *repo.Repo[roDoc], id string, opts ...repo.CallOption) error{
	"put": func(ctx context.Context, r *repo.Repo[roDoc], id string, opts ...repo.CallOption) error {
		d, err := r.Get(ctx, roID.Of(id))
		if err == nil {
			_, err = r.Put(ctx, d, opts...)
		}
		return err
	},
	"put after a scan": func(ctx context.Context, r *repo.Repo[roDoc], id string, opts ...repo.CallOption) error {
		for d, err := range r.Scan(ctx) {
			if err == nil && d.ID == id {
				_, err = r.Put(ctx, d, opts...)
				return err
			}
		}
		return repo.ErrNotFound
	},
	"put twice": func(ctx context.Context, r *repo.Repo[roDoc], id string, opts ...repo.CallOption) error {
		d, err := r.Get(ctx, roID.Of(id))
		if err == nil {
			_, err = r.Put(ctx, d, opts...)
		}
		if err == nil {
			_, err = r.Put(ctx, d, opts...)
		}
		return err
	},
	"put with a record from elsewhere": func(ctx context.Context, r *repo.Repo[roDoc], id string, opts ...repo.CallOption) error {
		d, err := r.Get(ctx, roID.Of(id))
		if err == nil {
			d.Meta = meta.Record{Version: d.Meta.Version, WriteID: d.Meta.WriteID}
			_, err = r.Put(ctx, d, opts...)
		}
		return err
	},
	"modify": func(ctx context.Context, r *repo.Repo[roDoc], id string, opts ...repo.CallOption) error {
		return r.Modify(ctx, roID.Of(id), func(*roDoc) error { return nil }, opts...)
	},
	"through a view": func(ctx context.Context, r *repo.Repo[roDoc], id string, opts ...repo.CallOption) error {
		return r.With(opts...).Modify(ctx, roID.Of(id), func(*roDoc) error { return nil })
	},
}
