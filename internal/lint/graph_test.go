package lint

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// graph is the import graph. For each package of the root module it has the
// packages of this module that its code, except tests, imports. Leaves come
// first: a package knows only packages above it in the list. A new edge is a
// decision about the design, made here and in the same commit.
var graph = map[string]string{
	"keygen": "",
	"fault":  "",
	"trace":  "",

	"internal/arn":      "",
	"trace/slogtrace":   "trace",
	"internal/attr":     "",
	"internal/backoff":  "",
	"internal/fail":     "",
	"internal/joined":   "",
	"internal/meter":    "internal/traced trace",
	"internal/migrate":  "cipher internal/attr internal/cursor internal/fail internal/keys internal/load internal/parallel internal/schema internal/seal internal/snapshot internal/tables internal/usage internal/write",
	"internal/parallel": "",
	"internal/slab":     "",
	"internal/sorted":   "",
	"internal/answer":   "internal/fail",
	"internal/options":  "internal/fail",
	"internal/traced":   "internal/answer internal/direct internal/fail internal/sorted trace",
	"internal/regions":  "internal/arn internal/fail internal/parallel internal/sorted internal/traced",
	"internal/expr":     "internal/attr",
	"internal/fetch":    "internal/answer internal/backoff internal/direct internal/expr internal/fail internal/item internal/parallel internal/traced internal/wire trace",
	"internal/item":     "internal/attr internal/wire",
	"internal/wire":     "",
	"internal/request":  "internal/wire",
	"internal/direct":   "internal/answer internal/request internal/wire",
	"internal/lean":     "internal/answer internal/direct internal/fail",
	"internal/codec":    "internal/item internal/slab",
	"internal/stored":   "internal/attr internal/sorted internal/wire",
	"internal/model":    "internal/attr internal/codec internal/expr internal/item",
	"internal/probe":    "internal/attr internal/codec internal/model",
	"internal/place":    "internal/attr internal/fail internal/item internal/sorted internal/stored",
	"internal/snapshot": "internal/attr internal/codec internal/item internal/stored internal/wire",
	"internal/rules":    "internal/attr internal/codec internal/model",

	// What is compared before it is encoded.
	"internal/canonical": "internal/codec internal/item internal/shape",

	// Conditions of the package expression.
	"internal/condition": "internal/attr internal/codec internal/expr internal/item internal/model",

	"lens":   "internal/attr internal/codec internal/fail internal/model internal/probe",
	"cipher": "lens internal/attr internal/item internal/model",
	"meta":   "lens internal/model internal/probe internal/snapshot internal/stored",
	"shard":  "lens internal/arn internal/codec internal/model internal/probe internal/stored",

	"internal/sealvalue": "cipher internal/attr internal/item",
	"internal/policy":    "cipher lens internal/attr internal/codec internal/model internal/sealvalue",
	"internal/seal":      "cipher internal/attr internal/codec internal/fail internal/item internal/model internal/policy internal/snapshot internal/sealvalue internal/stored",

	// The floor below repo. What writes whole objects may read them; what changes
	// paths does not; and nothing below imports what is above.
	"internal/tables":     "internal/answer internal/arn internal/attr internal/expr internal/fail internal/fetch internal/item internal/regions internal/sorted internal/stored internal/wire",
	"internal/cursor":     "cipher internal/item internal/tables",
	"internal/keys":       "internal/attr internal/codec internal/expr internal/fail internal/item internal/joined internal/model internal/tables keygen lens",
	"internal/search":     "cipher internal/attr internal/codec internal/fail internal/item internal/keys internal/model internal/place internal/policy internal/seal internal/tables lens",
	"internal/schema":     "cipher internal/arn internal/attr internal/codec internal/expr internal/fail internal/item internal/keys internal/model internal/place internal/policy internal/rules internal/seal internal/search internal/snapshot internal/sorted internal/stored internal/tables lens meta",
	"internal/commit":     "internal/answer internal/backoff internal/direct internal/engine/evaluate internal/expr internal/fail internal/fetch internal/item internal/snapshot internal/sorted internal/stored internal/tables internal/traced internal/wire trace",
	"internal/load":       "cipher internal/answer internal/arn internal/attr internal/backoff internal/codec internal/cursor internal/damage internal/expr internal/fail internal/fetch internal/filter internal/item internal/keys internal/model internal/parallel internal/place internal/schema internal/seal internal/search internal/slots internal/snapshot internal/sorted internal/stored internal/straight internal/tables internal/traced internal/upgrade internal/wire trace",
	"internal/shape":      "internal/codec internal/wire",
	"internal/towire":     "internal/codec internal/item internal/shape internal/wire",
	"internal/recordjson": "internal/item internal/stored internal/wire",
	"internal/fromwire":   "internal/codec internal/item internal/shape internal/wire",
	"internal/filter":     "internal/attr internal/condition internal/expr internal/fail internal/item internal/keys internal/model internal/place internal/schema internal/stored internal/tables",
	"internal/straight":   "internal/fail internal/fromwire internal/place internal/schema internal/seal internal/shape internal/snapshot internal/stored internal/tables internal/wire",
	"internal/slots":      "internal/expr internal/fail internal/fetch internal/schema internal/stored",
	"internal/damage":     "internal/attr internal/fail internal/item internal/sorted internal/stored",
	"internal/parts":      "internal/canonical internal/codec internal/place internal/policy internal/schema internal/shape internal/snapshot internal/stored internal/towire internal/wire",
	"internal/claim":      "internal/attr internal/commit internal/fail internal/fetch internal/item internal/place internal/schema internal/sorted internal/stored internal/tables",
	"internal/patch":      "internal/attr internal/claim internal/commit internal/condition internal/engine/evaluate internal/expr internal/fail internal/fetch internal/item internal/large internal/model internal/place internal/schema internal/snapshot internal/sorted internal/stored internal/tables internal/vet meta",
	"internal/upgrade":    "internal/attr internal/codec internal/item internal/schema internal/snapshot internal/tables",
	"internal/usage":      "cipher internal/attr internal/large internal/load internal/seal internal/sorted internal/stored internal/tables",
	"internal/vet":        "internal/attr internal/fail internal/model internal/policy internal/schema",
	"internal/write":      "internal/answer internal/attr internal/claim internal/codec internal/commit internal/damage internal/expr internal/fail internal/fetch internal/item internal/large internal/load internal/parallel internal/parts internal/place internal/recordjson internal/schema internal/seal internal/snapshot internal/sorted internal/stored internal/tables internal/towire internal/wire meta",
	"internal/forecast":   "internal/item internal/sorted internal/tables internal/traced",
	"internal/verify":     "internal/answer internal/arn internal/regions internal/sorted internal/tables",
	// The tables there are, compared with those of a model.

	// A model as data, and what is derived from that.
	"internal/layout": "internal/attr internal/codec internal/keys internal/model internal/place internal/schema internal/snapshot internal/sorted internal/stored internal/tables",

	// One object as a document.
	"internal/export": "internal/answer internal/claim internal/codec internal/commit internal/expr internal/fail internal/fetch internal/item internal/large internal/load internal/schema internal/sorted internal/stored internal/tables",

	"internal/stream": "internal/commit internal/fail internal/fetch internal/item internal/large internal/load internal/model internal/place internal/policy internal/staged internal/stored internal/tables",
	"internal/large":  "internal/attr internal/commit internal/direct internal/expr internal/fail internal/fetch internal/item internal/stored internal/tables internal/traced internal/wire",
	"internal/sweep":  "internal/arn internal/commit internal/cursor internal/expr internal/fail internal/fetch internal/item internal/large internal/parallel internal/regions internal/schema internal/sorted internal/stored internal/tables",

	"internal/staged": "internal/answer internal/arn internal/backoff internal/commit internal/direct internal/engine/evaluate internal/expr internal/fail internal/fetch internal/item internal/large internal/parallel internal/stored internal/traced trace",

	// Writes that one transaction does not take, what they leave behind, and what became of them.
	"internal/resolve": "internal/commit internal/fail internal/fetch internal/stored internal/tables",

	// Which permissions the verbs of a model need.
	"internal/grants": "internal/arn internal/fail internal/item internal/schema internal/sorted internal/stored internal/tables",

	// Numbers that are spread over objects of their own.
	"internal/counter": "internal/commit internal/fail internal/fetch internal/item internal/large internal/load internal/model internal/patch internal/schema internal/stored internal/tables internal/write lens",

	// Several operations as one write. It makes none itself.
	"internal/transact": "internal/commit internal/fail internal/sorted internal/stored internal/tables",

	"repo":            "cipher internal/answer internal/arn internal/attr internal/codec internal/commit internal/condition internal/counter internal/cursor internal/damage internal/direct internal/export internal/fail internal/forecast internal/grants internal/keys internal/large internal/layout internal/lean internal/load internal/meter internal/migrate internal/model internal/options internal/patch internal/probe internal/regions internal/resolve internal/rules internal/schema internal/seal internal/sorted internal/staged internal/stored internal/stream internal/sweep internal/tables internal/traced internal/transact internal/usage internal/verify internal/write keygen lens meta shard trace",
	"internal/legacy": "internal/attr internal/codec internal/fail internal/fetch internal/item internal/sorted internal/tables",
	"dynamostore":     "internal/arn internal/attr internal/codec internal/cursor internal/fail internal/fetch internal/item internal/keys internal/legacy internal/model internal/parallel internal/schema internal/tables meta repo",
	// Objects of dynamo-store. What reads them knows nothing of repositories.

	"schematest": "repo", // for tests

	// Wrapped keys in a table. It knows nothing of repositories.
	"cipher/keytable": "cipher internal/answer internal/arn internal/backoff internal/expr internal/fail internal/item internal/model internal/tables",

	// What DynamoDB makes of values and expressions: for the engine, and for what
	// has to evaluate an expression on an item that it has read.
	"internal/engine/decimal":  "",
	"internal/engine/attr":     "internal/engine/decimal",
	"internal/engine/expr":     "internal/engine/attr internal/engine/decimal",
	"internal/engine/evaluate": "internal/engine/attr internal/engine/expr",
	"internal/engine/packed":   "internal/engine/attr internal/engine/decimal",

	// The engine knows nothing of the library.
	"embedded":                       "embedded/internal/btree embedded/internal/wire embedded/journal internal/engine/attr internal/engine/expr internal/engine/packed",
	"embedded/cmd/dynamodb-embedded": "embedded embedded/internal/durable",
	"embedded/internal/btree":        "",
	"embedded/internal/durable":      "embedded/journal",
	"embedded/internal/wire":         "internal/engine/packed",
	"embedded/journal":               "",

	// Test code that several packages share.
	"internal/compilefail":   "",
	"internal/faulttest":     "",
	"internal/costs":         "",
	"internal/item/itemtest": "",
	"internal/lint":          "",
	"internal/protocol":      "",
	"internal/soak":          "",
	"internal/sequence":      "internal/commit",

	"internal/conformance/kit":       "cipher fault internal/arn internal/stored internal/tables meta repo",
	"internal/conformance/engine":    "internal/conformance/kit",
	"internal/conformance/trees":     "internal/attr internal/conformance/kit internal/expr internal/model lens meta repo shard",
	"internal/conformance/objects":   "cipher internal/conformance/kit internal/conformance/trees internal/item internal/stored keygen lens meta repo shard trace",
	"internal/conformance/joined":    "internal/conformance/kit internal/conformance/trees lens meta repo shard",
	"internal/conformance/formats":   "internal/conformance/kit lens meta repo shard",
	"internal/conformance/deploys":   "internal/conformance/kit internal/conformance/trees lens meta repo shard",
	"internal/conformance/ranges":    "cipher fault internal/conformance/kit internal/conformance/trees lens meta repo shard",
	"internal/conformance/sealed":    "cipher internal/conformance/kit internal/conformance/trees internal/item internal/stored lens meta repo shard trace trace/slogtrace",
	"internal/conformance/keytables": "cipher cipher/keytable fault internal/conformance/kit lens meta repo",
	"internal/conformance/values":    "internal/conformance/kit lens meta repo shard",
	"internal/conformance/unique":    "cipher internal/conformance/kit lens meta repo shard",
	"internal/conformance/lifetime":  "internal/conformance/kit internal/conformance/trees lens meta repo shard",
	"internal/conformance/exports":   "cipher fault internal/conformance/kit lens meta repo shard",
	"internal/conformance/regions":   "fault internal/conformance/kit internal/conformance/trees lens meta repo shard",
	"internal/conformance/huge":      "cipher fault internal/conformance/kit internal/item lens meta repo shard",
	"internal/conformance/staged":    "cipher internal/conformance/kit internal/conformance/trees internal/stored lens meta repo shard trace",
	"internal/conformance/stress":    "fault internal/conformance/kit lens meta repo shard",
	"internal/conformance/damage":    "cipher internal/conformance/kit internal/conformance/trees lens meta repo shard",
	"internal/conformance/counters":  "fault internal/conformance/kit lens meta repo shard",
	"internal/conformance":           "internal/conformance/counters internal/conformance/damage internal/conformance/deploys internal/conformance/engine internal/conformance/exports internal/conformance/formats internal/conformance/joined internal/conformance/keytables internal/conformance/kit internal/conformance/legacy internal/conformance/lifetime internal/conformance/objects internal/conformance/ranges internal/conformance/sealed internal/conformance/staged internal/conformance/trees internal/conformance/unique internal/conformance/values internal/conformance/variants internal/conformance/versions",
	"internal/linear":                "cipher embedded fault internal/conformance/kit internal/conformance/stress internal/item internal/linear/aggregate internal/linear/ids internal/stored lens meta repo shard",
	"internal/linear/aggregate":      "cipher lens meta repo",
	"internal/conformance/legacy":    "cipher dynamostore fault internal/conformance/kit lens meta repo shard",
	"internal/conformance/wired":     "",
	"internal/conformance/versions":  "cipher fault internal/conformance/kit lens meta repo shard",
	"internal/conformance/variants":  "cipher internal/conformance/kit lens meta repo shard",
	"internal/conformance/scenarios": "cipher fault internal/conformance/kit internal/item lens meta repo shard",
	"internal/linear/ids":            "meta",
	"internal/mutants":               "",
}

// testSupport packages are imported only by tests. Only they may use testTools
// outside _test.go files.
var testSupport = []string{
	"internal/compilefail", "internal/conformance", "internal/conformance/counters", "internal/conformance/damage", "internal/conformance/deploys", "internal/conformance/engine",
	"internal/conformance/exports", "internal/conformance/formats", "internal/conformance/huge", "internal/conformance/joined", "internal/conformance/keytables", "internal/conformance/kit",
	"internal/conformance/legacy", "internal/conformance/lifetime", "internal/conformance/objects", "internal/conformance/ranges",
	"internal/conformance/regions", "internal/conformance/scenarios", "internal/conformance/sealed", "internal/conformance/staged",
	"internal/conformance/stress", "internal/conformance/trees", "internal/conformance/unique", "internal/conformance/values",
	"internal/conformance/variants", "internal/conformance/versions", "internal/item/itemtest", "internal/linear", "internal/linear/aggregate",
	"internal/linear/ids", "internal/lint", "internal/sequence", "schematest",
}

// testTools must not reach any program through the library.
var testTools = []string{
	"testing", "net/http/httptest",
	"github.com/google/go-cmp", "github.com/anishathalye/porcupine", "github.com/testcontainers/testcontainers-go",
	"go.uber.org/goleak", "pgregory.net/rapid",
}

// silent: a library does not log or print.
var silent = []string{"log"}

func TestImportGraph(t *testing.T) {
	packages := listPackages(t)
	for path, p := range packages {
		if strings.HasPrefix(path, "examples/") {
			continue // programs may import anything, and nothing imports them
		}
		edges := p.ours(p.Imports)
		want, known := graph[path]
		if !known {
			t.Errorf("package %s is not in the graph; its row would be %q: %q", path, path, strings.Join(edges, " "))
			continue
		}
		allowed := strings.Fields(want)
		for _, edge := range edges {
			if !slices.Contains(allowed, edge) {
				t.Errorf("new edge: %s imports %s; its row would be %q: %q", path, edge, path, strings.Join(edges, " "))
			}
		}
		for _, edge := range allowed {
			if !slices.Contains(edges, edge) {
				t.Errorf("%s does not import %s: take the edge out of the graph", path, edge)
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(graph)) {
		if _, exists := packages[path]; !exists {
			t.Errorf("package %s is in the graph and not in the module", path)
		}
	}
}

// TestTestToolsStayInTests: a public package must not import a test tool,
// directly or indirectly.
func TestTestToolsStayInTests(t *testing.T) {
	for path, p := range listPackages(t) {
		if slices.Contains(testSupport, path) {
			continue
		}
		for _, imported := range p.Imports {
			if slices.ContainsFunc(testTools, within(imported)) || slices.Contains(silent, imported) && !strings.HasPrefix(path, "examples/") {
				t.Errorf("%s imports %s outside tests", path, imported)
			}
		}
		for _, ours := range p.ours(p.Imports) {
			if slices.Contains(testSupport, ours) || strings.HasPrefix(ours, "examples/") {
				t.Errorf("%s imports %s, which is for tests, outside tests", path, ours)
			}
		}
	}
}

// within reports whether path is a given package or below it.
func within(path string) func(string) bool {
	return func(parent string) bool { return path == parent || strings.HasPrefix(path, parent+"/") }
}
