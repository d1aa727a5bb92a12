package dynamostore_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/dynamostore"
)

// A wrong passphrase is an error that names the path.
func ExamplePassphrase() {
	ctx := context.Background()
	client := john()
	for _, secret := range []string{"somekey", "another"} {
		old, err := dynamostore.Open(client, "Root", "ID", dynamostore.AllowTables("Shard2"),
			dynamostore.Passphrase(func(path string) string {
				switch path {
				case "firstname", "age":
					return "somekey"
				case "location.city":
					return secret
				}
				return ""
			}))
		if err != nil {
			log.Fatal(err)
		}
		doc, err := old.Get(ctx, "p1")
		fmt.Println(doc)
		var at *dynamostore.Error
		if errors.Is(err, dynamostore.ErrDecrypt) && errors.As(err, &at) {
			fmt.Println("wrong at", at.Path)
		}
	}
	// Output:
	// map[age:42 firstname:john location:map[city:Osaka country:Japan]]
	// map[]
	// wrong at location.city
}
