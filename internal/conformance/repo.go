package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// repoCheck is a case of the repository suite. Each has tables of its own, and
// when it is done every item in them must be accounted for by a manifest.
type repoCheck struct {
	name string
	run  func(t *testing.T, x *world)
}

// RunRepo checks package repo on engines that newEngine makes, or on one that
// it returns again and again: what is read after what was written, what every
// verb costs in requests, and that no item is left behind.
func RunRepo(t *testing.T, newEngine func(t *testing.T) Engine) {
	for _, group := range repoGroups {
		t.Run(group.name, func(t *testing.T) {
			e := newEngine(t)
			for _, c := range group.checks {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					x := newWorld(t, e)
					c.run(t, x)
					if !x.tampered && !t.Failed() {
						CheckOrphans(t, x.raw, x.prefix)
					}
				})
			}
		})
	}
}

var repoGroups = []struct {
	name   string
	checks []repoCheck
}{
	{"costs", costChecks},
	{"shards", shardChecks},
	{"moves", moveChecks},
	{"redeclared", redeclaredChecks},
	{"verbs", verbChecks},
	{"updates", updateChecks},
	{"conditions", conditionChecks},
	{"times", timeChecks},
	{"reads", readChecks},
	{"queries", queryRepoChecks},
	{"options", optionChecks},
	{"open", openChecks},
	{"limits", limitChecks},
	{"foreign", foreignChecks},
	{"deploys", deployChecks},
	{"keys", keyChecks},
	{"partial", partialChecks},
	{"sealed", sealedChecks},
}

// world is what a check works in: an engine, and the names that are its own
// there.
type world struct {
	Engine
	client *dynamodb.Client // of the repositories: its requests are recorded
	net    *fault.Transport
	raw    *dynamodb.Client // of the check itself: not recorded
	prefix string           // of all its tables
	tables []string         // that exist, to be dropped

	tampered bool // the check leaves items that no manifest names
}

func newWorld(t *testing.T, e Engine) *world {
	x := &world{Engine: e, raw: e.Client, prefix: TableName("repo") + "."}
	x.client, x.net = fault.Wrap(e.Client)
	t.Cleanup(func() { dropTables(t, x.raw, x.tables) })
	return x
}

// open makes a repository of m and the tables it needs.
func open[T any](t *testing.T, x *world, m repo.Model[T], opts ...repo.Option) *repo.Repo[T] {
	t.Helper()
	r, err := repo.New(x.client, m, append([]repo.Option{repo.TablePrefix(x.prefix)}, opts...)...)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	x.net.Reset()
	if err := r.CreateTables(t.Context()); err != nil {
		t.Fatalf("CreateTables: %v", err)
	}
	for _, req := range x.net.Requests() {
		if req.Operation == "CreateTable" && req.Status == 200 {
			var in struct{ TableName string }
			must(t, json.Unmarshal(req.Body, &in))
			x.tables = append(x.tables, in.TableName)
		}
	}
	x.net.Reset()
	return r
}

// table is the real name of a declared table.
func (x *world) table(name string) string { return x.prefix + name }

// sent returns the requests since the last call, as in
// "TransactWriteItems: Update Root, Put Shard2".
func (x *world) sent(t *testing.T) []string {
	t.Helper()
	out := []string{}
	for _, r := range x.net.Requests() {
		line, err := describe(r, x.prefix)
		must(t, err)
		out = append(out, line)
	}
	x.net.Reset()
	return out
}

// has checks the object that r reads under a key, and returns it.
func has[T any](t *testing.T, r *repo.Repo[T], key repo.Key[T], what string, want T) *T {
	t.Helper()
	got, err := r.Get(t.Context(), key)
	must(t, err)
	equal(t, what, *got, want)
	return got
}

// puts writes v, with these requests.
func puts[T any](t *testing.T, x *world, r *repo.Repo[T], v *T, sent string) {
	t.Helper()
	x.net.Reset()
	_, err := r.Put(t.Context(), v)
	must(t, err)
	x.wantSent(t, "put", sent)
}

// wantSent fails t unless exactly these requests were sent since the last
// call.
func (x *world) wantSent(t *testing.T, what string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), x.sent(t)); diff != "" {
		t.Errorf("requests of %s (-want +got):\n%s", what, diff)
	}
}

// must fails t for good if err is not nil.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// equal fails t unless got is want, with nil and empty lists told apart.
func equal[V any](t *testing.T, what string, got, want V) {
	t.Helper()
	if diff := cmp.Diff(want, got, sameBytes); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// sameBytes compares binary values as a whole: megabytes of them, one by one,
// take minutes.
var sameBytes = cmp.Comparer(func(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) })

// errorKinds are the errors of package repo by name.
var errorKinds = []struct {
	name string
	err  error
}{
	{"ErrNotFound", repo.ErrNotFound}, {"ErrNoPath", repo.ErrNoPath}, {"ErrExists", repo.ErrExists},
	{"ErrConflict", repo.ErrConflict}, {"ErrCondition", repo.ErrCondition}, {"ErrInvalid", repo.ErrInvalid},
	{"ErrTooLarge", repo.ErrTooLarge}, {"ErrNotLoaded", repo.ErrNotLoaded}, {"ErrCorrupt", repo.ErrCorrupt},
	{"ErrSchemaTooNew", repo.ErrSchemaTooNew}, {"ErrOutcomeUnknown", repo.ErrOutcomeUnknown},
	{"ErrThrottled", repo.ErrThrottled}, {"ErrContention", repo.ErrContention}, {"ErrBusy", repo.ErrBusy},
	{"ErrUnavailable", repo.ErrUnavailable},
}

// wantErr fails t unless err is of exactly that kind and says text somewhere.
// It returns the error's place, without its cause. Whole texts are the subject
// of tables of their own, in package repo.
func wantErr(t *testing.T, what string, err, kind error, text string) repo.Error {
	t.Helper()
	var is []string
	want := []string{}
	for _, k := range errorKinds {
		if errors.Is(err, k.err) {
			is = append(is, k.name)
		}
		if k.err == kind {
			want = append(want, k.name)
		}
	}
	if !slices.Equal(is, want) {
		t.Errorf("%s: got %v, which is %v; want %v", what, err, is, want)
		return repo.Error{}
	}
	var located *repo.Error
	if !errors.As(err, &located) {
		t.Errorf("%s: %v is no *repo.Error", what, err)
		return repo.Error{}
	}
	if !strings.Contains(err.Error(), text) {
		t.Errorf("%s: got %q; want %q in it", what, err, text)
	}
	where := *located
	where.Err = nil
	return where
}
