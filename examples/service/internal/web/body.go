package web

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
)

// maxBody is the largest body of a request.
const maxBody = 256 << 10

// Body reads JSON into a value and returns its bytes. Unknown fields are refused,
// so that a misspelt one is not lost.
func Body(w http.ResponseWriter, r *http.Request, into any) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		p := NewProblem(http.StatusBadRequest, "malformed", "the body is not the JSON that is expected")
		p.Detail = err.Error()
		return nil, p
	}
	return body, nil
}
