package legacy

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/tables"
)

// The most that an object may have. Metadata nests less deep than DynamoDB lets values
// nest, and dynamo-store reads parts one by one: no object comes near.
const (
	maxRounds = 64
	maxParts  = 100_000
	maxBytes  = 1 << 30 // of all items, each as often as it is referred to; see weight
)

// weight is about how much memory an item takes: a value in Go takes more than its size
// in DynamoDB, which for NULL is a byte.
func weight(it attrs) int {
	const value = 64
	n := 0
	var count func(av types.AttributeValue)
	count = func(av types.AttributeValue) {
		n++
		switch v := av.(type) {
		case *types.AttributeValueMemberM:
			for _, e := range v.Value {
				count(e)
			}
		case *types.AttributeValueMemberL:
			for _, e := range v.Value {
				count(e)
			}
		}
	}
	for _, av := range it {
		count(av)
	}
	return item.Size(it) + n*value
}

// hole is the place of a part in the document of an object, until its item was read.
type hole struct {
	types.AttributeValueMemberNULL // which makes it an AttributeValue; no walk shows it to others

	path  attr.Path
	node  *node
	item  fetch.Item
	value types.AttributeValue // what the item holds
}

// node is an item of an object, and the items on the way to it.
type node struct {
	id     itemID
	parent *node
	at     int // how many segments the path to it has
	shards []*layout
}

// itemID tells items apart. The region is empty if it is that of the object.
type itemID struct{ region, table, key string }

// complete reads all that objects refer to, and makes their documents. Objects that
// cannot be read have an error. If they are too large together, some are put off.
func (r *Reader) complete(ctx context.Context, objects []*Object) {
	for round := 1; ; round++ {
		open := slices.DeleteFunc(slices.Clone(objects), func(o *Object) bool { return o.Err != nil || len(o.pending) == 0 || o.putOff })
		if len(open) == 0 {
			break
		}
		if round > maxRounds {
			for _, o := range open {
				h := o.pending[0]
				o.Err = h.fail(corrupt("%w: more than %d on the way", ErrTooDeep, maxRounds))
			}
			break
		}
		r.round(ctx, open)
	}
	for _, o := range objects {
		if o.Err == nil && !o.putOff {
			o.Value, o.Err = r.document(o)
		}
	}
}

// round reads the items that objects refer to by now. A request that one object has
// made wrong must not keep the others from being read.
func (r *Reader) round(ctx context.Context, objects []*Object) {
	found, err := r.items(ctx, objects)
	if err != nil && (len(objects) == 1 || fail.EndOfContext(err) || errors.Is(err, fail.ErrThrottled)) {
		for _, o := range objects {
			o.Err = err
		}
		return
	}
	if err != nil {
		for _, o := range objects {
			r.round(ctx, []*Object{o})
		}
		return
	}
	bytes := 0
	for i, o := range objects {
		pending := o.pending
		o.pending = nil
		if o.putOff = i > 0 && bytes > r.limit; o.putOff {
			o.root = nil
			continue
		}
		for _, h := range pending {
			if o.Err != nil {
				break
			}
			if err := r.place(o, h, found[h.node.id]); err != nil {
				o.Err = h.fail(err)
			}
		}
		bytes += o.bytes
	}
}

// items reads the items of all holes, each item once.
func (r *Reader) items(ctx context.Context, objects []*Object) (map[itemID]attrs, error) {
	wanted := map[string][]*hole{} // by region
	found := map[itemID]attrs{}
	for _, o := range objects {
		for _, h := range o.pending {
			if _, twice := found[h.node.id]; !twice {
				found[h.node.id] = nil
				wanted[h.node.id.region] = append(wanted[h.node.id.region], h)
			}
		}
	}
	for _, region := range sorted.Keys(wanted) {
		from := r.Fetch
		if region != "" {
			from = r.Regions[region]
		}
		items := make([]fetch.Item, len(wanted[region]))
		for i, h := range wanted[region] {
			items[i] = h.item
		}
		answers, err := from.Items(ctx, items, true, nil)
		if err != nil {
			return nil, err
		}
		for i, h := range wanted[region] {
			found[h.node.id] = answers[i]
		}
	}
	return found, nil
}

// place puts an item where its reference was.
func (r *Reader) place(o *Object, h *hole, found attrs) error {
	if found == nil {
		return corrupt("%w", ErrMissing)
	}
	l, err := layoutIn(found)
	switch {
	case err != nil:
		return err
	case l == nil:
		return corrupt("the item has no %s, so dynamo-store has not written it", metadata)
	case l.root:
		return corrupt("the item is an object, and no part of one")
	}
	if o.bytes += weight(found); o.bytes > r.limit {
		return corrupt("%w: more than %d bytes", ErrTooDeep, r.limit)
	}
	h.node.shards = l.shards
	r.fill(o, h, found, sorted.Keys(h.item.Key)[0])
	return nil
}

// fill gives a hole what its item holds: without its key and its metadata.
func (r *Reader) fill(o *Object, h *hole, found attrs, keyName string) {
	content := make(attrs, len(found))
	for name, av := range found {
		if name != keyName && name != metadata {
			content[name] = av
		}
	}
	h.value = r.expand(o, h.node, h.path, &types.AttributeValueMemberM{Value: content})
}

// expand copies a value of an item, with holes in it where it has references.
func (r *Reader) expand(o *Object, n *node, path attr.Path, av types.AttributeValue) types.AttributeValue {
	switch v := av.(type) {
	case *types.AttributeValueMemberM:
		if ref, ok := referenceIn(v.Value); ok {
			if h, err := r.refer(o, n, path, ref); err != nil || h != nil {
				if err != nil && o.Err == nil {
					o.Err = err
				}
				return h
			}
		}
		m := make(attrs, len(v.Value))
		for name, e := range v.Value {
			m[name] = r.expand(o, n, step(path, attr.Field(name)), e)
		}
		return &types.AttributeValueMemberM{Value: m}
	case *types.AttributeValueMemberL:
		l := make([]types.AttributeValue, len(v.Value))
		for i, e := range v.Value {
			l[i] = r.expand(o, n, step(path, attr.At(i)), e)
		}
		return &types.AttributeValueMemberL{Value: l}
	}
	return item.Clone(av)
}

// refer makes the hole of a reference, nil if what looks like one is data: no layout
// on the way has a shard at the path.
func (r *Reader) refer(o *Object, n *node, path attr.Path, ref reference) (*hole, error) {
	l, err := n.shardAt(path, ref.table)
	if l == nil && err == nil {
		return nil, nil
	}
	h := &hole{path: path, node: &node{id: itemID{table: ref.table, key: KeyText(ref.key)}, parent: n, at: len(path)}}
	if err == nil {
		err = r.admit(o, h, l, ref)
	}
	if err != nil {
		return nil, h.fail(err)
	}
	h.item = fetch.Item{Table: r.Prefix + ref.table, Key: attrs{l.keyName: ref.key}}
	o.pending = append(o.pending, h)
	return h, nil
}

// shardAt finds the shard of a layout on the way that a path belongs to. A path may
// belong to several, of which that in the table that the reference names is meant.
func (n *node) shardAt(path attr.Path, table string) (*layout, error) {
	var other *layout
	for ; n != nil; n = n.parent {
		for _, s := range n.shards {
			switch {
			case !s.path.matches(path[n.at:]):
			case s.table == table:
				return s, nil
			default:
				other = s
			}
		}
	}
	if other != nil {
		return nil, corrupt("the layout has the table %s here", other.table)
	}
	return nil, nil
}

// admit checks a reference, and says in which region its item is.
func (r *Reader) admit(o *Object, h *hole, l *layout, ref reference) error {
	if err := tables.CheckKeyValue(0, ref.key); err != nil {
		return corrupt("the key %w", err)
	}
	if ref.table != r.Table && !r.Allowed[ref.table] {
		return ErrTable
	}
	if l.region != ref.region {
		return corrupt("the reference has the region %s, and the layout %s", ref.region, l.region)
	}
	if ref.region != o.region {
		if _, known := r.Regions[ref.region]; !known {
			return fail.Withf(ErrRegion, "%s; the object is in %s", ref.region, o.region)
		}
		h.node.id.region = ref.region
	}
	for up := h.node.parent; up != nil; up = up.parent {
		if up.id == h.node.id {
			return corrupt("%w", ErrCycle)
		}
	}
	if o.parts++; o.parts > maxParts {
		return corrupt("%w: more than %d items", ErrTooDeep, maxParts)
	}
	return nil
}

// fail is an error about the item of a hole.
func (h *hole) fail(err error) error {
	return &Error{Path: Spell(h.path), Table: h.node.id.table, Key: h.node.id.key, Err: err}
}
