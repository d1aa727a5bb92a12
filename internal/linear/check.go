package linear

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing/synctest"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/linear/aggregate"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/meta"
)

// finish lets all packets arrive that are still under way, and then reads the
// object.
func (s *schedule) finish() {
	for _, c := range s.clients {
		close(c.leave)
	}
	for len(s.packets) > 0 {
		i := s.rng.IntN(len(s.packets))
		p := s.packets[i]
		s.packets = slices.Delete(s.packets, i, i+1)
		s.step++
		switch p.state {
		case loose:
			s.late(p)
		case reading:
			for synctest.Wait(); p.state == reading; synctest.Wait() {
				p.gate <- struct{}{}
			}
		}
	}
	for n := range s.objects {
		s.inspect(n, func(release int) bool { return (release+int(s.plan.seed))%s.objects == n })
	}
	s.count()
	s.left = s.debris()
	s.untidy = tidy(s)
}

// count reads what actions of the caller's own have counted.
func (s *schedule) count() {
	table := countTable
	item, err := s.db.GetItem(context.Background(), &dynamodb.GetItemInput{TableName: &table, Key: countKey, ConsistentRead: aws.Bool(true)})
	r := &result{kind: done, err: err}
	if err != nil {
		r.kind = broken
	} else if n, ok := item.Item["N"].(*types.AttributeValueMemberN); ok {
		r.n, r.err = strconv.Atoi(n.Value)
	}
	s.observe(&op{verb: counted, object: pair, by: "the engine"}, r)
}

// inspect reads an object as some releases do: each reads one object.
func (s *schedule) inspect(object int, which func(release int) bool) {
	ctx := s.calmly()
	o := &op{verb: dump, object: object, by: "the engine", age: aggregate.Whole}
	all := s.dump(o)
	s.observe(o, all)
	for i, d := range s.world.declarations {
		if !which(i) {
			continue
		}
		o := &op{verb: get, object: object, by: d.name, age: d.age, untracked: d.untracked}
		r, _ := d.program.do(ctx, o, nil)
		s.observe(o, r)
		if r.there != all.there || r.there && all.content != nil && r.content.String() != all.content.Seen(d.age).String() {
			s.log(nil, "at last %v as %q → %v", o, d.name, r)
		}
	}
}

// observe is a read after the end.
func (s *schedule) observe(o *op, r *result) {
	s.step++
	s.ops++
	o.id = s.ops
	s.records = append(s.records, &record{op: o, result: r, from: s.step*2 - 1, to: s.step * 2})
	if o.verb == dump || o.verb == counted || r.kind == broken {
		s.log(nil, "at last %v, by %s → %v", o, o.by, r)
	}
}

// dump reads the object with everything that no verb shows.
func (s *schedule) dump(o *op) *result {
	ctx := s.calmly()
	r := s.world.untyped(ctx, o)
	if !r.there {
		return r
	}
	root, err := s.record(o.object)
	switch {
	case err != nil:
		return &result{kind: broken, err: err}
	case root == nil:
		return r
	}
	r.version, r.birth = root.Version, s.ids.Number(meta.WriteID(root.Birth))
	for _, id := range root.Ring {
		r.ring = append(r.ring, s.ids.Number(meta.WriteID(id)))
	}
	r.id = r.ring[0]
	return r
}

// record is the record of an object, nil if there is none.
func (s *schedule) record(object int) (*stored.Root, error) {
	item, err := s.db.GetItem(context.Background(), &dynamodb.GetItemInput{TableName: &s.world.estate.tables[object], Key: s.world.estate.key(object), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	av, ok := item.Item["_meta"]
	if !ok {
		return nil, nil
	}
	return stored.Decode(av)
}

// problems is what is wrong with the history, nil if nothing is.
func (s *schedule) problems() (out []string) {
	for _, r := range s.records {
		if r.result.kind == broken {
			out = append(out, fmt.Sprintf("%v: %v", r.op, r.result.err))
		}
	}
	if len(s.left.Problems) > 0 {
		out = append(out, fmt.Sprintf("parts and manifest differ: %q", s.left.Problems))
	}
	out = append(out, s.untidy...)
	switch result := porcupine.CheckOperationsTimeout(specification, s.history(), time.Minute); result {
	case porcupine.Ok:
	case porcupine.Illegal:
		out = append(out, "no order of the operations explains the outcomes")
	default:
		out = append(out, "no verdict in time")
	}
	return out
}

// history is the list of operations to explain.
func (s *schedule) history() (ops []porcupine.Operation) {
	for _, r := range s.records {
		if r.op.verb.apart() || r.op.verb == sweep || r.op.over != "" && r.op.verb != seen && r.op.verb != missed {
			continue // what it has done and seen are operations of their own
		}
		from, to := s.took(r)
		switch r.result.kind {
		case nothing, broken:
			continue
		case done:
			m, was := s.moments[r.op.id], s.moments[r.op.repeat]
			if r.op.repeat != 0 && (m.replayed || m.buried && was.applied != nil) && within(m.applied, r) == nil {
				continue // it had the token of the operation that it repeats, or found its tombstone: the effect is that one's
			}
		case unknown, crashed:
			if !r.op.verb.writes() || s.moments[r.op.id].applied == nil {
				continue
			}
		}
		if r.op.stale {
			from = 0
		}
		ops = append(ops, porcupine.Operation{ClientId: r.op.client, Input: r.op, Call: from, Output: r.result, Return: to})
	}
	return ops
}

// took is when an operation may have taken effect. Everything that it can do or
// know comes from requests that the engine executed. So its time is shorter
// than that between call and return, and the check is stricter and faster. Only
// an operation that ended in doubt may take effect after its end.
func (s *schedule) took(r *record) (from, to int64) {
	m := s.moments[r.op.id]
	if r.result.kind == unknown || r.result.kind == crashed {
		if n := len(m.applied); n > 0 {
			return m.applied[0], m.applied[n-1]
		}
		return r.from, r.to
	}
	times := within(m.executed, r)
	if r.op.over == overItems {
		times = nil // the items were read by no request of the library
	}
	if applied := within(m.applied, r); applied != nil && r.result.kind == done && r.op.verb.writes() {
		times = applied
	}
	if times == nil {
		return r.from, r.to
	}
	return times[0], times[len(times)-1]
}

// within are the moments between an operation's call and its return.
func within(moments []int64, r *record) (out []int64) {
	for _, t := range moments {
		if r.from <= t && t <= r.to {
			out = append(out, t)
		}
	}
	return out
}

// debris is what staged writes have left that were cut off.
func (s *schedule) debris() kit.Debris { return kit.DebrisIn(s.tables()) }

func (s *schedule) tables() (out []kit.StoredTable) {
	read := func(name, key string) {
		page, err := s.db.Scan(context.Background(), &dynamodb.ScanInput{TableName: &name, ConsistentRead: aws.Bool(true)})
		if err != nil || len(page.LastEvaluatedKey) > 0 {
			panic(errors.Join(errors.New("linear: a table does not fit one page"), err))
		}
		out = append(out, kit.StoredTable{Name: name, Key: key, Items: page.Items})
	}
	for _, table := range s.world.estate.rootTables() {
		read(table, "ID")
	}
	for name, key := range partTables {
		read(name, key)
	}
	return out
}
