package engine

import "github.com/dystore/dystore/internal/conformance/kit"

// Short names for attribute values keep the tables of this package readable.
type (
	row   = kit.Row
	value = kit.Value
)

var (
	str, num, bin, text         = kit.Str, kit.Num, kit.Bin, kit.Text
	strSet, numSet, bytesSet    = kit.StrSet, kit.NumSet, kit.BytesSet
	boolean, null, list, object = kit.Boolean, kit.Null, kit.List, kit.Object

	stringOf, same = kit.StringOf, kit.Same
)

// with merges rows into a new one. Later rows win.
func with(rows ...row) row {
	out := row{}
	for _, r := range rows {
		for k, v := range r {
			out[k] = v
		}
	}
	return out
}

// pkOf is the key of an item in a table without a sort key, skOf in one with it.
func pkOf(pk string) row     { return row{"pk": str(pk)} }
func skOf(pk, sk string) row { return row{"pk": str(pk), "sk": str(sk)} }

// nested returns a scalar inside n maps.
func nested(n int) value {
	v := str("leaf")
	for range n {
		v = object(row{"m": v})
	}
	return v
}
