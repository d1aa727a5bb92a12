package patch

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
)

// changes turns the changes of an Update into the edits of a plan.
type changes struct {
	*plan
	created []*newParent // parents that are created
}

// change adds one change to the plan.
func (p *changes) change(ch *model.Change) error {
	value, err := p.encode(ch)
	if err != nil {
		return err
	}
	if ch.Op == model.Remove || ch.Op == model.DeleteFromSet {
		return p.remove(ch, value)
	}
	t, err := p.resolve(ch.Lens.Path)
	if err != nil {
		return err
	}
	switch {
	case ch.Op == model.Append || ch.Op == model.Prepend:
		return p.append(t, ch.Op, value)
	case value == nil && ch.Op == model.Set:
		return p.clear(t)
	case value == nil:
		return p.ensureParent(t) // SetIfAbsent of what is stored as absent, or elements that are not stored
	case ch.Op == model.AddToSet:
		return p.include(t, value)
	case ch.Op == model.SetIfAbsent && t.Divided():
		return p.setPartIfAbsent(t, value)
	case t.Divided():
		return p.replace(t, value)
	}
	return p.assign(t, ch.Op, value)
}

// resolve locates the item and document path of a value. With EnsureParents it also
// creates the map entries on the way.
func (p *changes) resolve(path attr.Path) (*place.Target, error) {
	if !p.parents {
		return p.v.Resolve(path)
	}
	t, err := p.v.ResolveNew(path)
	if err != nil {
		return nil, err
	}
	return t, p.ensureEntries(t)
}

// encode returns the stored form of a change's value, sealed if the path is;
// nil where Put would store nothing.
func (p *changes) encode(ch *model.Change) (types.AttributeValue, error) {
	if ch.Op == model.Remove {
		return nil, nil
	}
	value, err := ch.Lens.Encode(ch.Value)
	if err != nil {
		return nil, fail.At(ch.Lens.Path, fail.Withf(fail.ErrInvalid, "%w", err))
	}
	if value, err = p.s.IndexFormAt(ch.Lens.Path, value); err != nil {
		return nil, err
	}
	if ch.Op == model.Add {
		if value == nil { // a zero of an omitempty field: adding it changes nothing
			value = item.Int(0)
		}
		return value, nil
	}
	sealed, err := p.s.Sealing.Of(p.key.Parts)
	if err != nil {
		return nil, err
	}
	return sealed.SealAt(p.ctx, ch.Lens.Path, value)
}

// assign sets, supplies or adds to a value that has no parts.
func (p *changes) assign(t *place.Target, op model.ChangeOp, value types.AttributeValue) error {
	if done, err := p.putIntoNewParent(t, value); done || err != nil {
		return err
	}
	x, err := p.edit(t)
	if err != nil {
		return err
	}
	p.parent(x, t)
	p.puts = append(p.puts, putting{t.Owner, t.Rel, op, value})
	doc, v := x.Doc(t.Rel), x.Value(value)
	switch op {
	case model.SetIfAbsent:
		if p.nullable(x, t, "NULL") {
			x.Set(doc, v)
			return nil
		}
		x.Set(doc, "if_not_exists("+doc+", "+v+")")
	case model.Add:
		if p.nullable(x, t, "N") {
			x.Set(doc, v)
			return nil
		}
		x.Set(doc, "if_not_exists("+doc+", "+x.Value(item.Int(0))+") + "+v)
	default:
		p.watching(t, "")
		x.Set(doc, v)
	}
	return nil
}

// remove takes a value away, or elements out of a set. With EnsureParents there is
// nothing to do where a parent is absent, whether or not another change of the
// Update creates it.
func (p *changes) remove(ch *model.Change, elements types.AttributeValue) error {
	t, err := p.v.Resolve(ch.Lens.Path)
	switch {
	case p.parents && errors.Is(err, fail.ErrNoPath) && !errors.As(err, new(place.PastEnd)):
		return nil
	case err != nil:
		return err
	}
	if _, absent := p.missingParent(t); absent {
		return nil
	}
	if ch.Op == model.DeleteFromSet {
		return p.exclude(t, elements)
	}
	return p.clear(t)
}

// clear makes what is stored at t nothing.
func (p *changes) clear(t *place.Target) error {
	if t.Divided() {
		return p.replace(t, nil)
	}
	if done, err := p.putIntoNewParent(t, nil); done || err != nil {
		return err
	}
	x, err := p.within(t)
	if err != nil {
		return err
	}
	x.Remove(x.Doc(t.Rel))
	return nil
}

// append adds elements at one end of a list.
func (p *changes) append(t *place.Target, op model.ChangeOp, value types.AttributeValue) error {
	l, ok := value.(*types.AttributeValueMemberL)
	if !ok {
		return fail.At(t.Path, fail.Withf(fail.ErrInvalid, "%s needs a field that is stored as a list, not as %s", schema.Extends[op], item.TypeText(value)))
	}
	if t.At != nil {
		return p.appendParts(t, op, l.Value)
	}
	if t.Divided() {
		return fail.At(t.Path, fail.Withf(fail.ErrInvalid, "%s: the path is one element, not a list", schema.Extends[op]))
	}
	return p.appendValues(t, op, l)
}

// appendValues adds values to a list of an item.
func (p *changes) appendValues(t *place.Target, op model.ChangeOp, l *types.AttributeValueMemberL) error {
	if done, err := p.putIntoNewParent(t, l); done || err != nil {
		return err
	}
	x, err := p.edit(t)
	if err != nil {
		return err
	}
	p.parent(x, t)
	p.puts = append(p.puts, putting{t.Owner, t.Rel, op, l})
	doc := x.Doc(t.Rel)
	if p.nullable(x, t, "L") {
		x.Set(doc, x.Value(l))
		return nil
	}
	lengthen(x, doc, l, op == model.Prepend)
	return nil
}

// lengthen adds the elements of l to the list at a document path, which may be
// absent.
func lengthen(x *commit.Edit, doc string, l types.AttributeValue, front bool) {
	old := "if_not_exists(" + doc + ", " + x.Value(emptyList()) + ")"
	if more := x.Value(l); front {
		x.Set(doc, "list_append("+more+", "+old+")")
	} else {
		x.Set(doc, "list_append("+old+", "+more+")")
	}
}

func emptyList() types.AttributeValue {
	return &types.AttributeValueMemberL{Value: []types.AttributeValue{}}
}

// within returns the edit of the item that owns a target; the target's parent
// must exist.
func (p *changes) within(t *place.Target) (*commit.Edit, error) {
	x, err := p.edit(t)
	if err != nil {
		return nil, err
	}
	p.parent(x, t)
	p.watching(t, "")
	return x, nil
}

// parent makes the write fail if the parent of a value is missing, instead of
// leaving it to the engine, whose refusal would not say which path it was. A
// list index must exist: DynamoDB would otherwise append.
func (p *changes) parent(x *commit.Edit, t *place.Target) {
	n := len(t.Rel)
	if n == 0 {
		return
	}
	last := t.Rel[n-1]
	if n > 1 {
		kind := "M"
		if last.Kind == attr.Index {
			kind = "L"
		}
		x.Require("attribute_type(" + x.Doc(t.Rel[:n-1]) + ", " + x.Value(item.String(kind)) + ")")
	}
	if last.Kind == attr.Index {
		x.Require("attribute_exists(" + x.Doc(t.Rel) + ")")
	}
}

// nullable makes a NULL that another program stored count as absent: the write
// is refused where there is one, and planned again over the version that has
// it. It reports whether this plan is that one. A value of another type than kind
// is refused; kind NULL is of any type.
func (p *changes) nullable(x *commit.Edit, t *place.Target, kind string) bool {
	if p.nulls[t.Path.String()] {
		x.Require("attribute_type(" + x.Doc(t.Rel) + ", " + x.Value(item.String("NULL")) + ")")
		return true
	}
	p.watching(t, kind)
	doc := x.Doc(t.Rel)
	typed := "attribute_type(" + doc + ", " + x.Value(item.String(kind)) + ")"
	if kind == "NULL" {
		x.Require("NOT " + typed)
	} else {
		x.Require("attribute_not_exists(" + doc + ") OR " + typed)
	}
	return false
}

func (p *changes) watching(t *place.Target, kind string) {
	p.watch = append(p.watch, watch{path: t.Path, owner: t.Owner, rel: t.Rel, kind: kind})
}
