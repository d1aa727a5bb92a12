package wire

import (
	"fmt"
	"net/http"
)

// NewHandler serves b over HTTP to clients in any language. It accepts any
// signature, and none. GET / answers 200 with the name of the host, as the
// service does, for readiness probes. Everything else is the protocol: POST /
// with the operation in X-Amz-Target. There are no CORS headers: pages in
// browsers cannot use it.
func NewHandler(b Backend) http.Handler {
	return &handler{server{backend: b}}
}

type handler struct{ server }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && r.URL.Path == "/" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintf(w, "healthy: %s\n", r.Host)
		return
	}
	res, err := h.serve(r, false)
	if err != nil {
		res = unserved(r, err)
	}
	res.setHeader(w.Header())
	w.WriteHeader(res.status)
	w.Write(res.body)
}

// unserved is the answer to a request whose context has ended, or whose body
// cannot be read. A request whose context has ended may have been executed or
// not. Mostly the client has gone. One that has not, such as a recorder in a
// test, must not take silence for success.
func unserved(r *http.Request, err error) *response {
	if r.Context().Err() != nil {
		return refuse(&failure{500, codeInternal, err.Error()})
	}
	return refuse(&failure{400, codeSerialization, "the request body cannot be read: " + err.Error()})
}
