package staged_test

import (
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/staged"
)

func TestEmbedded(t *testing.T) {
	staged.Run(t, func(*testing.T) kit.Engine {
		return kit.Engine{Name: "embedded", Client: embedded.New().Client(), Bubbled: true}
	})
}
