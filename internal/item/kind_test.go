package item_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
)

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		av           AV
		name         string
		null, absent bool
	}{
		{nil, "", false, true},
		{&NULL{Value: true}, "NULL", true, true},
		{&NULL{}, "NULL", true, true},
		{&S{}, "S", false, false},
		{&N{}, "N", false, false},
		{&B{}, "B", false, false},
		{&BOOL{}, "BOOL", false, false},
		{&L{}, "L", false, false},
		{&M{}, "M", false, false},
		{&SS{}, "SS", false, false},
		{&NS{}, "NS", false, false},
		{&BS{}, "BS", false, false},
		{&types.UnknownUnionMember{Tag: "X"}, "", false, false},
	} {
		if name, null, absent := item.TypeName(c.av), item.IsNull(c.av), item.Absent(c.av); name != c.name || null != c.null || absent != c.absent {
			t.Errorf("%T: %q, null %t, absent %t", c.av, name, null, absent)
		}
	}
}
