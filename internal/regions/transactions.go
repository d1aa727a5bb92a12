package regions

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
)

// together is the place of all items of a transaction. It is one, since no transaction
// spans regions or accounts.
func (c *Client) together(n int, table func(i int) *string) (at place, err error) {
	for i := range n {
		there, _ := c.target(table(i))
		if i == 0 {
			at = there
		}
		if there != at {
			return at, fail.Withf(fail.ErrInvalid, "a transaction is in one region of one account, and its items are in %s and in %s", at, there)
		}
	}
	return at, nil
}

// TransactGetItems reads several items as they are at one moment.
func (c *Client) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	at, err := c.together(len(in.TransactItems), func(i int) *string { return in.TransactItems[i].Get.TableName })
	if err != nil {
		return nil, err
	}
	client, err := c.client(at)
	if err != nil {
		return nil, err
	}
	if at.region == "" {
		return client.TransactGetItems(ctx, in, opts...)
	}
	asked, names := *in, []string{}
	asked.TransactItems = slices.Clone(in.TransactItems)
	for i := range asked.TransactItems {
		get := *asked.TransactItems[i].Get
		names = c.rename(&get.TableName, names)
		asked.TransactItems[i].Get = &get
	}
	out, err := client.TransactGetItems(ctx, &asked, opts...)
	return out, failed(at, err, names...)
}

// TransactWriteItems writes several items, all or none.
func (c *Client) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	at, err := c.together(len(in.TransactItems), func(i int) *string { return *tableOf(&in.TransactItems[i]) })
	if err != nil {
		return nil, err
	}
	client, err := c.client(at)
	if err != nil {
		return nil, err
	}
	if at.region == "" {
		return client.TransactWriteItems(ctx, in, opts...)
	}
	asked, names := *in, []string{}
	asked.TransactItems = slices.Clone(in.TransactItems)
	for i := range asked.TransactItems {
		own(&asked.TransactItems[i])
		names = c.rename(tableOf(&asked.TransactItems[i]), names)
	}
	out, err := client.TransactWriteItems(ctx, &asked, opts...)
	return out, failed(at, err, names...)
}

// rename gives a table its name there, and adds that to names.
func (c *Client) rename(table **string, names []string) []string {
	_, there := c.target(*table)
	*table = &there
	return append(names, there)
}

// own makes an action one that may be changed.
func own(a *types.TransactWriteItem) {
	switch {
	case a.Put != nil:
		a.Put = new(*a.Put)
	case a.Update != nil:
		a.Update = new(*a.Update)
	case a.Delete != nil:
		a.Delete = new(*a.Delete)
	case a.ConditionCheck != nil:
		a.ConditionCheck = new(*a.ConditionCheck)
	}
}

// tableOf is the name of the table of an action.
func tableOf(a *types.TransactWriteItem) **string {
	switch {
	case a.Put != nil:
		return &a.Put.TableName
	case a.Update != nil:
		return &a.Update.TableName
	case a.Delete != nil:
		return &a.Delete.TableName
	case a.ConditionCheck != nil:
		return &a.ConditionCheck.TableName
	}
	return new(*string)
}
