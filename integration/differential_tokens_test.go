package integration

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// attribute finds the attributes of the generator's expressions, with the
// character before them.
var attribute = regexp.MustCompile(`(^|[ (.])[abcdxy]\b`)

// repeated is a transaction with a token, the same transaction again, and then
// another one with the same token. If the first succeeds, the second has no
// effect and the third is refused. If it is cancelled, each is evaluated
// independently.
func (g *generator) repeated() request {
	token := g.token()
	action, says := pick(g, "action", g.putAction, g.updateAction, g.deleteAction, g.checkAction)(g.key())
	other := types.TransactWriteItem{Put: &types.Put{TableName: &g.table, Item: g.itemAt(g.key())}}
	send := func(c *dynamodb.Client, action types.TransactWriteItem) answer {
		_, err := c.TransactWriteItems(background, &dynamodb.TransactWriteItemsInput{
			TransactItems: []types.TransactWriteItem{action}, ClientRequestToken: &token,
		})
		return failure(err)
	}
	return request{"transaction, repeated: " + says + ", then put " + show(other.Put.Item), func(c *dynamodb.Client) answer {
		a := send(c, action)
		a.Rest = []answer{send(c, action), send(c, other)}
		return a
	}}
}

// token is one that no other request has used: servers may be shared.
func (g *generator) token() string {
	*g.tokens++
	return fmt.Sprintf("%s-%d", g.table[strings.LastIndex(g.table, "-")+1:], *g.tokens)
}

// batches is a batch of each kind about up to three items. The same key may
// occur twice.
func (g *generator) batches() request {
	var writes []types.WriteRequest
	var text []string
	for range rapid.IntRange(1, 3).Draw(g.t, "writes") {
		if rapid.Bool().Draw(g.t, "put") {
			put := &types.PutRequest{Item: g.itemAt(g.key())}
			writes, text = append(writes, types.WriteRequest{PutRequest: put}), append(text, "put "+show(put.Item))
		} else {
			del := &types.DeleteRequest{Key: g.key()}
			writes, text = append(writes, types.WriteRequest{DeleteRequest: del}), append(text, "delete "+show(del.Key))
		}
	}
	return request{"batch write " + strings.Join(text, "; "), func(c *dynamodb.Client) answer {
		out, err := c.BatchWriteItem(background, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{g.table: writes}})
		if err != nil {
			return failure(err)
		}
		return answer{Counts: []int32{int32(len(out.UnprocessedItems))}}
	}}
}

// updated is an update that returns what it changed. It leaves lists out:
// dynoxide returns them whole.
func (g *generator) updated() request {
	g.expressions()
	change := "SET a = " + g.ref(g.value(2)) + ", b = " + pick(g, "b", "c", "a", "if_not_exists(c, "+g.ref(g.value(1))+")")
	if rapid.Bool().Draw(g.t, "remove") {
		change += " REMOVE c"
	}
	if !g.local && rapid.Bool().Draw(g.t, "inside") {
		change = "SET " + pick(g, "path", "a.x", "a.y", "b.x") + " = " + g.ref(g.value(1)) + ", d = " + g.ref(g.number())
	}
	text, names := g.named(&change)
	in := &dynamodb.UpdateItemInput{TableName: &g.table, Key: g.key(), UpdateExpression: text, ExpressionAttributeNames: names, ExpressionAttributeValues: g.used(),
		ReturnValues: pick(g, "return", types.ReturnValueUpdatedOld, types.ReturnValueUpdatedNew, types.ReturnValueNone)}
	return request{fmt.Sprint("update ", show(in.Key), " ", aws.ToString(text), " ", show(g.values), " return ", in.ReturnValues), func(c *dynamodb.Client) answer {
		out, err := c.UpdateItem(background, in)
		if err != nil {
			return failure(err)
		}
		return answer{Items: []string{show(out.Attributes)}}
	}}
}
