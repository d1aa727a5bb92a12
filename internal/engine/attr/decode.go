package attr

import (
	"encoding/binary"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/decimal"
)

// Decode reads what Encode wrote. The item shares no memory with b.
func Decode(b []byte) (Item, error) {
	if len(b) == 0 || b[0] != codec {
		return nil, ErrEncoding
	}
	d := decoder{rest: b[1:]}
	item := d.fields(0)
	if d.failed || len(d.rest) != 0 {
		return nil, ErrEncoding
	}
	return item, nil
}

// decoder reads until the first malformation. From then on it returns zero
// values.
type decoder struct {
	rest   []byte
	failed bool
}

func (d *decoder) fail() {
	d.failed = true
	d.rest = nil
}

// count reads a length. Every counted thing takes at least one byte, so a
// length beyond the rest is a malformation and never an allocation.
func (d *decoder) count() int {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 || n > uint64(len(d.rest)-size) {
		d.fail()
		return 0
	}
	d.rest = d.rest[size:]
	return int(n)
}

func (d *decoder) text() string {
	n := d.count()
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	return s
}

func (d *decoder) texts() []string {
	set := make([]string, d.count())
	for i := range set {
		set[i] = d.text()
	}
	return set
}

// number checks a text that other code will take for a number.
func (d *decoder) number(s string) string {
	if _, err := decimal.Parse(s); err != nil {
		d.fail()
	}
	return s
}

func (d *decoder) fields(depth int) Item {
	n := d.count()
	m := make(Item, n)
	for range n {
		name := d.text()
		m[name] = d.value(depth + 1)
		if d.failed {
			return nil
		}
	}
	return m
}

func (d *decoder) value(depth int) Value {
	if len(d.rest) == 0 || depth > MaxDepth {
		d.fail()
		return nil
	}
	tag := d.rest[0]
	d.rest = d.rest[1:]
	switch tag {
	case tagS:
		return &types.AttributeValueMemberS{Value: d.text()}
	case tagN:
		return &types.AttributeValueMemberN{Value: d.number(d.text())}
	case tagB:
		return &types.AttributeValueMemberB{Value: []byte(d.text())}
	case tagSS:
		return &types.AttributeValueMemberSS{Value: d.texts()}
	case tagNS:
		set := d.texts()
		for _, e := range set {
			d.number(e)
		}
		return &types.AttributeValueMemberNS{Value: set}
	case tagBS:
		texts := d.texts()
		set := make([][]byte, len(texts))
		for i, s := range texts {
			set[i] = []byte(s)
		}
		return &types.AttributeValueMemberBS{Value: set}
	case tagM:
		return &types.AttributeValueMemberM{Value: d.fields(depth)}
	case tagL:
		list := make([]Value, 0)
		for range d.count() {
			list = append(list, d.value(depth+1))
			if d.failed {
				return nil
			}
		}
		return &types.AttributeValueMemberL{Value: list}
	case tagTrue, tagFalse:
		return &types.AttributeValueMemberBOOL{Value: tag == tagTrue}
	case tagNull:
		return &types.AttributeValueMemberNULL{Value: true}
	}
	d.fail()
	return nil
}
