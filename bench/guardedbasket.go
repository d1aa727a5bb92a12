package bench

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Baskets with the guarantees of dystore.

type (
	guardedBasket struct {
		basketItem
		Record handRecord `dynamodbav:"_hand"`
	}
	guardedLine struct {
		lineItem
		Mark handMark `dynamodbav:"_hand"`
	}
)

var absentBasket = aws.String("attribute_not_exists(id)")

// createBasket writes a basket and its lines.
func createBasket(ctx context.Context, c *dynamodb.Client, root, lines string, b Basket) (guardedBasket, error) {
	b.ID = newID()
	parts := make([]string, len(b.Lines))
	for i := range parts {
		parts[i] = fmt.Sprint(b.ID, "/", i)
	}
	g := guardedBasket{basketItem{b.ID, b.Owner}, handRecord{}.next(parts...)}
	items := make([]types.TransactWriteItem, 1+len(b.Lines))
	var err error
	if items[0], err = action(&root, g, absentBasket, nil, nil); err != nil {
		return g, err
	}
	owner := stringKey(":o", b.ID)
	for i, line := range b.Lines {
		v := guardedLine{lineItem{parts[i], line}, handMark{b.ID, g.Record.Stamps[parts[i]]}}
		if items[1+i], err = action(&lines, v, freePart, partNames, owner); err != nil {
			return g, err
		}
	}
	_, err = c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
	return g, err
}

// putLine puts one line and, over the version that g knows, the basket.
func (g *guardedBasket) putLine(ctx context.Context, c *dynamodb.Client, root, lines string, i int, line Line) error {
	id, old := fmt.Sprint(g.ID, "/", i), g.Record
	g.Record = old.next(id)
	basket, err := action(&root, *g, unchanged, handName, old.values())
	if err != nil {
		return err
	}
	part, err := action(&lines, guardedLine{lineItem{id, line}, handMark{g.ID, g.Record.Stamps[id]}}, freePart, partNames, stringKey(":o", g.ID))
	if err != nil {
		return err
	}
	_, err = c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{basket, part}})
	return err
}
