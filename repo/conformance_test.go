package repo_test

import (
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance"
	"github.com/dystore/dystore/internal/conformance/kit"
)

// TestConformance runs the repository suite on the embedded engine; the module
// integration runs the same on a second engine.
func TestConformance(t *testing.T) {
	conformance.RunRepo(t, func(t *testing.T) kit.Engine {
		return kit.Engine{Name: "embedded", Client: embedded.New().Client()}
	})
}
