package embedded

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded/internal/wire"
)

// post sends a request to a server of the protocol.
func post(h http.Handler, operation, body string) string {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return fmt.Sprintf("%d %s", w.Code, w.Body)
}

// JSON that is made of stored bytes is that of the values.
func TestPackedAnswers(t *testing.T) {
	db := New()
	createTables(t, db)
	for i := range 7 {
		n := strconv.Itoa(i)
		store(t, db, "sorted", item{
			"pk": str("p"), "sk": num(n), "g": str("g"), "h": num(n), "l": str("l" + n), "x": str("\"\\\n\x00é\u2028"), "b": bin("\x00\xff" + n),
			"t": flag(true), "f": flag(false), "null": &types.AttributeValueMemberNULL{Value: true}, "ss": texts("b", "a"), "ns": numbers("10", "9"),
			"bs": &types.AttributeValueMemberBS{Value: [][]byte{{2}, {1}}}, "empty": list(), "m": object(item{"deep": list(num("1.50"), object(item{})), "a b": str("")}),
		})
	}
	get := func(n, more string) string {
		return `{"Get":{"TableName":"sorted","Key":{"pk":{"S":"p"},"sk":{"N":"` + n + `"}}` + more + `}}`
	}
	values, packed := wire.NewHandler(db), wire.NewHandler(packing{db})
	const table, key = `"TableName":"sorted"`, `"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}}`
	for operation, requests := range map[string][]string{
		"GetItem": {
			`{"TableName":"sorted","Key":{"pk":{"S":"p"},"sk":{"N":"1"}},"ReturnConsumedCapacity":"TOTAL"}`,
			`{"TableName":"sorted","Key":{"pk":{"S":"p"},"sk":{"N":"1"}},"ProjectionExpression":"x, b, nothing"}`,
			`{"TableName":"sorted","Key":{"pk":{"S":"p"},"sk":{"N":"1"}},"ProjectionExpression":"x, m.deep[1]"}`,
			`{"TableName":"sorted","Key":{"pk":{"S":"p"},"sk":{"N":"1"}},"ProjectionExpression":"nothing"}`,
			`{"TableName":"sorted","Key":{"pk":{"S":"none"},"sk":{"N":"1"}},"ProjectionExpression":"m.deep"}`,
			`{"TableName":"sorted","Key":{"pk":{"S":"none"},"sk":{"N":"1"}}}`,
			`wrong: {"TableName":"sorted","Key":{"pk":{"S":"p"}}}`,
			`wrong: {"TableName":"no-such-table","Key":{"pk":{"S":"p"}}}`,
		},
		"Query": {
			`{` + table + `,` + key + `,"ReturnConsumedCapacity":"INDEXES"}`,
			`{` + table + `,` + key + `,"Limit":3,"ScanIndexForward":false}`,
			`{` + table + `,` + key + `,"Select":"COUNT"}`,
			`{` + table + `,` + key + `,"ProjectionExpression":"x, m.deep[0]"}`,
			`{` + table + `,"KeyConditionExpression":"pk = :p","FilterExpression":"h > :h","ExpressionAttributeValues":{":p":{"S":"p"},":h":{"N":"3"}}}`,
			`{` + table + `,"KeyConditionExpression":"pk = :p","FilterExpression":"h > :h","ExpressionAttributeValues":{":p":{"S":"p"},":h":{"N":"33"}}}`,
			`{` + table + `,"IndexName":"some","KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"g"}},"Limit":2}`,
			`{` + table + `,"IndexName":"local",` + key + `}`,
			`{` + table + `,"IndexName":"local",` + key + `,"ProjectionExpression":"x, l"}`,
			`{` + table + `,"IndexName":"local",` + key + `,"Select":"ALL_ATTRIBUTES"}`,
			`wrong: {` + table + `,"KeyConditionExpression":"sk = :p","ExpressionAttributeValues":{":p":{"S":"p"}}}`,
		},
		"Scan": {
			`{` + table + `}`,
			`{` + table + `,"IndexName":"keys"}`,
			`{` + table + `,"IndexName":"all","ProjectionExpression":"m"}`,
			`{` + table + `,"Limit":2,"ReturnConsumedCapacity":"TOTAL"}`,
			`{"TableName":"plain"}`,
			`wrong: {"TableName":"no-such-table"}`,
		},
		"BatchGetItem": {
			`{"RequestItems":{"sorted":{"Keys":[{"pk":{"S":"p"},"sk":{"N":"1"}},{"pk":{"S":"p"},"sk":{"N":"2.0"}},{"pk":{"S":"p"},"sk":{"N":"77"}}],"ConsistentRead":true}},"ReturnConsumedCapacity":"TOTAL"}`,
			`{"RequestItems":{"sorted":{"Keys":[{"pk":{"S":"p"},"sk":{"N":"1"}}],"ProjectionExpression":"x, m.deep[1]"},"plain":{"Keys":[{"pk":{"S":"none"}}]}}}`,
			`{"RequestItems":{"sorted":{"Keys":[{"pk":{"S":"p"},"sk":{"N":"1"}}],"ProjectionExpression":"nothing"}}}`,
			`wrong: {"RequestItems":{"sorted":{"Keys":[{"pk":{"S":"p"}}]}}}`,
			`wrong: {"RequestItems":{"no-such-table":{"Keys":[{"pk":{"S":"p"}}]}}}`,
			`wrong: {"RequestItems":{}}`,
			`wrong: {}`,
		},
		"TransactGetItems": {
			`{"TransactItems":[` + get("1", ``) + `,` + get("77", ``) + `,` + get("2", `,"ProjectionExpression":"x, m.deep[1]"`) + `],"ReturnConsumedCapacity":"TOTAL"}`,
			`{"TransactItems":[` + get("1", `,"ProjectionExpression":"nothing"`) + `,` + get("77", `,"ProjectionExpression":"nothing"`) + `]}`,
			`wrong: {"TransactItems":[` + get("1", ``) + `,` + get("1", ``) + `]}`,
			`wrong: {"TransactItems":[{"Get":{"TableName":"sorted","Key":{"pk":{"S":"p"}}}}]}`,
			`wrong: {"TransactItems":[{"Get":{"TableName":"no-such-table","Key":{"pk":{"S":"p"}}}}]}`,
			`wrong: {"TransactItems":[{}]}`,
			`wrong: {}`,
		},
	} {
		for _, body := range requests {
			body, wrong := strings.CutPrefix(body, "wrong: ")
			got, want := post(packed, operation, body), post(values, operation, body)
			if got != want || strings.HasPrefix(got, "200 ") == wrong {
				t.Errorf("%s %s:\n%s, want\n%s", operation, body, got, want)
			}
		}
	}
}

// A page over HTTP makes no values of its items.
func TestPackedPagesAllocateNothingPerItem(t *testing.T) {
	db := New()
	createTables(t, db)
	for i := range 400 {
		store(t, db, "sorted", item{"pk": str("p"), "sk": num(strconv.Itoa(i)), "x": str("text"), "m": object(item{"y": list(num("1"), num("2"))})})
	}
	served := wire.NewHandler(packing{db})
	allocations := func(limit int) float64 {
		body := fmt.Sprintf(`{"TableName":"sorted","Limit":%d,"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}}}`, limit)
		return testing.AllocsPerRun(20, func() {
			if answer := post(served, "Query", body); !strings.HasPrefix(answer, "200 ") {
				t.Fatal(answer)
			}
		})
	}
	if few, many := allocations(10), allocations(400); many > few+60 {
		t.Errorf("%v allocations for 400 items, %v for 10", many, few)
	}
}
