package repo_test

import (
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/conformance/deploys"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/objects"
	"github.com/dystore/dystore/internal/conformance/ranges"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/internal/conformance/values"
	"github.com/dystore/dystore/internal/options"
	"github.com/dystore/dystore/internal/sequence"
	"github.com/dystore/dystore/repo"
)

// bySequence makes repositories write by another protocol.
func bySequence() repo.Option {
	return options.ByProtocol(func(c commit.Client) commit.Protocol {
		return &sequence.Protocol{Client: c, Policy: commit.DefaultPolicy}
	}).(repo.Option)
}

func sequenced(*testing.T) kit.Engine {
	return kit.Engine{Name: "embedded, by another protocol", Client: embedded.New().Client(), Options: []repo.Option{bySequence()}, Uncounted: true}
}

// TestModelBySequence: what verbs do does not depend on how their writes are sent.
func TestModelBySequence(t *testing.T) { checkModel(t, 20, bySequence()) }

// TestConformanceBySequence runs the parts of the suite that need no atomicity.
func TestConformanceBySequence(t *testing.T) {
	t.Parallel()
	trees.Run(t, sequenced)
	objects.RunUncounted(t, sequenced)
	values.Run(t, sequenced)
	deploys.Run(t, sequenced)
	ranges.RunUncounted(t, sequenced)
}
