package soak

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// What the test tells a program, in its environment.
const (
	endpointVar = "SOAK_ENDPOINT"
	stagedVar   = "SOAK_STAGED"
	seedVar     = "SOAK_SEED"
)

// workers write at the same time in a program; one more reads.
const workers = 4

// pause is how long a worker waits between two writes.
const pause = 5 * time.Millisecond

// program is a process that writes until it is killed. It reports each step on its standard
// output, a line for each, before and after:
//
//	try 3 hot/1        worker 3 begins a write of hot/1, or of its counter: try 3 count/hot/1
//	done 3, not 3, maybe 3: how it ended
//	bad ...            what must not be
//	heap 12345678      bytes
type program struct {
	repo *repo.Repo[journal]
	net  *fault.Transport
	rng  *rand.Rand // of the faults
}

func newClient(endpoint string, rules ...fault.Rule) (*dynamodb.Client, *fault.Transport) {
	return fault.Wrap(dynamodb.New(dynamodb.Options{
		BaseEndpoint: aws.String(endpoint), Region: "eu-west-1", Credentials: aws.AnonymousCredentials{},
	}), rules...)
}

// faults are those of every program and of the sweeps.
func faults(seed uint64) fault.Rule {
	return fault.Random(seed, 0.04, []fault.Fault{
		fault.SendError(), fault.ReplyLost(), fault.ServerError(), fault.ServerErrorAfter(), fault.Throttle(), fault.Conflict(),
		fault.InProgress(), fault.HoldFor(3), fault.Unprocessed(1), fault.Shuffle(seed), fault.DelayReply(20 * time.Millisecond),
	})
}

func runProgram() error {
	seed, err := strconv.ParseUint(os.Getenv(seedVar), 10, 64)
	if err != nil {
		return err
	}
	client, net := newClient(os.Getenv(endpointVar), faults(seed))
	r, err := repo.New(client, journals, options(os.Getenv(stagedVar) != "")...)
	if err != nil {
		return err
	}
	p := &program{r, net, rand.New(rand.NewPCG(seed, 0))}
	var group sync.WaitGroup
	for i := range workers {
		group.Go(func() { p.write(i, rand.New(rand.NewPCG(seed, uint64(i)+1))) })
	}
	group.Go(func() { p.read(rand.New(rand.NewPCG(seed, 100))) })
	group.Go(p.measure)
	group.Wait() // for ever
	return nil
}

func options(staged bool) []repo.Option {
	if staged {
		return []repo.Option{repo.Staged()}
	}
	return nil
}

// say writes one line at once: a process that is killed leaves no half ones.
func say(format string, args ...any) { fmt.Fprintf(os.Stdout, format+"\n", args...) }

// measure reports the heap, and gives the transport other faults now and then: it keeps
// what it has seen.
func (p *program) measure() {
	for range time.Tick(time.Second) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		say("heap %d", m.HeapAlloc)
		_ = p.net.Release() // late requests arrive
		p.net.Reset(faults(p.rng.Uint64()))
	}
}

// write writes objects, one after the other.
func (p *program) write(worker int, rng *rand.Rand) {
	for ; ; time.Sleep(pause) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		if rng.IntN(4) == 0 {
			p.writeCold(ctx, rng)
		} else {
			id := hotID(rng.IntN(hot))
			act := func() error { return p.writeHot(ctx, rng, id) }
			if rng.IntN(6) == 0 {
				act = func() error {
					err := p.repo.Add(ctx, journalID.Of(id), jReads, 1)
					if errors.Is(err, repo.ErrBusy) {
						say("bad %q", err) // a counter does not depend on what else the object has
					}
					return err
				}
				say("try %d %s", worker, countOf(id))
			} else {
				say("try %d %s", worker, id)
			}
			switch err := act(); {
			case err == nil:
				say("done %d", worker)
			case errors.Is(err, repo.ErrOutcomeUnknown):
				say("maybe %d", worker)
			default:
				p.check(err, repo.ErrConflict, repo.ErrThrottled, repo.ErrContention, repo.ErrBusy)
				say("not %d", worker)
			}
		}
		cancel()
	}
}

// writeHot writes an object that is there, so that N is one more.
func (p *program) writeHot(ctx context.Context, rng *rand.Rand, id string) error {
	key, gen := journalID.Of(id), rng.IntN(1000)
	switch rng.IntN(5) {
	case 0:
		return p.repo.Update(ctx, key, lens.Add(jN, 1))
	case 1:
		return p.repo.Update(ctx, key, lens.Add(jN, 1), jText.Set(fmt.Sprint("text ", gen)))
	case 2:
		return p.repo.Update(ctx, key, lens.Add(jN, 1), jEmail.Set(fmt.Sprintf("%s-%d@x.org", id, gen%3)))
	case 3:
		return p.repo.Modify(ctx, key, func(j *journal) error { j.become(gen); return nil })
	}
	j, err := p.repo.Get(ctx, key)
	if err != nil {
		return err
	}
	j.become(gen)
	_, err = p.repo.Put(ctx, j)
	return err
}

// writeCold creates, changes and deletes objects whose unique values may be another's.
func (p *program) writeCold(ctx context.Context, rng *rand.Rand) {
	id, email := coldID(rng.IntN(cold)), fmt.Sprintf("cold-%d@x.org", rng.IntN(4))
	key := journalID.Of(id)
	var err error
	switch rng.IntN(4) {
	case 0, 1:
		_, err = p.repo.Create(ctx, newJournal(id, email))
	case 2:
		err = p.repo.Update(ctx, key, lens.Add(jN, 1), jEmail.Set(email))
	default:
		err = p.repo.Delete(ctx, key)
	}
	p.check(err, repo.ErrExists, repo.ErrNotFound, repo.ErrDuplicate, repo.ErrConflict, repo.ErrOutcomeUnknown, repo.ErrThrottled, repo.ErrContention, repo.ErrBusy)
}

// read reads objects, which must be whole.
func (p *program) read(rng *rand.Rand) {
	for ; ; time.Sleep(pause) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		id := hotID(rng.IntN(hot))
		if rng.IntN(2) == 0 {
			id = coldID(rng.IntN(cold))
		}
		j, err := p.repo.Get(ctx, journalID.Of(id))
		if cancel(); err == nil {
			p.check(j.whole())
		} else {
			p.check(err, repo.ErrNotFound, repo.ErrThrottled, repo.ErrBusy)
		}
	}
}

// check reports an error that is of none of some kinds, and not of the network.
func (p *program) check(err error, kinds ...error) {
	for _, kind := range kinds {
		if errors.Is(err, kind) {
			return
		}
	}
	var broken *fault.Error
	var failed interface{ HTTPStatusCode() int }
	switch {
	case err == nil, errors.Is(err, context.DeadlineExceeded), errors.As(err, &broken):
	case errors.As(err, &failed) && failed.HTTPStatusCode() >= 500:
	default:
		say("bad %q", err)
	}
}
