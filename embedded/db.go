package embedded

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/dystore/dystore/embedded/journal"
)

// DB is one DynamoDB: a region of one account. It is safe for concurrent use.
// Its methods are the operations of the API with the SDK's own types; values
// are copied on the way in and on the way out.
type DB struct {
	config config

	// journalMu keeps the calls of the journal apart.
	journalMu sync.Mutex
	journal   journal.Journal

	// slots are the tables by their names. The map is replaced, never changed,
	// by who holds defining.
	defining sync.Mutex
	slots    atomic.Pointer[map[string]*slot]

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
		tokens: tokens{records: map[string]tokenRecord{}, running: map[string]chan struct{}{}},
		rand:   rand.New(rand.NewPCG(c.seed, 0x6479_7374_6f72_65)),
	}
	db.slots.Store(&map[string]*slot{})
	db.nextExpiry.Store(noExpiry)
	return db
}

// arn is the ARN of a table with a plain name.
func (db *DB) arn(table string) string {
	return "arn:aws:dynamodb:" + db.config.region + ":" + db.config.account + ":table/" + table
}
