package repo_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// An engine without transactions that nobody has declared: the error says what to do, and
// nothing is written.
func TestTransactionsThatAreNotThere(t *testing.T) {
	client := embedded.New(embedded.WithoutTransactions()).Client()
	r := sleeves(t, client)
	kit.Must(t, r.CreateTables(t.Context()))
	_, err := r.Create(t.Context(), sleeve("new"))
	if !errors.Is(err, repo.ErrInvalid) || !strings.Contains(err.Error(), "declare repo.WithoutTransactions") {
		t.Error(err)
	}
	if exists, err := r.Exists(t.Context(), sleeveID.Of("new")); exists || err != nil {
		t.Error(exists, err)
	}
	_, err = sleeves(t, client, repo.WithoutTransactions()).Create(t.Context(), sleeve("new"))
	kit.Must(t, err)
}
