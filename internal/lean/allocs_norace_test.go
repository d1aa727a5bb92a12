//go:build !race

package lean_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/direct"
)

// silent is an HTTP client whose answer costs next to nothing.
type silent struct{ header http.Header }

func (s silent) Do(r *http.Request) (*http.Response, error) {
	_, err := io.Copy(io.Discard, r.Body)
	return &http.Response{StatusCode: http.StatusOK, Header: s.header, ContentLength: 2, Body: io.NopCloser(&empty{})}, err
}

// empty is the body of an answer with nothing in it.
type empty struct{ read int }

func (e *empty) Read(p []byte) (int, error) {
	n := copy(p, "{}"[e.read:])
	if e.read += n; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// What a call costs beside the values in it; the SDK's client costs some 290. If you reduce a number, write the lower one here.
func TestAllocations(t *testing.T) {
	ctx, c := t.Context(), leanly(t, sdk(nil, func(o *dynamodb.Options) { o.HTTPClient = silent{http.Header{}} }))
	in, put := &dynamodb.GetItemInput{TableName: aws.String("Table"), Key: key()}, &dynamodb.PutItemInput{TableName: aws.String("Table"), Item: key()}
	undecoded := []func(*dynamodb.Options){answer.Told, direct.Options("")}
	for name, c := range map[string]struct {
		call func() error
		most float64
	}{
		"GetItem":            {func() error { _, err := c.GetItem(ctx, in, answer.Observed...); return err }, 77},
		"GetItem, undecoded": {func() error { _, err := c.GetItem(ctx, in, undecoded...); return err }, 77},
		"PutItem":            {func() error { _, err := c.PutItem(ctx, put, answer.Answered); return err }, 78},
	} {
		var err error
		if allocs := testing.AllocsPerRun(50, func() { err = c.call() }); err != nil || allocs != c.most {
			t.Errorf("%s: %v allocations, want %v; %v", name, allocs, c.most, err)
		}
	}
}
