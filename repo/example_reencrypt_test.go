package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type Visa struct {
	ID     string `dynamodbav:"id"`
	Number string `dynamodbav:"number"`
}

var (
	visaID     = repo.KeyOf(func(p *Visa) *string { return &p.ID })
	visaNumber = lens.Of(func(p *Visa) *string { return &p.Number })
)

// Once every program has the new key, and it is the primary one, Reencrypt brings under it what
// is under the old one. It says what it has found under which key.
func ExampleRepo_Reencrypt() {
	ctx, client := context.Background(), embedded.New().Client()
	older, _ := cipher.NewKey(1, []byte("32 bytes of a secret, number one"))
	newer, _ := cipher.NewKey(2, []byte("32 bytes of a secret, number two"))
	visas := func(keys ...cipher.KeysetEntry) *repo.Repo[Visa] {
		ring, err := cipher.NewKeyset(keys...)
		if err != nil {
			panic(err)
		}
		c, err := cipher.New(ring)
		if err != nil {
			panic(err)
		}
		r, err := repo.New(client, repo.TableOf("Visas", visaID, cipher.Protect(c, visaNumber)))
		if err != nil {
			panic(err)
		}
		return r
	}
	before := visas(cipher.Primary(older), cipher.Enabled(newer))
	if err := before.CreateTables(ctx); err != nil {
		panic(err)
	}
	for i := range 3 {
		if _, err := before.Create(ctx, &Visa{ID: fmt.Sprint("p", i), Number: "C01X00T47"}); err != nil {
			panic(err)
		}
	}

	after := visas(cipher.Primary(newer), cipher.Enabled(older))
	for _, opts := range [][]repo.CallOption{{repo.DryRun()}, {repo.Rate(500, 200)}, {}} {
		done, err := after.Reencrypt(ctx, opts...)
		fmt.Println("seen", done.Seen, "changed", done.Changed, "failed", done.Failed, err)
		for _, k := range done.Keys {
			fmt.Println("  found", k.Values, "values under key", k.ID)
		}
	}
	// Output:
	// seen 3 changed 3 failed 0 <nil>
	//   found 6 values under key 1
	// seen 3 changed 3 failed 0 <nil>
	//   found 6 values under key 1
	// seen 3 changed 0 failed 0 <nil>
	//   found 6 values under key 2
}
