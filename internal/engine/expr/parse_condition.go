package expr

import "github.com/dystore/dystore/internal/engine/attr"

// node is what a pair of parentheses can hold: a condition or an operand.
// Exactly one of the two is set.
type node struct {
	predicate predicate
	operand   operand
	// grouped marks a node that is a pair of parentheses.
	grouped bool
}

// condition is a complete condition.
func (p *parser) condition() predicate { return p.asPredicate(p.disjunction()) }

// asPredicate refuses an operand where a condition is required.
func (p *parser) asPredicate(n node) predicate {
	if n.predicate == nil {
		if _, ok := n.operand.(size); ok {
			p.fail("The function is not allowed to be used this way in an expression; function: size")
		}
		p.failSyntax()
	}
	return n.predicate
}

// asOperand refuses a condition where a value is required.
func (p *parser) asOperand(n node) operand {
	if n.operand == nil {
		if c, ok := n.predicate.(call); ok {
			p.fail("The function is not allowed to be used this way in an expression; function: %s", c.function)
		}
		p.failSyntax()
	}
	return n.operand
}

func (p *parser) disjunction() node {
	left := p.conjunction()
	for p.peek().is("OR") {
		l := p.asPredicate(left)
		p.next()
		p.operator()
		left = node{predicate: or{l, p.asPredicate(p.conjunction())}}
	}
	return left
}

func (p *parser) conjunction() node {
	left := p.negation()
	for p.peek().is("AND") {
		l := p.asPredicate(left)
		p.next()
		p.operator()
		left = node{predicate: and{l, p.asPredicate(p.negation())}}
	}
	return left
}

func (p *parser) negation() node {
	if p.peek().is("NOT") {
		p.next()
		p.operator()
		return node{predicate: not{p.asPredicate(p.negation())}}
	}
	return p.comparison()
}

// comparison is: operand [operator operands].
func (p *parser) comparison() node {
	left := p.primary()
	t := p.peek()
	switch {
	case t.is("=") || t.is("<>") || t.is("<") || t.is("<=") || t.is(">") || t.is(">="):
		of := p.asOperand(left)
		p.next()
		p.operator()
		return node{predicate: p.compare(t.text, of, p.asOperand(p.primary()))}
	case t.is("BETWEEN"):
		of := p.asOperand(left)
		p.next()
		p.operator()
		low := p.asOperand(p.primary())
		p.expect("AND")
		return node{predicate: p.between(of, low, p.asOperand(p.primary()))}
	case t.is("IN"):
		of := p.asOperand(left)
		p.next()
		p.operator()
		p.expect("(")
		list := p.operands()
		p.distinct("IN", of, list...)
		if len(list) > 100 {
			p.failLater("The IN operator is provided with too many operands; number of operands: %d", len(list))
		}
		return node{predicate: in{of, list}}
	}
	return left
}

// operands is a list of values up to its closing parenthesis.
func (p *parser) operands() []operand {
	list := []operand{p.asOperand(p.primary())}
	for p.accept(",") {
		list = append(list, p.asOperand(p.primary()))
	}
	p.expect(")")
	return list
}

func (p *parser) compare(operator string, left, right operand) predicate {
	p.distinct(operator, left, right)
	if operator != "=" && operator != "<>" {
		p.requireType(operator, left, "S", "N", "B")
		p.requireType(operator, right, "S", "N", "B")
	}
	return comparison{operator, left, right}
}

func (p *parser) between(of, low, high operand) predicate {
	p.distinct("BETWEEN", of, low, high)
	for _, o := range []operand{of, low, high} {
		p.requireType("BETWEEN", o, "S", "N", "B")
	}
	l, lok := low.(literal)
	h, hok := high.(literal)
	if lok && hok {
		order, ok := attr.Compare(l.v, h.v)
		if !ok {
			p.failLater("The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s", attr.Describe(l.v), attr.Describe(h.v))
		}
		if order > 0 {
			p.failLater("The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s", attr.Describe(l.v), attr.Describe(h.v))
		}
	}
	return between{of, low, high}
}

// primary is a path, a value, a function or something in parentheses.
func (p *parser) primary() node {
	t := p.peek()
	switch {
	case t.is("("):
		p.next()
		inner := p.disjunction()
		p.expect(")")
		if inner.grouped {
			p.fail("The expression has redundant parentheses;")
		}
		inner.grouped = true
		return inner
	case t.kind == tokenValue:
		v := p.value(t)
		p.next()
		return node{operand: literal{v}}
	case t.kind == tokenIdent && p.tokens[p.at+1].is("("):
		return p.function()
	}
	return node{operand: reference{p.path()}}
}

// arity is the number of operands of a function of conditions, 0 for an unknown
// function.
func arity(function string) int {
	switch function {
	case "attribute_exists", "attribute_not_exists", "size":
		return 1
	case "attribute_type", "begins_with", "contains":
		return 2
	}
	return 0
}

func (p *parser) function() node {
	name := p.next().text
	want := arity(name)
	switch {
	case name == "if_not_exists" || name == "list_append":
		p.fail("The function is not allowed in a condition expression; function: %s", name)
	case want == 0:
		p.fail("Invalid function name; function: %s", name)
	}
	p.operator()
	p.expect("(")
	arguments := p.operands()
	if len(arguments) != want {
		p.fail("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", name, len(arguments))
	}
	first := arguments[0]
	p.distinct(name, first, arguments[1:]...)
	switch name {
	case "size":
		p.requireType(name, first, "S", "B", "SS", "NS", "BS", "L", "M")
		return node{operand: size{first}}
	case "attribute_exists", "attribute_not_exists":
		if _, ok := first.(reference); !ok {
			p.failLater("Operator or function requires a document path; operator or function: %s", name)
		}
	case "begins_with":
		p.requireType(name, first, "S", "B")
		p.requireType(name, arguments[1], "S", "B")
	case "attribute_type":
		p.typeName(arguments[1])
	}
	return node{predicate: call{name, arguments}}
}

// typeName checks the second operand of attribute_type.
func (p *parser) typeName(o operand) {
	p.requireType("attribute_type", o, "S")
	l, ok := o.(literal)
	if !ok {
		p.failLater("Incorrect operand type for operator or function; operator or function: attribute_type, operand type: DOCUMENT_PATH")
		return
	}
	for _, t := range attr.Types() {
		if t == text(l.v) {
			return
		}
	}
	p.failLater("Invalid attribute type name found; type: %s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}", text(l.v))
}
