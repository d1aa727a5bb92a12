package repo_test

import (
	"context"
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// TestLargestObject appends 99 parts as large as an item one by one, reads them in one
// committed state, and deletes them in one transaction, which carries none of their data.
func TestLargestObject(t *testing.T) {
	type (
		part struct {
			N    int    `dynamodbav:"n"`
			Data []byte `dynamodbav:"data"`
		}
		object struct {
			ID    string      `dynamodbav:"id"`
			Parts []part      `dynamodbav:"parts"`
			Meta  meta.Record `dynamodbav:"-"`
		}
	)
	const size = 390_000
	count := 99
	if raceDetector {
		count = 15 // nothing here is concurrent, and copying is slow there
	}
	ctx := context.Background()
	parts := lens.Of(func(o *object) *[]part { return &o.Parts })
	client, net := fault.Wrap(embedded.New().Client())
	r, err := repo.New(client, repo.TableOf("Objects", repo.KeyOf(func(o *object) *string { return &o.ID }),
		shard.Each(shard.To("Parts"), func(o *object) *[]part { return &o.Parts }),
		meta.Keep(func(o *object) *meta.Record { return &o.Meta })))
	if err == nil {
		err = r.CreateTables(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	key, err := r.Create(ctx, &object{ID: "o"})
	if err != nil {
		t.Fatal(err)
	}
	for n := range count {
		if err := r.Update(ctx, key, lens.Append(parts, part{N: n, Data: make([]byte, size)})); err != nil {
			t.Fatalf("part %d: %v", n, err)
		}
		net.Reset() // what it recorded takes memory
	}
	got, err := r.Get(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Parts) != count || got.Meta.Version != int64(count)+1 {
		t.Fatalf("%d parts, version %d; want %d, version %d", len(got.Parts), got.Meta.Version, count, count+1)
	}
	for n, p := range got.Parts {
		if p.N != n || len(p.Data) != size {
			t.Errorf("part %d: number %d, %d bytes", n, p.N, len(p.Data))
		}
	}

	whole := *got
	whole.Meta = meta.Record{}
	if _, err := r.Put(ctx, &whole); err != nil {
		t.Errorf("a put of all of it: %v", err)
	}
	if got, err = r.Get(ctx, key); err != nil {
		t.Fatal(err)
	}
	got.Parts[count/2].Data = got.Parts[count/2].Data[:1]
	if _, err := r.Put(ctx, got); err != nil {
		t.Errorf("a put of one part: %v", err)
	}
	net.Reset()
	if err := r.DeleteValue(ctx, got); err != nil {
		t.Error(err)
	}
	if ops := net.Operations(); len(ops) != 1 || ops[0] != "TransactWriteItems" {
		t.Errorf("deleted by %v; want one transaction", ops)
	}
}
