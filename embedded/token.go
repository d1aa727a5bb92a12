package embedded

import (
	"encoding/binary"
	"sync"
	"time"
)

// tokenWindow is how long the outcome of a transaction is remembered after it
// has completed.
const tokenWindow = 10 * time.Minute

// tokens remembers completed transactions by their idempotency token.
type tokens struct {
	mu      sync.Mutex
	records map[string]tokenRecord
	// running are the tokens of transactions under way. The channel is closed
	// when the transaction ends.
	running map[string]chan struct{}
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

// tokenChange is the token that a transaction leaves.
type tokenChange struct {
	token  string
	record tokenRecord
}

// maxForgotten is how many tokens one transaction forgets at most: more than
// one, so that they do not pile up, and few, so that no transaction pays for
// all.
const maxForgotten = 16

// claim waits until no other transaction with the token is under way. From then
// on others wait for release.
func (t *tokens) claim(token string) (release func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.running[token] != nil {
		ended := t.running[token]
		t.mu.Unlock()
		<-ended
		t.mu.Lock()
	}
	ended := make(chan struct{})
	t.running[token] = ended
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.running, token)
		close(ended)
	}
}

// find returns what a token was used for within its window.
func (t *tokens) find(token string, now time.Time) (tokenRecord, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.current(token, now)
}

func (t *tokens) current(token string, now time.Time) (tokenRecord, bool) {
	r, ok := t.records[token]
	return r, ok && now.Before(r.until)
}

// forget takes out some tokens whose window has passed and that nobody uses, the
// oldest first. The caller makes the journal forget them. If it does not, they
// come back with a restart, and are forgotten then.
func (t *tokens) forget(now time.Time) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for n < min(len(t.order), maxForgotten) {
		if _, ok := t.current(t.order[n], now); ok || t.running[t.order[n]] != nil {
			break
		}
		delete(t.records, t.order[n])
		n++
	}
	forgotten := t.order[:n:n]
	t.order = t.order[n:]
	return forgotten
}

// remember adds a token.
func (t *tokens) remember(token string, r tokenRecord) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.records[token] = r
	t.order = append(t.order, token)
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
