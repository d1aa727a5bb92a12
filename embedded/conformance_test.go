package embedded

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance"
)

func TestConformance(t *testing.T) {
	conformance.RunEngine(t, func(t *testing.T) conformance.Engine {
		return conformance.Engine{Client: New().Client()}
	})
}
