package wire

import (
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/packed"
)

// A decodeFunc reads the value at the decoder's position into v, which is
// settable; an encodeFunc appends v. Both trust the plan for the type of v.
type (
	decodeFunc func(d *decoder, v reflect.Value) *failure
	encodeFunc func(e *encoder, v reflect.Value)
)

// plans makes decoders and encoders for the SDK's types. Only the construction
// of the table of operations uses it.
type plans struct {
	decoders map[reflect.Type]decodeFunc
	encoders map[reflect.Type]encodeFunc
}

func newPlans() *plans {
	return &plans{decoders: map[reflect.Type]decodeFunc{}, encoders: map[reflect.Type]encodeFunc{}}
}

var (
	attributeType = reflect.TypeFor[types.AttributeValue]()
	itemType      = reflect.TypeFor[map[string]types.AttributeValue]()
	packedType    = reflect.TypeFor[packed.Item]()
	timeType      = reflect.TypeFor[time.Time]()
)

// member reports whether a struct field is a member on the wire: it is
// exported, and is neither call metadata nor the SDK's marker.
func member(f reflect.StructField) bool {
	return f.IsExported() && !f.Anonymous && f.Name != "ResultMetadata" && f.Name != "ErrorCodeOverride"
}

// decoder returns the plan for t, or nil if values of t cannot come from JSON
// here. Such a member of a request is refused by name.
func (p *plans) decoder(t reflect.Type) decodeFunc {
	if f, ok := p.decoders[t]; ok {
		return f
	}
	// A type that contains itself finds this indirection instead of recursing.
	var made decodeFunc
	p.decoders[t] = func(d *decoder, v reflect.Value) *failure { return made(d, v) }
	made = p.makeDecoder(t)
	p.decoders[t] = made
	return made
}

func (p *plans) makeDecoder(t reflect.Type) decodeFunc {
	switch t {
	case attributeType:
		return decodeAttributeInto
	case itemType:
		return decodeItemInto
	}
	switch t.Kind() {
	case reflect.String:
		return decodeString
	case reflect.Bool:
		return decodeBool
	case reflect.Int32:
		return decodeInteger("Integer")
	case reflect.Int64:
		return decodeInteger("Long")
	case reflect.Float64:
		return decodeFloat
	case reflect.Struct:
		if t != timeType {
			return p.structDecoder(t)
		}
	case reflect.Pointer:
		if elem := p.decoder(t.Elem()); elem != nil {
			return decodePointer(t.Elem(), elem)
		}
	case reflect.Slice:
		if elem := p.decoder(t.Elem()); elem != nil {
			return decodeSlice(t, elem)
		}
	case reflect.Map:
		if elem := p.decoder(t.Elem()); elem != nil && t.Key().Kind() == reflect.String {
			return decodeMap(t, elem)
		}
	}
	return nil
}

// encoder returns the plan for t, or nil if t has no form on the wire. Such a
// member of a response is left out.
func (p *plans) encoder(t reflect.Type) encodeFunc {
	if f, ok := p.encoders[t]; ok {
		return f
	}
	var made encodeFunc
	p.encoders[t] = func(e *encoder, v reflect.Value) { made(e, v) }
	made = p.makeEncoder(t)
	p.encoders[t] = made
	return made
}

func (p *plans) makeEncoder(t reflect.Type) encodeFunc {
	switch t {
	case attributeType:
		return func(e *encoder, v reflect.Value) { e.attribute(v.Interface().(types.AttributeValue)) }
	case itemType:
		return func(e *encoder, v reflect.Value) { e.item(v.Interface().(map[string]types.AttributeValue)) }
	case packedType:
		return func(e *encoder, v reflect.Value) { e.buf = packed.Item(v.String()).AppendJSON(e.buf) }
	case timeType:
		return func(e *encoder, v reflect.Value) { e.time(v.Interface().(time.Time)) }
	}
	switch t.Kind() {
	case reflect.String:
		return func(e *encoder, v reflect.Value) { e.string(v.String()) }
	case reflect.Bool:
		return func(e *encoder, v reflect.Value) { e.bool(v.Bool()) }
	case reflect.Int32, reflect.Int64:
		return func(e *encoder, v reflect.Value) { e.int(v.Int()) }
	case reflect.Float64:
		return func(e *encoder, v reflect.Value) { e.float(v.Float()) }
	case reflect.Struct:
		return p.structEncoder(t)
	case reflect.Pointer:
		if elem := p.encoder(t.Elem()); elem != nil {
			return func(e *encoder, v reflect.Value) { elem(e, v.Elem()) }
		}
	case reflect.Slice:
		if elem := p.encoder(t.Elem()); elem != nil {
			return encodeSlice(elem)
		}
	case reflect.Map:
		if elem := p.encoder(t.Elem()); elem != nil && t.Key().Kind() == reflect.String {
			return encodeMap(elem)
		}
	}
	return nil
}
