package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type Chart struct {
	ID   string      `dynamodbav:"id"`
	Note string      `dynamodbav:"note"`
	Meta meta.Record `dynamodbav:"-"`
}

var (
	chartID   = repo.KeyOf(func(p *Chart) *string { return &p.ID }, keygen.UUIDv7)
	chartNote = lens.Of(func(p *Chart) *string { return &p.Note })
)

// A rotation beside writers that never pause: every reader has both keys, the
// new one becomes the primary key, all objects are written anew over the
// version that was read, and the old key goes when nothing needs it any more.
func ExampleRewrite() {
	ctx, client := context.Background(), embedded.New().Client()
	older, _ := cipher.NewKey(1, []byte("32 bytes of a secret, number one"))
	newer, _ := cipher.NewKey(2, []byte("32 bytes of a secret, number two"))
	charts := func(states ...cipher.KeysetEntry) *repo.Repo[Chart] {
		ring, err := cipher.NewKeyset(states...)
		if err != nil {
			panic(err)
		}
		keys, err := cipher.New(ring)
		if err != nil {
			panic(err)
		}
		r, err := repo.New(client, repo.TableOf("Charts", chartID, cipher.Protect(keys, chartNote),
			meta.Keep(func(p *Chart) *meta.Record { return &p.Meta })))
		if err != nil {
			panic(err)
		}
		return r
	}

	before := charts(cipher.Primary(older), cipher.Enabled(newer))
	if err := before.CreateTables(ctx); err != nil {
		panic(err)
	}
	for _, note := range []string{"a", "b", "c"} {
		if _, err := before.Create(ctx, &Chart{Note: note}); err != nil {
			panic(err)
		}
	}

	after := charts(cipher.Enabled(older), cipher.Primary(newer))
	for p, err := range after.Scan(ctx) {
		if err != nil {
			panic(err)
		}
		key, err := after.Key(p)
		if err != nil {
			panic(err)
		}
		if err := after.Modify(ctx, key, func(*Chart) error { return nil }, repo.Rewrite()); err != nil {
			panic(err)
		}
	}
	used, err := after.KeysInUse(ctx)
	fmt.Println(used.Of(older.ID()), used.Of(newer.ID()) > 0, used.Unreadable, err)

	last := charts(cipher.Destroyed(older.ID()), cipher.Primary(newer))
	n := 0
	for _, err := range last.Scan(ctx) {
		if err != nil {
			panic(err)
		}
		n++
	}
	fmt.Println(n, "readable without the old key")
	// Output:
	// 0 true 0 <nil>
	// 3 readable without the old key
}
