// Package sweep deletes what staged writes have left behind: copies of parts that no root
// item names, placeholders, and what is left of objects that were deleted.
//
// No clock decides. A copy names its base, the one state of the root item in which it
// could be made a part. If the root item does not name the copy and is in another state,
// that will never happen. Writers that are slow, or dead, and other sweeps do not matter.
package sweep

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/cursor"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/regions"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Describer tells what a table is like.
type Describer interface {
	DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
}

// Sweep goes through the tables of a model, page by page.
type Sweep struct {
	Client   fetch.Client
	Describe func(region string) Describer // "" is the root's
	Send     *commit.Transactions
	Tables   *tables.Tables
	Counters []*schema.Counter
	Cursors  cursor.Query
	Page     int                                   // items
	DryRun   bool                                  // nothing is deleted
	Fence    bool                                  // what may be on its way is made vain, and deleted
	Wrong    func(key tables.Key, err error) error // the error of an object
}

// Done is how far a sweep has come.
type Done struct {
	Seen     int64 // items of parts, placeholders and remains of objects
	Changed  int64 // of them, deleted
	InFlight int64 // of them, may be made parts yet
	Failed   int64 // of them, not judged or not deleted
	Cursor   string
	Elapsed  time.Duration
}

// attrs is an item.
type attrs = map[string]types.AttributeValue

// Run sweeps what is behind a cursor, "" for everything. The tables of parts come first:
// what is left of an object goes before the root item that says so.
func (s *Sweep) Run(ctx context.Context, from string, report func(Done)) (done Done, err error) {
	var failed fail.Several
	began := time.Now()
	done.Cursor = from
	at, err := s.place(ctx, from)
	if err != nil {
		return done, err
	}
	for at.table != "" {
		next, err := s.page(ctx, at, &done, &failed)
		if err == nil {
			done.Cursor, err = s.text(ctx, next, done.Cursor)
		}
		if err != nil {
			return done, failed.With(err)
		}
		at, done.Elapsed = next, time.Since(began)
		report(done)
	}
	return done, failed.With(nil)
}

// place is a place between two items of a table; no table is the end.
type place struct {
	table string
	after attrs // nil: the beginning
}

// names are the tables, as the model names them: those of parts, those of counters, then the
// root's.
func (s *Sweep) names() []string {
	parts := slices.DeleteFunc(sorted.Keys(s.Tables.Parts), func(t string) bool { return t == s.Tables.Root })
	return append(append(parts, s.counted()...), s.Tables.Root)
}

// next is the beginning of the table after one.
func (s *Sweep) next(table string) place {
	names := s.names()
	if i := slices.Index(names, table) + 1; i < len(names) {
		return place{table: names[i]}
	}
	return place{}
}

// page sweeps the items of a page, and returns where the next one begins.
func (s *Sweep) page(ctx context.Context, at place, done *Done, failed *fail.Several) (place, error) {
	in, err := s.input(ctx, at)
	if err != nil {
		return at, err
	}
	out, err := fetch.Reader{Client: s.Client}.Scan(in)(ctx, at.after)
	if err != nil {
		return at, err
	}
	var found []*found
	switch of := s.counters(at.table); {
	case at.table == s.Tables.Root:
		found = s.voids(out.Attrs())
	case of != nil:
		found = s.slots(of, out.Attrs())
	default:
		found = s.parts(at.table, out.Attrs())
	}
	if err := s.judge(ctx, found); err != nil {
		return at, err
	}
	if err := s.remove(ctx, found); err != nil {
		return at, err
	}
	done.count(found)
	for _, f := range found {
		if f.err != nil {
			failed.Add(s.Wrong(f.key, f.err))
		}
	}
	if len(out.Next) == 0 {
		return s.next(at.table), nil
	}
	return place{at.table, out.Next}, nil
}

// input is the request for a page: keys and records, and of root items only those that
// are no objects.
func (s *Sweep) input(ctx context.Context, at place) (*dynamodb.ScanInput, error) {
	var e expr.Builder
	names, err := s.keyNames(ctx, at.table)
	if err != nil {
		return nil, err
	}
	docs := []string{e.Name(s.Tables.MetaAttr)}
	switch {
	case s.counters(at.table) != nil:
		docs = append(docs, e.Name("key"), e.Name("birth"))
	case at.table != s.Tables.Root:
		docs = nil
		for _, member := range stored.PartMembers {
			docs = append(docs, e.Path(s.Tables.MetaAttr, member))
		}
	}
	for _, n := range names {
		docs = append(docs, e.Name(n))
	}
	in := &dynamodb.ScanInput{TableName: new(s.Tables.FullName(at.table)), ConsistentRead: new(true)}
	if s.Page > 0 {
		in.Limit = new(int32(s.Page))
	}
	if at.table == s.Tables.Root {
		in.FilterExpression = new("attribute_exists(" + e.Path(s.Tables.MetaAttr, "x") + ")")
	}
	proj := e.Project(docs...)
	in.ProjectionExpression, in.ExpressionAttributeNames = &proj.Expression, proj.Names
	return in, nil
}

// keyNames are the key attributes of a table. Of tables that the model itself puts nothing
// into it does not know them.
func (s *Sweep) keyNames(ctx context.Context, table string) ([]string, error) {
	if table == s.Tables.Root {
		names := s.Tables.KeyNames()
		return slices.DeleteFunc(names[:], func(n string) bool { return n == "" }), nil
	}
	if name := s.Tables.Parts[table]; name != "" {
		return []string{name}, nil
	}
	if of := s.counters(table); of != nil {
		return []string{of[0].KeyName}, nil
	}
	region, there := arn.Region(s.Tables.FullName(table))
	out, err := s.Describe(region).DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &there})
	if err != nil {
		return nil, regions.Failed(region, err, there)
	}
	return tables.KeyOf(out.Table).Names, nil
}

// text is the cursor of a place, "" at the end. Where a cursor cannot name the place,
// because its key is too long, it is the one before.
func (s *Sweep) text(ctx context.Context, p place, before string) (string, error) {
	if p.table == "" {
		return "", nil
	}
	after, err := item.AppendCanonical(nil, &types.AttributeValueMemberM{Value: p.after})
	if err != nil || len(after) > item.MaxPartitionKey {
		return before, err
	}
	return s.Cursors.Encode(ctx, []types.AttributeValue{item.String(p.table), &types.AttributeValueMemberB{Value: after}})
}

// place is the one that a cursor names.
func (s *Sweep) place(ctx context.Context, text string) (place, error) {
	if text == "" {
		return place{table: s.names()[0]}, nil
	}
	values, err := s.Cursors.Decode(ctx, text)
	if err != nil {
		return place{}, fail.Withf(fail.ErrInvalid, "%w", err)
	}
	table, after := values[0].(*types.AttributeValueMemberS).Value, attrs(nil)
	if !slices.Contains(s.names(), table) {
		return place{}, fail.Withf(fail.ErrInvalid, "the cursor is in table %s, which is none of the model", table)
	}
	av, err := item.ParseCanonical(values[1].(*types.AttributeValueMemberB).Value)
	if m, ok := av.(*types.AttributeValueMemberM); ok && len(m.Value) > 0 {
		after = m.Value
	}
	return place{table, after}, err
}
