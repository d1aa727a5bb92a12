package kit

import (
	"maps"
	"strconv"
	"strings"
	"testing"
)

// Older returns the record of a root item as an earlier release has written it: in format 1
// for 3, and in 2 for 4. One that is of these stays as it is.
func Older(record Value) Value {
	m := maps.Clone(Members(record))
	format, _ := strconv.Atoi(NumberOf(m["f"]))
	if format < 3 {
		return record
	}
	m["f"] = Num(strconv.Itoa(format - 2))
	ring := make([]Value, 8)
	for i := range ring {
		ring[i] = Bin(strings.Repeat("\x00", 16))
	}
	for i, id := range Elements(m["r"]) {
		if len(BytesOf(id)) > 0 {
			ring[i] = id
		}
	}
	m["r"] = List(ring...)
	implied := Row{"b": ring[0], "u": m["c"], "l": Str("47DEQpj8HBSa-_TI"), "y": List()}
	for name, v := range implied {
		if m[name] == nil {
			m[name] = v
		}
	}
	return Object(m)
}

// Age gives the objects of a table records of an earlier release.
func (x *World) Age(t *testing.T, table string) {
	t.Helper()
	for _, it := range Items(t, x, table) {
		it["_meta"] = Older(it["_meta"])
		x.Plant(t, table, it)
	}
}
