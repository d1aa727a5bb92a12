package load

import (
	"cmp"
	"context"
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/backoff"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/trace"
)

// Asked is an object that is read together with others.
type Asked struct {
	*Typed
	Key  tables.Key
	Opts Options

	obj   *Object
	given map[stored.Inst]stored.Location // parts that the last request has read
}

// Together reads objects of several models as they are at one moment, but for their
// counters; a value is nil where there is none. The error of one object is a fail.OpError.
//
// The first request has the roots and the parts whose keys follow from the
// declarations. If the roots name others, the second has everything. Only if a root
// has come to name others still, there is another one.
func Together(ctx context.Context, asked []*Asked) ([]reflect.Value, error) {
	for i, a := range asked {
		sel, err := a.Select(a.Opts)
		if err != nil {
			return nil, fail.Of(i, err)
		}
		if err := sel.inOneRegion(); err != nil {
			return nil, fail.Of(i, err)
		}
		a.obj = NewObject(a.Key, sel)
	}
	if err := together(ctx, asked); err != nil {
		return nil, err
	}
	values := make([]reflect.Value, len(asked))
	for i, a := range asked {
		values[i] = reflect.Zero(reflect.PointerTo(a.Schema.Typ))
		if a.obj.root == nil {
			continue
		}
		if err := a.count(ctx, []*Object{a.obj}, true); err != nil || a.obj.Err != nil {
			return nil, fail.Of(i, cmp.Or(err, a.obj.Err))
		}
		ptr, _, err := a.finish(ctx, a.obj)
		if err != nil {
			return nil, fail.Of(i, err)
		}
		values[i] = ptr
	}
	return values, nil
}

func together(ctx context.Context, asked []*Asked) error {
	guess := true
	var last error // why the round before was in vain
	for round := 1; round <= loadRounds; round++ {
		if round > 2 || last != nil {
			if err := backoff.Read.Wait(ctx, round-2); err != nil {
				return fail.InTheWay(fail.ErrBusy, round-1, err)
			}
		}
		request := ctx
		switch {
		case last != nil:
			request = traced.Because(ctx, trace.Contended)
		case round > 2:
			request = traced.Because(ctx, trace.Torn)
		}
		if last = inOneRequest(request, asked, guess); last != nil {
			if ctx.Err() == nil && busy(last) {
				continue
			}
			return fail.InTheWay(fail.ErrBusy, round-1, last)
		}
		guess = false
		if whole, err := settled(asked); whole || err != nil {
			return err
		}
	}
	if last != nil {
		return asBusy(last)
	}
	return fail.ErrBusy
}

// inOneRequest makes one request for all objects, guessing at first which parts there are.
func inOneRequest(ctx context.Context, asked []*Asked, guess bool) error {
	ask := asking(asked, guess)
	if guess && len(ask.gets) > fetch.TransactItems {
		ask = asking(asked, false)
	}
	if len(ask.gets) > fetch.TransactItems {
		return fail.Of(ask.first[fetch.TransactItems], fail.Withf(fail.ErrTooLarge, "the objects have %d items; %d can be read at one moment", len(ask.gets), fetch.TransactItems))
	}
	items, err := asked[0].Fetch.Isolated(ctx, ask.gets)
	if err != nil {
		return ask.explain(ctx, asked[0].Fetch, err)
	}
	for _, a := range asked[1:] { // the client of the first knows its own model only
		if c, ok := a.Fetch.Client.(fetch.Completer); ok && a.Fetch.Client != asked[0].Fetch.Client {
			if whole, err := c.Complete(ctx, ask.gets, items); err != nil {
				return err
			} else if !whole {
				return fail.ErrBusy
			}
		}
	}
	for i := range ask.wants {
		w := &ask.wants[i]
		it := items[w.get]
		if ask.shared[w.get] {
			it = it.Copy(item.CloneMap) // what is made of it changes it
		}
		if o := asked[w.asked].obj; w.inst == "" {
			o.deliverRoot(&asked[w.asked].Reader, it)
		} else {
			o.deliverPart(&asked[w.asked].Reader, w.inst, it)
		}
	}
	return nil
}

// question is one request for the items of several objects, each once.
type question struct {
	gets   []fetch.Item
	first  []int // which object is the first to want an item
	shared []bool
	wants  []want
	index  map[string]int // of gets
}

type want struct {
	asked int
	inst  stored.Inst // "" = root
	get   int
}

// asking lists what is to be read: each root, and the parts that it named when it was
// last read, or that are guessed.
func asking(asked []*Asked, guess bool) *question {
	q := &question{index: map[string]int{}}
	for i, a := range asked {
		named := a.obj.Meta
		parts := map[stored.Inst]stored.Location{}
		if guess {
			for _, p := range a.obj.sel.Guesses() {
				parts[p.Inst] = p.Place.Derived(a.Schema.Entity, a.Key.Parts, p.Inst)
			}
		} else if named != nil {
			for inst := range named.Parts {
				if a.obj.wants(inst) {
					parts[inst] = named.Locate(inst, a.Key.Parts)
				}
			}
		}
		q.add(i, "", a.Schema.RootItem(a.Key))
		for _, inst := range sorted.Keys(parts) {
			q.add(i, inst, a.Schema.PartItem(parts[inst]))
		}
		a.given, a.obj.parts = parts, nil
	}
	return q
}

func (q *question) add(asked int, inst stored.Inst, it fetch.Item) {
	id, err := item.AppendCanonical(append([]byte(it.Table), 0), &types.AttributeValueMemberM{Value: it.Key})
	n, known := q.index[string(id)]
	if !known || err != nil {
		n = len(q.gets)
		q.gets, q.first, q.shared = append(q.gets, it), append(q.first, asked), append(q.shared, false)
		q.index[string(id)] = n
	} else {
		q.shared[n] = true
	}
	q.wants = append(q.wants, want{asked, inst, n})
}

// explain finds out whether a request was refused because the items are too large:
// error texts are no interface.
func (q *question) explain(ctx context.Context, r fetch.Reader, refusal error) error {
	if canceled, ok := errors.AsType[*types.TransactionCanceledException](refusal); ok {
		return q.corrupt(canceled, refusal)
	}
	if !answer.Invalid(refusal) {
		return refusal
	}
	size, over := r.IsolatedSize(ctx, q.gets)
	if over < 0 {
		return refusal
	}
	return fail.Of(q.first[over], fail.Withf(fail.ErrTooLarge, "the objects are %d bytes in %d items; %d can be read at one moment: %w", size, len(q.gets), fetch.TransactSize, refusal))
}

// corrupt explains that DynamoDB finds an item wrong. The keys of roots have been
// checked, so a stored record must say so.
func (q *question) corrupt(canceled *types.TransactionCanceledException, refusal error) error {
	for i, r := range canceled.CancellationReasons {
		if r.Code == nil || *r.Code != "ValidationError" || i >= len(q.gets) {
			continue
		}
		for _, w := range q.wants {
			if w.get == i && w.inst != "" {
				// The cause is not wrapped: it would count as a conflict.
				return fail.Of(w.asked, fail.At(fail.Text(w.inst), fail.Withf(fail.ErrCorrupt, "the manifest names an item that DynamoDB refuses to read: %v", refusal)))
			}
		}
		return fail.Of(q.first[i], fail.Withf(fail.ErrInvalid, "%v", refusal))
	}
	return refusal
}

// settled reports whether every object is whole or absent. All items are of one
// moment, so a part that was read where the root has it and does not fit is wrong.
func settled(asked []*Asked) (whole bool, err error) {
	whole = true
	for i, a := range asked {
		o := a.obj
		switch {
		case o.Err == fail.ErrNotFound:
			o.Err, o.done, o.Meta = nil, false, nil
			continue
		case o.Err != nil:
			return false, fail.Of(i, o.Err)
		case o.Meta == nil:
			continue
		}
		if err := a.checkTables(o); err != nil {
			return false, fail.Of(i, err)
		}
		for _, inst := range o.missing() {
			if loc := o.Meta.Locate(inst, a.Key.Parts); a.given[inst] == loc {
				if err := o.lost(&a.Reader, inst, o.parts[inst]).Err; err != fail.ErrNotFound {
					return false, fail.Of(i, err)
				}
				o.root, o.Meta = nil, nil
				break
			}
			whole = false
		}
	}
	return whole, nil
}
