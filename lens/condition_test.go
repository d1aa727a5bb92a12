package lens_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// cond is inferred from a Predicate, as the parameter of repo.If is.
func cond[T any](c lens.Condition[T]) *model.Cond { return c.ModelCond() }

func TestConditions(t *testing.T) {
	unix := lens.Of(func(w *Wide) *time.Time { return &w.Unix })
	now := time.Unix(5, 0)
	for _, c := range []struct {
		got    *model.Cond
		op     model.CondOp
		path   string
		values []any
	}{
		{cond(first.Eq("a")), model.Eq, "firstname", []any{"a"}},
		{cond(first.Ne("a")), model.Ne, "firstname", []any{"a"}},
		{cond(visits.Lt(1)), model.Lt, "visits", []any{1}},
		{cond(visits.Le(2)), model.Le, "visits", []any{2}},
		{cond(visits.Gt(3)), model.Gt, "visits", []any{3}},
		{cond(visits.Ge(4)), model.Ge, "visits", []any{4}},
		{cond(first.Between("a", "b")), model.Between, "firstname", []any{"a", "b"}},
		{cond(unix.Ge(now)), model.Ge, "unix", []any{now}},
		{cond(wideRaw.Lt([]byte("x"))), model.Lt, "Raw", []any{[]byte("x")}},
		{cond(first.In("a", "b", "c")), model.In, "firstname", []any{"a", "b", "c"}},
		{cond(tags.Eq([]string{"x"})), model.Eq, "tags", []any{[]string{"x"}}},
		{cond(tags.Exists()), model.Exists, "tags", nil},
		{cond(birth.NotExists()), model.NotExists, "birth_details", nil},
		{cond(lens.At(past, 1).Exists()), model.Exists, "past[1]", nil},
	} {
		if c.got.Err != nil || c.got.Op != c.op || c.got.Lens.Path.String() != c.path {
			t.Errorf("got op %d of %s, %v; want op %d of %s", c.got.Op, c.got.Lens.Path, c.got.Err, c.op, c.path)
		}
		var values []any
		for _, v := range c.got.Values {
			values = append(values, v.Interface())
		}
		if diff := cmp.Diff(c.values, values); diff != "" {
			t.Errorf("%s: %s", c.path, diff)
		}
	}
}

func TestCombine(t *testing.T) {
	a, b := visits.Ge(1), first.Eq("x")
	all := cond(lens.And(a, b, lens.Not(lens.Or(a, lens.And(b)))))
	if all.Err != nil || all.Op != model.And || len(all.Subs) != 3 || all.Lens != nil {
		t.Fatalf("%+v", all)
	}
	if all.Subs[0] != cond(a) || all.Subs[1] != cond(b) {
		t.Error("And does not hold its arguments in order")
	}
	not := all.Subs[2]
	if not.Op != model.Not || len(not.Subs) != 1 || not.Subs[0].Op != model.Or || not.Subs[0].Subs[1].Op != model.And {
		t.Errorf("%+v", not)
	}
	var collected []lens.Condition[Person]
	collected = append(collected, a, b)
	if got := cond(lens.Or(collected...)); got.Err != nil || len(got.Subs) != 2 {
		t.Errorf("%+v", got)
	}
}

func TestConditionErrors(t *testing.T) {
	const unordered = ", has no order in DynamoDB that agrees with Go's; Eq, Ne, In and Exists work"
	zero := lens.Lens[Person, int]{}
	at := lens.Of(func(w *Wide) *time.Time { return &w.At })
	flag := lens.Of(func(w *Wide) *bool { return &w.Flag })
	for _, c := range []struct {
		err  error
		text string
	}{
		{tags.Ge(nil).Err(), "lens.Ge(lens_test.Person, Tags): []string, stored as list" + unordered},
		{birth.Lt(nil).Err(), "lens.Lt(lens_test.Person, Birth): *lens_test.Birth, stored as struct" + unordered},
		{homes.Between(nil, nil).Err(), "lens.Between(lens_test.Person, Homes): map[string]lens_test.Location, stored as map" + unordered},
		{at.Le(time.Time{}).Err(), "lens.Le(lens_test.Wide, At): time.Time, stored as string" + unordered + ", and the tag option unixtime gives times an order"},
		{flag.Gt(true).Err(), "lens.Gt(lens_test.Wide, Flag): bool, stored as bool" + unordered},
		{wideSet.Gt(nil).Err(), "lens.Gt(lens_test.Wide, Set): []string, stored as string set" + unordered},
		{lens.Of(func(w *Wide) *any { return &w.Any }).Lt(1).Err(), "lens.Lt(lens_test.Wide, Any): interface {}, stored as any" + unordered},
		{first.In().Err(), "lens.In(lens_test.Person, FirstName): 0 values; DynamoDB takes 1 to 100"},
		{first.In(make([]string, 101)...).Err(), "lens.In(lens_test.Person, FirstName): 101 values; DynamoDB takes 1 to 100"},
		{broken.Eq("x").Err(), brokenText},
		{broken.In().Err(), brokenText},
		{zero.Eq(1).Err(), zeroText},
		{zero.Ge(1).Err(), zeroText},
		{zero.In().Err(), zeroText},
		{zero.Between(1, 2).Err(), zeroText},
		{zero.Exists().Err(), zeroText},
		{zero.NotExists().Err(), zeroText},
		{lens.And[Person]().Err(), "lens.And(lens_test.Person): there are no conditions to combine"},
		{lens.Or[Person]().Err(), "lens.Or(lens_test.Person): there are no conditions to combine"},
		{lens.Not[Person](nil).Err(), "lens.Not(lens_test.Person): a condition is nil"},
		{lens.And(visits.Ge(1), nil).Err(), "lens.And(lens_test.Person): a condition is nil"},
		{lens.Or(visits.Ge(1), lens.Condition[Person]((*lens.Predicate[Person])(nil))).Err(), "lens.Or(lens_test.Person): a condition is nil"},
		{lens.And(first.In(), visits.Ge(1), zero.Eq(1)).Err(), "lens.In(lens_test.Person, FirstName): 0 values; DynamoDB takes 1 to 100\n" + zeroText},
		{lens.Predicate[Person]{}.Err(), "lens.Predicate(lens_test.Person): a zero Predicate tests nothing; make one with Eq, Exists or another method of a Lens"},
		{lens.Not[Person](lens.Predicate[Person]{}).Err(), "lens.Predicate(lens_test.Person): a zero Predicate tests nothing; make one with Eq, Exists or another method of a Lens"},
	} {
		wantErr(t, c.err, c.text)
	}
	if err := first.In(make([]string, 100)...).Err(); err != nil {
		t.Error(err)
	}
}
