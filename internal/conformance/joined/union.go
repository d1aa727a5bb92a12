package joined

import (
	"fmt"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// unionChecks read one partition as all its types. An item without a record is that of
// the type whose key it has.
var unionChecks = []kit.Check{
	{Name: "a partition", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), openShop(t, x)
		s.stock(t)
		x.Plant(t, "Shop", kit.Row{"PK": kit.Str(pk), "SK": kit.Str("ORDER#2025-01-02T03:04:05.000000000Z#00000000000000000007"), "status": kit.Str("old")})
		x.Plant(t, "Shop", kit.Row{"PK": kit.Str(pk), "SK": kit.Str("COUNTER"), "n": kit.Num("1")})
		x.Tampered = true
		x.Net.Reset()
		got := map[string]int{}
		var first string
		for o, err := range repo.Union(ctx, accountKey.Partition(aID.Eq("c1")), []repo.Member{s.accounts, s.orders, s.lines}) {
			kit.Must(t, err)
			if first == "" {
				first = fmt.Sprintf("%T %s", o, o.(*order).Status)
			}
			got[fmt.Sprintf("%T", o)]++
		}
		x.WantSent(t, "one partition", "Query: Shop", "BatchGetItem: Notes x8")
		kit.Equal(t, "objects", got, map[string]int{"*joined.account": 1, "*joined.order": 9, "*joined.line": 16})
		kit.Equal(t, "the first", first, "*joined.order old")
	}},
}
