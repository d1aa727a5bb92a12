package engine_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/conformance/engine"
	"github.com/dystore/dystore/internal/conformance/kit"
)

// envDeviations names the list that a child process of TestDeviationsAreExact
// runs with.
const envDeviations = "DYSTORE_TEST_DEVIATIONS"

// TestDeviationsAreExact runs one case in a child process, since the case must
// fail: on the embedded engine, and on one that refuses with another text.
func TestDeviationsAreExact(t *testing.T) {
	const name = "refusals/empty condition"
	says := func(text string) kit.Deviations {
		return kit.Deviations{name: {Why: "a test", Refusal: &kit.Refusal{Code: "ValidationException", Text: text}}}
	}
	for _, c := range []struct {
		name  string
		other bool // another text than AWS's
		list  kit.Deviations
		want  string // "" for a case that passes
	}{
		{"as AWS, unlisted", false, nil, ""},
		{"as AWS, listed", false, says("no"), "take it off the list"},
		{"other, unlisted", true, nil, `ValidationException says "no"; want a text with "The expression can not be empty"`},
		{"other, listed", true, says("no"), ""},
		{"other, listed wrongly", true, says("yes"), `ValidationException says "no"; want a text with "yes"`},
		{"other, listed as accepted", true, kit.Deviations{name: {Why: "a test", Refusal: &engine.Accepted}}, `ValidationException says "no"; want it accepted`},
		{"what no case asks for", false, kit.Deviations{name: {Why: "a test", Values: map[string]any{"nothing": 1}}}, `what the case does not ask for: ["nothing"]`},
		{"the same value, listed", false, kit.Deviations{name: {Why: "a test", Values: map[string]any{"the item after the refusal": 1}}}, "the item after the refusal: as on AWS: take it off the list"},
	} {
		if os.Getenv(envDeviations) == c.name {
			engine.Run(t, func(t *testing.T) kit.Engine {
				e := newEmbedded(t)
				e.Deviations = c.list
				if c.other {
					e.Client = e.Wrap(refusing)
				}
				return e
			})
			return
		}
		if os.Getenv(envDeviations) != "" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			child := exec.Command(os.Args[0], "-test.run=^TestDeviationsAreExact$/^refusals$/^empty_condition$")
			child.Env = append(os.Environ(), envDeviations+"="+c.name)
			out, err := child.CombinedOutput()
			if (err == nil) != (c.want == "") || !strings.Contains(string(out), c.want) {
				t.Errorf("%v, want it to say %q:\n%s", err, c.want, out)
			}
		})
	}
}

// refusing says "no" to an empty condition.
func refusing(next dynamodb.HTTPClient) dynamodb.HTTPClient {
	return exchange(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(body, []byte(`"ConditionExpression":""`)) {
			r.Body = io.NopCloser(bytes.NewReader(body))
			return next.Do(r)
		}
		return &http.Response{
			StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Request: r,
			Body: io.NopCloser(strings.NewReader(`{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException","message":"no"}`)),
		}, nil
	})
}

// exchange is a transport made of a function.
type exchange func(*http.Request) (*http.Response, error)

func (f exchange) Do(r *http.Request) (*http.Response, error) { return f(r) }
