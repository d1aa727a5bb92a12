package probe

import (
	"reflect"
	"time"
)

var timeType = reflect.TypeFor[time.Time]()

// fillable reports whether fill or a filled probe has a value for t.
func fillable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Invalid, reflect.Pointer:
		return false
	case reflect.Interface:
		return t.NumMethod() == 0
	}
	return true
}

// fill makes a scalar other than zero, so that an accessor that tests for
// zero takes its other way.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(1)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(1)
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(1)
	case reflect.String:
		v.SetString("1")
	case reflect.Interface:
		v.Set(reflect.ValueOf(true))
	case reflect.Struct:
		if v.Type() == timeType {
			v.Set(reflect.ValueOf(time.Unix(1, 0).UTC()))
		}
	}
}
