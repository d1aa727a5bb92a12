package stress

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// Race is a race of writers and readers for a few objects with many parts.
type Race struct {
	Duration time.Duration // of the race; requests under way at its end are awaited
	Writers  int
	Readers  int
	Rules    []fault.Rule // faults of the requests
	Faults   bool         // the rules make requests fail, so outcomes may be unknown and reads may fail
}

// Run runs s on an engine. No reader may see parts of two versions, or an older
// version than before. At the end the counters must hold every write that
// reported success, and none that reported a definite error. No item may be left
// behind.
func Run(t *testing.T, e kit.Engine, s Race) {
	r := newRace(t, e, s)
	ctx, cancel := context.WithTimeout(t.Context(), s.Duration+2*time.Minute)
	defer cancel()
	var group sync.WaitGroup
	for i := range s.Writers {
		group.Go(func() { r.work(ctx, fmt.Sprintf("writer %d", i), uint64(i), (*racer).write) })
	}
	for i := range s.Readers {
		group.Go(func() { r.work(ctx, fmt.Sprintf("reader %d", i), uint64(100+i), (*racer).read) })
	}
	group.Wait()
	r.net.Release() // delayed requests arrive now
	r.judge(context.WithoutCancel(ctx))
	t.Logf("%d writes, %d of them refused and %d unknown; %d reads; %d requests", r.writes.Load(), r.refused.Load(),
		r.unsure.Load(), r.reads.Load(), r.net.Count())
}

// running is a Race under way.
type running struct {
	t      *testing.T
	s      Race
	raw    *dynamodb.Client // around the faults
	net    *fault.Transport
	prefix string
	racing *repo.Repo[racingDoc] // through them
	clean  *repo.Repo[racingDoc]
	until  time.Time
	tally  map[string]*tally // by object

	writes, refused, unsure, reads atomic.Int64
}

// tally counts the writes of an object, done and unknown.
type tally struct{ total, added, hits, logged counter }

type counter struct{ done, unsure atomic.Int64 }

func newRace(t *testing.T, e kit.Engine, s Race) *running {
	t.Helper()
	r := &running{t: t, s: s, raw: e.Client, prefix: kit.TableName("stress") + ".", tally: map[string]*tally{}}
	options := e.Client.Options()
	options.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return time.Millisecond, nil })
		o.RateLimiter = unlimited{}
	})
	client, net := fault.Wrap(dynamodb.New(options))
	r.net = net
	var err error
	if r.racing, err = repo.New(client, racingModel(), repo.TablePrefix(r.prefix), repo.WithValidator(nil)); err != nil {
		t.Fatal(err)
	}
	if r.clean, err = repo.New(e.Client, racingModel(), repo.TablePrefix(r.prefix), repo.WithValidator(nil)); err != nil {
		t.Fatal(err)
	}
	if err := r.clean.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.drop)
	for _, id := range hot {
		r.tally[id] = &tally{}
		if _, err := r.clean.Create(t.Context(), atGeneration(&racingDoc{ID: id}, 0)); err != nil {
			t.Fatal(err)
		}
	}
	net.Reset(s.Rules...)
	r.until = time.Now().Add(s.Duration)
	return r
}

// unlimited lets all reads be retried. The SDK's budget of retries would protect
// a service.
type unlimited struct{}

func (unlimited) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}
func (unlimited) AddTokens(uint) error { return nil }

func (r *running) drop() {
	for name := range racingTables {
		if _, err := r.raw.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: aws.String(r.prefix + name)}); err != nil {
			r.t.Error(err)
		}
	}
}

// racer is one goroutine of a race.
type racer struct {
	*running
	name    string
	rng     *rand.Rand
	version map[string]int64 // the newest seen of each hot object
}

func (r *running) work(ctx context.Context, name string, seed uint64, do func(*racer, context.Context) error) {
	w := &racer{running: r, name: name, rng: rand.New(rand.NewPCG(seed, seed)), version: map[string]int64{}}
	for time.Now().Before(r.until) && !r.t.Failed() {
		if err := do(w, ctx); err != nil {
			r.t.Errorf("%s: %v", name, err)
			return
		}
	}
}

// judge compares the stored objects with the reported outcomes.
func (r *running) judge(ctx context.Context) {
	for _, id := range hot {
		d, err := r.clean.Get(ctx, racingID.Of(id))
		if err != nil {
			r.t.Errorf("at the end: %v", err)
			continue
		}
		if err := d.whole(); err != nil {
			r.t.Errorf("at the end: %v", err)
		}
		n := r.tally[id]
		r.compare(id, "generation", &n.total, d.Gen)
		r.compare(id, "writes of whole objects", &n.total, d.Total)
		r.compare(id, "updates of the root", &n.added, d.Added)
		r.compare(id, "updates of root and part", &n.hits, d.One.Hits)
		r.compare(id, "appended elements", &n.logged, len(d.Log))
		writes := int64(d.Total + d.Added + d.One.Hits + len(d.Log))
		if d.Meta.Version != 1+writes {
			r.t.Errorf("%s has version %d after a create and %d writes", id, d.Meta.Version, writes)
		}
	}
	var tables []kit.StoredTable
	for name, key := range racingTables {
		table, err := kit.ReadTable(ctx, r.raw, r.prefix+name, key)
		if err != nil {
			r.t.Error(err)
		}
		table.Name = name
		tables = append(tables, table)
	}
	for _, problem := range kit.Orphans(tables) {
		r.t.Error(problem)
	}
}

func (r *running) compare(id, what string, c *counter, got int) {
	done, unsure := c.done.Load(), c.unsure.Load()
	if int64(got) < done || int64(got) > done+unsure {
		r.t.Errorf("%s, %s: %d are stored; %d were reported done, %d unknown", id, what, got, done, unsure)
	}
}

// count enters the outcome of a write. It returns an error that is not allowed.
func (r *running) count(c *counter, err error, refusals ...error) error {
	r.writes.Add(1)
	switch {
	case err == nil:
		c.done.Add(1)
	case errors.Is(err, repo.ErrOutcomeUnknown) && r.s.Faults:
		r.unsure.Add(1)
		c.unsure.Add(1)
	case errors.Is(err, repo.ErrThrottled) && r.s.Faults, errors.Is(err, repo.ErrContention), r.excused(err):
		r.refused.Add(1)
	default:
		for _, kind := range refusals {
			if errors.Is(err, kind) && !errors.Is(err, repo.ErrOutcomeUnknown) {
				r.refused.Add(1)
				return nil
			}
		}
		return err
	}
	return nil
}

// excused reports whether faults explain a failed read: the error is the
// engine's or the connection's, and not one of package repo.
func (r *running) excused(err error) bool {
	var injected *fault.Error
	var api interface{ ErrorCode() string }
	return r.s.Faults && (errors.As(err, &injected) || errors.As(err, &api)) &&
		!errors.Is(err, repo.ErrCorrupt) && !errors.Is(err, repo.ErrInvalid) && !errors.Is(err, repo.ErrOutcomeUnknown)
}
