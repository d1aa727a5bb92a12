package probe

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"

	"github.com/dystore/dystore/internal/model"
)

// outcome is what one call of an accessor led to.
type outcome struct {
	panicked any // recovered, nil if it returned
	null     bool
	outside  bool // the pointer leads to something that is no part of the argument
	place    place
}

// returned reports whether the accessor gave a pointer.
func (o outcome) returned() bool { return o.panicked == nil && !o.null }

// call runs the accessor on val.
func (a *erased) call(val *value) (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			o = outcome{panicked: p}
		}
	}()
	ptr := a.invoke(val.root)
	if ptr == nil {
		return outcome{null: true}
	}
	place, ok := val.locate(ptr, a.value)
	runtime.KeepAlive(val)
	return outcome{place: place, outside: !ok}
}

// find returns the one place that the accessor points at, or why there is
// none.
func (a *erased) find() (place, *refusal) {
	ps := &plans{pkg: a.root.PkgPath(), byType: map[reflect.Type]*plan{}}
	var (
		first   outcome
		reached = -1 // the depth of first
	)
	// Ever deeper, until it answers or nothing more can be allocated.
	for depth := 0; reached < 0; depth++ {
		val := ps.newValue(a.root, upTo(depth), false)
		o := a.call(val)
		switch {
		case o.returned():
			first, reached = o, depth
		case !val.deeper || val.full:
			return place{}, a.diagnose(ps, val, o)
		}
	}
	if r := a.refuse(first.place, first.outside); r != nil {
		return place{}, r
	}
	// The answer must hold one level deeper, with no pointer nil, and with
	// fields that are not zero.
	whole := extent{everything.depth, reached + 1}
	for _, with := range []struct {
		extent
		filled bool
	}{{upTo(reached + 1), false}, {whole, false}, {upTo(reached), true}, {whole, true}} {
		if r := a.compare(first, a.call(ps.newValue(a.root, with.extent, with.filled))); r != nil {
			return place{}, r
		}
	}
	return first.place, nil
}

// compare refuses an accessor whose answer now differs from its first.
func (a *erased) compare(first, now outcome) *refusal {
	switch {
	case now.panicked != nil:
		return refuse(first.place.steps, "the accessor works on one value and panics on another (%s); it must only take the address of a field", panicText(now.panicked))
	case now.null:
		return refuse(first.place.steps, "the accessor returns this field of one value and nil for another; it must only take the address of a field")
	case now.outside:
		return a.refuse(now.place, true)
	case !sameSteps(first.place.steps, now.place.steps):
		if r := a.refuse(now.place, false); r != nil {
			return r
		}
		return refuse(first.place.steps, "the accessor returns this field of one value and %s of another; it must not depend on the value", model.GoPath(a.root, now.place.steps))
	}
	return nil
}

// diagnose says why an accessor never returned a pointer.
func (a *erased) diagnose(ps *plans, val *value, o outcome) *refusal {
	// With elements in its slices and maps, the value may show what it is after.
	if now := a.call(ps.newValue(a.root, everything, true)); now.returned() && !now.outside {
		if r := a.refuse(now.place, false); r != nil {
			return r
		}
	}
	if o.null {
		return refuse(nil, "the accessor returned nil")
	}
	text := panicText(o.panicked)
	var assertion *runtime.TypeAssertionError
	err, _ := o.panicked.(error)
	switch isRuntime := isRuntimeError(err); {
	case errors.As(err, &assertion):
		return refuse(nil, "the accessor asserts the type of an interface; what an interface holds has no path")
	case isRuntime && (strings.Contains(text, "index out of range") || strings.Contains(text, "slice bounds out of range")):
		return refuse(nil, "%s", a.intoSlice())
	case isRuntime && val.full && strings.Contains(text, "nil pointer"):
		return refuse(nil, "the accessor follows more pointers than a probe allocates (%d, and %d of a recursive type); take shorter ways%s", maxBlocks, maxRecursive, a.instead("lens.Join", "nested shards"))
	case isRuntime && ps.maps && strings.Contains(text, "nil pointer"):
		return refuse(nil, "the accessor panicked: %s; if it looks up a map, %s", text, a.takeMap())
	}
	return refuse(nil, "the accessor panicked: %s", text)
}

func isRuntimeError(err error) bool {
	var r runtime.Error
	return errors.As(err, &r)
}

// maxPanicText bounds what of a panic value goes into an error.
const maxPanicText = 200

func panicText(p any) string {
	s := fmt.Sprint(p)
	if len(s) > maxPanicText {
		s = strings.ToValidUTF8(s[:maxPanicText], "") + "…"
	}
	return s
}
