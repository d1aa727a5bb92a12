package load

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/damage"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/slots"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/wire"
)

// Object is one object on its way in: the root and the parts read so far, and
// what they prove. Its maps are made when they get something: most objects
// have no parts, or are read in one round.
//
// A batch read is not isolated: root and parts may belong to different
// versions. The root's manifest says which stamp each part must carry; what
// does not fit is read again together with the root, because the part alone
// would never meet a manifest that is out of date itself.
type Object struct {
	Key  tables.Key
	At   []types.AttributeValue // where it was found: the attributes of Source.Place
	sel  *Selection             // parts to read; nil = all
	proj fetch.Projections      // what to read of each item; nil = all

	among []kind // it is of one of these models; nil: of the reader's
	of    *kind  // the one that its root says; nil until that is read

	asked     *Selection         // what is left out, if the object is of an earlier version: that is read whole
	today     attrs              // the document of such an object as of today's version; nil until it is made
	todaySnap *snapshot.Snapshot // what is to be remembered of that
	todayErr  error              // why there is none

	root       *wire.Item     // nil until read
	memory     *stored.Memory // for Meta, if that is not kept longer than the object; nil: it is
	asFiltered bool           // the root is the one that a filter has seen
	Meta       *stored.Root   // nil for an item without a record
	owner      string         // of the parts, empty until it is needed
	parts      map[stored.Inst]*partRead

	seen       map[int]stored.Base // state of the root by round of strong reading
	mismatched map[stored.Inst]int // round in which a part last did not fit
	rereadRoot bool                // the root must be read with the parts
	counted    *slots.Count        // its counters; nil: they were not read
	damage     *damage.Report      // what is wrong with parts; Meta is without that
	Err        error
	done       bool
}

type partRead struct {
	item  *wire.Item // nil: there is none
	stamp stored.ID
	ours  bool
}

// NewObject begins to read the object with a key.
func NewObject(key tables.Key, sel *Selection) *Object { return &Object{Key: key, sel: sel} }

// deliverRoot takes in the root item, nil if there is none.
func (o *Object) deliverRoot(c *Reader, item *wire.Item) {
	o.root, o.rereadRoot, o.owner, o.asFiltered = item, false, "", false
	if item == nil {
		o.fail(fail.ErrNotFound)
		return
	}
	if err := o.classify(); err != nil {
		o.fail(err)
		return
	}
	in := o.reader(c).Tables
	if o.Meta, o.Err = in.Record(item, o.memory); o.Err != nil && o.Meta != nil && o.bears() {
		o.damage, o.Err = o.damage.Paged(o.Meta, o.Key.Parts, item.Attrs()), nil
	}
	if o.Meta == nil {
		if _, _, recorded := in.EntityAt(item); !recorded {
			o.Err = cmp.Or(in.CheckBare(o.Key), o.Err)
		}
	}
	switch {
	case o.Err != nil:
		o.done = true
	case tables.Expired(in.Ends(item, o.Meta)), o.Meta.Kept() && (o.Meta.Void || !(o.sel != nil && o.sel.deleted)):
		o.root, o.Meta = nil, nil
		o.fail(fail.ErrNotFound)
	default:
		o.damage, o.Meta = o.damage.Over(o.Meta)
		o.outdated(in)
	}
}

// deliverPart takes in the item of a part, nil if there is none.
func (o *Object) deliverPart(c *Reader, inst stored.Inst, item *wire.Item) {
	if o.parts == nil {
		o.parts = map[stored.Inst]*partRead{}
	}
	c = o.reader(c)
	o.parts[inst] = readPart(c.Tables, item, o.ownerOf(c))
}

// ownerOf is what the parts of the object say that they belong to. Open does
// not know the entity: there it is the one of the record.
func (o *Object) ownerOf(c *Reader) string {
	if o.owner == "" {
		entity := c.Tables.Entity
		if o.Meta != nil {
			entity = o.Meta.Entity
		}
		o.owner = stored.Owner(entity, o.Key.Parts)
	}
	return o.owner
}

// note remembers which version a strong read has found.
func (o *Object) note(round int) {
	if o.seen == nil {
		o.seen = map[int]stored.Base{}
	}
	o.seen[round] = o.Meta.Base()
}

// mismatch remembers that a part did not fit the manifest in a round.
func (o *Object) mismatch(inst stored.Inst, round int) {
	if o.mismatched == nil {
		o.mismatched = map[stored.Inst]int{}
	}
	o.mismatched[inst] = round
	o.rereadRoot = true
}

// rootUnchangedAround reports whether the root had one version before and after a
// round. Then that version was the committed one in between, and a part that
// was read in that round and did not fit it is not there.
func (o *Object) rootUnchangedAround(round int) bool {
	before, ok1 := o.seen[round-1]
	after, ok2 := o.seen[round+1]
	return ok1 && ok2 && before == after
}

func (o *Object) wants(inst stored.Inst) bool { return o.sel == nil || o.sel.wanted(inst, o.Meta) }

// names reports whether the root has a part.
func (o *Object) names(inst stored.Inst) bool {
	_, ok := o.Meta.Parts[inst]
	return ok
}

// missing lists the wanted parts that do not fit the manifest, sorted.
func (o *Object) missing() []stored.Inst {
	if o.Meta == nil {
		return nil
	}
	var out []stored.Inst
	for inst, ref := range o.Meta.Parts {
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

// lost is why a part cannot be had. DynamoDB deletes what has expired item by item, and
// by its own clock.
func (o *Object) lost(c *Reader, inst stored.Inst, p *partRead) damage.Part {
	if p.item == nil && c.Tables.Expiring(o.root, o.Meta) {
		return damage.Part{Inst: inst, Err: fail.ErrNotFound}
	}
	l := o.Meta.Locate(inst, o.Key.Parts)
	where := fmt.Sprintf("item %q of table %s", l.Key, c.Tables.FullName(l.Table))
	return damage.Find(inst, where, p.item.Attrs(), c.Tables.MetaAttr, o.ownerOf(c))
}

func (o *Object) fail(err error) { o.Err, o.done = err, true }

func readPart(s *tables.Tables, item *wire.Item, owner string) *partRead {
	p := &partRead{item: item}
	if item == nil {
		return p
	}
	if rec, ok := item.Record(s.MetaAttr); ok {
		if p.stamp, p.ours, ok = stored.ReadPart(rec, owner); ok {
			return p
		}
	}
	if rec, err := stored.DecodePart(item.Attr(s.MetaAttr)); err == nil {
		p.stamp, p.ours = rec.Stamp, rec.Owner == owner
	}
	return p
}

// partDocs takes the parts' own attributes out of their items. What was read by an
// earlier root, and is not wanted by the last one, has not been compared with it.
func (r *Reader) partDocs(o *Object) place.Parts {
	if len(o.parts) == 0 {
		return nil
	}
	docs := make(place.Parts, len(o.parts))
	for inst, p := range o.parts {
		if !o.names(inst) || p.item == nil || !o.wants(inst) {
			continue
		}
		doc := p.item.Attrs()
		delete(doc, r.Tables.MetaAttr)
		delete(doc, o.Meta.KeyName(inst))
		if o.Meta.TTL != "" {
			delete(doc, stored.PartTTL)
		}
		docs[inst] = doc
	}
	return docs
}

// Items visits what was read of the object, before it is decoded: the root, whose instance
// is "", and the parts.
func (o *Object) Items(visit func(inst stored.Inst, it map[string]types.AttributeValue)) {
	if o.root != nil {
		visit("", o.root.Attrs())
	}
	if o.Meta == nil {
		return
	}
	for inst, ref := range o.Meta.Parts {
		if p := o.parts[inst]; p != nil && p.item != nil && p.ours && p.stamp == ref.Stamp {
			visit(inst, p.item.Attrs())
		}
	}
}
