package ranges

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// decodeChecks are about items that a program has from elsewhere, and that may be
// anything.
var decodeChecks = []kit.Check{
	{Name: "no objects of the table", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, notedSales())
		for n := range 110 {
			_, err := r.Create(ctx, &sale{Shop: "a", Number: n, Note: leaf{N: n}})
			kit.Must(t, err)
		}
		out, err := x.Raw.Scan(ctx, &dynamodb.ScanInput{TableName: new(x.Table("Sales"))})
		kit.Must(t, err)
		for name, wrong := range map[string]kit.Row{"nothing": nil, "an empty item": {}, "half a key": {"shop": kit.Str("a")}, "another key": {"shop": kit.Num("1"), "number": kit.Num("1")}} {
			for _, at := range []int{0, 99, 100} { // the items are read by the hundred
				items := slices.Clone(out.Items)
				items[at] = wrong
				x.Net.Reset()
				objects, failed := 0, 0
				for s, err := range r.Decode(ctx, items) {
					if err != nil {
						failed++
						kit.WantErr(t, name, err, repo.ErrInvalid, "key: ")
						continue
					}
					objects++
					kit.Equal(t, "note", s.Note.N, s.Number)
				}
				kit.Equal(t, fmt.Sprint(name, " at ", at), []int{objects, failed}, []int{109, 1})
			}
		}
	}},
	{Name: "one object twice", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, notedSales())
		all := createSales(t, r, "a")
		out, err := x.Raw.Scan(ctx, &dynamodb.ScanInput{TableName: new(x.Table("Sales"))})
		kit.Must(t, err)
		items := append(out.Items, out.Items[2:4]...)
		x.Net.Reset()
		kit.Equal(t, "objects", kit.All(t, r.Decode(ctx, items)), append(slices.Clone(all), all[2:4]...))
		x.WantSent(t, "decode", "BatchGetItem: Notes x8", "BatchGetItem: Notes x2")
	}},
}
