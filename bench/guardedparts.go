package bench

import (
	"bytes"
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The person over four tables with the guarantees of dystore. The root names
// the write of each part. So a reader sees whether the parts belong together, and
// two writers of different parts of one object do not miss each other.

type (
	guardedRoot struct {
		rootItem
		Record handRecord `dynamodbav:"_hand"`
	}
	guardedBirth struct {
		birthItem
		Mark handMark `dynamodbav:"_hand"`
	}
	guardedLocation struct {
		locationItem
		Mark handMark `dynamodbav:"_hand"`
	}
	guardedGeo struct {
		geoItem
		Mark handMark `dynamodbav:"_hand"`
	}
)

// guardedSDK remembers the root that it has written last, as dystore does in
// the value itself.
type guardedSDK struct {
	c    *dynamodb.Client
	t    fourTables
	last guardedRoot
}

var (
	freeIDX    = aws.String("attribute_not_exists(IDX) OR #h.o = :o")
	freePart   = aws.String("attribute_not_exists(#k) OR #h.o = :o")
	partNames  = map[string]string{"#h": "_hand", "#k": "_id"}
	errTorn    = errors.New("the parts are of different writes")
	touchRoot  = aws.String("SET #h.v = #h.v + :one, #h.w = :w, #h.m.#p = :s")
	hasPart    = aws.String("attribute_exists(#h.m.#p)")
	rootNames  = map[string]string{"#h": "_hand", "#p": locationPart}
	changePart = aws.String("SET city = :c, #h.w = :s")
	ownPart    = aws.String("#h.o = :o")
)

func (g *guardedSDK) create(ctx context.Context) (string, error) {
	p := NewJohn()
	p.ID = newID()
	r, b, l, o := divide(p)
	record := handRecord{}.next(birthPart, locationPart, geoPart)
	mark := func(part string) handMark { return handMark{p.ID, record.Stamps[part]} }
	owner := stringKey(":o", p.ID)
	root := guardedRoot{r, record}
	items := make([]types.TransactWriteItem, 4)
	var errs [4]error
	items[0], errs[0] = action(&g.t.root, root, absentID, nil, nil)
	items[1], errs[1] = action(&g.t.birth, guardedBirth{b, mark(birthPart)}, freeIDX, handName, owner)
	items[2], errs[2] = action(&g.t.location, guardedLocation{l, mark(locationPart)}, freeIDX, handName, owner)
	items[3], errs[3] = action(&g.t.geo, guardedGeo{o, mark(geoPart)}, freePart, partNames, owner)
	if err := errors.Join(errs[:]...); err != nil {
		return "", err
	}
	_, err := g.c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
	g.last = root
	return p.ID, err
}

// get reads again while it meets writers.
func (g *guardedSDK) get(ctx context.Context, id string) (p *Person, err error) {
	for range 5 {
		if p, err = g.read(ctx, id); !errors.Is(err, errTorn) {
			break
		}
	}
	return p, err
}

func (g *guardedSDK) read(ctx context.Context, id string) (*Person, error) {
	var r guardedRoot
	var b guardedBirth
	var l guardedLocation
	var o guardedGeo
	if err := readFour(ctx, g.c, g.t, id, &r, &b, &l, &o); err != nil {
		return nil, err
	}
	for part, mark := range map[string]*handMark{birthPart: &b.Mark, locationPart: &l.Mark, geoPart: &o.Mark} {
		if mark.Owner != id || !bytes.Equal(mark.Stamp, r.Record.Stamps[part]) {
			return nil, errTorn
		}
	}
	return join(r.rootItem, b.birthItem, l.locationItem, o.geoItem), nil
}

// update changes a part and, in the root, its stamp.
func (g *guardedSDK) update(ctx context.Context, id, city string) error {
	stamp := &types.AttributeValueMemberB{Value: newStamp()}
	_, err := g.c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Update: &types.Update{
			TableName: &g.t.root, Key: stringKey("ID", id), UpdateExpression: touchRoot, ConditionExpression: hasPart, ExpressionAttributeNames: rootNames,
			ExpressionAttributeValues:           item{":one": oneMore, ":w": &types.AttributeValueMemberB{Value: newStamp()}, ":s": stamp},
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}},
		{Update: &types.Update{
			TableName: &g.t.location, Key: stringKey("IDX", id+locationPart), UpdateExpression: changePart, ConditionExpression: ownPart, ExpressionAttributeNames: handName,
			ExpressionAttributeValues:           item{":c": &types.AttributeValueMemberS{Value: city}, ":s": stamp, ":o": &types.AttributeValueMemberS{Value: id}},
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}},
	}})
	return err
}

// putLocation puts a part and, over the version that it knows, the root.
func (g *guardedSDK) putLocation(ctx context.Context, id string, l Location) error {
	old := g.last.Record
	g.last.Record = old.next(locationPart)
	root, err := action(&g.t.root, g.last, unchanged, handName, old.values())
	if err != nil {
		return err
	}
	part, err := action(&g.t.location, guardedLocation{locationItem{id + locationPart, l.City, l.Country},
		handMark{id, g.last.Record.Stamps[locationPart]}}, freeIDX, handName, stringKey(":o", id))
	if err != nil {
		return err
	}
	_, err = g.c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{root, part}})
	return err
}
