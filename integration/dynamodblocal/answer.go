package dynamodblocal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// answerTimeout bounds the wait for a server that was started: about a second
// for the jar on an idle machine.
const answerTimeout = time.Minute

// awaitAnswer waits until the server at endpoint answers a bare GET with 400,
// as DynamoDB does with an unsigned request. An open port is not enough: a
// container's port is open before there is anything behind it.
//
// With an origin, the server must also allow that origin: it is a random one,
// told to one process only, so another server on the same port is found out.
// exited, if not nil, ends the wait when it is closed.
func awaitAnswer(ctx context.Context, endpoint, origin string, exited <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	var last error
	for {
		err := answers(ctx, endpoint, origin)
		if err == nil || errors.Is(err, errForeign) {
			return err
		}
		if ctx.Err() == nil || last == nil { // why it failed, not that time was up
			last = err
		}
		select {
		case <-exited:
			return errors.New("the server ended before it answered")
		case <-ctx.Done():
			return fmt.Errorf("no answer: %w", last)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

var errForeign = errors.New("another server answers on this port")

func answers(ctx context.Context, endpoint, origin string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint, nil)
	if err != nil {
		return err
	}
	if origin != "" {
		req.Header.Set("Origin", origin)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	switch {
	case resp.StatusCode != http.StatusBadRequest:
		return fmt.Errorf("status %s, not 400", resp.Status)
	case resp.Header.Get("Access-Control-Allow-Origin") != origin:
		return errForeign
	}
	return nil
}

// oneLine is an error's text without line breaks.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
