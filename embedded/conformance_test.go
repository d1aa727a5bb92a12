package embedded_test

import (
	"testing"
	"time"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance"
)

func TestConformance(t *testing.T) {
	conformance.RunEngine(t, func(t *testing.T) conformance.Engine {
		now := time.Now()
		db := embedded.New(embedded.WithClock(func() time.Time { return now }))
		return conformance.Engine{
			Name: "embedded", Client: db.Client(), Texts: conformance.AWS,
			Advance: func(d time.Duration) { now = now.Add(d) },
		}
	})
}
