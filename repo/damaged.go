package repo

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

// Damaged makes Delete remove an object whose stored record cannot be read or
// leads where it must not, or under whose keys another's parts stand; without
// it, such an object is ErrCorrupt, and stays. One of a newer format,
// ErrSchemaTooNew, goes as well, though newer programs may find it sound: look
// before you ask for it.
//
// The root item goes, whatever its record says, provided that the record is
// still as it was read. With it go, in the same transaction, those parts that
// say that they belong to the object, of the ones that the record names, as far
// as it can be read, and of the ones whose keys follow from the model. They are
// read first, which costs one request per 100 and more where tables are missing.
// The outcome is as exact as that of any Delete.
//
// What is not found stays: parts in lists and maps that no readable record names,
// parts that have lost their own record, and parts in tables that neither the
// model nor AllowTables names. Nobody reads them any more, and a new object under
// the key writes over them or beside them. To find them, scan the tables of parts
// for items whose record has the object's owner in the member o, as the example
// does: the entity, a slash, the type of the key, the key. The specification of
// the stored format has it in full.
//
// An object of another entity is not a damaged one. It is refused as ever, also
// if its record cannot be read otherwise; a repository of that entity, or Open,
// which knows none, deletes it. More than 99 parts that are still there are
// ErrTooLarge; KeepShards deletes the root alone.
//
// Nothing overwrites an object whose record cannot be read: delete it, and
// create it anew. Where only values are wrong, Put replaces it as it is.
func Damaged() CallOption {
	return callOption{name: "Damaged", apply: func(c *call) { c.damaged = true }}
}

// part is one part of an object, and where its item is.
type part struct {
	inst stored.Inst
	loc  stored.Location
}

// deletable is the basis of a deletion. Of a damaged object it is the record as
// it was read.
func (c *core) deletable(item attrs, call call) (basis, error) {
	b, err := c.basisOf(item)
	if err == nil || !call.damaged || isForeign(err) {
		return b, err
	}
	b.broken = item[c.s.metaAttr]
	if e := stored.Salvage(b.broken).Entity; c.s.entity != "" && e != "" && e != c.s.entity {
		return b, fail.At(fail.Text(c.s.metaAttr), &foreignError{e, c.s.entity})
	}
	return b, nil
}

// deletedParts are the parts that are deleted with the root of b, and their
// owner.
func (c *core) deletedParts(ctx context.Context, key storedKey, b basis, call call) (parts []part, owner string, err error) {
	if call.damaged {
		return c.remains(ctx, key, b, call)
	}
	if b.meta == nil {
		return nil, "", nil
	}
	if err := c.checkTables(&loading{key: key, meta: b.meta}); err != nil || call.keepShards {
		return nil, "", err
	}
	for _, inst := range sorted.Keys(b.meta.Parts) {
		parts = append(parts, part{inst, b.meta.Locate(inst, key.parts)})
	}
	return parts, stored.Owner(b.meta.Entity, key.parts), nil
}

// remains are the parts of a damaged object that can be found. Open has neither
// a model nor an entity: there the record has to tell both.
func (c *core) remains(ctx context.Context, key storedKey, b basis, call call) ([]part, string, error) {
	root := *stored.Salvage(b.broken)
	if b.meta != nil {
		root = *b.meta
	}
	if c.s.entity != "" {
		root.Entity = c.s.entity
	}
	if root.Entity == "" || call.keepShards {
		return nil, "", nil
	}
	// What the record says of a place comes first: it knows where the part is.
	root.Layout = slices.Concat(root.Layout, c.s.tree.Layout)
	var found []part
	seen := map[stored.Location]bool{}
	look := func(inst stored.Inst, loc stored.Location) {
		if loc.Table != "" && !seen[loc] && c.checkTable(inst, loc) == nil {
			seen[loc] = true
			found = append(found, part{inst, loc})
		}
	}
	for _, inst := range sorted.Keys(root.Parts) {
		look(inst, root.Locate(inst, key.parts))
	}
	for i := range root.Layout {
		p := &root.Layout[i]
		for _, inst := range root.Possible(p) {
			look(inst, stored.Location{Table: p.Table, KeyName: p.KeyName, Key: stored.DerivedKey(root.Entity, key.parts, inst)})
		}
	}
	owner := stored.Owner(root.Entity, key.parts)
	found, err := c.owned(ctx, owner, found)
	return found, owner, err
}

// owned are those of the parts that are there and say that they are the
// owner's. Where the engine refuses to look, because there is no such table or
// its key has another name, they are looked for in smaller numbers: one wrong
// entry does not hide the others.
func (c *core) owned(ctx context.Context, owner string, parts []part) ([]part, error) {
	if len(parts) == 0 {
		return nil, nil
	}
	gets, proj := make([]get, len(parts)), projections{}
	for i, p := range parts {
		gets[i] = c.partGet(p.loc)
		var e expr.Builder
		proj[gets[i].table] = &projection{expr: e.Name(p.loc.KeyName) + ", " + e.Name(c.s.metaAttr)}
		proj[gets[i].table].names = e.Names
	}
	items, err := c.fetch(ctx, gets, true, proj)
	var missing *types.ResourceNotFoundException
	if half := len(parts) / 2; errors.As(err, &missing) || refusedRead(err) {
		if half == 0 {
			return nil, nil
		}
		first, err := c.owned(ctx, owner, parts[:half])
		if err != nil {
			return nil, err
		}
		second, err := c.owned(ctx, owner, parts[half:])
		return append(first, second...), err
	}
	if err != nil {
		return nil, err
	}
	var out []part
	for i, p := range parts {
		// As the owner condition has it: whatever else is wrong with the part.
		if o, ok := item.Follow(items[i], attr.Names(c.s.metaAttr, "o")).(*types.AttributeValueMemberS); ok && o.Value == owner {
			out = append(out, p)
		}
	}
	return out, nil
}
