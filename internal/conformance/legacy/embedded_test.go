package legacy_test

import (
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/legacy"
)

func TestEmbedded(t *testing.T) {
	legacy.Run(t, func(t *testing.T) kit.Engine {
		return kit.Engine{Name: "embedded", Client: embedded.New().Client()}
	})
}
