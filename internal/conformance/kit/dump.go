package kit

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Dump is every stored item of some tables.
type Dump struct {
	Prefix string
	Tables []DumpTable // sorted by name
}

// DumpTable is one table of a Dump.
type DumpTable struct {
	Name  string   // without the prefix
	Key   []string // attributes: partition key, then sort key if there is one
	Items []map[string]types.AttributeValue
}

// DumpTables reads every table whose name begins with prefix, or whose ARN does.
func DumpTables(ctx context.Context, client *dynamodb.Client, prefix string) (*Dump, error) {
	d := &Dump{Prefix: prefix}
	_, prefix = arn.Split(prefix)
	var names []string
	list := dynamodb.NewListTablesPaginator(client, &dynamodb.ListTablesInput{})
	for list.HasMorePages() {
		page, err := list.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, name := range page.TableNames {
			if strings.HasPrefix(name, prefix) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	for _, name := range names {
		t, err := dumpTable(ctx, client, name)
		if err != nil {
			return nil, err
		}
		t.Name = strings.TrimPrefix(name, prefix)
		d.Tables = append(d.Tables, t)
	}
	return d, nil
}

func dumpTable(ctx context.Context, client *dynamodb.Client, name string) (t DumpTable, err error) {
	described, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if err != nil {
		return t, err
	}
	for _, k := range described.Table.KeySchema {
		t.Key = append(t.Key, *k.AttributeName)
	}
	t.Items, err = scan(ctx, client, name)
	return t, err
}

// scan reads all items of a table.
func scan(ctx context.Context, client dynamodb.ScanAPIClient, name string) (items []map[string]types.AttributeValue, err error) {
	pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: &name, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		items = append(items, page.Items...)
	}
	return items, nil
}

// Table returns a table of the dump by its name without the prefix.
func (d *Dump) Table(name string) DumpTable {
	for _, t := range d.Tables {
		if t.Name == name {
			return t
		}
	}
	return DumpTable{Name: name}
}

// Count returns how many items each table has; empty ones are left out.
func (d *Dump) Count() map[string]int {
	n := map[string]int{}
	for _, t := range d.Tables {
		if len(t.Items) > 0 {
			n[t.Name] = len(t.Items)
		}
	}
	return n
}

// place is the address of an item in a dump.
type place struct{ table, key string }

// Problems compares the manifest of every root with the stored items and
// returns the differences. A part may be missing, carry another stamp or belong
// to another object. A count may be wrong. An item may have the record of a part
// although no root names it. Items without a record belong to other programs
// and are passed over. record is the attribute that holds the records; "" means
// "_meta".
func (d *Dump) Problems(record string) []string {
	j := d.judge(record, false)
	for at := range j.parts {
		j.problems = append(j.problems, fmt.Sprintf("%s %q: no root names this part", at.table, at.key))
	}
	slices.Sort(j.problems)
	return j.problems
}

// judgement is what a dump says of its roots.
type judgement struct {
	record   string
	staged   bool // writes may be staged, and cut off
	parts    map[place]map[string]types.AttributeValue
	roots    map[string]*stored.Root // by what their parts say that they belong to
	problems []string
}

// judge checks all roots, and leaves the parts that no root names.
func (d *Dump) judge(record string, staged bool) *judgement {
	if record == "" {
		record = "_meta"
	}
	j := &judgement{record: record, staged: staged, parts: map[place]map[string]types.AttributeValue{}, roots: map[string]*stored.Root{}}
	for _, t := range d.Tables {
		for _, item := range t.Items {
			if m, ok := item[record].(*types.AttributeValueMemberM); ok && m.Value["f"] == nil && len(t.Key) == 1 {
				if key, ok := item[t.Key[0]].(*types.AttributeValueMemberS); ok {
					j.parts[place{t.Name, key.Value}] = item
				}
			}
		}
	}
	for _, t := range d.Tables {
		for _, item := range t.Items {
			if m, ok := item[record].(*types.AttributeValueMemberM); ok && m.Value["f"] != nil {
				j.root(t, item)
			}
		}
	}
	return j
}

// root checks one root and takes its parts out of those that no root names.
func (j *judgement) root(t DumpTable, item map[string]types.AttributeValue) {
	var key []types.AttributeValue
	for _, name := range t.Key {
		key = append(key, item[name])
	}
	record, err := j.filled(t.Name, item[j.record], key)
	var root *stored.Root
	if err == nil {
		root, err = stored.Decode(record)
	}
	if err != nil {
		j.problems = append(j.problems, fmt.Sprintf("%s: %v", t.Name, err))
		return
	}
	owner := stored.Owner(root.Entity, key)
	j.roots[owner] = root
	problem := func(format string, args ...any) {
		j.problems = append(j.problems, fmt.Sprintf("%s %s: ", t.Name, owner)+fmt.Sprintf(format, args...))
	}
	if n, ok := item[j.record].(*types.AttributeValueMemberM).Value["n"].(*types.AttributeValueMemberN); ok && n.Value != fmt.Sprint(root.Dynamic) {
		problem("counts %s parts in lists and maps; there are %d", n.Value, root.Dynamic)
	}
	if root.Void && !j.staged {
		problem("is no object: a write has left its record")
	}
	expires := tables.Seconds(item[root.TTL])
	for inst, ref := range root.Parts {
		loc := root.Locate(inst, key)
		at := place{loc.Table, loc.Key}
		part, ok := j.parts[at]
		switch {
		case !ok && j.staged && root.Void:
			continue // what is deleted is taken apart
		case !ok:
			problem("part %s is missing: table %s has no item %q", inst, loc.Table, loc.Key)
			continue
		}
		delete(j.parts, at)
		rec, err := stored.DecodePart(part[j.record])
		switch at := tables.Seconds(part[stored.PartTTL]); {
		case root.TTL != "" && at != expires && !(j.staged && (root.Void || at == 0 || expires != 0 && at > expires)):
			problem("part %s expires at %d, the root at %d", inst, at, expires)
		case err != nil:
			problem("part %s: %v", inst, err)
		case rec.Stamp != ref.Stamp:
			problem("part %s carries another stamp than the manifest names", inst)
		case rec.Owner != owner:
			problem("part %s belongs to %s", inst, rec.Owner)
		case rec.Inst != inst:
			problem("part %s says it is %s", inst, rec.Inst)
		case rec.Cut != nil && !ref.Cut:
			problem("part %s is in pieces, which its entry does not say", inst)
		case rec.Cut != nil:
			j.pieces(rec, place{loc.Table, loc.Key}, part, problem)
		}
	}
	for name, loc := range root.Claims {
		at := place{loc.Table, loc.Key}
		rec, err := stored.DecodePart(j.parts[at][j.record])
		if tables.Expired(expires) && rec.Owner != owner {
			continue // it is free, and may be another's
		}
		if tables.Seconds(j.parts[at][stored.PartTTL]) != expires {
			problem("claim %s expires at %d, the root at %d", name, tables.Seconds(j.parts[at][stored.PartTTL]), expires)
		}
		delete(j.parts, at)
		if err != nil || rec.Owner != owner || string(rec.Inst) != name {
			problem("claim %s: table %s has no item %q, or one of %q for %q: %v", name, loc.Table, loc.Key, rec.Inst, rec.Owner, err)
		}
	}
}

// filled is the record of a root item with what is on the pages of its manifest, which it
// takes out of the parts that no root names.
func (j *judgement) filled(table string, record types.AttributeValue, key []types.AttributeValue) (types.AttributeValue, error) {
	pages, err := stored.PagesIn(record)
	if err != nil || pages == nil {
		return record, err
	}
	entity := record.(*types.AttributeValueMemberM).Value["e"].(*types.AttributeValueMemberS).Value
	var all [][]byte
	for _, page := range pages.List {
		at := place{pages.Table, stored.PageKey(entity, key, page.Stamp)}
		rec, err := stored.DecodePart(j.parts[at][j.record])
		if err != nil || rec.Stamp != page.Stamp || rec.Inst != "" || rec.Owner != stored.Owner(entity, key) {
			return nil, fmt.Errorf("page %q of the manifest: %v, %v", at.key, rec, err)
		}
		data, err := stored.Data(j.parts[at][j.record])
		if err != nil {
			return nil, err
		}
		delete(j.parts, at)
		all = append(all, data)
	}
	return stored.Fill(record, all, key), nil
}

// pieces takes the pieces of a part out of the parts that no root names.
func (j *judgement) pieces(head stored.Part, at place, item map[string]types.AttributeValue, problem func(string, ...any)) {
	for n := range head.Cut.Pieces {
		piece := place{at.table, stored.PieceKey(at.key, n)}
		rec, err := stored.DecodePiece(j.parts[piece][j.record])
		if err != nil || rec.N != n || rec.Stamp != head.Stamp || rec.Owner != head.Owner || rec.Inst != head.Inst {
			problem("piece %d of part %s: %v, %v", n, head.Inst, rec.Part, err)
		}
		if !reflect.DeepEqual(j.parts[piece][stored.PartTTL], item[stored.PartTTL]) {
			problem("piece %d of part %s does not expire with it", n, head.Inst)
		}
		delete(j.parts, piece)
	}
}

// CheckOrphans fails t unless the manifests of all roots under prefix account
// for all parts there.
func CheckOrphans(t testing.TB, client *dynamodb.Client, prefix string) {
	t.Helper()
	// During the cleanup of a test its own context is done.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	d, err := DumpTables(ctx, client, prefix)
	if err != nil {
		t.Errorf("dump: %v", err)
		return
	}
	for _, p := range d.Problems("") {
		t.Error(p)
	}
}

func dropTables(t testing.TB, client *dynamodb.Client, names []string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, name := range names {
		_, err := client.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &name})
		var gone *types.ResourceNotFoundException
		if err != nil && !errors.As(err, &gone) {
			t.Errorf("delete table %s: %v", name, err)
		}
	}
}
