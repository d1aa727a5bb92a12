package repo_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// A Sleeve has a part and a list of parts.
type Sleeve struct {
	ID     string       `dynamodbav:"id"`
	Title  string       `dynamodbav:"title"`
	Cover  *SleevePart  `dynamodbav:"cover"`
	Tracks []SleevePart `dynamodbav:"tracks"`
	Meta   meta.Record  `dynamodbav:"-"`
}

// A SleevePart is a part.
type SleevePart struct {
	Name string `dynamodbav:"name"`
}

var (
	sleeveID    = repo.KeyOf(func(a *Sleeve) *string { return &a.ID }, keygen.UUIDv7)
	sleeveTitle = lens.Of(func(a *Sleeve) *string { return &a.Title })
	sleeveCover = lens.Of(func(a *Sleeve) *string { return &a.Cover.Name })
)

// sleeves is a repository over a client.
func sleeves(t *testing.T, c repo.Client, opts ...repo.Option) *repo.Repo[Sleeve] {
	t.Helper()
	r, err := repo.New(c, repo.TableOf("Sleeves", sleeveID,
		shard.Optional(shard.To("Covers"), func(a *Sleeve) **SleevePart { return &a.Cover }),
		shard.Each(shard.To("Tracks"), func(a *Sleeve) *[]SleevePart { return &a.Tracks }),
		meta.Keep(func(a *Sleeve) *meta.Record { return &a.Meta })), opts...)
	kit.Must(t, err)
	return r
}

func sleeve(id string) *Sleeve {
	return &Sleeve{ID: id, Title: "one", Cover: &SleevePart{"front"}, Tracks: []SleevePart{{"a"}, {"b"}, {"c"}}}
}

// sweepWorld is an engine with the tables of sleeves, and a repository that writes in a way.
type sweepWorld struct {
	net    *fault.Transport
	writer *repo.Repo[Sleeve] // through the net
	other  *repo.Repo[Sleeve] // of another process
}

// ways are how a staged write comes about.
var ways = map[string]struct {
	engine []embedded.Option
	opts   []repo.Option
}{
	"staged":               {nil, []repo.Option{repo.Staged()}},
	"without transactions": {[]embedded.Option{embedded.WithoutTransactions()}, []repo.Option{repo.WithoutTransactions()}},
}

func newSweepWorld(t *testing.T, way string) *sweepWorld {
	t.Helper()
	db := embedded.New(ways[way].engine...)
	client, net := fault.Wrap(db.Client())
	w := &sweepWorld{net, sleeves(t, client, ways[way].opts...), sleeves(t, db.Client(), ways[way].opts...)}
	kit.Must(t, w.other.CreateTables(t.Context()))
	return w
}

// sweptVerbs are writes of which each request may be the last. They begin with a sleeve
// "old", which another process has written.
var sweptVerbs = map[string]func(ctx context.Context, r *repo.Repo[Sleeve]) error{
	"create": func(ctx context.Context, r *repo.Repo[Sleeve]) error {
		_, err := r.Create(ctx, sleeve("new"))
		return err
	},
	"put": func(ctx context.Context, r *repo.Repo[Sleeve]) error { _, err := r.Put(ctx, sleeve("old")); return err },
	"modify": func(ctx context.Context, r *repo.Repo[Sleeve]) error {
		return r.Modify(ctx, sleeveID.Of("old"), func(a *Sleeve) error {
			a.Title, a.Cover, a.Tracks[1].Name = "two", nil, "B"
			return nil
		})
	},
	"update": func(ctx context.Context, r *repo.Repo[Sleeve]) error {
		return r.Update(ctx, sleeveID.Of("old"), sleeveTitle.Set("two"), sleeveCover.Set("back"))
	},
	"delete": func(ctx context.Context, r *repo.Repo[Sleeve]) error { return r.Delete(ctx, sleeveID.Of("old")) },
}

// Whatever the request in which a writer dies, a reader sees the object as it was or as it
// is to be, and a sweep finds what is left behind. Fenced, nothing is left at all.
func TestSweepAfterCrash(t *testing.T) {
	for way := range ways {
		for verb, run := range sweptVerbs {
			inBubble(t, way+"/"+verb, func(t *testing.T) {
				for i := range requestsOf(t, way, run) {
					w := newSweepWorld(t, way)
					old := sleeve("old")
					_, err := w.other.Create(t.Context(), old)
					kit.Must(t, err)
					w.net.Reset(fault.Inject(fault.Crash(), fault.From(i)))
					_ = run(t.Context(), w.writer)
					w.sweeps(t, fmt.Sprint("request ", i))
				}
			})
		}
	}
}

// inBubble runs a test whose pauses take no time.
func inBubble(t *testing.T, name string, test func(*testing.T)) {
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

func requestsOf(t *testing.T, way string, run func(context.Context, *repo.Repo[Sleeve]) error) int {
	t.Helper()
	w := newSweepWorld(t, way)
	_, err := w.other.Create(t.Context(), sleeve("old"))
	kit.Must(t, err)
	w.net.Reset()
	kit.Must(t, run(t.Context(), w.writer))
	if done, err := w.other.Sweep(t.Context(), repo.DryRun()); err != nil || done.Changed+done.InFlight > 0 {
		t.Errorf("left behind without a fault: %+v, %v", done, err)
	}
	return len(w.net.Requests())
}

// sweeps sweeps, and checks that objects stay as they are and nothing else is left.
func (w *sweepWorld) sweeps(t *testing.T, when string) {
	t.Helper()
	before := w.all(t)
	dry, err := w.other.Sweep(t.Context(), repo.DryRun())
	kit.Must(t, err)
	first, err := w.other.Sweep(t.Context(), repo.PageSize(1))
	kit.Must(t, err)
	if dry.Changed != first.Changed || dry.InFlight != first.InFlight || first.Failed > 0 {
		t.Errorf("%s: a dry run would delete %d and leave %d, the sweep %d and %d", when, dry.Changed, dry.InFlight, first.Changed, first.InFlight)
	}
	fenced, err := w.other.Sweep(t.Context(), repo.Fence())
	kit.Must(t, err)
	if fenced.InFlight > 0 || fenced.Changed > first.InFlight { // a placeholder goes with the fence
		t.Errorf("%s: %d were in flight, %d fenced, %d still are", when, first.InFlight, fenced.Changed, fenced.InFlight)
	}
	last, err := w.other.Sweep(t.Context())
	kit.Must(t, err)
	if last.Changed+last.InFlight > 0 || last.Seen != int64(partsOf(before)) {
		t.Errorf("%s: after all %+v, of objects with %d parts", when, last, partsOf(before))
	}
	for i, a := range w.all(t) {
		a.Meta, before[i].Meta = meta.Record{}, meta.Record{}
		kit.Equal(t, when+": an object", a, before[i])
	}
	for _, a := range before {
		_, err := w.other.Put(t.Context(), &a)
		kit.Must(t, err)
	}
}

// all are the objects, by their keys.
func (w *sweepWorld) all(t *testing.T) (all []Sleeve) {
	t.Helper()
	for a, err := range w.other.Scan(t.Context()) {
		kit.Must(t, err)
		all = append(all, *a)
	}
	slices.SortFunc(all, func(a, b Sleeve) int { return len(a.ID) - len(b.ID) })
	return all
}

func partsOf(all []Sleeve) (n int) {
	for _, a := range all {
		if n += len(a.Tracks); a.Cover != nil {
			n++
		}
	}
	return n
}

// A write whose answers are lost is found out about, and one that was not applied never is.
func TestResolve(t *testing.T) {
	for way := range ways {
		for verb, run := range sweptVerbs {
			if verb == "delete" {
				continue // leaves no record of itself
			}
			inBubble(t, way+"/"+verb, func(t *testing.T) {
				for i := range requestsOf(t, way, run) {
					for _, late := range []fault.Fault{fault.Hold(), fault.ReplyLost()} {
						w := newSweepWorld(t, way)
						_, err := w.other.Create(t.Context(), sleeve("old"))
						kit.Must(t, err)
						ctx, cancel := fault.Cancelable(t.Context())
						w.net.Reset(fault.Inject(late, fault.At(i)), fault.Inject(fault.Crash(), fault.From(i+1)))
						id := meta.NewWriteID()
						err = run(ctx, w.writer.With(repo.WithWriteID(id)))
						cancel()
						key := sleeveID.Of("old")
						if verb == "create" {
							key = sleeveID.Of("new")
						}
						applied, wrong := w.other.Resolve(t.Context(), key, id)
						kit.Must(t, wrong)
						if err == nil && !applied || err != nil && !errors.Is(err, repo.ErrOutcomeUnknown) && applied {
							t.Errorf("request %d, %v: Resolve says %v after %v", i, late, applied, err)
						}
						before := w.all(t)
						_ = w.net.Release()
						if again, err := w.other.Resolve(t.Context(), key, id); again != applied || err != nil {
							t.Errorf("request %d, %v: Resolve says %v, then %v, %v", i, late, applied, again, err)
						}
						for j, a := range w.all(t) {
							a.Meta, before[j].Meta = meta.Record{}, meta.Record{}
							kit.Equal(t, fmt.Sprintf("request %d, %v: an object after the late request", i, late), a, before[j])
						}
						kit.Must(t, w.net.Close())
					}
				}
			})
		}
	}
}
