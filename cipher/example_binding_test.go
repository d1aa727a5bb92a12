package cipher_test

import (
	"bytes"
	"fmt"

	"github.com/dystore/dystore/cipher"
)

// A value is bound to the object's stored key, types included, and to its path.
// Positions in lists are not part of the binding, since they change.
func ExampleBinding() {
	where := cipher.Binding{
		Entity: "visit",
		Key:    []cipher.KeyPart{cipher.KeyString("p1"), mustNumber("007")},
		Path:   cipher.Path{cipher.Name("notes"), cipher.Elem(), cipher.Name("text")},
	}
	fmt.Println(where.Path, where.Key)

	same := where
	same.Key = []cipher.KeyPart{cipher.KeyString("p1"), mustNumber("7.0")} // the same number to DynamoDB
	other := where
	other.Key = []cipher.KeyPart{cipher.KeyString("p1"), cipher.KeyBinary([]byte("7"))}
	fmt.Println(bytes.Equal(where.AppendAAD(nil), same.AppendAAD(nil)))
	fmt.Println(bytes.Equal(where.AppendAAD(nil), other.AppendAAD(nil)))
	// Output:
	// notes[].text [S key part, redacted N key part, redacted]
	// true
	// false
}

func mustNumber(s string) cipher.KeyPart {
	n, err := cipher.KeyNumber(s)
	if err != nil {
		panic(err)
	}
	return n
}
