package lens_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// found is a lens that Of must accept: its attribute path and Go path.
type found struct {
	name, path, goPath string
	lens               *model.Lens
	root, value        reflect.Type
	agree              func(*testing.T)
}

func of[T, V any](path, goPath string, accessor func(*T) *V) found {
	l := lens.Of(accessor)
	root, value := reflect.TypeFor[T](), reflect.TypeFor[V]()
	return found{root.Name() + "/" + goPath, path, goPath, erase(l), root, value, func(t *testing.T) {
		// The lens reaches what the accessor reaches, in both directions.
		var whole T
		var v V
		sample(reflect.ValueOf(&v).Elem(), 3)
		if err := lens.Assign(l, &whole, v); err != nil {
			t.Fatal(err)
		}
		if got := *accessor(&whole); !reflect.DeepEqual(got, v) {
			t.Errorf("accessor finds %v where the lens assigned %v", got, v)
		}
		*accessor(&whole) = *new(V)
		if got, ok := lens.Get(l, &whole); !ok || !reflect.DeepEqual(got, *new(V)) {
			t.Errorf("lens finds %v, %v where the accessor stored the zero value", got, ok)
		}
	}}
}

// sample gives v a value other than zero, down to a depth.
func sample(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString("sample")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint, reflect.Uint8, reflect.Uint64:
		v.SetUint(7)
	case reflect.Float64:
		v.SetFloat(7)
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			sample(v.Elem(), depth-1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), max(depth, 0), max(depth, 0)))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			sample(v.Index(i), depth-1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				sample(v.Field(i), depth-1)
			}
		}
	}
}

// through names a case whose accessor reaches its field in a roundabout way.
func through(how string, f found) found {
	f.name += " " + how
	return f
}

func TestOfFinds(t *testing.T) {
	for _, c := range []found{
		of("ID", "ID", func(p *Person) *string { return &p.ID }),
		of("firstname", "FirstName", func(p *Person) *string { return &p.FirstName }),
		of("lastname", "LastName", func(p *Person) *string { return &p.LastName }),
		of("visits", "Visits", func(p *Person) *int { return &p.Visits }),
		of("tags", "Tags", func(p *Person) *[]string { return &p.Tags }),
		of("location", "Location", func(p *Person) *Location { return &p.Location }),
		of("location.city", "Location.City", func(p *Person) *string { return &p.Location.City }),
		of("location.geolocation", "Location.Geo", func(p *Person) *Geo { return &p.Location.Geo }),
		of("location.geolocation.Lat", "Location.Geo.Lat", func(p *Person) *string { return &p.Location.Geo.Lat }),
		of("location.geolocation.Lon", "Location.Geo.Lon", func(p *Person) *string { return &p.Location.Geo.Lon }),
		of("birth_details", "Birth", func(p *Person) **Birth { return &p.Birth }),
		through("as pointee", of("birth_details", "Birth", func(p *Person) *Birth { return p.Birth })),
		of("birth_details.hospital", "Birth.Hospital", func(p *Person) *string { return &p.Birth.Hospital }),
		of("birth_details.place.Lon", "Birth.Place.Lon", func(p *Person) *string { return &p.Birth.Place.Lon }),
		through("as pointee", of("birth_details.place", "Birth.Place", func(p *Person) *Geo { return p.Birth.Place })),
		of("past", "Past", func(p *Person) *[]Location { return &p.Past }),
		of("homes", "Homes", func(p *Person) *map[string]Location { return &p.Homes }),
		through("in a method", of("location.city", "Location.City", (*Person).cityField)),
		through("in a variable", of("location.city", "Location.City", func(p *Person) *string { l := &p.Location; return &l.City })),
		through("nil-safely", of("birth_details.dob", "Birth.DOB", func(p *Person) *string {
			if p.Birth == nil {
				return nil
			}
			return &p.Birth.DOB
		})),
		through("with a recover", of("birth_details.dob", "Birth.DOB", func(p *Person) (s *string) {
			defer func() { _ = recover() }()
			return &p.Birth.DOB
		})),

		of("Flag", "Flag", func(w *Wide) *bool { return &w.Flag }),
		of("Small", "Small", func(w *Wide) *int8 { return &w.Small }),
		of("Big", "Big", func(w *Wide) *uint64 { return &w.Big }),
		of("Ratio", "Ratio", func(w *Wide) *float64 { return &w.Ratio }),
		through("under a lock", of("Ratio", "Ratio", (*Wide).lockedRatio)),
		of("Alias", "Alias", func(w *Wide) *Name { return &w.Alias }),
		of("Count", "Count", func(w *Wide) *Count { return &w.Count }),
		of("Point", "Point", func(w *Wide) *Point { return &w.Point }),
		of("Point.X", "Point.X", func(w *Wide) *int { return &w.Point.X }),
		of("Point.Y", "Point.Y", func(w *Wide) *int { return &w.Point.Y }),
		of("Twin.X", "Twin.X", func(w *Wide) *int { return &w.Twin.X }),
		of("One", "One", func(w *Wide) *struct{ Only struct{ Value string } } { return &w.One }),
		of("One.Only", "One.Only", func(w *Wide) *struct{ Value string } { return &w.One.Only }),
		of("One.Only.Value", "One.Only.Value", func(w *Wide) *string { return &w.One.Only.Value }),
		of("Grid", "Grid", func(w *Wide) *[2][3]int { return &w.Grid }),
		of("Grid[1]", "Grid[1]", func(w *Wide) *[3]int { return &w.Grid[1] }),
		of("Grid[0][0]", "Grid[0][0]", func(w *Wide) *int { return &w.Grid[0][0] }),
		of("Grid[1][2]", "Grid[1][2]", func(w *Wide) *int { return &w.Grid[1][2] }),
		of("Slots[2].city", "Slots[2].City", func(w *Wide) *string { return &w.Slots[2].City }),
		of("Ptrs[1]", "Ptrs[1]", func(w *Wide) **Location { return &w.Ptrs[1] }),
		of("Ptrs[1].geolocation.Lat", "Ptrs[1].Geo.Lat", func(w *Wide) *string { return &w.Ptrs[1].Geo.Lat }),
		of("Raw", "Raw", func(w *Wide) *[]byte { return &w.Raw }),
		of("Digest", "Digest", func(w *Wide) *[32]byte { return &w.Digest }),
		of("ID", "ID", func(w *Wide) *uuid.UUID { return &w.ID }),
		of("At", "At", func(w *Wide) *time.Time { return &w.At }),
		of("unix", "Unix", func(w *Wide) *time.Time { return &w.Unix }),
		of("Any", "Any", func(w *Wide) *any { return &w.Any }),
		of("Text", "Text", func(w *Wide) **string { return &w.Text }),
		through("as pointee", of("Text", "Text", func(w *Wide) *string { return w.Text })),
		of("Deep", "Deep", func(w *Wide) ***Birth { return &w.Deep }),
		through("as pointee", of("Deep", "Deep", func(w *Wide) **Birth { return w.Deep })),
		through("as pointee of the pointee", of("Deep", "Deep", func(w *Wide) *Birth { return *w.Deep })),
		of("Deep.hospital", "Deep.Hospital", func(w *Wide) *string { return &(*w.Deep).Hospital }),
		of("Names", "Names", func(w *Wide) *Names { return &w.Names }),
		of("Labels", "Labels", func(w *Wide) *Labels { return &w.Labels }),
		of("Set", "Set", func(w *Wide) *[]string { return &w.Set }),
		of("opt", "Opt", func(w *Wide) *string { return &w.Opt }),
		of("AsText", "AsText", func(w *Wide) *int { return &w.AsText }),

		of("Own", "Own", func(o *Outer) *string { return &o.Own }),
		of("BaseID", "Base.BaseID", func(o *Outer) *string { return &o.BaseID }),
		through("spelled out", of("note", "Base.Note", func(o *Outer) *string { return &o.Base.Note })),
		of("note", "Outer.Base.Note", func(d *Deep) *string { return &d.Note }),
		of("Seen", "hidden.Seen", func(m *Mixed) *string { return &m.Seen }),
		of("note", "Base.Note", func(b *ByPointer) *string { return &b.Note }),
		of("base", "Base", func(n *Named) *Base { return &n.Base }),
		of("base.note", "Base.Note", func(n *Named) *string { return &n.Note }),

		of("Value", "Value", func(n *Node) *string { return &n.Value }),
		of("Next", "Next", func(n *Node) **Node { return &n.Next }),
		through("as pointee", of("Next", "Next", func(n *Node) *Node { return n.Next })),
		of("Next.Next.Next.Value", "Next.Next.Next.Value", func(n *Node) *string { return &n.Next.Next.Next.Value }),
		of("Value", "Value", func(t *Tree) *string { return &t.Value }),
		of("Kids", "Kids", func(t *Tree) *[]Tree { return &t.Kids }),
		of("N.B.Value", "N.B.Value", func(w *Wild) *string { return &w.N.B.Value }),
		of("OK", "OK", func(c *Chan) *string { return &c.OK }),
		of("Item", "Item", func(g *Generic[Point]) *Point { return &g.Item }),
		of("Item.Y", "Item.Y", func(g *Generic[*Point]) *int { return &g.Item.Y }),
		of("P", "P", func(s *Self) **Self { return &s.P }),
		of("Mark", "Mark", func(h *HoldsMarked) *Marked { return &h.Mark }),
		of("X", "X", func(p *struct{ X int }) *int { return &p.X }),
	} {
		t.Run(c.name, func(t *testing.T) {
			l := c.lens
			if l.Err != nil {
				t.Fatal(l.Err)
			}
			if got := l.Path.String(); got != c.path {
				t.Errorf("attribute path %q, want %q", got, c.path)
			}
			if got := l.GoPath(); got != c.goPath {
				t.Errorf("Go path %q, want %q", got, c.goPath)
			}
			if l.Root != c.root || l.Value != c.value || l.Many || l.Codec == nil {
				t.Errorf("lens of %v in %v, many %v, codec %v", l.Value, l.Root, l.Many, l.Codec)
			}
			c.agree(t)
		})
	}
}
