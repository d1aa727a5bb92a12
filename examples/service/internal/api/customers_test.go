package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/examples/service/internal/shop"
)

func TestCustomerVersions(t *testing.T) {
	s, ada := stocked(t)
	first := s.must(http.StatusOK, "GET", ada, "").Header().Get("ETag")
	s.must(http.StatusNotModified, "GET", ada, "", "If-None-Match", first)

	changed := s.must(http.StatusOK, "PUT", ada, `{"name": "Ada L", "email": "ada@example.org"}`, "If-Match", first)
	s.problem(http.StatusPreconditionFailed, "changed", "PUT", ada, `{"name": "Ada K", "email": "ada@example.org"}`, "If-Match", first)
	s.problem(http.StatusPreconditionFailed, "changed", "PUT", ada, `{"name": "Ada K", "email": "ada@example.org"}`, "If-Match", `"0.AAAAAAAAAAAAAAAAAAAAAA"`)
	s.problem(http.StatusPreconditionFailed, "changed", "PUT", ada, `{"name": "Ada K", "email": "ada@example.org"}`, "If-Match", `"x"`)
	s.problem(http.StatusPreconditionRequired, "if-match", "PUT", ada, `{"name": "Ada K", "email": "ada@example.org"}`)
	if got := decode[shop.Customer](t, s.must(http.StatusOK, "GET", ada, "", "If-None-Match", first)); got.Name != "Ada L" {
		t.Errorf("got %+v", got)
	}

	s.problem(http.StatusPreconditionFailed, "changed", "DELETE", ada, "", "If-Match", first)
	s.must(http.StatusNoContent, "DELETE", ada, "", "If-Match", changed.Header().Get("ETag"))
	s.problem(http.StatusNotFound, "not-found", "GET", ada, "")
}

// TestEmailIsUnique: whatever its case, for new customers and for changes, until
// the address is free.
func TestEmailIsUnique(t *testing.T) {
	s, ada := stocked(t)
	p := s.problem(http.StatusConflict, "duplicate", "POST", "/customers", `{"name": "A", "email": "ADA@Example.org"}`, "Idempotency-Key", "2")
	if p["detail"] != "email" {
		t.Errorf("got %v", p)
	}
	grace := s.must(http.StatusCreated, "POST", "/customers", `{"name": "Grace", "email": "grace@example.org"}`, "Idempotency-Key", "3").Header().Get("Location")
	tag := s.must(http.StatusOK, "GET", grace, "").Header().Get("ETag")
	s.problem(http.StatusConflict, "duplicate", "PUT", grace, ada2, "If-Match", tag)

	s.must(http.StatusNoContent, "DELETE", ada, "", "If-Match", s.must(http.StatusOK, "GET", ada, "").Header().Get("ETag"))
	s.must(http.StatusOK, "PUT", grace, ada2, "If-Match", tag)
}

const ada2 = `{"name": "Grace", "email": "ada@example.org"}`

// TestEmailIsSealed: no item of any table has the address.
func TestEmailIsSealed(t *testing.T) {
	db := embedded.New()
	secrets, err := shop.RandomSecrets()
	if err != nil {
		t.Fatal(err)
	}
	store, err := shop.New(db.Client(), secrets)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.CreateTables(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Customers.Create(t.Context(), &shop.Customer{ID: "c", Name: "Ada", Email: "ada@example.org"}); err != nil {
		t.Fatal(err)
	}
	items := 0
	for _, table := range []string{"customers", "customer-emails"} {
		out, err := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String(table)})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range out.Items {
			items++
			if text := fmt.Sprintf("%+v", item); strings.Contains(text, "example.org") {
				t.Errorf("%s has %s", table, text)
			}
		}
	}
	if items != 2 {
		t.Errorf("%d items, want 2", items)
	}
	got, err := store.Customers.Get(context.Background(), shop.CustomerKey.Of("c"))
	if err != nil || got.Email != "ada@example.org" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestRequestsThatAreNotValid(t *testing.T) {
	s, ada := stocked(t)
	for _, test := range []struct {
		method, path, body string
		status             int
		typ                string
		fields             string
	}{
		{"POST", "/customers", `{"email": "ada"}`, http.StatusUnprocessableEntity, "invalid", "name required, email email"},
		{"POST", "/customers", `{"nmae": "Ada"}`, http.StatusBadRequest, "malformed", ""},
		{"POST", "/customers", `{`, http.StatusBadRequest, "malformed", ""},
		{"POST", "/customers", `{"name": "` + strings.Repeat("a", 300<<10) + `"}`, http.StatusRequestEntityTooLarge, "too-large", ""},
		{"POST", ada + "/orders", `{"warehouse": "north", "basket": {"lines": []}}`, http.StatusUnprocessableEntity, "invalid", "basket.lines min=1"},
		{"POST", ada + "/orders", `{"basket": {"lines": [{"sku": "tea", "count": 1}, {"count": -1}]}}`, http.StatusUnprocessableEntity, "invalid",
			"warehouse required, basket.lines[1].sku required, basket.lines[1].count min=1"},
		{"POST", ada + "/orders", `{"warehouse": "north", "basket": {"lines": [{"sku": "tea", "count": 1}, {"sku": "tea", "count": 1}]}}`,
			http.StatusUnprocessableEntity, "invalid", "basket.lines unique=SKU"},
		{"POST", "/movements", `{"sku": "tea", "from": "north", "to": "north", "count": 0}`, http.StatusUnprocessableEntity, "invalid", "to nefield=From, count min=1"},
		{"PUT", "/stock/north/tea", `{"count": -1}`, http.StatusUnprocessableEntity, "invalid", "count gte=0"},
		{"POST", "/customers/nobody/orders", twoTea, http.StatusNotFound, "not-found", ""},
		{"POST", "/customers/nobody/sessions", "", http.StatusNotFound, "not-found", ""},
		{"GET", "/orders?status=open&limit=0", "", http.StatusBadRequest, "limit", ""},
		{"GET", "/orders?status=open&cursor=abc", "", http.StatusBadRequest, "cursor", ""},
		{"GET", "/orders", "", http.StatusBadRequest, "status", ""},
		{"GET", "/orders?status=new", "", http.StatusBadRequest, "status", ""},
		{"GET", "/customers/" + strings.Repeat("c", 3000), "", http.StatusUnprocessableEntity, "invalid", ""},
		{"GET", "/customers/" + strings.Repeat("c", 3000) + "/orders", "", http.StatusUnprocessableEntity, "invalid", ""},
	} {
		p := s.problem(test.status, test.typ, test.method, test.path, test.body, "Idempotency-Key", "new")
		var fields []string
		list, _ := p["fields"].([]any)
		for _, f := range list {
			f := f.(map[string]any)
			fields = append(fields, fmt.Sprint(f["path"], " ", f["rule"]))
		}
		if got := strings.Join(fields, ", "); got != test.fields {
			t.Errorf("%s %s: got the fields %q, want %q", test.method, test.path, got, test.fields)
		}
	}
	s.problem(http.StatusBadRequest, "idempotency-key", "POST", "/customers", ada2)
	if n := s.count("north"); n != 10 {
		t.Errorf("%d pieces are left, want 10", n)
	}
}
