package packed

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// Append reads an item of a request as [attr.ReadItem] does, with the same
// errors, and appends it in packed form. It also returns the size of the item.
func Append(dst []byte, item attr.Item) ([]byte, int, error) {
	p := packer{buf: append(dst, version)}
	size, err := p.fields(item, 1)
	return p.buf, size, err
}

// packer reads values in the order of their names. So of several errors it
// always reports the same one.
type packer struct {
	buf []byte
	// names are those of the items around the place, the innermost last.
	names []string
}

func (p *packer) fields(m attr.Item, depth int) (int, error) {
	outer := len(p.names)
	p.sort(m)
	p.buf = appendCount(p.buf, len(m))
	size := 0
	for i := range len(m) {
		name := p.names[outer+i]
		if err := attr.CheckName(name); err != nil {
			return 0, err
		}
		p.buf = appendText(p.buf, name)
		n, err := p.value(m[name], depth)
		if err != nil {
			return 0, err
		}
		size += len(name) + n
	}
	p.names = p.names[:outer]
	return size, nil
}

// sort adds the names of an item, in order.
func (p *packer) sort(m attr.Item) {
	p.names = slices.Grow(p.names, len(m))
	outer := len(p.names)
	for name := range m {
		p.names = append(p.names, name)
	}
	slices.Sort(p.names[outer:])
}

// value appends a value and returns its size.
func (p *packer) value(v attr.Value, depth int) (int, error) {
	if depth > attr.MaxDepth {
		return 0, attr.ErrDepth
	}
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		if v != nil {
			p.buf = appendText(append(p.buf, tagS), v.Value)
			return len(v.Value), nil
		}
	case *types.AttributeValueMemberN:
		if v != nil {
			return p.number(v.Value)
		}
	case *types.AttributeValueMemberB:
		if v != nil {
			p.buf = appendText(append(p.buf, tagB), v.Value)
			return len(v.Value), nil
		}
	case *types.AttributeValueMemberM:
		if v != nil {
			p.buf = append(p.buf, tagM)
			n, err := p.fields(v.Value, depth+1)
			return 3 + len(v.Value) + n, err
		}
	case *types.AttributeValueMemberL:
		if v != nil {
			return p.list(v.Value, depth)
		}
	}
	// Few values come here: the others, and those that are refused.
	read, err := attr.Read(v)
	if err != nil {
		return 0, err
	}
	p.buf = appendValue(p.buf, read)
	return attr.Size(read), nil
}

func (p *packer) number(s string) (int, error) {
	d, err := attr.ReadNumber(s)
	if err != nil {
		return 0, err
	}
	var buf [192]byte
	p.buf = appendText(append(p.buf, tagN), d.Append(buf[:0]))
	return d.Size(), nil
}

func (p *packer) list(l []attr.Value, depth int) (int, error) {
	p.buf = appendCount(append(p.buf, tagL), len(l))
	size := 3 + len(l)
	for _, e := range l {
		n, err := p.value(e, depth+1)
		if err != nil {
			return 0, err
		}
		size += n
	}
	return size, nil
}
