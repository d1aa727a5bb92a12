package direct

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/request"
	"github.com/dystore/dystore/internal/wire"
)

// Answered is an option of one call that refuses what is no answer, as answer.Answered does.
// A client that exchanges JSON has its request written by package request as well, and takes
// no middleware for either.
func Answered(o *dynamodb.Options) {
	if p, ok := o.Protocol.(*awsjson.Protocol); ok {
		o.Protocol = JSON(p)
		return
	}
	answer.Answered(o)
}

// Observed are the options of a call of the library that reads or writes items: Answered, and
// what answer.Observed does beside it.
var Observed = []func(*dynamodb.Options){answer.Told, Answered}

// JSON is the protocol of a client, which does what Answered does. That of an engine in this
// process exchanges JSON then.
func JSON(p smithyhttp.ClientProtocol) smithyhttp.ClientProtocol {
	if engine, ok := p.(Engine); ok {
		p = engine.JSON()
	}
	return &answered{p}
}

// answered writes requests by package request, and refuses what is no answer.
type answered struct{ smithyhttp.ClientProtocol }

var (
	_ Engine        = (*answered)(nil)
	_ answer.Itself = (*answered)(nil)
)

// JSON lets Options take the place of an answered protocol.
func (p *answered) JSON() smithyhttp.ClientProtocol { return p.ClientProtocol }

func (*answered) AnswersItself() {}

func (p *answered) SerializeRequest(ctx context.Context, schema *smithy.OperationSchema, in smithy.Serializable, req *smithyhttp.Request) error {
	if writable(p.ClientProtocol) {
		if ok, err := request.Of(req, schema, in); ok || err != nil {
			return err
		}
	}
	in, err := expanded(in)
	if err != nil {
		return err
	}
	return p.ClientProtocol.SerializeRequest(ctx, schema, in, req)
}

// writable reports whether a protocol is the one that package request writes.
func writable(p smithyhttp.ClientProtocol) bool { return p.ID().Name == "awsJson1_0" }

// expanded is an input without attributes that are written, which the SDK does not know.
func expanded(in smithy.Serializable) (_ smithy.Serializable, err error) {
	switch in := in.(type) {
	case *dynamodb.PutItemInput:
		own := *in
		own.Item, err = wire.Expand(in.Item)
		return &own, err
	case *dynamodb.TransactWriteItemsInput:
		own := *in
		own.TransactItems = slices.Clone(in.TransactItems)
		for i, it := range own.TransactItems {
			if it.Put == nil || !wire.IsWritten(it.Put.Item) {
				continue
			}
			put := *it.Put
			if put.Item, err = wire.Expand(put.Item); err != nil {
				return nil, err
			}
			own.TransactItems[i].Put = &put
		}
		return &own, nil
	}
	return in, nil
}

func (p *answered) DeserializeResponse(ctx context.Context, schema *smithy.OperationSchema, registry *smithy.TypeRegistry, resp *smithyhttp.Response, out smithy.Deserializable) error {
	if err := answer.Empty(resp); err != nil {
		return err
	}
	return answer.Broken(p.ClientProtocol.DeserializeResponse(ctx, schema, registry, resp, out))
}
