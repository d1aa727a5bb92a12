package kit

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/repo"
)

// Engine is one DynamoDB under test.
type Engine struct {
	// Name is printed with every failure.
	Name string

	// Client is an ordinary client of the engine. The suite makes and drops
	// its own tables under random names, so suites may share a server.
	Client *dynamodb.Client

	// Deviations are the cases in which the engine is known to differ from
	// AWS. In all others it must answer as AWS does.
	Deviations Deviations

	// Lacks names what the engine does not have. It does not run the cases that
	// need that, and must refuse it.
	Lacks []Feature

	// Differs says why checks of repositories are not for the engine, by their names, as
	// in "indexes/times": it answers in another way than AWS. [Run] takes out
	// what it has left out: names that stay are of no check.
	Differs map[string]string

	// Advance moves the engine's clock forward. It is nil for an engine on
	// real time. Such an engine does not run the cases that need it.
	Advance func(time.Duration)

	// Bubbled: the engine is made in the process, and each check of [Run] has one of its own,
	// under a virtual clock. What the library does within a time, as cleaning up, then
	// does not depend on how fast a machine is. Such checks have no subtests.
	Bubbled bool

	// Place goes before the names of all tables of repositories: the beginning of
	// an ARN, up to the names. The suite itself then uses ARNs too.
	Place string

	// Options are those of every repository of the suite.
	Options []repo.Option

	// Uncounted: Options make repositories send other requests than they do by
	// themselves. The requests of verbs are not compared then.
	Uncounted bool

	// Staged: Options make repositories stage the writes of models with parts. The
	// keys of parts are those of copies then.
	Staged bool

	// Alone: the engine has no transactions, and Options say so. It is Staged as well.
	Alone bool
}

// InStages is the engine with repositories that stage every write.
func (e Engine) InStages() Engine {
	e.Name, e.Options, e.Uncounted, e.Staged = e.Name+", staged", append(slices.Clip(e.Options), repo.Staged()), true, true
	return e
}

// ByItself is an engine that has no transactions, with repositories that know it.
func (e Engine) ByItself() Engine {
	e.Options, e.Uncounted, e.Staged, e.Alone = append(slices.Clip(e.Options), repo.WithoutTransactions()), true, true, true
	return e
}

// Feature is something that not every engine has.
type Feature string

const (
	Transactions Feature = "transactions"
	WideKeys     Feature = "keys of several attributes" // of global indexes
)

// Has reports whether the engine has a feature. All have "", which is none.
func (e Engine) Has(f Feature) bool { return !slices.Contains(e.Lacks, f) }

// Wrap returns a client of the same engine over another transport. wrap gets
// the engine's transport and returns one around it: a counter, a recorder, an
// injector of faults. Every HTTP exchange passes through it, retries included.
// Options are applied afterwards.
func (e Engine) Wrap(wrap func(dynamodb.HTTPClient) dynamodb.HTTPClient, optFns ...func(*dynamodb.Options)) *dynamodb.Client {
	transport := func(o *dynamodb.Options) { o.HTTPClient = wrap(o.HTTPClient) }
	return dynamodb.New(e.Client.Options(), append([]func(*dynamodb.Options){transport}, optFns...)...)
}

// TableName returns a name that no other test uses, so that tests can share a
// server.
func TableName(prefix string) string {
	var b [8]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program first
	return prefix + "-" + hex.EncodeToString(b[:])
}
