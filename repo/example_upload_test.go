package repo_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	Tape struct {
		ID   string `dynamodbav:"id"`
		Reel Reel   `dynamodbav:"reel"`
	}
	Reel struct {
		Name string `dynamodbav:"name"`
		Data []byte `dynamodbav:"data"`
	}
)

var (
	tapeID = repo.KeyOf(func(f *Tape) *string { return &f.ID })
	sound  = lens.Of(func(f *Tape) *[]byte { return &f.Reel.Data })
)

func tapes() *repo.Repo[Tape] {
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Tapes", tapeID,
		shard.New(shard.To("Reels"), func(f *Tape) *Reel { return &f.Reel })))
	if err == nil {
		err = r.CreateTables(context.Background())
	}
	if err != nil {
		panic(err)
	}
	return r
}

// A field of 5 MB is written from a reader. The object is one before and after.
func ExampleRepo_Upload() {
	ctx, r := context.Background(), tapes()
	key, err := r.Create(ctx, &Tape{ID: "f1", Reel: Reel{Name: "first"}})
	if err != nil {
		panic(err)
	}
	file := io.LimitReader(rand.NewChaCha8([32]byte{}), 5<<20)
	n, err := r.Upload(ctx, key, sound, file)
	fmt.Println(n, err)

	f, err := r.Get(ctx, key)
	fmt.Println(f.Reel.Name, len(f.Reel.Data), err)
	// Output:
	// 5242880 <nil>
	// first 5242880 <nil>
}

// A field is read into a writer, such as a response or a hash.
func ExampleRepo_Download() {
	ctx, r := context.Background(), tapes()
	key, err := r.Create(ctx, &Tape{ID: "f1", Reel: Reel{Data: bytes.Repeat([]byte("hiss "), 200_000)}})
	if err != nil {
		panic(err)
	}
	sum := sha256.New()
	n, err := r.Download(ctx, key, sound, sum)
	fmt.Printf("%d %x %v\n", n, sum.Sum(nil)[:4], err)
	// Output:
	// 1000000 431cbb8a <nil>
}
