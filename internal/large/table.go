package large

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/wire"
)

// Parts reads the items of parts, of objects of any model whose record is in the attribute
// meta, whole. The result is parallel to items; one that is not there is nil.
func Parts(ctx context.Context, get fetch.Reader, meta string, items []fetch.Item) ([]attrs, error) {
	read, err := get.Items(ctx, items, true, nil)
	if err != nil {
		return nil, err
	}
	r := reader{get, &tables.Tables{MetaAttr: meta}}
	var all []*found
	var at []int
	for i, it := range read {
		if r.may(wire.Decoded(it)) {
			all, at = append(all, &found{table: items[i].Table, key: items[i].Key, item: it, strong: true}), append(at, i)
		}
	}
	if err := r.whole(ctx, all, true); err != nil {
		return nil, err
	}
	for i, f := range all {
		read[at[i]] = f.item
	}
	return read, nil
}

// Whole returns the items of a page of a table of parts: those in pieces whole, and no
// pieces and pages. What is gone by now is left out.
func Whole(ctx context.Context, get fetch.Reader, s *tables.Tables, table string, items []attrs) ([]attrs, error) {
	r := reader{get, s}
	var kept []attrs
	var all []*found
	var at []int
	for _, it := range items {
		part, err := stored.DecodePart(it[s.MetaAttr])
		if _, piece := part.PieceOf(); err == nil && (piece || part.Inst == "") {
			continue
		}
		if err == nil && part.Cut != nil {
			if key := r.keyOf(table, it, part); key != nil {
				all, at = append(all, &found{table: s.FullName(table), key: key, item: it, strong: true}), append(at, len(kept))
			}
		}
		kept = append(kept, it)
	}
	if len(all) == 0 {
		return kept, nil
	}
	if err := r.whole(ctx, all, true); err != nil {
		return nil, err
	}
	for i, f := range all {
		kept[at[i]] = f.item
	}
	return slices.DeleteFunc(kept, func(it attrs) bool { return it == nil }), nil
}

// keyOf is the key of the item of a copy. Of a table that the model only may lead into the
// name of the key is not known: there it is the attribute that holds the key of the copy.
func (r *reader) keyOf(table string, it attrs, part stored.Part) attrs {
	if name := r.s.Parts[table]; name != "" {
		return attrs{name: it[name]}
	}
	object := part.KeyIn(it[r.s.MetaAttr], r.s.Entity)
	if object == nil {
		return nil // another entity's
	}
	key := stored.StagedKey(r.s.Entity, object, part.Inst, part.Stamp)
	for name, av := range it {
		if text, ok := av.(*types.AttributeValueMemberS); ok && text.Value == key {
			return attrs{name: av}
		}
	}
	return nil
}
