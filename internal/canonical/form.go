package canonical

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/shape"
)

// Form is a canonical form that is being made. Its memory can be used again.
type Form struct {
	Bytes []byte
	Null  bool // there is a NULL in it, somewhere

	spare []byte // to put the entries of maps in order
}

// Reset makes f the form of nothing.
func (f *Form) Reset() { f.Bytes, f.Null = f.Bytes[:0], false }

// Append appends the form of v, which is inside as many lists and maps as level says, and
// at level 1 in none. It is false, and appends nothing, if v is absent. After an error,
// which says less than that of the codec, f is of no use.
func (p *Plan) Append(f *Form, v reflect.Value, level int) (bool, error) {
	return p.append(f, shape.At(v), level)
}

func (p *Plan) append(f *Form, v shape.Addr, level int) (bool, error) {
	if (p.Omits || p.Nulls) && (*shape.Shape)(p).Empty(v) {
		return p.Nulls && f.null(), nil
	}
	write := writers[p.Form]
	if write == nil {
		write = encoded
	} else {
		var ok bool
		if v, ok = (*shape.Shape)(p).Behind(v); !ok {
			return p.Nulls && f.null(), nil
		}
	}
	there, err := write(p, f, v, level)
	if err == nil && !there && p.Nulls {
		return f.null(), nil
	}
	return there, err
}

// null appends NULL, which is there.
func (f *Form) null() bool {
	f.Bytes, f.Null = item.AppendNull(f.Bytes), true
	return true
}

// encoded is the long way: over the attribute value.
func encoded(p *Plan, f *Form, v shape.Addr, level int) (bool, error) {
	av, err := p.Codec.Encode(v.Value(p.Codec.Type()))
	if err != nil || av == nil {
		return false, err
	}
	if level+item.Depth(av)-1 > item.MaxDepth {
		return false, item.ErrTooDeep
	}
	f.Null = f.Null || item.HasNull(map[string]types.AttributeValue{"": av})
	f.Bytes, err = item.AppendCanonical(f.Bytes, av)
	return err == nil, err
}
