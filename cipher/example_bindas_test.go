package cipher_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// Pupil is stored with the attribute lastname.
type Pupil struct {
	ID       string `dynamodbav:"id"`
	LastName string `dynamodbav:"lastname"`
}

// Student is what a Pupil became: the attribute is surname now.
type Student struct {
	ID      string `dynamodbav:"id"`
	Surname string `dynamodbav:"surname"`
}

var (
	pupilID   = repo.KeyOf(func(p *Pupil) *string { return &p.ID })
	pupilName = lens.Of(func(p *Pupil) *string { return &p.LastName })

	studentID = repo.KeyOf(func(s *Student) *string { return &s.ID })
	surname   = lens.Of(func(s *Student) *string { return &s.Surname })
)

// An attribute is renamed in the table by somebody without keys. Its values open under the new
// name because the model says under which one they were sealed.
func ExampleBindAs() {
	ctx, db := context.Background(), embedded.New()
	key, err := cipher.NewKey(1, bytes.Repeat([]byte{1}, 32)) // of a secrets manager, in a real program
	if err != nil {
		fmt.Println(err)
		return
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		fmt.Println(err)
		return
	}
	keys, err := cipher.New(ring)
	if err != nil {
		fmt.Println(err)
		return
	}
	before, err := repo.New(db.Client(), repo.TableOf("School", pupilID, cipher.Protect(keys, pupilName)))
	if err == nil {
		err = before.CreateTables(ctx)
	}
	if err == nil {
		_, err = before.Create(ctx, &Pupil{ID: "p1", LastName: "Curie"})
	}
	if err != nil {
		fmt.Println(err)
		return
	}

	_, err = db.Client().UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String("School"), Key: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "p1"}},
		UpdateExpression: aws.String("SET surname = lastname REMOVE lastname"),
	})
	fmt.Println("renamed:", err)

	for what, field := range map[string]lens.Field[Student]{"surname": surname, "surname bound as lastname": cipher.BindAs(surname, "lastname")} {
		students, err := repo.New(db.Client(), repo.TableOf("School", studentID, cipher.Protect(keys, field)))
		if err != nil {
			fmt.Println(err)
			return
		}
		s, err := students.Get(ctx, studentID.Of("p1"))
		if err != nil {
			fmt.Println(what, "is refused:", errors.Is(err, cipher.ErrAuth))
			continue
		}
		fmt.Println(what, "is", s.Surname)
	}
	// Unordered output:
	// renamed: <nil>
	// surname is refused: true
	// surname bound as lastname is Curie
}
