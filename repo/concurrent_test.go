package repo_test

import (
	"runtime"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/stress"
)

// split makes the engine read batches as the service may: key by key, with
// others in between.
var split = fault.Inject(stress.SplitBatches(stress.Backwards, func(int) { runtime.Gosched() }), fault.Op("BatchGetItem"))

// TestConcurrent races writers and readers over the embedded engine.
func TestConcurrent(t *testing.T) {
	for _, c := range []struct {
		name   string
		engine []embedded.Option
		race   stress.Race
	}{
		{name: "torn batches on a bad day", engine: []embedded.Option{embedded.WithStrictness(7)},
			race: stress.Race{Duration: 2 * time.Second, Rules: []fault.Rule{split}}},
		{name: "random faults", race: stress.Race{Duration: 3 * time.Second, Faults: true, Rules: []fault.Rule{
			fault.Random(11, 0.08, []fault.Fault{
				fault.SendError(), fault.ReplyLost(), fault.ServerError(), fault.ServerErrorAfter(), fault.Throttle(),
				fault.Conflict(), fault.InProgress(), fault.HoldFor(3), fault.HoldFor(20),
			}),
			fault.Random(13, 0.2, []fault.Fault{fault.Unprocessed(0), fault.Unprocessed(2), fault.Shuffle(1)}),
			split,
		}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			c.race.Writers, c.race.Readers = 8, 8
			if testing.Short() {
				c.race.Duration = 300 * time.Millisecond
			}
			stress.Run(t, kit.Engine{Name: "embedded", Client: embedded.New(c.engine...).Client(quick)}, c.race)
		})
	}
}
