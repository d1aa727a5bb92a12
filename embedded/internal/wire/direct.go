package wire

import (
	"bytes"
	"context"
	"net/http"
	"sync"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
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
	o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
		const decoding = "OperationDeserializer"
		ordinary, ok := s.Deserialize.Get(decoding)
		if ok {
			_, err := s.Deserialize.Swap(decoding, &directAnswers{ordinary})
			return err
		}
		return nil // an SDK with other steps: everything is decoded
	})
}

// directAnswers is the SDK's decoding of answers, except for those that need no
// decoding.
type directAnswers struct {
	middleware.DeserializeMiddleware
}

func (m *directAnswers) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	if req, ok := in.Request.(*smithyhttp.Request); ok {
		req.Header.Set(directHeader, "1")
	}
	out, metadata, err := next.HandleDeserialize(ctx, in)
	if res, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil {
		if v, ok := res.Body.(*values); ok && v.take(awsmiddleware.GetOperationName(ctx), res.StatusCode) {
			out.Result = v.res.out
			return out, metadata, nil
		}
	}
	received := middleware.DeserializeHandlerFunc(func(context.Context, middleware.DeserializeInput) (middleware.DeserializeOutput, middleware.Metadata, error) {
		return out, metadata, err
	})
	return m.DeserializeMiddleware.HandleDeserialize(ctx, in, received)
}

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
