package lens_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// erase returns the compiled form of a Lens or Many.
func erase(l any) *model.Lens {
	return l.(interface{ ModelLens() *model.Lens }).ModelLens()
}

// refused is a lens that Of must refuse, with the exact text.
type refused struct {
	text string
	lens any
}

func not[T, V any](text string, accessor func(*T) *V) refused {
	return refused{text, lens.Of(accessor)}
}

var (
	captured = &Person{Birth: &Birth{}}
	loose    string
	flip     bool
)

const (
	foreign = "the accessor returned a pointer to something that is not part of its argument: a captured variable, a copy or a new value"
	inSlice = "the accessor points into a slice, whose elements move; take the slice and use lens.At, lens.Each or lens.Elems"
	inMap   = "the accessor points into a map; take the map and use lens.Entry, lens.EachValue or lens.ElemValues"
)

func TestOfRefuses(t *testing.T) {
	for _, c := range []refused{
		// The accessor itself.
		not[Person, string]("lens.Of(lens_test.Person): the accessor is nil", nil),
		not("lens.Of(lens_test.Person): the accessor returned nil", func(*Person) *string { return nil }),
		not("lens.Of(lens_test.Person): the accessor returned nil", func(p *Person) *string {
			if p.ID == "no such" {
				return &p.ID
			}
			return nil
		}),
		not("lens.Of(lens_test.Person): the accessor panicked: boom", func(*Person) *string { panic("boom") }),
		not("lens.Of(lens_test.Person): the accessor panicked: "+strings.Repeat("long", 50)+"…", func(*Person) *string { panic(strings.Repeat("long", 60)) }),
		not("lens.Of(lens_test.Person): the accessor panicked: an error", func(*Person) *string { panic(errors.New("an error")) }),
		not("lens.Of(lens_test.Geo): the accessor panicked: runtime error: invalid memory address or nil pointer dereference",
			func(*Geo) *string { var g *Geo; return &g.Lon }),
		not("lens.Of(lens_test.Person): the accessor returned its argument; a lens leads to a field", func(p *Person) *Person { return p }),
		not("lens.Of(lens_test.Geo): the accessor converted its argument to a *lens_test.Twin; a lens leads to a field",
			func(g *Geo) *Twin { return (*Twin)(g) }),

		// Where the pointer leads.
		not("lens.Of(lens_test.Person): "+foreign, func(*Person) *string { return &captured.ID }),
		not("lens.Of(lens_test.Person): "+foreign, func(*Person) *string { return &captured.Birth.Hospital }),
		not("lens.Of(lens_test.Person): "+foreign, func(*Person) *string { return &loose }),
		not("lens.Of(lens_test.Person): "+foreign, func(*Person) *string { return new(string) }),
		not("lens.Of(lens_test.Person): "+foreign, func(p *Person) *string { l := p.Location; return &l.City }),
		not("lens.Of(lens_test.Person): "+foreign, func(p *Person) *string { home := p.Homes["x"]; return &home.City }),
		not("lens.Of(lens_test.Person): "+foreign, func(p *Person) *string { p.Birth = &Birth{}; return &p.Birth.DOB }),

		// Elements.
		not("lens.Of(lens_test.Person, Past): "+inSlice, func(p *Person) *string { return &p.Past[0].City }),
		not("lens.Of(lens_test.Person): "+inSlice, func(p *Person) *string { return &p.Past[7].City }),
		not("lens.Of(lens_test.Person, Past): "+inSlice, func(p *Person) *string { return &p.Past[len(p.Past)-1].City }),
		not("lens.Of(lens_test.Person, Tags): "+inSlice, func(p *Person) *string { return &p.Tags[1] }),
		not("lens.Of(lens_test.Wide, Places): "+inSlice, func(w *Wide) *string { return &w.Places[0].City }),
		not("lens.Of(lens_test.Wide, Nested): "+inSlice, func(w *Wide) *string { return &w.Nested[0][1].City }),
		not("lens.Of(lens_test.Person): "+inSlice, func(p *Person) *[]string { s := p.Tags[1:]; return &s }),
		not("lens.Of(lens_test.Person, Past): "+inSlice, func(p *Person) *string {
			for i := range p.Past {
				return &p.Past[i].City
			}
			return &p.Location.City
		}),
		not("lens.Of(lens_test.Wide): "+foreign, func(w *Wide) *string { s := w.Numbers[0]; return &s }),
		not("lens.Of(lens_test.Wide, ByName): "+inMap, func(w *Wide) *string { return &w.ByName[""].City }),
		not("lens.Of(lens_test.Wide): the accessor panicked: runtime error: invalid memory address or nil pointer dereference; if it looks up a map, take the map and use lens.Entry, lens.EachValue or lens.ElemValues",
			func(w *Wide) *string { return &w.ByName["home"].City }),
		not("lens.Of(lens_test.Wide): the accessor asserts the type of an interface; what an interface holds has no path",
			func(w *Wide) *string { return &w.Any.(*Location).City }),
		not("lens.Of(lens_test.Wide): the accessor returned nil", func(w *Wide) *string { s, _ := w.Any.(*string); return s }),
		not("lens.Of(lens_test.Wild): the accessor follows more pointers than a probe allocates (4096, and 256 of a recursive type); take shorter ways and use lens.Join",
			func(w *Wild) *string { return &w.A.B.C.D.Value }),

		// Fields that have no attribute of their own.
		not("lens.Of(lens_test.Wide, secret): the field is unexported and never stored", func(w *Wide) *string { return &w.secret }),
		not("lens.Of(lens_test.Wide, inner): the field is unexported and never stored", func(w *Wide) *int { return &w.inner.Y }),
		not("lens.Of(lens_test.Wide, list): "+inSlice, func(w *Wide) *int { return &w.list[0].Y }),
		not("lens.Of(lens_test.Person, Meta): the field is tagged dynamodbav:\"-\" and never stored", func(p *Person) *Record { return &p.Meta }),
		not("lens.Of(lens_test.Person, Meta): the field is tagged dynamodbav:\"-\" and never stored", func(p *Person) *int64 { return &p.Meta.Version }),
		not("lens.Of(lens_test.Wide): a struct {} has no size: its address says nothing, and there is nothing in it to store", func(w *Wide) *struct{} { return &w.Empty }),
		not("lens.Of(lens_test.Outer, Base): an embedded struct is not stored as one value, its fields are; take one of them", func(o *Outer) *Base { return &o.Base }),
		not("lens.Of(lens_test.ByPointer, Base): an embedded struct is not stored as one value, its fields are; take one of them", func(b *ByPointer) *Base { return b.Base }),
		not("lens.Of(lens_test.ByPointer, Base): an embedded struct is not stored as one value, its fields are; take one of them", func(b *ByPointer) **Base { return &b.Base }),
		not("lens.Of(lens_test.BadPointer, hidden): the embedded pointer is unexported: decoding could not allocate it", func(b *BadPointer) *string { return &b.Seen }),
		not("lens.Of(lens_test.EmbedsTime, Time): the embedded time.Time is one value and has no fields to embed; name it in the tag or as a field", func(e *EmbedsTime) *time.Time { return &e.Time }),
		not("lens.Of(lens_test.Chan, C): chan int cannot be stored", func(c *Chan) *chan int { return &c.C }),

		not("lens.Of(lens_test.Faulty, Time): the embedded time.Time is one value and has no fields to embed; name it in the tag or as a field", func(f *Faulty) *time.Time { return &f.Time }),
		not("lens.Of(lens_test.Faulty, C): chan int cannot be stored", func(f *Faulty) *chan int { return &f.C }),

		// Values stored as one.
		not("lens.Of(lens_test.Wide, Digest): [32]uint8 is stored as one value (binary); its elements have no path", func(w *Wide) *byte { return &w.Digest[3] }),
		not("lens.Of(lens_test.Wide, ID): uuid.UUID is stored as one value (string); its elements have no path", func(w *Wide) *byte { return &w.ID[3] }),
		not("lens.Of(lens_test.Wide, SetArr): [2]string is stored as one value (string set); its elements have no path", func(w *Wide) *string { return &w.SetArr[1] }),
		not("lens.Of(lens_test.HoldsMarked, Mark): lens_test.Marked marshals itself and is stored as one value; its fields have no path", func(h *HoldsMarked) *string { return &h.Mark.Part }),
		not("lens.Of(lens_test.HoldsMarked, Pointer): lens_test.Marked marshals itself and is stored as one value; its fields have no path", func(h *HoldsMarked) *string { return &h.Pointer.Part }),
		not("lens.Of(lens_test.Wide, At): time.Time marshals itself and is stored as one value; its fields have no path", func(w *Wide) *uint64 { return (*uint64)(unsafe.Pointer(&w.At)) }),
		not("lens.Of(lens_test.Marked): lens_test.Marked marshals itself and is stored as one value; its fields have no path", func(m *Marked) *string { return &m.Part }),
		not("lens.Of(time.Time): time.Time marshals itself and is stored as one value; its fields have no path", func(*time.Time) *int { return nil }),
		not("lens.Of(string): string is not a struct", func(s *string) *string { return s }),
		not("lens.Of(*lens_test.Person): *lens_test.Person is not a struct", func(p **Person) *string { return &(*p).ID }),
		not("lens.Of(map[string]string): map[string]string is not a struct", func(*map[string]string) *string { return nil }),

		// Converted pointers.
		not("lens.Of(lens_test.Wide, Alias): the field is a lens_test.Name and the accessor converted the pointer to *string; it must return a *lens_test.Name",
			func(w *Wide) *string { return (*string)(&w.Alias) }),
		not("lens.Of(lens_test.Wide, Point): the field is a lens_test.Point and the accessor converted the pointer to *struct { X int; Y int }; it must return a *lens_test.Point",
			func(w *Wide) *struct{ X, Y int } { return (*struct{ X, Y int })(&w.Point) }),
		not("lens.Of(lens_test.Wide, Ratio): the field is a float64 and the accessor converted the pointer to *uint64; it must return a *float64", func(w *Wide) *uint64 { return (*uint64)(unsafe.Pointer(&w.Ratio)) }),
		not("lens.Of(lens_test.Wide): "+foreign, func(w *Wide) *byte { return (*byte)(unsafe.Add(unsafe.Pointer(&w.Ratio), 3)) }),

		not("lens.Of(lens_test.Padded): "+foreign, func(p *Padded) *bool { return (*bool)(unsafe.Add(unsafe.Pointer(p), 1)) }),

		// Answers that depend on the value.
		not("lens.Of(lens_test.Person): "+foreign, func(p *Person) *string {
			if p.Birth != nil {
				return new(string)
			}
			return &p.ID
		}),
		not("lens.Of(lens_test.Node): the accessor returned its argument; a lens leads to a field", func(n *Node) *Node {
			if n.Value != "" {
				return n
			}
			return n.Next
		}),
		not("lens.Of(lens_test.Person, FirstName): the accessor returns this field of one value and LastName of another; it must not depend on the value", func(p *Person) *string {
			if p.LastName == "" {
				return &p.FirstName
			}
			return &p.LastName
		}),
		not("lens.Of(lens_test.Person, ID): the accessor returns this field of one value and Birth.DOB of another; it must not depend on the value", func(p *Person) *string {
			if p.Birth == nil {
				return &p.ID
			}
			return &p.Birth.DOB
		}),
		not("lens.Of(lens_test.Person, ID): the accessor returns this field of one value and LastName of another; it must not depend on the value", func(p *Person) *string {
			if p.Birth != nil && p.Birth.Place != nil {
				return &p.LastName
			}
			return &p.ID
		}),
		not("lens.Of(lens_test.Node, Value): the accessor returns this field of one value and Next.Value of another; it must not depend on the value", func(n *Node) *string {
			for n.Next != nil {
				n = n.Next
			}
			return &n.Value
		}),
		not("lens.Of(lens_test.Wide, Small): the accessor returns this field of one value and nil for another; it must only take the address of a field", func(w *Wide) *int8 {
			if w.secret != "" {
				return nil
			}
			return &w.Small
		}),
		not("lens.Of(lens_test.Person, ID): the accessor works on one value and panics on another (no visits expected); it must only take the address of a field", func(p *Person) *string {
			if p.Visits > 0 {
				panic("no visits expected")
			}
			return &p.ID
		}),
		not("lens.Of(lens_test.Person, ID): the accessor returns this field of one value and LastName of another; it must not depend on the value", func(p *Person) *string {
			if len(p.Homes) > 0 {
				return &p.LastName
			}
			return &p.ID
		}),
		not("lens.Of(lens_test.Wide, Alias): the accessor works on one value and panics on another (runtime error: index out of range [0] with length 0); it must only take the address of a field", func(w *Wide) *Name {
			if w.At.IsZero() || w.Any == nil {
				return &w.Alias
			}
			return &w.Names[0]
		}),
		not("lens.Of(lens_test.Wide, Point.X): the accessor returns this field of one value and Point.Y of another; it must not depend on the value", func(w *Wide) *int {
			if flip = !flip; flip {
				return &w.Point.X
			}
			return &w.Point.Y
		}),
	} {
		t.Run(reflect.TypeOf(c.lens).String(), func(t *testing.T) {
			wantErr(t, erase(c.lens).Err, c.text)
		})
	}
}

// Twin converts to Geo.
type Twin struct{ Lat, Lon string }

func wantErr(t *testing.T, err error, text string) {
	t.Helper()
	var e *lens.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v (%T), want a *lens.Error with text\n%s", err, err, text)
	}
	if err.Error() != text {
		t.Errorf("text\n%s\nwant\n%s", err, text)
	}
}
