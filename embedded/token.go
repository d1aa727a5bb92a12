package embedded

import (
	"encoding/binary"
	"time"
)

// tokenWindow is how long the outcome of a transaction is remembered after it
// has completed.
const tokenWindow = 10 * time.Minute

// tokens remembers completed transactions by their idempotency token.
type tokens struct {
	records map[string]tokenRecord
	// order are the tokens by the time at which their window ends.
	order []string
}

// tokenRecord is what a token was used for, and until when it is remembered.
type tokenRecord struct {
	fingerprint [32]byte
	until       time.Time
	// sizes are the sizes of the items, one for each action: a replay is
	// charged for reading them.
	sizes []int
}

// tokenChange remembers one token and forgets others.
type tokenChange struct {
	token     string
	record    tokenRecord
	forgotten []string
}

// maxForgotten is how many tokens one transaction forgets at most: more than
// one, so that they do not pile up, and few, so that no transaction pays for
// all.
const maxForgotten = 16

// find returns what a token was used for within its window.
func (t *tokens) find(token string, now time.Time) (tokenRecord, bool) {
	r, ok := t.records[token]
	return r, ok && now.Before(r.until)
}

// expired are tokens whose window has passed, the oldest first.
func (t *tokens) expired(now time.Time) []string {
	n := 0
	for n < min(len(t.order), maxForgotten) {
		if _, ok := t.find(t.order[n], now); ok {
			break
		}
		n++
	}
	return t.order[:n:n]
}

// remember makes a change. The tokens that it forgets must come from expired.
func (t *tokens) remember(c tokenChange) {
	for _, token := range c.forgotten {
		delete(t.records, token)
	}
	t.records[c.token] = c.record
	t.order = append(t.order[len(c.forgotten):], c.token)
}

func (r tokenRecord) encode() []byte {
	b := append(binary.BigEndian.AppendUint64(nil, uint64(r.until.UnixNano())), r.fingerprint[:]...)
	for _, size := range r.sizes {
		b = binary.BigEndian.AppendUint32(b, uint32(size))
	}
	return b
}

func decodeToken(b []byte) (tokenRecord, bool) {
	if len(b) < 40 || len(b)%4 != 0 {
		return tokenRecord{}, false
	}
	r := tokenRecord{until: time.Unix(0, int64(binary.BigEndian.Uint64(b)))}
	copy(r.fingerprint[:], b[8:])
	for b = b[40:]; len(b) > 0; b = b[4:] {
		r.sizes = append(r.sizes, int(binary.BigEndian.Uint32(b)))
	}
	return r, true
}
