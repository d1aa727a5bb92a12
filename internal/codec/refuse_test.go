package codec_test

import (
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/uuid"

	"github.com/dystore/dystore/internal/codec"
)

type (
	Base    struct{ ID string }
	inner   struct{ ID string }
	Twice   struct{ Base *Base }
	Loop    struct{ *Loop }
	endless *endless
	lists   []lists

	withInner struct {
		inner `dynamodbav:"in"`
	}
	withPointer struct{ *inner }
	hiddenOnly  struct{ x int }
	shadow      struct {
		Base
		ID string
	}
	ambiguous struct {
		Base
		Twice
		Other
	}
	Other struct{ ID int }
	stamp struct {
		time.Time
		Name string
	}
	soleTime struct{ time.Time }
	hostPort struct {
		netip.Addr
		Port int
	}
	writesOnly string
	readsOnly  string
	setOfSelf  struct {
		S []*setOfSelf `dynamodbav:",stringset"`
	}
	promotesReader struct {
		onlyUnmarshals
		Note string
	}
	bothNamed struct {
		*Money `dynamodbav:"m"`
	}
	promotes struct {
		Money
		Note string
	}
)

func (h hiddenOnly) String() string                { return fmt.Sprint(h.x) }
func (writesOnly) MarshalText() ([]byte, error)    { return nil, nil }
func (*readsOnly) UnmarshalText(text []byte) error { return nil }

// Every type that cannot be stored, and the text that says so.
var refusals = []struct {
	of   any
	want string
}{
	{nil, "codec: nil: a nil type cannot be stored"},
	{make(chan int), "codec: chan int: cannot be stored"},
	{struct{ F func() }{}, "codec: struct { F func() }.F: func() cannot be stored"},
	{struct{ C complex128 }{}, "codec: struct { C complex128 }.C: complex128 cannot be stored"},
	{struct{ C []complex64 }{}, "codec: struct { C []complex64 }.C: complex64 cannot be stored"},
	{struct{ P unsafe.Pointer }{}, "codec: struct { P unsafe.Pointer }.P: unsafe.Pointer cannot be stored"},
	{struct{ U uintptr }{}, "codec: struct { U uintptr }.U: uintptr cannot be stored"},
	{struct{ M map[string]chan int }{}, "codec: struct { M map[string]chan int }.M: chan int cannot be stored"},
	{endless(nil), "codec: codec_test.endless: points to itself and never to a value"},
	{struct{ S fmt.Stringer }{}, "codec: struct { S fmt.Stringer }.S: fmt.Stringer is an interface with methods: a stored value could not be decoded into it; declare its variants with repo.OneOf"},
	{struct{ E []error }{}, "codec: struct { E []error }.E: error is an interface with methods: a stored value could not be decoded into it; declare its variants with repo.OneOf"},
	{struct{ V types.AttributeValue }{}, "codec: struct { V types.AttributeValue }.V: types.AttributeValue is the SDK's own form of a value; declare the Go type of the value"},
	{struct{ V types.AttributeValueMemberS }{}, "codec: struct { V types.AttributeValueMemberS }.V: types.AttributeValueMemberS is the SDK's own form of a value; declare the Go type of the value"},
	{struct{ Mu sync.Mutex }{}, "codec: struct { Mu sync.Mutex }.Mu: sync.Mutex exports no field (mu is unexported): nothing of it would be stored"},
	{hiddenOnly{}, "codec: codec_test.hiddenOnly: exports no field (x is unexported): nothing of it would be stored"},
	{struct{ M map[Base]int }{}, "codec: struct { M map[codec_test.Base]int }.M: map key codec_test.Base cannot be an attribute name: it is no string, number, bool or text marshaler"},
	{map[*int]int{}, "codec: map[*int]int: map key *int cannot be an attribute name: it is no string, number, bool or text marshaler"},
	{map[any]int{}, "codec: map[interface {}]int: map key interface {} cannot be an attribute name: it is no string, number, bool or text marshaler"},
	{map[uintptr]int{}, "codec: map[uintptr]int: map key uintptr cannot be an attribute name: it is no string, number, bool or text marshaler"},
	{map[writesOnly]int{}, "codec: map[codec_test.writesOnly]int: map key codec_test.writesOnly has MarshalText and no UnmarshalText: it could be written and never read"},
	{struct{ W writesOnly }{}, "codec: struct { W codec_test.writesOnly }.W: codec_test.writesOnly has MarshalText and no UnmarshalText: it could be written and never read"},
	{struct{ R readsOnly }{}, "codec: struct { R codec_test.readsOnly }.R: codec_test.readsOnly has UnmarshalText and no MarshalText: it could be read and never written"},

	{struct {
		A int `dynamodbav:"x"`
		B int `dynamodbav:"x"`
	}{}, "codec: struct { A int \"dynamodbav:\\\"x\\\"\"; B int \"dynamodbav:\\\"x\\\"\" }: attribute \"x\" is both field A and field B"},
	{shadow{}, "codec: codec_test.shadow: attribute \"ID\" is both field Base.ID and field ID"},
	{ambiguous{}, "codec: codec_test.ambiguous: attribute \"ID\" is both field Base.ID and field Other.ID"},
	{Loop{}, "codec: codec_test.Loop.Loop: the struct embeds itself"},
	{withInner{}, "codec: codec_test.withInner.inner: the embedded type is unexported and cannot be a separate attribute; leave its name out"},
	{withPointer{}, "codec: codec_test.withPointer.inner: the embedded pointer is unexported: decoding could not allocate it"},
	{stamp{}, "codec: codec_test.stamp.Time: the embedded time.Time is one value and has no fields to embed; name it in the tag or as a field"},
	{soleTime{}, "codec: codec_test.soleTime.Time: the embedded time.Time is one value and has no fields to embed; name it in the tag or as a field"},
	{struct{ *time.Time }{}, "codec: struct { *time.Time }.Time: the embedded *time.Time is one value and has no fields to embed; name it in the tag or as a field"},
	{hostPort{}, "codec: codec_test.hostPort.Addr: the embedded netip.Addr is one value and has no fields to embed; name it in the tag or as a field"},
	{promotesReader{}, "codec: codec_test.promotesReader: is stored by the marshaler of a struct that it embeds, without its other fields; name the embedded field or declare the marshaler"},
	{bothNamed{}, "codec: codec_test.bothNamed: is stored by the marshaler of a struct that it embeds, without its other fields; name the embedded field or declare the marshaler"},
	{promotes{}, "codec: codec_test.promotes: is stored by the marshaler of a struct that it embeds, without its other fields; name the embedded field or declare the marshaler"},
	{struct {
		Base `dynamodbav:",omitempty"`
	}{}, "codec: struct { codec_test.Base \"dynamodbav:\\\",omitempty\\\"\" }.Base: options omitempty have no effect on an embedded struct without a name"},

	{tagged[int]("`dynamodbav:\"\\xff\"`"), "the attribute name in the tag is not UTF-8, or longer than 65535 bytes"},
	{tagged[int]("`dynamodbav:\"" + strings.Repeat("n", 1<<16) + "\"`"), "the attribute name in the tag is not UTF-8, or longer than 65535 bytes"},
	{tagged[int]("`dynamodbav:\"n,omitemtpy\"`"), "unknown tag option \"omitemtpy\""},
	{tagged[int]("`dynamodbav:\"n, omitempty\"`"), "unknown tag option \" omitempty\""},
	{tagged[int]("`dynamodbav: \"n\"`"), "the struct tag is malformed and its dynamodbav part would be ignored"},
	{tagged[int]("`dynamodbav:\"n,omitempty,nullempty\"`"), "options omitempty and nullempty exclude each other"},
	{tagged[[]int]("`dynamodbav:\",omitemptyelem,nullemptyelem\"`"), "options omitemptyelem and nullemptyelem exclude each other"},
	{tagged[[]string]("`dynamodbav:\",stringset,numberset\"`"), "a field is one kind of set, not stringset,numberset"},
	{tagged[[]string]("`dynamodbav:\",stringset,nullemptyelem\"`"), "option nullemptyelem cannot be met: a set holds no NULL"},
	{tagged[time.Time]("`dynamodbav:\",string,unixtime\"`"), "options string and unixtime exclude each other"},
	{&setOfSelf{}, "codec: codec_test.setOfSelf.S: option stringset needs string elements, and *codec_test.setOfSelf is a struct"},
	{tagged[string]("`dynamodbav:\",stringset\"`"), "option stringset needs a slice, an array, or a map with struct{} or bool values, not string"},
	{tagged[map[string]int]("`dynamodbav:\",stringset\"`"), "option stringset needs a slice, an array, or a map with struct{} or bool values, not map[string]int"},
	{tagged[[]byte]("`dynamodbav:\",binaryset\"`"), "option binaryset needs a slice, an array, or a map with struct{} or bool values, not []uint8"},
	{tagged[[]int]("`dynamodbav:\",stringset\"`"), "option stringset needs string elements, and int is a number"},
	{tagged[[]string]("`dynamodbav:\",numberset\"`"), "option numberset needs number elements, and string is a string"},
	{tagged[[][]string]("`dynamodbav:\",stringset\"`"), "option stringset needs string elements, and []string is a list"},
	{tagged[[]any]("`dynamodbav:\",stringset\"`"), "option stringset needs string elements, and interface {} is of any kind"},
	{tagged[lists]("`dynamodbav:\",stringset\"`"), "option stringset needs string elements, and codec_test.lists is a list"},
	{tagged[string]("`dynamodbav:\",string\"`"), "option string needs a number, not string"},
	{tagged[[]int]("`dynamodbav:\",string\"`"), "option string needs a number, not []int"},
	{tagged[int]("`dynamodbav:\",unixtime\"`"), "option unixtime needs a time.Time, not int"},
	{tagged[[]int]("`dynamodbav:\",unixtime\"`"), "option unixtime needs a time.Time, not int"},
	{tagged[any]("`dynamodbav:\",unixtime\"`"), "option unixtime needs a time.Time, not interface {}"},
	{tagged[int]("`dynamodbav:\",omitemptyelem\"`"), "option omitemptyelem needs a slice, array or map, not int"},
	{tagged[[2]int]("`dynamodbav:\",omitemptyelem\"`"), "option omitemptyelem would change the length of [2]int: it could not be read back"},
	{tagged[[][2]int]("`dynamodbav:\",omitemptyelem\"`"), "option omitemptyelem would change the length of [2]int: it could not be read back"},
	{tagged[big.Int]("`dynamodbav:\",nullemptyelem\"`"), "option nullemptyelem needs a slice, array or map, not big.Int"},
	{tagged[attributevalue.UnixTime]("`dynamodbav:\",unixtime\"`"), "option unixtime has no effect on attributevalue.UnixTime, which marshals itself"},
}

// tagged is a struct type with the one field F and this tag.
func tagged[T any](tag string) reflect.Type {
	return reflect.StructOf([]reflect.StructField{{Name: "F", Type: reflect.TypeFor[T](), Tag: reflect.StructTag(tag[1 : len(tag)-1])}})
}

func TestRefusedTypes(t *testing.T) {
	for _, c := range refusals {
		typ, ok := c.of.(reflect.Type)
		want := c.want
		if ok {
			want = "codec: " + typ.String() + ".F: " + want
		} else {
			typ = reflect.TypeOf(c.of)
		}
		err := errors.Join(codec.For(typ).Err(), codec.Undeclared(codec.For(typ)))
		if err == nil {
			t.Errorf("%v is accepted; want %s", typ, want)
		} else if err.Error() != want {
			t.Errorf("%v\n got: %s\nwant: %s", typ, err, want)
		}
	}
}

// A refused type is refused wherever it stands, and nothing of it is stored.
func TestRefusedInside(t *testing.T) {
	type leaf struct{ C chan int }
	type trunk struct {
		L   []leaf
		M   map[string]*leaf
		F   func()
		Ok  string
		Any any
	}
	const want = "codec: codec_test.leaf.C: chan int cannot be stored\ncodec: codec_test.trunk.F: func() cannot be stored"
	c := codec.For(reflect.TypeFor[trunk]())
	if got := c.Err(); got == nil || got.Error() != want {
		t.Errorf("Err() = %v; want %s", got, want)
	}
	if _, err := codec.EncodeStruct(c, reflect.ValueOf(trunk{})); err == nil || err.Error() != want {
		t.Errorf("EncodeStruct: %v; want %s", err, want)
	}
	if err := codec.DecodeStruct(c, nil, reflect.ValueOf(&trunk{}).Elem()); err == nil || err.Error() != want {
		t.Errorf("DecodeStruct: %v; want %s", err, want)
	}
	// The type is complete enough to be looked at all the same.
	if f := c.Lookup("Ok"); f == nil || f.Codec.Kind() != codec.String {
		t.Errorf("Lookup(Ok) = %v", f)
	}

	type open struct {
		Any any `dynamodbav:"any"`
	}
	_, err := codec.EncodeStruct(codec.For(reflect.TypeFor[open]()), reflect.ValueOf(open{[]any{1, trunk{}}}))
	const dynamic = "codec: any[1]: codec_test.leaf.C: chan int cannot be stored; codec_test.trunk.F: func() cannot be stored"
	if err == nil || err.Error() != dynamic {
		t.Errorf("in an interface: %v; want %s", err, dynamic)
	}
}

// What looks like a refused type and is none.
func TestAcceptedTypes(t *testing.T) {
	type guarded struct {
		sync.Mutex
		Name string
	}
	type blank struct {
		_ struct{}
		_ [0]func()
	}
	type tree struct {
		Kids map[string]*tree
		Up   *tree
	}
	for _, v := range []any{
		struct{}{}, guarded{}, blank{}, tree{}, lists{}, new(**tree),
		struct {
			X int      `dynamodbav:",omitempty"`
			Y chan int `dynamodbav:"-"`
			Z func()   `dynamodbav:"-,"`
			e error
		}{},
		struct {
			Base `dynamodbav:"base"`
			ID   string
		}{},
		struct {
			time.Time `dynamodbav:"at"`
			Name      string
		}{},
		struct {
			F int `dynamodbav:"f,"`
		}{},
		struct {
			F []uuid.UUID          `dynamodbav:",omitemptyelem"`
			G map[string][2]byte   `dynamodbav:",omitemptyelem"`
			H []map[string]*string `dynamodbav:",nullemptyelem"`
		}{},
	} {
		if err := codec.For(reflect.TypeOf(v)).Err(); err != nil {
			t.Errorf("%T: %v", v, err)
		}
	}
}
