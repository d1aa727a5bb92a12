package bench

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
)

// Op is one operation that can be run repeatedly.
type Op func(ctx context.Context) error

// Maker prepares an operation on an engine: tables, data, a first run.
type Maker func(ctx context.Context, e Engine) (Op, error)

// Contender is one way to do a workload.
type Contender struct {
	Name string
	Make Maker
}

// Workload is one thing to do, and the ways to do it that are compared. The
// times of the others are divided by that of the first contender.
type Workload struct {
	Name string
	// Items is how many items one operation reads or writes.
	Items      int
	Contenders []Contender
}

// The contenders. A plain dystore stores no record beside the attributes, like
// the other libraries.
const (
	SDK          = "bare SDK"
	SDKBare      = "bare SDK, nothing encoded or decoded"
	SDKToken     = "bare SDK, with a token"
	SDKSame      = "bare SDK, same guarantees"
	Guregu       = "guregu/dynamo"
	Dystore      = "dystore"
	Plain        = "dystore, Plain"
	Relaxed      = "dystore, Relaxed"
	PlainRelaxed = "dystore, Plain and Relaxed"
	Lean         = "dystore, Lean"
	Unsealed     = "dystore, nothing encrypted"
)

// Engine is where an operation runs. Prefix separates the tables of contenders
// on a shared engine.
type Engine struct {
	Name   string
	Client *dynamodb.Client
	Prefix string
	Tape   *Tape // if not nil, dystore's requests go to it
	Lean   bool  // dystore sends them without the SDK's middleware
}

// Embedded returns a new embedded engine.
func Embedded() Engine {
	return Engine{Name: "embedded", Client: embedded.New().Client(), Prefix: "bench-"}
}

// Shared returns an engine behind an existing client, with a random prefix.
func Shared(name string, client *dynamodb.Client) Engine {
	return Engine{Name: name, Client: client, Prefix: "bench-" + strings.ToLower(rand.Text()[:8]) + "-"}
}

// Prepare prepares the contender on an engine and runs the operation once. So
// caches are warm and mistakes are found before the measurement.
func (c Contender) Prepare(ctx context.Context, e Engine) (Op, error) {
	op, err := c.Make(ctx, e)
	if err == nil {
		err = op(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("%s on %s: %w", c.Name, e.Name, err)
	}
	return op, nil
}

// OnEngine lists the workloads that use an engine.
func OnEngine() []Workload {
	return []Workload{
		putGet(), create(), updatePath(), query(), scan(), indexed(), getMany(), transaction(), transact(),
		shardedCreate(), shardedGet(), shardedUpdate(), shardedPut(),
	}
}

// OnStub lists the workloads that are played back as JSON: what others cost on a
// network, without the network.
func OnStub() []Workload {
	all := []Workload{
		putPerson(), getPerson(), create().with(bareCreate()), updatePath().with(relaxedUpdate()),
		query().with(bareQuery()), scan().with(bareScan()), getMany().with(bareGetMany()), transactGet(),
		transaction(), manyParts(), shardedCreate(), shardedGet(), shardedUpdate(), shardedPut(),
	}
	for i := range all {
		all[i] = all[i].WithLean()
	}
	return all
}

// WithLean is the workload with dystore without the SDK's middleware as a contender.
func (w Workload) WithLean() Workload { return w.with(w.lean()) }

// lean is dystore without the SDK's middleware, as it is otherwise if it encrypts nothing.
func (w Workload) lean() Contender {
	i := slices.IndexFunc(w.Contenders, func(c Contender) bool { return c.Name == Unsealed })
	if i < 0 {
		i = slices.IndexFunc(w.Contenders, func(c Contender) bool { return c.Name == Dystore })
	}
	of := w.Contenders[i].Make
	return Contender{Lean, func(ctx context.Context, e Engine) (Op, error) {
		e.Lean = true
		return of(ctx, e)
	}}
}

// with is the workload with one more contender.
func (w Workload) with(c Contender) Workload {
	w.Contenders = append(slices.Clip(w.Contenders), c)
	return w
}

// Ours reports whether the contender is dystore.
func (c Contender) Ours() bool { return strings.HasPrefix(c.Name, Dystore) }
