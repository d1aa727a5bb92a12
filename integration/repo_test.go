package integration

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance"
)

// TestRepository runs the repository suite: every verb, with exact data and
// exact requests.
func TestRepository(t *testing.T) { conformance.RunRepo(t, newEngine) }
