package packed

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// Decode is the item as values, with the chosen attributes. It is nil for no
// item. Nothing that the caller can change is shared with anybody.
func (it Item) Decode(names Names) attr.Item {
	if it == "" {
		return nil
	}
	if names != nil {
		m := make(attr.Item, len(names))
		it.DecodeInto(m, names)
		return m
	}
	c, n := it.fields()
	d := decoder{cursor: c}
	c.expectFields(&d.pieces, n, 1)
	return d.fields(n, 1)
}

// DecodeInto makes m what Decode returns for a choice of names: for who looks
// at one item after the other and keeps none.
func (it Item) DecodeInto(m attr.Item, names Names) {
	clear(m)
	if it == "" {
		return
	}
	c, n := it.fields()
	d := decoder{cursor: c}
	for range n {
		if name := d.text(); names[name] {
			m[name] = d.value(1)
		} else {
			d.skip(1)
		}
	}
}

// decoder makes values out of an item.
type decoder struct {
	cursor
	pieces
}

func (d *decoder) fields(n, depth int) attr.Item {
	m := make(attr.Item, n)
	for range n {
		name := d.text()
		m[name] = d.value(depth)
	}
	return m
}

func (d *decoder) value(depth int) attr.Value {
	if depth > attr.MaxDepth {
		d.fail()
		return nil
	}
	switch tag := d.byte(); tag {
	case tagS:
		v := d.s.take()
		v.Value = d.text()
		return v
	case tagN:
		v := d.n.take()
		v.Value = d.text()
		return v
	case tagB:
		v := d.b.take()
		v.Value = d.bytes(d.text())
		return v
	case tagSS:
		return &types.AttributeValueMemberSS{Value: d.textList()}
	case tagNS:
		return &types.AttributeValueMemberNS{Value: d.textList()}
	case tagBS:
		set := make([][]byte, d.count())
		for i := range set {
			set[i] = d.bytes(d.text())
		}
		return &types.AttributeValueMemberBS{Value: set}
	case tagM:
		v := d.m.take()
		v.Value = d.fields(d.count(), depth+1)
		return v
	case tagL:
		v := d.l.take()
		v.Value = d.elements.cut(d.count())
		for i := range v.Value {
			v.Value[i] = d.value(depth + 1)
		}
		return v
	case tagTrue, tagFalse:
		v := d.flags.take()
		v.Value = tag == tagTrue
		return v
	case tagNull:
		v := d.nulls.take()
		v.Value = true
		return v
	}
	d.fail()
	return nil
}

func (d *decoder) textList() []string {
	set := make([]string, d.count())
	for i := range set {
		set[i] = d.text()
	}
	return set
}

// bytes copies a binary: unlike a text, the caller can change it.
func (d *decoder) bytes(s string) []byte {
	b := d.binary.cut(len(s))
	copy(b, s)
	return b
}
