package repo

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/probe"
	"github.com/dystore/dystore/lens"
)

// lifetimeOf keeps the methods that tie a Lifetime to its T out of the documentation.
type lifetimeOf[T any] = model.PartHandle[T]

// Lifetime says how the objects of a model end, a part of a model of T. [ExpiresAt] and
// [SoftDelete] make one.
type Lifetime[T any] struct{ lifetimeOf[T] }

// ExpiresAt names the field that says when an object expires, by the time to live of
// DynamoDB:
//
//	Until time.Time `dynamodbav:"until,unixtime"`
//
//	repo.ExpiresAt(func(s *Session) *time.Time { return &s.Until })
//
// From that second on the object counts as absent, for all verbs: Get is [ErrNotFound],
// ranges and counts leave it out, Update does not find it, Create takes its place, a
// tracked Put is [ErrConflict], and its unique values are free. That is judged by the clock of the program,
// in the condition of each write as well. DynamoDB deletes the items later, within days,
// in any order; a part that it has taken before the root is no damage. The zero time
// means never, as all times before 1970 do, and so does a nil that is not stored.
//
// Parts and claims expire with their root: their items have the time in the attribute
// _ttl. [Repo.CreateTables] switches time to live on, for the field's attribute in the
// table of the roots and for _ttl in the other tables. A write that changes the time
// writes all items of the object; an Update of it, or one that makes a new item of an
// object with parts or unique values, reads first: two requests. An object without any
// takes one.
//
// The field is an attribute of the object itself, stored in seconds (tag option
// unixtime), and neither encrypted nor in a shard. Set and Remove change it, no other
// change does. All programs should declare it before one relies on it: those that do not
// leave the parts' times as they are, and a part that they append has none. Parts and
// claims of objects that were stored before the declaration get theirs with the next Put,
// or the first Update that changes the time or makes one. Until then they stay when
// DynamoDB deletes the root, and the values stay taken: put such objects once before time
// to live is switched on.
//
// With [Plain], writes have no condition beyond what their verb needs: Put and Delete
// take whatever is there.
func ExpiresAt[T any](field func(*T) *time.Time) Lifetime[T] {
	return Lifetime[T]{model.HandlePart[T](&model.Expiry{At: probe.Of[lens.Error]("repo.ExpiresAt", field)})}
}

// SoftDelete keeps what Delete and DeleteValue delete. The object counts as absent for
// all verbs, Create takes its place, and its unique values are free, but its items stay
// until [Repo.Restore] brings it back or [Permanently] removes it. [WithDeleted] reads
// it; its meta.Record then has DeletedAt. A deletion costs one action, and one for each
// unique value. A write under an id that the object remembers is not applied
// again, so [WithWriteID] covers deletions as well.
//
// Whether an object is deleted is in its stored record. Programs without SoftDelete read
// it as absent too, but an Update of theirs does not notice. Their Delete, and that of
// [Stored], removes for good.
//
// What is deleted stays encrypted as it is: Rewrite takes an object that was restored, and
// [Repo.KeysInUse] finds the keys of the others.
func SoftDelete[T any]() Lifetime[T] {
	return Lifetime[T]{model.HandlePart[T](&model.SoftDelete{})}
}

// Restore makes an object count again that was deleted under [SoftDelete]. It is a write:
// the object gets a new version, and what is unique is claimed anew, [ErrDuplicate] if
// another object has it by now. What the object holds is not validated, since it stays as
// it is. An object that is not deleted is left alone.
// [ErrNotFound] if there is none, or if it has expired.
func (r *Repo[T]) Restore(ctx context.Context, key Key[T], opts ...CallOption) (err error) {
	ctx, verb := r.c.writes(ctx, "Restore", 1)
	defer verb.End(&err)
	call := r.view.call("Restore", opts)
	if err = beginAt(ctx, &r.c.s.Tables, call, key.k); err == nil && r.c.s.Plain {
		err = fail.Withf(ErrInvalid, "Restore needs the record that repo.Plain leaves out")
	}
	if err != nil {
		return r.c.fail("Restore", key.k, call.id(), err)
	}
	id, err := r.c.write.Restore(ctx, key.k, call.write)
	return r.c.fail("Restore", key.k, id, err)
}

// Permanently makes Delete and DeleteValue remove an object for good that [SoftDelete]
// would keep, and one that it has kept.
func Permanently() CallOption {
	return callOption{name: "Permanently", apply: func(c *call) { c.write.Permanent = true }}
}

// WithDeleted also reads objects that are deleted and kept by [SoftDelete]. Those that
// have expired stay absent. Such a value can be restored, and not be put.
func WithDeleted() CallOption {
	return callOption{name: "WithDeleted", apply: func(c *call) { c.read.Deleted = true }}
}

// maxActor is how long the name of an actor may be.
const maxActor = 256

// By says who writes: a user, a job, a service. The stored record keeps it of the write
// that has created the object and of the last one, and meta.Record has it as CreatedBy and
// UpdatedBy. It is a text of up to 256 bytes, and is neither encrypted nor checked. Of a
// write without By nobody is known to have made it. A view is the place for it:
//
//	orders := orders.With(repo.By(user.ID))
func By(actor string) CallOption {
	o := callOption{name: "By", apply: func(c *call) { c.write.By = actor }}
	switch {
	case actor == "":
		o.err = fail.Withf(ErrInvalid, "By: the actor is empty")
	case len(actor) > maxActor:
		o.err = fail.Withf(ErrInvalid, "By: the actor has %d bytes; the record keeps %d", len(actor), maxActor)
	case !utf8.ValidString(actor):
		o.err = fail.Withf(ErrInvalid, "By: the actor is not valid UTF-8")
	}
	return o
}
