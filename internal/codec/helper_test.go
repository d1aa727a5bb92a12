package codec_test

import (
	"errors"
	"reflect"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dystore/dystore/internal/codec"
)

type (
	AV   = types.AttributeValue
	S    = types.AttributeValueMemberS
	N    = types.AttributeValueMemberN
	B    = types.AttributeValueMemberB
	BOOL = types.AttributeValueMemberBOOL
	NULL = types.AttributeValueMemberNULL
	L    = types.AttributeValueMemberL
	M    = types.AttributeValueMemberM
	SS   = types.AttributeValueMemberSS
	NS   = types.AttributeValueMemberNS
	BS   = types.AttributeValueMemberBS
	Item = map[string]types.AttributeValue
)

// sameAV compares attribute values by type and content.
var sameAV = cmpopts.IgnoreUnexported(S{}, N{}, B{}, BOOL{}, NULL{}, L{}, M{}, SS{}, NS{}, BS{})

func encode(t testing.TB, v any) Item {
	t.Helper()
	m, err := codec.EncodeStruct(codec.For(reflect.TypeOf(v)), reflect.ValueOf(v))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func decode[T any](t testing.TB, m Item) T {
	t.Helper()
	var v T
	if err := codec.DecodeStruct(codec.For(reflect.TypeFor[T]()), m, reflect.ValueOf(&v).Elem()); err != nil {
		t.Fatal(err)
	}
	return v
}

func wantItem(t testing.TB, v any, want Item) {
	t.Helper()
	if d := cmp.Diff(want, encode(t, v), sameAV); d != "" {
		t.Errorf("%#v is stored otherwise (-want +got):\n%s", v, d)
	}
}

// roundTrips asserts how v is stored and that it is read back the same.
func roundTrips[T any](t testing.TB, v T, want Item, opts ...cmp.Option) {
	t.Helper()
	wantItem(t, v, want)
	if d := cmp.Diff(v, decode[T](t, want), opts...); d != "" {
		t.Errorf("%#v is read back otherwise (-want +got):\n%s", v, d)
	}
}

// wantError asserts the exact text of an *Error.
func wantError(t testing.TB, err error, want string) {
	t.Helper()
	var e *codec.Error
	if !errors.As(err, &e) || err.Error() != want {
		t.Errorf("error %v; want %s", err, want)
	}
}

// Money marshals itself, with methods on the pointer.
type Money struct{ Cents int }

func (m *Money) MarshalDynamoDBAttributeValue() (AV, error) {
	if m.Cents < 0 {
		return nil, errNegative
	}
	return &N{Value: strconv.Itoa(m.Cents)}, nil
}

func (m *Money) UnmarshalDynamoDBAttributeValue(av AV) error {
	n, ok := av.(*N)
	if !ok {
		return errNegative
	}
	var err error
	m.Cents, err = strconv.Atoi(n.Value)
	return err
}

var errNegative = errors.New("negative amount")
