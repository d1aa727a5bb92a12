package embedded

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The probabilities and lags of WithStrictness.
const (
	strictUnprocessed = 0.2
	strictConflicts   = 0.05
	strictLag         = 3
)

// WithStrictness is DynamoDB on a bad day, repeatable by its seed: shuffled
// batches, unprocessed keys and writes, conflicts of transactions, stale
// eventual reads and indexes that lag. A program that works against it relies
// on nothing that DynamoDB does not promise.
func WithStrictness(seed uint64) Option {
	return option(func(c *config) {
		c.seed = seed
		c.shuffle = true
		c.unprocessed = strictUnprocessed
		c.conflicts = strictConflicts
		c.stale = strictLag
		c.indexLag = strictLag
	})
}

// WithUnprocessed leaves each key of a BatchGetItem and each write of a
// BatchWriteItem unprocessed with probability p, but never all of them.
func WithUnprocessed(p float64) Option { return option(func(c *config) { c.unprocessed = p }) }

// WithConflicts lets writes of single items and transactions fail with
// probability p as if another transaction held one of their items.
func WithConflicts(p float64) Option { return option(func(c *config) { c.conflicts = p }) }

// WithReplicatedConflicts lets writes of single items, outside batches, fail with
// probability p with ReplicatedWriteConflictException, without effect, as if
// another region wrote the item. Global tables with multi-region strong
// consistency (MRSC) do that. The write can be repeated; the SDK's client does
// not do so by itself.
func WithReplicatedConflicts(p float64) Option {
	return option(func(c *config) { c.replicatedConflicts = p })
}

// WithThrottling lets each operation on items fail with probability p with
// ProvisionedThroughputExceededException, before it does anything. The SDK's
// client retries it by default.
func WithThrottling(p float64) Option { return option(func(c *config) { c.throttling = p }) }

// WithStaleReads lets eventually consistent reads miss up to the last n
// changes of the table or index that they read. Once a read has seen a change,
// so do all later ones.
func WithStaleReads(n int) Option { return option(func(c *config) { c.stale = n }) }

// WithIndexLag lets reads of global secondary indexes miss up to the last n
// changes, while reads of tables are current.
func WithIndexLag(n int) Option { return option(func(c *config) { c.indexLag = n }) }

// draw is the outcome of chance for one operation, which may be decided several
// times.
type draw struct {
	made bool
	err  error
}

func (d *draw) once(chance func() error) error {
	if !d.made {
		d.made, d.err = true, chance()
	}
	return d.err
}

// chance draws whether something of probability p happens.
func (db *DB) chance(p float64) bool {
	if p <= 0 {
		return false
	}
	db.randMu.Lock()
	defer db.randMu.Unlock()
	return db.rand.Float64() < p
}

// below draws one of n things.
func (db *DB) below(n int) int {
	db.randMu.Lock()
	defer db.randMu.Unlock()
	return db.rand.IntN(n)
}

// shuffled permutes n things.
func (db *DB) shuffled(n int, swap func(i, j int)) {
	db.randMu.Lock()
	defer db.randMu.Unlock()
	db.rand.Shuffle(n, swap)
}

// left draws which of n parts of a batch stay unprocessed: not all.
func (db *DB) left(n int) []bool {
	left := make([]bool, n)
	all := true
	for i := range left {
		left[i] = db.chance(db.config.unprocessed)
		all = all && left[i]
	}
	if all && n > 0 {
		left[db.below(n)] = false
	}
	return left
}

// throttled is the error of a throttled operation, mostly nil.
func (db *DB) throttled() error {
	if !db.chance(db.config.throttling) {
		return nil
	}
	return &types.ProvisionedThroughputExceededException{Message: message("The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.")}
}

// conflict is the error of a single write that meets a transaction, mostly nil.
func (db *DB) conflict() error {
	if !db.chance(db.config.conflicts) {
		return nil
	}
	return &types.TransactionConflictException{Message: message("Transaction is ongoing for the item")}
}

// replicatedConflict is the error of a single write that meets one of another
// region, mostly nil.
func (db *DB) replicatedConflict() error {
	if !db.chance(db.config.replicatedConflicts) {
		return nil
	}
	return &types.ReplicatedWriteConflictException{Message: message("One or more items in this request are being modified by a request in another Region")}
}

// transactionConflict is the error of a transaction of n actions that meets
// another one on one of its items, mostly nil.
func (db *DB) transactionConflict(n int) error {
	if !db.chance(db.config.conflicts) {
		return nil
	}
	outcome := newCancellation(n)
	outcome.cancel(db.below(n), types.CancellationReason{Code: message("TransactionConflict"), Message: message("Transaction is ongoing for the item")})
	return outcome.err()
}
