package dynamostore_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/embedded"
)

// An object that was stored before its path was encrypted.
func ExampleAllowPlaintext() {
	ctx := context.Background()
	client := embedded.New().Client()
	table(client, "Root", "ID", m{"ID": "p1", "__dystore_meta__": layout("Root", "ID", nil), "age": 42})

	secret := dynamostore.Passphrase(passphrases)
	strict, err := dynamostore.Open(client, "Root", "ID", secret)
	if err != nil {
		log.Fatal(err)
	}
	_, err = strict.Get(ctx, "p1")
	fmt.Println(errors.Is(err, dynamostore.ErrNotEncrypted))

	lenient, err := dynamostore.Open(client, "Root", "ID", secret, dynamostore.AllowPlaintext())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(lenient.Get(ctx, "p1"))
	// Output:
	// true
	// map[age:42] <nil>
}
