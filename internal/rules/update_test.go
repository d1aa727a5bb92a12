package rules_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/rules"
	"github.com/dystore/dystore/lens"
)

type (
	Town struct {
		Name string `validate:"required,max=5"`
		Zip  string `validate:"required_with=Name"`
		Note string
	}
	Common struct {
		Owner string
		Group string `validate:"required"`
	}
	Card struct {
		Number string `validate:"required"`
		Holder string
	}
	Shop struct {
		*Common
		Kind   string
		Link   string              `validate:"required_if=Kind link"`
		Low    int                 `validate:"gte=0"`
		High   int                 `validate:"omitempty,gtefield=Low"`
		Stock  int                 `validate:"required"`
		Total  int                 `validate:"lte=100"`
		Counts map[string]int      `validate:"dive,gte=0"`
		Lists  map[string][]string `validate:"dive,min=2,max=3"`
		Codes  []string            `validate:"dive,len=2"`
		Free   []Town
		Off    Town            `validate:"-"`
		Shell  Town            `validate:"structonly"`
		Must   Geo             `validate:"required"`
		Maybe  Geo             `validate:"omitempty"`
		Towns  map[string]Town `validate:"max=2,dive,keys,max=3,endkeys"`
		Past   []*Town         `validate:"required,min=1,dive,required"`
		Home   Town
		Card   *Card `validate:"excluded_with=Cash"`
		Cash   int
		Tags   []string `validate:"unique,max=3"`
		Plain  []string
		Long   []string            `validate:"min=3,dive,max=2"`
		Names  map[string]string   `validate:"omitzero,excluded_with=Cash"`
		First  string              `validate:"omitempty,eqfield=Plain[0]"`
		Seats  int                 `validate:"omitempty,min=2"`
		Ages   map[string]int      `validate:"dive,gte=18"`
		Pairs  map[string][]string `validate:"dive,min=2"`
		Pair   [2]Town             `validate:"dive"`
	}
	Geo struct {
		Lat   string `validate:"required"`
		Lon   string
		Notes []string
	}
)

var (
	kind     = lens.Of(func(s *Shop) *string { return &s.Kind })
	link     = lens.Of(func(s *Shop) *string { return &s.Link })
	low      = lens.Of(func(s *Shop) *int { return &s.Low })
	high     = lens.Of(func(s *Shop) *int { return &s.High })
	stock    = lens.Of(func(s *Shop) *int { return &s.Stock })
	total    = lens.Of(func(s *Shop) *int { return &s.Total })
	counts   = lens.Of(func(s *Shop) *map[string]int { return &s.Counts })
	lists    = lens.Of(func(s *Shop) *map[string][]string { return &s.Lists })
	codes    = lens.Of(func(s *Shop) *[]string { return &s.Codes })
	free     = lens.Of(func(s *Shop) *[]Town { return &s.Free })
	off      = lens.Of(func(s *Shop) *string { return &s.Off.Name })
	shell    = lens.Of(func(s *Shop) *string { return &s.Shell.Name })
	mustLat  = lens.Of(func(s *Shop) *string { return &s.Must.Lat })
	mustLon  = lens.Of(func(s *Shop) *string { return &s.Must.Lon })
	maybeLat = lens.Of(func(s *Shop) *string { return &s.Maybe.Lat })
	maybeLon = lens.Of(func(s *Shop) *string { return &s.Maybe.Lon })
	towns    = lens.Of(func(s *Shop) *map[string]Town { return &s.Towns })
	past     = lens.Of(func(s *Shop) *[]*Town { return &s.Past })
	home     = lens.Of(func(s *Shop) *Town { return &s.Home })
	homeName = lens.Of(func(s *Shop) *string { return &s.Home.Name })
	homeZip  = lens.Of(func(s *Shop) *string { return &s.Home.Zip })
	card     = lens.Of(func(s *Shop) **Card { return &s.Card })
	number   = lens.Of(func(s *Shop) *string { return &s.Card.Number })
	holder   = lens.Of(func(s *Shop) *string { return &s.Card.Holder })
	cash     = lens.Of(func(s *Shop) *int { return &s.Cash })
	owner    = lens.Of(func(s *Shop) *string { return &s.Owner })
	group    = lens.Of(func(s *Shop) *string { return &s.Group })
	tags     = lens.Of(func(s *Shop) *[]string { return &s.Tags })
	plain    = lens.Of(func(s *Shop) *[]string { return &s.Plain })
	long     = lens.Of(func(s *Shop) *[]string { return &s.Long })
	names    = lens.Of(func(s *Shop) *map[string]string { return &s.Names })
	first    = lens.Of(func(s *Shop) *string { return &s.First })
	seats    = lens.Of(func(s *Shop) *int { return &s.Seats })
	ages     = lens.Of(func(s *Shop) *map[string]int { return &s.Ages })
	pairs    = lens.Of(func(s *Shop) *map[string][]string { return &s.Pairs })
	notes    = lens.Of(func(s *Shop) *[]string { return &s.Must.Notes })
	second   = lens.Of(func(s *Shop) *string { return &s.Pair[1].Name })

	townName = lens.Of(func(t *Town) *string { return &t.Name })
	townZip  = lens.Of(func(t *Town) *string { return &t.Zip })
	townNote = lens.Of(func(t *Town) *string { return &t.Note })
)

func inTown(key string) lens.Lens[Shop, string] {
	return lens.Join(lens.Entry(towns, key), townName)
}

// outcome is nil ("ok"), the names and rules that fail, or "?" and the rule that
// is undecided, with what would fail.
func outcome(err error) string {
	var u *rules.Undecided
	var i *rules.Invalid
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &u):
		s := "? " + strings.TrimPrefix(u.Type, "rules_test.") + "." + u.Field + " " + u.Rule
		for _, e := range u.Failed {
			s += " (" + e.Namespace() + ")"
		}
		return s
	case errors.As(err, &i):
		var all []string
		for _, e := range i.Failed {
			all = append(all, e.Namespace()+" "+e.Tag())
		}
		return strings.Join(all, ", ")
	}
	return err.Error()
}

func edits[T any](changes []lens.Change[T]) []*model.Change {
	var out []*model.Change
	for _, c := range changes {
		out = append(out, c.ModelChange())
	}
	return out
}

func compileFor[T any](t *testing.T, v *validator.Validate, local rules.Local) *rules.Set {
	t.Helper()
	set, err := rules.Compile(v, reflect.TypeFor[T](), local, nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

type updates []lens.Change[Shop]

// What Update says, by what it is given. The object that is changed is valid.
func TestUpdate(t *testing.T) {
	set := compileFor[Shop](t, validator.New(validator.WithRequiredStructEnabled()), rules.Local{})
	good := Town{"bonn", "1", ""}
	for _, c := range []struct {
		name    string
		changes updates
		parents bool
		want    string
	}{
		{"a value", updates{low.Set(0)}, false, "? Shop.High gtefield=Low"},
		{"no rule", updates{cash.Set(1)}, false, "? Shop.Card excluded_with=Cash"},
		{"no rule at all", updates{lens.At(free, 9).Set(Town{}), lens.At(free, 8).Remove()}, false, "ok"},
		{"an element, by name", updates{lens.At(codes, 3).Set("abc")}, false, "Shop.Codes[3] len"},
		{"an element", updates{lens.At(codes, 3).Set("ab")}, false, "ok"},
		{"an element far away", updates{lens.At(codes, 5000).Set("ab")}, false, "? Shop.Codes dive"},
		{"elements at the end", updates{lens.Append(codes, "ab", "abc", "cd", "e")}, false, "Shop.Codes[1] len, Shop.Codes[3] len"},
		{"an element less", updates{lens.At(codes, 0).Remove()}, false, "ok"},

		{"in a list that has some", updates{lens.At(long, 1).Set("x")}, false, "ok"},
		{"in a list that has some, wrongly", updates{lens.At(long, 1).Set("xyz")}, false, "Shop.Long[1] max"},
		{"at the end of one", updates{lens.Append(long, "x", "xyz")}, false, "Shop.Long[1] max"},
		{"at the end of one, first", updates{lens.Append(long, "xyz")}, false, "Shop.Long[0] max"},
		{"at the end of one, rightly", updates{lens.Append(long, "x")}, false, "ok"},

		{"a sum that falls", updates{lens.Add(lens.Entry(counts, "a"), -5)}, false, "? Shop.Counts gte=0"},
		{"a sum that rises", updates{lens.Add(lens.Entry(counts, "a"), 5)}, false, "ok"},
		{"a sum that rises, or is new", updates{lens.Add(lens.Entry(ages, "a"), 5)}, false, "? Shop.Ages gte=18"},
		{"a sum that is enough if it is new", updates{lens.Add(lens.Entry(ages, "a"), 18)}, false, "ok"},
		{"a sum that rises to a bound", updates{lens.Add(total, 1)}, false, "? Shop.Total lte=100"},
		{"a sum that falls from a bound", updates{lens.Add(total, -1)}, false, "ok"},
		{"a sum that may have been 0", updates{lens.Add(seats, 1)}, false, "? Shop.Seats min=2"},
		{"a sum that is enough from 0", updates{lens.Add(seats, 2)}, false, "ok"},
		{"a sum that must not be 0", updates{lens.Add(stock, 1)}, false, "? Shop.Stock required"},

		{"an inner list grows, or is new", updates{lens.Append(lens.Entry(pairs, "a"), "x")}, false, "? Shop.Pairs min=2"},
		{"an inner list is enough if it is new", updates{lens.Append(lens.Entry(pairs, "a"), "x", "y")}, false, "ok"},
		{"an inner list grows", updates{lens.Append(lens.Entry(lists, "a"), "x", "y")}, false, "? Shop.Lists max=3"},
		{"an inner list shrinks", updates{lens.At(lens.Entry(lists, "a"), 0).Remove()}, false, "? Shop.Lists min=2"},
		{"an inner element", updates{lens.At(lens.Entry(lists, "a"), 0).Set("x")}, false, "ok"},
		{"a list grows, alike elements", updates{lens.Append(tags, "x")}, false, "? Shop.Tags unique"},
		{"a list shrinks, alike elements", updates{lens.At(tags, 0).Remove()}, false, "ok"},
		{"a list that must not be empty grows", updates{lens.Append(past, &good)}, false, "ok"},
		{"and by nil", updates{lens.Append(past, &good, nil)}, false, "Shop.Past[1] required"},
		{"and shrinks", updates{lens.At(past, 0).Remove()}, false, "? Shop.Past min=1"},
		{"in an element", updates{lens.Join(lens.At(past, 2), lens.Ptr(townName)).Set("longer")}, false, "Shop.Past[2].Name max"},

		{"elements that are not asked", updates{lens.At(free, 0).Set(Town{}), lens.At(free, 2).Remove()}, false, "ok"},
		{"and their fields", updates{lens.Join(lens.At(free, 0), townName).Set("")}, false, "ok"},
		{"a field in what is skipped", updates{off.Set("")}, false, "ok"},
		{"a field in a shell", updates{shell.Set("")}, false, "ok"},

		{"a struct that must not be empty, filled", updates{mustLon.Set("x")}, false, "ok"},
		{"a struct that must not be empty, emptied", updates{mustLon.Set("")}, false, "? Shop.Must required"},
		{"a struct that must not be empty, and its field", updates{mustLat.Set("")}, false, "? Shop.Must required"},
		{"a struct that must not be empty, with a list that is not", updates{lens.Append(notes, "")}, false, "ok"},
		{"a struct that must not be empty, with an element", updates{lens.At(notes, 0).Set("")}, false, "ok"},
		{"a struct that may be empty, filled", updates{maybeLon.Set("x")}, false, "? Shop.Maybe required (Shop.Maybe.Lat)"},
		{"and rightly", updates{maybeLon.Set("x"), maybeLat.Set("y")}, false, "ok"},
		{"and its required field", updates{maybeLat.Set("x")}, false, "ok"},
		{"a struct that may be empty, emptied", updates{maybeLat.Set("")}, false, "? Shop.Maybe omitempty"},

		{"a rule elsewhere", updates{kind.Set("link")}, false, "? Shop.Link required_if=Kind link"},
		{"a rule elsewhere that asks nothing then", updates{kind.Set("other")}, false, "ok"},
		{"both", updates{kind.Set("link"), link.Set("x")}, false, "ok"},
		{"both, wrongly", updates{kind.Set("link"), link.Set("")}, false, "Shop.Link required_if"},
		{"what is there whatever is elsewhere", updates{link.Set("x")}, false, "ok"},
		{"what is not", updates{link.Remove()}, false, "? Shop.Link required_if=Kind link"},
		{"what is there already", updates{link.SetIfAbsent("x")}, false, "ok"},
		{"a comparison", updates{low.Set(3), high.Set(2)}, false, "Shop.High gtefield"},
		{"a comparison that holds", updates{low.Set(2), high.Set(3)}, false, "ok"},
		{"with something unknown", updates{low.SetIfAbsent(2), high.Set(3)}, false, "? Shop.High gtefield=Low"},
		{"no comparison", updates{high.Set(0)}, false, "ok"},
		{"what the value alone shows comes first", updates{low.Set(-1)}, false, "Shop.Low gte"},
		{"one of two", updates{card.Set(nil), names.Set(nil), cash.Set(1)}, false, "ok"},
		{"the other", updates{card.Set(&Card{Number: "1"}), cash.Set(0)}, false, "ok"},
		{"one of two that may be empty", updates{lens.Entry(names, "a").Set("x")}, false, "? Shop.Names excluded_with=Cash"},
		{"one of two that is there", updates{lens.Entry(names, "a").Set("x"), cash.Set(0), card.Set(nil)}, false, "ok"},
		{"an element that a rule names", updates{lens.At(plain, 0).Set("x"), first.Set("x")}, false, "? Shop.First eqfield=Plain[0]"},
		{"another element", updates{lens.At(plain, 1).Set("x"), first.Set("x")}, false, "? Shop.First eqfield=Plain[0]"},
		{"all elements", updates{plain.Set([]string{"x"}), first.Set("y")}, false, "Shop.First eqfield"},
		{"both of two", updates{card.Set(&Card{Number: "1"}), cash.Set(1)}, false, "Shop.Card excluded_with"},
		{"in one of two", updates{holder.Set("x")}, false, "ok"},
		{"in one of two, and the other goes", updates{holder.Set("x"), cash.Set(0)}, false, "ok"},
		{"in one of two, and the other comes", updates{holder.Set("x"), cash.Set(1)}, false, "? Shop.Card excluded_with=Cash"},

		{"a whole struct", updates{home.Set(Town{Name: "bonn"})}, false, "Shop.Home.Zip required_with"},
		{"its fields", updates{homeName.Set("bonn"), homeZip.Set("")}, false, "Shop.Home.Zip required_with"},
		{"a field of an array element", updates{second.Set("")}, false, "Shop.Pair[1].Name required"},

		{"a new entry", updates{lens.Entry(towns, "a").Set(good)}, false, "? Shop.Towns max=2"},
		{"an entry less", updates{lens.Entry(towns, "a").Remove()}, false, "ok"},
		{"in an entry", updates{inTown("a").Set("")}, false, "Shop.Towns[a].Name required"},
		{"in an entry, made if it has to be", updates{inTown("a").Set("x"), lens.Join(lens.Entry(towns, "a"), townZip).Set("1")}, true, "? Shop.Towns max=2"},
		{"in an entry, not made by Remove", updates{lens.Join(lens.Entry(towns, "a"), townNote).Remove()}, true, "ok"},
		{"a key too long", updates{lens.Entry(towns, "abcd").Set(good)}, false, "Shop.Towns[abcd] max"},

		{"a parent", updates{holder.Set("x")}, true, "? Shop.Card excluded_with=Cash"},
		{"a parent and its required field", updates{number.Set("x"), cash.Set(0)}, true, "ok"},
		{"a parent without its required field", updates{holder.Set("x"), cash.Set(0)}, true, "? Shop.Card required (Shop.Card.Number)"},
		{"nothing is made by removing", updates{holder.Remove()}, true, "ok"},
		{"a required field of a parent that may be absent", updates{number.Remove(), cash.Set(0)}, true, "? Card.Number required (Shop.Card.Number)"},
		{"what is embedded and may be absent", updates{owner.Set("x")}, false, "? Shop.Common required (Shop.Common.Group)"},
		{"what is embedded, with its required field", updates{owner.Set("x"), group.Set("y")}, false, "ok"},
		{"what is embedded, wrongly", updates{group.Set("")}, false, "Shop.Common.Group required"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := outcome(set.Update(context.Background(), edits(c.changes), c.parents))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
