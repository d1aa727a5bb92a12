package fault

import (
	"bytes"
	"io"
	"net/http"
)

// Custom is a fault that you write: do gets the request, whose body it may
// read, and may send it with next, once, several times or not at all. What do
// returns is what the caller gets.
func Custom(name string, do func(next HTTPClient, req *http.Request) (*http.Response, error)) Fault {
	return Fault{name: name, do: func(c *call) (*answer, error) {
		req := c.req.WithContext(c.req.Context())
		req.Body = io.NopCloser(bytes.NewReader(c.body))
		res, err := do(customNext{c}, req)
		if err != nil {
			return nil, err
		}
		return readAnswer(res)
	}}
}

// customNext sends on behalf of a custom fault, so that it is on record.
type customNext struct{ c *call }

func (n customNext) Do(req *http.Request) (*http.Response, error) {
	body := n.c.body // the body of a request that is sent again has been read
	if req.Body != nil {
		sent, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		if len(sent) > 0 {
			body = sent
		}
	}
	a, err := n.c.send(req, body)
	if err != nil {
		return nil, err
	}
	return a.response(req), nil
}
