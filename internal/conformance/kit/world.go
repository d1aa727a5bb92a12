package kit

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// Check is a case about package repo. It has its own tables. When it is done, a
// manifest must account for every item in them.
type Check struct {
	Name string
	Run  func(t *testing.T, x *World)
}

// Group is some checks under one name.
type Group struct {
	Name   string
	Checks []Check
}

// Run runs groups of checks. It calls newEngine once for each group; newEngine
// may return the same engine each time.
func Run(t *testing.T, newEngine func(t *testing.T) Engine, groups ...Group) {
	for _, group := range groups {
		t.Run(group.Name, func(t *testing.T) {
			e := newEngine(t)
			for _, c := range group.Checks {
				t.Run(c.Name, func(t *testing.T) {
					t.Parallel()
					x := NewWorld(t, e)
					c.Run(t, x)
					if !x.Tampered && !t.Failed() {
						CheckOrphans(t, x.Raw, x.Prefix)
					}
				})
			}
		})
	}
}

// World is the engine of a check and the names of the check's tables there.
type World struct {
	Engine Engine
	Client *dynamodb.Client // of the repositories; its requests are recorded
	Net    *fault.Transport
	Raw    *dynamodb.Client // of the check itself; nothing is recorded
	Prefix string           // of all its tables
	tables []string         // that exist, to be dropped

	Tampered bool // the check leaves items that no manifest names
}

// NewWorld returns a world without tables. When t is done, the tables are dropped.
func NewWorld(t *testing.T, e Engine) *World {
	x := &World{Engine: e, Raw: e.Client, Prefix: e.Place + TableName("repo") + "."}
	x.Client, x.Net = fault.Wrap(e.Client)
	t.Cleanup(func() { dropTables(t, x.Raw, x.tables) })
	return x
}

// Open makes a repository of m and the tables that it needs.
func Open[T any](t *testing.T, x *World, m repo.Model[T], opts ...repo.Option) *repo.Repo[T] {
	t.Helper()
	r, err := repo.New(x.Client, m, x.options(opts)...)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	x.Net.Reset()
	if err := r.CreateTables(t.Context()); err != nil {
		t.Fatalf("CreateTables: %v", err)
	}
	for _, req := range x.Net.Requests() {
		if req.Operation == "CreateTable" && req.Status == 200 {
			var in struct{ TableName string }
			Must(t, json.Unmarshal(req.Body, &in))
			x.tables = append(x.tables, in.TableName)
		}
	}
	x.Net.Reset()
	return r
}

// options are those of a repository in this world.
func (x *World) options(opts []repo.Option) []repo.Option {
	return slices.Concat([]repo.Option{repo.TablePrefix(x.Prefix)}, x.Engine.Options, opts)
}

// Table is the real name of a declared table.
func (x *World) Table(name string) string { return x.Prefix + name }

// sent returns the requests since the last call, as in
// "TransactWriteItems: Update Root, Put Shard2".
func (x *World) sent(t *testing.T) []string {
	t.Helper()
	out := []string{}
	for _, r := range x.Net.Requests() {
		line, err := describe(r, x.Prefix)
		Must(t, err)
		out = append(out, line)
	}
	x.Net.Reset()
	return out
}

// WantSent fails t unless exactly these requests were sent since the last
// call.
func (x *World) WantSent(t *testing.T, what string, want ...string) {
	t.Helper()
	if sent := x.sent(t); x.Engine.Uncounted {
		return
	} else if diff := cmp.Diff(append([]string{}, want...), sent); diff != "" {
		t.Errorf("requests of %s (-want +got):\n%s", what, diff)
	}
}

// OpenStored calls [repo.Open] in the world of a check.
func OpenStored(t *testing.T, x *World, table, key string, opts ...repo.Option) *repo.Stored {
	t.Helper()
	s, err := repo.Open(x.Client, table, key, x.options(opts)...)
	Must(t, err)
	return s
}

// Item reads one raw item of a table without a sort key.
func (x *World) Item(t *testing.T, table, key string) Row {
	t.Helper()
	d, err := x.Raw.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: new(x.Table(table))})
	Must(t, err)
	out, err := x.Raw.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: new(x.Table(table)), ConsistentRead: new(true),
		Key: Row{*d.Table.KeySchema[0].AttributeName: Str(key)}})
	Must(t, err)
	return out.Item
}

// Item2 reads one raw item of a table with a sort key.
func (x *World) Item2(t *testing.T, table string, partition, sort Value) Row {
	t.Helper()
	d, err := x.Raw.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: new(x.Table(table))})
	Must(t, err)
	keys := d.Table.KeySchema
	out, err := x.Raw.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: new(x.Table(table)), ConsistentRead: new(true),
		Key: Row{*keys[0].AttributeName: partition, *keys[1].AttributeName: sort}})
	Must(t, err)
	return out.Item
}

// Plant stores an item without a repository.
func (x *World) Plant(t *testing.T, table string, item Row) {
	t.Helper()
	_, err := x.Raw.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: new(x.Table(table)), Item: item})
	Must(t, err)
}

// Counted fails t unless each table holds that many items. Empty tables are left
// out of want.
func (x *World) Counted(t *testing.T, what string, want map[string]int) {
	t.Helper()
	d, err := DumpTables(t.Context(), x.Raw, x.Prefix)
	Must(t, err)
	Equal(t, "items "+what, d.Count(), want)
}
