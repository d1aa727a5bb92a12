package expr

import (
	"github.com/dystore/dystore/internal/engine/attr"
)

// Condition is a parsed condition or filter.
type Condition struct{ root predicate }

// Condition parses the text of the parameter called label.
func (s *Scope) Condition(label, text string) (*Condition, error) {
	root, err := parse(s, label, text, (*parser).condition)
	if err != nil {
		return nil, err
	}
	return &Condition{root: root}, nil
}

// Holds evaluates the condition on an item. A nil item has no attributes. A
// nil condition holds.
func (c *Condition) Holds(item attr.Item) bool { return c == nil || c.root.holds(item) }

// predicate is a part of a condition that is true or false for an item.
type predicate interface{ holds(attr.Item) bool }

type (
	and struct{ left, right predicate }
	or  struct{ left, right predicate }
	not struct{ of predicate }
	// comparison is one of = <> < <= > >=.
	comparison struct {
		operator    string
		left, right operand
	}
	between struct{ of, low, high operand }
	in      struct {
		of   operand
		list []operand
	}
	call struct {
		function  string
		arguments []operand
	}
)

func (p and) holds(item attr.Item) bool { return p.left.holds(item) && p.right.holds(item) }
func (p or) holds(item attr.Item) bool  { return p.left.holds(item) || p.right.holds(item) }
func (p not) holds(item attr.Item) bool { return !p.of.holds(item) }

func (p comparison) holds(item attr.Item) bool {
	left, right := p.left.value(item), p.right.value(item)
	switch p.operator {
	case "=":
		return left != nil && right != nil && attr.Equal(left, right)
	case "<>":
		return left == nil || right == nil || !attr.Equal(left, right)
	}
	order, ok := attr.Compare(left, right)
	if !ok {
		return false
	}
	switch p.operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

func (p between) holds(item attr.Item) bool {
	v := p.of.value(item)
	low, ok := attr.Compare(p.low.value(item), v)
	if !ok || low > 0 {
		return false
	}
	high, ok := attr.Compare(v, p.high.value(item))
	return ok && high <= 0
}

func (p in) holds(item attr.Item) bool {
	v := p.of.value(item)
	for _, candidate := range p.list {
		if c := candidate.value(item); v != nil && c != nil && attr.Equal(v, c) {
			return true
		}
	}
	return false
}

func (p call) holds(item attr.Item) bool {
	v := p.arguments[0].value(item)
	switch p.function {
	case "attribute_exists":
		return v != nil
	case "attribute_not_exists":
		return v == nil
	}
	with := p.arguments[1].value(item)
	if v == nil || with == nil {
		return false
	}
	switch p.function {
	case "attribute_type":
		return attr.Type(v) == text(with)
	case "begins_with":
		return beginsWith(v, with)
	}
	return contains(v, with)
}

// Paths are all paths that the condition refers to.
func (c *Condition) Paths() []Path {
	if c == nil {
		return nil
	}
	return predicatePaths(c.root)
}

func predicatePaths(p predicate) []Path {
	switch p := p.(type) {
	case and:
		return append(predicatePaths(p.left), predicatePaths(p.right)...)
	case or:
		return append(predicatePaths(p.left), predicatePaths(p.right)...)
	case not:
		return predicatePaths(p.of)
	case comparison:
		return operandPaths(p.left, p.right)
	case between:
		return operandPaths(p.of, p.low, p.high)
	case in:
		return append(operandPaths(p.of), operandPaths(p.list...)...)
	case call:
		return operandPaths(p.arguments...)
	}
	return nil
}

func operandPaths(operands ...operand) []Path {
	var paths []Path
	for _, o := range operands {
		switch o := o.(type) {
		case reference:
			paths = append(paths, o.path)
		case size:
			paths = append(paths, operandPaths(o.of)...)
		}
	}
	return paths
}
