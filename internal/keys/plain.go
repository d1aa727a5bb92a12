package keys

import (
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/tables"
)

// Plain encodes a key given as plain Go values.
func Plain(values ...any) tables.Key {
	k := tables.Key{Parts: make([]types.AttributeValue, len(values))}
	for i, v := range values {
		if k.Parts[i], k.Err = plainKey(v); k.Err == nil {
			if err := tables.CheckKeyValue(i, k.Parts[i]); err != nil {
				k.Err = fmt.Errorf("it %w", err)
			}
		}
		if k.Err != nil {
			return k
		}
	}
	return k
}

func plainKey(v any) (types.AttributeValue, error) {
	switch v := v.(type) {
	case string:
		return item.String(v), nil
	case []byte:
		return &types.AttributeValueMemberB{Value: v}, nil
	case attributevalue.Number:
		n, err := item.NormalizeNumber(v.String())
		return &types.AttributeValueMemberN{Value: n}, err
	case time.Time:
		return encodeKeyTime(reflect.ValueOf(v))
	}
	switch rv := reflect.ValueOf(v); rv.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return item.Int(rv.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &types.AttributeValueMemberN{Value: strconv.FormatUint(rv.Uint(), 10)}, nil
	}
	return nil, fmt.Errorf("a key is a string, []byte, an integer, attributevalue.Number or time.Time, not %T", v)
}
