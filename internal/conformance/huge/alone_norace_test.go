//go:build !race

package huge_test

import (
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/huge"
	"github.com/dystore/dystore/internal/conformance/kit"
)

func TestWithoutTransactions(t *testing.T) {
	huge.Run(t, func(*testing.T) kit.Engine {
		return kit.Engine{Name: "embedded, without transactions", Client: embedded.New(embedded.WithoutTransactions()).Client()}.ByItself()
	})
}
