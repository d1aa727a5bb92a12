package regions_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/regions"
	"github.com/dystore/dystore/internal/traced"
)

// client notes the tables that it is asked for, and answers with err.
type client struct {
	traced.DataClient            // of what is not asked
	noting            sync.Mutex // batches of several places are sent at the same time
	tables            []string
	unprocessed       string // a table of which it does nothing
	err               error
}

func (c *client) note(table string) {
	c.noting.Lock()
	defer c.noting.Unlock()
	c.tables = append(c.tables, table)
}

func (c *client) GetItem(_ context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	c.note(*in.TableName)
	return &dynamodb.GetItemOutput{}, c.err
}

func (c *client) PutItem(_ context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	c.note(*in.TableName)
	return &dynamodb.PutItemOutput{}, c.err
}

func (c *client) UpdateItem(_ context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	c.note(*in.TableName)
	return &dynamodb.UpdateItemOutput{}, c.err
}

func (c *client) Query(_ context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	c.note(*in.TableName)
	return &dynamodb.QueryOutput{}, c.err
}

func (c *client) Scan(_ context.Context, in *dynamodb.ScanInput, _ ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	c.note(*in.TableName)
	return &dynamodb.ScanOutput{}, c.err
}

func (c *client) TransactGetItems(_ context.Context, in *dynamodb.TransactGetItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	for _, i := range in.TransactItems {
		c.note(*i.Get.TableName)
	}
	return &dynamodb.TransactGetItemsOutput{}, c.err
}

func (c *client) TransactWriteItems(_ context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	for _, i := range in.TransactItems {
		switch {
		case i.Put != nil:
			c.note(*i.Put.TableName)
		case i.Update != nil:
			c.note(*i.Update.TableName)
		case i.Delete != nil:
			c.note(*i.Delete.TableName)
		default:
			c.note(*i.ConditionCheck.TableName)
		}
	}
	return &dynamodb.TransactWriteItemsOutput{}, c.err
}

func (c *client) BatchGetItem(_ context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	out := &dynamodb.BatchGetItemOutput{Responses: map[string][]map[string]types.AttributeValue{}, UnprocessedKeys: map[string]types.KeysAndAttributes{}}
	for table, keys := range in.RequestItems {
		c.note(table)
		out.ConsumedCapacity = append(out.ConsumedCapacity, types.ConsumedCapacity{TableName: &table})
		if table == c.unprocessed {
			out.UnprocessedKeys[table] = keys
		} else {
			out.Responses[table] = keys.Keys
		}
	}
	return out, c.err
}

// whole is a client that can do all.
type whole struct{ client }

func (c *whole) DeleteItem(_ context.Context, in *dynamodb.DeleteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	c.note(*in.TableName)
	return &dynamodb.DeleteItemOutput{}, c.err
}

func (c *whole) BatchWriteItem(_ context.Context, in *dynamodb.BatchWriteItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	out := &dynamodb.BatchWriteItemOutput{UnprocessedItems: map[string][]types.WriteRequest{}}
	for table, writes := range in.RequestItems {
		c.note(table)
		out.ConsumedCapacity = append(out.ConsumedCapacity, types.ConsumedCapacity{TableName: &table})
		if table == c.unprocessed {
			out.UnprocessedItems[table] = writes
		}
	}
	return out, c.err
}

const (
	place = "arn:aws:dynamodb:eu-west-1:123456789012:table/"
	away  = "eu-west-1/Parts"
	arned = "eu-west-1/" + place + "Parts"
)

// all sends a request of each kind about one table.
func all(ctx context.Context, c traced.DataClient, table string) (errs []error) {
	key := func(_ any, err error) { errs = append(errs, err) }
	key(c.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table}))
	key(c.PutItem(ctx, &dynamodb.PutItemInput{TableName: &table}))
	key(c.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: &table}))
	key(c.Query(ctx, &dynamodb.QueryInput{TableName: &table}))
	key(c.Scan(ctx, &dynamodb.ScanInput{TableName: &table}))
	key(c.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: &table}}}}))
	key(c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Put: &types.Put{TableName: &table}}, {Update: &types.Update{TableName: &table}}, {Delete: &types.Delete{TableName: &table}}, {ConditionCheck: &types.ConditionCheck{TableName: &table}}}}))
	key(c.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{table: {}}}))
	w := c.(traced.WritesApart)
	key(w.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &table}))
	key(w.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: nil}}))
	return errs
}

const requests = 13 // tables in the requests of all

// TestOneTable: a request goes to the region of its table, under the name there.
func TestOneTable(t *testing.T) {
	for table, there := range map[string]string{"Docs": "", place + "Docs": "", away: "Parts", arned: place + "Parts"} {
		home, far := &whole{}, &whole{}
		c := regions.New(home, map[string]traced.DataClient{"eu-west-1": far})
		for _, err := range all(t.Context(), c, table) {
			if err != nil {
				t.Errorf("%s: %v", table, err)
			}
		}
		got, want := far.tables, there
		if there == "" {
			got, want = home.tables, table
		}
		if len(home.tables)+len(far.tables) != requests || len(got) != requests {
			t.Errorf("%s: %q at home, %q in the other region", table, home.tables, far.tables)
		}
		for _, name := range got {
			if name != want {
				t.Errorf("%s is called %s", table, name)
			}
		}
		one := &whole{}
		all(t.Context(), regions.Divide(one), table)
		if len(one.tables) != requests || one.tables[0] != table || one.tables[requests-1] != table {
			t.Errorf("%s, divided only: %q", table, one.tables)
		}
	}
}

// TestBatches: what several regions answer is one answer.
func TestBatches(t *testing.T) {
	home, far := &whole{}, &whole{client: client{unprocessed: "More"}}
	c := regions.New(home, map[string]traced.DataClient{"eu-west-1": far})
	key := []map[string]types.AttributeValue{{"id": &types.AttributeValueMemberS{Value: "a"}}}
	out, err := c.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"Docs": {Keys: key}, away: {Keys: key}, "eu-west-1/More": {Keys: key}, arned: {Keys: key}}})
	if err != nil {
		t.Fatal(err)
	}
	var answered, consumed []string
	for _, table := range []string{"Docs", away, arned} {
		if len(out.Responses[table]) == 1 {
			answered = append(answered, table)
		}
	}
	if len(answered) != 3 || len(out.Responses) != 3 || len(out.UnprocessedKeys) != 1 || len(out.UnprocessedKeys["eu-west-1/More"].Keys) != 1 {
		t.Errorf("answered %q, unprocessed %v", answered, out.UnprocessedKeys)
	}
	written, err := c.(traced.WritesApart).BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"Docs": {{}}, "eu-west-1/More": {{}, {}}}})
	if err != nil || len(written.UnprocessedItems) != 1 || len(written.UnprocessedItems["eu-west-1/More"]) != 2 {
		t.Errorf("unprocessed %v, %v", written, err)
	}
	for _, x := range written.ConsumedCapacity {
		consumed = append(consumed, *x.TableName)
	}
	if d := cmp.Diff([]string{"Docs", "eu-west-1/More"}, consumed); d != "" {
		t.Error(d)
	}
	if len(out.ConsumedCapacity) != 4 {
		t.Errorf("capacity %v", out.ConsumedCapacity)
	}
}

// TestTransactions: one of several regions or accounts is refused before any request.
func TestTransactions(t *testing.T) {
	home, far := &whole{}, &whole{}
	c := regions.New(home, map[string]traced.DataClient{"eu-west-1": far})
	for _, tables := range [][2]string{{"Docs", away}, {away, arned}, {"eu-west-1/Parts", "eu-west-2/Parts"}} {
		_, err := c.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{Put: &types.Put{TableName: &tables[0]}}, {Put: &types.Put{TableName: &tables[1]}}}})
		if !errors.Is(err, fail.ErrInvalid) || !strings.Contains(err.Error(), "a transaction is in one region of one account") {
			t.Errorf("%q: %v", tables, err)
		}
		_, err = c.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
			{Get: &types.Get{TableName: &tables[0]}}, {Get: &types.Get{TableName: &tables[1]}}}})
		if !errors.Is(err, fail.ErrInvalid) {
			t.Errorf("%q: %v", tables, err)
		}
	}
	_, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: new("eu-west-9/Parts")})
	if !errors.Is(err, fail.ErrInvalid) || err.Error() != "invalid: region eu-west-9 has no client; see repo.WithRegions" {
		t.Error(err)
	}
	if len(home.tables)+len(far.tables) > 0 {
		t.Errorf("sent %q, %q", home.tables, far.tables)
	}
}

// TestOptionalMethods: the client can do what all clients can.
func TestOptionalMethods(t *testing.T) {
	for _, c := range []struct {
		home, far traced.DataClient
		apart     bool
	}{{&whole{}, &whole{}, true}, {&client{}, &whole{}, false}, {&whole{}, &client{}, false}} {
		if _, ok := regions.New(c.home, map[string]traced.DataClient{"eu-west-1": c.far}).(traced.WritesApart); ok != c.apart {
			t.Errorf("%T and %T: %v", c.home, c.far, ok)
		}
	}
}

// TestErrors: an error names the region, and says whether that was reached.
func TestErrors(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		lost bool
	}{
		"no connection":  {&net.OpError{Op: "dial", Err: errors.New("refused")}, true},
		"no answer":      {errors.New("the connection broke"), true},
		"late":           {context.DeadlineExceeded, true},
		"failed inside":  {&types.InternalServerError{}, true},
		"given up":       {context.Canceled, false},
		"refused":        {&types.ConditionalCheckFailedException{}, false},
		"throttled":      {&types.ProvisionedThroughputExceededException{}, false},
		"no table":       {&types.ResourceNotFoundException{}, false},
		"wrong":          {&smithy.GenericAPIError{Code: "ValidationException", Fault: smithy.FaultClient}, false},
		"wrong, unsent":  {smithy.InvalidParamsError{}, false},
		"not serialized": {&smithy.SerializationError{Err: errors.New("x")}, false},
	} {
		home, far := &whole{client{err: errors.New("at home")}}, &whole{client{err: c.err}}
		both := regions.New(home, map[string]traced.DataClient{"eu-west-1": far})
		for i, err := range all(t.Context(), both, arned) {
			lost, ok := errors.AsType[*fail.RegionError](err)
			if err == nil || err.Error() != "region eu-west-1: "+c.err.Error() || ok != c.lost {
				t.Errorf("%s, request %d: %v", name, i, err)
			}
			if ok && (lost.Region != "eu-west-1" || lost.Err != c.err || cmp.Diff([]string{place + "Parts"}, lost.Tables) != "") {
				t.Errorf("%s, request %d: %+v", name, i, lost)
			}
		}
		for _, err := range all(t.Context(), both, "Docs") {
			if err != home.err {
				t.Errorf("%s: %v of the root's region", name, err)
			}
		}
	}
}
