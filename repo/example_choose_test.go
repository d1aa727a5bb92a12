package repo_test

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/repo"
)

// Contact is a mail address or a phone.
type Contact interface{ Reach() string }

type Mail struct {
	Address string `dynamodbav:"address"`
}

type Phone struct {
	Dial string `dynamodbav:"dial"`
}

func (m Mail) Reach() string  { return "mailto:" + m.Address }
func (p Phone) Reach() string { return "tel:" + p.Dial }

type Client struct {
	ID      string  `dynamodbav:"id"`
	Contact Contact `dynamodbav:"contact"`
}

// Another program has stored contacts without tags. A function finds out what they are;
// the next write stores the tag.
func ExampleVariants_Choose() {
	ctx, client := context.Background(), embedded.New().Client()
	clientID := repo.KeyOf(func(c *Client) *string { return &c.ID })
	clients, err := repo.New(client, repo.TableOf("Clients", clientID,
		repo.OneOf(func(c *Client) *Contact { return &c.Contact },
			repo.Variant[Mail, Contact]("mail"), repo.Variant[Phone, Contact]("phone")).
			Choose(func(stored types.AttributeValue) string {
				if m, ok := stored.(*types.AttributeValueMemberM); ok && m.Value["dial"] != nil {
					return "phone"
				}
				return "mail"
			})))
	if err != nil {
		panic(err)
	}
	if err := clients.CreateTables(ctx); err != nil {
		panic(err)
	}
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: new("Clients"), Item: map[string]types.AttributeValue{
		"id": &types.AttributeValueMemberS{Value: "c1"},
		"contact": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"dial": &types.AttributeValueMemberS{Value: "+49 30 1"}}},
	}})
	if err != nil {
		panic(err)
	}
	got, err := clients.Get(ctx, clientID.Of("c1"))
	fmt.Println(got.Contact.Reach(), err)
	// Output: tel:+49 30 1 <nil>
}
