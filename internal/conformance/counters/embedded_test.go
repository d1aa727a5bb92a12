package counters

import (
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
)

func TestEmbedded(t *testing.T) {
	Run(t, func(*testing.T) kit.Engine { return kit.Engine{Name: "embedded", Client: embedded.New().Client()} })
}

func TestStaged(t *testing.T) {
	Run(t, func(*testing.T) kit.Engine {
		return kit.Engine{Name: "embedded", Client: embedded.New().Client()}.InStages()
	})
}

func TestAlone(t *testing.T) {
	Run(t, func(*testing.T) kit.Engine {
		return kit.Engine{Name: "embedded, without transactions", Client: embedded.New(embedded.WithoutTransactions()).Client()}.ByItself()
	})
}
