package counters

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

var onceChecks = []kit.Check{
	{Name: "a write id", Run: writeID},
	{Name: "an id of another write", Run: otherID},
	{Name: "every fault at every request", Run: faults},
	{Name: "two faults", Run: twoFaults},
	{Name: "a context that ends", Run: ended},
}

// writeID: what has an id is added once, by whatever program.
func writeID(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, key := made(t, x, pages(slots))
	for i := range 10 {
		id := meta.WriteID{byte(i), 15: 1}
		for range 3 {
			kit.Must(t, r.Add(ctx, key, views, 1, repo.WithWriteID(id)))
			again := kit.Open(t, x, pages(slots)) // a program that was started anew
			kit.Must(t, again.Add(ctx, key, views, 1, repo.WithWriteID(id)))
		}
	}
	got, err := r.Get(ctx, key)
	counted(t, "Get", 10, 0)(got, err)
}

// otherID: counters do not mind what the object was written under.
func otherID(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, pages(slots))
	id := repo.WithWriteID(meta.WriteID{1})
	key, err := r.Create(ctx, aPage(), id)
	kit.Must(t, err)
	kit.Must(t, r.Add(ctx, key, views, 2, id))
	kit.Must(t, r.Delete(ctx, key))
	_, err = r.Create(ctx, aPage(), id) // a write that is repeated after all
	if err == nil {
		got, err := r.Get(ctx, key)
		counted(t, "the object that was created again", 0, 0)(got, err)
	}
}

// adding adds 1 through a network with faults.
func adding(t *testing.T, x *kit.World, key repo.Key[page], rules ...fault.Rule) (*fault.Transport, error) {
	client, net := fault.Wrap(x.Raw, rules...)
	faulty, err := repo.New(client, pages(1), x.Options(nil)...)
	kit.Must(t, err)
	return net, faulty.Add(t.Context(), key, views, 1)
}

// told reports whether the result of adding 1 says what was added.
func told(added int64, err error) bool {
	if added == 1 {
		return err == nil || errors.Is(err, repo.ErrOutcomeUnknown)
	}
	return added == 0 && err != nil
}

// faults: the sum is what the results of Add say, also where a slot is made.
func faults(t *testing.T, x *kit.World) {
	r, _ := made(t, x, pages(1))
	x.Tampered = x.Engine.Alone // a writer that has died leaves the placeholder of a slot
	ways := map[string]func(t *testing.T, key repo.Key[page]) int64{
		"a slot that there is": func(t *testing.T, key repo.Key[page]) int64 { kit.Must(t, r.Add(t.Context(), key, views, 1)); return 1 },
		"the first change":     func(*testing.T, repo.Key[page]) int64 { return 0 },
	}
	n := 0
	for what, prepare := range ways {
		fresh := func() (repo.Key[page], int64) {
			p := aPage()
			n++
			p.Name = fmt.Sprint("page ", n)
			key, err := r.Create(t.Context(), p)
			kit.Must(t, err)
			return key, prepare(t, key)
		}
		key, _ := fresh()
		net, err := adding(t, x, key)
		kit.Must(t, err)
		for name, rule := range fault.Each(net.Requests(), fault.Standard()...) {
			key, before := fresh()
			_, err := adding(t, x, key, rule)
			if mismatch := new(types.IdempotentParameterMismatchException); errors.As(err, &mismatch) {
				t.Errorf("%s, %s: a write has taken the token of another: %v", what, name, err)
			}
			got, read := r.Get(t.Context(), key)
			kit.Must(t, read)
			if added := got.Views - before; !told(added, err) {
				t.Errorf("%s, %s: %d was added; %v", what, name, added, err)
			}
			kit.Must(t, r.Add(t.Context(), key, views, 1)) // whatever is left of a slot
			again, err := r.Get(t.Context(), key)
			counted(t, what+", "+name+", and one more", got.Views+1, 0)(again, err)
		}
	}
	_, err := r.Sweep(t.Context(), repo.Fence())
	kit.Must(t, err)
	for _, it := range kit.Items(t, x, "Counts") {
		if it["n"] == nil {
			t.Errorf("a sweep has left %v", it)
		}
	}
}

// twoFaults: a slot is missing, so the change is refused and the slot is made, by a write
// with the same id. What the first has left open must not be in the way of the second.
func twoFaults(t *testing.T, x *kit.World) {
	r, _ := made(t, x, pages(1))
	x.Tampered = x.Engine.Alone
	faults := []fault.Fault{fault.SendError(), fault.ReplyLost(), fault.Hold()}
	for i := range 6 {
		for j := i + 1; j < 7; j++ {
			for _, first := range faults {
				for _, second := range faults {
					p := aPage()
					p.Name = fmt.Sprint("page ", i, j, first, second)
					key, err := r.Create(t.Context(), p)
					kit.Must(t, err)
					_, err = adding(t, x, key, fault.Inject(first, fault.At(i)), fault.Inject(second, fault.At(j)))
					got, read := r.Get(t.Context(), key)
					kit.Must(t, read)
					if err != nil && !errors.Is(err, repo.ErrOutcomeUnknown) && !errors.Is(err, repo.ErrUnavailable) && !errors.Is(err, repo.ErrContention) || !told(got.Views, err) {
						t.Errorf("%s at %d, %s at %d: %d was added; %v", first, i, second, j, got.Views, err)
					}
				}
			}
		}
	}
}

func ended(t *testing.T, x *kit.World) {
	r, key := made(t, x, pages(slots))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := r.Add(ctx, key, views, 1)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Add with a context that has ended: %v", err)
	}
	x.WantSent(t, "Add with a context that has ended")
	got, err := r.Get(t.Context(), key)
	counted(t, "Get", 0, 0)(got, err)
}
