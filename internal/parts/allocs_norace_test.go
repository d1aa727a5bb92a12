//go:build !race

package parts_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// yes is a client that writes nothing and says that it has.
type yes struct {
	repo.Client
	says bool
}

func (c *yes) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	if c.says {
		return &dynamodb.TransactWriteItemsOutput{}, nil
	}
	return c.Client.TransactWriteItems(ctx, in, o...)
}

// What a Put of one changed part costs does not grow with the number of parts.
func TestUnchangedPartsTakeNoMemory(t *testing.T) {
	ctx := t.Context()
	for _, kind := range []string{"list", "map"} {
		var cost []float64
		for _, n := range []int{10, 90} {
			client := &yes{Client: embedded.New().Client()}
			r, err := repo.New(client, model(nil))
			if err == nil {
				err = r.CreateTables(ctx)
			}
			if err != nil {
				t.Fatal(err)
			}
			v := &tree{ID: fmt.Sprint(n), Map: map[string]leaf{}}
			for i := range n {
				l := leaf{Name: strconv.Itoa(i), Ratio: float64(i) / 7}
				if kind == "map" {
					v.Map[l.Name] = l
				} else {
					v.List = append(v.List, l)
				}
			}
			if _, err := r.Create(ctx, v); err != nil {
				t.Fatal(err)
			}
			client.says = true
			cost = append(cost, testing.AllocsPerRun(20, func() {
				if kind == "map" {
					l := v.Map["0"]
					l.Ratio++
					v.Map["0"] = l
				} else {
					v.List[0].Ratio++
				}
				if _, err := r.Put(ctx, v); err != nil {
					t.Fatal(err)
				}
			}))
		}
		if cost[1] > cost[0]+20 {
			t.Errorf("%s: %v allocations for 10 and for 90 parts", kind, cost)
		}
	}
}
