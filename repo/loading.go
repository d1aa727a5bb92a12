package repo

import (
	"fmt"
	"slices"

	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// loading is one object on its way in: the root and the parts read so far, and
// what they prove. Its maps are made when they get something: most objects
// have no parts, or are read in one round.
//
// A batch read is not isolated: root and parts may belong to different
// versions. The root's manifest says which stamp each part must carry; what
// does not fit is read again together with the root, because the part alone
// would never meet a manifest that is out of date itself.
type loading struct {
	key  storedKey
	sel  *selection        // parts to read; nil = all
	proj fetch.Projections // what to read of each item; nil = all

	root  attrs        // nil until read
	meta  *stored.Root // nil for an item without a record
	owner string       // of the parts, empty until it is needed
	parts map[stored.Inst]*partRead

	seen  map[int]stored.ID   // write id of the root by round of strong reading
	unfit map[stored.Inst]int // round in which a part last did not fit
	again bool                // the root must be read with the parts
	err   error
	done  bool
}

type partRead struct {
	item  attrs // nil: there is none
	stamp stored.ID
	ours  bool
}

// newLoading begins to read the object with a key.
func newLoading(key storedKey, sel *selection) *loading { return &loading{key: key, sel: sel} }

// deliverRoot takes in the root item, nil if there is none.
func (o *loading) deliverRoot(c *reader, item attrs) {
	o.root, o.again, o.owner = item, false, ""
	if item == nil {
		o.fail(ErrNotFound)
		return
	}
	if o.meta, o.err = c.s.rootMeta(item); o.err != nil {
		o.done = true
	}
}

// deliverPart takes in the item of a part, nil if there is none.
func (o *loading) deliverPart(c *reader, inst stored.Inst, item attrs) {
	if o.parts == nil {
		o.parts = map[stored.Inst]*partRead{}
	}
	o.parts[inst] = c.s.partRead(item, o.ownerOf(c))
}

// ownerOf is what the parts of the object say that they belong to. Open does
// not know the entity: there it is the one of the record.
func (o *loading) ownerOf(c *reader) string {
	if o.owner == "" {
		entity := c.s.entity
		if o.meta != nil {
			entity = o.meta.Entity
		}
		o.owner = stored.Owner(entity, o.key.parts)
	}
	return o.owner
}

// saw remembers which version a strong read has found.
func (o *loading) saw(round int) {
	if o.seen == nil {
		o.seen = map[int]stored.ID{}
	}
	o.seen[round] = o.meta.WriteID()
}

// misfits remembers that a part did not fit the manifest in a round.
func (o *loading) misfits(inst stored.Inst, round int) {
	if o.unfit == nil {
		o.unfit = map[stored.Inst]int{}
	}
	o.unfit[inst] = round
	o.again = true
}

// sameAround reports whether the root had one version before and after a
// round. Then that version was the committed one in between, and a part that
// was read in that round and did not fit it is not there.
func (o *loading) sameAround(round int) bool {
	before, ok1 := o.seen[round-1]
	after, ok2 := o.seen[round+1]
	return ok1 && ok2 && before == after
}

func (o *loading) wrong(c *reader, inst stored.Inst, p *partRead) string {
	l := o.meta.Locate(inst, o.key.parts)
	where := fmt.Sprintf("item %q of table %s", l.Key, c.s.fullName(l.Table))
	switch {
	case p.item == nil:
		return where + ", a part of the object, is missing"
	case !p.ours:
		return where + " belongs to another object"
	}
	return where + " is not the version that the object refers to"
}

func (o *loading) wants(inst stored.Inst) bool { return o.sel == nil || o.sel.wanted(inst, o.meta) }

// missing lists the wanted parts that do not fit the manifest, sorted.
func (o *loading) missing() []stored.Inst {
	if o.meta == nil {
		return nil
	}
	var out []stored.Inst
	for inst, ref := range o.meta.Parts {
		if !o.wants(inst) {
			continue
		}
		if p := o.parts[inst]; p == nil || p.item == nil || !p.ours || p.stamp != ref.Stamp {
			out = append(out, inst)
		}
	}
	slices.Sort(out)
	return out
}

func (o *loading) fail(err error) { o.err, o.done = err, true }

func (s *storage) partRead(item attrs, owner string) *partRead {
	p := &partRead{item: item}
	if item == nil {
		return p
	}
	if rec, err := stored.DecodePart(item[s.metaAttr]); err == nil {
		p.stamp, p.ours = rec.Stamp, rec.Owner == owner
	}
	return p
}

// partDocs takes the parts' own attributes out of their items.
func (c *reader) partDocs(o *loading) place.Parts {
	if len(o.parts) == 0 {
		return nil
	}
	docs := make(place.Parts, len(o.parts))
	for inst, p := range o.parts {
		if _, ok := o.meta.Parts[inst]; !ok || p.item == nil {
			continue
		}
		delete(p.item, c.s.metaAttr)
		delete(p.item, o.meta.KeyName(inst))
		docs[inst] = p.item
	}
	return docs
}
