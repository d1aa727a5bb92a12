package recipes_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

type (
	Member struct {
		ID      string  `dynamodbav:"id"`
		Mail    string  `dynamodbav:"mail"`
		Address Address `dynamodbav:"address"`
	}
	Address struct {
		Street string `dynamodbav:"street"`
	}
)

var (
	memberID     = repo.KeyOf(func(m *Member) *string { return &m.ID })
	memberMail   = lens.Of(func(m *Member) *string { return &m.Mail })
	memberStreet = lens.Of(func(m *Member) *string { return &m.Address.Street })
)

// byMail returns the members with a mail address. It queries an index of the
// root table that the repository does not know. The index gives the keys; the
// objects are read whole, and may have changed since the index was written.
func byMail(ctx context.Context, client *dynamodb.Client, members *repo.Repo[Member], mail string) ([]*Member, error) {
	var found []*Member
	pages := dynamodb.NewQueryPaginator(client, &dynamodb.QueryInput{
		TableName: aws.String("Members"), IndexName: aws.String("by-mail"),
		KeyConditionExpression:    aws.String("#mail = :mail"),
		ExpressionAttributeNames:  map[string]string{"#mail": memberMail.String()},
		ExpressionAttributeValues: map[string]types.AttributeValue{":mail": &types.AttributeValueMemberS{Value: mail}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		var keys []struct {
			ID string `dynamodbav:"id"`
		}
		if err := attributevalue.UnmarshalListOfMaps(page.Items, &keys); err != nil {
			return nil, err
		}
		for _, key := range keys {
			m, err := members.Get(ctx, memberID.Of(key.ID))
			if errors.Is(err, repo.ErrNotFound) || err == nil && m.Mail != mail {
				continue
			}
			if err != nil {
				return nil, err
			}
			found = append(found, m)
		}
	}
	return found, nil
}

// names collects the placeholders of an expression. An expression never
// contains attribute names: they may be reserved words.
type names map[string]string

// path is the path of a lens in the form of an expression. It is for lenses of
// fields in structs, whose attribute names have no full stop.
func (n names) path(l fmt.Stringer) string {
	var path []string
	for _, name := range strings.Split(l.String(), ".") {
		placeholder := fmt.Sprint("#n", len(n))
		n[placeholder] = name
		path = append(path, placeholder)
	}
	return strings.Join(path, ".")
}

// addByMail adds an index to the root table.
func addByMail(ctx context.Context, client *dynamodb.Client) error {
	_, err := client.UpdateTable(ctx, &dynamodb.UpdateTableInput{
		TableName: aws.String("Members"),
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String(memberMail.String()), AttributeType: types.ScalarAttributeTypeS},
		},
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Create: &types.CreateGlobalSecondaryIndexAction{
			IndexName:  aws.String("by-mail"),
			KeySchema:  []types.KeySchemaElement{{AttributeName: aws.String(memberMail.String()), KeyType: types.KeyTypeHash}},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		}}},
	})
	return err
}

func Example_names() {
	ctx := context.Background()
	client := embedded.New().Client()
	members := over(client, repo.TableOf("Members", memberID))
	if err := addByMail(ctx, client); err != nil {
		log.Fatal(err)
	}
	for _, m := range []Member{
		{"m1", "ann@example.org", Address{"High Street"}},
		{"m2", "bob@example.org", Address{"Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Road"}},
	} {
		if _, err := members.Create(ctx, &m); err != nil {
			log.Fatal(err)
		}
	}
	found, err := byMail(ctx, client, members, "ann@example.org")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(found), found[0].ID)

	// A filter can compare the length of a text, which conditions cannot yet.
	// The record is an attribute like others; v in it is the version.
	n := names{}
	filter := fmt.Sprintf("size(%s) > :long", n.path(memberStreet))
	n["#meta"], n["#v"], n["#id"] = "_meta", "v", "id"
	out, err := client.Scan(ctx, &dynamodb.ScanInput{
		TableName: aws.String("Members"), FilterExpression: &filter, ProjectionExpression: aws.String("#id, #meta.#v"),
		ExpressionAttributeNames:  n,
		ExpressionAttributeValues: map[string]types.AttributeValue{":long": &types.AttributeValueMemberN{Value: "40"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range out.Items {
		var m struct {
			ID   string `dynamodbav:"id"`
			Meta struct {
				Version int `dynamodbav:"v"`
			} `dynamodbav:"_meta"`
		}
		if err := attributevalue.UnmarshalMap(item, &m); err != nil {
			log.Fatal(err)
		}
		fmt.Println(m.ID, "version", m.Meta.Version)
	}
	// Output:
	// 1 m1
	// m2 version 1
}
