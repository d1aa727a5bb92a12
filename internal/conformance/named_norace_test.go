//go:build !race

package conformance_test

import (
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/deploys"
	"github.com/dystore/dystore/internal/conformance/exports"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/objects"
	"github.com/dystore/dystore/internal/conformance/ranges"
	"github.com/dystore/dystore/internal/conformance/unique"
)

// The race detector sees the same suite, with plain names, in package repo.

// Every verb does with tables that are named by ARNs what it does with names, in as
// many requests. What a table is called has nothing to do with values and encryption, so
// the packages about those are left out.
func TestNamedByARN(t *testing.T) {
	named := func(*testing.T) kit.Engine {
		db := embedded.New(embedded.WithAccount("eu-west-1", "123456789012"))
		return kit.Engine{Name: "embedded, by ARN", Client: db.Client(), Place: "arn:aws:dynamodb:eu-west-1:123456789012:table/"}
	}
	objects.Run(t, named)
	deploys.Run(t, named)
	ranges.Run(t, named)
	unique.Run(t, named)
	exports.Run(t, named)
}
