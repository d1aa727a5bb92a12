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

func (r *pageRead) packed(p page) *wire.PackedPage {
	out := &wire.PackedPage{
		Count: int32(len(p.records)), ScannedCount: int32(p.scanned), LastEvaluatedKey: p.last, ConsumedCapacity: r.consumed(p),
	}
	if r.counts() {
		return out
	}
	out.Items = make([]packed.Item, len(p.records))
	for n, rec := range p.records {
		out.Items[n] = r.shown.packed(rec)
	}
	return out
}
