package export

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/sorted"
)

// Attribute values in the JSON of DynamoDB, in canonical form: names in the order of their
// bytes, sets in that of their elements, nothing between the tokens, numbers as DynamoDB
// returns them, binary in base64.

// maxLevels is how deep values are nested at most.
const maxLevels = 32

var errNoValue = errors.New("it has a value of no type")

// reader reads values token by token: it ends at the first that is wrong, and what it makes
// is not much more than the text. A decoder of types would make thousands of megabytes
// of a list of {}.
type reader struct{ tokens *json.Decoder }

func read(text []byte) reader { return reader{json.NewDecoder(bytes.NewReader(text))} }

// token reads a token of a type.
func token[E comparable](r reader) (e E, err error) {
	t, err := r.tokens.Token()
	if err != nil {
		return e, err
	}
	e, ok := t.(E)
	if !ok {
		return e, errNoValue
	}
	return e, nil
}

func readText(r reader) (string, error) { return token[string](r) }

// delim reads a certain delimiter.
func (r reader) delim(want json.Delim) error {
	if got, err := token[json.Delim](r); err != nil || got != want {
		return errNoValue
	}
	return nil
}

// each reads what is between two delimiters.
func (r reader) each(begin, end json.Delim, one func() error) error {
	if err := r.delim(begin); err != nil {
		return err
	}
	for r.tokens.More() {
		if err := one(); err != nil {
			return err
		}
	}
	return r.delim(end)
}

// elements reads a list. It is never nil.
func elements[E any](r reader, one func(reader) (E, error)) (all []E, err error) {
	all = []E{}
	err = r.each('[', ']', func() error {
		e, err := one(r)
		all = append(all, e)
		return err
	})
	return all, err
}

func readNumber(r reader) (string, error) {
	s, err := readText(r)
	if err != nil {
		return "", err
	}
	return item.NormalizeNumber(s)
}

func readBinary(r reader) ([]byte, error) {
	s, err := readText(r)
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(s)
}

// attribute reads a value: an object with one member, named by the type.
func (r reader) attribute(level int) (av types.AttributeValue, err error) {
	if level > maxLevels {
		return nil, fmt.Errorf("it has a value of more than %d levels", maxLevels)
	}
	if err := r.delim('{'); err != nil {
		return nil, err
	}
	kind, err := readText(r)
	if err != nil {
		return nil, errNoValue // as of {}
	}
	if av, err = r.of(kind, level); err != nil {
		return nil, err
	}
	return av, r.delim('}')
}

// of reads what a value of a type holds.
func (r reader) of(kind string, level int) (types.AttributeValue, error) {
	switch kind {
	case "S":
		s, err := readText(r)
		return &types.AttributeValueMemberS{Value: s}, err
	case "N":
		n, err := readNumber(r)
		return &types.AttributeValueMemberN{Value: n}, err
	case "B":
		b, err := readBinary(r)
		return &types.AttributeValueMemberB{Value: b}, err
	case "BOOL":
		b, err := token[bool](r)
		return &types.AttributeValueMemberBOOL{Value: b}, err
	case "NULL":
		b, err := token[bool](r)
		return &types.AttributeValueMemberNULL{Value: b}, err
	case "SS":
		all, err := elements(r, readText)
		return &types.AttributeValueMemberSS{Value: all}, err
	case "NS":
		all, err := elements(r, readNumber)
		return &types.AttributeValueMemberNS{Value: all}, err
	case "BS":
		all, err := elements(r, readBinary)
		return &types.AttributeValueMemberBS{Value: all}, err
	case "L":
		all, err := elements(r, func(r reader) (types.AttributeValue, error) { return r.attribute(level + 1) })
		return &types.AttributeValueMemberL{Value: all}, err
	case "M":
		all, err := r.entries(level + 1)
		return &types.AttributeValueMemberM{Value: all}, err
	}
	return nil, errNoValue
}

func (r reader) entries(level int) (attrs, error) {
	out := attrs{}
	err := r.each('{', '}', func() error {
		name, err := readText(r)
		if err == nil {
			out[name], err = r.attribute(level)
		}
		return err
	})
	return out, err
}

// entriesOf are the attributes of an item. There is at least the key.
func entriesOf(raw []byte) (attrs, error) {
	if len(raw) == 0 {
		return nil, errors.New("it has no attributes")
	}
	it, err := read(raw).entries(1)
	if err == nil && len(it) == 0 {
		err = errors.New("it has no attributes")
	}
	return it, err
}

func listOf(raw []byte) ([]types.AttributeValue, error) {
	return elements(read(raw), func(r reader) (types.AttributeValue, error) { return r.attribute(1) })
}

// writer writes values.
type writer struct {
	b   []byte
	err error
}

func (w *writer) raw(s string) { w.b = append(w.b, s...) }

// text writes a text. JSON has no other bytes than UTF-8; nor has DynamoDB.
func (w *writer) text(s string) {
	if !utf8.ValidString(s) && w.err == nil {
		w.err = fmt.Errorf("%q is not valid UTF-8", s)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil && w.err == nil {
		w.err = err
	}
	w.b = append(w.b, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

func (w *writer) binary(b []byte) { w.raw(`"` + base64.StdEncoding.EncodeToString(b) + `"`) }

func (w *writer) value(av types.AttributeValue) {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		w.raw(`{"S":`)
		w.text(v.Value)
	case *types.AttributeValueMemberN:
		w.raw(`{"N":`)
		w.text(v.Value)
	case *types.AttributeValueMemberB:
		w.raw(`{"B":`)
		w.binary(v.Value)
	case *types.AttributeValueMemberBOOL:
		w.raw(fmt.Sprintf(`{"BOOL":%t`, v.Value))
	case *types.AttributeValueMemberNULL:
		w.raw(`{"NULL":true`)
	case *types.AttributeValueMemberSS:
		w.raw(`{"SS":`)
		list(w, slices.Sorted(slices.Values(v.Value)), w.text)
	case *types.AttributeValueMemberNS:
		w.raw(`{"NS":`)
		list(w, slices.Sorted(slices.Values(v.Value)), w.text)
	case *types.AttributeValueMemberBS:
		w.raw(`{"BS":`)
		list(w, slices.SortedFunc(slices.Values(v.Value), bytes.Compare), w.binary)
	case *types.AttributeValueMemberL:
		w.raw(`{"L":`)
		list(w, v.Value, w.value)
	case *types.AttributeValueMemberM:
		w.raw(`{"M":`)
		w.entries(v.Value)
	default:
		w.err = fmt.Errorf("%T is no attribute value", av)
		return
	}
	w.raw("}")
}

func list[E any](w *writer, all []E, write func(E)) {
	w.raw("[")
	for i, e := range all {
		if i > 0 {
			w.raw(",")
		}
		write(e)
	}
	w.raw("]")
}

func (w *writer) entries(m attrs) {
	w.raw("{")
	for i, name := range sorted.Keys(m) {
		if i > 0 {
			w.raw(",")
		}
		w.text(name)
		w.raw(":")
		w.value(m[name])
	}
	w.raw("}")
}
