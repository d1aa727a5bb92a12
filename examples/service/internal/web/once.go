package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// Once is a request that may be repeated, under the same Idempotency-Key.
type Once struct {
	// ID is that of the object which the request makes. It follows from the key,
	// so a repetition makes no second object.
	ID string

	// Write is the id of the write. It follows from the key and the body, so the
	// same key with another body is another write, and finds that the object
	// exists.
	Write meta.WriteID
}

// OnceOf is the identity of a request. Keys are the client's: a service with
// logins adds the caller to what is hashed, because callers must not meet in
// theirs.
func OnceOf(r *http.Request, body []byte) (Once, error) {
	key := r.Header.Get("Idempotency-Key")
	if key == "" || len(key) > 255 {
		return Once{}, NewProblem(http.StatusBadRequest, "idempotency-key", "send an Idempotency-Key, a random text that repetitions of the request share")
	}
	request := strings.Join([]string{r.Method, r.URL.Path, key}, "\n")
	id := sha256.Sum256([]byte(request))
	write := sha256.Sum256([]byte(request + "\n" + string(body)))
	return Once{ID: hex.EncodeToString(id[:10]), Write: meta.WriteID(write[:16])}, nil
}

// Option makes a write the one of the request.
func (o Once) Option() repo.CallOption { return repo.WithWriteID(o.Write) }

// Created answers a request that makes an object: 201 with its place, also to a
// repetition. It has no body, because the object may have changed since the first
// request.
func (o Once) Created(w http.ResponseWriter, location string, err error) error {
	if errors.Is(err, repo.ErrExists) {
		p := NewProblem(http.StatusConflict, "key-used", "this Idempotency-Key was used for another request, or long ago")
		p.Detail = location
		return p
	}
	if err != nil {
		return err
	}
	w.Header().Set("Location", location)
	w.WriteHeader(http.StatusCreated)
	return nil
}
