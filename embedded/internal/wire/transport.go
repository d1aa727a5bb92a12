package wire

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
)

// Transport hands the requests of an SDK client to a Backend in the calling
// goroutine. It satisfies the SDK's HTTPClient and is safe for concurrent use.
type Transport struct {
	server server
}

// NewTransport returns a Transport in front of b, for the HTTPClient option of
// dynamodb.Options. Requests never leave the process, for any endpoint, region
// and credentials of the client.
func NewTransport(b Backend) *Transport {
	return &Transport{server{backend: b}}
}

// Do answers one request. It returns the error of r's context if that has ended
// before the backend was called or if the backend gave up because of it. It
// returns the error of reading r's body. Everything else is a response.
func (t *Transport) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	res, err := t.server.serve(r, true)
	if err != nil {
		return nil, err
	}
	answer := &http.Response{
		Status:        strconv.Itoa(res.status) + " " + http.StatusText(res.status),
		StatusCode:    res.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        make(http.Header, 4),
		ContentLength: -1,
		Request:       r,
	}
	res.setHeader(answer.Header)
	if res.out != nil {
		answer.Body = &values{res: res}
		return answer, nil
	}
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(res.body)), int64(len(res.body))
	return answer, nil
}
