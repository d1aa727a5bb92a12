package keygen_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dystore/dystore/keygen"
)

type Member struct{ ID, Mail string }

// Ids that one process makes are strictly increasing. A key declaration takes
// the function as it is, and the type of the key from its field:
// repo.KeyOf(func(m *Member) *string { return &m.ID }, keygen.UUIDv7).
func ExampleUUIDv7() {
	first, err := keygen.UUIDv7[Member, string](nil)
	fmt.Println(len(first), err)
	second, err := keygen.UUIDv7[Member, string](nil)
	fmt.Println(first < second, err)
	// Output:
	// 36 <nil>
	// true <nil>
}

// A random id does not tell when the object was made. A field of 16 bytes takes
// it as well.
func ExampleUUIDv4() {
	text, err := keygen.UUIDv4[Member, string](nil)
	fmt.Println(len(text), text[14:15], err)
	binary, err := keygen.UUIDv4[Member, [16]byte](nil)
	fmt.Println(len(binary), binary[6]>>4, err)
	// Output:
	// 36 4 <nil>
	// 16 4 <nil>
}

// A natural key is computed from the value.
func ExampleFrom() {
	byMail := keygen.From(func(m *Member) string { return "mail#" + strings.ToLower(m.Mail) })
	key, err := byMail(&Member{Mail: "Ann@example.org"})
	fmt.Println(key, err)
	// Output: mail#ann@example.org <nil>
}

var errNoMail = errors.New("a member needs a mail address")

// A generator may fail: nothing is written then, and the caller of Create gets
// the cause.
func ExampleFromErr() {
	byMail := keygen.FromErr(func(m *Member) (string, error) {
		if m.Mail == "" {
			return "", errNoMail
		}
		return m.Mail, nil
	})
	_, err := byMail(&Member{})
	fmt.Println(err)
	fmt.Println(errors.Is(err, errNoMail))
	// Output:
	// keygen: FromErr made no key for keygen_test.Member: a member needs a mail address
	// true
}
