package engine

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxItem is the limit of an item in bytes, names and values together.
const maxItem = 400 << 10

// filler is an attribute d with which the item under pk has exactly size bytes.
func filler(pk string, size int) row {
	return row{"d": str(text(size - len("pk") - len(pk) - len("d")))}
}

var itemRefusals = []refusal{
	{
		name: "C01 item of 409601 bytes",
		send: func(ctx context.Context, x *fixture, pk string) error {
			return x.putInto(ctx, x.plain, with(pkOf(pk), filler(pk, maxItem+1)))
		},
		text: "Item size has exceeded the maximum allowed size",
	},
	{
		name: "C02 update beyond 400 KB",
		seed: row{"d": str(text(maxItem - 1000))},
		send: updating(exp{text: "SET e = :e", values: row{":e": str(text(2000))}}),
		text: "Item size to update has exceeded the maximum allowed size",
	},
	{name: "C09 empty string set", send: putting(row{"a": strSet()}), text: "An string set  may not be empty"},
	{name: "C09 empty number set", send: putting(row{"a": numSet()}), text: "An number set  may not be empty"},
	{name: "C09 empty binary set", send: putting(row{"a": bytesSet()}), text: "Binary sets should not be empty"},
	{name: "C09 empty set in a map", send: putting(row{"a": object(row{"b": strSet()})}), text: "An string set  may not be empty"},
	{name: "C09 empty set in a list", send: putting(row{"a": list(str("x"), numSet())}), text: "An number set  may not be empty"},
	{
		name: "C09 empty set in an expression", seed: row{"v": num("1")},
		send: updating(exp{text: "SET a = :s", values: row{":s": strSet()}}), text: "An string set  may not be empty",
	},
	{name: "C10 string twice in a set", send: putting(row{"a": strSet("a", "b", "a")}), text: "contains duplicates"},
	{name: "C10 number twice in a set", send: putting(row{"a": numSet("1", "2", "1.0")}), text: "contains duplicates"},
	{name: "C10 bytes twice in a set", send: putting(row{"a": bytesSet([]byte("a"), []byte("a"))}), text: "contains duplicates"},
	{
		name: "C11 NULL that is false", send: putting(row{"a": &types.AttributeValueMemberNULL{Value: false}}),
		text: "Null attribute value types must have the value of true",
	},
	{name: "C12 39 digits", send: putting(row{"a": num(strings.Repeat("9", 39))}), text: "more than 38 significant digits"},
	{name: "C12 39 digits in a set", send: putting(row{"a": numSet("1", strings.Repeat("9", 39))}), text: "more than 38 significant digits"},
	{name: "C12 1E126", send: putting(row{"a": num("1E126")}), text: "Number overflow"},
	{name: "C12 -1E126", send: putting(row{"a": num("-1E126")}), text: "Number overflow"},
	{name: "C12 1E-131", send: putting(row{"a": num("1E-131")}), text: "Number underflow"},
	{name: "C12 NaN", send: putting(row{"a": num("NaN")}), text: "cannot be converted to a numeric value: NaN"},
	{name: "C12 Infinity", send: putting(row{"a": num("Infinity")}), text: "cannot be converted to a numeric value: Infinity"},
	{name: "C12 text as number", send: putting(row{"a": num("12a")}), text: "cannot be converted to a numeric value: 12a"},
	{name: "C12 empty number", send: putting(row{"a": num("")}), text: "cannot be converted to a numeric value"},
	{name: "C14 32 nested maps", send: putting(row{"a": nested(32)}), text: "Nesting Levels have exceeded supported limits"},
	{
		name: "C14 32 nested maps in an expression", seed: row{"v": num("1")},
		send: updating(exp{text: "SET a = :m", values: row{":m": nested(32)}}), text: "Nesting Levels have exceeded supported limits",
	},
}

var keyRefusals = []refusal{
	{
		name: "C03 empty string key",
		send: func(ctx context.Context, x *fixture, pk string) error { return x.putInto(ctx, x.plain, pkOf("")) },
		text: "cannot contain an empty string value. Key: pk",
	},
	{
		name: "C03 empty binary key",
		send: func(ctx context.Context, x *fixture, pk string) error {
			return x.putInto(ctx, x.bytes, row{"pk": bin(pk), "sk": bin("")})
		},
		text: "empty binary value. Key: sk",
	},
	{
		name: "C03 empty string key in an update",
		send: func(ctx context.Context, x *fixture, _ string) error {
			return updating(exp{text: "SET a = :a", values: row{":a": num("1")}})(ctx, x, "")
		},
		text: "cannot contain an empty string value. Key: pk",
	},
	{
		name: "C04 no key attribute",
		send: func(ctx context.Context, x *fixture, pk string) error {
			return x.putInto(ctx, x.plain, row{"a": num("1")})
		},
		text: "Missing the key pk in the item",
	},
	{
		name: "C04 no sort key",
		send: func(ctx context.Context, x *fixture, pk string) error { return x.putInto(ctx, x.sorted, pkOf(pk)) },
		text: "Missing the key sk in the item",
	},
	{
		name: "C05 key of another type",
		send: func(ctx context.Context, x *fixture, pk string) error {
			return x.putInto(ctx, x.plain, row{"pk": num("1")})
		},
		text: "Type mismatch for key pk expected: S actual: N",
	},
	{
		name: "C05 index key of another type",
		send: func(ctx context.Context, x *fixture, pk string) error {
			return x.putInto(ctx, x.sorted, with(skOf(pk, "1"), row{"a": num("1")}))
		},
		text: "Type mismatch for Index Key a Expected: S Actual: N",
	},
	{
		name: "C06 partition key of 2049 bytes",
		send: func(ctx context.Context, x *fixture, pk string) error {
			return x.putInto(ctx, x.plain, pkOf(text(2049)))
		},
		text: "Size of hashkey has exceeded the maximum size limit of2048 bytes",
	},
	{
		name: "C06 sort key of 1025 bytes",
		send: func(ctx context.Context, x *fixture, pk string) error {
			return x.putInto(ctx, x.sorted, skOf(pk, text(1025)))
		},
		text: "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
	},
	{name: "C07 get without the sort key", send: gettingSorted(func(pk string) row { return pkOf(pk) }), text: noSchemaMatch},
	{name: "C07 get with one attribute too many", send: gettingSorted(func(pk string) row { return with(skOf(pk, "1"), row{"a": str("1")}) }), text: noSchemaMatch},
	{name: "C07 get with another name", send: gettingSorted(func(pk string) row { return row{"pk": str(pk), "other": str("1")} }), text: noSchemaMatch},
	{
		name: "C07 delete with one attribute too many", seed: row{"v": num("1")},
		send: func(ctx context.Context, x *fixture, pk string) error {
			_, err := x.Client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &x.plain, Key: with(pkOf(pk), row{"v": num("1")})})
			return err
		},
		text: noSchemaMatch,
	},
	{
		name: "C07 update without the sort key",
		send: func(ctx context.Context, x *fixture, pk string) error {
			_, err := x.Client.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: &x.sorted, Key: pkOf(pk)})
			return err
		},
		text: noSchemaMatch,
	},
	{name: "C08 get", send: gettingFrom("no-such-table"), code: notFound, text: "Requested resource not found"},
	{
		name: "C08 put", code: notFound, text: "Requested resource not found",
		send: func(ctx context.Context, x *fixture, pk string) error {
			return x.putInto(ctx, "no-such-table", pkOf(pk))
		},
	},
	{
		name: "C08 batch", code: notFound, text: "Requested resource not found",
		send: func(ctx context.Context, x *fixture, pk string) error {
			_, err := x.Client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
				x.plain: {Keys: []row{pkOf(pk)}}, "no-such-table": {Keys: []row{pkOf(pk)}},
			}})
			return err
		},
	},
	{
		name: "C08 describe", code: notFound, text: "Requested resource not found",
		send: func(ctx context.Context, x *fixture, _ string) error {
			name := "no-such-table"
			_, err := x.Client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
			return err
		},
	},
}

const (
	invalid          = "ValidationException"
	notFound         = "ResourceNotFoundException"
	unknownOperation = "UnknownOperationException"
	noSchemaMatch    = "The provided key element does not match the schema"
)

func gettingFrom(table string) request {
	return func(ctx context.Context, x *fixture, pk string) error {
		_, err := x.Client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: pkOf(pk)})
		return err
	}
}

func gettingSorted(key func(pk string) row) request {
	return func(ctx context.Context, x *fixture, pk string) error {
		_, err := x.Client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &x.sorted, Key: key(pk)})
		return err
	}
}
