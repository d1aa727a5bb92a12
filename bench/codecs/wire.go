package codecs

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"github.com/dystore/dystore/bench"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fromwire"
	"github.com/dystore/dystore/internal/request"
	"github.com/dystore/dystore/internal/towire"
	"github.com/dystore/dystore/internal/wire"
)

// The codecs on the wire.
const (
	AttrValueSDK = "attributevalue + the SDK's serializer"
	DystoreSDK   = "dystore's codec + the SDK's serializer"
	DystoreJSON  = "dystore, straight to and from JSON"
)

// WireContender turns one value into the bytes of a request, and the bytes of an
// answer into a value. A codec that does both in one step is one more of them.
type WireContender struct {
	Name string
	// Encode makes the body of a PutItem.
	Encode func() (io.Reader, error)
	// Decode stores the item of a GetItem's answer in a new value and returns a
	// pointer to it.
	Decode func(answer []byte) (any, error)
}

// WireCase is one value and the ways between it and the wire. The times of the
// others are divided by that of the first contender.
type WireCase struct {
	Name       string
	Answer     []byte // of a GetItem: {"Item":…}, and nothing else
	Contenders []WireContender
}

// WireCases lists the values of Cases.
func WireCases() ([]WireCase, error) {
	person, err := wireCase("README person", newPerson())
	if err != nil {
		return nil, err
	}
	wide, err := wireCase("75 fields", NewWide())
	if err != nil {
		return nil, err
	}
	document, err := wireCase("nested document, 60 KB", NewDocument())
	return []WireCase{person, wide, document}, err
}

func wireCase[T any](name string, v T) (WireCase, error) {
	c := codec.For(reflect.TypeFor[T]())
	w := WireCase{Name: name, Contenders: []WireContender{
		throughSDK(AttrValueSDK,
			func() (item, error) { return attributevalue.MarshalMap(&v) },
			func(it item) (any, error) { out := new(T); return out, attributevalue.UnmarshalMap(it, out) }),
		throughSDK(DystoreSDK,
			func() (item, error) { return codec.EncodeStruct(c, reflect.ValueOf(&v).Elem()) },
			func(it item) (any, error) {
				out := new(T)
				return out, codec.DecodeStruct(c, it, reflect.ValueOf(out).Elem())
			}),
		straight(c, &v),
	}}
	it, err := attributevalue.MarshalMap(&v)
	if err == nil {
		w.Answer, err = answerWith(it)
	}
	return w, err
}

// throughSDK is a codec that makes and reads items of the SDK's types.
func throughSDK(name string, encode func() (item, error), decode func(item) (any, error)) WireContender {
	return WireContender{
		name,
		func() (io.Reader, error) {
			it, err := encode()
			if err != nil {
				return nil, err
			}
			return serialize(it)
		},
		func(answer []byte) (any, error) {
			it, err := deserialize(answer)
			if err != nil {
				return nil, err
			}
			return decode(it)
		},
	}
}

// straight is dystore's way without attribute values.
func straight[T any](c *codec.Codec, v *T) WireContender {
	out, in := towire.Of(c).Attributes(func(string) bool { return true }), fromwire.Of(c)
	none := func([]byte) bool { return false }
	return WireContender{
		DystoreJSON,
		func() (io.Reader, error) {
			written, err := out.Write(reflect.ValueOf(v).Elem())
			if err != nil {
				return nil, err
			}
			body, _ := request.Body(&dynamodb.PutItemInput{TableName: wireTable, Item: item{wire.WrittenName: written}})
			return bytes.NewReader(body), nil
		},
		func(answer []byte) (any, error) {
			a, err := wire.Read(answer, wire.One, "")
			if err != nil {
				return nil, err
			}
			value := new(T)
			return value, in.Struct(&a.Items[0], none, false, reflect.ValueOf(value).Elem())
		},
	}
}

// What the SDK's client has of the protocol.
var (
	wireProtocol = awsjson.New10(schemas.DynamoDB_20120810)
	putSchema    = smithy.NewOperationSchema(schemas.PutItem, schemas.PutItemInput, schemas.PutItemOutput)
	getSchema    = smithy.NewOperationSchema(schemas.GetItem, schemas.GetItemInput, schemas.GetItemOutput)
	wireTable    = aws.String("people")
)

func serialize(it item) (io.Reader, error) {
	req := smithyhttp.NewStackRequest().(*smithyhttp.Request)
	err := wireProtocol.SerializeRequest(context.Background(), putSchema, &dynamodb.PutItemInput{TableName: wireTable, Item: it}, req)
	return req.GetStream(), err
}

func deserialize(answer []byte) (item, error) {
	var out dynamodb.GetItemOutput
	res := &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusOK, ContentLength: int64(len(answer)), Body: io.NopCloser(bytes.NewReader(answer))}}
	err := wireProtocol.DeserializeResponse(context.Background(), getSchema, nil, res, &out)
	return out.Item, err
}

// answerWith makes a GetItem's answer out of the body of a PutItem.
func answerWith(it item) ([]byte, error) {
	body, err := serialize(it)
	if err != nil {
		return nil, err
	}
	var answer struct{ Item json.RawMessage }
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

// EncodeOp and DecodeOp are the two directions as operations.
func (c WireContender) EncodeOp() bench.Op {
	return func(context.Context) error { _, err := c.Encode(); return err }
}

// DecodeOp: see EncodeOp.
func (c WireContender) DecodeOp(answer []byte) bench.Op {
	return func(context.Context) error { _, err := c.Decode(answer); return err }
}
