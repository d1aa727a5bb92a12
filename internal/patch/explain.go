package patch

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
)

// beyond reports whether what is missing after so many steps is the element of a
// list that is there.
func beyond(doc attrs, rel attr.Path, steps int) bool {
	return rel[steps-1].Kind == attr.Index && item.Follow(doc, rel[:steps]) == nil
}

func noParent(doc attrs, w watch, steps int) error {
	if beyond(doc, w.rel, steps) {
		return fail.At(w.path, fail.Withf(fail.ErrNoPath, "%s is past the end of the list", w.rel[:steps]))
	}
	return fail.At(w.path, fail.Withf(fail.ErrNoPath, "%s has no value", w.rel[:steps]))
}

// wrongKind reports whether a change that is of values of one type met another.
func wrongKind(it attrs, w watch) bool {
	v := item.Follow(it, w.rel)
	return v != nil && !item.IsNull(v) && w.kind != "NULL" && item.TypeName(v) != w.kind
}

// added is at most how many bytes a plan puts into an item.
func (p *plan) added(owner stored.Inst) int {
	x := &p.root
	if owner != "" {
		x = p.parts[owner]
	}
	n := 0
	if x != nil {
		for _, v := range x.Values {
			n += item.ValueSize(v)
		}
	}
	return n
}

// rejected explains a write that the engine did not accept, from what is
// stored: error texts are no interface. What is stored explains neither a
// missing permission nor a missing table, and nothing at all where the object
// is not the one that the plan was for. ErrStage: a part has outgrown its item, and is to
// be planned in pieces.
func (u *updating) rejected(o *commit.Outcome) error {
	rejected := o.Rejection()
	if !errors.Is(rejected, fail.ErrInvalid) {
		return rejected
	}
	root, err := u.get.One(u.ctx, u.obj.Item(), true, nil)
	if err != nil || root == nil {
		return rejected
	}
	p := u.last
	switch m, err := u.s.RootMeta(root); {
	case errors.Is(err, fail.ErrCorrupt):
		return err
	case err != nil || !u.s.Plain && u.elsewhere(m, p):
		return rejected
	}
	for _, w := range p.watch {
		it := root
		if w.owner != "" {
			it, err = u.get.One(u.ctx, u.s.PartItem(p.location(w.owner)), true, nil)
		}
		if err != nil || it == nil {
			continue
		}
		if n, ok := item.ParentOf(it, w.rel); !ok {
			return noParent(it, w, n)
		}
		after := p.after(w.owner, it)
		size := item.Size(after)
		if size <= item.MaxSize {
			size = item.Size(it) + p.added(w.owner) // at most
		}
		if size > item.MaxSize && w.owner != "" && !u.obj.Staged {
			u.obj.Staged, u.obj.Grows = true, true
			return commit.ErrStage
		}
		if size > item.MaxSize {
			return u.obj.TooLarge(w.owner, size, after)
		}
	}
	return rejected
}

// putting is a value on its way into an item.
type putting struct {
	owner stored.Inst
	rel   attr.Path
	op    model.ChangeOp
	value types.AttributeValue
}

// after is an item as the update would leave it, as far as it puts values into
// it: what is big in that explains a refusal by size.
func (p *plan) after(owner stored.Inst, it attrs) attrs {
	out := item.CloneMap(it)
	for _, s := range p.puts {
		if s.owner != owner {
			continue
		}
		last := s.rel[len(s.rel)-1]
		switch parent := item.Follow(out, s.rel[:len(s.rel)-1]).(type) {
		case *types.AttributeValueMemberM:
			parent.Value[last.Name] = s.joined(parent.Value[last.Name])
		case *types.AttributeValueMemberL:
			if last.Index < len(parent.Value) {
				parent.Value[last.Index] = s.value
			}
		}
	}
	return out
}

// joined is the value that old becomes: one of them grows, all others are
// replaced.
func (s *putting) joined(old types.AttributeValue) types.AttributeValue {
	if schema.Extends[s.op] == "" && s.op != model.AddToSet {
		return s.value
	}
	return item.Joined(old, s.value)
}
