package schema

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/model"
)

// Operand encodes a value that is compared with what a lens leads to, and says
// whether instants are compared. Keys have one form, which is compared.
func (s *Schema) Operand(l *model.Lens, v reflect.Value) (av types.AttributeValue, instant bool, err error) {
	for _, a := range s.Key.Attrs {
		if a.Is(l) && a.Typ == v.Type() {
			av, err = a.Operand(v)
			return av, false, err
		}
	}
	av, err = l.EncodeOperand(v)
	return av, l.Codec.Instant() || l.Codec.Seconds(), err
}
