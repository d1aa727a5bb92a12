package expr

import (
	"strings"

	"github.com/dystore/dystore/internal/engine/attr"
)

// Update parses the text of an UpdateExpression.
func (s *Scope) Update(text string) (*Update, error) {
	return parse(s, "UpdateExpression", text, (*parser).update)
}

func (p *parser) update() *Update {
	u := &Update{}
	seen := map[string]bool{}
	for first := true; first || p.peek().kind != tokenEOF; first = false {
		section := strings.ToUpper(p.peek().text)
		rule := p.section(section)
		if rule == nil {
			p.failSyntax()
		}
		if seen[section] {
			p.fail("The %q section can only be used once in an update expression;", section)
		}
		seen[section] = true
		p.next()
		u.actions = append(u.actions, rule())
		for p.accept(",") {
			u.actions = append(u.actions, rule())
		}
	}
	paths := make([]Path, len(u.actions))
	for i, a := range u.actions {
		paths[i] = a.path
	}
	p.disjoint(paths)
	u.touched = projection(paths)
	return u
}

func (p *parser) section(name string) func() action {
	switch name {
	case "SET":
		return p.set
	case "REMOVE":
		return p.remove
	case "ADD":
		return func() action { return p.setOperation("ADD", addTo, "N", "SS", "NS", "BS") }
	case "DELETE":
		return func() action { return p.setOperation("DELETE", deleteFrom, "SS", "NS", "BS") }
	}
	return nil
}

func (p *parser) set() action {
	path := p.path()
	p.expect("=")
	of := p.rightSide().of
	change := func(item attr.Item, _ attr.Value) (attr.Value, error) {
		v, err := of.evaluate(item)
		if err == nil && v == nil {
			err = errAbsent
		}
		return v, err
	}
	return action{path: path, change: change, cost: costOfWriting + targetCost(path) + of.cost()}
}

// side is a right side or an operand of a right side. It is grouped if it is a
// pair of parentheses.
type side struct {
	of      expression
	grouped bool
}

// rightSide is: "(" rightSide ")" | operand [("+" | "-") operand].
func (p *parser) rightSide() side {
	left := p.parentheses(p.rightSide)
	if _, ok := left.of.(sum); ok {
		return left // a sum cannot be an operand
	}
	if t := p.peek(); t.is("+") || t.is("-") {
		p.next()
		return side{of: p.arithmetic(t.text, left.of, p.operand().of)}
	}
	return left
}

// operand is: "(" operand ")" | term.
func (p *parser) operand() side { return p.parentheses(p.operand) }

// parentheses are a pair with the text that the rule reads between them, or
// else a term.
func (p *parser) parentheses(rule func() side) side {
	if !p.accept("(") {
		return side{of: p.term()}
	}
	inner := rule()
	p.expect(")")
	if inner.grouped {
		p.fail("The expression has redundant parentheses;")
	}
	inner.grouped = true
	return inner
}

func (p *parser) arithmetic(operator string, left, right expression) expression {
	p.operator()
	p.notNested(left, right)
	p.requireStatic(operator, left, "N")
	p.requireStatic(operator, right, "N")
	return sum{left: left, right: right, negative: operator == "-"}
}

// notNested refuses list_append, except as a whole right side.
func (p *parser) notNested(operands ...expression) {
	for _, o := range operands {
		if _, ok := o.(listAppend); ok {
			p.failLater("The function is not allowed to be used this way in an expression; function: list_append")
		}
	}
}

// requireStatic is requireType for expressions.
func (p *parser) requireStatic(operator string, e expression, allowed ...string) {
	if o, ok := e.(plain); ok {
		p.requireType(operator, o.of, allowed...)
	}
}

// term is a path, a value or a function.
func (p *parser) term() expression {
	t := p.peek()
	switch {
	case t.kind == tokenIdent && p.tokens[p.at+1].is("("):
		return p.updateFunction()
	case t.kind == tokenValue:
		v := p.value(t)
		p.next()
		return plain{literal{v}}
	}
	return plain{reference{p.path()}}
}

func (p *parser) updateFunction() expression {
	name := p.next().text
	switch {
	case arity(name) > 0:
		p.fail("The function is not allowed in an update expression; function: %s", name)
	case name != "if_not_exists" && name != "list_append":
		p.fail("Invalid function name; function: %s", name)
	}
	p.operator()
	p.expect("(")
	arguments := []expression{p.operand().of}
	for p.accept(",") {
		arguments = append(arguments, p.operand().of)
	}
	p.expect(")")
	if len(arguments) != 2 {
		p.fail("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", name, len(arguments))
	}
	p.notNested(arguments...)
	if name == "list_append" {
		p.requireStatic(name, arguments[0], "L")
		p.requireStatic(name, arguments[1], "L")
		return listAppend{arguments[0], arguments[1]}
	}
	first, _ := arguments[0].(plain)
	path, ok := first.of.(reference)
	if !ok {
		p.fail("Operator or function requires a document path; operator or function: if_not_exists")
	}
	if fallback, ok := arguments[1].(plain); ok {
		p.distinct(name, path, fallback.of)
	}
	return ifNotExists{path.path, arguments[1]}
}

func (p *parser) remove() action {
	path := p.path()
	change := func(attr.Item, attr.Value) (attr.Value, error) { return nil, nil }
	return action{path: path, change: change, clears: true, cost: costOfClearing + targetCost(path)}
}

// setOperation is an action of the ADD or DELETE section: a path and a value.
func (p *parser) setOperation(section string, apply func(old, v attr.Value) (attr.Value, error), allowed ...string) action {
	path := p.path()
	t := p.peek()
	if t.kind != tokenValue {
		p.failSyntax()
	}
	v := p.value(t)
	p.next()
	permitted := false
	for _, a := range allowed {
		permitted = permitted || a == attr.Type(v)
	}
	if !permitted {
		p.failLater("Incorrect operand type for operator or function; operator: %s, operand type: %s, typeSet: ALLOWED_FOR_%s_OPERAND", section, longType(attr.Type(v)), section)
	}
	change := func(_ attr.Item, old attr.Value) (attr.Value, error) { return apply(old, v) }
	if section == "DELETE" {
		return action{path: path, change: change, clears: true, cost: costOfClearing + targetCost(path)}
	}
	return action{path: path, change: change, cost: costOfWriting + targetCost(path) + attr.Size(v)}
}

// longType is the name that messages about ADD and DELETE use.
func longType(t string) string {
	switch t {
	case "S":
		return "STRING"
	case "N":
		return "NUMBER"
	case "B":
		return "BINARY"
	case "BOOL":
		return "BOOLEAN"
	case "L":
		return "LIST"
	case "M":
		return "MAP"
	}
	return t
}
