package damage

import (
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
)

func TestEmbedded(t *testing.T) {
	Run(t, func(*testing.T) kit.Engine {
		return kit.Engine{Name: "embedded", Client: embedded.New().Client(), Bubbled: true}
	})
}
