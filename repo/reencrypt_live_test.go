package repo_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// A rotation beside writers that never stop: nobody loses a write, and at its end nothing is
// under the old key.
func TestReencryptBesideWriters(t *testing.T) {
	k1, k2 := roKey(t, 1), roKey(t, 2)
	c := embedded.New().Client(quick)
	open := func(entries ...cipher.KeysetEntry) *repo.Repo[roDoc] {
		return roRepo(t, c, roParts(), roAES(t, nil, entries...))
	}
	before := open(cipher.Primary(k1))
	for i := range liveDocuments {
		reCreate(t, before, fmt.Sprint(i))
	}
	writers := []*liveWriter{{docs: before}, {docs: before}, {docs: before}}
	stop := make(chan struct{})
	var group sync.WaitGroup
	for _, w := range writers {
		group.Go(func() { w.run(background, t, stop) })
	}
	deploy := func(docs *repo.Repo[roDoc]) {
		for _, w := range writers {
			w.deploy(docs)
		}
	}
	deploy(open(cipher.Primary(k1), cipher.Enabled(k2)))
	after := open(cipher.Primary(k2), cipher.Enabled(k1))
	deploy(after)
	for n := 0; must(after.KeysInUse(background))(t).Of(1) > 0; n++ {
		done, err := after.Reencrypt(background, repo.Segments(1+n%2), repo.PageSize(2))
		for _, kind := range slices.Collect(maps.Keys(done.Errors)) {
			if kind != "ErrBusy" && kind != "ErrContention" {
				t.Fatal(done, err)
			}
		}
		if n == 1000 {
			t.Fatal("no run is the last")
		}
	}
	last := open(cipher.Primary(k2), cipher.Destroyed(1))
	deploy(last)
	close(stop)
	group.Wait()
	for i := range liveDocuments {
		added := int64(0)
		for _, w := range writers {
			added += w.added[i]
		}
		if got := must(last.Get(background, roID.Of(fmt.Sprint(i))))(t); int64(got.Count) != added {
			t.Errorf("document %d counts %d, %d were added", i, got.Count, added)
		}
	}
	roUses(t, last, map[cipher.KeyID]int64{2: liveDocuments * roSealed})
}

// A run that ends early, because its context does or a request is refused, says where to go
// on; the rest is done from there, in one segment and in several, with readable cursors and
// with encrypted ones.
func TestReencryptGoesOn(t *testing.T) {
	k1, k2 := roKey(t, 1), roKey(t, 2)
	const objects = 30
	for name, ends := range map[string]func(net *fault.Transport, cancel func()) func(repo.Progress){
		"the context": func(_ *fault.Transport, cancel func()) func(repo.Progress) {
			return func(p repo.Progress) {
				if p.Seen >= 10 {
					cancel()
				}
			}
		},
		"a refusal": func(net *fault.Transport, _ func()) func(repo.Progress) {
			net.Reset(fault.Inject(fault.Respond(400, "AccessDeniedException", "not authorized"), fault.Op("TransactWriteItems", "PutItem"), fault.Skip(12)))
			return func(repo.Progress) {}
		},
	} {
		for _, n := range []int{1, 4} {
			for _, opts := range [][]repo.Option{nil, {repo.WithCursorKey(roAES(t, nil, cipher.Primary(k1)))}} {
				t.Run(fmt.Sprintf("%s, %d segments, %d options", name, n, len(opts)), func(t *testing.T) {
					c, net := fault.Wrap(embedded.New().Client(quick))
					open := func(entries ...cipher.KeysetEntry) *repo.Repo[roDoc] {
						return repoOver(t, c, repo.TableOf("Docs", roID, roKeep, cipher.Protect(roAES(t, nil, entries...), roSecret)), opts...)
					}
					before := open(cipher.Primary(k1))
					for i := range objects {
						reCreate(t, before, fmt.Sprint(i))
					}
					r := open(cipher.Primary(k2), cipher.Enabled(k1))
					ctx, cancel := context.WithCancel(background)
					defer cancel()
					report := ends(net, cancel)
					var last repo.Progress
					first, err := r.Reencrypt(ctx, repo.PageSize(3), repo.Segments(n), repo.OnProgress(func(p repo.Progress) {
						if p.Seen < last.Seen || p.Changed > p.Seen || p.Total != objects || p.Seen < objects && p.Left == 0 {
							t.Errorf("%+v after %+v", p, last)
						}
						last = p
						report(p)
					}))
					var at *repo.Error
					if !errors.As(err, &at) || at.Op != "Reencrypt" || first.Cursor == "" || first.Cursor != last.Cursor || first.Seen != last.Seen || first.Failed != 0 {
						t.Fatalf("%+v, %v", first, err)
					}
					if name == "the context" && !errors.Is(err, context.Canceled) {
						t.Error(err)
					}
					net.Reset()
					rest := must(r.Reencrypt(background, repo.PageSize(3), repo.Segments(n), repo.StartAt(first.Cursor)))(t)
					if first.Seen+rest.Seen != objects || rest.Seen == 0 || rest.Cursor != "" {
						t.Errorf("%d objects, then %d of %d", first.Seen, rest.Seen, objects)
					}
					roUses(t, r, map[cipher.KeyID]int64{2: 2 * objects})
				})
			}
		}
	}
}

// Migrate goes through segments as well, and a panic of a cipher is one of the caller.
func TestSegmentsOfMigrate(t *testing.T) {
	c := embedded.New().Client(quick)
	before := roRepoOf(t, c, nil)
	for i := range 40 {
		reCreate(t, before, fmt.Sprint(i))
	}
	r := roRepoOf(t, c, roParts())
	if done := must(r.Migrate(background, repo.Segments(5), repo.PageSize(2)))(t); done.Seen != 40 || done.Changed != 40 || done.Keys != nil {
		t.Errorf("%+v", done)
	}
	if done := must(r.Migrate(background, repo.Segments(7)))(t); done.Seen != 40 || done.Changed != 0 {
		t.Errorf("%+v", done)
	}
	panics := roRepoOf(t, c, append(roParts(), cipher.Protect(panicking{}, roSecret), repo.AcceptPlain(roSecret)))
	defer func() {
		if got := recover(); got != "seal" {
			t.Errorf("panicked with %v", got)
		}
	}()
	errOf(panics.Migrate(background, repo.Segments(3)))
}

type panicking struct{}

func (panicking) Seal(context.Context, []byte, []byte, *cipher.Binding) ([]byte, error) {
	panic("seal")
}

func (panicking) Open(context.Context, []byte, []byte, *cipher.Binding) ([]byte, error) {
	return nil, cipher.ErrNotEncrypted
}
