package embedded

import "context"

// attempts is how often a write is decided without a lock. Each time it loses,
// another write has won. Then it takes the locks first, so that many small
// writes cannot keep a large one from ever being made.
const attempts = 8

// decision is what a write does to the tables of a view, and the token that it
// leaves. It has no effect of its own, and a write may ask for it again with
// another view.
type decision func(view) (changes, *tokenChange, error)

// write decides what to do on the state of one moment and does that, if the
// tables are still in that state. A refusal needs no lock: it is true of the
// moment that it was decided on. Few writes hold a lock for longer than to look
// whether they are still right, so a goroutine that is interrupted in its work
// hardly ever holds up others.
func (db *DB) write(ctx context.Context, names []*string, decide decision) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	db.expire()
	// A journal is called under the locks. Who had to wait for it would lose.
	for n := 0; n < attempts && db.journal == nil; n++ {
		slots := db.find(names)
		v := at(slots)
		list, token, err := decide(v)
		if err != nil {
			return err
		}
		done, err := db.tryCommit(v, list, token)
		if done || err != nil {
			return err
		}
	}
	slots := db.find(names)
	lock(slots)
	defer unlock(slots)
	v := at(slots)
	list, token, err := decide(v)
	if err != nil {
		return err
	}
	return db.commit(v.after(list), list, token)
}

// tryCommit makes changes that were decided on a view, unless one of its tables
// has changed since.
func (db *DB) tryCommit(v view, list changes, token *tokenChange) (done bool, err error) {
	if !v.current() {
		return false, nil // others have been faster already
	}
	next := v.after(list)
	if len(next) == 0 && token == nil {
		return true, nil // there is nothing to do
	}
	slots := make([]*slot, len(v))
	for n, t := range v {
		slots[n] = t.slot
	}
	lock(slots)
	defer unlock(slots)
	if !v.current() {
		return false, nil
	}
	return true, db.commit(next, list, token)
}
