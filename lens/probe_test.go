package lens_test

import (
	"runtime"
	"runtime/debug"
	"sync"
	"testing"

	"github.com/dystore/dystore/lens"
)

// Lenses may be made anywhere, also while the collector runs all the time.
func TestOfConcurrentlyUnderGC(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				for want, got := range map[string]string{
					"location.city":           lens.Of(func(p *Person) *string { return &p.Location.City }).String(),
					"birth_details.place.Lon": lens.Of(func(p *Person) *string { return &p.Birth.Place.Lon }).String(),
					"Next.Next.Value":         lens.Of(func(n *Node) *string { return &n.Next.Next.Value }).String(),
					"note":                    lens.Of(func(b *ByPointer) *string { return &b.Note }).String(),
				} {
					if got != want {
						t.Errorf("got %s, want %s", got, want)
					}
				}
			}
		})
	}
	wg.Wait()
}

// An accessor that needs a deep stack moves it; what it returns is on the heap
// and stays.
func TestOfWithGrowingStack(t *testing.T) {
	l := lens.Of(func(p *Person) *string {
		grow(200)
		runtime.GC()
		return &p.Location.Geo.Lon
	})
	if l.String() != "location.geolocation.Lon" {
		t.Error(l)
	}
}

func grow(n int) int {
	var pad [1024]byte
	if n == 0 {
		return int(pad[0])
	}
	pad[n%len(pad)] = 1
	return grow(n-1) + int(pad[n%len(pad)])
}

// The accessor sees probes only, and none after Of has returned.
func TestAccessorCalls(t *testing.T) {
	calls := 0
	l := lens.Of(func(p *Person) *string {
		calls++
		return &p.Birth.Hospital
	})
	made := calls
	if made < 2 || made > 8 {
		t.Errorf("%d calls", made)
	}
	p := Person{Birth: &Birth{Hospital: "h"}}
	if v, ok := lens.Get(l, &p); v != "h" || !ok {
		t.Errorf("got %q, %v", v, ok)
	}
	if err := lens.Assign(l, &Person{}, "x"); err != nil {
		t.Error(err)
	}
	l.Set("x")
	l.Eq("x")
	if calls != made {
		t.Errorf("the accessor was called again")
	}
}

// An accessor that exchanges pointers is answered by where the objects were
// allocated.
func TestAccessorThatSwaps(t *testing.T) {
	type pair struct{ A, B *Geo }
	l := lens.Of(func(p *pair) *string {
		p.A, p.B = p.B, p.A
		return &p.A.Lat
	})
	if l.String() != "B.Lat" {
		t.Error(l)
	}
}

func TestAccessValues(t *testing.T) {
	p := Person{Past: []Location{{City: "a"}, {City: "b"}}, Homes: map[string]Location{"x": {City: "c"}}}
	var got []string
	for c := range lens.All(lens.Each(past, inCity), &p) {
		got = append(got, c)
	}
	for c := range lens.All(lens.EachValue(homes, inCity), &p) {
		got = append(got, c)
	}
	for c := range lens.All(lens.Elems(past), &p) {
		got = append(got, c.City)
		break
	}
	if len(got) != 4 || got[0] != "a" || got[1] != "b" || got[2] != "c" || got[3] != "a" {
		t.Errorf("got %v", got)
	}
	for range lens.All(lens.Many[Person, string]{}, &p) {
		t.Error("a zero Many has values")
	}
	for range lens.All(lens.Elems(past), nil) {
		t.Error("a nil object has values")
	}
	if v, ok := lens.Get(city, nil); ok || v != "" {
		t.Errorf("got %q of nil", v)
	}
	if _, ok := lens.Get(broken, &p); ok {
		t.Error("a refused lens has a value")
	}
	if _, ok := lens.Get(lens.At(past, 2), &p); ok {
		t.Error("there is no third element")
	}
	wantErr(t, lens.Assign(city, nil, "x"), "lens.Assign(lens_test.Person, Location.City): there is no object to assign in, the pointer is nil")
	wantErr(t, lens.Assign(broken, &p, "x"), brokenText)
	wantErr(t, lens.Assign(lens.Lens[Person, string]{}, &p, "x"), zeroText)
}

// An interface is assigned and read under its static type, nil included.
func TestAccessInterface(t *testing.T) {
	l := lens.Of(func(w *Wide) *any { return &w.Any })
	w := &Wide{Any: 1}
	if v, ok := lens.Get(l, w); !ok || v != 1 {
		t.Errorf("got %v, %v", v, ok)
	}
	if err := lens.Assign(l, w, nil); err != nil || w.Any != nil {
		t.Errorf("%v, %v", w.Any, err)
	}
	if v, ok := lens.Get(l, w); !ok || v != nil {
		t.Errorf("got %v, %v", v, ok)
	}
}

func BenchmarkOf(b *testing.B) {
	for name, make := range map[string]func() error{
		"flat":      func() error { return lens.Of(func(g *Geo) *string { return &g.Lon }).Err() },
		"person":    func() error { return lens.Of(func(p *Person) *string { return &p.Birth.Hospital }).Err() },
		"wide":      func() error { return lens.Of(func(w *Wide) *Count { return &w.Count }).Err() },
		"recursive": func() error { return lens.Of(func(n *Node) *string { return &n.Next.Value }).Err() },
		"wild":      func() error { return lens.Of(func(w *Wild) *string { return &w.A.B.Value }).Err() },
		"fields75":  func() error { return lens.Of(func(f *Fields75) *string { return &f.E.E.E }).Err() },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := make(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkGet(b *testing.B) {
	p := &Person{Birth: &Birth{Hospital: "h"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := lens.Get(hospital, p); !ok {
			b.Fatal("not there")
		}
	}
}

// Fields75 has 75 strings, in three levels.
type (
	Fields5  struct{ A, B, C, D, E string }
	Fields25 struct{ A, B, C, D, E Fields5 }
	Fields75 struct{ A, B, E Fields25 }
)
