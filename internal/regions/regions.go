// Package regions sends requests to the regions that their tables are in. A table in
// another region than the root's is named by the region, a slash, and its name there (see
// package arn). A request about it goes to the client of that region, under the name there.
package regions

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/arn"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/traced"
)

// Client sends each request to its region. A batch of several regions is divided, and its
// answers are put together. A transaction of several is refused.
type Client struct {
	home   traced.DataClient
	others map[string]traced.DataClient // by region; nil: home is sent everything, under the names as they are
}

// New returns a client of the root's region and of others. It can do what all of these
// clients can.
func New(home traced.DataClient, others map[string]traced.DataClient) traced.DataClient {
	_, apart := home.(traced.WritesApart)
	for _, o := range others {
		_, too := o.(traced.WritesApart)
		apart = apart && too
	}
	if apart {
		return &fullClient{Client{home, others}}
	}
	return &Client{home, others}
}

// Reach is New for the clients of a repository, of whose requests t is told. Without others
// it is the client itself.
func Reach[C traced.DataClient](t *traced.Tracer, client C, others map[string]C) traced.DataClient {
	home := traced.Client(t, client)
	if len(others) == 0 {
		return home
	}
	all := make(map[string]traced.DataClient, len(others))
	for region, c := range others {
		all[region] = traced.Client(t, c)
	}
	return New(home, all)
}

// Divide returns a client that divides requests as New does, and sends all of them by one
// client, one after the other, with the names of tables as they are.
func Divide(one traced.DataClient) traced.DataClient { return New(one, nil) }

// place is where the tables of one request are.
type place struct{ region, account string }

func (p place) String() string {
	switch {
	case p.region == "":
		return "the region of the root"
	case p.account == "":
		return p.region
	}
	return p.region + " (" + p.account + ")"
}

// target is where the request for a table goes, and how the table is named there.
func (c *Client) target(table *string) (at place, there string) {
	if table == nil {
		return place{}, ""
	}
	if at.region, there = arn.Region(*table); at.region != "" {
		at.account, _ = arn.Split(there)
	}
	if c.others == nil {
		there = *table
	}
	return at, there
}

// named is how a table at a place is called here.
func (c *Client) named(at place, there string) string {
	if at.region == "" || c.others == nil {
		return there
	}
	return arn.Apart(at.region, there)
}

// client is that of a place.
func (c *Client) client(at place) (traced.DataClient, error) {
	if at.region == "" || c.others == nil {
		return c.home, nil
	}
	if other, ok := c.others[at.region]; ok {
		return other, nil
	}
	return nil, fail.Withf(fail.ErrInvalid, "region %s has no client; see repo.WithRegions", at.region)
}

// send makes a request about one table, of which field is the name in the input.
func send[I, O any](ctx context.Context, c *Client, in *I, opts []func(*dynamodb.Options), field func(*I) **string,
	call func(traced.DataClient, context.Context, *I, ...func(*dynamodb.Options)) (*O, error)) (*O, error) {
	at, there := c.target(*field(in))
	client, err := c.client(at)
	if err != nil {
		return nil, err
	}
	if at.region == "" {
		return call(client, ctx, in, opts...)
	}
	asked := *in
	*field(&asked) = &there
	out, err := call(client, ctx, &asked, opts...)
	return out, failed(at, err, there)
}

// GetItem reads one item.
func (c *Client) GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return send(ctx, c, in, opts, func(in *dynamodb.GetItemInput) **string { return &in.TableName }, traced.DataClient.GetItem)
}

// Query reads a range.
func (c *Client) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return send(ctx, c, in, opts, func(in *dynamodb.QueryInput) **string { return &in.TableName }, traced.DataClient.Query)
}

// Scan reads a table.
func (c *Client) Scan(ctx context.Context, in *dynamodb.ScanInput, opts ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	return send(ctx, c, in, opts, func(in *dynamodb.ScanInput) **string { return &in.TableName }, traced.DataClient.Scan)
}

// PutItem writes one item.
func (c *Client) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return send(ctx, c, in, opts, func(in *dynamodb.PutItemInput) **string { return &in.TableName }, traced.DataClient.PutItem)
}

// UpdateItem changes one item.
func (c *Client) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return send(ctx, c, in, opts, func(in *dynamodb.UpdateItemInput) **string { return &in.TableName }, traced.DataClient.UpdateItem)
}

// fullClient is of clients that can also write several items in one request that is not
// all or nothing, and delete one item.
type fullClient struct{ Client }

// DeleteItem deletes one item.
func (c *fullClient) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	call := func(d traced.DataClient, ctx context.Context, in *dynamodb.DeleteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
		return d.(traced.WritesApart).DeleteItem(ctx, in, opts...)
	}
	return send(ctx, &c.Client, in, opts, func(in *dynamodb.DeleteItemInput) **string { return &in.TableName }, call)
}
