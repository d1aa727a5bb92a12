package grants_test

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// repairs are the verbs for what writers have left behind that got no answer, or died.
var repairs = map[repo.Verb][]run{
	repo.VerbResolve: append(leafing(resolve), func(ctx context.Context, w *world) { w.fine(resolve(ctx, w)) }),
	repo.VerbSweep: {
		func(ctx context.Context, w *world) { w.fine(sweep(ctx, w)) },
		swept(func(w *world) { w.lose(w.others, bigWard("a")) }),
		swept(func(w *world) { w.lose(w.elders, bigWard("a")) }),
		swept(func(w *world) { w.lose(w.elders, oneBig(true)) }),
		swept(func(w *world) { w.lose(w.elders, oneBig(false)) }),
		swept(func(w *world) { w.withdraw(w.others) }),
		swept(func(w *world) { w.bury(w.others); w.hold("y"); w.hold("z") }),
		swept(func(w *world) { w.bury(w.elders) }),
	},
}

func resolve(ctx context.Context, w *world) error {
	return second(w.r.Resolve(ctx, w.key("a"), meta.NewWriteID()))
}

func sweep(ctx context.Context, w *world, opts ...repo.CallOption) error {
	return second(w.r.Sweep(ctx, append(opts, repo.Fence())...))
}

// swept are sweeps of pages with several items, and of pages with one.
func swept(leave func(w *world)) run {
	return func(ctx context.Context, w *world) {
		for _, size := range []int{100, 1} {
			w.g.others(func() { leave(w) })
			w.fine(sweep(ctx, w, repo.PageSize(size)))
		}
	}
}

// lose stores an object and removes its root item.
func (w *world) lose(r *repo.Repo[ward], v *ward) {
	if w.divided {
		w.store(r, v)
		_, err := w.raw.DeleteItem(context.Background(), &dynamodb.DeleteItemInput{TableName: new("Wards"), Key: w.rootKey("a")})
		kit.Must(w.t, err)
	}
}

// withdraw makes object a what it was before its last write, which was staged.
func (w *world) withdraw(r *repo.Repo[ward]) {
	if !w.divided {
		return
	}
	w.store(r, bigWard("a"))
	before := w.root("a")
	kit.Must(w.t, r.Update(context.Background(), w.key("a"), wardHome.Set(bigWard("a").Home)))
	w.plant(before)
}

// hold puts a placeholder where there is no object.
func (w *world) hold(id string) {
	w.plantRecord(id, stored.Placeholder("Wards", stored.NewID()))
}

// bury stores what a deletion makes of an object before the parts are deleted.
func (w *world) bury(r *repo.Repo[ward]) {
	w.gone()
	w.create(r, aWard("a"))
	m, err := stored.Decode(w.root("a")["_meta"])
	kit.Must(w.t, err)
	m.Version, m.Ring, m.Deleted, m.Void = m.Version+1, stored.Push(m.Ring, stored.NewID()), time.Now().UTC(), true
	w.plantRecord("a", m)
}

func (w *world) plantRecord(id string, m *stored.Root) {
	item := w.rootKey(id)
	item["_meta"] = m.Encode()
	w.plant(item)
}

func (w *world) plant(root map[string]types.AttributeValue) {
	_, err := w.raw.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: new("Wards"), Item: root})
	kit.Must(w.t, err)
}
