package repo_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// Somebody changes the tables of an object at random; then it is read, changed
// and deleted. Nothing panics, and an encrypted field returns nothing that was
// not encrypted for it.
func TestTamperedTablesLeakNothing(t *testing.T) {
	pristine := prepared(t)
	for seed := range uint64(80) {
		tampered(t, pristine, seed)
	}
}

func tampered(t *testing.T, pristine map[string][]map[string]types.AttributeValue, seed uint64) {
	ctx := context.Background()
	a := &attacker{Rand: rand.New(rand.NewPCG(seed, 1)), items: cloneItems(pristine)}
	for _, table := range preyTables() {
		for _, it := range pristine[table] {
			gather(avM(it), &a.pool)
		}
	}
	a.attack()
	c := embedded.New().Client()
	r, err := repo.New(c, preyModel(t))
	noErr(t, err)
	noErr(t, r.CreateTables(ctx))
	for table, list := range a.items {
		for _, it := range list {
			if _, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table, Item: it}); err != nil {
				return // DynamoDB does not store that
			}
		}
	}
	defer func() {
		if p := recover(); p != nil {
			panic(fmt.Sprintf("seed %d: %v", seed, p))
		}
	}()
	whole := somePrey()
	known := append(whole.sealed(), "")
	expected := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, repo.ErrCorrupt) && !errors.Is(err, repo.ErrSchemaTooNew) {
			t.Errorf("seed %d: %s: %v", seed, what, err)
		}
	}
	check := func(what string, got *prey, err error) {
		t.Helper()
		if err != nil {
			expected(what, err)
			return
		}
		for _, s := range got.sealed() {
			if !slices.Contains(known, s) {
				t.Errorf("seed %d: %s: an encrypted field holds %q: %+v", seed, what, s, got)
			}
		}
	}
	got, err := r.Get(ctx, preyID.Of("1"))
	check("Get", got, err)
	for v, err := range r.Scan(ctx) {
		check("Scan", v, err)
	}
	v, err := r.Get(ctx, preyID.Of("1"), repo.RootOnly())
	check("RootOnly", v, err)
	st := must(repo.Open(c, "Root", "ID", repo.AllowTables(preyTables()[1:]...), repo.WithOpener(testKeys(t))))(t)
	doc, err := st.Get(ctx, "1")
	if err != nil {
		expected("Open", err)
	}
	var sealed []string
	sealedIn(doc, &sealed)
	for _, s := range sealed {
		if strings.Contains(s, evil) {
			t.Errorf("seed %d: Open: an encrypted value holds %q: %v", seed, s, doc)
		}
	}
	reads(t, r, known, seed)
	writes(t, c, r, a, got)
}

func reads(t *testing.T, r *repo.Repo[prey], known []string, seed uint64) {
	ctx := context.Background()
	key := preyID.Of("1")
	partSecret := lens.Of(func(p *preyPart) *string { return &p.Secret })
	leafSecret := lens.Of(func(p *preyLeaf) *string { return &p.Secret })
	innerSecret := lens.Of(func(p *preyPart) *string { return &p.Inner.Secret })
	leaves := lens.Of(func(p *preyPart) *[]preyLeaf { return &p.Leaves })
	parts := lens.Of(func(p *prey) *[]preyPart { return &p.Parts })
	stay := lens.Of(func(p *prey) *[]preyPart { return &p.Stay })
	rows := lens.Of(func(p *prey) *map[string]preyPart { return &p.Rows })
	maps := lens.Of(func(p *prey) *map[string]preyPart { return &p.Map })
	opt := lens.Of(func(p *prey) **preyPart { return &p.Opt })
	for _, l := range []lens.Lens[prey, string]{
		lens.Of(func(p *prey) *string { return &p.Secret }), lens.Of(func(p *prey) *string { return &p.One.Secret }),
		lens.Of(func(p *prey) *string { return &p.One.Inner.Secret }), lens.Join(opt, lens.Ptr(partSecret)), lens.Join(opt, lens.Ptr(innerSecret)),
		lens.Join(lens.At(parts, 1), partSecret), lens.Join(lens.At(stay, 1), innerSecret), lens.Join(lens.Entry(rows, "k"), innerSecret),
		lens.Join(lens.Entry(maps, "k"), partSecret), lens.Join(lens.At(lens.Join(lens.At(stay, 0), leaves), 1), leafSecret),
	} {
		v, err := repo.Read(ctx, r, key, l)
		if err == nil && !slices.Contains(known, v) {
			t.Errorf("seed %d: Read holds %q", seed, v)
		}
		if err != nil && !errors.Is(err, repo.ErrCorrupt) && !errors.Is(err, repo.ErrSchemaTooNew) && !errors.Is(err, repo.ErrNoPath) {
			t.Errorf("seed %d: Read: %v", seed, err)
		}
	}
	for _, l := range []lens.Many[prey, string]{lens.Each(parts, partSecret), lens.Each(parts, innerSecret), lens.Each(stay, lens.Each(leaves, leafSecret)), lens.EachValue(maps, partSecret), lens.EachValue(rows, innerSecret)} {
		all, err := repo.ReadAll(ctx, r, key, l)
		if err != nil && !errors.Is(err, repo.ErrCorrupt) && !errors.Is(err, repo.ErrSchemaTooNew) && !errors.Is(err, repo.ErrNoPath) {
			t.Errorf("seed %d: ReadAll: %v", seed, err)
		}
		for _, v := range all {
			if !slices.Contains(known, v) {
				t.Errorf("seed %d: ReadAll holds %q", seed, v)
			}
		}
	}
}

// writes only checks that nothing panics: which error a write returns depends on
// what it reads.
func writes(t *testing.T, c *dynamodb.Client, r *repo.Repo[prey], a *attacker, got *prey) {
	ctx := context.Background()
	key := preyID.Of("1")
	parts := lens.Of(func(p *prey) *[]preyPart { return &p.Parts })
	stay := lens.Of(func(p *prey) *[]preyPart { return &p.Stay })
	mixed := lens.Of(func(p *prey) *[]preyLeaf { return &p.Mixed })
	rows := lens.Of(func(p *prey) *map[string]preyPart { return &p.Rows })
	maps := lens.Of(func(p *prey) *map[string]preyPart { return &p.Map })
	one := lens.Of(func(p *prey) *preyPart { return &p.One })
	opt := lens.Of(func(p *prey) **preyPart { return &p.Opt })
	ptrs := lens.Of(func(p *prey) *[]*preyLeaf { return &p.Ptrs })
	secret := lens.Of(func(p *preyPart) *string { return &p.Secret })
	part := somePart(20)
	for _, ch := range []lens.Change[prey]{
		lens.Append(parts, part), lens.Append(stay, part), lens.Append(mixed, preyLeaf{"s", "p"}), lens.At(parts, 1).Set(part), lens.At(stay, 0).Remove(),
		lens.At(mixed, 1).Remove(), lens.At(ptrs, 1).Set(&preyLeaf{"s", "p"}), lens.Entry(maps, "k").Set(part), lens.Entry(rows, "k").Remove(), lens.Entry(maps, "n").Set(part),
		one.Set(part), opt.Set(&part), opt.Set(nil), lens.Join(lens.At(parts, 0), secret).Set("s"), lens.Join(one, secret).Set("s"), stay.Set([]preyPart{part}),
	} {
		if a.IntN(3) == 0 {
			_ = r.Update(ctx, key, ch)
		}
		if a.IntN(6) == 0 {
			_ = r.With(repo.EnsureParents()).Update(ctx, key, ch)
		}
	}
	if got != nil {
		_, _ = r.Put(ctx, got, repo.KeepShards())
		got.Stay = append(got.Stay, part)
		_, _ = r.Put(ctx, got)
		_, _ = r.Put(ctx, got, repo.Overwrite())
	}
	_ = r.Modify(ctx, key, func(p *prey) error { p.Parts = append(p.Parts, part); return nil })
	p := somePrey()
	_, _ = r.Put(ctx, &p, repo.KeepShards())
	_ = r.Delete(ctx, key, repo.KeepShards())
	_ = r.Delete(ctx, key)
}
