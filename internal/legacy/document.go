package legacy

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/sorted"
)

// document makes the document of an object whose items were all read.
func (r *Reader) document(o *Object) (attrs, error) {
	d := decoder{r}
	av, err := d.value(o.root, nil, nil, true)
	if err != nil {
		return nil, err
	}
	m, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		return nil, corrupt("the root item is the value of another object")
	}
	return m.Value, nil
}

// decoder takes off what dynamo-store has added to values, and decrypts them.
type decoder struct{ *Reader }

// value decodes the value at a path. logical is the path without wrappers. asked says
// whether the library has looked for values to encrypt here.
func (d decoder) value(av types.AttributeValue, path, logical attr.Path, asked bool) (types.AttributeValue, error) {
	switch v := av.(type) {
	case *hole:
		return d.value(v.value, path, logical, asked)
	case *types.AttributeValueMemberM:
		return d.mapping(v, path, logical, asked)
	case *types.AttributeValueMemberL:
		return d.list(v, path, logical, asked)
	case *types.AttributeValueMemberSS, *types.AttributeValueMemberNS, *types.AttributeValueMemberBS:
		return av, nil // which are never encrypted
	}
	if !asked || d.Passphrase == nil {
		return av, nil
	}
	return d.leaf(av, Spell(path))
}

// list decodes a list. The library looks into the elements of lists that are fields of
// the object, or fields of such a field, and of no others.
func (d decoder) list(v *types.AttributeValueMemberL, path, logical attr.Path, asked bool) (types.AttributeValue, error) {
	asked = asked && len(path) <= 2 && path[len(path)-1].Kind == attr.Name
	l := make([]types.AttributeValue, len(v.Value))
	for i, e := range v.Value {
		var err error
		if l[i], err = d.value(e, step(path, attr.At(i)), step(logical, attr.At(i)), asked); err != nil {
			return nil, err
		}
	}
	return &types.AttributeValueMemberL{Value: l}, nil
}

func (d decoder) mapping(v *types.AttributeValueMemberM, path, logical attr.Path, asked bool) (types.AttributeValue, error) {
	class, wrapped := classOf(v.Value)
	if wrapped && class.value {
		if len(v.Value) != 4 || v.Value["value"] == nil {
			return nil, &Error{Path: Spell(path), Err: corrupt("a value with its class has other attributes than dynamo-store stores")}
		}
		inner, err := d.value(v.Value["value"], step(path, attr.Field("value")), logical, asked)
		if t, ok := inner.(*Text); ok && err == nil {
			inner, err = class.typed(t)
			if err != nil {
				err = &Error{Path: Spell(step(path, attr.Field("value"))), Err: err}
			}
		}
		return inner, err
	}
	m := make(attrs, len(v.Value))
	for _, name := range sorted.Keys(v.Value) {
		at := step(logical, attr.Field(name))
		if wrapped && ofClass(name) || d.omits(at) {
			continue
		}
		var err error
		if m[name], err = d.value(v.Value[name], step(path, attr.Field(name)), at, asked); err != nil {
			return nil, err
		}
	}
	return &types.AttributeValueMemberM{Value: m}, nil
}

// omits reports whether the caller does not want a value.
func (d decoder) omits(path attr.Path) bool {
	for _, o := range d.Omit {
		if len(o) == len(path) && o.Covers(path) {
			return true
		}
	}
	return false
}

// leaf decrypts a value that is neither map nor list.
func (d decoder) leaf(av types.AttributeValue, path string) (types.AttributeValue, error) {
	if d.ignored.MatchString(path) {
		return av, nil
	}
	passphrase := d.Passphrase(path)
	if passphrase == "" {
		return av, nil
	}
	plain := func() (types.AttributeValue, error) {
		if d.Plaintext {
			return av, nil
		}
		return nil, &Error{Path: path, Err: ErrNotEncrypted}
	}
	var stored []byte
	_, binary := av.(*types.AttributeValueMemberB)
	switch v := av.(type) {
	case *types.AttributeValueMemberNULL:
		return av, nil // a None that was not encrypted says nothing
	case *types.AttributeValueMemberB:
		stored = v.Value
	case *types.AttributeValueMemberS:
		stored = []byte(v.Value)
	default:
		return plain()
	}
	if len(stored) == 0 {
		return av, nil // the library reads it so, too
	}
	text, err := Decrypt(passphrase, stored)
	switch {
	case err == nil:
		return &Text{Value: text}, nil
	case binary:
		return nil, &Error{Path: path, Err: err}
	}
	return plain()
}

// class is what an instance of a Python class, or a value in one, is stored with.
type class struct {
	module, name string
	value        bool // it is about one value
}

// The attributes of a class. Early releases did not store the last one.
const (
	className   = "__class__"
	classModule = "__module__"
	classType   = "__metatype__"
)

func ofClass(name string) bool { return name == className || name == classModule || name == classType }

// classOf finds the class in a map.
func classOf(m attrs) (c class, wrapped bool) {
	var named, placed bool
	c.name, named = text(m[className])
	c.module, placed = text(m[classModule])
	kind, _ := text(m[classType])
	c.value = kind == "value"
	return c, named && placed && c.name != "" && c.module != "" && (c.value || kind == "shard" || m[classType] == nil)
}

// errClass: a decrypted text is no value of the class that it was stored with.
var errClass = errors.New("the decrypted text is no value of the class that is stored with it")

// typed gives a decrypted text the type that it had: its class is stored beside it.
func (c class) typed(t *Text) (types.AttributeValue, error) {
	if c.module != "builtins" && (c.module != "decimal" || c.name != "Decimal") {
		return t, nil
	}
	var av types.AttributeValue
	ok := true
	switch c.name {
	case "int", "float", "Decimal":
		var n string
		n, ok = number(t.Value)
		av = &types.AttributeValueMemberN{Value: n}
	case "bool":
		var b bool
		b, ok = boolean(t.Value)
		av = &types.AttributeValueMemberBOOL{Value: b}
	case "bytes":
		var b []byte
		b, ok = binary(t.Value)
		av = &types.AttributeValueMemberB{Value: b}
	case "NoneType":
		av, ok = &types.AttributeValueMemberNULL{Value: true}, t.Value == none
	case "str":
		av = &types.AttributeValueMemberS{Value: t.Value}
	default:
		av = t
	}
	if !ok {
		return nil, corrupt("%w: %s", errClass, c.name)
	}
	return av, nil
}

// Plain returns a document with decrypted texts as texts.
func Plain(av types.AttributeValue) types.AttributeValue {
	switch v := av.(type) {
	case *Text:
		return &types.AttributeValueMemberS{Value: v.Value}
	case *types.AttributeValueMemberM:
		m := make(attrs, len(v.Value))
		for name, e := range v.Value {
			m[name] = Plain(e)
		}
		return &types.AttributeValueMemberM{Value: m}
	case *types.AttributeValueMemberL:
		l := make([]types.AttributeValue, len(v.Value))
		for i, e := range v.Value {
			l[i] = Plain(e)
		}
		return &types.AttributeValueMemberL{Value: l}
	}
	return av
}
