//go:build !race

package wired

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/objects"
	"github.com/dystore/dystore/internal/conformance/ranges"
	"github.com/dystore/dystore/internal/conformance/sealed"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/internal/conformance/unique"
	"github.com/dystore/dystore/internal/conformance/values"
	"github.com/dystore/dystore/repo"
)

// The race detector sees such clients in package repo.

func TestConformance(t *testing.T) {
	t.Parallel()
	conformance.RunRepo(t, func(*testing.T) kit.Engine { return kit.Engine{Name: "embedded, by JSON", Client: client()} })
}

// TestLean: and so it is without the SDK's middleware.
func TestLean(t *testing.T) {
	t.Parallel()
	const traced = "repo.Lean and repo.WithTracer exclude each other"
	lean := func(*testing.T) kit.Engine {
		return kit.Engine{Name: "embedded, by JSON, lean", Client: client(), Options: []repo.Option{repo.Lean()},
			Differs: map[string]string{"traced/plan and measure": traced, "traced/refusals": traced, "sealed/what tracers are told": traced}}
	}
	objects.Run(t, lean)
	values.Run(t, lean)
	ranges.Run(t, lean)
	trees.Run(t, lean)
	sealed.Run(t, lean)
	unique.Run(t, lean)
}
