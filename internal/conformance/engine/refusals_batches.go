package engine

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var batchRefusals = []refusal{
	{
		name: "C22 101 keys", send: batchGetting(func(pk string) []row { return numberedKeys(pk, 101) }),
		text: "less than or equal to 100",
	},
	{
		name: "C22 the same key twice", send: batchGetting(func(pk string) []row { return []row{pkOf(pk), pkOf("other"), pkOf(pk)} }),
		text: "Provided list of item keys contains duplicates",
	},
	{
		name: "C22 a key too wide", send: batchGetting(func(pk string) []row { return []row{skOf(pk, "1")} }),
		text: noSchemaMatch,
	},
	{
		name: "C22 no table",
		send: func(ctx context.Context, x *fixture, _ string) error {
			_, err := x.Client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{}})
			return err
		},
		text: "equestItems",
	},
	{
		name: "C23 26 puts",
		send: batchWriting(func(pk string) (out []types.WriteRequest) {
			for _, k := range numberedKeys(pk, 26) {
				out = append(out, types.WriteRequest{PutRequest: &types.PutRequest{Item: k}})
			}
			return out
		}),
		text: "less than or equal to 25",
	},
	{
		name: "C23 put and delete of one key", seed: row{"v": num("1")},
		send: batchWriting(func(pk string) []types.WriteRequest {
			return []types.WriteRequest{
				{PutRequest: &types.PutRequest{Item: pkOf(pk)}},
				{DeleteRequest: &types.DeleteRequest{Key: pkOf(pk)}},
			}
		}),
		text: "Provided list of item keys contains duplicates",
	},
	{
		name: "C23 one bad item among good ones",
		send: batchWriting(func(pk string) []types.WriteRequest {
			return []types.WriteRequest{
				{PutRequest: &types.PutRequest{Item: pkOf(pk)}},
				{PutRequest: &types.PutRequest{Item: with(pkOf(pk+"2"), row{"s": strSet()})}},
			}
		}),
		text: "An string set  may not be empty",
	},
}

func numberedKeys(pk string, n int) []row {
	keys := make([]row, n)
	for i := range keys {
		keys[i] = pkOf(fmt.Sprintf("%s %03d", pk, i))
	}
	return keys
}

func batchGetting(keys func(pk string) []row) request {
	return func(ctx context.Context, x *fixture, pk string) error {
		_, err := x.Client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
			RequestItems: map[string]types.KeysAndAttributes{x.plain: {Keys: keys(pk)}},
		})
		return err
	}
}

func batchWriting(requests func(pk string) []types.WriteRequest) request {
	return func(ctx context.Context, x *fixture, pk string) error {
		_, err := x.Client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{
			RequestItems: map[string][]types.WriteRequest{x.plain: requests(pk)},
		})
		return err
	}
}

var transactionRefusals = []refusal{
	{
		name: "C08 transaction", code: notFound, text: "Requested resource not found",
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			return []types.TransactWriteItem{putAction(x.plain, pkOf(pk)), putAction("no-such-table", pkOf(pk))}
		}),
	},
	{
		name: "C24 101 actions", text: "less than or equal to 100",
		send: transacting(func(x *fixture, pk string) (out []types.TransactWriteItem) {
			for _, k := range append(numberedKeys(pk, 100), pkOf(pk)) {
				out = append(out, putAction(x.plain, k))
			}
			return out
		}),
	},
	{
		name: "C24 more than 4 MB", text: "size cannot exceed",
		send: transacting(func(x *fixture, pk string) (out []types.TransactWriteItem) {
			for _, k := range append(numberedKeys(pk, 10), pkOf(pk)) {
				out = append(out, putAction(x.plain, with(k, row{"d": str(text(390 << 10))})))
			}
			return out
		}),
	},
	{
		name: "C24 one item twice", seed: row{"v": num("1")},
		text: "Transaction request cannot include multiple operations on one item",
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			return []types.TransactWriteItem{checkAction(x.plain, pkOf(pk), exp{text: "v = :v", values: one}), putAction(x.plain, pkOf(pk))}
		}),
	},
	{
		name: "C24 item over 400 KB", text: "Item size has exceeded the maximum allowed size",
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			return []types.TransactWriteItem{putAction(x.plain, pkOf(pk)), putAction(x.plain, with(pkOf(pk+"2"), row{"d": str(text(maxItem))}))}
		}),
	},
	{
		name: "C24 a key of another type", code: "TransactionCanceledException", text: "[None, ValidationError]",
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			return []types.TransactWriteItem{putAction(x.plain, pkOf(pk)), putAction(x.plain, row{"pk": num("2")})}
		}),
	},
	{
		name: "C24 put of an empty key", text: emptyKey,
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			return []types.TransactWriteItem{putAction(x.plain, pkOf(pk)), putAction(x.plain, pkOf(""))}
		}),
	},
	{
		name: "C24 update of an empty key", text: emptyKey,
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			return []types.TransactWriteItem{putAction(x.plain, pkOf(pk)), updateAction(x.plain, pkOf(""), exp{text: "SET v = :v", values: one}, exp{})}
		}),
	},
	{
		name: "C24 delete of an empty key", text: emptyKey,
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			return []types.TransactWriteItem{putAction(x.plain, pkOf(pk)), deleteAction(x.plain, pkOf(""), exp{})}
		}),
	},
	{
		name: "C24 check of an empty key", text: emptyKey,
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			return []types.TransactWriteItem{putAction(x.plain, pkOf(pk)), checkAction(x.plain, pkOf(""), exp{text: "attribute_not_exists(pk)"})}
		}),
	},
	{
		name: "C24 empty binary key", text: "cannot contain an empty binary value. Key: sk",
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			return []types.TransactWriteItem{putAction(x.plain, pkOf(pk)), putAction(x.bytes, row{"pk": bin(pk), "sk": bin("")})}
		}),
	},
	{
		name: "C24 put of an empty index key", text: "cannot contain an empty string value. IndexName: ", // any index that has it
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			return []types.TransactWriteItem{putAction(x.plain, pkOf(pk)), putAction(x.sorted, with(skOf(pk, "1"), row{"a": str("")}))}
		}),
	},
	{
		name: "C24 update of an index key to nothing", text: "The update expression attempted to update a secondary index key to a value that is not supported",
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			return []types.TransactWriteItem{putAction(x.plain, pkOf(pk)), updateAction(x.sorted, skOf(pk, "1"), exp{text: "SET a = :v", values: row{":v": str("")}}, exp{})}
		}),
	},
	{
		name: "C24 an action that is none", text: "should contain Delete or Put or Update",
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem { return []types.TransactWriteItem{{}} }),
	},
	{
		name: "C24 an action that is two", text: "TransactItems can only contain one of",
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			action := putAction(x.plain, pkOf(pk))
			action.Delete = deleteAction(x.plain, pkOf(pk+"2"), exp{}).Delete
			return []types.TransactWriteItem{action}
		}),
	},
	{
		name: "C24 a bad expression", seed: row{"v": num("1")}, text: "is not defined; attribute value: :zz",
		send: transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			return []types.TransactWriteItem{putAction(x.plain, pkOf(pk)), updateAction(x.plain, pkOf(pk+"2"), exp{text: "SET v = :zz"}, exp{})}
		}),
	},
	{
		name: "C25 token of 37 characters", seed: row{"v": num("1")}, text: "less than or equal to 36",
		send: func(ctx context.Context, x *fixture, pk string) error {
			_, err := x.Client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
				ClientRequestToken: aws.String(text(37)),
				TransactItems:      []types.TransactWriteItem{putAction(x.plain, pkOf(pk))},
			})
			return err
		},
	},
	{
		name: "transactional get of 101 items", text: "less than or equal to 100",
		send: transactGetting(func(pk string) []row { return numberedKeys(pk, 101) }),
	},
	{
		name: "transactional get of one item twice", text: "Transaction request cannot include multiple operations on one item",
		send: transactGetting(func(pk string) []row { return []row{pkOf(pk), pkOf(pk)} }),
	},
	{
		name: "transactional get of an empty key", text: emptyKey,
		send: transactGetting(func(pk string) []row { return []row{pkOf(pk), pkOf("")} }),
	},
}

const emptyKey = "cannot contain an empty string value. Key: pk"

func transactGetting(keys func(pk string) []row) request {
	return func(ctx context.Context, x *fixture, pk string) error {
		var in dynamodb.TransactGetItemsInput
		for _, k := range keys(pk) {
			in.TransactItems = append(in.TransactItems, types.TransactGetItem{Get: &types.Get{TableName: &x.plain, Key: k}})
		}
		_, err := x.Client.TransactGetItems(ctx, &in)
		return err
	}
}
