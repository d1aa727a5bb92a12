package grants_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// poll has a counter.
type poll struct {
	ID    string      `dynamodbav:"id"`
	Room  string      `dynamodbav:"room"`
	Votes int64       `dynamodbav:"-"`
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	pollKey   = repo.CompositeKeyOf(func(p *poll) *string { return &p.ID }, func(p *poll) *string { return &p.Room })
	pollRoom  = pollKey.Of("a", "1")
	pollVotes = lens.Counter("votes", func(p *poll) *int64 { return &p.Votes })
	freshPoll = pollKey.Of("b", "1")
)

// polls is a model with a counter of n slots.
func polls(n int) repo.Model[poll] {
	return repo.TableOf("Polls", pollKey, meta.Keep(func(p *poll) *meta.Record { return &p.Meta }), shard.Spread(shard.To("Votes"), n, pollVotes))
}

// polling is a repository whose requests are judged, and another one whose are not.
type polling struct {
	g         *guard
	r, others *repo.Repo[poll]
}

// counting are the verbs that touch counters, each with what it needs all of its
// permissions on their table for.
var counting = map[repo.Verb][]func(ctx context.Context, w *polling) error{
	repo.VerbAdd: {
		func(ctx context.Context, w *polling) error {
			for range 20 {
				if err := w.r.Add(ctx, freshPoll, pollVotes, 1); err != nil {
					return err
				}
			}
			w.g.lost = "TransactWriteItems"
			return w.r.Add(ctx, pollRoom, pollVotes, 1)
		},
		func(ctx context.Context, w *polling) error {
			w.g.lost = "UpdateItem"
			_ = w.r.Add(ctx, pollRoom, pollVotes, 1, repo.Relaxed())
			return nil
		},
		func(ctx context.Context, w *polling) error { // excluded in the end
			ctx, cancel := context.WithCancel(ctx)
			w.g.never, w.g.after = true, cancel
			_ = w.r.Add(ctx, pollRoom, pollVotes, 1)
			return nil
		},
		func(ctx context.Context, w *polling) error { // what is late finds another object
			w.g.never, w.g.after = true, func() { w.g.others(func() { w.slotsGone(ctx) }) }
			return w.r.Add(ctx, pollRoom, pollVotes, 1)
		},
	},
	repo.VerbGet: {w1(func(ctx context.Context, r *repo.Repo[poll]) error { return second(r.Get(ctx, pollRoom)) })},
	repo.VerbGetMany: {w1(func(ctx context.Context, r *repo.Repo[poll]) error {
		return second(r.GetMany(ctx, []repo.Key[poll]{pollRoom}))
	})},
	repo.VerbScan:  {w1(func(ctx context.Context, r *repo.Repo[poll]) error { return drain(r.Scan(ctx)) })},
	repo.VerbQuery: {w1(func(ctx context.Context, r *repo.Repo[poll]) error { return drain(r.Query(ctx, pollKey.In("a"))) })},
	repo.VerbPage:  {w1(func(ctx context.Context, r *repo.Repo[poll]) error { return second(r.Page(ctx, pollKey.In("a"))) })},
	repo.VerbModify: {w1(func(ctx context.Context, r *repo.Repo[poll]) error {
		return r.Modify(ctx, pollRoom, func(*poll) error { return nil })
	})},
	repo.VerbTransactGet: {w1(func(ctx context.Context, r *repo.Repo[poll]) error {
		var p *poll
		return repo.TransactGet(ctx, r.GetOp(pollRoom, &p))
	})},
	repo.VerbDelete: {w1(func(ctx context.Context, r *repo.Repo[poll]) error { return r.Delete(ctx, pollRoom) })},
	repo.VerbSweep: {func(ctx context.Context, w *polling) error {
		w.g.others(func() { _ = w.others.Delete(ctx, pollRoom) })
		return second(w.r.Sweep(ctx))
	}},
	repo.VerbCreateTables: {w1(func(ctx context.Context, r *repo.Repo[poll]) error { return r.CreateTables(ctx) })},
	repo.VerbVerify:       {w1(func(ctx context.Context, r *repo.Repo[poll]) error { return r.Verify(ctx) })},
}

func w1(run func(context.Context, *repo.Repo[poll]) error) func(context.Context, *polling) error {
	return func(ctx context.Context, w *polling) error { return run(ctx, w.r) }
}

// slotsGone deletes the object and all that was counted for it, and makes another one.
func (w *polling) slotsGone(ctx context.Context) {
	for _, err := range []error{w.others.Delete(ctx, pollRoom), second(w.others.Sweep(ctx)), second(w.others.Create(ctx, &poll{ID: "a", Room: "1"}))} {
		if err != nil {
			panic(err)
		}
	}
}

// TestCounters: the policy of each verb allows on the table of a counter what the verb sends
// there, and no action more.
func TestCounters(t *testing.T) {
	for verb, runs := range counting {
		t.Run(string(verb), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked []access
				var policy *repo.Policy
				for i, run := range runs {
					w := newPolling(t)
					var err error
					policy, err = w.r.Policy(repo.PolicyFor(verb), repo.PolicyIn("eu-west-1", "123456789012"))
					kit.Must(t, err)
					w.g.policy = policy
					if err := run(t.Context(), w); err != nil && verb != repo.VerbCreateTables && verb != repo.VerbVerify {
						t.Errorf("run %d: %v", i+1, err)
					}
					for _, a := range w.g.denied {
						t.Errorf("run %d is denied by the verb's own policy: %s of %s", i+1, a.action, a.resource)
					}
					asked = append(asked, w.g.asked...)
				}
				for _, s := range policy.Statement {
					for _, action := range s.Action {
						asks := func(a access) bool { return "dynamodb:"+a.action == action && a.resource == arnOf("Votes") }
						if s.Sid == "Counts" && !slices.ContainsFunc(asked, asks) {
							t.Errorf("%s works without %s", verb, action)
						}
					}
				}
			})
		})
	}
}

// newPolling has an object, which more slots count for than the judged repository knows of, and
// one without slots.
func newPolling(t *testing.T) *polling {
	t.Helper()
	raw := embeddedClient(t)
	w := &polling{g: &guard{t: t, keys: map[string]string{"Polls": "id", "Votes": "_id"}}}
	var err error
	w.others, err = repo.New(raw, polls(4))
	kit.Must(t, err)
	kit.Must(t, w.others.CreateTables(t.Context()))
	w.r, err = repo.New(dynamodb.New(raw.Options(), w.g.install), polls(3))
	kit.Must(t, err)
	for _, id := range []string{"a", "b"} {
		kit.Must(t, second(w.others.Create(t.Context(), &poll{ID: id, Room: "1"})))
	}
	for range 40 {
		kit.Must(t, w.others.Add(t.Context(), pollRoom, pollVotes, 1))
	}
	return w
}
