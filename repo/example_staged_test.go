package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// An Atlas has a part for each map.
type Atlas struct {
	ID   string    `dynamodbav:"id"`
	Maps []MapPage `dynamodbav:"maps"`
}

// A MapPage is one of them.
type MapPage struct {
	Name string `dynamodbav:"name"`
	Data []byte `dynamodbav:"data"`
}

var (
	atlasID   = repo.KeyOf(func(a *Atlas) *string { return &a.ID })
	atlasMaps = lens.Of(func(a *Atlas) *[]MapPage { return &a.Maps })
	mapName   = lens.Of(func(m *MapPage) *string { return &m.Name })
)

// atlases makes a repository and its tables, over a client.
func atlases(ctx context.Context, client repo.Client, opts ...repo.Option) *repo.Repo[Atlas] {
	r, err := repo.New(client, repo.TableOf("Atlases", atlasID, shard.Each(shard.To("Maps"), func(a *Atlas) *[]MapPage { return &a.Maps })), opts...)
	if err != nil {
		panic(err)
	}
	if err := r.CreateTables(ctx); err != nil {
		panic(err)
	}
	return r
}

// An object of 500 parts and 20 MB is beyond one transaction: it is staged without being
// asked for. Staged does so always.
func ExampleStaged() {
	ctx := context.Background()
	r := atlases(ctx, embedded.New().Client(), repo.Staged())
	world := Atlas{ID: "world", Maps: make([]MapPage, 500)}
	for i := range world.Maps {
		world.Maps[i] = MapPage{fmt.Sprint("map ", i), make([]byte, 40<<10)}
	}
	key, err := r.Create(ctx, &world)
	fmt.Println(err)

	err = r.Update(ctx, key, lens.Join(lens.At(atlasMaps, 250), mapName).Set("the middle"))
	fmt.Println(err)
	got, err := r.Get(ctx, key)
	fmt.Println(len(got.Maps), got.Maps[250].Name, err)
	fmt.Println(r.Delete(ctx, key))
	// Output:
	// <nil>
	// <nil>
	// 500 the middle <nil>
	// <nil>
}

// An engine without transactions: objects of several items are written as one all the same.
func ExampleWithoutTransactions() {
	ctx := context.Background()
	db := embedded.New(embedded.WithoutTransactions())
	r := atlases(ctx, db.Client(), repo.WithoutTransactions())
	key, err := r.Create(ctx, &Atlas{ID: "a", Maps: []MapPage{{Name: "north"}, {Name: "south"}}})
	fmt.Println(err)
	err = r.Update(ctx, key, lens.Append(atlasMaps, MapPage{Name: "east"}))
	got, _ := r.Get(ctx, key)
	fmt.Println(len(got.Maps), err)

	err = repo.Transact(ctx, []repo.Op{r.DeleteOp(key), r.CreateOp(&Atlas{ID: "b"})})
	fmt.Println(err)
	// Output:
	// <nil>
	// 3 <nil>
	// repo: Transact: invalid: the write has 2 actions, and the engine has no transactions (repo.WithoutTransactions)
}

// A process dies in the middle of a write. Nobody sees what it has left, and a sweep
// deletes it.
func ExampleRepo_Sweep() {
	ctx := context.Background()
	db := embedded.New()
	r := atlases(ctx, db.Client(), repo.Staged())
	_, err := r.Create(ctx, &Atlas{ID: "a", Maps: []MapPage{{Name: "north"}, {Name: "south"}}})
	fmt.Println(err)

	client, _ := fault.Wrap(db.Client(), fault.Inject(fault.Crash(), fault.From(2)))
	dying := atlasesOver(client)
	_, err = dying.Put(ctx, &Atlas{ID: "a", Maps: []MapPage{{Name: "east"}, {Name: "west"}}})
	fmt.Println(err != nil)

	done, err := r.Sweep(ctx)
	fmt.Println("deleted", done.Changed, "in flight", done.InFlight, err)
	_, err = r.Put(ctx, &Atlas{ID: "a", Maps: []MapPage{{Name: "home"}}})
	fmt.Println(err)
	done, err = r.Sweep(ctx)
	fmt.Println("deleted", done.Changed, "in flight", done.InFlight, err)
	// Output:
	// <nil>
	// true
	// deleted 0 in flight 2 <nil>
	// <nil>
	// deleted 2 in flight 0 <nil>
}

// atlasesOver is atlases with tables that are there.
func atlasesOver(client repo.Client) *repo.Repo[Atlas] {
	r, err := repo.New(client, repo.TableOf("Atlases", atlasID, shard.Each(shard.To("Maps"), func(a *Atlas) *[]MapPage { return &a.Maps })), repo.Staged())
	if err != nil {
		panic(err)
	}
	return r
}

// Fence is for objects that nobody writes any more: it does not wait for the next write.
func ExampleFence() {
	ctx := context.Background()
	db := embedded.New()
	r := atlases(ctx, db.Client(), repo.Staged())
	client, _ := fault.Wrap(db.Client(), fault.Inject(fault.Crash(), fault.From(2)))
	_, err := atlasesOver(client).Create(ctx, &Atlas{ID: "a", Maps: []MapPage{{Name: "east"}, {Name: "west"}}})
	fmt.Println(err != nil)

	done, err := r.Sweep(ctx, repo.Fence())
	fmt.Println("deleted", done.Changed, err)
	exists, err := r.Exists(ctx, atlasID.Of("a"))
	fmt.Println(exists, err)
	// Output:
	// true
	// deleted 2 <nil>
	// false <nil>
}

// The outcome of a write may be unknown. Resolve finds out, and excludes that the write is
// applied later.
func ExampleRepo_Resolve() {
	ctx := context.Background()
	db := embedded.New()
	r := atlases(ctx, db.Client())
	id := meta.NewWriteID()
	_, err := r.With(repo.WithWriteID(id)).Create(ctx, &Atlas{ID: "a"})
	fmt.Println(err)

	applied, err := r.Resolve(ctx, atlasID.Of("a"), id)
	fmt.Println(applied, err)
	applied, err = r.Resolve(ctx, atlasID.Of("a"), meta.NewWriteID())
	fmt.Println(applied, err)
	// Output:
	// <nil>
	// true <nil>
	// false <nil>
}
