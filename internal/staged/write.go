package staged

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/backoff"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/direct"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/parallel"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/trace"
)

// batchWriter is a client that can write several items in one request.
type batchWriter interface {
	BatchWriteItem(context.Context, *dynamodb.BatchWriteItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error)
}

const (
	batchItems = 25 // DynamoDB's limit for one BatchWriteItem
	// batchBytes bounds a batch below DynamoDB's limit of 16 MB, of which base64 takes a
	// third: several are under way at a time.
	batchBytes = 4 << 20
	// unprocessedAttempts is how often in a row DynamoDB may hand back all of a batch.
	unprocessedAttempts = 10
)

// write is one item of a batch.
type write struct {
	table   string
	size    int
	request types.WriteRequest
}

// writeCopies writes the copies of a plan. A repetition does no harm: nobody else writes
// these items. Pieces come after what they are of: one of nothing is debris.
func (s *session) writeCopies(ctx context.Context, d *draft) error {
	return s.eachCopy(ctx, d, func(table, _ string, it attrs) write { return putting(table, it) })
}

// removeCopies deletes the copies of a plan. No root item names them, or ever will. Those
// in a region that could not be reached are left to a sweep.
func (s *session) removeCopies(ctx context.Context, d *draft) error {
	here := *d
	here.copies = slices.DeleteFunc(slices.Clone(d.copies), func(c copied) bool { return d.lost != "" && regionOf(c.part) == d.lost })
	return s.eachCopy(ctx, &here, func(table, key string, it attrs) write { return removal(table, attrs{key: it[key]}) })
}

// eachCopy makes a write for each item of copies: first for those that have a record of a
// part, then for their pieces.
func (s *session) eachCopy(ctx context.Context, d *draft, make func(table, key string, it attrs) write) error {
	var items, pieces []write
	for _, c := range d.copies {
		for key := range c.key() {
			items = append(items, make(c.part.Table, key, c.item))
			for _, it := range c.pieces {
				pieces = append(pieces, make(c.part.Table, key, it))
			}
		}
	}
	if err := s.p.writeAll(ctx, items); err != nil {
		return err
	}
	return s.p.writeAll(ctx, pieces)
}

func putting(table string, it attrs) write {
	return write{table, item.Size(it), types.WriteRequest{PutRequest: &types.PutRequest{Item: it}}}
}

func removal(table string, key attrs) write {
	return write{table, 0, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: key}}}
}

// removeReplaced deletes what a plan has replaced. Copies never come back into use. Other
// items may, by a transaction: of these it deletes the version that was read.
func (s *session) removeReplaced(ctx context.Context, d *draft) error {
	var copies []write
	var others []commit.Action
	pieces, err := s.piecesOf(ctx, d)
	if err != nil {
		return err
	}
	for i := range d.plan.Parts {
		p := &d.plan.Parts[i]
		switch {
		case p.Op != commit.Delete || p.Claim != "":
		case d.isCopy(p):
			copies = append(copies, removal(p.Table, p.Key))
		default:
			others = append(others, atStamp(d.obj, p))
		}
	}
	if err := s.p.writeAll(ctx, copies); err != nil {
		return err
	}
	if err := s.p.writeAll(ctx, pieces); err != nil {
		return err
	}
	return parallel.Each(ctx, len(others), func(ctx context.Context, i int) error {
		reply := s.p.One(ctx, others[i])
		if reply.Kind == commit.Refused {
			return nil // it is another version, or gone
		}
		return reply.Err
	})
}

// piecesOf are the removals of the pieces of what a plan has replaced.
func (s *session) piecesOf(ctx context.Context, d *draft) (all []write, err error) {
	if d.over == nil {
		return nil, nil // it cannot be read what the record says
	}
	var gets []fetch.Item
	for i := range d.plan.Parts {
		p := &d.plan.Parts[i]
		if ref := d.over.Parts[p.Inst]; p.Op == commit.Delete && p.Claim == "" && ref.Cut && ref.Stamp == p.Stamp {
			gets = append(gets, fetch.Item{Table: p.Table, Key: p.Key})
		}
	}
	if len(gets) == 0 {
		return nil, nil
	}
	counts, err := large.Count(ctx, fetch.Reader{Client: s.p.Client}, d.obj.MetaAttr, gets)
	for i, n := range counts {
		for piece := range n {
			all = append(all, removal(gets[i].Table, large.PieceKey(gets[i].Key, piece)))
		}
	}
	return all, err
}

// isCopy reports whether the item of a part, of the object that a plan is over, was written
// as a copy.
func (d *draft) isCopy(p *commit.Part) bool {
	for _, av := range p.Key {
		key, ok := av.(*types.AttributeValueMemberS)
		return ok && key.Value == stored.StagedKey(d.obj.Entity, d.obj.Key, p.Inst, p.Stamp)
	}
	return false
}

// atStamp is the deletion of the version of an item that was read.
func atStamp(obj *commit.Object, p *commit.Part) commit.Action {
	a := p.Action
	if p.Stamp == (stored.ID{}) {
		return a
	}
	e := expr.Continue(maps.Clone(a.Names), maps.Clone(a.Values))
	a.Cond = "(" + a.Cond + ") AND " + obj.Bears(&e, p.Stamp)
	a.Names, a.Values = e.Names, e.Values
	return a
}

// PutCopies writes items that are copies, pages or pieces.
func (p *Protocol) PutCopies(ctx context.Context, table string, items []map[string]types.AttributeValue) error {
	writes := make([]write, len(items))
	for i, it := range items {
		writes[i] = putting(table, it)
	}
	return p.writeAll(ctx, writes)
}

// DeleteCopies deletes such items by their keys. No root item names them.
func (p *Protocol) DeleteCopies(ctx context.Context, table string, keys []map[string]types.AttributeValue) error {
	writes := make([]write, len(keys))
	for i, key := range keys {
		writes[i] = removal(table, key)
	}
	return p.writeAll(ctx, writes)
}

// writeAll makes writes that are harmless to repeat, several at a time.
func (p *Protocol) writeAll(ctx context.Context, writes []write) error {
	client, ok := p.Client.(batchWriter)
	if !ok || len(writes) == 1 {
		return parallel.Each(ctx, len(writes), func(ctx context.Context, i int) error { return p.writeOne(ctx, &writes[i]) })
	}
	batches := batchesOf(writes)
	return parallel.Each(ctx, len(batches), func(ctx context.Context, i int) error { return writeBatch(ctx, client, batches[i]) })
}

func (p *Protocol) writeOne(ctx context.Context, w *write) error {
	a := commit.Action{Op: commit.Delete, Table: w.table}
	if put := w.request.PutRequest; put != nil {
		a.Op, a.Item = commit.Put, put.Item
	} else {
		a.Key = w.request.DeleteRequest.Key
	}
	if reply := p.One(ctx, a); reply.Kind != commit.Committed {
		return unfinished(reply)
	}
	return nil
}

// batchesOf divides writes into batches.
func batchesOf(writes []write) (batches [][]write) {
	first, size := 0, 0
	for i, w := range writes {
		if i > first && (i-first == batchItems || size+w.size > batchBytes) {
			batches = append(batches, writes[first:i])
			first, size = i, 0
		}
		size += w.size
	}
	if first < len(writes) {
		batches = append(batches, writes[first:])
	}
	return batches
}

// writeBatch writes a batch until DynamoDB has taken all of it.
func writeBatch(ctx context.Context, client batchWriter, batch []write) error {
	request := map[string][]types.WriteRequest{}
	for _, w := range batch {
		request[w.table] = append(request[w.table], w.request)
	}
	within := ctx
	for attempt, sent := 1, 1; len(request) > 0; attempt++ {
		reply, err := client.BatchWriteItem(within, &dynamodb.BatchWriteItemInput{RequestItems: request}, direct.Observed...)
		if err != nil {
			return fail.InTheWay(fail.ErrThrottled, attempt-1, answer.Error(err))
		}
		before := count(request)
		if request = reply.UnprocessedItems; len(request) == 0 {
			break
		}
		sent++
		within = traced.Again(ctx, sent, trace.Unprocessed)
		if count(request) < before {
			attempt = 0
		}
		if attempt == unprocessedAttempts {
			return fail.Withf(fail.ErrThrottled, "DynamoDB left %d items unprocessed", count(request))
		}
		if err := backoff.Read.Wait(ctx, attempt); err != nil {
			return fail.InTheWay(fail.ErrThrottled, attempt, err)
		}
	}
	return nil
}

func count(request map[string][]types.WriteRequest) (n int) {
	for _, all := range request {
		n += len(all)
	}
	return n
}
