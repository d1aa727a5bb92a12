package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"
)

// Handler answers a request, or returns the error that is the answer.
type Handler func(w http.ResponseWriter, r *http.Request) error

// maxTime is the time that a request has. It is less than clients and load
// balancers wait, so they get an answer that says what has happened.
const maxTime = 8 * time.Second

// ServeHTTP sends errors as problem details, and logs those that are the fault of
// the service.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), maxTime)
	defer cancel()
	err := h(w, r.WithContext(ctx))
	if err == nil {
		return
	}
	p := ProblemOf(err)
	switch p.Status {
	case http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		w.Header().Set("Retry-After", "1")
		slog.WarnContext(ctx, "request not served", "method", r.Method, "pattern", r.Pattern, "status", p.Status, "error", err)
	case http.StatusInternalServerError:
		slog.ErrorContext(ctx, "request failed", "method", r.Method, "pattern", r.Pattern, "error", err)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	send(w, p.Status, p)
}

// JSON sends a value.
func JSON(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json")
	send(w, status, v)
	return nil
}

// send does not report that the client has gone: nobody would learn it.
func send(w http.ResponseWriter, status int, v any) {
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}
