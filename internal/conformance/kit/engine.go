package kit

import (
	"crypto/rand"
	"encoding/hex"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Engine is one DynamoDB under test.
type Engine struct {
	// Name is printed, and is how a failure says where it happened.
	Name string

	// Client is an ordinary client of the engine. The suite makes and drops
	// its own tables under random names, so suites may share a server.
	Client *dynamodb.Client

	// Deviations are the cases in which the engine is known not to be like
	// AWS. In all others it must be.
	Deviations Deviations

	// Advance moves the engine's clock forward. It is nil for an engine whose
	// clock is the world's; what needs it is not part of the suite there.
	Advance func(time.Duration)
}

// Wrap returns a client of the same engine whose every HTTP exchange, retries
// included, passes through what wrap makes of the engine's transport: a
// counter, a recorder, an injector of faults. Options are applied after that.
func (e Engine) Wrap(wrap func(dynamodb.HTTPClient) dynamodb.HTTPClient, optFns ...func(*dynamodb.Options)) *dynamodb.Client {
	transport := func(o *dynamodb.Options) { o.HTTPClient = wrap(o.HTTPClient) }
	return dynamodb.New(e.Client.Options(), append([]func(*dynamodb.Options){transport}, optFns...)...)
}

// TableName returns a name that no other test uses, whichever server they
// share.
func TableName(prefix string) string {
	var b [8]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program first
	return prefix + "-" + hex.EncodeToString(b[:])
}
