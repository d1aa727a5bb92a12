package rules_test

import (
	"reflect"
	"sync"
	"testing"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/internal/rules"
	"github.com/dystore/dystore/lens"
)

type (
	Spot struct {
		X int `validate:"gte=0"`
	}
	Names []string
	Tree  struct {
		Name   string            `validate:"required"`
		Kids   []Tree            `validate:"dive"`
		Next   *Tree             `validate:"omitempty"`
		Deep   **Spot            `validate:"required"`
		Any    any               `validate:"required"`
		Grid   [][]int           `validate:"dive,min=1,dive,gte=0"`
		Spots  map[Spot]string   `validate:"dive,keys,endkeys,max=3"`
		Counts map[int]int       `validate:"dive,keys,gt=0,endkeys,gt=0"`
		Names  Names             `validate:"dive,required"`
		Labels map[string]string `validate:"dive,keys,max=2,endkeys"`
		Ring   []*Tree           `validate:"unique=Name,dive"`
	}
)

func (s Spot) MarshalText() ([]byte, error) { return []byte{byte('a' + s.X)}, nil }

func (s *Spot) UnmarshalText(b []byte) error { s.X = int(b[0] - 'a'); return nil }

// Types that hold themselves, pointers to pointers, maps with keys of all
// kinds.
func TestShapes(t *testing.T) {
	var (
		name   = lens.Of(func(t *Tree) *string { return &t.Name })
		kids   = lens.Of(func(t *Tree) *[]Tree { return &t.Kids })
		next   = lens.Of(func(t *Tree) **Tree { return &t.Next })
		anyOf  = lens.Of(func(t *Tree) *any { return &t.Any })
		grid   = lens.Of(func(t *Tree) *[][]int { return &t.Grid })
		spots  = lens.Of(func(t *Tree) *map[Spot]string { return &t.Spots })
		counts = lens.Of(func(t *Tree) *map[int]int { return &t.Counts })
		names  = lens.Of(func(t *Tree) *Names { return &t.Names })
		labels = lens.Of(func(t *Tree) *map[string]string { return &t.Labels })
		ring   = lens.Of(func(t *Tree) *[]*Tree { return &t.Ring })
	)
	set := compileFor[Tree](t, validator.New(validator.WithRequiredStructEnabled()), rules.Local{})
	tree := Tree{Name: "n", Any: 1}
	for _, c := range []struct {
		name   string
		change lens.Change[Tree]
		want   string
	}{
		{"a tree in a tree", lens.Join(lens.At(kids, 1), name).Set(""), "Tree.Kids[1].Name required"},
		{"a tree in a tree in a tree", lens.Join(lens.At(lens.Join(lens.At(kids, 1), kids), 2), name).Set(""), "Tree.Kids[1].Kids[2].Name required"},
		{"a tree behind a pointer", lens.Join(next, lens.Ptr(name)).Set(""), "Tree.Next.Name required"},
		{"a whole tree", next.Set(&tree), "Tree.Next.Deep required"},
		{"no tree", next.Set(nil), "ok"},
		{"something", anyOf.Set(tree), "Tree.Any.Deep required"},
		{"nothing", anyOf.Set(nil), "Tree.Any required"},
		{"a row", lens.At(grid, 2).Set([]int{}), "Tree.Grid[2] min"},
		{"in a row", lens.At(lens.At(grid, 2), 1).Set(-1), "Tree.Grid[2][1] gte"},
		{"a row grows", lens.Append(lens.At(grid, 2), 1, -1), "Tree.Grid[2][1] gte"},
		{"an entry under a struct", lens.Entry(spots, Spot{1}).Set("x"), "ok"},
		{"an entry under a struct, wrongly", lens.Entry(spots, Spot{1}).Set("long"), "Tree.Spots[{1}] max"},
		{"a sum under a number", lens.Add(lens.Entry(counts, 3), 1), "ok"},
		{"a sum under a wrong number", lens.Add(lens.Entry(counts, 0), 1), "? Tree.Counts gt=0"},
		{"a named list", lens.Append(names, "x", ""), "Tree.Names[1] required"},
		{"a key", lens.Entry(labels, "abc").Set("x"), "Tree.Labels[abc] max"},
		{"in an element that differs from others", lens.Join(lens.At(ring, 0), lens.Ptr(name)).Set("x"), "? Tree.Ring unique=Name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := outcome(set.Update(ctx, edits([]lens.Change[Tree]{c.change}), false)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

type (
	Pin struct {
		X string `validate:"required"`
		Y string
	}
	Shell struct {
		Pin Pin `validate:"structonly"`
	}
	Shut struct {
		Pin   Pin `validate:"nostructlevel"`
		Shell Shell
		Open  Pin
	}
	Root struct{ Depth string }
	Bush struct {
		*Root
		Leaf  string   `validate:"required_with=Depth"`
		Twin  string   `validate:"eqfield=Depth"`
		Twigs []Twig   `validate:"dive"`
		Few   []string `validate:"few|len=9"`
	}
	Twig struct {
		Leaf string `validate:"required_with=Bark.Depth"`
		Bark struct{ *Root }
	}
)

// A struct that one field keeps shut is looked into in another.
func TestShutAndOpen(t *testing.T) {
	set := compileFor[Shut](t, validator.New(), rules.Local{})
	if got := failed(set.Whole(ctx, reflect.ValueOf(&Shut{}), nil)); got != "Shut.Open.X required" {
		t.Errorf("whole: %q", got)
	}
	x := lens.Of(func(s *Shut) *string { return &s.Open.X })
	if got := outcome(set.Update(ctx, edits([]lens.Change[Shut]{x.Set("")}), false)); got != "Shut.Open.X required" {
		t.Errorf("update: %q", got)
	}
}

// structonly keeps the fields of a struct shut, not its function.
func TestFunctionOfShutStruct(t *testing.T) {
	v := validator.New()
	v.RegisterStructValidation(func(sl validator.StructLevel) { sl.ReportError("", "X", "X", "odd", "") }, Pin{})
	x := lens.Of(func(s *Shell) *string { return &s.Pin.X })
	for _, local := range []rules.Local{{}, {Structs: []reflect.Type{reflect.TypeFor[Pin]()}}} {
		set := compileFor[Shell](t, v, local)
		if got := failed(set.Whole(ctx, reflect.ValueOf(&Shell{}), nil)); got != "Shell.Pin.X odd" {
			t.Errorf("whole: %q", got)
		}
		if got := outcome(set.Update(ctx, edits([]lens.Change[Shell]{x.Set("")}), false)); got != "? Pin. " {
			t.Errorf("update: %q", got)
		}
	}
	type both struct {
		Pin Pin `validate:"structonly,nostructlevel"` // the first holds
	}
	set := compileFor[both](t, v, rules.Local{})
	if got := failed(set.Whole(ctx, reflect.ValueOf(&both{}), nil)); got != "both.Pin.X odd" {
		t.Errorf("both: %q", got)
	}
}

// The validator panics where a name leads through an embedded pointer that is
// nil, which it is in no object that was stored.
func TestEmbeddedPointerOnTheWay(t *testing.T) {
	v := validator.New()
	v.RegisterAlias("few", "required,max=2")
	set := compileFor[Bush](t, v, rules.Local{})
	leaf := lens.Of(func(b *Bush) *string { return &b.Leaf })
	twin := lens.Of(func(b *Bush) *string { return &b.Twin })
	few := lens.Of(func(b *Bush) *[]string { return &b.Few })
	twigs := lens.Of(func(b *Bush) *[]Twig { return &b.Twigs })
	inTwig := lens.Of(func(t *Twig) *string { return &t.Leaf })
	for _, c := range []struct {
		name   string
		change lens.Change[Bush]
		want   string
	}{
		{"met by any", leaf.Set("x"), "ok"},
		{"not met by any", leaf.Set(""), "? Bush.Leaf required_with=Depth"},
		{"the other is not known", twin.Set("x"), "? Bush.Twin eqfield=Depth"},
		{"in an element", lens.Join(lens.At(twigs, 1), inTwig).Set("x"), "ok"},
		{"alternatives that are several rules", lens.Append(few, "x"), "? Bush.Few few|len=9"},
	} {
		if got := outcome(set.Update(ctx, edits([]lens.Change[Bush]{c.change}), false)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

type (
	Sign struct {
		Text string
		N    int
	}
	Gate struct {
		Sign  *Sign
		Signs []Sign `validate:"unique=N"`
		By    map[string]Sign
		Key   string `validate:"nefield=Sign.Text"`
		Lock  string `validate:"excluded_if=By[a].N 0"`
		Bell  string `validate:"required_without=Sign.Text"`
		Spare []int  `validate:"unique"`
	}
)

// An update that makes a parent makes what rules look for in it; one that
// empties an element does not take it away.
func TestWhatIsMadeAndEmptied(t *testing.T) {
	n := lens.Of(func(s *Sign) *int { return &s.N })
	sign := lens.Of(func(g *Gate) **Sign { return &g.Sign })
	signs := lens.Of(func(g *Gate) *[]Sign { return &g.Signs })
	by := lens.Of(func(g *Gate) *map[string]Sign { return &g.By })
	spare := lens.Of(func(g *Gate) *[]int { return &g.Spare })
	set := compileFor[Gate](t, validator.New(), rules.Local{})
	for _, c := range []struct {
		name    string
		change  lens.Change[Gate]
		parents bool
		want    string
	}{
		{"a parent is made", lens.Join(sign, lens.Ptr(n)).Set(1), true, "? Gate.Key nefield=Sign.Text"},
		{"a parent is there", lens.Join(sign, lens.Ptr(n)).Set(1), false, "ok"},
		{"an entry is made", lens.Join(lens.Entry(by, "a"), lens.Of(func(s *Sign) *string { return &s.Text })).Set("x"), true, "? Gate.Lock excluded_if=By[a].N 0"},
		{"an entry is there", lens.Join(lens.Entry(by, "a"), lens.Of(func(s *Sign) *string { return &s.Text })).Set("x"), false, "ok"},
		{"in a parent that is there", lens.Join(sign, lens.Ptr(n)).Remove(), true, "ok"},
		{"what makes an element differ", lens.Join(lens.At(signs, 1), n).Remove(), false, "? Gate.Signs unique=N"},
		{"an element", lens.At(signs, 1).Remove(), false, "ok"},
		{"an element of numbers", lens.At(spare, 1).Remove(), false, "ok"},
	} {
		if got := outcome(set.Update(ctx, edits([]lens.Change[Gate]{c.change}), c.parents)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// A set is safe for concurrent use.
func TestConcurrentUse(t *testing.T) {
	set := compileFor[Shop](t, validator.New(validator.WithRequiredStructEnabled()), rules.Local{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if got := outcome(set.Update(ctx, edits(updates{lens.At(codes, 3).Set("abc"), lens.Append(long, "x")}), true)); got != "Shop.Codes[3] len" {
					t.Error(got)
				}
			}
		})
	}
	wg.Wait()
}
