package repo

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/stored"
)

// follow returns the value at a path of a document, nil if there is none.
func follow(doc attrs, rel attr.Path) types.AttributeValue {
	var v types.AttributeValue = &types.AttributeValueMemberM{Value: doc}
	for _, s := range rel {
		switch at := v.(type) {
		case *types.AttributeValueMemberM:
			if s.Kind == attr.Index {
				return nil
			}
			v = at.Value[s.Name]
		case *types.AttributeValueMemberL:
			if s.Kind != attr.Index || s.Index >= len(at.Value) {
				return nil
			}
			v = at.Value[s.Index]
		default:
			return nil
		}
	}
	return v
}

// parentOf reports whether a document has the parent of a path, and for a list
// element the element; otherwise how many steps lead to what is missing.
func parentOf(doc attrs, rel attr.Path) (steps int, ok bool) {
	for i := 1; i < len(rel); i++ {
		v := follow(doc, rel[:i])
		_, isMap := v.(*types.AttributeValueMemberM)
		_, isList := v.(*types.AttributeValueMemberL)
		if rel[i].Kind == attr.Index && !isList || rel[i].Kind != attr.Index && !isMap {
			return i, false
		}
	}
	if n := len(rel); n > 0 && rel[n-1].Kind == attr.Index && follow(doc, rel) == nil {
		return n, false
	}
	return 0, true
}

func noParent(w watch, steps int) error {
	if steps == len(w.rel) {
		return at(w.path, failf(ErrNoPath, "%s is past the end of the list", w.rel))
	}
	return at(w.path, failf(ErrNoPath, "%s has no value", w.rel[:steps]))
}

func isNull(av types.AttributeValue) bool {
	_, null := av.(*types.AttributeValueMemberNULL)
	return null
}

// wrongKind reports whether Append or Add met a value of another type.
func wrongKind(it attrs, w watch) bool {
	v := follow(it, w.rel)
	if v == nil || isNull(v) || w.op == model.SetIfAbsent {
		return false
	}
	_, isList := v.(*types.AttributeValueMemberL)
	_, isNumber := v.(*types.AttributeValueMemberN)
	return w.op == model.Append && !isList || w.op == model.Add && !isNumber
}

// added is at most how many bytes a plan puts into an item.
func (p *updatePlan) added(owner stored.Inst) int {
	x := &p.root
	if owner != "" {
		x = p.parts[owner]
	}
	n := 0
	if x != nil {
		for _, v := range x.e.values {
			n += item.ValueSize(v)
		}
	}
	return n
}

// all adds the changes and conditions of an Update to the plan.
func (p *updatePlan) all(changes []*model.Change) error {
	for _, ch := range changes {
		var err error
		switch ch.Op {
		case model.If:
			err = p.condition(ch.Cond)
		case model.Unchanged:
			p.unchanged = p.c.record(ch.Object)
			p.root.cond(p.c.versionCond(&p.root.e, p.unchanged.Version, stored.ID(p.unchanged.WriteID)))
		default:
			err = p.change(ch)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
