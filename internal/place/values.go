package place

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/sorted"
)

// ValuesAt returns the values at a path into an assembled value, nil for one that is
// absent. An absent parent is fail.ErrNoPath.
func ValuesAt(v types.AttributeValue, path attr.Path) ([]types.AttributeValue, error) {
	return valuesAt(v, path, 0)
}

// valuesAt walks the rest of a path, from step i on.
func valuesAt(v types.AttributeValue, path attr.Path, i int) ([]types.AttributeValue, error) {
	for ; i < len(path); i++ {
		s := path[i]
		switch at := v.(type) {
		case *types.AttributeValueMemberM:
			if s.Kind == attr.AnyValue {
				return valuesOfEach(inOrder(at.Value), path, i+1)
			}
			v = at.Value[s.Name]
		case *types.AttributeValueMemberL:
			switch {
			case s.Kind == attr.AnyElem:
				return valuesOfEach(at.Value, path, i+1)
			case s.Kind != attr.Index || s.Index >= len(at.Value):
				return nil, noValue(path, i+1)
			}
			v = at.Value[s.Index]
		default:
			if s.Kind == attr.AnyElem || s.Kind == attr.AnyValue {
				return nil, nil // a nil list or map
			}
			return nil, noValue(path, i)
		}
	}
	return []types.AttributeValue{v}, nil
}

func valuesOfEach(values []types.AttributeValue, path attr.Path, i int) ([]types.AttributeValue, error) {
	var out []types.AttributeValue
	for _, e := range values {
		if i < len(path) && item.Absent(e) {
			continue
		}
		found, err := valuesAt(e, path, i)
		if err != nil && !errors.Is(err, fail.ErrNoPath) {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func inOrder(m map[string]types.AttributeValue) []types.AttributeValue {
	out := make([]types.AttributeValue, 0, len(m))
	for _, k := range sorted.Keys(m) {
		out = append(out, m[k])
	}
	return out
}

func noValue(path attr.Path, i int) error {
	return fail.At(path, fail.Withf(fail.ErrNoPath, "%s has no value", path[:i]))
}
