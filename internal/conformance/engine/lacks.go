package engine

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// LacksOf returns what the engine with that product does not have (see
// DeviationsOf).
func LacksOf(product string) []kit.Feature {
	if strings.HasPrefix(product, "dynalite/") {
		return []kit.Feature{kit.Transactions, kit.WideKeys}
	}
	return nil
}

// runLack checks that an engine refuses what it does not have. An engine that
// has it after all must run the cases that need it.
func (x *fixture) runLack(t *testing.T, feature kit.Feature) {
	switch feature {
	case kit.Transactions:
		// All known engines without them give this code, with different texts.
		const pk = "without transactions"
		put := transacting(func(x *fixture, pk string) []types.TransactWriteItem {
			return []types.TransactWriteItem{putAction(x.plain, pkOf(pk))}
		})
		get := transactGetting(func(pk string) []row { return []row{pkOf(pk)} })
		for _, send := range []request{put, get} {
			x.refused(t, send(t.Context(), x, pk), unknownOperation, "")
		}
		same(t, "the item afterwards", x.get(t, x.plain, pkOf(pk)), row(nil))
	case kit.WideKeys:
		in := &dynamodb.CreateTableInput{TableName: aws.String(kit.TableName("wide")), BillingMode: types.BillingModePayPerRequest}
		key("pk", "S")(in)
		index("idx", types.ProjectionTypeAll, "HASH a S", "HASH b S", "RANGE c S")(in)
		_, err := x.Client.CreateTable(t.Context(), in)
		x.refused(t, err, invalid, "")
	default:
		t.Errorf("no check is about an engine without %s", feature)
	}
}
