package scenarios

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/repo"
)

// way is how the repositories of a world write.
type way struct {
	name   string
	opts   []repo.Option
	staged bool // the writes of notes
	alone  bool // no transactions at all
}

var (
	inTransactions = way{name: "transactions"}
	inStages       = way{name: "staged", opts: []repo.Option{repo.Staged()}, staged: true}
	withoutThem    = way{name: "without transactions", opts: []repo.Option{repo.WithoutTransactions()}, staged: true, alone: true}

	allWays     = []way{inTransactions, inStages, withoutThem}
	withTokens  = []way{inTransactions, inStages}
	stagedWays  = []way{inStages, withoutThem}
	onlyInTrans = []way{inTransactions}
	onlyAlone   = []way{withoutThem}
)

// world is an engine with two programs: the requests of one meet faults, those of the
// other do not.
type world struct {
	*testing.T
	*kit.World
	way
	virtual bool // pauses take no time
	few     bool // one kind of each write
	faulty  *repo.Repo[note]
	clean   *repo.Repo[note]
	runs    int // schedules
}

// background is a context that outlives whatever a scenario cancels.
var background = context.Background()

func newWorld(t *testing.T, e kit.Engine, by way) *world {
	// One client meets more faults here than the retries of a service are rationed for.
	e.Client = dynamodb.New(e.Client.Options(), func(o *dynamodb.Options) {
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) { o.RateLimiter = ratelimit.None })
	})
	w := &world{T: t, World: kit.NewWorld(t, e), way: by}
	w.faulty, w.clean = w.open(notes())
	return w
}

// open makes the two repositories of a model, and its tables.
func (w *world) open(m repo.Model[note], opts ...repo.Option) (faulty, clean *repo.Repo[note]) {
	w.Helper()
	opts = append(append(opts, w.way.opts...), repo.WithValidator(nil))
	faulty = kit.Open(w.T, w.World, m, opts...)
	clean, err := repo.New(w.Raw, m, w.Options(opts)...)
	kit.Must(w.T, err)
	return faulty, clean
}

// dump is everything that is stored.
func (w *world) dump() *kit.Dump {
	w.Helper()
	d, err := kit.DumpTables(background, w.Raw, w.Prefix)
	kit.Must(w.T, err)
	return d
}

// debris is what is stored beside whole objects.
func (w *world) debris() *kit.Debris {
	w.Helper()
	b := w.dump().Debris("")
	return &b
}

// wipe empties all tables.
func (w *world) wipe() {
	w.Helper()
	for _, t := range w.dump().Tables {
		for _, it := range t.Items {
			key := kit.Row{}
			for _, name := range t.Key {
				key[name] = it[name]
			}
			_, err := w.Raw.DeleteItem(background, &dynamodb.DeleteItemInput{TableName: new(w.Table(t.Name)), Key: key})
			kit.Must(w.T, err)
		}
	}
}

// state is what is stored of the note, which must be whole, beside nothing but debris.
func (w *world) state(what string) state {
	w.Helper()
	d := w.dump()
	s, err := readState(d, "a")
	if err != nil {
		w.Errorf("%s: %v", what, err)
	}
	debris := d.Debris("")
	for _, p := range debris.Problems {
		w.Errorf("%s: %s", what, p)
	}
	if !w.staged && !debris.None() {
		w.Errorf("%s: transactions have left %+v", what, debris)
	}
	return s
}

// agrees fails unless the library reads what the raw items say.
func (w *world) agrees(what string, s state) {
	w.Helper()
	got, err := w.clean.Get(background, theNote)
	if s.note == nil && errors.Is(err, repo.ErrNotFound) {
		return
	}
	if err != nil || got.content().String() != s.note.String() || got.Meta.Version != int64(s.version) {
		w.Errorf("%s: Get reads %v, %v; stored is %v, version %d", what, got.content(), err, s.note, s.version)
	}
}

// sweep lets a sweep run that must leave nothing, and change nothing that is seen.
func (w *world) sweep(what string, opts ...repo.CallOption) repo.Progress {
	w.Helper()
	before := w.state(what)
	done, err := w.clean.Sweep(background, opts...)
	if err != nil || done.Failed > 0 {
		w.Errorf("%s: the sweep: %v, %d failed", what, err, done.Failed)
	}
	if debris := w.debris(); !debris.None() {
		w.Errorf("%s: the sweep has left %+v", what, debris)
	}
	if after := w.state(what + ", after the sweep"); after.note.String() != before.note.String() {
		w.Errorf("%s: the sweep has made %v of %v", what, after.note, before.note)
	}
	return done
}

// another lets another program write the note at once, and a sweep clean up.
func (w *world) another(what string) repo.Progress {
	w.Helper()
	if _, err := w.clean.Put(background, value(99), repo.Overwrite()); err != nil {
		w.Errorf("%s: the next writer: %v", what, err)
	}
	s := w.state(what + ", then another writer")
	if s.note.String() != value(99).content().String() {
		w.Errorf("%s, then another writer: %v", what, s.note)
	}
	w.agrees(what, s)
	return w.sweep(what + ", then another writer")
}

// patience is a context that ends soon where time is real: the library's own patience
// would take 15 seconds.
func (w *world) patience(ctx context.Context) (context.Context, context.CancelFunc) {
	if w.virtual {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, time.Second)
}

// until selects requests before a context ends: what is cleaned up after that, under a
// context of its own, would take its time as well.
func until(ctx context.Context) fault.Where {
	return fault.If(func(fault.Request) bool { return ctx.Err() == nil })
}

// at says where a schedule has its fault.
func at(s *save, r fault.Request, f fmt.Stringer) string {
	return fmt.Sprintf("%s, request %d, %s: %v", s.name, r.Index, r.Operation, f)
}

func canonical(v types.AttributeValue) string {
	b, err := item.AppendCanonical(nil, v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func errOf[V any](_ V, err error) error { return err }
