package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
)

type attrs = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func num(n int) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
}

// engine has the tables AAA and BBB with the key ID, and Sorted with the keys P and S.
// In the first two are n items each; their attribute "at" says where they are.
func engine(t *testing.T, n int) (fetch.Reader, *fault.Transport) {
	t.Helper()
	client, net := fault.Wrap(embedded.New().Client(func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }))
	create := func(name string, keys map[string]types.ScalarAttributeType, schema ...types.KeySchemaElement) {
		in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest, KeySchema: schema}
		for k, kind := range keys {
			in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String(k), AttributeType: kind})
		}
		if _, err := client.CreateTable(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	hash := func(name string) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: aws.String(name), KeyType: types.KeyTypeHash}
	}
	create("AAA", map[string]types.ScalarAttributeType{"ID": "S"}, hash("ID"))
	create("BBB", map[string]types.ScalarAttributeType{"ID": "S"}, hash("ID"))
	create("Sorted", map[string]types.ScalarAttributeType{"P": "B", "S": "N"}, hash("P"), types.KeySchemaElement{AttributeName: aws.String("S"), KeyType: types.KeyTypeRange})
	for i := range n {
		for _, table := range []string{"AAA", "BBB"} {
			put(t, client, table, attrs{"ID": str(fmt.Sprint(i)), "at": str(fmt.Sprint(table[:1], i)), "more": str("x")})
		}
	}
	net.Reset()
	return fetch.Reader{Client: client}, net
}

func put(t *testing.T, c *dynamodb.Client, table string, it attrs) {
	t.Helper()
	if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: it}); err != nil {
		t.Fatal(err)
	}
}

// names makes items of texts such as "A3", which is item 3 of table AAA.
func names(items ...string) (all []fetch.Item) {
	for _, s := range items {
		all = append(all, fetch.Item{Table: strings.Repeat(s[:1], 3), Key: attrs{"ID": str(s[1:])}})
	}
	return all
}

// at lists where items are, "" for one that is not there.
func at(items []attrs) (all []string) {
	for _, it := range items {
		s := ""
		if v, ok := it["at"].(*types.AttributeValueMemberS); ok {
			s = v.Value
		}
		all = append(all, s)
	}
	return all
}

// The result is parallel to what was asked for, whatever the order of answers, and
// one key in two tables is two items.
func TestItemsInOrder(t *testing.T) {
	r, net := engine(t, 4)
	for seed := range uint64(5) {
		net.Reset(fault.Inject(fault.Shuffle(seed)))
		got, err := r.Items(t.Context(), names("B1", "A1", "A9", "A0", "B3", "A3"), true, nil)
		if d := cmp.Diff([]string{"B1", "A1", "", "A0", "B3", "A3"}, at(got)); err != nil || d != "" {
			t.Errorf("%v, %s", err, d)
		}
		if d := cmp.Diff([]string{"BatchGetItem"}, net.Operations()); d != "" {
			t.Error(d)
		}
	}
}

// Keys of two attributes, of other types.
func TestItemsOfSortedTables(t *testing.T) {
	r, net := engine(t, 2)
	client := r.Client.(*dynamodb.Client)
	key := func(p string, s int) attrs {
		return attrs{"P": &types.AttributeValueMemberB{Value: []byte(p)}, "S": num(s)}
	}
	var want []string
	var items []fetch.Item
	for _, p := range []string{"1", "2"} {
		for s := range 3 {
			it := key(p, s)
			it["at"] = str(fmt.Sprint(p, "/", s))
			put(t, client, "Sorted", it)
			items, want = append(items, fetch.Item{Table: "Sorted", Key: key(p, s)}), append(want, fmt.Sprint(p, "/", s))
		}
	}
	items, want = append(items, names("A1")...), append(want, "A1")
	net.Reset(fault.Inject(fault.Shuffle(1)))
	got, err := r.Items(t.Context(), items, false, nil)
	if d := cmp.Diff(want, at(got)); err != nil || d != "" {
		t.Errorf("%v, %s", err, d)
	}
}

// More than 100 items are several requests; one is a GetItem, none is no request.
func TestItemsByNumber(t *testing.T) {
	r, net := engine(t, 101)
	for n, want := range map[int][]string{0: {}, 1: {"GetItem"}, 2: {"BatchGetItem"}, 100: {"BatchGetItem"}, 101: {"BatchGetItem", "BatchGetItem"}, 202: {"BatchGetItem", "BatchGetItem", "BatchGetItem"}} {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprint(string("AB"[i%2]), i/2))
		}
		net.Reset()
		got, err := r.Items(t.Context(), names(all...), true, nil)
		if d := cmp.Diff(all, at(got)); err != nil || d != "" {
			t.Errorf("%d items: %v, %s", n, err, d)
		}
		if d := cmp.Diff(want, append([]string{}, net.Operations()...)); d != "" {
			t.Errorf("%d items: %s", n, d)
		}
	}
}

// A projection is that of its table; strong reads say so in every table.
func TestItemsProjected(t *testing.T) {
	r, net := engine(t, 2)
	var e expr.Builder
	proj := fetch.Projections{"AAA": e.Project(e.Name("ID"), e.Name("at"))}
	for n, items := range [][]fetch.Item{names("A0", "B0"), names("A0")} {
		net.Reset()
		got, err := r.Items(t.Context(), items, true, proj)
		if err != nil || len(got[0]) != 2 || n == 0 && len(got[1]) != 3 {
			t.Errorf("%v, %v", got, err)
		}
		if body := string(net.Requests()[0].Body); strings.Count(body, `"ConsistentRead":true`) != len(items) {
			t.Errorf("not consistent: %s", body)
		}
	}
}

// Keys that are handed back are asked for again: at once as long as some are
// answered, with the same parameters, and no key twice.
func TestUnprocessedKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, net := engine(t, 5)
		net.Reset(fault.Inject(fault.Unprocessed(2)))
		begin := time.Now()
		asked := []string{"A0", "B0", "A1", "B1", "A4"}
		got, err := r.Items(t.Context(), names(asked...), true, nil)
		if d := cmp.Diff(asked, at(got)); err != nil || d != "" {
			t.Errorf("%v, %s", err, d)
		}
		if len(net.Requests()) != 3 || time.Since(begin) != 0 {
			t.Errorf("%d requests in %v", len(net.Requests()), time.Since(begin))
		}
		for i, want := range []int{5, 3, 1} {
			if n := strings.Count(string(net.Requests()[i].Body), `"ID":`); n != want {
				t.Errorf("request %d is for %d keys, want %d", i, n, want)
			}
			if body := string(net.Requests()[i].Body); !strings.Contains(body, `"ConsistentRead":true`) {
				t.Errorf("request %d: %s", i, body)
			}
		}
	})
}

// If no key is answered 10 times in a row, the table throttles; an answer begins
// the count anew.
func TestNothingProcessed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, net := engine(t, 3)
		net.Reset(fault.Inject(fault.Unprocessed(0)))
		_, err := r.Items(t.Context(), names("A0", "A1", "B2"), true, nil)
		if want := fail.Withf(fail.ErrThrottled, "DynamoDB left 3 keys unprocessed"); !errors.Is(err, fail.ErrThrottled) || err.Error() != want.Error() || len(net.Requests()) != 10 {
			t.Errorf("%v after %d requests", err, len(net.Requests()))
		}
		var none []int
		for i := range 15 {
			if i != 5 {
				none = append(none, i)
			}
		}
		net.Reset(fault.Inject(fault.Unprocessed(1), fault.At(5)), fault.Inject(fault.Unprocessed(0), fault.At(none...)))
		got, err := r.Items(t.Context(), names("A0", "A1", "B2"), true, nil)
		if d := cmp.Diff([]string{"A0", "A1", "B2"}, at(got)); err != nil || d != "" || len(net.Requests()) != 16 {
			t.Errorf("%v after %d requests, %s", err, len(net.Requests()), d)
		}
		// The context ends in a pause.
		ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
		defer cancel()
		net.Reset(fault.Inject(fault.Unprocessed(0)))
		_, err = r.Items(ctx, names("A0", "A1"), true, nil)
		if !errors.Is(err, fail.ErrThrottled) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "after 1 attempts") {
			t.Error(err)
		}
	})
}

// Errors of all reads have their kind, and reasons for throttling their table.
func TestErrors(t *testing.T) {
	r, net := engine(t, 2)
	ctx := t.Context()
	reads := map[string]func() error{
		"One":      func() error { _, err := r.One(ctx, names("A0")[0], true, nil); return err },
		"Items":    func() error { _, err := r.Items(ctx, names("A0", "B0"), true, nil); return err },
		"Isolated": func() error { _, err := r.Isolated(ctx, names("A0", "B0")); return err },
		"Scan": func() error {
			_, err := r.Scan(&dynamodb.ScanInput{TableName: aws.String("AAA")})(ctx, nil)
			return err
		},
		"Query": func() error {
			_, err := r.Query(&dynamodb.QueryInput{TableName: aws.String("AAA"), KeyConditionExpression: aws.String("ID = :x"), ExpressionAttributeValues: attrs{":x": str("0")}})(ctx, nil)
			return err
		},
	}
	for name, read := range reads {
		for _, c := range []struct {
			f    fault.Fault
			kind error // nil: none
		}{
			{fault.Throttle(), fail.ErrThrottled},
			{fault.ProvisionedThroughputExceeded(), fail.ErrThrottled},
			{fault.Respond(400, "RequestLimitExceeded", "x"), fail.ErrThrottled},
			{fault.Respond(400, "ValidationException", "x"), fail.ErrInvalid},
			{fault.Respond(400, "ResourceNotFoundException", "x"), nil},
			{fault.Respond(400, "AccessDeniedException", "x"), nil},
		} {
			net.Reset(fault.Inject(c.f))
			err := read()
			if err == nil || c.kind != nil && !errors.Is(err, c.kind) || c.kind == nil && (errors.Is(err, fail.ErrThrottled) || errors.Is(err, fail.ErrInvalid)) {
				t.Errorf("%s, %s: %v", name, c.f, err)
			}
		}
	}
	net.Reset(fault.Inject(fault.CancelTransaction("", "ThrottlingError")))
	err := reads["Isolated"]()
	if d := cmp.Diff([]answer.Reason{{Reason: "ThrottlingError", Resource: "BBB"}}, answer.Reasons(err)); d != "" || !errors.Is(err, fail.ErrThrottled) {
		t.Errorf("%v, %s", err, d)
	}
}

// Isolated reads all items in one transaction, parallel to what was asked for.
func TestIsolated(t *testing.T) {
	r, net := engine(t, 2)
	found, err := r.Isolated(t.Context(), names("B1", "A9", "A1", "B0"))
	var got []attrs
	for _, it := range found {
		got = append(got, it.Attrs())
	}
	if d := cmp.Diff([]string{"B1", "", "A1", "B0"}, at(got)); err != nil || d != "" || got[1] != nil {
		t.Errorf("%v, %s", err, d)
	}
	if d := cmp.Diff([]string{"TransactGetItems"}, net.Operations()); d != "" {
		t.Error(d)
	}
}

// Pages follow each other until there is no next one. The limit of a page is twice that
// of the one before.
func TestPages(t *testing.T) {
	r, net := engine(t, 5)
	seen := map[string]int{}
	pages := r.Scan(&dynamodb.ScanInput{TableName: aws.String("AAA"), Limit: aws.Int32(2)})
	var start attrs
	for limit := 2; ; limit *= 2 {
		page, err := pages(t.Context(), start)
		if err != nil || len(page.Attrs()) > limit || int(page.Count) != len(page.Attrs()) {
			t.Fatal(len(page.Attrs()), page.Count, err)
		}
		for _, s := range at(page.Attrs()) {
			seen[s]++
		}
		if start = page.Next; len(start) == 0 {
			break
		}
	}
	if d := cmp.Diff(map[string]int{"A0": 1, "A1": 1, "A2": 1, "A3": 1, "A4": 1}, seen); d != "" || len(net.Requests()) != 2 {
		t.Errorf("%d requests, %s", len(net.Requests()), d)
	}
}
