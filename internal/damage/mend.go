package damage

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

// mend is the record as it would be if the parts were as they are found: it names no part
// that cannot be used, and another version by its own stamp. Elements of lists go with
// their part, and so does what is inside of a part that goes. That is noted too.
func (r *Report) mend() *stored.Root {
	root := *r.whole
	root.Parts, root.Orders = maps.Clone(root.Parts), maps.Clone(root.Orders)
	for _, inst := range sorted.Keys(r.whole.Parts) {
		p := r.parts[inst]
		switch {
		case inst.Outside(r.Gone):
			if p == nil || p.Cause == OtherVersion {
				r.parts[inst] = r.unreachable(inst)
			}
		case p == nil:
			continue
		case p.Cause == OtherVersion:
			ref := root.Parts[inst]
			ref.Stamp = p.Stamp
			root.Parts[inst] = ref
			continue
		}
		delete(root.Parts, inst)
		dropElement(&root, inst)
	}
	maps.DeleteFunc(root.Orders, func(inst stored.Inst, _ stored.Order) bool { return inst.Outside(r.Gone) })
	if len(r.pages) > 0 {
		r.dropUnnamed(&root)
	}
	root.CountDynamic()
	return &root
}

func (r *Report) unreachable(inst stored.Inst) *Part {
	return &Part{Inst: inst, Cause: Unreachable, Err: fail.At(fail.Text(inst), fail.Withf(fail.ErrCorrupt, "the part that it is inside of cannot be used"))}
}

// dropElement takes an element out of the order of its list. An id that stays would take
// the value of another element.
func dropElement(root *stored.Root, inst stored.Inst) {
	list, id, ok := element(inst)
	order, listed := root.Orders[list]
	if !ok || !listed {
		return
	}
	order.Elems = slices.DeleteFunc(slices.Clone(order.Elems), func(e stored.Element) bool { return !e.Nil && e.ID == id })
	root.Orders[list] = order
}

// element is the list that an instance is an element of, and its id there.
func element(inst stored.Inst) (list stored.Inst, id stored.ElemID, ok bool) {
	tokens, err := inst.Tokens()
	if err != nil || len(tokens) == 0 || tokens[len(tokens)-1].Kind != '#' {
		return "", id, false
	}
	last := tokens[len(tokens)-1]
	id, err = last.ID()
	return inst[:len(inst)-len(last.Text)-1], id, err == nil
}

// Alone is a document with nothing in it but one part, where that belongs.
func Alone(inst stored.Inst, part map[string]types.AttributeValue) map[string]types.AttributeValue {
	tokens, err := inst.Tokens()
	if err != nil {
		return nil // the manifest was checked when it was decoded
	}
	var v types.AttributeValue = &types.AttributeValueMemberM{Value: part}
	for _, t := range slices.Backward(tokens) {
		if t.Kind == '#' {
			v = &types.AttributeValueMemberL{Value: []types.AttributeValue{v}}
		} else {
			v = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{t.Text: v}}
		}
	}
	return v.(*types.AttributeValueMemberM).Value
}
