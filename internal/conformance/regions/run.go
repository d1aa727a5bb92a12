// Package regions checks objects whose parts lie in several regions. Engines stand for
// regions.
package regions

import (
	"testing"
	"testing/synctest"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// check is a case about objects in two regions.
type check struct {
	name string
	run  func(t *testing.T, w *world)
}

// Run runs the checks of this package, each under a virtual clock. Each call of newEngine
// makes a new engine, in the process.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	for name, checks := range map[string][]check{"writes": writeChecks, "reads": readChecks, "outage": outageChecks, "tables": tableChecks, "large objects": largeChecks} {
		t.Run(name, func(t *testing.T) {
			for _, c := range checks {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { // retries take no time, and no less on a slow machine
						w := newWorld(t, newEngine)
						c.run(t, w)
						if problems := w.dump(t).Problems(""); len(problems) > 0 && !w.tampered && !t.Failed() {
							t.Errorf("left behind: %q", problems)
						}
					})
				})
			}
		})
	}
}
