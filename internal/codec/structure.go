package codec

import (
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// group is a struct, or a struct embedded in it: the fields with attributes of
// their own, and the embedded structs whose fields dissolve among them.
type group struct {
	typ    reflect.Type
	fields []member
	embeds []embed
}

type member struct {
	at    int // index in the struct
	field *Field
}

type embed struct {
	at      int
	pointer bool
	group   *group
}

// structure compiles a struct.
func (b *builder) structure(c *Codec) options {
	c.kind, c.want = Struct, "M"
	c.enc, c.dec = encodeStruct, decodeStruct
	f := flattener{b: b, c: c, open: map[reflect.Type]bool{}}
	c.plan = f.group(c.typ, nil, "")
	c.byName = make(map[string]*Field, len(c.fields))
	for _, f := range c.fields {
		if first, dup := c.byName[f.Name]; dup {
			c.refuse("attribute \"" + f.Name + "\" is both field " + first.going + " and field " + f.going)
			continue
		}
		c.byName[f.Name] = f
	}
	if len(c.fields) == 0 && f.hidden != "" && len(c.problems) == 0 {
		c.refuseType("exports no field (" + f.hidden + " is unexported): nothing of it would be stored")
	}
	return 0
}

// flattener walks a struct and the structs embedded in it.
type flattener struct {
	b      *builder
	c      *Codec
	open   map[reflect.Type]bool // embedded structs on the way down
	hidden string                // an unexported field, if there is one
}

func (f *flattener) group(t reflect.Type, index []int, path string) *group {
	g := &group{typ: t}
	f.open[t] = true
	defer delete(f.open, t)
	for i := range t.NumField() {
		sf := t.Field(i)
		name, opts, skip, reason := parseTag(sf.Tag)
		base := deref(sf.Type)
		dissolves := sf.Anonymous && name == "" && base.Kind() == reflect.Struct
		switch {
		case skip:
			continue
		case !sf.IsExported() && !(sf.Anonymous && base.Kind() == reflect.Struct):
			if sf.Name != "_" {
				f.hidden = sf.Name
			}
			continue
		case reason != "":
			f.c.refuseField(t, sf.Name, reason)
			continue
		}
		at := append(index[:len(index):len(index)], i)
		if dissolves {
			if reason := f.refuses(sf, base, opts); reason != "" {
				f.c.refuseField(t, sf.Name, reason)
				continue
			}
			g.embeds = append(g.embeds, embed{i, base != sf.Type, f.group(base, at, path+sf.Name+".")})
			continue
		}
		if !sf.IsExported() {
			f.c.refuseField(t, sf.Name, "the embedded type is unexported and cannot be a separate attribute; leave its name out")
			continue
		}
		if name == "" {
			name = sf.Name
		}
		field := &Field{
			Name: name, GoName: sf.Name, Index: at, Type: sf.Type, Tag: sf.Tag,
			OmitEmpty: opts&omitEmpty != 0, owner: t, going: path + sf.Name,
		}
		f.c.fields = append(f.c.fields, field)
		field.Codec = f.b.codec(planKey{sf.Type, opts, f.b.of.oneOf(t, i)})
		g.fields = append(g.fields, member{i, field})
	}
	return g
}

// refuses returns why the embedded struct cannot dissolve.
func (f *flattener) refuses(sf reflect.StructField, base reflect.Type, opts options) string {
	switch {
	case isTime(base) || base == urlType || isCustom(base) || isText(base):
		return "the embedded " + sf.Type.String() + " is one value and has no fields to embed; name it in the tag or as a field"
	case opts != 0:
		return "options " + opts.String() + " have no effect on an embedded struct without a name"
	case f.open[base]:
		return "the struct embeds itself"
	case !sf.IsExported() && base != sf.Type:
		return "the embedded pointer is unexported: decoding could not allocate it"
	}
	return ""
}

// Except is the codec of a struct that encodes it without some of its fields. It decodes
// nothing.
func Except(c *Codec, without func(*Field) bool) *Codec {
	rest := *c
	rest.fields = slices.DeleteFunc(slices.Clone(c.fields), without)
	rest.plan = c.plan.except(without)
	rest.counted = false
	rest.leaves = countOf(&rest)
	return &rest
}

func (g *group) except(without func(*Field) bool) *group {
	rest := &group{typ: g.typ}
	for _, f := range g.fields {
		if !without(f.field) {
			rest.fields = append(rest.fields, f)
		}
	}
	for _, e := range g.embeds {
		if e.group = e.group.except(without); len(e.group.fields)+len(e.group.embeds) > 0 {
			rest.embeds = append(rest.embeds, e)
		}
	}
	return rest
}

func encodeStruct(c *Codec, v reflect.Value, d depth) (types.AttributeValue, error) {
	d, err := d.inner()
	if err != nil {
		return nil, err
	}
	m := make(map[string]types.AttributeValue, len(c.fields))
	if err := c.plan.encode(v, m, d, nil); err != nil {
		return nil, err
	}
	return d.made.Map(m), nil
}

func decodeStruct(c *Codec, av types.AttributeValue, dst reflect.Value) error {
	tv, ok := av.(*types.AttributeValueMemberM)
	if !ok || tv == nil {
		return c.mismatch(av)
	}
	return c.plan.decode(tv.Value, dst)
}

// encode puts the attributes of v, at depth d, into m, but for those of some fields.
func (g *group) encode(v reflect.Value, m map[string]types.AttributeValue, d depth, without []*Field) error {
	for _, f := range g.fields {
		if slices.Contains(without, f.field) {
			continue
		}
		av, err := f.field.Codec.encode(v.Field(f.at), d)
		if err != nil {
			return under(f.field.Name, err)
		}
		if av != nil {
			m[f.field.Name] = av
		}
	}
	for _, e := range g.embeds {
		ev := v.Field(e.at)
		if e.pointer {
			if ev.IsNil() {
				continue
			}
			ev = ev.Elem()
		}
		if err := e.group.encode(ev, m, d, without); err != nil {
			return err
		}
	}
	return nil
}

func (g *group) decode(m map[string]types.AttributeValue, dst reflect.Value) error {
	for _, f := range g.fields {
		if err := f.field.Codec.decode(m[f.field.Name], dst.Field(f.at)); err != nil {
			return under(f.field.Name, err)
		}
	}
	for _, e := range g.embeds {
		ev := dst.Field(e.at)
		if e.pointer {
			if !e.group.present(m) {
				ev.SetZero()
				continue
			}
			p := reflect.New(e.group.typ)
			ev.Set(p)
			ev = p.Elem()
		}
		if err := e.group.decode(m, ev); err != nil {
			return err
		}
	}
	return nil
}

// present reports whether m has an attribute of the group. NULL is one: an
// embedded nil pointer stores nothing at all.
func (g *group) present(m map[string]types.AttributeValue) bool {
	for _, f := range g.fields {
		if m[f.field.Name] != nil {
			return true
		}
	}
	for _, e := range g.embeds {
		if e.group.present(m) {
			return true
		}
	}
	return false
}
