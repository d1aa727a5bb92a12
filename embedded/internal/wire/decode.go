package wire

import (
	"encoding/json"
	"reflect"
	"strconv"
)

// decoder reads one body that is known to be valid JSON. So the methods below
// need not look for syntax errors: only white space comes between a value and
// the next comma or bracket.
type decoder struct {
	data    []byte
	pos     int
	path    []segment
	nesting int    // depth of attribute values
	scratch []byte // the last unescaped string
	finding *failure
}

// decodeBody reads a request body into the input struct v.
func decodeBody(body []byte, input decodeFunc, v reflect.Value) *failure {
	if !json.Valid(body) {
		return &failure{status: 400, code: codeSerialization, message: "the request body is not valid JSON"}
	}
	d := &decoder{data: body, path: make([]segment, 0, 16)}
	if fail := input(d, v); fail != nil {
		return fail
	}
	return d.finding
}

func (d *decoder) push(name string) { d.path = append(d.path, segment{name: name, index: -1}) }
func (d *decoder) pop()             { d.path = d.path[:len(d.path)-1] }

// structDecoder reads an object into a struct of type t by member name.
func (p *plans) structDecoder(t reflect.Type) decodeFunc {
	type field struct {
		index  int
		name   string
		decode decodeFunc
	}
	fields := make(map[string]*field, t.NumField())
	for i := range t.NumField() {
		if f := t.Field(i); member(f) {
			if decode := p.decoder(f.Type); decode != nil {
				fields[f.Name] = &field{index: i, name: f.Name, decode: decode}
			}
		}
	}
	return func(d *decoder, v reflect.Value) *failure {
		if text := d.expect('{'); text != "" {
			return d.mismatch(text)
		}
		for first := true; d.more(first, '}'); first = false {
			name, fail := d.key()
			if fail != nil {
				return fail
			}
			f := fields[string(name)]
			if f == nil {
				d.unsupported(string(name))
				d.skip()
				continue
			}
			if d.null() {
				continue
			}
			if !v.Field(f.index).IsZero() {
				d.push(f.name)
				return d.mismatch("duplicate member")
			}
			d.push(f.name)
			if fail := f.decode(d, v.Field(f.index)); fail != nil {
				return fail
			}
			d.pop()
		}
		return nil
	}
}

func (d *decoder) unsupported(name string) {
	d.push(name)
	d.invalid(d.where() + " is not supported by the embedded engine")
	d.pop()
}

func decodePointer(elem reflect.Type, decode decodeFunc) decodeFunc {
	return func(d *decoder, v reflect.Value) *failure {
		target := reflect.New(elem)
		if fail := decode(d, target.Elem()); fail != nil {
			return fail
		}
		v.Set(target)
		return nil
	}
}

func decodeSlice(t reflect.Type, elem decodeFunc) decodeFunc {
	return func(d *decoder, v reflect.Value) *failure {
		if text := d.expect('['); text != "" {
			return d.mismatch(text)
		}
		list := reflect.MakeSlice(t, 0, 0)
		for i := 0; d.more(i == 0, ']'); i++ {
			list = reflect.Append(list, reflect.Zero(t.Elem()))
			d.path = append(d.path, segment{index: i})
			if fail := elem(d, list.Index(i)); fail != nil {
				return fail
			}
			d.pop()
		}
		v.Set(list)
		return nil
	}
}

func decodeMap(t reflect.Type, elem decodeFunc) decodeFunc {
	return func(d *decoder, v reflect.Value) *failure {
		if text := d.expect('{'); text != "" {
			return d.mismatch(text)
		}
		m := reflect.MakeMap(t)
		for n := 0; d.more(n == 0, '}'); n++ {
			raw, fail := d.key()
			if fail != nil {
				return fail
			}
			name := string(raw)
			d.push(name)
			value := reflect.New(t.Elem()).Elem()
			if fail := elem(d, value); fail != nil {
				return fail
			}
			m.SetMapIndex(reflect.ValueOf(name).Convert(t.Key()), value)
			if m.Len() != n+1 {
				return d.mismatch("duplicate member")
			}
			d.pop()
		}
		v.Set(m)
		return nil
	}
}

func decodeString(d *decoder, v reflect.Value) *failure {
	text, fail := d.text("String")
	if fail == nil {
		v.SetString(string(text))
	}
	return fail
}

func decodeBool(d *decoder, v reflect.Value) *failure {
	b, fail := d.boolean()
	v.SetBool(b)
	return fail
}

// decodeInteger reads only whole numbers. The service truncates 1.5 to 1, which
// hides a client's mistake.
func decodeInteger(kind string) decodeFunc {
	return func(d *decoder, v reflect.Value) *failure {
		if !d.atNumber() {
			return d.mismatch(d.cannot(kind))
		}
		raw := string(d.number())
		n, err := strconv.ParseInt(raw, 10, v.Type().Bits())
		if err != nil {
			return d.mismatch(raw + " cannot be converted to " + kind)
		}
		v.SetInt(n)
		return nil
	}
}

func decodeFloat(d *decoder, v reflect.Value) *failure {
	if !d.atNumber() {
		return d.mismatch(d.cannot("Double"))
	}
	raw := string(d.number())
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return d.mismatch(raw + " cannot be converted to Double")
	}
	v.SetFloat(f)
	return nil
}
