package wire

import (
	"bytes"
	"context"
	"net/http"
	"reflect"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
)

// directHeader says that the sender of the request can take the answer as Go
// values. It is set after signing and never sent to a real service.
const directHeader = "X-Dystore-Direct"

// Direct makes a client take answers of a [Transport] as the Go values that the
// backend returned, if these are items. To write them as JSON only for the SDK
// to read it again takes most of the time of a query. Requests are encoded and
// decoded as ever, because the engine must judge what a client sends. If
// something in between has read, replaced or wrapped an answer, it is decoded
// as ever, and so are errors.
func Direct(o *dynamodb.Options) {
	// An answer that is not bytes has no checksum, and the SDK takes none for 0.
	o.DisableValidateResponseChecksum = true
	o.Protocol = &directAnswers{awsjson.New10(schemas.DynamoDB_20120810)}
}

// directAnswers is the SDK's protocol, except for answers that need no decoding.
type directAnswers struct {
	smithyhttp.ClientProtocol
}

func (p *directAnswers) SerializeRequest(ctx context.Context, schema *smithy.OperationSchema, in smithy.Serializable, req *smithyhttp.Request) error {
	req.Header.Set(directHeader, "1")
	return p.ClientProtocol.SerializeRequest(ctx, schema, in, req)
}

func (p *directAnswers) DeserializeResponse(ctx context.Context, schema *smithy.OperationSchema, registry *smithy.TypeRegistry, resp *smithyhttp.Response, out smithy.Deserializable) error {
	if v, ok := resp.Body.(*values); ok && v.take(schema.ID().Name, resp.StatusCode) {
		reflect.ValueOf(out).Elem().Set(reflect.ValueOf(v.res.out).Elem())
		return nil
	}
	return p.ClientProtocol.DeserializeResponse(ctx, schema, registry, resp, out)
}

// JSON is the protocol of calls that want the JSON of an answer.
func (p *directAnswers) JSON() smithyhttp.ClientProtocol { return p.ClientProtocol }

// values is the body of an answer that becomes JSON when it is read.
type values struct {
	res *response

	mu     sync.Mutex
	json   *bytes.Reader
	closed bool // by a caller, or because the Go values are taken
}

// take reports whether the answer can be had as Go values. That is possible
// once, while nobody has touched it and the transport reports what the engine
// said. A transport may give another status to an answer, or send it to another
// operation; then the SDK decodes it.
func (v *values) take(operation string, status int) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.json != nil || v.closed || v.res.operation != operation || v.res.status != status {
		return false
	}
	v.closed = true
	return true
}

// Empty tells callers that do not read it that the body has bytes.
func (v *values) Empty() bool { return false }

// Read is that of a connection: reading a closed answer is an error, not an
// empty answer.
func (v *values) Read(p []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	if v.json == nil {
		v.json = bytes.NewReader(v.res.encode())
	}
	return v.json.Read(p)
}

func (v *values) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.closed = true
	return nil
}
