package repo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// etag is a record as an HTTP header: version and write id name one state of
// an object for good, also when it is deleted and created again.
func etag(rec meta.Record) string { return fmt.Sprintf(`"%d-%s"`, rec.Version, rec.WriteID) }

// parseETag is the reverse. The record that it returns names a version and
// remembers nothing of it, so Put reads the object before it writes.
func parseETag(tag string) (rec meta.Record, err error) {
	version, id, ok := strings.Cut(strings.Trim(tag, `"`), "-")
	if rec.Version, err = strconv.ParseInt(version, 10, 64); err != nil || !ok || rec.Version < 1 {
		return meta.Record{}, errors.New("no ETag of ours")
	}
	rec.WriteID, err = meta.ParseWriteID(id)
	return rec, err
}

// draftHandler serves GET and PUT of drafts over HTTP. A PUT names with
// If-Match the state that it is made for; another one is 412 Precondition
// Failed, and the client gets and edits again.
func draftHandler(drafts *repo.Repo[Draft]) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /drafts/{id}", func(w http.ResponseWriter, r *http.Request) {
		d, err := drafts.Get(r.Context(), draftID.Of(r.PathValue("id")))
		if err != nil {
			http.Error(w, err.Error(), statusOf(err))
			return
		}
		w.Header().Set("ETag", etag(d.Meta))
		_, _ = io.WriteString(w, d.Text)
	})
	mux.HandleFunc("PUT /drafts/{id}", func(w http.ResponseWriter, r *http.Request) {
		rec, err := parseETag(r.Header.Get("If-Match"))
		if err != nil {
			http.Error(w, "If-Match is required", http.StatusPreconditionRequired)
			return
		}
		text, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		d := Draft{ID: r.PathValue("id"), Text: string(text), Meta: rec}
		if _, err := drafts.Put(r.Context(), &d); err != nil {
			http.Error(w, err.Error(), statusOf(err))
			return
		}
		w.Header().Set("ETag", etag(d.Meta))
		w.WriteHeader(http.StatusNoContent)
	})
	return mux
}

func statusOf(err error) int {
	switch {
	case errors.Is(err, repo.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, repo.ErrConflict):
		return http.StatusPreconditionFailed
	case errors.Is(err, repo.ErrInvalid):
		return http.StatusUnprocessableEntity
	}
	return http.StatusInternalServerError
}

// A record can leave the program and come back: as an ETag, which names a
// version in a header, or as JSON. A Put over it is as safe as over a value
// that was read: only that version is replaced, and what the type does not
// know is kept. A record with Version 0 is of an item that has none; it cannot
// be told from that of a new object, and such an item needs an Update first.
func Example_etag() {
	ctx := context.Background()
	drafts := engineRepo(repo.TableOf("Drafts", draftID, meta.Keep(func(d *Draft) *meta.Record { return &d.Meta })))
	if _, err := drafts.Create(ctx, &Draft{ID: "d1", Text: "first"}); err != nil {
		fmt.Println(err)
		return
	}
	server := draftHandler(drafts)
	send := func(method, body, ifMatch string) *http.Response {
		r := httptest.NewRequest(method, "/drafts/d1", strings.NewReader(body))
		if ifMatch != "" {
			r.Header.Set("If-Match", ifMatch)
		}
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		return w.Result()
	}

	seen := send("GET", "", "").Header.Get("ETag") // by two clients
	first := send("PUT", "of the first client", seen)
	fmt.Println(first.Status)
	fmt.Println(send("PUT", "of the second client", seen).Status)
	fmt.Println(send("PUT", "without knowing", "").Status)

	again := send("GET", "", "")
	text, _ := io.ReadAll(again.Body)
	fmt.Println(string(text), again.Header.Get("ETag") == first.Header.Get("ETag"))
	fmt.Println(send("PUT", "of the second client", again.Header.Get("ETag")).Status)

	// The same with a record in JSON.
	d, err := drafts.Get(ctx, draftID.Of("d1"))
	fmt.Println(err)
	asJSON, err := json.Marshal(d.Meta)
	fmt.Println(err)
	later := Draft{ID: "d1", Text: "by a later program"}
	fmt.Println(json.Unmarshal(asJSON, &later.Meta))
	_, err = drafts.Put(ctx, &later)
	fmt.Println(later.Meta.Version, err)
	// Output:
	// 204 No Content
	// 412 Precondition Failed
	// 428 Precondition Required
	// of the first client true
	// 204 No Content
	// <nil>
	// <nil>
	// <nil>
	// 4 <nil>
}
