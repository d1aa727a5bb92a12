package wire

import (
	"context"
	"reflect"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// operation is one entry of the protocol's table: how to read the input and how
// to answer it. The input is a pointer to a struct of the SDK.
type operation struct {
	decode func(body []byte) (in any, fail *failure)
	answering
	packed *answering // with packed items, where a backend can do that
	direct bool       // the answer is of items, whose Go values mean the same without JSON
}

// answering is which method to call and how to write its output, a pointer to a
// struct.
type answering struct {
	call   func(ctx context.Context, b Backend, in any) (out any, err error)
	encode encodeFunc
}

// operations is built on first use, so that importing the package costs
// nothing; it is never changed afterwards.
var operations = sync.OnceValue(func() map[string]*operation {
	p := newPlans()
	return map[string]*operation{
		"CreateTable":               define(p, Backend.CreateTable),
		"DescribeTable":             define(p, Backend.DescribeTable),
		"UpdateTable":               define(p, Backend.UpdateTable),
		"DeleteTable":               define(p, Backend.DeleteTable),
		"ListTables":                define(p, Backend.ListTables),
		"UpdateTimeToLive":          define(p, Backend.UpdateTimeToLive),
		"DescribeTimeToLive":        define(p, Backend.DescribeTimeToLive),
		"DescribeContinuousBackups": define(p, Backend.DescribeContinuousBackups),
		"UpdateContinuousBackups":   define(p, Backend.UpdateContinuousBackups),
		"TagResource":               define(p, Backend.TagResource),
		"UntagResource":             define(p, Backend.UntagResource),
		"ListTagsOfResource":        define(p, Backend.ListTagsOfResource),
		"PutItem":                   ofItems(p, Backend.PutItem),
		"GetItem":                   orPacked(p, Backend.GetItem, PackedBackend.GetItemPacked),
		"UpdateItem":                ofItems(p, Backend.UpdateItem),
		"DeleteItem":                ofItems(p, Backend.DeleteItem),
		"Query":                     orPacked(p, Backend.Query, PackedBackend.QueryPacked),
		"Scan":                      orPacked(p, Backend.Scan, PackedBackend.ScanPacked),
		"BatchGetItem":              orPacked(p, Backend.BatchGetItem, PackedBackend.BatchGetItemPacked),
		"BatchWriteItem":            ofItems(p, Backend.BatchWriteItem),
		"TransactWriteItems":        ofItems(p, Backend.TransactWriteItems),
		"TransactGetItems":          orPacked(p, Backend.TransactGetItems, PackedBackend.TransactGetItemsPacked),
		"DescribeLimits":            define(p, describeLimits),
	}
})

// define derives an operation from its method: the types of the input and the
// output say everything else.
func define[In, Out any](p *plans, method func(Backend, context.Context, *In) (*Out, error)) *operation {
	input := p.decoder(reflect.TypeFor[In]())
	return &operation{
		decode: func(body []byte) (any, *failure) {
			in := new(In)
			if fail := decodeBody(body, input, reflect.ValueOf(in).Elem()); fail != nil {
				return nil, fail
			}
			return in, nil
		},
		answering: answers(p, method),
	}
}

func answers[B, In, Out any](p *plans, method func(B, context.Context, *In) (*Out, error)) answering {
	return answering{
		call: func(ctx context.Context, b Backend, in any) (any, error) {
			out, err := method(b.(B), ctx, in.(*In))
			if out == nil {
				out = new(Out)
			}
			return out, err
		},
		encode: p.encoder(reflect.TypeFor[Out]()),
	}
}

func ofItems[In, Out any](p *plans, method func(Backend, context.Context, *In) (*Out, error)) *operation {
	op := define(p, method)
	op.direct = true
	return op
}

func orPacked[In, Out, Packed any](p *plans, method func(Backend, context.Context, *In) (*Out, error), packed func(PackedBackend, context.Context, *In) (*Packed, error)) *operation {
	op, way := ofItems(p, method), answers(p, packed)
	op.packed = &way
	return op
}

// describeLimits answers the account quotas of a fresh account; some clients
// ask for them when they start.
func describeLimits(Backend, context.Context, *dynamodb.DescribeLimitsInput) (*dynamodb.DescribeLimitsOutput, error) {
	account, table := int64(80_000), int64(40_000)
	return &dynamodb.DescribeLimitsOutput{
		AccountMaxReadCapacityUnits: &account, AccountMaxWriteCapacityUnits: &account,
		TableMaxReadCapacityUnits: &table, TableMaxWriteCapacityUnits: &table,
	}, nil
}
