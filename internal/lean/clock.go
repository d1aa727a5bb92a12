package lean

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

const (
	// mostSkew is from how much on a clock is wrong enough for a signature to be refused.
	mostSkew = 4 * time.Minute
	// mostTrusted is how long an answer may take whose Date is believed.
	mostTrusted = 15 * time.Minute
	// mostAsked is how much longer than its own pauses a client waits if it is asked to.
	mostAsked = 5 * time.Second
)

// learn takes the service's clock from an answer, for the next attempt and other calls. A
// clock that was right so far is looked at only if the request was refused.
func (c *call) learn(a *attempt) {
	if a.err == nil && c.skew == 0 {
		return
	}
	skew, known := ahead(a)
	c.skew = skew
	if known {
		c.Client.skew.Store(int64(skew))
	}
}

// ahead is how far the clock of the service is ahead.
func ahead(a *attempt) (time.Duration, bool) {
	if a.response == nil || a.response.Header.Get("Age") != "" || a.came.Sub(a.sent) > mostTrusted {
		return 0, false
	}
	now, err := smithyhttp.ParseTime(a.response.Header.Get("Date"))
	if err != nil {
		return 0, false
	}
	return now.Sub(a.came), true
}

// skewed is the error of an attempt, which can be repeated if it was refused because of the
// clock by which it was signed. The service has no code for that alone.
func (c *call) skewed(err error, used time.Duration, a attempt) error {
	var refused smithy.APIError
	if c.options.DisableClockSkewCorrection || !errors.As(err, &refused) {
		return err
	}
	switch refused.ErrorCode() {
	case "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "RequestTimeTooSkewed", "AccessDeniedException":
	default:
		return err
	}
	if skew, known := ahead(&a); known && (used-skew).Abs() > mostSkew {
		return &skewError{err}
	}
	return err
}

// skewError is the error of a request that was signed by a wrong clock.
type skewError struct{ err error }

func (e *skewError) Error() string        { return fmt.Sprintf("Probable clock skew error: %v", e.err) }
func (e *skewError) Unwrap() error        { return e.err }
func (e *skewError) RetryableError() bool { return true }

// later is a delay that is as long as the service asks for, within bounds.
func later(delay time.Duration, r *http.Response) time.Duration {
	if r == nil {
		return delay
	}
	asked, err := strconv.ParseInt(r.Header.Get("X-Amz-Retry-After"), 10, 32) // milliseconds
	if err != nil {
		return delay
	}
	return min(max(delay, time.Duration(asked)*time.Millisecond), delay+mostAsked)
}
