package ranges

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// deck has a part.
type (
	deck struct {
		Box    string
		Number int
		Note   note
	}
	note struct{ N int }
)

var (
	deckKey = repo.CompositeKeyOf(func(d *deck) *string { return &d.Box }, func(d *deck) *int { return &d.Number })
	decks   = repo.TableOf("Decks", deckKey, shard.New(shard.To("Notes"), func(d *deck) *note { return &d.Note }))
)

// decodeChecks are about items that a program has from elsewhere, and that may be
// anything.
var decodeChecks = []kit.Check{
	{Name: "no objects of the table", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, decks)
		for n := range 110 {
			_, err := r.Create(ctx, &deck{Box: "a", Number: n, Note: note{N: n}})
			kit.Must(t, err)
		}
		out, err := x.Raw.Scan(ctx, &dynamodb.ScanInput{TableName: new(x.Table("Decks"))})
		kit.Must(t, err)
		for name, wrong := range map[string]kit.Row{"nothing": nil, "an empty item": {}, "half a key": {"Box": kit.Str("a")}, "another key": {"Box": kit.Num("1"), "Number": kit.Num("1")}} {
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
		ctx, r := t.Context(), kit.Open(t, x, decks)
		all := []deck{}
		for n := range 8 {
			d := deck{Box: "a", Number: n, Note: note{N: n}}
			_, err := r.Create(ctx, &d)
			kit.Must(t, err)
			all = append(all, d)
		}
		out, err := x.Raw.Scan(ctx, &dynamodb.ScanInput{TableName: new(x.Table("Decks"))})
		kit.Must(t, err)
		items := append(out.Items, out.Items[2:4]...)
		x.Net.Reset()
		kit.Equal(t, "objects", kit.All(t, r.Decode(ctx, items)), append(slices.Clone(all), all[2:4]...))
		x.WantSent(t, "decode", "BatchGetItem: Notes x8", "BatchGetItem: Notes x2")
	}},
}
