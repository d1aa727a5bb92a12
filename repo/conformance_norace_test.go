//go:build !race

package repo_test

import (
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// The race detector sees staged writes in package internal/conformance/staged.

// TestConformanceStaged runs it with repositories that stage every write.
func TestConformanceStaged(t *testing.T) {
	conformance.RunRepo(t, func(t *testing.T) kit.Engine {
		return kit.Engine{Name: "embedded, staged", Client: embedded.New().Client(),
			Options: []repo.Option{repo.Staged()}, Uncounted: true, Staged: true}
	})
}

// TestConformanceWithoutTransactions runs it on an engine that has none.
func TestConformanceWithoutTransactions(t *testing.T) {
	conformance.RunRepo(t, func(t *testing.T) kit.Engine {
		return kit.Engine{Name: "embedded, without transactions", Client: embedded.New(embedded.WithoutTransactions()).Client(),
			Options: []repo.Option{repo.WithoutTransactions()}, Uncounted: true, Staged: true, Alone: true}
	})
}
