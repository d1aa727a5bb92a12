package rules

import (
	"reflect"
	"strconv"
)

// lower reports whether a call bounds a number from below.
func (c call) lower() bool { return c.name == "min" || c.name == "gte" || c.name == "gt" }

// upper reports whether a call bounds a number from above.
func (c call) upper() bool { return c.name == "max" || c.name == "lte" || c.name == "lt" }

// admits reports whether a rule is met by any number that met it, plus v. Where
// it may not have been asked before, of zero, v alone must meet it as well.
func (r *rule) admits(v reflect.Value, omitted bool) bool {
	if len(r.calls) != 1 || r.calls[0].own {
		return false
	}
	c, n := r.calls[0], number(v)
	if !(c.lower() && n >= 0 || c.upper() && n <= 0) {
		return false
	}
	bound, err := strconv.ParseFloat(c.param, 64)
	switch {
	case !omitted:
		return true
	case err != nil:
		return false
	case c.name == "gt" || c.name == "lt":
		return n != bound && c.lower() == (n > bound)
	}
	return n == bound || c.lower() == (n > bound)
}

func number(v reflect.Value) float64 {
	switch {
	case v.CanInt():
		return float64(v.Int())
	case v.CanUint():
		return float64(v.Uint())
	}
	return v.Float()
}
