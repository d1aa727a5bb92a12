package huge_test

import (
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/huge"
	"github.com/dystore/dystore/internal/conformance/kit"
)

func TestEmbedded(t *testing.T) {
	huge.Run(t, func(*testing.T) kit.Engine {
		return kit.Engine{Name: "embedded", Client: embedded.New().Client()}
	})
}
