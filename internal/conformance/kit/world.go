package kit

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Check is a case about package repo. It has its own tables. When it is done, a
// manifest must account for every item in them.
type Check struct {
	Name string
	Out  Out
	Run  func(t *testing.T, x *World)
}

// Group is some checks under one name.
type Group struct {
	Name   string
	Out    Out
	Checks []Check
}

// Out says why a check, or a group, is not for engines with a property; "": it is.
type Out struct{ Staged, Alone string }

// of reports whether an engine is left out.
func (o Out) of(e Engine) bool {
	return e.Staged && o.Staged != "" || e.Alone && o.Alone != ""
}

// Run runs groups of checks. It calls newEngine once for each group, and for each check
// that is bubbled; otherwise newEngine may return the same engine each time.
func Run(t *testing.T, newEngine func(t *testing.T) Engine, groups ...Group) {
	for _, group := range groups {
		t.Run(group.Name, func(t *testing.T) {
			e := newEngine(t)
			for _, c := range group.Checks {
				if group.Out.of(e) || c.Out.of(e) || e.differs(group.Name+"/"+c.Name) {
					continue
				}
				t.Run(c.Name, func(t *testing.T) {
					t.Parallel()
					if e.Bubbled {
						synctest.Test(t, func(t *testing.T) { c.on(t, newEngine(t)) })
						return
					}
					c.on(t, e)
				})
			}
		})
	}
}

func (c Check) on(t *testing.T, e Engine) {
	x := NewWorld(t, e)
	c.Run(t, x)
	if !x.Tampered && !t.Failed() {
		CheckOrphans(t, x.Raw, x.Prefix)
	}
}

// differs reports whether a check is not for the engine, and takes its name out.
func (e Engine) differs(name string) bool {
	_, out := e.Differs[name]
	delete(e.Differs, name)
	return out
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
	r, err := repo.New(x.Client, m, x.Options(opts)...)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	x.Creates(t, r.CreateTables)
	return r
}

// Creates makes tables with x.Client, which are dropped when t is done.
func (x *World) Creates(t *testing.T, create func(context.Context) error) {
	t.Helper()
	x.Net.Reset()
	if err := create(t.Context()); err != nil {
		t.Fatalf("tables: %v", err)
	}
	for _, req := range x.Net.Requests() {
		if req.Operation == "CreateTable" && req.Status == 200 {
			var in struct{ TableName string }
			Must(t, json.Unmarshal(req.Body, &in))
			x.tables = append(x.tables, in.TableName)
		}
	}
	x.Net.Reset()
}

// Options are those of a repository in this world, with more.
func (x *World) Options(opts []repo.Option) []repo.Option {
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
	s, err := repo.Open(x.Client, table, key, x.Options(opts)...)
	Must(t, err)
	return s
}

// Item reads one raw item of a table without a sort key. Where writes are staged, the key
// that is derived of an object's is that of the copy as well.
func (x *World) Item(t *testing.T, table, key string) Row {
	t.Helper()
	d, err := x.Raw.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: new(x.Table(table))})
	Must(t, err)
	out, err := x.Raw.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: new(x.Table(table)), ConsistentRead: new(true),
		Key: Row{*d.Table.KeySchema[0].AttributeName: Str(key)}})
	Must(t, err)
	if out.Item == nil && x.Engine.Staged {
		for _, item := range Items(t, x, table) {
			if at, ok := item[*d.Table.KeySchema[0].AttributeName].(*types.AttributeValueMemberS); ok && strings.HasPrefix(at.Value, key+"/") {
				return item
			}
		}
	}
	return out.Item
}

// Derived is the key of a part without what staged writes add to it.
func (x *World) Derived(key string) string {
	if i := strings.LastIndexByte(key, '/'); x.Engine.Staged && i >= 0 {
		return key[:i]
	}
	return key
}

// HasReferences fails t unless a record refers to these parts. want has the derived keys.
func (x *World) HasReferences(t *testing.T, what string, got []meta.Reference, want ...meta.Reference) {
	t.Helper()
	got = slices.Clone(got)
	for i := range got {
		if x.Engine.Staged && i < len(want) && strings.HasPrefix(want[i].Key, "~h") && strings.HasPrefix(got[i].Key, "~h") {
			got[i].Key = want[i].Key // both are hashes
		}
		if x.Engine.Staged && !strings.HasPrefix(got[i].Key, "~h") {
			got[i].Key = x.Derived(got[i].Key)
		}
	}
	Equal(t, what, got, want)
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

// Items reads all raw items of a table.
func Items(t *testing.T, x *World, table string) []Row {
	t.Helper()
	items, err := scan(t.Context(), x.Raw, x.Table(table))
	Must(t, err)
	return items
}

// Counted fails t unless each table holds that many items. Empty tables are left
// out of want.
func (x *World) Counted(t *testing.T, what string, want map[string]int) {
	t.Helper()
	d, err := DumpTables(t.Context(), x.Raw, x.Prefix)
	Must(t, err)
	Equal(t, "items "+what, d.Count(), want)
}
