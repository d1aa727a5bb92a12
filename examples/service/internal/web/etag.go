package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// ETag names one version of an object. The write id distinguishes an object that
// was deleted and created again from the earlier one.
func ETag(r meta.Record) string { return fmt.Sprintf(`"%d.%s"`, r.Version, r.WriteID) }

// IfMatch is the version that a request is for. A request without one would
// overwrite what its sender has never seen.
func IfMatch(r *http.Request) (meta.Record, error) {
	tag := r.Header.Get("If-Match")
	if tag == "" {
		return meta.Record{}, NewProblem(http.StatusPreconditionRequired, "if-match", "send the ETag of the object as If-Match")
	}
	version, id, _ := strings.Cut(strings.Trim(tag, `"`), ".")
	n, err1 := strconv.ParseInt(version, 10, 64)
	write, err2 := meta.ParseWriteID(id)
	if err1 != nil || err2 != nil || n < 1 { // version 0 would be any version
		return meta.Record{}, NewProblem(http.StatusPreconditionFailed, "changed", "no version of the object has this ETag")
	}
	return meta.Record{Version: n, WriteID: write}, nil
}

// Refused adds the ETag of the version that is stored to the answer to a write that
// is refused, if DynamoDB has returned it with the refusal. It sends no request.
func Refused[T any](w http.ResponseWriter, r *http.Request, in *repo.Repo[T], err error, version func(*T) meta.Record) error {
	if stored, missing := in.Refused(r.Context(), err); missing == nil {
		w.Header().Set("ETag", ETag(version(stored)))
	}
	return err
}

// Versioned sends an object with its ETag; 304 to a client that has this version.
func Versioned(w http.ResponseWriter, r *http.Request, status int, rec meta.Record, v any) error {
	w.Header().Set("ETag", ETag(rec))
	if r.Method == http.MethodGet && r.Header.Get("If-None-Match") == ETag(rec) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return JSON(w, status, v)
}
