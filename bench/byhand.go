package bench

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"
)

// The four items of a person, for contenders that divide it by hand.
type (
	rootItem struct {
		ID        string   `dynamodbav:"ID" dynamo:"ID"`
		FirstName string   `dynamodbav:"firstname" dynamo:"firstname"`
		LastName  string   `dynamodbav:"lastname" dynamo:"lastname"`
		Visits    int      `dynamodbav:"visits" dynamo:"visits"`
		Tags      []string `dynamodbav:"tags" dynamo:"tags"`
	}
	birthItem struct {
		IDX string
		Birth
	}
	locationItem struct {
		IDX     string
		City    string `dynamodbav:"city" dynamo:"city"`
		Country string `dynamodbav:"country" dynamo:"country"`
	}
	geoItem struct {
		ID string `dynamodbav:"_id" dynamo:"_id"`
		Geo
	}
)

const (
	birthPart    = "/birth_details"
	locationPart = "/location"
	geoPart      = "/location.geolocation"
)

// divide makes the four items of a person.
func divide(p Person) (rootItem, birthItem, locationItem, geoItem) {
	return rootItem{p.ID, p.FirstName, p.LastName, p.Visits, p.Tags},
		birthItem{p.ID + birthPart, *p.Birth},
		locationItem{p.ID + locationPart, p.Location.City, p.Location.Country},
		geoItem{p.ID + geoPart, p.Location.Geo}
}

// join is the reverse of divide.
func join(r rootItem, b birthItem, l locationItem, g geoItem) *Person {
	return &Person{ID: r.ID, FirstName: r.FirstName, LastName: r.LastName, Visits: r.Visits, Tags: r.Tags,
		Birth: &b.Birth, Location: Location{City: l.City, Country: l.Country, Geo: g.Geo}}
}

type handSDK struct {
	c *dynamodb.Client
	t fourTables
}

func (h *handSDK) create(ctx context.Context) (string, error) {
	p := NewJohn()
	p.ID = newID()
	r, b, l, g := divide(p)
	var items []types.TransactWriteItem
	for _, put := range []struct {
		table string
		value any
	}{{h.t.root, r}, {h.t.birth, b}, {h.t.location, l}, {h.t.geo, g}} {
		it, err := attributevalue.MarshalMap(put.value)
		if err != nil {
			return "", err
		}
		items = append(items, types.TransactWriteItem{Put: &types.Put{TableName: &put.table, Item: it}})
	}
	items[0].Put.ConditionExpression = aws.String("attribute_not_exists(ID)")
	_, err := h.c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
	return p.ID, err
}

func (h *handSDK) get(ctx context.Context, id string) (*Person, error) {
	var r rootItem
	var b birthItem
	var l locationItem
	var g geoItem
	err := readFour(ctx, h.c, h.t, id, &r, &b, &l, &g)
	return join(r, b, l, g), err
}

// readFour reads the four items of a person into pointers.
func readFour(ctx context.Context, c *dynamodb.Client, t fourTables, id string, root, birth, location, geo any) error {
	request := map[string]types.KeysAndAttributes{}
	for table, key := range map[string]item{
		t.root: stringKey("ID", id), t.birth: stringKey("IDX", id+birthPart),
		t.location: stringKey("IDX", id+locationPart), t.geo: stringKey("_id", id+geoPart),
	} {
		request[table] = types.KeysAndAttributes{Keys: []item{key}, ConsistentRead: aws.Bool(true)}
	}
	out, err := c.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: request})
	if err != nil {
		return err
	}
	for table, to := range map[string]any{t.root: root, t.birth: birth, t.location: location, t.geo: geo} {
		if len(out.Responses[table]) != 1 {
			return fmt.Errorf("no item of table %s", table)
		}
		if err := attributevalue.UnmarshalMap(out.Responses[table][0], to); err != nil {
			return err
		}
	}
	return nil
}

func (h *handSDK) update(ctx context.Context, id, city string) error {
	_, err := h.c.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &h.t.location, Key: stringKey("IDX", id+locationPart),
		UpdateExpression: aws.String("SET city = :c"), ConditionExpression: aws.String("attribute_exists(IDX)"),
		ExpressionAttributeValues: stringKey(":c", city),
	})
	return err
}

func (h *handSDK) putLocation(ctx context.Context, id string, l Location) error {
	it, err := attributevalue.MarshalMap(locationItem{id + locationPart, l.City, l.Country})
	if err != nil {
		return err
	}
	_, err = h.c.PutItem(ctx, &dynamodb.PutItemInput{TableName: &h.t.location, Item: it})
	return err
}

type handGuregu struct {
	db                         *dynamo.DB
	root, birth, location, geo dynamo.Table
}

func newHandGuregu(e Engine, t fourTables) *handGuregu {
	db := gureguDB(e.Client)
	return &handGuregu{db, db.Table(t.root), db.Table(t.birth), db.Table(t.location), db.Table(t.geo)}
}

func (h *handGuregu) create(ctx context.Context) (string, error) {
	p := NewJohn()
	p.ID = newID()
	r, b, l, g := divide(p)
	err := h.db.WriteTx().Idempotent(true).Put(h.root.Put(r).If("attribute_not_exists(ID)")).
		Put(h.birth.Put(b)).Put(h.location.Put(l)).Put(h.geo.Put(g)).Run(ctx)
	return p.ID, err
}

func (h *handGuregu) get(ctx context.Context, id string) (*Person, error) {
	var table string
	items := h.root.Batch("ID").Get(dynamo.Keys{id}).From(h.birth, "IDX", dynamo.Keys{id + birthPart}).
		From(h.location, "IDX", dynamo.Keys{id + locationPart}).From(h.geo, "_id", dynamo.Keys{id + geoPart}).
		Consistent(true).IterWithTable(&table)
	var r rootItem
	var b birthItem
	var l locationItem
	var g geoItem
	to, n := map[string]any{h.root.Name(): &r, h.birth.Name(): &b, h.location.Name(): &l, h.geo.Name(): &g}, 0
	for ; ; n++ {
		var it item
		if !items.Next(ctx, &it) {
			break
		}
		if err := dynamo.UnmarshalItem(it, to[table]); err != nil {
			return nil, err
		}
	}
	if err := items.Err(); err != nil {
		return nil, err
	}
	if n != 4 {
		return nil, fmt.Errorf("%d items, not 4", n)
	}
	return join(r, b, l, g), nil
}

func (h *handGuregu) update(ctx context.Context, id, city string) error {
	return h.location.Update("IDX", id+locationPart).Set("city", city).If("attribute_exists(IDX)").Run(ctx)
}

func (h *handGuregu) putLocation(ctx context.Context, id string, l Location) error {
	return h.location.Put(locationItem{id + locationPart, l.City, l.Country}).Run(ctx)
}
