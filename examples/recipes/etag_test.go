package recipes_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

type Page struct {
	Path string      `dynamodbav:"path" json:"-"`
	Text string      `dynamodbav:"text" json:"text" validate:"required"`
	Meta meta.Record `dynamodbav:"-" json:"-"`
}

var (
	pagePath = repo.KeyOf(func(p *Page) *string { return &p.Path })
	pageText = lens.Of(func(p *Page) *string { return &p.Text })
)

// etag names one version of a page. The write id distinguishes a page that was
// deleted and created again from the earlier one.
func etag(r meta.Record) string { return fmt.Sprintf(`"%d.%s"`, r.Version, r.WriteID) }

// record reads the record from an ETag. It refuses version 0: a Put of such a
// value, which was never stored, replaces any stored page.
func record(tag string) (r meta.Record, err error) {
	version, id, _ := strings.Cut(strings.Trim(tag, `"`), ".")
	if r.Version, err = strconv.ParseInt(version, 10, 64); err == nil {
		r.WriteID, err = meta.ParseWriteID(id)
	}
	if err == nil && r.Version < 1 {
		err = errors.New("a version is 1 or more")
	}
	return r, err
}

type pages struct{ repo *repo.Repo[Page] }

func (s pages) get(w http.ResponseWriter, r *http.Request) {
	p, err := s.repo.Get(r.Context(), pagePath.Of(r.URL.Path))
	if err != nil {
		http.Error(w, err.Error(), status(err))
		return
	}
	w.Header().Set("ETag", etag(p.Meta))
	if r.Header.Get("If-None-Match") == etag(p.Meta) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	json.NewEncoder(w).Encode(p)
}

func (s pages) put(w http.ResponseWriter, r *http.Request) {
	p := Page{Path: r.URL.Path}
	if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var err error
	switch match := r.Header.Get("If-Match"); {
	case match != "":
		if p.Meta, err = record(match); err != nil { // not made by etag
			http.Error(w, "If-Match: "+err.Error(), http.StatusPreconditionFailed)
			return
		}
		_, err = s.repo.Put(r.Context(), &p) // only over that version
	case r.Header.Get("If-None-Match") == "*":
		_, err = s.repo.Create(r.Context(), &p)
	default:
		http.Error(w, "If-Match or If-None-Match is missing", http.StatusPreconditionRequired)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), status(err))
		return
	}
	w.Header().Set("ETag", etag(p.Meta)) // of what was written
	w.WriteHeader(http.StatusNoContent)
}

func (s pages) delete(w http.ResponseWriter, r *http.Request) {
	rec, err := record(r.Header.Get("If-Match"))
	if err != nil {
		http.Error(w, "If-Match: "+err.Error(), http.StatusPreconditionFailed)
		return
	}
	if err := s.repo.DeleteValue(r.Context(), &Page{Path: r.URL.Path, Meta: rec}); err != nil {
		http.Error(w, err.Error(), status(err))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// status is the answer to an error of a verb.
func status(err error) int {
	switch {
	case errors.Is(err, repo.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, repo.ErrConflict), errors.Is(err, repo.ErrExists):
		return http.StatusPreconditionFailed
	case errors.Is(err, repo.ErrInvalid):
		return http.StatusUnprocessableEntity
	case errors.Is(err, repo.ErrTooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, repo.ErrThrottled), errors.Is(err, repo.ErrContention), errors.Is(err, repo.ErrBusy):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

func Example_etag() {
	s := pages{store(repo.TableOf("Pages", pagePath, meta.Keep(func(p *Page) *meta.Record { return &p.Meta })))}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", s.get)
	mux.HandleFunc("PUT /", s.put)
	mux.HandleFunc("DELETE /", s.delete)

	send := func(method, body, header, value string) (tag string) {
		r := httptest.NewRequest(method, "/home", strings.NewReader(body))
		if header != "" {
			r.Header.Set(header, value)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		line := fmt.Sprint(method, " ", w.Code)
		if w.Code == http.StatusOK {
			line += " " + strings.TrimSpace(w.Body.String())
		}
		fmt.Println(line)
		return w.Header().Get("ETag")
	}
	first := send("PUT", `{"text": "Hello"}`, "If-None-Match", "*")
	send("PUT", `{"text": "Hello again"}`, "If-None-Match", "*") // the page exists
	read := send("GET", "", "", "")
	fmt.Println(read == first)
	second := send("PUT", `{"text": "Hello, world"}`, "If-Match", first)
	send("PUT", `{"text": "Good bye"}`, "If-Match", first) // another Put came first
	send("PUT", `{"text": ""}`, "If-Match", second)
	send("PUT", `{"text": "Good bye"}`, "", "")
	send("PUT", `{"text": "Good bye"}`, "If-Match", `"0.AAAAAAAAAAAAAAAAAAAAAA"`)
	send("GET", "", "If-None-Match", second)
	send("GET", "", "If-None-Match", first)
	send("DELETE", "", "If-Match", first)

	rec, err := record(second)
	fmt.Println(err)
	update := func() error {
		return s.repo.Update(context.Background(), pagePath.Of("/home"), pageText.Set("Good day"), repo.IfUnchanged(&Page{Meta: rec}))
	}
	fmt.Println(update(), errors.Is(update(), repo.ErrConflict))
	third := send("GET", "", "", "")
	send("DELETE", "", "If-Match", third)
	send("GET", "", "", "")
	// Output:
	// PUT 204
	// PUT 412
	// GET 200 {"text":"Hello"}
	// true
	// PUT 204
	// PUT 412
	// PUT 422
	// PUT 428
	// PUT 412
	// GET 304
	// GET 200 {"text":"Hello, world"}
	// DELETE 412
	// <nil>
	// <nil> true
	// GET 200 {"text":"Good day"}
	// DELETE 204
	// GET 404
}
