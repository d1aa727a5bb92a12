package integration

import (
	"testing"
	"time"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/stress"
)

// TestStress races writers and readers over the second engine, without faults
// and with lost replies.
func TestStress(t *testing.T) {
	for name, race := range map[string]stress.Race{
		"without faults": {},
		"random faults": {Faults: true, Rules: []fault.Rule{fault.Random(3, 0.05, []fault.Fault{
			fault.SendError(), fault.ReplyLost(), fault.ServerErrorAfter(), fault.Throttle(), fault.Conflict(), fault.HoldFor(3),
		})}},
	} {
		t.Run(name, func(t *testing.T) {
			race.Writers, race.Readers, race.Duration = 8, 8, 3*time.Second
			if testing.Short() {
				race.Duration = time.Second
			}
			stress.Run(t, newEngine(t), race)
		})
	}
}
