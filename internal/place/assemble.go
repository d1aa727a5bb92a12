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

// Step is a part, or a list or map that is divided, when an object is put together.
type Step struct {
	Inst   stored.Inst
	Tokens []stored.Token
	Order  *stored.Order // nil: a part
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
	steps, err := Steps(root, skip)
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

// Steps lists what to insert, parents first; the shape of a list comes before
// what is inside its elements because it has fewer tokens.
func Steps(root *stored.Root, skip func(stored.Inst) bool) ([]Step, error) {
	n := len(root.Orders) + len(root.Parts)
	steps := make([]Step, 0, n)
	tokens := make([]stored.Token, 0, 2*n) // of all steps; instances deeper than that take more
	add := func(inst stored.Inst, order *stored.Order) error {
		if skip(inst) {
			return nil
		}
		first := len(tokens)
		all, err := inst.AppendTokens(tokens)
		if err == nil {
			tokens = all
			steps = append(steps, Step{inst, tokens[first:], order})
		}
		return err
	}
	for inst, order := range root.Orders {
		if err := add(inst, &order); err != nil {
			return nil, err
		}
	}
	for inst := range root.Parts {
		if err := add(inst, nil); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(steps, func(x, y Step) int { return cmp.Compare(len(x.Tokens), len(y.Tokens)) })
	return steps, nil
}

func (a *assembler) insert(s Step) error {
	last := s.Tokens[len(s.Tokens)-1]
	if last.Kind == '#' {
		// The list's order has placed it, if it names it at all.
		if _, ok := a.elems[s.Inst]; !ok {
			return dangling(s.Inst)
		}
		return nil
	}
	parent, ok := a.parent(s.Tokens)
	if !ok {
		return dangling(s.Inst)
	}
	switch {
	case s.Order == nil:
		parent[last.Text] = &types.AttributeValueMemberM{Value: a.parts[s.Inst]}
		return nil
	case s.Order.IsMap:
		m, ok := parent[last.Text].(*types.AttributeValueMemberM)
		if !ok {
			m = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{}}
			parent[last.Text] = m
		}
		for _, key := range s.Order.Nils {
			m.Value[key] = &types.AttributeValueMemberNULL{Value: true}
		}
		return nil
	}
	return a.list(s, parent, last.Text)
}

func (a *assembler) list(s Step, parent map[string]types.AttributeValue, name string) error {
	var inline []types.AttributeValue
	if l, ok := parent[name].(*types.AttributeValueMemberL); ok {
		inline = l.Value
	}
	values := make([]types.AttributeValue, len(s.Order.Elems))
	for i, e := range s.Order.Elems {
		inst := s.Inst.Elem(e.ID)
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
			return &stored.CorruptError{Field: "o", Reason: "list " + string(s.Inst) + " has fewer values than ids"}
		}
		values[i], inline = inline[0], inline[1:]
		if m, ok := values[i].(*types.AttributeValueMemberM); ok {
			a.elems[inst] = m.Value
		}
	}
	if len(inline) > 0 {
		return &stored.CorruptError{Field: "o", Reason: "list " + string(s.Inst) + " has more values than ids"}
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
			elem, ok := a.elems[Instance(outer[:i+1])]
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

// Instance is what the tokens were parsed from.
func Instance(tokens []stored.Token) (i stored.Inst) {
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
