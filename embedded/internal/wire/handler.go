package wire

import "net/http"

// NewHandler serves b over HTTP to clients in any language. Any signature, and
// none, is accepted. GET / answers 200 for readiness probes; everything else
// is the protocol: POST / with the operation in X-Amz-Target.
func NewHandler(b Backend) http.Handler {
	return &handler{server{backend: b}}
}

type handler struct{ server }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && r.URL.Path == "/" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write([]byte("healthy\n"))
		return
	}
	res, err := h.serve(r, false)
	if err != nil {
		// The client has gone or its body broke off; there is nobody to answer.
		panic(http.ErrAbortHandler)
	}
	res.setHeader(w.Header())
	w.WriteHeader(res.status)
	w.Write(res.body)
}
