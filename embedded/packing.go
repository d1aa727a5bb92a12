package embedded

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded/internal/wire"
	"github.com/dystore/dystore/internal/engine/packed"
)

// packing is a DB for clients that get bytes: what they read is made of the
// bytes that are stored.
type packing struct{ *DB }

var _ wire.PackedBackend = packing{}

func (b packing) GetItemPacked(ctx context.Context, in *dynamodb.GetItemInput) (*wire.PackedItem, error) {
	g, r, err := b.getItem(ctx, in)
	if err != nil {
		return nil, err
	}
	return &wire.PackedItem{Item: g.shown.packed(r), ConsumedCapacity: g.consumed(in, r)}, nil
}

func (b packing) QueryPacked(ctx context.Context, in *dynamodb.QueryInput) (*wire.PackedPage, error) {
	r, p, err := b.query(ctx, in)
	if err != nil {
		return nil, err
	}
	return r.packed(p), nil
}

func (b packing) ScanPacked(ctx context.Context, in *dynamodb.ScanInput) (*wire.PackedPage, error) {
	r, p, err := b.scan(ctx, in)
	if err != nil {
		return nil, err
	}
	return r.packed(p), nil
}

func (b packing) BatchGetItemPacked(ctx context.Context, in *dynamodb.BatchGetItemInput) (*wire.PackedBatch, error) {
	read, err := b.batchGet(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &wire.PackedBatch{
		Responses: make(map[string][]packed.Item, len(read.reads)), UnprocessedKeys: read.unprocessed, ConsumedCapacity: read.consumed(),
	}
	for name, t := range read.reads {
		out.Responses[name] = each(t.records, t.read.shown.packed)
	}
	return out, nil
}

func (b packing) TransactGetItemsPacked(ctx context.Context, in *dynamodb.TransactGetItemsInput) (*wire.PackedTransaction, error) {
	reads, found, err := b.transactGet(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &wire.PackedTransaction{Responses: make([]wire.PackedResponse, len(found)), ConsumedCapacity: consumedByTransactionReads(in.ReturnConsumedCapacity, found)}
	for n, f := range found {
		out.Responses[n].Item = reads[n].shown.packed(f.record)
	}
	return out, nil
}

func (r *pageRead) packed(p page) *wire.PackedPage {
	out := &wire.PackedPage{
		Count: int32(len(p.records)), ScannedCount: int32(p.scanned), LastEvaluatedKey: p.last, ConsumedCapacity: r.consumed(p),
	}
	if r.counts() {
		return out
	}
	out.Items = each(p.records, r.shown.packed)
	return out
}
