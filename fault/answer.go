package fault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
)

// answer is a response whose body has been read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// readAnswer takes what an HTTPClient returned. The clients of tests are not
// always as complete as net/http's: header and body may be missing.
func readAnswer(res *http.Response) (*answer, error) {
	if res == nil {
		return nil, errors.New("fault: neither a response nor an error was returned")
	}
	a := &answer{status: res.StatusCode, header: res.Header}
	if a.header == nil {
		a.header = http.Header{}
	}
	if res.Body == nil {
		return a, nil
	}
	defer res.Body.Close()
	var err error
	if a.body, err = io.ReadAll(res.Body); err != nil {
		return nil, fmt.Errorf("fault: reading the response: %w", err)
	}
	return a, nil
}

// newAnswer is a response made by this package, in the form of DynamoDB's.
func newAnswer(status int, body any) *answer {
	a := &answer{status: status, header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}}
	a.setBody(body)
	return a
}

func (a *answer) setBody(v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic("fault: " + err.Error()) // v is made of strings, maps and JSON that was read before
	}
	a.body = body
	a.header = a.header.Clone()
	a.header.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	a.header.Set("Content-Length", strconv.Itoa(len(body)))
}

// exception is an error response. The service qualifies the code with a
// namespace; clients read the part after the #.
func exception(status int, code, message string) *answer {
	return newAnswer(status, map[string]any{
		"__type": "com.amazonaws.dynamodb.v20120810#" + code, "message": message,
	})
}

func (a *answer) response(req *http.Request) *http.Response {
	return &http.Response{
		Status:        strconv.Itoa(a.status) + " " + http.StatusText(a.status),
		StatusCode:    a.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        a.header.Clone(),
		Body:          io.NopCloser(bytes.NewReader(a.body)),
		ContentLength: int64(len(a.body)),
		Request:       req,
	}
}
