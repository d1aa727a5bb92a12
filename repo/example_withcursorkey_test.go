package repo_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/repo"
)

type Resident struct {
	Clinic string `dynamodbav:"clinic"`
	Name   string `dynamodbav:"name"`
}

var residentKey = repo.CompositeKeyOf(func(p *Resident) *string { return &p.Clinic }, func(p *Resident) *string { return &p.Name })

// A cursor has the key of the last object of its page, here the name of a patient.
func ExampleWithCursorKey() {
	ctx := context.Background()
	key, err := cipher.NewKey(1, bytes.Repeat([]byte{7}, 32)) // from a secrets manager
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
	for _, opts := range [][]repo.Option{nil, {repo.WithCursorKey(keys)}} {
		residents := engineRepo(repo.TableOf("Residents", residentKey), opts...)
		for _, name := range []string{"Ann", "Bob"} {
			if _, err := residents.Create(ctx, &Resident{"north", name}); err != nil {
				fmt.Println(err)
			}
		}
		page, err := residents.Page(ctx, residentKey.In("north"), repo.PageSize(1))
		if err != nil {
			fmt.Println(err)
			return
		}
		raw, err := base64.RawURLEncoding.DecodeString(string(page.Next))
		fmt.Println(bytes.Contains(raw, []byte("Ann")), err)
		next, err := residents.Page(ctx, residentKey.In("north"), repo.StartAt(page.Next))
		fmt.Println(next.Objects[0].Name, err)
	}
	// Output:
	// true <nil>
	// Bob <nil>
	// false <nil>
	// Bob <nil>
}
