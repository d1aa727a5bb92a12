package lens_test

import (
	"testing"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

var (
	first    = lens.Of(func(p *Person) *string { return &p.FirstName })
	visits   = lens.Of(func(p *Person) *int { return &p.Visits })
	tags     = lens.Of(func(p *Person) *[]string { return &p.Tags })
	city     = lens.Of(func(p *Person) *string { return &p.Location.City })
	hospital = lens.Of(func(p *Person) *string { return &p.Birth.Hospital })
	birth    = lens.Of(func(p *Person) **Birth { return &p.Birth })
	past     = lens.Of(func(p *Person) *[]Location { return &p.Past })
	homes    = lens.Of(func(p *Person) *map[string]Location { return &p.Homes })
	inCity   = lens.Of(func(l *Location) *string { return &l.City })
	inGeo    = lens.Of(func(l *Location) *Geo { return &l.Geo })
	lat      = lens.Of(func(g *Geo) *string { return &g.Lat })
	inDOB    = lens.Of(func(b *Birth) *string { return &b.DOB })

	wideSet     = lens.Of(func(w *Wide) *[]string { return &w.Set })
	wideSetMap  = lens.Of(func(w *Wide) *map[string]struct{} { return &w.SetMap })
	wideRaw     = lens.Of(func(w *Wide) *[]byte { return &w.Raw })
	wideNames   = lens.Of(func(w *Wide) *Names { return &w.Names })
	wideLabels  = lens.Of(func(w *Wide) *Labels { return &w.Labels })
	wideNumbers = lens.Of(func(w *Wide) *map[int]string { return &w.Numbers })
	wideNested  = lens.Of(func(w *Wide) *[][]Location { return &w.Nested })
	widePlaces  = lens.Of(func(w *Wide) *Places { return &w.Places })
	wideByName  = lens.Of(func(w *Wide) *map[string]*Location { return &w.ByName })

	kids    = lens.Of(func(t *Tree) *[]Tree { return &t.Kids })
	named   = lens.Of(func(t *Tree) *map[string]*Tree { return &t.Named })
	treeVal = lens.Of(func(t *Tree) *string { return &t.Value })
	next    = lens.Of(func(n *Node) **Node { return &n.Next })
	nodeVal = lens.Of(func(n *Node) *string { return &n.Value })

	broken   = lens.Of(func(*Person) *string { return nil })
	brokenIn = lens.Of(func(*Location) *string { return nil })
)

const (
	brokenText   = "lens.Of(lens_test.Person): the accessor returned nil"
	brokenInText = "lens.Of(lens_test.Location): the accessor returned nil"
	zeroText     = "lens.Lens(lens_test.Person): a zero Lens has no path; make one with lens.Of"
)

func TestCompose(t *testing.T) {
	joined := lens.Join(lens.Of(func(p *Person) *Location { return &p.Location }), lens.Join(inGeo, lat))
	var list lens.Lens[Wide, Names] = wideNames
	for _, c := range []struct {
		lens         any
		path, goPath string
		many         bool
	}{
		{lens.At(past, 0), "past[0]", "Past[0]", false},
		{lens.Join(lens.At(past, 3), inCity), "past[3].city", "Past[3].City", false},
		{lens.At(list, 1), "Names[1]", "Names[1]", false},
		{lens.At(lens.At(wideNested, 1), 2), "Nested[1][2]", "Nested[1][2]", false},
		{lens.Join(lens.At(widePlaces, 2), lens.Ptr(inCity)), "Places[2].city", "Places[2].City", false},
		{lens.Entry(homes, "tokyo"), `homes["tokyo"]`, "Homes[tokyo]", false},
		{lens.Join(lens.Entry(homes, "tokyo"), inCity), `homes["tokyo"].city`, "Homes[tokyo].City", false},
		{lens.Entry(wideLabels, "x"), `Labels["x"]`, "Labels[x]", false},
		{lens.Entry(wideNumbers, -7), `Numbers["-7"]`, "Numbers[-7]", false},
		{lens.Join(lens.Entry(wideByName, "a"), lens.Ptr(inCity)), `ByName["a"].city`, "ByName[a].City", false},
		{lens.Elems(tags), "tags[]", "Tags[]", true},
		{lens.Elems(wideNames), "Names[]", "Names[]", true},
		{lens.ElemValues(homes), "homes{}", "Homes[]", true},
		{lens.ElemValues(wideLabels), "Labels{}", "Labels[]", true},
		{lens.Each(past, inCity), "past[].city", "Past[].City", true},
		{lens.Each(past, lens.Join(inGeo, lat)), "past[].geolocation.Lat", "Past[].Geo.Lat", true},
		{lens.EachValue(homes, inCity), "homes{}.city", "Homes[].City", true},
		{lens.Each(widePlaces, lens.Ptr(inCity)), "Places[].city", "Places[].City", true},
		{lens.EachValue(wideByName, lens.Ptr(inCity)), "ByName{}.city", "ByName[].City", true},
		{lens.Each(kids, lens.Each(kids, treeVal)), "Kids[].Kids[].Value", "Kids[].Kids[].Value", true},
		{lens.Each(kids, lens.Elems(kids)), "Kids[].Kids[]", "Kids[].Kids[]", true},
		{lens.EachValue(named, lens.PtrMany(lens.Each(kids, treeVal))), "Named{}.Kids[].Value", "Named[].Kids[].Value", true},
		{lens.Each(lens.At(wideNested, 0), inCity), "Nested[0][].city", "Nested[0][].City", true},
		{lens.Join(birth, lens.Ptr(inDOB)), "birth_details.dob", "Birth.DOB", false},
		{joined, "location.geolocation.Lat", "Location.Geo.Lat", false},
		{lens.Join(next, lens.Ptr(lens.Join(next, lens.Ptr(nodeVal)))), "Next.Next.Value", "Next.Next.Value", false},
	} {
		l := erase(c.lens)
		if l.Err != nil {
			t.Errorf("%s: %v", c.path, l.Err)
			continue
		}
		if l.Path.String() != c.path || l.GoPath() != c.goPath || l.Many != c.many || l.Path.Wild() != c.many {
			t.Errorf("got %s, %s, many %v; want %s, %s, many %v", l.Path, l.GoPath(), l.Many, c.path, c.goPath, c.many)
		}
		if l.Codec == nil || l.Codec.Err() != nil || !c.many && l.Codec.Type() != l.Value {
			t.Errorf("%s: codec of %v for a %v", c.path, l.Codec.Type(), l.Value)
		}
	}
}

// Extending a lens must leave it as it was, and its other extensions too.
func TestComposeSharesNothing(t *testing.T) {
	deep := lens.Join(lens.At(lens.At(wideNested, 0), 0), inGeo)
	a := lens.Join(deep, lat)
	b := lens.Join(deep, lens.Of(func(g *Geo) *string { return &g.Lon }))
	if a.String() != "Nested[0][0].geolocation.Lat" || b.String() != "Nested[0][0].geolocation.Lon" {
		t.Errorf("%v and %v", a, b)
	}
	if deep.String() != "Nested[0][0].geolocation" {
		t.Errorf("%v", deep)
	}
}

func TestComposeRefuses(t *testing.T) {
	const sets = " is stored as one value (string set); its elements have no path"
	for _, c := range []refused{
		{"lens.At(lens_test.Person, Past): index -1 is negative", lens.At(past, -1)},
		{"lens.At(lens_test.Person, Past): index 409601 is beyond the end of any list that DynamoDB can store", lens.At(past, model.MaxIndex+1)},
		{"lens.At(lens_test.Wide, Set): []string" + sets, lens.At(wideSet, 0)},
		{"lens.At(lens_test.Wide, Raw): []uint8 is stored as one value (binary); its elements have no path", lens.At(wideRaw, 0)},
		{"lens.Elems(lens_test.Wide, Set): []string" + sets, lens.Elems(wideSet)},
		{"lens.Entry(lens_test.Wide, SetMap): map[string]struct {}" + sets, lens.Entry(wideSetMap, "x")},
		{"lens.Entry(lens_test.Person, Homes): the empty map key cannot be an attribute name", lens.Entry(homes, "")},
		{"lens.Entry(lens_test.Person, Homes): the map key is not valid UTF-8", lens.Entry(homes, "\xff")},
		{"lens.Entry(lens_test.Keyed, Map): MarshalText of lens_test.BadKey failed", lens.Entry(lens.Of(func(k *Keyed) *map[BadKey]int { return &k.Map }), BadKey{})},
		{"lens.ElemValues(lens_test.Wide, SetMap): map[string]struct {}" + sets, lens.ElemValues(wideSetMap)},
		{"lens.Each(lens_test.Person, Past[]): the lens into the elements is nil", lens.Each[Person, []Location, Location, string](past, nil)},
		{"lens.EachValue(lens_test.Person, Homes[]): the lens into the elements is nil", lens.EachValue[Person, map[string]Location, string, Location, string](homes, nil)},
		// An error stays the one that came first, whatever is made of it.
		{brokenText, broken},
		{brokenInText, lens.Each(past, brokenIn)},
		{brokenInText, lens.EachValue(homes, brokenIn)},
		{brokenInText, lens.Join(lens.At(past, 0), brokenIn)},
		{brokenInText, lens.Each(widePlaces, lens.Ptr(brokenIn))},
		{"lens.At(lens_test.Person, Past): index -1 is negative", lens.Join(lens.At(past, -1), brokenIn)},
		{"lens.At(lens_test.Person, Past): index -5 is negative", lens.At(lens.Of(func(p *Person) *[]Location { return &p.Past }), -5)},
		// Zero values.
		{zeroText, lens.Lens[Person, string]{}},
		{zeroText, lens.Many[Person, string]{}},
		{zeroText, lens.At(lens.Lens[Person, []string]{}, 0)},
		{zeroText, lens.Entry(lens.Lens[Person, map[string]int]{}, "k")},
		{zeroText, lens.Elems(lens.Lens[Person, []string]{})},
		{zeroText, lens.ElemValues(lens.Lens[Person, map[string]int]{})},
		{zeroText, lens.Each(lens.Lens[Person, []Location]{}, inCity)},
		{zeroText, lens.EachValue(lens.Lens[Person, map[string]Location]{}, inCity)},
		{zeroText, lens.Join(lens.Lens[Person, Location]{}, inCity)},
		{zeroText, lens.Ptr(lens.Lens[Person, string]{})},
		{zeroText, lens.PtrMany(lens.Many[Person, string]{})},
		{"lens.Lens(lens_test.Location): a zero Lens has no path; make one with lens.Of", lens.Each(past, lens.Lens[Location, string]{})},
		{"lens.Lens(lens_test.Location): a zero Lens has no path; make one with lens.Of", lens.Each(past, &lens.Many[Location, string]{})},
		{"lens.Each(lens_test.Person, Past[]): the lens into the elements is nil", lens.Each(past, (*lens.Lens[Location, string])(nil))},
	} {
		wantErr(t, erase(c.lens).Err, c.text)
	}
}

func TestString(t *testing.T) {
	for want, l := range map[string]interface{ String() string }{
		"location.city":         city,
		"past[].city":           lens.Each(past, inCity),
		"!(" + brokenText + ")": broken,
		"!(" + zeroText + ")":   lens.Many[Person, int]{},
	} {
		if got := l.String(); got != want {
			t.Errorf("String() = %q, want %q", got, want)
		}
	}
	if city.Err() != nil || lens.Each(past, inCity).Err() != nil {
		t.Error("good lenses have an Err")
	}
	wantErr(t, broken.Err(), brokenText)
	wantErr(t, lens.Many[Person, int]{}.Err(), zeroText)
}
