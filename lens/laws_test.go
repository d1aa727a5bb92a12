package lens_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/dystore/dystore/lens"
)

// law is one lens under the laws, without its V.
type law struct {
	name string
	// check draws a value and tests what Get and Assign promise about it.
	check func(*rapid.T)
	// disturb assigns a drawn value.
	disturb func(*rapid.T, *Person)
	// read is Get.
	read func(*Person) (any, bool)
	path string
	l    any
}

func lawful[V any](l lens.Lens[Person, V]) law {
	values := rapid.Make[V]()
	get := func(p *Person) (V, bool) { return lens.Get(l, p) }
	put := func(t *rapid.T, p *Person, v V) {
		if err := lens.Assign(l, p, v); err != nil {
			t.Fatal(err)
		}
	}
	return law{
		name: l.String(), path: l.String(), l: l,
		check: func(t *rapid.T) {
			p := rapid.Make[Person]().Draw(t, "p")
			v, w := values.Draw(t, "v"), values.Draw(t, "w")

			before := clone(p)
			if got, ok := get(&p); ok {
				put(t, &p, got)
			}
			same(t, "get-put: assigning what is there changes nothing", before, p)

			put(t, &p, v)
			got, ok := get(&p)
			if !ok {
				t.Fatal("put-get: nothing there after Assign")
			}
			same(t, "put-get: what was assigned is there", v, got)

			once := clone(p)
			put(t, &p, w)
			put(t, &p, v)
			same(t, "put-put: the last Assign counts", once, p)
		},
		disturb: func(t *rapid.T, p *Person) { put(t, p, values.Draw(t, "other")) },
		read:    func(p *Person) (any, bool) { return lens.Get(l, p) },
	}
}

var laws = []law{
	lawful(first),
	lawful(visits),
	lawful(tags),
	lawful(city),
	lawful(hospital),
	lawful(birth),
	lawful(past),
	lawful(homes),
	lawful(lens.Of(func(p *Person) *Birth { return p.Birth })),
	lawful(lens.Of(func(p *Person) *string { return &p.Birth.Place.Lat })),
	lawful(lens.At(tags, 0)),
	lawful(lens.At(tags, 4)),
	lawful(lens.Join(lens.At(past, 1), inCity)),
	lawful(lens.Join(lens.At(past, 2), lens.Join(inGeo, lat))),
	lawful(lens.Entry(homes, "a")),
	lawful(lens.Join(lens.Entry(homes, "b"), inCity)),
	lawful(lens.Join(birth, lens.Ptr(inDOB))),
}

func TestLaws(t *testing.T) {
	for _, l := range laws {
		t.Run(l.name, func(t *testing.T) { rapid.Check(t, l.check) })
	}
}

// An Assign changes nothing outside its path.
func TestAssignStaysInPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SampledFrom(laws).Draw(t, "a"), rapid.SampledFrom(laws).Draw(t, "b")
		if erase(a.l).Path.Overlaps(erase(b.l).Path) {
			return
		}
		p := rapid.Make[Person]().Draw(t, "p")
		before, was := a.read(&p)
		before = clone(before)
		b.disturb(t, &p)
		// Parents may have come into being on the way, never gone.
		after, is := a.read(&p)
		if was && !is {
			t.Fatalf("assigning %s removed %s", b.path, a.path)
		}
		same(t, "the value of "+a.path+" after assigning "+b.path, before, after)
	})
}

func same(t *rapid.T, what string, want, got any) {
	t.Helper()
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("%s\nwant %+v\ngot  %+v", what, want, got)
	}
}

// clone copies what a value refers to.
func clone[V any](v V) V {
	out := v
	deepen(reflect.ValueOf(&out).Elem())
	return out
}

func deepen(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			c := reflect.New(v.Type().Elem())
			c.Elem().Set(v.Elem())
			deepen(c.Elem())
			v.Set(c)
		}
	case reflect.Interface:
		if !v.IsNil() {
			c := reflect.New(v.Elem().Type()).Elem()
			c.Set(v.Elem())
			deepen(c)
			v.Set(c)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			deepen(v.Field(i))
		}
	case reflect.Slice:
		if !v.IsNil() {
			c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(c, v)
			v.Set(c)
			for i := range v.Len() {
				deepen(v.Index(i))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			c := reflect.MakeMap(v.Type())
			for it := v.MapRange(); it.Next(); {
				e := reflect.New(v.Type().Elem()).Elem()
				e.Set(it.Value())
				deepen(e)
				c.SetMapIndex(it.Key(), e)
			}
			v.Set(c)
		}
	}
}
