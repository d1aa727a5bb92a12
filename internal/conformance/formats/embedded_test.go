package formats

import (
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

func TestEmbedded(t *testing.T) {
	Run(t, func(*testing.T) kit.Engine { return kit.Engine{Name: "embedded", Client: embedded.New().Client()} })
}

func TestStaged(t *testing.T) {
	Run(t, func(*testing.T) kit.Engine {
		return kit.Engine{Name: "embedded", Client: embedded.New().Client(), Staged: true, Uncounted: true, Options: []repo.Option{repo.Staged()}}
	})
}

func TestAlone(t *testing.T) {
	Run(t, func(*testing.T) kit.Engine {
		return kit.Engine{Name: "embedded", Client: embedded.New(embedded.WithoutTransactions()).Client(), Staged: true, Alone: true, Uncounted: true, Options: []repo.Option{repo.WithoutTransactions()}}
	})
}
