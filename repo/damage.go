package repo

import (
	"context"

	"github.com/dystore/dystore/internal/damage"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/tables"
)

// DamageError is what is wrong with the parts of an object that was read with
// [AllowDamaged], beside the value. It is [ErrCorrupt].
type DamageError struct {
	Parts []DamagedPart // sorted by Path; at least one
	err   error
}

func (e *DamageError) Error() string { return e.err.Error() }
func (e *DamageError) Unwrap() error { return e.err }

// DamagedPart is a part that the root of an object names and that is not as it should be, or
// a page of the manifest of an object of thousands of parts. Which parts a missing page has
// named is not known.
type DamagedPart struct {
	Path       string // as in cover or homes:tokyo; an element of a list by its id: past#AbCdEfGhIjk; empty for a page
	Table, Key string // where the item belongs; the table with its prefix
	Cause      DamageCause
	Err        error // in words; ErrCorrupt
}

// DamageCause is what is wrong with a part.
type DamageCause string

const (
	// PartMissing: there is no item. The value is without the part.
	PartMissing DamageCause = "missing"
	// PartOfOtherVersion: the item is one of this object, and not the version that the
	// root names. It is in the value: it is the best there is.
	PartOfOtherVersion DamageCause = "of another version"
	// PartOfOtherOwner: the item belongs to another object, or does not say to which. The
	// value is without the part.
	PartOfOtherOwner DamageCause = "of another owner"
	// PartUndecodable: the item is the right one, but it, or an encrypted value in it,
	// cannot be read as what the model declares. The value is without the part.
	PartUndecodable DamageCause = "undecodable"
	// PartUnreachable: the part is inside of one that the value is without, or the page that
	// says where it belongs is missing.
	PartUnreachable DamageCause = "unreachable"
)

// AllowDamaged makes a read return what there is of an object whose parts are missing or
// wrong, as after one of its tables was restored to another time. Such an object comes as
// a value and an error, both not nil, where it would be ErrCorrupt alone:
//
//	order, err := orders.Get(ctx, key, repo.AllowDamaged())
//	if damaged, ok := errors.AsType[*repo.DamageError](err); ok {
//		log.Print(key, damaged.Parts) // and order is there
//	} else if err != nil {
//		return err
//	}
//
// An element of a list whose part is gone is left out, the others keep their order; any
// other such part is the zero value. What is damaged is not validated (ValidateOnRead).
// That a part is wrong for good takes up to two reads more to find out.
//
// A value that was tracked is not put back by accident: Put of it is ErrCorrupt, unless it
// is told to [Overwrite] the object; [Repo.Repair] mends the object. Without meta.Keep
// nothing says what a value lacks, and Put replaces what is stored, as ever.
//
// A root item that cannot be read, or whose record leads where it must not, is no damage
// of a part: it stays an error without a value.
func AllowDamaged() CallOption {
	return callOption{name: "AllowDamaged", apply: func(c *call) { c.read.Damaged = true }}
}

// Repair makes a damaged object whole: it writes the object as [AllowDamaged] reads it,
// over the version that it has read, as its next version. From then on Get returns it
// without an error. Parts of another version become the object's as they are; those that
// are missing or another's are no longer named. What it returns is what was wrong; of an
// object without damage nothing, and nothing is written.
//
// Items that are there are not deleted: if some can be had no more, because they cannot be
// decoded or are inside of such a part, or if a page of the manifest is missing, so that
// nobody knows of some, Repair is refused with a *DamageError. A program
// that knows more may read them, or their backup is put back. [Discard] deletes them.
//
// The object is not validated, since it is to be read again first of all. Unique values
// are claimed as they are in the repaired object: [ErrDuplicate] if one of an older part is
// another's by now. With [DryRun] it says what is wrong and does nothing.
//
// Repair is one write like any other, also beside writers: when one was faster it reads
// anew. Before tables are restored all the same, repair nothing: items that come back later
// are not those that the root then names. Of an object whose root cannot be read it is
// ErrCorrupt; [Damaged] deletes such an object. It needs the permissions of Modify.
func (r *Repo[T]) Repair(ctx context.Context, key Key[T], opts ...CallOption) (found []DamagedPart, err error) {
	ctx, verb := r.c.writes(ctx, "Repair", 1)
	defer verb.End(&err)
	call := r.view.call("Repair", opts)
	if err = beginAt(ctx, &r.c.s.Tables, call, key.k); err == nil && r.c.s.Plain {
		err = fail.Withf(ErrInvalid, "Repair needs the record that repo.Plain leaves out")
	}
	if err != nil {
		return nil, r.c.fail("Repair", key.k, call.id(), err)
	}
	report, id, err := r.c.write.Repair(ctx, key.k, call.write, call.discard, call.dryRun)
	if report != nil {
		found = damagedParts(&r.c.s.Tables, report)
	}
	return found, r.c.fail("Repair", key.k, id, err)
}

// Discard lets Repair delete items of parts that are there and cannot be had any more. Those
// that only a missing page of the manifest has named are deleted by the next Sweep.
func Discard() CallOption {
	return callOption{name: "Discard", apply: func(c *call) { c.discard = true }}
}

// damaged gives the damage of an object its public type.
func damaged(s *tables.Tables, err error) error {
	if report := damage.Of(err); report != nil {
		return &DamageError{damagedParts(s, report), err}
	}
	return err
}

func damagedParts(s *tables.Tables, report *damage.Error) []DamagedPart {
	parts := make([]DamagedPart, len(report.Parts))
	for i, p := range report.Parts {
		parts[i] = DamagedPart{string(p.Inst), s.FullName(p.At.Table), p.At.Key, DamageCause(p.Cause), p.Err}
	}
	return parts
}
