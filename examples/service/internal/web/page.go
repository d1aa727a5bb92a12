package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/dystore/dystore/repo"
)

// PageOf are the options for the page that a request asks for, by the parameters
// limit and cursor.
func PageOf(r *http.Request) ([]repo.CallOption, error) {
	n := 25
	if limit := r.URL.Query().Get("limit"); limit != "" {
		var err error
		if n, err = strconv.Atoi(limit); err != nil || n < 1 || n > 100 {
			return nil, NewProblem(http.StatusBadRequest, "limit", "limit is a number from 1 to 100")
		}
	}
	return []repo.CallOption{repo.PageSize(n), repo.StartAt(repo.Cursor(r.URL.Query().Get("cursor")))}, nil
}

// PageError is the answer to an error of Repo.Page. If a request with a cursor is
// not valid, that is the cursor.
func PageError(r *http.Request, err error) error {
	if errors.Is(err, repo.ErrInvalid) && r.URL.Query().Has("cursor") {
		return NewProblem(http.StatusBadRequest, "cursor", "this is no cursor of this list")
	}
	return err
}

// Next links the next page of a list, if there is one (RFC 8288).
func Next(w http.ResponseWriter, r *http.Request, cursor repo.Cursor) {
	if cursor == "" {
		return
	}
	next := *r.URL
	q := next.Query()
	q.Set("cursor", string(cursor))
	next.RawQuery = q.Encode()
	w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next"`, next.RequestURI()))
}
