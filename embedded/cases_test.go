package embedded

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// refusal is one request with the error that it must get.
type refusal struct {
	name     string
	send     func(t *testing.T, a api) error
	code     string
	fragment string
}

func putting(table string, i item) func(*testing.T, api) error {
	return func(t *testing.T, a api) error {
		_, err := a.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: i})
		return err
	}
}

func getting(table string, key item) func(*testing.T, api) error {
	return func(t *testing.T, a api) error {
		_, err := a.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(table), Key: key})
		return err
	}
}

// updating updates the item "k" of the table "plain", which has v, l and m.
func updating(update string, names map[string]string, values item) func(*testing.T, api) error {
	return func(t *testing.T, a api) error {
		store(t, a, "plain", item{"pk": str("k"), "v": num("1"), "l": list(num("1")), "m": object(item{})})
		_, err := a.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String("plain"), Key: item{"pk": str("k")}, UpdateExpression: aws.String(update),
			ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		})
		return err
	}
}

// filler is an item of exactly the given size.
func filler(pk string, size int) item {
	return item{"pk": str(pk), "d": str(strings.Repeat("x", size-len("pk")-len(pk)-len("d")))}
}

func nested(maps int) types.AttributeValue {
	v := str("leaf")
	for range maps {
		v = object(item{"m": v})
	}
	return v
}

func TestRefusals(t *testing.T) {
	one := item{":v": num("1")}
	for _, c := range []refusal{
		{"C01 409,600 bytes", putting("plain", filler("k", 409_600)), "", ""},
		{"C01 409,601 bytes", putting("plain", filler("k", 409_601)), invalid, "Item size has exceeded the maximum allowed size"},
		{"C02 update beyond 400 KB", updating("SET d = :d", nil, item{":d": str(strings.Repeat("x", 409_600))}), invalid, "Item size to update has exceeded the maximum allowed size"},
		{"C03 empty string key", putting("plain", item{"pk": str("")}), invalid, "cannot contain an empty string value. Key: pk"},
		{"C04 no key", putting("plain", item{"v": num("1")}), invalid, "Missing the key pk in the item"},
		{"C05 key of another type", putting("plain", item{"pk": num("1")}), invalid, "Type mismatch for key pk expected: S actual: N"},
		{"C06 partition key of 2048 bytes", putting("plain", item{"pk": str(strings.Repeat("x", 2048))}), "", ""},
		{"C06 partition key of 2049 bytes", putting("plain", item{"pk": str(strings.Repeat("x", 2049))}), invalid, "Size of hashkey has exceeded the maximum size limit of2048 bytes"},
		{"C07 key too short", getting("sorted", item{"pk": str("k")}), invalid, "The provided key element does not match the schema"},
		{"C07 key too long", getting("plain", item{"pk": str("k"), "sk": num("1")}), invalid, "The provided key element does not match the schema"},
		{"C07 key of another type", getting("plain", item{"pk": num("1")}), invalid, "The provided key element does not match the schema"},
		{"C08 no table", getting("nowhere", item{"pk": str("k")}), "ResourceNotFoundException", "Requested resource not found"},
		{"C09 empty string set", putting("plain", item{"pk": str("k"), "s": &types.AttributeValueMemberSS{Value: []string{}}}), invalid, "An string set  may not be empty"},
		{"C09 empty number set inside a list", putting("plain", item{"pk": str("k"), "s": list(&types.AttributeValueMemberNS{Value: []string{}})}), invalid, "An number set  may not be empty"},
		{"C09 empty binary set", putting("plain", item{"pk": str("k"), "s": &types.AttributeValueMemberBS{Value: [][]byte{}}}), invalid, "Binary sets should not be empty"},
		{"C10 twice in a set", putting("plain", item{"pk": str("k"), "s": texts("a", "a")}), invalid, "contains duplicates"},
		{"C10 one number, two texts", putting("plain", item{"pk": str("k"), "s": numbers("1", "1.0")}), invalid, "contains duplicates"},
		{"C11 NULL false", putting("plain", item{"pk": str("k"), "n": &types.AttributeValueMemberNULL{}}), invalid, "Null attribute value types must have the value of true"},
		{"C12 39 digits", putting("plain", item{"pk": str("k"), "n": num(strings.Repeat("9", 39))}), invalid, "more than 38 significant digits"},
		{"C12 1E126", putting("plain", item{"pk": str("k"), "n": num("1E126")}), invalid, "Number overflow"},
		{"C12 1E-131", putting("plain", item{"pk": str("k"), "n": num("1E-131")}), invalid, "Number underflow"},
		{"C12 zero beyond the range", putting("plain", item{"pk": str("k"), "n": num("0e126")}), invalid, "Number overflow"},
		{"C12 zero below the range", putting("plain", item{"pk": str("k"), "n": list(numbers("1", "0e-131"))}), invalid, "Number underflow"},
		{"C12 zero within the range", putting("plain", item{"pk": str("k"), "n": numbers("0e125", "1")}), "", ""},
		{"C12 zero beyond the range in a key", getting("sorted", item{"pk": str("k"), "sk": num("0e126")}), invalid, "Number overflow"},
		{"C12 zero beyond the range in an expression", updating("SET v = :v", nil, item{":v": num("0.0e127")}), invalid, "Number overflow"},
		{"C12 exponent beyond all numbers", putting("plain", item{"pk": str("k"), "n": num("1e9223372036854775808")}), invalid, "cannot be converted to a numeric value: 1e9223372036854775808"},
		{"C12 NaN", putting("plain", item{"pk": str("k"), "n": num("NaN")}), invalid, "cannot be converted to a numeric value: NaN"},
		{"C14 31 maps", putting("plain", item{"pk": str("k"), "m": nested(31)}), "", ""},
		{"C14 32 maps", putting("plain", item{"pk": str("k"), "m": nested(32)}), invalid, "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"},
		{"C17 update of a key", updating("SET pk = :v", nil, item{":v": str("x")}), invalid, "Cannot update attribute pk. This attribute is part of the key"},
		{"C18 reserved word", updating("SET name = :v", nil, one), invalid, "Attribute name is a reserved keyword; reserved keyword: name"},
		{"C19 undefined value", updating("SET v = :w", nil, one), invalid, "is not defined; attribute value: :w"},
		{"C19 undefined name", updating("SET #n = :v", nil, one), invalid, "is not defined; attribute name: #n"},
		{"C19 unused value", updating("SET v = :v", nil, item{":v": num("1"), ":u": num("2")}), invalid, "unused in expressions: keys: {:u}"},
		{"C19 unused name", updating("SET v = :v", map[string]string{"#u": "u"}, one), invalid, "unused in expressions: keys: {#u}"},
		{"C20 overlap", updating("SET m = :v, m.b = :v", nil, one), invalid, "Two document paths overlap with each other"},
		{"C20 no parent", updating("SET m.x.y = :v", nil, one), invalid, "The document path provided in the update expression is invalid for update"},
		{"C20 beyond the list", updating("SET l[9] = :v", nil, one), "", ""},
		{"C21 expression of 4097 bytes", updating("SET v = :v"+strings.Repeat(" ", 4087), nil, one), invalid, "Expression size has exceeded the maximum allowed size"},
		{"C21 expression of 4096 bytes", updating("SET v = :v"+strings.Repeat(" ", 4086), nil, one), "", ""},
		{"C22 101 keys", func(t *testing.T, a api) error {
			_, err := a.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"plain": {Keys: keys(101)}}})
			return err
		}, invalid, "less than or equal to 100"},
		{"C22 a key twice", func(t *testing.T, a api) error {
			_, err := a.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"plain": {Keys: append(keys(2), keys(1)...)}}})
			return err
		}, invalid, "Provided list of item keys contains duplicates"},
		{"C23 26 puts", batchPutting(26, 0), invalid, "less than or equal to 25"},
		{"C23 put and delete", batchPutting(1, 1), invalid, "Provided list of item keys contains duplicates"},
		{"C24 101 actions", transacting(101, 0), invalid, "less than or equal to 100"},
		{"C24 more than 4 MB", transacting(11, 400_000), invalid, "4MB"},
		{"C24 item beyond 400 KB", transacting(1, 409_601), invalid, "Item size has exceeded the maximum allowed size"},
	} {
		t.Run(c.name, func(t *testing.T) {
			everyFace(t, func(t *testing.T, _ *DB, a api) { refused(t, c.send(t, a), c.code, c.fragment) })
		})
	}
}

func keys(n int) []item {
	list := make([]item, n)
	for i := range list {
		list[i] = item{"pk": str("k" + strconv.Itoa(i))}
	}
	return list
}

func batchPutting(puts, deletes int) func(*testing.T, api) error {
	return func(t *testing.T, a api) error {
		var requests []types.WriteRequest
		for _, k := range keys(puts) {
			requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: k}})
		}
		for _, k := range keys(deletes) {
			requests = append(requests, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: k}})
		}
		_, err := a.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"plain": requests}})
		return err
	}
}

// transacting puts n items of a size, or small ones.
func transacting(n, size int) func(*testing.T, api) error {
	return func(t *testing.T, a api) error {
		var actions []types.TransactWriteItem
		for i := range n {
			one := item{"pk": str("k" + strconv.Itoa(i))}
			if size > 0 {
				one = filler("k"+strconv.Itoa(i), size)
			}
			actions = append(actions, types.TransactWriteItem{Put: &types.Put{TableName: aws.String("plain"), Item: one}})
		}
		_, err := a.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: actions})
		return err
	}
}
