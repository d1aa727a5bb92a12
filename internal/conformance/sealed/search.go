package sealed

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
)

// Every secret text, number, time and binary value has a canary in it, and no
// other value has. A canary in a request or a response is a leak.
const (
	canary       = "canary-7f3a91"
	canaryNumber = "7318465192"
	canaryTime   = "T11:00:00.000000005Z" // of noon
)

var canaries = []string{canary, canaryNumber, canaryTime}

// hidden fails t if a request or a response since the last call shows a secret,
// or if nothing was sent.
func hidden(t *testing.T, x *kit.World, what string) {
	t.Helper()
	requests := x.Net.Requests()
	if len(requests) == 0 {
		t.Errorf("%s: nothing was sent", what)
	}
	for _, r := range requests {
		if plaintextIn(r.Body) {
			t.Errorf("%s: the %s shows a secret: %s", what, r.Operation, r.Body)
		}
		if plaintextIn(r.Response) {
			t.Errorf("%s: the response to the %s shows a secret: %s", what, r.Operation, r.Response)
		}
	}
	x.Net.Reset()
}

// plaintextIn reports whether a body or a text shows a canary: in the clear, in
// base64 at any offset, or in a JSON string that is base64.
func plaintextIn(body []byte) bool {
	for _, c := range canaries {
		if bytes.Contains(body, []byte(c)) {
			return true
		}
		for skip := range 3 {
			text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00", skip) + c))
			// The first and last characters depend on the bytes around the canary.
			first, last := (skip*8+5)/6, (skip+len(c))*8/6
			if bytes.Contains(body, []byte(text[first:last])) {
				return true
			}
		}
	}
	var v any
	return json.Unmarshal(body, &v) == nil && shown(v)
}

// shown looks into decoded JSON, since escapes could hide a canary.
func shown(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for name, e := range v {
			if shown(name) || shown(e) {
				return true
			}
		}
	case []any:
		for _, e := range v {
			if shown(e) {
				return true
			}
		}
	case string:
		binary, _ := base64.StdEncoding.DecodeString(v)
		for _, c := range canaries {
			if strings.Contains(v, c) || bytes.Contains(binary, []byte(c)) {
				return true
			}
		}
	}
	return false
}
