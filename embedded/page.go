package embedded

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/expr"
	"github.com/dystore/dystore/internal/engine/packed"
)

// maxPage is the number of bytes that one page of a query or scan reads.
const maxPage = 1 << 20

// pageRead is what Query and Scan have in common: one page of a range of keys.
type pageRead struct {
	operation  string
	tableName  *string
	indexName  *string
	consistent bool
	limit      *int32
	start      attr.Item
	backward   bool
	selected   types.Select
	filter     *string
	projection *string
	names      map[string]string
	values     attr.Item
	price      types.ReturnConsumedCapacity

	condition        keyCondition // of a query
	parsedFilter     *expr.Condition
	parsedProjection *expr.Projection
	table            *table
	index            *index
	shown            shown
	// filtered are the attributes that the filter needs. It looks at scratch.
	filtered packed.Names
	scratch  attr.Item
}

// page is what was read.
type page struct {
	records []record
	scanned int
	size    int
	last    attr.Item
	// fetched is the price of what a local index read from the table.
	fetched float64
}

// parse reads the expressions. more, called first, reads those that only one
// operation has.
func (r *pageRead) parse(more func(*expr.Scope) error) error {
	if more == nil && r.filter == nil && r.projection == nil {
		if r.names != nil {
			return validation("ExpressionAttributeNames can only be specified when using expressions")
		}
		if r.values != nil {
			return validation("ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null")
		}
		return nil
	}
	scope, err := expr.NewScope(r.names, r.values)
	if err != nil {
		return asValidation(err)
	}
	if r.filter != nil {
		if r.parsedFilter, err = scope.Condition("FilterExpression", *r.filter); err != nil {
			return asValidation(err)
		}
	}
	if r.projection != nil {
		if r.parsedProjection, err = scope.Projection(*r.projection); err != nil {
			return asValidation(err)
		}
	}
	if more != nil {
		if err := more(scope); err != nil {
			return asValidation(err)
		}
	}
	return asValidation(scope.Done())
}

// bind finds the table and index.
func (r *pageRead) bind(v view) error {
	t, err := v.table(r.tableName)
	if err != nil {
		return err
	}
	r.table = t
	if r.indexName != nil {
		if r.index = t.index(*r.indexName); r.index == nil {
			return validation("The table does not have the specified index: %s", *r.indexName)
		}
		if r.index.global && r.consistent {
			return validation("Consistent reads are not supported on global secondary indexes")
		}
	}
	r.chooseNames()
	return firstError(t.scalarKeys(r.parsedFilter.Paths()), t.scalarKeys(r.parsedProjection.Paths()), r.checkSelect(), r.checkProjected())
}

// checkProjected refuses a request for attributes that an index does not have.
// A local index can fetch them from the table, but cannot filter by them. For
// the filter of a scan, they are absent.
func (r *pageRead) checkProjected() error {
	if r.index == nil || r.index.kept == nil {
		return nil
	}
	if missing := r.index.missing(r.parsedFilter.Paths()); missing != "" && r.operation == "Query" {
		return validation("One or more parameter values were invalid: Secondary index %s does not project one or more filter attributes: [%s]", r.index.Name, missing)
	}
	if missing := r.index.missing(r.parsedProjection.Paths()); missing != "" && r.index.global {
		return validation("One or more parameter values were invalid: Global secondary index %s does not project [%s]", r.index.Name, missing)
	}
	return nil
}

// fetches reports whether the request reads more of the items than a local
// index has.
func (r *pageRead) fetches() bool {
	if r.index == nil || r.index.kept == nil || r.index.global {
		return false
	}
	return r.selected == types.SelectAllAttributes || r.index.missing(r.parsedProjection.Paths()) != ""
}

// keys is the key schema of what is read.
func (r *pageRead) keys() keySchema {
	if r.index != nil {
		return r.index.key
	}
	return r.table.key
}

func (r *pageRead) mode() consistency {
	if r.consistent {
		return strong
	}
	return eventual
}

// run reads one page.
func (r *pageRead) run(b bounds) (page, error) {
	if r.start != nil {
		var err error
		if b, err = r.resume(b); err != nil {
			return page{}, err
		}
	}
	var p page
	var last record
	more := false
	visit := func(_ string, rec record) bool {
		if more = p.size >= maxPage || r.limit != nil && p.scanned >= int(*r.limit); more {
			return false
		}
		last = rec
		p.scanned++
		p.size += r.sizeOf(rec)
		if r.parsedFilter == nil || r.passes(rec) {
			p.records = append(p.records, rec)
		}
		if r.fetches() {
			p.fetched += readUnits(rec.size(), r.mode())
		}
		return true
	}
	r.walk(b, visit)
	// A page that ends at its limit does not check whether more would follow.
	if last != "" && !r.ofOne() && (more || r.limit != nil && p.scanned == int(*r.limit)) {
		p.last = r.position(last)
	}
	return p, nil
}

// ofOne reports whether the request can find at most one item: it is a query of
// the table, and each partition of the table is one item. Its pages have no
// LastEvaluatedKey, and it takes no start key.
func (r *pageRead) ofOne() bool {
	return r.operation == "Query" && r.index == nil && len(r.table.key.sort()) == 0
}

// passes reports whether the filter holds for a record.
func (r *pageRead) passes(rec record) bool {
	rec.item().DecodeInto(r.scratch, r.filtered)
	return r.parsedFilter.Holds(r.scratch)
}

func (r *pageRead) walk(b bounds, visit func(string, record) bool) {
	tree := r.table.source(r.index, r.consistent)
	if r.backward {
		// Only queries go backwards, and partitions always end before a key.
		tree.Descend(b.before, func(key string, rec record) bool { return key >= b.from && visit(key, rec) })
		return
	}
	tree.Ascend(b.from, func(key string, rec record) bool {
		return (b.before == "" || key < b.before) && visit(key, rec)
	})
}

// resume narrows the range to what follows the start key of the request.
func (r *pageRead) resume(b bounds) (bounds, error) {
	start, err := attr.ReadItem(r.start)
	if err != nil {
		return b, asValidation(err)
	}
	wanted := r.table.key.attributes
	encode := r.table.key.encode
	if r.index != nil {
		wanted = slices.Concat(wanted, r.index.key.attributes)
		encode = r.index.encode
	}
	distinct := map[string]bool{}
	for _, a := range wanted {
		if attr.Type(start[a.name]) != a.kind {
			return b, validation("The provided starting key is invalid")
		}
		distinct[a.name] = true
	}
	if len(distinct) != len(start) {
		return b, validation("The provided starting key is invalid")
	}
	if err := r.table.key.checkValues(start); err != nil {
		return b, invalidStart(err)
	}
	if r.index != nil {
		if err := r.index.check(start); err != nil {
			return b, invalidStart(err)
		}
	}
	if r.ofOne() {
		name := r.table.key.partitionName()
		return b, validation("The provided exclusive start key is invalid: ExclusiveStartKey: {%s=AttributeValue: %s}", name, attr.Describe(start[name]))
	}
	key := encode(start)
	if key < b.from || b.before != "" && key >= b.before {
		return b, r.outside(start)
	}
	if r.backward {
		b.before = key
	} else {
		b.from = key + "\x00"
	}
	return b, nil
}

// invalidStart refuses a starting key that no item can have.
func invalidStart(err error) error {
	text, _ := validationMessage(err)
	return validation("The provided starting key is invalid: %s", text)
}

// outside refuses a starting key that the request would never reach. DynamoDB
// looks at the partition key, then at the sort key, then at the last attribute
// of the partition key again.
func (r *pageRead) outside(start attr.Item) error {
	if r.operation == "Scan" {
		return validation("The provided starting key is outside of the segment")
	}
	k := r.keys()
	wrong := func(from, to int) bool {
		for n, term := range r.condition[from:to] {
			if term != nil && !holds(term, start[k.attributes[from+n].name]) {
				return true
			}
		}
		return false
	}
	last := k.hashes - 1
	switch {
	case wrong(0, last):
		return errOneRow()
	case wrong(k.hashes, len(k.attributes)):
		return validation("The provided starting key does not match the range key predicate")
	case r.condition[k.hashes:].last() >= 0:
		return errOneRow()
	}
	return validation("The provided starting key is outside query boundaries based on provided conditions")
}

func errOneRow() error {
	return validation("The query can return at most one row and cannot be restarted")
}

// position is the key to start after.
func (r *pageRead) position(rec record) attr.Item {
	names := r.table.key.names()
	if r.index != nil {
		maps.Copy(names, r.index.key.names())
	}
	return rec.values(names)
}
