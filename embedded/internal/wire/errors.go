package wire

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// memberName is the wire name of a struct's field: the field's own name, except
// for some exceptions and their contents. Clients match members exactly.
func memberName(t reflect.Type, field string) string {
	switch {
	case t == reflect.TypeFor[types.ThrottlingReason](),
		t == reflect.TypeFor[types.ThrottlingException]():
		return strings.ToLower(field[:1]) + field[1:]
	case field != "Message" || !reflect.PointerTo(t).Implements(reflect.TypeFor[error]()):
		return field
	}
	switch t {
	case reflect.TypeFor[types.IdempotentParameterMismatchException](),
		reflect.TypeFor[types.InvalidEndpointException](),
		reflect.TypeFor[types.TransactionCanceledException](),
		reflect.TypeFor[types.TransactionInProgressException]():
		return field
	}
	return "message"
}

// exceptions holds an encoder for every modelled exception that carries more
// than a lower-case message, by type. Built once, read only.
var exceptions = sync.OnceValue(func() map[reflect.Type]encodeFunc {
	p := newPlans()
	encoders := map[reflect.Type]encodeFunc{}
	for _, t := range []reflect.Type{
		reflect.TypeFor[types.ConditionalCheckFailedException](),
		reflect.TypeFor[types.IdempotentParameterMismatchException](),
		reflect.TypeFor[types.InvalidEndpointException](),
		reflect.TypeFor[types.ProvisionedThroughputExceededException](),
		reflect.TypeFor[types.RequestLimitExceeded](),
		reflect.TypeFor[types.ThrottlingException](),
		reflect.TypeFor[types.TransactionCanceledException](),
		reflect.TypeFor[types.TransactionInProgressException](),
	} {
		encoders[t] = p.encoder(t)
	}
	return encoders
})

// answer turns a backend's error into a response. If the error is the
// context's, the second result is that error, and the caller's transport
// reports it instead of a response.
func answer(ctx context.Context, err error) (*response, error) {
	var api smithy.APIError
	if !errors.As(err, &api) {
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			return nil, ctx.Err()
		}
		return refuse(&failure{status: 500, code: codeInternal, message: err.Error()}), nil
	}
	status := 400
	if api.ErrorFault() == smithy.FaultServer || strings.HasPrefix(api.ErrorCode(), "InternalServer") {
		status = 500
	}
	e := &encoder{}
	v := reflect.Indirect(reflect.ValueOf(api))
	encode := exceptions()[v.Type()]
	if encode == nil {
		return refuse(&failure{status: status, code: qualified(api.ErrorCode()), message: api.ErrorMessage()}), nil
	}
	encode(e, v)
	body := append([]byte(`{"__type":"`+qualified(api.ErrorCode())+`",`), e.buf[1:]...)
	if len(e.buf) == len("{}") {
		body = []byte(`{"__type":"` + qualified(api.ErrorCode()) + `"}`)
	}
	return &response{status: status, body: body}, nil
}

// refuse renders an error that consists of a code and a message.
func refuse(f *failure) *response {
	e := &encoder{buf: []byte(`{"__type":`)}
	e.string(f.code)
	e.buf = append(e.buf, `,"message":`...)
	e.string(f.message)
	e.buf = append(e.buf, '}')
	return &response{status: f.status, body: e.buf}
}

// qualified puts a code into the namespace the service uses for it.
func qualified(code string) string {
	switch code {
	case "ValidationException":
		return codeValidation
	case "SerializationException", "UnknownOperationException", "AccessDeniedException":
		return "com.amazon.coral.service#" + code
	case "ThrottlingException":
		return "com.amazon.coral.availability#" + code
	}
	return "com.amazonaws.dynamodb.v20120810#" + code
}
