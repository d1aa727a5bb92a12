package lens_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

func change[T any](c lens.Change[T]) *model.Change { return c.ModelChange() }

func TestChanges(t *testing.T) {
	b := &Birth{Hospital: "h"}
	for _, c := range []struct {
		got   *model.Change
		op    model.ChangeOp
		path  string
		value any
	}{
		{change(first.Set("Jon")), model.Set, "firstname", "Jon"},
		{change(birth.Set(b)), model.Set, "birth_details", b},
		{change(birth.Set(nil)), model.Set, "birth_details", (*Birth)(nil)},
		{change(lens.At(past, 2).Set(Location{City: "c"})), model.Set, "past[2]", Location{City: "c"}},
		{change(lens.Entry(homes, "x").SetIfAbsent(Location{})), model.SetIfAbsent, `homes["x"]`, Location{}},
		{change(hospital.Remove()), model.Remove, "birth_details.hospital", nil},
		{change(lens.At(tags, 0).Remove()), model.Remove, "tags[0]", nil},
		{change(lens.Add(visits, -3)), model.Add, "visits", -3},
		{change(lens.Add(lens.Of(func(w *Wide) *Count { return &w.Count }), 2)), model.Add, "Count", Count(2)},
		{change(lens.Add(lens.Of(func(w *Wide) *float64 { return &w.Ratio }), 0.5)), model.Add, "Ratio", 0.5},
		{change(lens.Append(tags, "a", "b")), model.Append, "tags", []string{"a", "b"}},
		{change(lens.Append(tags)), model.Append, "tags", []string{}},
		{change(lens.Append(wideNames, "n")), model.Append, "Names", Names{"n"}},
		{change(lens.Append(widePlaces, &Location{City: "c"}, nil)), model.Append, "Places", Places{{City: "c"}, nil}},
	} {
		if c.got.Err != nil || c.got.Op != c.op || c.got.Lens.Path.String() != c.path {
			t.Errorf("got op %d of %s, %v; want op %d of %s", c.got.Op, c.got.Lens.Path, c.got.Err, c.op, c.path)
		}
		if c.value == nil {
			if c.got.Value.IsValid() {
				t.Errorf("%s: value %v", c.path, c.got.Value)
			}
			continue
		}
		if diff := cmp.Diff(c.value, c.got.Value.Interface()); diff != "" {
			t.Errorf("%s: %s", c.path, diff)
		}
	}
}

// The static type of the value is kept, so that its codec fits.
func TestChangeKeepsInterfaceType(t *testing.T) {
	l := lens.Of(func(w *Wide) *any { return &w.Any })
	for _, v := range []any{1, nil, "x"} {
		c := change(l.Set(v))
		if got := c.Value.Type(); got != l.ModelLens().Value {
			t.Errorf("Set(%v) keeps a %v, want %v", v, got, l.ModelLens().Value)
		}
	}
}

// A change is not moved by what the caller does to its variables afterwards.
func TestChangeCapturesValue(t *testing.T) {
	name, more := "before", []string{"a", "b"}
	set, add := first.Set(name), lens.Append(tags, more...)
	name, more[0] = "after", "changed"
	if got := change(set).Value.String(); got != "before" {
		t.Errorf("Set has %q, and the variable %q", got, name)
	}
	if got := change(add).Value.Index(0).String(); got != "a" {
		t.Errorf("Append has %q", got)
	}
}

func TestChangesCollect(t *testing.T) {
	changes := []lens.Change[Person]{first.Set("a"), lens.Add(visits, 1)}
	changes = append(changes, lens.Append(tags, "x"), hospital.Remove())
	if len(changes) != 4 {
		t.Error(len(changes))
	}
}

func TestChangeErrors(t *testing.T) {
	zero := lens.Lens[Person, string]{}
	pointed := lens.Of(func(w *Wide) *Location { return w.Ptrs[1] })
	for _, c := range []struct {
		err  error
		text string
	}{
		{broken.Set("x").Err(), brokenText},
		{broken.SetIfAbsent("x").Err(), brokenText},
		{broken.Remove().Err(), brokenText},
		{zero.Set("x").Err(), zeroText},
		{zero.SetIfAbsent("x").Err(), zeroText},
		{zero.Remove().Err(), zeroText},
		{lens.Add(lens.Lens[Person, int]{}, 1).Err(), zeroText},
		{lens.Append(lens.Lens[Person, []string]{}, "x").Err(), zeroText},
		{lens.At(past, -2).Set(Location{}).Err(), "lens.At(lens_test.Person, Past): index -2 is negative"},
		{lens.Add(lens.Of(func(w *Wide) *int { return &w.AsText }), 1).Err(),
			"lens.Add(lens_test.Wide, AsText): int is stored as string, not as a number"},
		{lens.Append(wideSet, "x").Err(), "lens.Append(lens_test.Wide, Set): []string is stored as string set, not as a list; lens.AddToSet adds to sets"},
		{lens.Append(wideRaw, 'x').Err(), "lens.Append(lens_test.Wide, Raw): []uint8 is stored as binary, not as a list"},
		{lens.Of(func(w *Wide) *int { return &w.Grid[1][2] }).Remove().Err(),
			"lens.Remove(lens_test.Wide, Grid[1][2]): an array element cannot be removed without moving the others; set it to its zero value"},
		{pointed.Remove().Err(),
			"lens.Remove(lens_test.Wide, Ptrs[1]): an array element cannot be removed without moving the others; set it to its zero value"},
		{lens.Edit[Person]{}.Err(), "lens.Edit(lens_test.Person): a zero Edit changes nothing; make one with Set, SetIfAbsent, Remove, Add or Append"},
	} {
		wantErr(t, c.err, c.text)
	}
	if err := lens.Of(func(w *Wide) *string { return &w.Slots[1].City }).Remove().Err(); err != nil {
		t.Errorf("a field of an array element: %v", err)
	}
	if err := first.Set("x").Err(); err != nil {
		t.Error(err)
	}
}
