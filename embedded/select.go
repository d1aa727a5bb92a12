package embedded

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/packed"
)

// page checks the parameters that Query and Scan have in common.
func (c *constraints) page(selected types.Select) {
	enum(c, "select", selected, types.SelectSpecificAttributes, types.SelectCount, types.SelectAllAttributes, types.SelectAllProjectedAttributes)
}

// checkSelect refuses selections that the request cannot have.
func (r *pageRead) checkSelect() error {
	switch r.selected {
	case "":
		return nil
	case types.SelectSpecificAttributes:
		if r.projection == nil {
			return validation("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
		}
		return nil
	}
	switch {
	case r.projection != nil:
		return validation("One or more parameter values were invalid: Cannot specify the ProjectionExpression when choosing to get %s", r.selected)
	case r.selected == types.SelectAllProjectedAttributes && r.index == nil:
		return validation("One or more parameter values were invalid: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	case r.selected == types.SelectAllAttributes && r.index != nil && r.index.global && r.index.kept != nil:
		return validation("One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index %s because its projection type is not ALL", r.index.Name)
	}
	return nil
}

// chooseNames decides which attributes are decoded. The filter sees what the
// index has, the answer also what a local index fetches from the table.
func (r *pageRead) chooseNames() {
	var kept packed.Names
	if r.index != nil {
		kept = r.index.kept
	}
	if r.parsedFilter != nil {
		r.filtered, r.scratch = inBoth(kept, namesIn(r.parsedFilter.Paths())), attr.Item{}
	}
	if r.fetches() {
		kept = nil
	}
	r.shown = shows(r.parsedProjection, kept)
}

// sizeOf is what a record counts towards the size of the page.
func (r *pageRead) sizeOf(rec record) int {
	if r.index != nil {
		return r.index.size(rec)
	}
	return rec.size()
}

// consumed is the price of a page.
func (r *pageRead) consumed(p page) *types.ConsumedCapacity {
	u := usage{table: r.table, units: p.fetched}
	if units := readUnits(p.size, r.mode()); r.index != nil {
		u.addIndex(r.index, units)
	} else {
		u.units = units
	}
	return u.report(r.price, noAxis)
}

// counts reports whether the request wants no items.
func (r *pageRead) counts() bool { return r.selected == types.SelectCount }

// answers are the items that the request gets, nil for a count only.
func (r *pageRead) answers(p page) []attr.Item {
	if r.counts() {
		return nil
	}
	return each(p.records, r.shown.values)
}
