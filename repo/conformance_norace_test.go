//go:build !race

package repo_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance"
	"github.com/dystore/dystore/internal/conformance/kit"
)

// The race detector sees staged writes in package internal/conformance/staged.

// TestConformanceStaged runs it with repositories that stage every write.
func TestConformanceStaged(t *testing.T) {
	conformance.RunRepo(t, func(t *testing.T) kit.Engine {
		return kit.Engine{Name: "embedded", Client: embedded.New().Client()}.InStages()
	})
}

// TestConformanceWithoutTransactions runs it on an engine that has none.
func TestConformanceWithoutTransactions(t *testing.T) {
	conformance.RunRepo(t, func(t *testing.T) kit.Engine {
		return kit.Engine{Name: "embedded, without transactions", Client: embedded.New(embedded.WithoutTransactions()).Client()}.ByItself()
	})
}

// TestConformanceReplicated runs it as on a global table with strong consistency over
// several regions, which has no transactions, and refuses writes that meet those of another
// region. The client of the suite itself repeats these; repositories do it by themselves.
func TestConformanceReplicated(t *testing.T) {
	again := func(o *dynamodb.Options) {
		o.Retryer = retry.AddWithErrorCodes(retry.NewStandard(func(r *retry.StandardOptions) { r.MaxAttempts, r.MaxBackoff = 20, time.Millisecond }), "ReplicatedWriteConflictException")
	}
	conformance.RunRepo(t, func(t *testing.T) kit.Engine {
		return kit.Engine{Name: "embedded, replicated", Client: embedded.New(embedded.WithoutTransactions(), embedded.WithReplicatedConflicts(0.02)).Client(again)}.ByItself()
	})
}
