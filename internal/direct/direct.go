// Package direct makes the SDK's client write its requests by package request, and hand on
// the items of its answers as the bytes that came, for package wire to read. It takes part in
// one call by dynamodb.Options.Protocol, which is public: below the client's validation,
// signing, retries and HTTP middleware, and in place of the steps that make JSON of an input
// and attribute values of an answer.
//
// The items travel in the SDK's outputs: a list of undecoded items is a list of one map with
// one entry, under the empty name, which no attribute has. [Items] reads such a list and
// any other alike. So what stands between a call and its answer sees outputs of the usual
// types, and need not know; what looks at items has to.
package direct

import (
	"bytes"
	"context"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/wire"
)

// Options returns options of one call that has its items undecoded, and refuses what is no
// answer, as answer.Answered does. record is the attribute whose members are at hand then,
// "" for none. Of a client that exchanges something else than JSON they leave the items as
// they are. A client that is not the SDK's, or whose middleware looks at answers, is not to
// be called with them: see [Takes].
func Options(record string) func(*dynamodb.Options) {
	return func(o *dynamodb.Options) {
		switch p := o.Protocol.(type) {
		case Engine:
			o.Protocol = &undecoded{answered{p.JSON()}, record}
		case *awsjson.Protocol:
			o.Protocol = &undecoded{answered{p}, record}
		default:
			answer.Answered(o)
		}
	}
}

// Takes reports whether a client has nobody inside who could look at the items of an answer:
// it is the SDK's own, without middleware and interceptors.
func Takes(client any) bool {
	c, ok := client.(*dynamodb.Client)
	if !ok || c == nil {
		return false
	}
	o := c.Options()
	switch o.Protocol.(type) {
	case *awsjson.Protocol, Engine:
		return len(o.APIOptions) == 0 && !intercepted(&o)
	}
	return false
}

// Writes reports whether a client may be given items with attributes that are written: nobody
// inside could look at the items of a request, and its requests are JSON.
func Writes(client any) bool {
	if !Takes(client) {
		return false
	}
	p, ok := client.(*dynamodb.Client).Options().Protocol.(*awsjson.Protocol)
	return ok && writable(p)
}

// Engine is the protocol of a client of an engine in this process, which takes answers as Go
// values.
type Engine interface {
	JSON() smithyhttp.ClientProtocol // for answers that are JSON
}

func intercepted(o *dynamodb.Options) bool {
	i := &o.Interceptors
	return len(i.BeforeExecution)+len(i.BeforeSerialization)+len(i.AfterSerialization)+len(i.BeforeRetryLoop)+
		len(i.BeforeAttempt)+len(i.BeforeSigning)+len(i.AfterSigning)+len(i.BeforeTransmit)+len(i.AfterTransmit)+
		len(i.BeforeDeserialization)+len(i.AfterDeserialization)+len(i.AfterAttempt)+len(i.AfterExecution) > 0
}

// undecoded is the client's protocol, but for answers with items.
type undecoded struct {
	answered
	record string
}

func (p *undecoded) DeserializeResponse(ctx context.Context, schema *smithy.OperationSchema, registry *smithy.TypeRegistry, resp *smithyhttp.Response, out smithy.Deserializable) error {
	if err := answer.Empty(resp); err != nil {
		return err
	}
	return answer.Broken(p.deserialize(ctx, schema, registry, resp, out))
}

func (p *undecoded) deserialize(ctx context.Context, schema *smithy.OperationSchema, registry *smithy.TypeRegistry, resp *smithyhttp.Response, out smithy.Deserializable) error {
	shape, has := shapeOf(out)
	if !has || resp.StatusCode < 200 || resp.StatusCode >= 300 {
		return p.ClientProtocol.DeserializeResponse(ctx, schema, registry, resp, out)
	}
	body, err := read(resp, shape)
	if err != nil {
		return &smithy.DeserializationError{Err: err}
	}
	a, err := wire.Read(body, shape, p.record)
	if err != nil {
		return &smithy.DeserializationError{Err: err}
	}
	if a.Rest != nil {
		rest := *resp.Response
		rest.Body, rest.ContentLength = io.NopCloser(bytes.NewReader(a.Rest)), int64(len(a.Rest))
		if err := p.ClientProtocol.DeserializeResponse(ctx, schema, registry, &smithyhttp.Response{Response: &rest}, out); err != nil {
			return err
		}
	}
	if a.Found {
		put(out, a)
	}
	return nil
}

// mostBody is up to which length an answer is believed to have the length that it says.
const mostBody = 32 << 20

// read reads the body of an answer. Its length is only an advice: a transport may have
// replaced or decompressed the body.
func read(resp *smithyhttp.Response, shape wire.Shape) ([]byte, error) {
	n := resp.ContentLength
	if n < 0 || n > mostBody {
		n = 0
	}
	b := bytes.NewBuffer(wire.Body(int(n)+bytes.MinRead, shape))
	_, err := b.ReadFrom(resp.Body)
	return b.Bytes(), err
}

func shapeOf(out any) (wire.Shape, bool) {
	switch out.(type) {
	case *dynamodb.GetItemOutput:
		return wire.One, true
	case *dynamodb.QueryOutput, *dynamodb.ScanOutput:
		return wire.Page, true
	case *dynamodb.BatchGetItemOutput:
		return wire.Tables, true
	case *dynamodb.TransactGetItemsOutput:
		return wire.Several, true
	}
	return 0, false
}

// put puts the items of an answer into the output.
func put(out any, a *wire.Answer) {
	switch out := out.(type) {
	case *dynamodb.GetItemOutput:
		out.Item = pack(&a.Items[0])
	case *dynamodb.QueryOutput:
		out.Items = packed(a.Items)
	case *dynamodb.ScanOutput:
		out.Items = packed(a.Items)
	case *dynamodb.BatchGetItemOutput:
		out.Responses = make(map[string][]attrs, len(a.Tables))
		for _, t := range a.Tables {
			out.Responses[t.Name] = packed(t.Items)
		}
	case *dynamodb.TransactGetItemsOutput:
		out.Responses = make([]types.ItemResponse, len(a.Items))
		for i := range a.Items {
			if a.Items[i].Raw() {
				out.Responses[i].Item = pack(&a.Items[i])
			}
		}
	}
}
