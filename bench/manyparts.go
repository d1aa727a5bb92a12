package bench

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// mostParts is how many parts an object has at most if one transaction is to
// write it.
const mostParts = 99

// manyParts writes a basket of 99 lines back after one of them has changed. By
// hand the program must know which one that is.
func manyParts() Workload {
	return Workload{"Put an object of 99 parts, one changed", 2, []Contender{
		onBaskets(SDKSame, func(ctx context.Context, c *dynamodb.Client, root, lines string) (Op, error) {
			b := newBasket(mostParts)
			g, err := createBasket(ctx, c, root, lines, b)
			return func(ctx context.Context) error {
				b.Lines[40].Quantity ^= 1
				return g.putLine(ctx, c, root, lines, 40, b.Lines[40])
			}, err
		}),
		{Dystore, func(ctx context.Context, e Engine) (Op, error) {
			r, err := repository(ctx, e, basketModel())
			if err != nil {
				return nil, err
			}
			b := newBasket(mostParts)
			_, err = r.Create(ctx, &b)
			return func(ctx context.Context) error {
				b.Lines[40].Quantity ^= 1
				_, err := r.Put(ctx, &b)
				return err
			}, err
		}},
	}}
}
