package embedded

import (
	"fmt"
	"time"
)

// Option configures a DB.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

type config struct {
	now      func() time.Time
	ttlDelay time.Duration
	seed     uint64

	region, account string

	withoutTransactions bool

	shuffle                            bool
	unprocessed, conflicts, throttling float64
	replicatedConflicts                float64
	stale, indexLag                    int
}

// configured returns the defaults changed by opts.
func configured(opts []Option) (config, error) {
	c := config{now: time.Now, ttlDelay: 48 * time.Hour, region: defaultRegion, account: defaultAccount}
	for i, o := range opts {
		if o == nil {
			return c, fmt.Errorf("option %d is nil", i+1)
		}
		o.apply(&c)
	}
	return c, nil
}

// WithClock replaces the clock. It drives the idempotency window of
// transactions, the expiry of items and the times in table descriptions.
// It is called under locks and must not call the engine.
func WithClock(now func() time.Time) Option {
	return option(func(c *config) { c.now = now })
}

// WithTTLDelay sets how long after its expiry an item is deleted. The default
// is 48 hours, which is how long DynamoDB may take: until then expired items
// are read, written and counted like any other. [DB.ExpireNow] does not wait.
func WithTTLDelay(d time.Duration) Option {
	return option(func(c *config) { c.ttlDelay = d })
}

// WithAccount sets the region and the account that the engine is, such as
// eu-west-1 and 123456789012, so that programs can name their tables by the
// ARNs that they have in production. Without it they are local and
// 000000000000. An ARN of another region or account names no table.
func WithAccount(region, account string) Option {
	return option(func(c *config) { c.region, c.account = region, account })
}

// WithoutTransactions makes TransactWriteItems and TransactGetItems unknown
// operations, as they are to ScyllaDB Alternator and dynalite. Global tables with
// multi-region strong consistency (MRSC) have no transactions either, and refuse
// them in other words. On such an engine a repository uses the staged protocol.
// See also [WithReplicatedConflicts].
func WithoutTransactions() Option {
	return option(func(c *config) { c.withoutTransactions = true })
}

// WithSeed seeds everything random. The default is 0, so that runs repeat.
func WithSeed(seed uint64) Option {
	return option(func(c *config) { c.seed = seed })
}

// WithShuffledBatches answers BatchGetItem in a random order, because DynamoDB
// promises no order.
func WithShuffledBatches() Option {
	return option(func(c *config) { c.shuffle = true })
}
