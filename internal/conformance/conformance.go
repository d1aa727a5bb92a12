package conformance

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/counters"
	"github.com/dystore/dystore/internal/conformance/damage"
	"github.com/dystore/dystore/internal/conformance/deploys"
	"github.com/dystore/dystore/internal/conformance/engine"
	"github.com/dystore/dystore/internal/conformance/exports"
	"github.com/dystore/dystore/internal/conformance/formats"
	"github.com/dystore/dystore/internal/conformance/joined"
	"github.com/dystore/dystore/internal/conformance/keytables"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/legacy"
	"github.com/dystore/dystore/internal/conformance/lifetime"
	"github.com/dystore/dystore/internal/conformance/objects"
	"github.com/dystore/dystore/internal/conformance/ranges"
	"github.com/dystore/dystore/internal/conformance/sealed"
	"github.com/dystore/dystore/internal/conformance/staged"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/internal/conformance/unique"
	"github.com/dystore/dystore/internal/conformance/values"
	"github.com/dystore/dystore/internal/conformance/variants"
	"github.com/dystore/dystore/internal/conformance/versions"
)

// Run runs the whole suite. newEngine may make a new engine with each call, or
// return the same one.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	t.Run("engine", func(t *testing.T) { engine.Run(t, newEngine) })
	t.Run("repository", func(t *testing.T) { RunRepo(t, newEngine) })
}

// RunRepo checks package repo: what is read after what was written, what every
// verb costs in requests, and that no item is left behind.
func RunRepo(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	objects.Run(t, newEngine)
	values.Run(t, newEngine)
	variants.Run(t, newEngine)
	versions.Run(t, newEngine)
	formats.Run(t, newEngine)
	deploys.Run(t, newEngine)
	ranges.Run(t, newEngine)
	joined.Run(t, newEngine)
	trees.Run(t, newEngine)
	sealed.Run(t, newEngine)
	keytables.Run(t, newEngine)
	unique.Run(t, newEngine)
	lifetime.Run(t, newEngine)
	legacy.Run(t, newEngine)
	exports.Run(t, newEngine)
	staged.Run(t, newEngine)
	damage.Run(t, newEngine)
	counters.Run(t, newEngine)
}
