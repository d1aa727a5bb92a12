package linear

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/linear/aggregate"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// scope is which range is read.
type scope string

const (
	overAll   scope = "the table"
	overRanks scope = "by-rank" // an index whose keys never change
	overNs    scope = "by-n"    // an index of whole items, whose keys change
	overKeys  scope = "n-keys"  // an index of keys, which change
	overItems scope = "items"   // roots that were read by another client: Decode
)

// indexes are those of the root tables, for a type.
func indexes[T any](kind func(*T) *string, rank, n func(*T) *int) map[scope]repo.Index[T, string, int] {
	return map[scope]repo.Index[T, string, int]{
		overRanks: repo.IndexOf(string(overRanks), kind, rank),
		overNs:    repo.IndexOf(string(overNs), kind, n),
		overKeys:  repo.IndexOf(string(overKeys), kind, n, repo.KeysOnly()),
	}
}

// stable reports whether an object keeps its place in the range while it is there. Then
// a walk sees it once.
func (o scope) stable() bool { return o != overNs && o != overKeys }

// lags reports whether what is read there may be older than the call.
func (o *op) lags(s *schedule) bool {
	return o.stale || (o.over == overRanks || o.over == overNs) && !s.prompt
}

// sight is an object that was found in a range.
type sight struct {
	object int // beyond pair: a bystander
	result *result
	value  *value
}

// rangeOf is the range that an operation reads.
func (p *programOf[T]) rangeOf(o *op) repo.Range[T] {
	if o.over == overAll {
		all := repo.All[T]()
		if o.ifN != nil {
			all = all.Where(p.bound(o))
		}
		return all
	}
	in := p.indexes[o.over].In(aggregate.KindOfAll)
	switch {
	case o.ifN == nil:
	case o.over.stable():
		in = in.Where(p.bound(o))
	case o.below:
		in = in.Before(*o.ifN)
	default:
		in = in.From(*o.ifN)
	}
	if o.backwards {
		in = in.Backwards()
	}
	return in
}

// bound is the bound of a range as a filter.
func (p *programOf[T]) bound(o *op) lens.Condition[T] {
	if o.below {
		return p.paths.N.Lt(*o.ifN)
	}
	return p.paths.N.Ge(*o.ifN)
}

// holds reports whether an object with n is in the range.
func (o *op) holds(n int) bool { return o.ifN == nil || (n < *o.ifN) == o.below }

func (p *programOf[T]) sight(ctx context.Context, o *op, v *T) sight {
	r, held := p.got(ctx, o, v, nil)
	return sight{held.object, r, held}
}

// page reads a page of a walk.
func (p *programOf[T]) page(ctx context.Context, o *op, size int, at repo.Cursor) (found []sight, failed []error, next repo.Cursor, err error) {
	page, err := p.repos[o.object].Page(ctx, p.rangeOf(o), append(o.options(), repo.PageSize(size), repo.StartAt(at))...)
	if err != nil {
		return nil, nil, "", err
	}
	for _, v := range page.Objects {
		found = append(found, p.sight(ctx, o, v))
	}
	return found, page.Failed, page.Next, nil
}

// query reads a range at once.
func (p *programOf[T]) query(ctx context.Context, o *op) (found []sight, failed []error) {
	options := o.options()
	if o.segments > 0 {
		options = append(options, repo.Segments(o.segments))
	}
	from, all := p.repos[o.object], iter.Seq2[*T, error](nil)
	if o.over == overItems {
		all = from.Decode(ctx, scheduleOf(ctx).roots(o.object), options...)
	} else {
		all = from.Query(ctx, p.rangeOf(o), options...)
	}
	for v, err := range all {
		if err != nil {
			failed = append(failed, err)
			continue
		}
		found = append(found, p.sight(ctx, o, v))
	}
	return found, failed
}

// roots are the root items of a table, by a client without the library.
func (s *schedule) roots(object int) []map[string]types.AttributeValue {
	page, err := s.db.Scan(context.Background(), &dynamodb.ScanInput{TableName: &s.world.estate.tables[object], ConsistentRead: aws.Bool(true)})
	if err != nil {
		panic(err)
	}
	return page.Items
}

// listing is a Walk or a Query under way: which objects it has seen.
type listing struct {
	s     *schedule
	o     *op
	of    *declaration // the client's
	from  int64
	seen  map[int]int
	r     *result
	left  []*value
	wrong error
}

// now is the time of the last event, as clients see it.
func (s *schedule) now() int64 { return s.clock.Load() }

func (c *client) list() *listing {
	return &listing{s: c.s, o: c.op, of: c.release, from: c.s.now(), seen: map[int]int{}, r: &result{kind: done}}
}

// see takes in what was found since a moment, by a release.
func (l *listing) see(d *declaration, from int64, found []sight) {
	for _, f := range found {
		l.seen[f.object]++
		switch {
		case f.object < 0:
			l.wrong = fmt.Errorf("an attribute of an index is lost: %v", f.result)
		case !l.o.holds(f.result.content.N):
			l.wrong = fmt.Errorf("not in the range: %v", f.result)
		case !l.own(f.object):
			if f.object >= pair || f.result.version > 0 || f.result.content.Serial == "" {
				l.wrong = fmt.Errorf("an object of another entity: %v", f.result)
			}
			continue // another program's item is of any entity
		case f.object >= pair:
			if want := l.s.bystanders[f.object-pair]; f.result.content.String() != want.Seen(d.age).String() {
				l.wrong = fmt.Errorf("what nobody has changed is %v", f.result)
			}
		default:
			l.note(d, seen, f.object, from, f.result)
			if l.of == d {
				l.left = append(l.left, f.value)
			}
		}
		if l.o.over.stable() && l.seen[f.object] > 1 {
			l.wrong = fmt.Errorf("seen twice: %v", f.result)
		}
	}
}

// own reports whether the repository has an object. Bystanders are beside object a.
func (l *listing) own(object int) bool {
	return l.s.world.estate.single() || l.o.object == object || l.o.object == 0 && object >= pair
}

// note keeps what is known of an object for the history.
func (l *listing) note(d *declaration, v verb, object int, from int64, r *result) {
	o := &op{id: l.o.id, verb: v, client: l.o.client, object: object, by: d.name, age: d.age, untracked: d.untracked, ifN: l.o.ifN, below: l.o.below, over: l.o.over, stale: l.o.lags(l.s)}
	l.r.seen = append(l.r.seen, &record{op: o, result: r, from: from, to: l.s.now()})
}

// fail takes in errors of objects, or of the whole.
func (l *listing) fail(errs ...error) {
	for _, err := range errs {
		if r := l.o.outcome(err); r.kind != done && l.r.kind != broken {
			l.r.kind, l.r.err = r.kind, err
			if r.kind != nothing {
				l.r.kind = broken
			}
		}
	}
}

// end is what the whole has shown: also which objects were not there.
func (l *listing) end(d *declaration) (*result, []*value) {
	if l.wrong != nil {
		return &result{kind: broken, err: l.wrong}, nil
	}
	if l.r.kind != done || l.o.lags(l.s) || !l.o.over.stable() && (l.o.verb == walk || !l.s.prompt) {
		return l.r, l.left
	}
	for object := range l.s.objects {
		if l.seen[object] == 0 && l.own(object) {
			l.note(d, missed, object, l.from, &result{kind: notFound})
		}
	}
	for i, b := range l.s.bystanders {
		if l.own(pair+i) && l.o.holds(b.N) && l.seen[pair+i] != 1 {
			return &result{kind: broken, err: fmt.Errorf("what was there throughout was seen %d times: %v", l.seen[pair+i], b)}, nil
		}
	}
	return l.r, l.left
}

// patiently is how often a walk asks for one page.
const patiently = 3

// walk reads a range page by page. Each page may be read by another release.
func (c *client) walk() (*result, []*value) {
	l := c.list()
	var d *declaration
	next, failures := repo.Cursor(""), 0
	for n := 0; ; n++ {
		page := c.op.pages[n%len(c.op.pages)]
		d = page.by
		about, from := *c.op, c.s.now()
		about.age, about.untracked = d.age, d.untracked
		found, failed, then, err := d.program.page(c.ctx, &about, page.size, next)
		if err != nil {
			if failures++; failures == patiently || c.ctx.Err() != nil || errors.Is(err, repo.ErrInvalid) {
				l.fail(err)
				break
			}
			continue
		}
		l.see(d, from, found)
		l.fail(failed...)
		if next = then; next == "" {
			break
		}
	}
	return l.end(d)
}

// query reads a range at once.
func (c *client) query() (*result, []*value) {
	l := c.list()
	found, failed := c.release.program.query(c.ctx, c.op)
	l.see(c.release, l.from, found)
	l.fail(failed...)
	return l.end(c.release)
}

// page is one of a walk.
type page struct {
	by   *declaration
	size int
}
