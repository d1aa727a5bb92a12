package linear

import (
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/dystore/dystore/internal/linear/aggregate"
)

// TestSpecificationOfPairs: histories of two objects that have no explanation, although
// each object by itself has one, and the same histories with one.
func TestSpecificationOfPairs(t *testing.T) {
	two, three := 2, 3
	begin := func(n int) *op { // creates object n with its number as the write id
		return &op{id: n + 1, verb: create, object: n, value: &aggregate.Content{Rank: rank(n), Home: &aggregate.Place{}}}
	}
	add := func(object int) *op {
		return &op{id: 9, verb: update, object: object, edits: []aggregate.Edit{aggregate.Add(1)}}
	}
	both := &op{id: 9, verb: transact, ops: []*op{add(0), add(1)}}
	bothCount := &op{id: 9, verb: transact, ops: []*op{add(0), {id: 9, verb: rawAdd, object: pair, ifN: &two}}}
	puts := &op{id: 9, verb: transact, ops: []*op{add(1), {id: 9, verb: putBlind, object: 0, value: begin(0).value}}}
	wrote := func(version int64) *result {
		return &result{kind: done, at: -1, each: []*result{{}, {version: version, id: 9}}}
	}
	checked := &op{id: 9, verb: transact, ops: []*op{add(0), {id: 9, verb: check, object: 1, ifN: &three}}}
	again := &op{id: 10, repeat: 9, verb: transact, ops: []*op{{id: 10, repeat: 9, verb: update, object: 0, edits: add(0).edits}, {id: 10, repeat: 9, verb: rawAdd, object: pair}}}
	committed := func(o *op) *result {
		r := &result{kind: done, at: -1}
		for range o.ops {
			r.each = append(r.each, &result{kind: done})
		}
		return r
	}
	saw := func(object, n int) *result { // the object as it is after n writes beside its Create
		r := &result{kind: done, there: true, version: int64(1 + n), id: object + 1, content: &aggregate.Content{Rank: rank(object), N: n, Home: &aggregate.Place{}}}
		if n > 0 {
			r.id = 9
		}
		return r
	}
	gets := &op{verb: transactGet, ops: []*op{{verb: get, object: 0}, {verb: get, object: 1}}}
	look := func(a, b int) *result { return &result{kind: done, each: []*result{saw(0, a), saw(1, b)}} }
	type step struct {
		o *op
		r *result
	}
	created := []step{{begin(0), &result{kind: done, version: 1, id: 1}}, {begin(1), &result{kind: done, version: 1, id: 2}}}
	for name, c := range map[string]struct {
		steps []step
		want  porcupine.CheckResult
	}{
		"both":                     {[]step{{both, committed(both)}, {gets, look(1, 1)}}, porcupine.Ok},
		"the first only":           {[]step{{both, committed(both)}, {gets, look(1, 0)}}, porcupine.Illegal},
		"the second only":          {[]step{{both, committed(both)}, {&op{verb: get, object: 1}, saw(1, 1)}, {&op{verb: get, object: 0}, saw(0, 0)}}, porcupine.Illegal},
		"in doubt, both":           {[]step{{both, &result{kind: unknown, at: -1}}, {gets, look(1, 1)}}, porcupine.Ok},
		"in doubt, half":           {[]step{{both, &result{kind: unknown, at: -1}}, {gets, look(0, 1)}}, porcupine.Illegal},
		"refused, and nothing":     {[]step{{checked, &result{kind: condition, at: 1}}, {gets, look(0, 0)}}, porcupine.Ok},
		"refused, and half":        {[]step{{checked, &result{kind: condition, at: 1}}, {gets, look(1, 0)}}, porcupine.Illegal},
		"the wrong one is blamed":  {[]step{{checked, &result{kind: condition, at: 0}}}, porcupine.Illegal},
		"done beside a refusal":    {[]step{{checked, committed(checked)}}, porcupine.Illegal},
		"a version":                {[]step{{puts, wrote(2)}}, porcupine.Ok},
		"a wrong version":          {[]step{{puts, wrote(3)}}, porcupine.Illegal},
		"no version":               {[]step{{puts, committed(puts)}}, porcupine.Illegal},
		"counted":                  {[]step{{bothCount, committed(bothCount)}, {&op{verb: counted, object: pair}, &result{n: 1}}}, porcupine.Ok},
		"counted twice":            {[]step{{bothCount, committed(bothCount)}, {&op{verb: counted, object: pair}, &result{n: 2}}}, porcupine.Illegal},
		"repeated, and counted":    {[]step{{bothCount, committed(bothCount)}, {again, committed(again)}, {&op{verb: counted, object: pair}, &result{n: 1}}}, porcupine.Ok},
		"repeated, counted twice":  {[]step{{bothCount, committed(bothCount)}, {again, committed(again)}, {&op{verb: counted, object: pair}, &result{n: 2}}}, porcupine.Illegal},
		"a moment that never was":  {[]step{{add(0), &result{kind: done}}, {gets, look(0, 0)}}, porcupine.Illegal},
		"absence of one, and both": {[]step{{gets, &result{kind: done, each: []*result{saw(0, 0), {kind: notFound}}}}}, porcupine.Illegal},
	} {
		var history []porcupine.Operation
		for i, s := range append(created[:2:2], c.steps...) {
			history = append(history, porcupine.Operation{Input: s.o, Output: s.r, Call: int64(2 * i), Return: int64(2*i + 1)})
		}
		if got := porcupine.CheckOperationsTimeout(specification, history, 0); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
