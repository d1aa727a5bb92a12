package expr

import "github.com/dystore/dystore/internal/engine/attr"

// KeyTerm is one condition of a key condition expression on one attribute.
// Operator is = < <= > >= between or begins_with; between has two values, the
// others one.
type KeyTerm struct {
	Name     string
	Operator string
	Values   []attr.Value
}

// KeyCondition parses the text of a KeyConditionExpression into its terms: at
// least one, at most one for each attribute. The rules for every condition are
// checked before those for key conditions.
func (s *Scope) KeyCondition(text string) ([]KeyTerm, error) {
	return parse(s, "KeyConditionExpression", text, func(p *parser) []KeyTerm {
		root := p.condition()
		p.end()
		terms := p.keyTerms(root, nil)
		seen := map[string]bool{}
		for _, t := range terms {
			if seen[t.Name] {
				p.fail("KeyConditionExpressions must only contain one condition per key")
			}
			seen[t.Name] = true
		}
		return terms
	})
}

func (p *parser) keyTerms(root predicate, terms []KeyTerm) []KeyTerm {
	switch c := root.(type) {
	case and:
		return p.keyTerms(c.right, p.keyTerms(c.left, terms))
	case comparison:
		if c.operator == "<>" {
			break
		}
		left, right, operator := c.left, c.right, c.operator
		if _, ok := left.(literal); ok {
			left, right, operator = right, left, mirrored(operator)
		}
		return append(terms, KeyTerm{Name: p.keyName(left), Operator: operator, Values: p.keyValues(right)})
	case between:
		return append(terms, KeyTerm{Name: p.keyName(c.of), Operator: "between", Values: p.keyValues(c.low, c.high)})
	case call:
		if c.function == "begins_with" {
			return append(terms, KeyTerm{Name: p.keyName(c.arguments[0]), Operator: c.function, Values: p.keyValues(c.arguments[1])})
		}
		p.failBare("Invalid operator used in KeyConditionExpression: %s", c.function)
	}
	p.failBare("Invalid operator used in KeyConditionExpression: %s", operatorName(root))
	return nil
}

// mirrored is the operator with its sides exchanged.
func mirrored(operator string) string {
	switch operator {
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	}
	return operator
}

func operatorName(root predicate) string {
	switch c := root.(type) {
	case or:
		return "OR"
	case not:
		return "NOT"
	case in:
		return "IN"
	case comparison:
		return c.operator
	}
	return ""
}

func (p *parser) keyName(o operand) string {
	r, ok := o.(reference)
	if !ok {
		if _, ok := o.(size); ok {
			p.failBare("KeyConditionExpressions cannot contain nested operations")
		}
		p.fail("Invalid condition in KeyConditionExpression: No key attribute specified")
	}
	if len(r.path) > 1 {
		p.failBare("KeyConditionExpressions cannot have conditions on nested attributes")
	}
	return r.path[0].Name
}

func (p *parser) keyValues(operands ...operand) []attr.Value {
	values := make([]attr.Value, len(operands))
	for i, o := range operands {
		l, ok := o.(literal)
		if !ok {
			if _, ok := o.(reference); ok {
				p.fail("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
			}
			p.failBare("KeyConditionExpressions cannot contain nested operations")
		}
		values[i] = l.v
	}
	return values
}
