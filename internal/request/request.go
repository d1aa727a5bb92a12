// Package request writes the inputs of the SDK's client as the JSON of requests, in the place
// of the SDK's serializer, from plans that are made once for each type of input. It writes
// what the serializer writes, or nothing: an input with something unusual is left to it.
package request

import (
	"bytes"
	"net/http"
	"reflect"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dystore/dystore/internal/wire"
)

// mostKept is how long a buffer may be that is kept for the next request.
const mostKept = 64 << 10

var writers = sync.Pool{New: func() any { return new(wire.Writer) }}

// Body returns the JSON of an input, a pointer to a struct. It is false if the SDK is to
// write it.
func Body(input any) (body []byte, ok bool) {
	v := reflect.ValueOf(input)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil, false
	}
	write := of(v.Type().Elem())
	if write == nil {
		return nil, false
	}
	if n := written(input); n > mostKept/2 { // one piece of memory, and no copy of it
		w := wire.Writer{B: make([]byte, 0, n+4096)}
		write(&w, v.Elem())
		return w.B, !w.Foreign
	}
	w := writers.Get().(*wire.Writer)
	w.B, w.Foreign = w.B[:0], false
	if write(w, v.Elem()); !w.Foreign {
		body = append([]byte(nil), w.B...)
	}
	if ok = !w.Foreign; cap(w.B) <= mostKept {
		writers.Put(w)
	}
	return body, ok
}

// written is about how long what an input has of attributes is that are written.
func written(input any) (n int) {
	of := func(attrs map[string]types.AttributeValue) {
		if w, ok := attrs[wire.WrittenName].(*wire.Written); ok {
			n += w.Len()
		}
	}
	switch in := input.(type) {
	case *dynamodb.PutItemInput:
		of(in.Item)
	case *dynamodb.TransactWriteItemsInput:
		for _, it := range in.TransactItems {
			if it.Put != nil {
				of(it.Put.Item)
			}
		}
	}
	return n
}

// Of fills the request of an operation on an input, as awsJson1_0 says. It is false, and
// leaves the request as it is, if the SDK is to do it.
//
// Source: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
func Of(req *smithyhttp.Request, operation *smithy.OperationSchema, input any) (bool, error) {
	if compatible || operation.IsInputEventStream() {
		return false, nil
	}
	body, ok := Body(input)
	if !ok {
		return false, nil
	}
	streamed, err := req.SetStream(bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	*req = *streamed
	req.Method = http.MethodPost
	if req.URL.Path == "" {
		req.URL.Path = "/"
	}
	values := []string{service + operation.ID().Name, "application/x-amz-json-1.0"}
	req.Header["X-Amz-Target"], req.Header["Content-Type"] = values[:1:1], values[1:]
	return true, nil
}

// service is what the names of operations follow in a header.
var service = schemas.DynamoDB_20120810.Schema.ID().Name + "."

// compatible: requests have a header more, which DynamoDB's have not had so far.
var _, compatible = smithy.SchemaTrait[*traits.AWSQueryCompatible](schemas.DynamoDB_20120810.Schema)
