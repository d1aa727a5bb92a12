package place

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/stored"
)

// Parts are the documents of loaded parts.
type Parts map[stored.Inst]map[string]types.AttributeValue

type assembler struct {
	root  *stored.Root
	parts Parts
	doc   map[string]types.AttributeValue
	elems map[stored.Inst]map[string]types.AttributeValue // documents of list elements
}

type step struct {
	inst   stored.Inst
	tokens []stored.Token
	order  *stored.Order // nil: a part
}

// Assemble puts the parts of an object into doc, the root item's own
// attributes. It takes over doc and the parts. Instances for which skip returns
// true were not loaded and are left out.
func Assemble(root *stored.Root, doc map[string]types.AttributeValue, parts Parts, skip func(stored.Inst) bool) error {
	if len(root.Parts) == 0 && len(root.Orders) == 0 {
		return nil
	}
	a := &assembler{root: root, parts: parts, doc: doc}
	if len(root.Orders) > 0 {
		a.elems = map[stored.Inst]map[string]types.AttributeValue{}
	}
	steps, err := a.steps(skip)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if err := a.insert(s); err != nil {
			return err
		}
	}
	return nil
}

// steps lists what to insert, parents first; the shape of a list comes before
// what is inside its elements because it has fewer tokens.
func (a *assembler) steps(skip func(stored.Inst) bool) ([]step, error) {
	n := len(a.root.Orders) + len(a.root.Parts)
	steps := make([]step, 0, n)
	tokens := make([]stored.Token, 0, 2*n) // of all steps; instances deeper than that take more
	add := func(inst stored.Inst, order *stored.Order) error {
		if skip(inst) {
			return nil
		}
		first := len(tokens)
		all, err := inst.AppendTokens(tokens)
		if err == nil {
			tokens = all
			steps = append(steps, step{inst, tokens[first:], order})
		}
		return err
	}
	for inst, order := range a.root.Orders {
		if err := add(inst, &order); err != nil {
			return nil, err
		}
	}
	for inst := range a.root.Parts {
		if err := add(inst, nil); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(steps, func(x, y step) int { return cmp.Compare(len(x.tokens), len(y.tokens)) })
	return steps, nil
}

func (a *assembler) insert(s step) error {
	last := s.tokens[len(s.tokens)-1]
	if last.Kind == '#' {
		// The list's order has placed it, if it names it at all.
		if _, ok := a.elems[s.inst]; !ok {
			return dangling(s.inst)
		}
		return nil
	}
	parent, ok := a.parent(s.tokens)
	if !ok {
		return dangling(s.inst)
	}
	switch {
	case s.order == nil:
		parent[last.Text] = &types.AttributeValueMemberM{Value: a.parts[s.inst]}
		return nil
	case s.order.IsMap:
		m, ok := parent[last.Text].(*types.AttributeValueMemberM)
		if !ok {
			m = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{}}
			parent[last.Text] = m
		}
		for _, key := range s.order.Nils {
			m.Value[key] = &types.AttributeValueMemberNULL{Value: true}
		}
		return nil
	}
	return a.list(s, parent, last.Text)
}

func (a *assembler) list(s step, parent map[string]types.AttributeValue, name string) error {
	var inline []types.AttributeValue
	if l, ok := parent[name].(*types.AttributeValueMemberL); ok {
		inline = l.Value
	}
	values := make([]types.AttributeValue, len(s.order.Elems))
	for i, e := range s.order.Elems {
		inst := s.inst.Elem(e.ID)
		if e.Nil {
			values[i] = &types.AttributeValueMemberNULL{Value: true}
			continue
		}
		if _, part := a.root.Parts[inst]; part {
			values[i] = &types.AttributeValueMemberM{Value: a.parts[inst]}
			a.elems[inst] = a.parts[inst]
			continue
		}
		if len(inline) == 0 {
			return &stored.CorruptError{Field: "o", Reason: "list " + string(s.inst) + " has fewer values than ids"}
		}
		values[i], inline = inline[0], inline[1:]
		if m, ok := values[i].(*types.AttributeValueMemberM); ok {
			a.elems[inst] = m.Value
		}
	}
	if len(inline) > 0 {
		return &stored.CorruptError{Field: "o", Reason: "list " + string(s.inst) + " has more values than ids"}
	}
	parent[name] = &types.AttributeValueMemberL{Value: values}
	return nil
}

// parent finds the map that holds the last token: down from the innermost list
// element, whose document is found by its id, or from the root.
func (a *assembler) parent(tokens []stored.Token) (map[string]types.AttributeValue, bool) {
	doc, outer := a.doc, tokens[:len(tokens)-1]
	for i := len(outer) - 1; i >= 0; i-- {
		if outer[i].Kind == '#' {
			elem, ok := a.elems[instance(outer[:i+1])]
			if !ok {
				return nil, false
			}
			doc, outer = elem, outer[i+1:]
			break
		}
	}
	for _, t := range outer {
		m, ok := doc[t.Text].(*types.AttributeValueMemberM)
		if !ok {
			return nil, false
		}
		doc = m.Value
	}
	return doc, true
}

// instance is what the tokens were parsed from.
func instance(tokens []stored.Token) (i stored.Inst) {
	for _, t := range tokens {
		switch t.Kind {
		case '#':
			i += "#" + stored.Inst(t.Text)
		case ':':
			i = i.Key(t.Text)
		default:
			i = i.Name(t.Text)
		}
	}
	return i
}

func dangling(inst stored.Inst) error {
	return &stored.CorruptError{Field: "m", Reason: "nothing holds " + string(inst)}
}
