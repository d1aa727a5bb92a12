package embedded

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/dystore/dystore/embedded/journal"
)

// DB is one DynamoDB: a region of one account. It is safe for concurrent use.
// Its methods are the operations of the API with the SDK's own types; values
// are copied on the way in and on the way out.
type DB struct {
	config  config
	journal journal.Journal

	// mu makes every operation atomic: reads share it, writes own it. What is
	// stored is never changed in place, so answers are copied after it is
	// released.
	mu     sync.RWMutex
	tables map[string]*table
	tokens tokens

	// nextExpiry is the earliest expiry of any item, in epoch seconds.
	nextExpiry atomic.Int64

	randMu sync.Mutex
	rand   *rand.Rand
}

// New is an empty DynamoDB in memory. An option must not be nil: New panics.
func New(opts ...Option) *DB {
	c, err := configured(opts)
	if err != nil {
		panic("embedded: New: " + err.Error())
	}
	return newDB(c)
}

func newDB(c config) *DB {
	db := &DB{
		config: c,
		tables: map[string]*table{},
		tokens: tokens{records: map[string]tokenRecord{}},
		rand:   rand.New(rand.NewPCG(c.seed, 0x6479_7374_6f72_65)),
	}
	db.nextExpiry.Store(noExpiry)
	return db
}

// read runs f while nothing is written.
func (db *DB) read(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	db.expire()
	db.mu.RLock()
	defer db.mu.RUnlock()
	return f()
}

// write runs f alone.
func (db *DB) write(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	db.expire()
	db.mu.Lock()
	defer db.mu.Unlock()
	return f()
}

// table finds a table by the name in a request: a plain name or an ARN. The
// lock must be held.
func (db *DB) table(name *string) (*table, error) {
	if t := db.find(aws.ToString(name)); t != nil {
		return t, nil
	}
	return nil, notFound()
}

// find is the table with a name or an ARN, nil if there is none. The lock must
// be held.
func (db *DB) find(name string) *table {
	t := db.tables[plainName(name)]
	if t == nil || isARN(name) && name != t.arn {
		return nil
	}
	return t
}

// arn is the ARN of a table with a plain name.
func (db *DB) arn(table string) string {
	return "arn:aws:dynamodb:" + db.config.region + ":" + db.config.account + ":table/" + table
}
