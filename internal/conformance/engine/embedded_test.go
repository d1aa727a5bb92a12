package engine_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/engine"
	"github.com/dystore/dystore/internal/conformance/kit"
)

// newEmbedded returns the embedded engine with a clock that can be moved.
func newEmbedded(*testing.T) kit.Engine {
	var ahead atomic.Int64
	db := embedded.New(embedded.WithClock(func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }))
	return kit.Engine{
		Name: "embedded", Client: db.Client(),
		Advance: func(d time.Duration) { ahead.Add(int64(d)) },
	}
}

func TestEmbedded(t *testing.T) {
	t.Run("answers as they are", func(t *testing.T) { engine.Run(t, newEmbedded) })
	t.Run("answers decoded", func(t *testing.T) {
		engine.Run(t, func(t *testing.T) kit.Engine {
			e := newEmbedded(t)
			e.Client = dynamodb.New(e.Client.Options(), func(o *dynamodb.Options) { o.APIOptions = nil })
			return e
		})
	})
	t.Run("without transactions", func(t *testing.T) {
		engine.Run(t, func(*testing.T) kit.Engine {
			return kit.Engine{Name: "embedded", Client: embedded.New(embedded.WithoutTransactions()).Client(), Lacks: []kit.Feature{kit.Transactions}}
		})
	})
}
