package large

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/direct"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/traced"
	"github.com/dystore/dystore/internal/wire"
)

// Client returns a client that reads whole what is in several items: root items with
// manifests on pages, and parts in pieces. Of what is read in part, by a projection, pieces
// are not read. Writes it leaves alone, but for the root items that refusals return.
func Client(next commit.Client, s *tables.Tables) commit.Client {
	if s.Plain || len(s.Parts) == 0 {
		return next
	}
	c := client{next, reader{fetch.Reader{Client: next}, s}}
	if both, ok := next.(traced.WritesApart); ok {
		return &fullClient{c, both}
	}
	return &c
}

// Bare is the client that a Client reads by: it reads items as they are.
func Bare(c fetch.Client) fetch.Client {
	switch c := c.(type) {
	case *client:
		return c.next
	case *fullClient:
		return c.next
	}
	return c
}

// fullClient is a client that can write several items apart.
type fullClient struct {
	client
	traced.WritesApart
}

type client struct {
	next commit.Client
	r    reader
}

func (c *client) GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	out, err := c.next.GetItem(ctx, in, opts...)
	if err != nil || out == nil {
		return out, err
	}
	it := direct.Item(out.Item)
	if !c.r.may(it) {
		return out, nil
	}
	f := &found{table: *in.TableName, key: in.Key, item: it.Attrs(), projected: in.ProjectionExpression != nil, strong: in.ConsistentRead != nil && *in.ConsistentRead}
	if err := c.r.whole(ctx, []*found{f}, true); err != nil {
		return nil, err
	}
	out.Item = f.item
	return out, nil
}

func (c *client) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	out, err := c.next.BatchGetItem(ctx, in, opts...)
	if err != nil || out == nil {
		return out, err
	}
	if !c.r.any(out.Responses) {
		return out, nil
	}
	var all []*found
	var of []*wire.Item
	read := make(map[string][]*wire.Item, len(out.Responses))
	for table, list := range out.Responses {
		asked := in.RequestItems[table]
		read[table] = direct.Items(list)
		for _, it := range read[table] {
			if !c.r.may(it) || len(asked.Keys) == 0 {
				continue
			}
			f := &found{table: table, key: attrs{}, item: it.Attrs(), projected: asked.ProjectionExpression != nil, strong: asked.ConsistentRead != nil && *asked.ConsistentRead}
			for name := range asked.Keys[0] {
				f.key[name] = f.item[name]
			}
			all, of = append(all, f), append(of, it)
		}
	}
	if err := c.r.whole(ctx, all, true); err != nil {
		return nil, err
	}
	for i, f := range all {
		of[i].Set(f.item)
	}
	for table, items := range read {
		out.Responses[table] = direct.Replaced(out.Responses[table], slices.DeleteFunc(items, gone))
	}
	return out, nil
}

// isolations is how often a transaction reads again because what it has read names items
// that are gone by now.
const isolations = 5

func (c *client) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	for n := 0; ; n++ {
		out, err := c.next.TransactGetItems(ctx, in, opts...)
		if err != nil || out == nil {
			return out, err
		}
		var all []*found
		var at []int
		for i := range out.Responses {
			if it, get := direct.Item(out.Responses[i].Item), in.TransactItems[i].Get; c.r.may(it) {
				all, at = append(all, &found{table: *get.TableName, key: get.Key, item: it.Attrs(), projected: get.ProjectionExpression != nil, strong: true}), append(at, i)
			}
		}
		changed := false
		if err = c.r.whole(ctx, all, false); errors.Is(err, errGone) {
			changed, err = c.r.refresh(ctx, lost(all), false)
		}
		switch {
		case err != nil:
			return nil, err
		case changed && n+1 < isolations:
			continue
		case changed:
			return nil, fail.Withf(fail.ErrBusy, "what the items name was replaced after each of %d transactions", isolations)
		}
		for i, f := range all {
			out.Responses[at[i]].Item = f.item
		}
		return out, nil
	}
}

// Complete makes items of this model whole, which the client of another one has read in a
// transaction.
func (c *client) Complete(ctx context.Context, asked []fetch.Item, items []*wire.Item) (bool, error) {
	var all []*found
	var at []int
	for i, it := range items {
		if c.r.may(it) {
			all, at = append(all, &found{table: asked[i].Table, key: asked[i].Key, item: it.Attrs(), strong: true}), append(at, i)
		}
	}
	if err := c.r.whole(ctx, all, true); err != nil {
		return false, err
	}
	for i, f := range all {
		if before, after := written(items[at[i]].Attrs(), c.r.s), written(f.item, c.r.s); after != before && after != "" || f.item == nil {
			return false, nil
		}
		items[at[i]] = wire.Decoded(f.item)
	}
	return true, nil
}

// written is the id of the last write of a root item, "" if its record has none.
func written(it attrs, s *tables.Tables) string {
	record, ok := it[s.MetaAttr].(*types.AttributeValueMemberM)
	if !ok {
		return ""
	}
	ids, ok := record.Value["r"].(*types.AttributeValueMemberL)
	if !ok || len(ids.Value) == 0 {
		return ""
	}
	id, ok := ids.Value[0].(*types.AttributeValueMemberB)
	if !ok {
		return ""
	}
	return string(id.Value)
}

func (c *client) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out, err := c.next.Query(ctx, in, opts...)
	if err == nil && out != nil {
		out.Items, err = c.page(ctx, *in.TableName, out.Items, in.ConsistentRead)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (c *client) Scan(ctx context.Context, in *dynamodb.ScanInput, opts ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	out, err := c.next.Scan(ctx, in, opts...)
	if err == nil && out != nil {
		out.Items, err = c.page(ctx, *in.TableName, out.Items, in.ConsistentRead)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// page makes the root items of a page whole. The items of a table of parts stay as they
// are: who goes through one looks for what is there.
func (c *client) page(ctx context.Context, table string, list []attrs, strong *bool) ([]attrs, error) {
	if table != c.r.s.RootTable() || !c.r.anyIn(list) {
		return list, nil
	}
	var all []*found
	var of []*wire.Item
	items := direct.Items(list)
	for _, it := range items {
		if c.r.may(it) {
			all, of = append(all, c.root(it.Attrs(), strong != nil && *strong)), append(of, it)
		}
	}
	if err := c.r.whole(ctx, all, true); err != nil {
		return nil, err
	}
	for i, f := range all {
		of[i].Set(f.item)
	}
	return direct.Replaced(list, slices.DeleteFunc(items, gone)), nil
}

// gone reports whether an item was deleted while it was made whole.
func gone(it *wire.Item) bool { return !it.Raw() && it.Attrs() == nil }

// root is a root item that was read.
func (c *client) root(it attrs, strong bool) *found {
	f := &found{table: c.r.s.RootTable(), key: attrs{}, item: it, strong: strong}
	for _, k := range c.r.s.Keys {
		f.key[k.Name] = it[k.Name]
	}
	return f
}

func (c *client) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	out, err := c.next.PutItem(ctx, in, opts...)
	return out, c.refused(ctx, err)
}

func (c *client) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	out, err := c.next.UpdateItem(ctx, in, opts...)
	return out, c.refused(ctx, err)
}

func (c *client) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	out, err := c.next.TransactWriteItems(ctx, in, opts...)
	return out, c.refused(ctx, err)
}

// refused makes the root items whole that a refusal returns, as far as that is possible.
// It is the refusal that it was.
func (c *client) refused(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if one, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		one.Item = c.returned(ctx, one.Item)
	}
	if several, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		for i := range several.CancellationReasons {
			r := &several.CancellationReasons[i]
			r.Item = c.returned(ctx, r.Item)
		}
	}
	return err
}

// returned is an item of a refusal. It may be of any table of any model: a root item of
// this one has its key.
func (c *client) returned(ctx context.Context, it attrs) attrs {
	if !c.r.may(wire.Decoded(it)) || slices.ContainsFunc(c.r.s.Keys, func(k tables.KeyAttr) bool { return it[k.Name] == nil }) {
		return it
	}
	f := c.root(it, true)
	if p, err := stored.PagesIn(it[c.r.s.MetaAttr]); err != nil || p == nil || c.r.whole(ctx, []*found{f}, false) != nil {
		return it
	}
	return f.item
}

// may reports whether an item may lack something: nearly none does.
func (r *reader) may(it *wire.Item) bool {
	if rec, ok := it.Record(r.s.MetaAttr); ok {
		return rec.Type("c") == wire.M || rec.Type("g") != wire.None
	}
	return lacks(it.Attr(r.s.MetaAttr))
}

// anyIn reports whether an item of a list in an answer may.
func (r *reader) anyIn(list []attrs) bool {
	if direct.Undecoded(list) {
		return slices.ContainsFunc(direct.Items(list), r.may)
	}
	return slices.ContainsFunc(list, func(it attrs) bool { return lacks(it[r.s.MetaAttr]) })
}

// any is anyIn for several lists.
func (r *reader) any(lists map[string][]attrs) bool {
	for _, list := range lists {
		if r.anyIn(list) {
			return true
		}
	}
	return false
}

// lacks reports whether an item with a record may.
func lacks(av types.AttributeValue) bool {
	record, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		return false
	}
	_, cut := record.Value["c"].(*types.AttributeValueMemberM) // of a root item it is a time
	return cut || record.Value["g"] != nil
}
