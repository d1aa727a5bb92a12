package embedded

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	historyClients = 10
	historySteps   = 40
)

// absent is the value of a missing item.
const absent = -1

// outcome is what a client learns from one operation.
type outcome struct {
	conflict bool    // met a transaction: no effect, and nothing was read
	failed   [3]bool // conditions, by the position of the item
	value    [3]int  // what was returned
}

// history records what concurrent clients saw.
type history struct {
	// clock is logical: no two events have the same time, so only concurrent
	// operations look concurrent.
	clock atomic.Int64
	mu    sync.Mutex
	done  []porcupine.Operation
}

// observe runs one operation. It yields before and after it, because the
// operations of so fast an engine would hardly ever overlap otherwise.
func (h *history) observe(client int, input any, run func() outcome) {
	call := h.clock.Add(1)
	runtime.Gosched()
	output := run()
	runtime.Gosched()
	end := h.clock.Add(1)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.done = append(h.done, porcupine.Operation{ClientId: client, Input: input, Output: output, Call: call, Return: end})
}

// observed lets clients, half of them through the SDK's, do random steps at the
// same time.
func observed(t *testing.T, db *DB, step func(h *history, a api, client int, r *rand.Rand)) []porcupine.Operation {
	t.Helper()
	createTables(t, db)
	h := &history{}
	var wg sync.WaitGroup
	for client := range historyClients {
		wg.Go(func() {
			a := api(db)
			if client%2 == 0 {
				a = clientFace{db.Client(func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 })}
			}
			r := rand.New(rand.NewPCG(1, uint64(client)))
			for range historySteps {
				step(h, a, client, r)
			}
		})
	}
	wg.Wait()
	return h.done
}

// linearizable checks a history against a model. It also checks that the
// history says enough: operations overlapped, and it has failures, and
// conflicts if they are wanted. Otherwise it must have no conflict.
func linearizable(t *testing.T, m porcupine.Model, ops []porcupine.Operation, conflicts bool) {
	t.Helper()
	var overlapping, failed, met int
	for i, op := range ops {
		out := op.Output.(outcome)
		if out.conflict {
			met++
		}
		if out.failed != [3]bool{} {
			failed++
		}
		for _, other := range ops[:i] {
			if other.Call < op.Return && op.Call < other.Return {
				overlapping++
			}
		}
	}
	if len(ops) != historyClients*historySteps || overlapping < len(ops) || failed == 0 || (met > 0) != conflicts {
		t.Errorf("%d operations, %d pairs of them at the same time, %d failed conditions, %d conflicts", len(ops), overlapping, failed, met)
	}
	if got := porcupine.CheckOperationsTimeout(m, ops, 20*time.Second); got != porcupine.Ok {
		t.Errorf("the history is not linearizable: %s", got)
	}
}

// valueOf is the value of an item in the terms of the models.
func valueOf(i item) int {
	if len(i) == 0 {
		return absent
	}
	return version(i)
}

// valued is an item with a value.
func valued(pk string, v int) item { return item{"pk": str(pk), "v": num(strconv.Itoa(v))} }

// conflicted reports whether err is a conflict and nothing else.
func conflicted(err error) bool {
	var single *types.TransactionConflictException
	if errors.As(err, &single) {
		return true
	}
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return false
	}
	found := false
	for _, r := range cancelled.CancellationReasons {
		switch *r.Code {
		case "TransactionConflict":
			found = true
		case "None":
		default:
			return false
		}
	}
	return found
}

// background is the context of clients. It outlives the end of the test.
func background() context.Context { return context.Background() }
