package linear

import (
	"fmt"
	"strings"

	"github.com/dystore/dystore/internal/linear/aggregate"
)

// verb is what a client calls.
type verb string

const (
	create      verb = "Create"
	putTracked  verb = "Put tracked"   // over the version that was read
	putBlind    verb = "Put"           // of a value without a record, or with Overwrite
	putRecord   verb = "Put by record" // of a value whose record was made by hand
	update      verb = "Update"
	modify      verb = "Modify"
	remove      verb = "Delete"
	removeValue verb = "DeleteValue"
	transact    verb = "Transact" // of the operations in op.ops

	get     verb = "Get"
	getPart verb = "Get partly" // RootOnly, Skip
	exists  verb = "Exists"
	read    verb = "Read"    // Read of home.city
	readAll verb = "ReadAll" // ReadAll of past[].city
	dump    verb = "dump"    // everything that is stored, by looking into the engine

	walk   verb = "Walk"   // by Page and cursors
	query  verb = "Query"  // of a range at once
	seen   verb = "seen"   // an object, by a Walk or Query
	missed verb = "missed" // an object, by a Walk or Query of the whole range

	getMany    verb = "GetMany" // of the operations in op.ops
	putMany    verb = "PutMany"
	deleteMany verb = "DeleteMany"

	sweep verb = "Sweep" // of one repository
	fence verb = "fence" // by a Sweep: an object gets its next version

	transactGet verb = "TransactGet" // of the operations in op.ops, which are Gets
	check       verb = "Check"       // in a Transact only: that the object exists, with n >= ifN
	rawAdd      verb = "Raw add"     // in a Transact only: an action of the caller's own, that counts
	rawReset    verb = "Raw reset"   // in a Transact only: an action of the caller's own, that deletes the count
	counted     verb = "count"       // what has been counted, by looking into the engine

	foreignPut    verb = "foreign put"
	foreignSet    verb = "foreign set"
	foreignDelete verb = "foreign delete"

	adopt verb = "adoption" // by a staged write: the item of another program gets a record
)

// op is one operation of one client, as the specification sees it.
type op struct {
	id     int // number in the schedule: its write id
	verb   verb
	repeat int // the id of the write that it repeats, as after a restart; 0: it is new
	client int
	object int
	ops    []*op            // that it consists of
	named  bool             // its write id is given, otherwise the library's
	by     string           // the declaration
	staged bool             // it is written in copies
	age    aggregate.Age    // how much its type knows
	shards aggregate.Fields // the fields that are shards

	basis     *basis             // of compare-and-sets: the state that the value was read from
	edits     []aggregate.Edit   // of the value that was read, or of the stored one
	value     *aggregate.Content // of writes of a whole new value
	keep      bool               // KeepShards
	mustExist bool
	ensure    bool // EnsureParents
	overwrite bool
	rewrite   bool
	relaxed   bool
	ifN       *int   // If(n.Ge)
	unchanged *basis // IfUnchanged
	stale     bool   // Eventually
	andGet    bool   // UpdateGet
	untracked bool   // the type has no record
	how       string // "by Scan" or "by Open" in place of the verb itself, or ""
	over      scope  // of Walk and Query; ifN is where the range begins
	below     bool   // ifN is where it ends
	backwards bool
	segments  int
	pages     []page // of Walk
	part      int    // which part a Get partly leaves out
	fence     bool   // of Sweep: Fence
	small     bool   // of Sweep: pages of one item
	mayRefuse bool   // the stored object may make it ErrInvalid or ErrNotLoaded

	adopter  int  // of an adoption: the operation that it is for
	unsealed bool // of an adoption: the record does not say which fields are encrypted

	ctx string // "deadline" if it has one: for the report
}

const (
	byScan = "by Scan"
	byOpen = "by Open"
	byMany = "by many" // GetMany or DeleteMany, of this key twice and of one without an object
)

// writeID is the id that the object will remember.
func (o *op) writeID() int {
	if o.repeat != 0 {
		return o.repeat
	}
	return o.id
}

// basis identifies a stored object as a reader saw it.
type basis struct {
	version int64
	id      int                // its last write; 0: an item without a record
	birth   int                // the write that created the object; 0: not known
	content *aggregate.Content // of an item without a record: what the reader saw
	age     aggregate.Age
}

func (b *basis) String() string {
	if b.id == 0 {
		return "an item without record " + b.content.String()
	}
	return fmt.Sprintf("version %d by w%d", b.version, b.id)
}

func (o *op) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", o.verb)
	if o.verb.writes() {
		fmt.Fprintf(&b, " w%d", o.writeID())
	}
	if o.ops == nil {
		fmt.Fprintf(&b, " of %s", objectNames[o.object])
	}
	part := func(show bool, format string, args ...any) {
		if show {
			fmt.Fprintf(&b, ", "+format, args...)
		}
	}
	part(o.how != "", "%s", o.how)
	part(o.repeat != 0, "again")
	part(o.verb.writes() && !o.named && o.by != another, "unnamed")
	part(o.basis != nil, "over %v", o.basis)
	part(o.value != nil, "%v", o.value)
	for _, e := range o.edits {
		part(true, "%v", e)
	}
	part(o.keep, "KeepShards")
	part(o.mustExist, "MustExist")
	part(o.ensure, "EnsureParents")
	part(o.overwrite, "Overwrite")
	part(o.rewrite, "Rewrite")
	part(o.relaxed, "Relaxed")
	part(o.stale, "Eventually")
	part(o.over != "", "%s", o.over)
	part(o.backwards, "backwards")
	part(o.segments > 0, "%d segments", o.segments)
	for _, p := range o.pages {
		part(true, "%d as %q", p.size, p.by.name)
	}
	part(o.andGet, "and Get")
	part(o.fence, "Fence")
	part(o.small, "small pages")
	part(o.ctx != "", "%s", o.ctx)
	if o.ifN != nil {
		part(!o.below, "n >= %d", *o.ifN)
		part(o.below, "n < %d", *o.ifN)
	}
	part(o.unchanged != nil, "IfUnchanged since %v", o.unchanged)
	for _, sub := range o.ops {
		part(true, "(%v)", sub)
	}
	return b.String()
}

func (v verb) writes() bool {
	switch v {
	case create, putTracked, putBlind, putRecord, update, modify, remove, removeValue, foreignPut, foreignSet, foreignDelete,
		transact, check, rawAdd, rawReset, adopt, fence:
		return true
	}
	return false
}

// kind is what a verb reported.
type kind string

const (
	done      kind = "nil"
	notFound  kind = "ErrNotFound"
	existing  kind = "ErrExists"
	conflict  kind = "ErrConflict"
	noPath    kind = "ErrNoPath"
	condition kind = "ErrCondition"
	refused   kind = "refused"                   // ErrInvalid, ErrNotLoaded if they may depend on the stored object
	nothing   kind = "no effect"                 // throttled, contended, cancelled before anything was sent, a failed read
	unknown   kind = "outcome unknown"           // ErrOutcomeUnknown
	crashed   kind = "crash"                     // nobody learnt the outcome
	unsealed  kind = "ErrCorrupt, not encrypted" // of a read without the type, of an item of another program
	broken    kind = "an error that is wrong"    // ErrCorrupt and the like
)

// result is the outcome of an op.
type result struct {
	kind    kind
	err     error
	there   bool // of reads: the object exists
	version int64
	id      int                // its last write
	content *aggregate.Content // what a Get read
	texts   []string           // what Read and ReadAll read
	birth   int                // of a dump
	ring    []int
	then    *result   // of the Get of an UpdateGet
	at      int       // which operation of a Transact err is about; -1: the whole
	each    []*result // of the operations of a call; nil if there is no answer
	seen    []*record // by a Walk or Query
	n       int       // of a count
}

func (r *result) String() string {
	var b strings.Builder
	b.WriteString(string(r.kind))
	if r.err != nil {
		fmt.Fprintf(&b, " (%v)", r.err)
	}
	switch {
	case r.content != nil:
		fmt.Fprintf(&b, " %v", r.content)
	case r.texts != nil:
		fmt.Fprintf(&b, " %q", r.texts)
	}
	if r.version != 0 {
		fmt.Fprintf(&b, ", version %d by w%d", r.version, r.id)
	}
	if r.then != nil {
		fmt.Fprintf(&b, ", then %v", r.then)
	}
	for i, each := range r.each {
		fmt.Fprintf(&b, ", %d: %v", i, each)
	}
	for _, s := range r.seen {
		fmt.Fprintf(&b, ", %v → %v", s.op, s.result)
	}
	if r.ring != nil {
		fmt.Fprintf(&b, ", born by w%d, ring %v", r.birth, r.ring)
	}
	return b.String()
}
