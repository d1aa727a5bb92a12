package probe

import (
	"fmt"
	"reflect"
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/model"
)

// randomType draws a type of structs, arrays and pointers around scalars.
func randomType(t *rapid.T, depth int) reflect.Type {
	kinds := []string{"string", "int", "bool", "bytes", "float"}
	if depth > 0 {
		kinds = append(kinds, "struct", "struct", "pointer", "array", "list", "map")
	}
	switch rapid.SampledFrom(kinds).Draw(t, "kind") {
	case "string":
		return reflect.TypeFor[string]()
	case "int":
		return reflect.TypeFor[int16]()
	case "bool":
		return reflect.TypeFor[bool]()
	case "bytes":
		return reflect.TypeFor[[]byte]()
	case "float":
		return reflect.TypeFor[float64]()
	case "pointer":
		return reflect.PointerTo(randomType(t, depth-1))
	case "array":
		return reflect.ArrayOf(rapid.IntRange(1, 3).Draw(t, "len"), randomType(t, depth-1))
	case "list":
		return reflect.SliceOf(randomType(t, depth-1))
	case "map":
		return reflect.MapOf(reflect.TypeFor[string](), randomType(t, depth-1))
	}
	return randomStruct(t, depth-1)
}

func randomStruct(t *rapid.T, depth int) reflect.Type {
	fields := make([]reflect.StructField, rapid.IntRange(1, 5).Draw(t, "fields"))
	for i := range fields {
		fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: randomType(t, depth)}
	}
	return reflect.StructOf(fields)
}

// randomPath draws where an accessor of root could point: at least one field.
func randomPath(t *rapid.T, root reflect.Type) ([]model.Step, reflect.Type) {
	var steps []model.Step
	at := root
	for {
		var step model.Step
		switch at.Kind() {
		case reflect.Struct:
			step = model.Step{Kind: model.Field, Index: rapid.IntRange(0, at.NumField()-1).Draw(t, "field")}
			at = at.Field(step.Index).Type
		case reflect.Pointer:
			step = model.Step{Kind: model.Deref}
			at = at.Elem()
		case reflect.Array:
			step = model.Step{Kind: model.ArrayIndex, Index: rapid.IntRange(0, at.Len()-1).Draw(t, "index")}
			at = at.Elem()
		default:
			return steps, at
		}
		steps = append(steps, step)
		if rapid.IntRange(0, 5).Draw(t, "stop") == 0 {
			return steps, at
		}
	}
}

// walk is an accessor: it takes the address at the end of steps and panics on
// nil pointers as compiled code does.
func walk(steps []model.Step) func(reflect.Value) unsafe.Pointer {
	return func(root reflect.Value) unsafe.Pointer {
		v := root.Elem()
		for _, s := range steps {
			switch s.Kind {
			case model.Field:
				v = v.Field(s.Index)
			case model.Deref:
				if v.IsNil() {
					panic("nil pointer")
				}
				v = v.Elem()
			case model.ArrayIndex:
				v = v.Index(s.Index)
			}
		}
		return v.Addr().UnsafePointer()
	}
}

// Whatever the type and the path, the path is found.
func TestFindsRandomPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		root := randomStruct(t, 3)
		steps, value := randomPath(t, root)
		a := &erased{root: root, value: value, invoke: walk(steps)}
		got, r := a.find()
		if r != nil {
			t.Fatalf("%v, %s: %s", root, model.GoPath(root, steps), r.reason)
		}
		if !sameSteps(got.steps, steps) || got.typ != value {
			t.Fatalf("%v: found %v, want %v", root, got.steps, steps)
		}
	})
}

// An accessor that answers with one path on the first call and another later
// is never accepted.
func TestRefusesTwoPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		root := randomStruct(t, 3)
		a, value := randomPath(t, root)
		b, other := randomPath(t, root)
		if sameSteps(a, b) || value != other {
			return
		}
		calls, switchAt := 0, rapid.IntRange(1, 3).Draw(t, "switch at")
		both := &erased{root: root, value: value, invoke: func(v reflect.Value) unsafe.Pointer {
			// Calls that panic do not count: nothing has been answered.
			p := walk(a)(v)
			if calls++; calls > switchAt {
				return walk(b)(v)
			}
			return p
		}}
		if p, r := both.find(); r == nil {
			t.Fatalf("%v: accepted %s after %d calls, the accessor turns to %s", root, model.GoPath(root, p.steps), calls, model.GoPath(root, b))
		}
	})
}

// A pointer that was allocated but belongs to no probe is outside, however
// close it may lie.
func TestOutsidePointers(t *testing.T) {
	type pair struct{ A, B int64 }
	a := &erased{root: reflect.TypeFor[pair](), value: reflect.TypeFor[int64]()}
	a.invoke = func(root reflect.Value) unsafe.Pointer {
		neighbours := make([]pair, 3)
		return unsafe.Pointer(&neighbours[1].A)
	}
	if _, r := a.find(); r == nil || len(r.steps) != 0 {
		t.Errorf("refusal %+v", r)
	}
}

func TestBounds(t *testing.T) {
	type node struct {
		Name string
		Next *node
	}
	type crowd struct{ All [maxBlocks + 100]*int }
	ps := &plans{byType: map[reflect.Type]*plan{}}
	v := ps.newValue(reflect.TypeFor[node](), everything, false)
	if len(v.blocks) != 1+maxRecursive || !v.full || v.deeper {
		t.Errorf("%d blocks, full %v, deeper %v", len(v.blocks), v.full, v.deeper)
	}
	v = ps.newValue(reflect.TypeFor[node](), upTo(3), false)
	if len(v.blocks) != 4 || v.full || !v.deeper {
		t.Errorf("%d blocks, full %v, deeper %v", len(v.blocks), v.full, v.deeper)
	}
	v = ps.newValue(reflect.TypeFor[crowd](), everything, true)
	if len(v.blocks) != maxBlocks {
		t.Errorf("%d blocks", len(v.blocks))
	}
}

// Every slot of a filled value is other than zero, so that no test for zero
// goes unnoticed.
func TestFilled(t *testing.T) {
	type inner struct {
		S string
		u uint8
	}
	type all struct {
		B bool
		I int8
		U uint64
		F float32
		C complex64
		S string
		A any
		P *inner
		L []inner
		M map[string]*inner
		X [2]inner
		e error
	}
	ps := &plans{pkg: reflect.TypeFor[all]().PkgPath(), byType: map[reflect.Type]*plan{}}
	v := ps.newValue(reflect.TypeFor[all](), everything, true).root.Interface().(*all)
	if !v.B || v.I == 0 || v.U == 0 || v.F == 0 || v.C == 0 || v.S == "" || v.A == nil {
		t.Errorf("%+v", v)
	}
	if v.P.S == "" || v.P.u == 0 || len(v.L) != sliceLen || v.L[1].S == "" || v.M[""].S == "" || v.X[1].u == 0 {
		t.Errorf("%+v, %+v", v, v.P)
	}
	if v.e != nil {
		t.Error("an error has no value to give")
	}
}

// mistake is what lens.Error is elsewhere.
type mistake struct{ Func, Type, Path, Reason string }

func (m *mistake) Error() string { return model.Refusal(*m).String() }

func TestOfUnstored(t *testing.T) {
	type record struct{ Version int }
	type base struct {
		Meta record `dynamodbav:"-"`
	}
	type object struct {
		base
		Name   string
		Own    record `dynamodbav:"-"`
		Kept   record
		Far    *record `dynamodbav:"-"`
		hidden record  `dynamodbav:"-"`
	}
	l := OfUnstored[mistake]("meta.Keep", func(o *object) *record { return &o.Own })
	var o object
	if l.Err != nil || l.GoPath() != "Own" || l.Path != nil || l.Codec != nil || !l.Set(reflect.ValueOf(&o), reflect.ValueOf(record{3})) || o.Own.Version != 3 {
		t.Errorf("%+v, %+v", l, o)
	}
	l = OfUnstored[mistake]("meta.Keep", func(o *object) *record { return &o.Meta })
	if l.Err != nil || l.GoPath() != "base.Meta" || !l.Set(reflect.ValueOf(&o), reflect.ValueOf(record{4})) || o.Meta.Version != 4 {
		t.Errorf("%+v, %+v", l, o)
	}
	for _, c := range []struct {
		lens *model.Lens
		text string
	}{
		{OfUnstored[mistake, object, record]("meta.Keep", nil), "meta.Keep(probe.object): the accessor is nil"},
		{OfUnstored[mistake]("meta.Keep", func(o *object) *record { return &o.Kept }),
			`meta.Keep(probe.object, Kept): the field must be tagged dynamodbav:"-"; what it holds is not an attribute of the object`},
		{OfUnstored[mistake]("meta.Keep", func(o *object) *record { return o.Far }),
			`meta.Keep(probe.object, Far): the field must be tagged dynamodbav:"-"; what it holds is not an attribute of the object`},
		{OfUnstored[mistake]("meta.Keep", func(o *object) *int { return &o.Own.Version }),
			`meta.Keep(probe.object, Own.Version): the field must be tagged dynamodbav:"-"; what it holds is not an attribute of the object`},
		{OfUnstored[mistake]("meta.Keep", func(o *object) *record { return &o.hidden }),
			"meta.Keep(probe.object, hidden): the field hidden is unexported and cannot be set"},
	} {
		if c.lens.Err == nil || c.lens.Err.Error() != c.text {
			t.Errorf("got %v, want %s", c.lens.Err, c.text)
		}
	}
}
