package keygen_test

import (
	"fmt"

	"github.com/dystore/dystore/keygen"
)

func ExampleFrom() {
	gen := keygen.From(func(p *person) string { return "mail#" + p.Mail })
	key, err := gen(&person{Mail: "ann@example.org"})
	fmt.Println(key, err)
	// Output: mail#ann@example.org <nil>
}
