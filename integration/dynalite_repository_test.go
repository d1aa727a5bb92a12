package integration

import (
	"maps"
	"slices"
	"testing"

	"github.com/dystore/dystore/internal/conformance"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// Why checks are not for dynalite. Its deviations, in package engine, have the cases of
// the suite of engines that show them.
const (
	documents  = "lists are equal to it only if both are empty, and maps never are"
	emptyText  = "an empty string is no operand of a comparison to it"
	timeToLive = "it knows no UpdateTimeToLive"
	wideKeys   = "its indexes have keys of two attributes at most"
	newIndexes = "it creates no index of a table on demand later than the table"
	ties       = "entries with one key of an index are in an order of its own"
	oldItems   = "it returns no item of a condition that fails, so that one is read"
)

// differsOnDynalite has the checks that are left out, all of them, and why.
var differsOnDynalite = map[string]string{
	"foreign/the first put adopts":                                      documents,
	"foreign/delete, create":                                            documents,
	"many/DeleteMany of what cannot be read":                            documents,
	"times/seconds in conditions":                                       documents,
	"variants/conditions":                                               documents,
	"variants/without tags":                                             documents,
	"variants/unknown attributes":                                       documents,
	"variants in variants and shards/unknown attributes in elements":    documents,
	"variants in variants and shards/identity of elements":              documents,
	"conditions/of nothing":                                             documents,
	"conditions/of everything":                                          documents,
	"damaged parts and verbs/the record of the root":                    documents,
	"counters and the life of objects/adopted while something is added": documents,
	"counters that are refused/items without a record":                  documents,
	"counters and the life of objects/expired":                          timeToLive,
	"empties/conditions":                                                emptyText,
	"tables/Verify of other tables":                                     timeToLive,
	"migrations/formats and expiry":                                     timeToLive,
	"hard cases/another attribute that says when it expires":            timeToLive,
	"multikeys/ranges":                                                  wideKeys,
	"multikeys/refused":                                                 wideKeys,
	"versions apart/indexes":                                            newIndexes,
	"indexes/left in between":                                           ties,
	"joined ranges/words that begin alike":                              ties,
	"traced/refusals":                                                   oldItems,
}

// TestDynaliteRepository runs the suite of repositories on an engine that others have
// written, and that has no transactions.
func TestDynaliteRepository(t *testing.T) {
	e := dynalite(t)
	e.Options, e.Uncounted, e.Staged, e.Alone = []repo.Option{repo.WithoutTransactions()}, true, true, true
	e.Differs = maps.Clone(differsOnDynalite)
	conformance.RunRepo(t, func(*testing.T) kit.Engine { return e })
	if left := slices.Sorted(maps.Keys(e.Differs)); len(left) > 0 {
		t.Errorf("no check has these names: %q", left)
	}
}
