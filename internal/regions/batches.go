package regions

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/parallel"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/traced"
)

// batch is what of a request is about the tables at one place, by their names there.
type batch[V any] struct {
	at    place
	items map[string]V
}

// divide divides a request by places; that of the root comes first.
func divide[V any](c *Client, request map[string]V) (all []batch[V]) {
	for _, table := range sorted.Keys(request) {
		at, there := c.target(&table)
		i := slices.IndexFunc(all, func(b batch[V]) bool { return b.at == at })
		if i < 0 {
			i, all = len(all), append(all, batch[V]{at, map[string]V{}})
		}
		all[i].items[there] = request[table]
	}
	slices.SortFunc(all, func(a, b batch[V]) int {
		return cmp.Or(cmp.Compare(a.at.region, b.at.region), cmp.Compare(a.at.account, b.at.account))
	})
	return all
}

// each sends batches at the same time, or one after the other if one client is sent all.
func each[V, O any](ctx context.Context, c *Client, all []batch[V], call func(context.Context, traced.DataClient, map[string]V) (*O, error)) ([]*O, error) {
	out := make([]*O, len(all))
	one := func(ctx context.Context, i int) error {
		b := &all[i]
		client, err := c.client(b.at)
		if err != nil {
			return err
		}
		out[i], err = call(ctx, client, b.items)
		return failed(b.at, err, sorted.Keys(b.items)...)
	}
	if c.others != nil {
		return out, parallel.Each(ctx, len(all), one)
	}
	for i := range all {
		if err := one(ctx, i); err != nil {
			return out, err
		}
	}
	return out, nil
}

// BatchGetItem reads several items.
func (c *Client) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	if !slices.ContainsFunc(sorted.Keys(in.RequestItems), elsewhere) {
		return c.home.BatchGetItem(ctx, in, opts...)
	}
	all := divide(c, in.RequestItems)
	answers, err := each(ctx, c, all, func(ctx context.Context, client traced.DataClient, items map[string]types.KeysAndAttributes) (*dynamodb.BatchGetItemOutput, error) {
		asked := *in
		asked.RequestItems = items
		return client.BatchGetItem(ctx, &asked, opts...)
	})
	if err != nil {
		return nil, err
	}
	out := &dynamodb.BatchGetItemOutput{Responses: map[string][]map[string]types.AttributeValue{}, UnprocessedKeys: map[string]types.KeysAndAttributes{}}
	for i, a := range answers {
		collect(c, all[i].at, out.Responses, a.Responses)
		collect(c, all[i].at, out.UnprocessedKeys, a.UnprocessedKeys)
		out.ConsumedCapacity = append(out.ConsumedCapacity, c.consumed(all[i].at, a.ConsumedCapacity)...)
	}
	return out, nil
}

// BatchWriteItem writes several items, each by itself.
func (c *fullClient) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	if !slices.ContainsFunc(sorted.Keys(in.RequestItems), elsewhere) {
		return c.home.(traced.WritesApart).BatchWriteItem(ctx, in, opts...)
	}
	all := divide(&c.Client, in.RequestItems)
	answers, err := each(ctx, &c.Client, all, func(ctx context.Context, client traced.DataClient, items map[string][]types.WriteRequest) (*dynamodb.BatchWriteItemOutput, error) {
		asked := *in
		asked.RequestItems = items
		return client.(traced.WritesApart).BatchWriteItem(ctx, &asked, opts...)
	})
	if err != nil {
		return nil, err
	}
	out := &dynamodb.BatchWriteItemOutput{UnprocessedItems: map[string][]types.WriteRequest{}}
	for i, a := range answers {
		collect(&c.Client, all[i].at, out.UnprocessedItems, a.UnprocessedItems)
		out.ConsumedCapacity = append(out.ConsumedCapacity, c.consumed(all[i].at, a.ConsumedCapacity)...)
	}
	return out, nil
}

// elsewhere reports whether a table is in another region than the root's.
func elsewhere(table string) bool {
	region, _ := arn.Region(table)
	return region != ""
}

// collect adds what an answer has of each table under the name that the table has here.
func collect[V any](c *Client, at place, to, from map[string]V) {
	for there, v := range from {
		to[c.named(at, there)] = v
	}
}

// consumed is what an answer says of capacity, with the names of tables here.
func (c *Client) consumed(at place, all []types.ConsumedCapacity) []types.ConsumedCapacity {
	all = slices.Clone(all)
	for i := range all {
		if there := all[i].TableName; there != nil {
			all[i].TableName = new(c.named(at, *there))
		}
	}
	return all
}
