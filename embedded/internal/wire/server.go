package wire

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

const (
	targetPrefix = "DynamoDB_20120810."
	contentType  = "application/x-amz-json-1.0"

	// maxBody is the largest request as received: that of the service.
	maxBody = 16 << 20
	// maxUnpacked bounds a compressed request after unpacking: 16 MB of items
	// as base64, and some room for names and JSON. The service has no such
	// limit, but the memory of a program has.
	maxUnpacked = 16<<20*4/3 + 2<<20
)

// response is an answer before it has an HTTP form.
type response struct {
	status int
	body   []byte

	// An answer that a Direct client may take as Go values has these instead of
	// a body, until somebody reads it.
	operation string
	out       any // the SDK's output struct
	encode    func() []byte
}

// server is the core behind both faces.
type server struct {
	backend Backend
}

// serve answers one request. The error is the context's and comes instead of a
// response. direct is false for a face that can send only bytes, even if the
// request asks for Go values.
func (s *server) serve(r *http.Request, direct bool) (*response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if r.Method != http.MethodPost || r.URL.Path != "/" && r.URL.Path != "" {
		return refuse(&failure{404, codeUnknown, "requests are POST / with an X-Amz-Target header"}), nil
	}
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if media = strings.TrimSpace(media); media != contentType && media != "application/json" {
		return refuse(&failure{404, codeUnknown, fmt.Sprintf("the content type must be %s, not %q", contentType, media)}), nil
	}
	target := r.Header.Get("X-Amz-Target")
	name, ok := strings.CutPrefix(target, targetPrefix)
	if !ok {
		return refuse(&failure{400, codeUnknown, fmt.Sprintf("X-Amz-Target must be %sOperation, not %q", targetPrefix, target)}), nil
	}
	op := operations()[name]
	if op == nil {
		return refuse(&failure{400, codeUnknown, name + " is not supported by the embedded engine"}), nil
	}
	body, fail, err := readBody(r)
	if err != nil {
		if ctxErr := r.Context().Err(); ctxErr != nil {
			err = ctxErr
		}
		return nil, err
	}
	if fail != nil {
		return refuse(fail), nil
	}
	in, fail := op.decode(body)
	if fail != nil {
		return refuse(fail), nil
	}
	res, err := s.run(r.Context(), op, in, direct && op.direct && r.Header.Get(directHeader) != "")
	if err == nil && res.out != nil {
		res.operation = name
	}
	return res, err
}

// run calls the backend. A panic there fails one request, as in a server
// process, and does not end the program that embeds the engine.
func (s *server) run(ctx context.Context, op *operation, in any, direct bool) (res *response, err error) {
	defer func() {
		if p := recover(); p != nil {
			res = refuse(&failure{500, codeInternal, fmt.Sprintf("the embedded engine panicked: %v", p)})
			err = nil
		}
	}()
	way := op.answering
	if _, ok := s.backend.(PackedBackend); ok && op.packed != nil && !direct {
		way = *op.packed
	}
	out, err := way.call(ctx, s.backend, in)
	if err != nil {
		return answer(ctx, err)
	}
	encode := func() []byte {
		e := encoders.Get().(*encoder)
		defer encoders.Put(e)
		e.buf = e.buf[:0]
		way.encode(e, reflect.ValueOf(out).Elem())
		return bytes.Clone(e.buf)
	}
	if direct {
		return &response{status: 200, out: out, encode: encode}, nil
	}
	return &response{status: 200, body: encode()}, nil
}

// encoders are kept, because a page is written into memory that has grown for others.
var encoders = sync.Pool{New: func() any { return &encoder{buf: make([]byte, 0, 512)} }}

// readBody reads a body of at most maxBody bytes, and unpacks it. As in the
// service, a body that cannot be unpacked is an internal error.
func readBody(r *http.Request) ([]byte, *failure, error) {
	packed := r.Header.Get("Content-Encoding")
	if packed != "" && !strings.EqualFold(packed, "gzip") {
		return nil, &failure{500, codeInternal, fmt.Sprintf("the content encoding %q is not supported by the embedded engine", packed)}, nil
	}
	if r.ContentLength > maxBody {
		return nil, tooLarge("the request body", maxBody), nil
	}
	var body []byte
	var err error
	switch n := r.ContentLength; {
	case r.Body == nil:
	case n > 0:
		body = make([]byte, n)
		_, err = io.ReadFull(r.Body, body)
	default:
		body, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	}
	switch {
	case len(body) > maxBody:
		return nil, tooLarge("the request body", maxBody), err
	case err != nil || packed == "":
		return body, nil, err
	}
	body, fail := unpack(body)
	return body, fail, nil
}

func unpack(packed []byte) ([]byte, *failure) {
	var body []byte
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		body, err = io.ReadAll(io.LimitReader(unpacked, maxUnpacked+1))
	}
	switch {
	case len(body) > maxUnpacked:
		return nil, tooLarge("the unpacked request body", maxUnpacked)
	case err != nil:
		return nil, &failure{500, codeInternal, "the request body is not gzip: " + err.Error()}
	}
	return body, nil
}

func tooLarge(what string, most int) *failure {
	return &failure{http.StatusRequestEntityTooLarge, codeTooLarge, fmt.Sprintf("%s is larger than %d bytes", what, most)}
}

// setHeader fills the headers that a client may look at.
func (r *response) setHeader(h http.Header) {
	h.Set("Content-Type", contentType)
	h.Set("X-Amzn-Requestid", rand.Text())
	if r.out == nil {
		h.Set("Content-Length", strconv.Itoa(len(r.body)))
		h.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(r.body)), 10))
	}
}
