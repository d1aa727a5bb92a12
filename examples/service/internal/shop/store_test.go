package shop_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/examples/service/internal/shop"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/schematest"
)

func store(t *testing.T) (*shop.Store, *embedded.DB) {
	t.Helper()
	secrets, err := shop.RandomSecrets()
	if err != nil {
		t.Fatal(err)
	}
	db := embedded.New()
	s, err := shop.New(db.Client(), secrets)
	if err != nil {
		t.Fatal(err)
	}
	return s, db
}

// TestSchema compares what is stored with the last release, and says what a
// change needs. UPDATE_SCHEMA=1 accepts it.
func TestSchema(t *testing.T) {
	s, _ := store(t)
	for _, model := range []schematest.Model{s.Customers, s.Orders, s.Stock, s.Movements, s.Sessions} {
		schematest.Check(t, model)
	}
}

// TestVerify: the service does not begin without one of its tables, or with one
// that has another key.
func TestVerify(t *testing.T) {
	s, db := store(t)
	if err := s.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	if warnings, err := s.Verify(t.Context()); err != nil || len(warnings) != 0 {
		t.Errorf("got %v, %v", warnings, err)
	}
	if _, err := db.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: aws.String("order-baskets")}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(t.Context()); !errors.Is(err, repo.ErrInvalid) || !strings.Contains(err.Error(), "order-baskets") {
		t.Errorf("got %v; want an error about order-baskets", err)
	}
}

func TestSecretsFromEnvironment(t *testing.T) {
	const good = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MDE="
	for _, test := range []struct{ key, emails, wrong string }{
		{good, good, ""},
		{"", good, "SHOP_KEY is not 32 bytes"},
		{good, "c2hvcnQ=", "SHOP_EMAIL_SECRET is not 32 bytes"},
		{good, "no base64", "SHOP_EMAIL_SECRET is not 32 bytes"},
	} {
		t.Setenv("SHOP_KEY", test.key)
		t.Setenv("SHOP_EMAIL_SECRET", test.emails)
		_, err := shop.SecretsFromEnvironment()
		if test.wrong == "" && err != nil || test.wrong != "" && (err == nil || !strings.Contains(err.Error(), test.wrong)) {
			t.Errorf("%+v: got %v", test, err)
		}
	}
}
