package expr

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
)

// functions are those of conditions, with how many arguments they take.
var functions = map[string]int{"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2}

// operandFunctions are those that make an operand.
var operandFunctions = map[string]int{"size": 1, "list_append": 2, "if_not_exists": 2}

// Parse reads the text of a condition, as the package expression of the SDK
// writes it: each name and value is a placeholder, and what AND, OR and NOT
// join is in parentheses.
func Parse(text string, names map[string]string, values map[string]types.AttributeValue) (*Condition, error) {
	p := &parser{rest: text, names: names, values: values}
	p.next()
	c := p.condition()
	if p.err == nil && p.token != "" {
		p.expect("the end")
	}
	if p.err != nil {
		return nil, fmt.Errorf("condition %q: %w", text, p.err)
	}
	return c, nil
}

// parser is at a token. After the first error it makes no more progress.
type parser struct {
	rest   string
	token  string // "" at the end
	names  map[string]string
	values map[string]types.AttributeValue
	err    error
}

// wordBytes are those of placeholders, functions and the words between operands.
const wordBytes = "#:_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

func (p *parser) next() {
	p.rest = strings.TrimLeft(p.rest, " ")
	n := len(p.rest) - len(strings.TrimLeft(p.rest, wordBytes))
	switch {
	case n > 0 || p.rest == "":
	case strings.HasPrefix(p.rest, "<>"), strings.HasPrefix(p.rest, "<="), strings.HasPrefix(p.rest, ">="):
		n = 2
	default:
		n = 1
	}
	p.token, p.rest = p.rest[:n], p.rest[n:]
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
	p.token, p.rest = "", ""
}

func (p *parser) expect(what string) { p.fail("%s is expected, not %q", what, p.token+p.rest) }

// take goes on if the parser is at a token.
func (p *parser) take(token string) bool {
	if p.token != token || p.err != nil {
		return false
	}
	p.next()
	return true
}

func (p *parser) must(token string) {
	if !p.take(token) {
		p.expect(strconv.Quote(token))
	}
}

func (p *parser) condition() *Condition {
	switch n := functions[p.token]; {
	case p.token == "(":
		return p.joined()
	case p.take("NOT"):
		return &Condition{Op: "NOT", Subs: []*Condition{p.enclosed()}}
	case n > 0:
		c := &Condition{Op: p.token}
		p.next()
		c.Args = p.arguments(n)
		return c
	}
	return p.comparison()
}

// joined is what AND or OR joins.
func (p *parser) joined() *Condition {
	c := &Condition{Subs: []*Condition{p.enclosed()}}
	if c.Op = p.token; c.Op != "AND" && c.Op != "OR" {
		p.expect("AND or OR")
	}
	for p.take(c.Op) {
		c.Subs = append(c.Subs, p.enclosed())
	}
	return c
}

func (p *parser) enclosed() *Condition {
	p.must("(")
	if p.err != nil {
		return nil
	}
	c := p.condition()
	p.must(")")
	return c
}

func (p *parser) comparison() *Condition {
	c := &Condition{Args: []Operand{p.operand()}, Op: p.token}
	switch c.Op {
	case "=", "<>", "<", "<=", ">", ">=":
		p.next()
		c.Args = append(c.Args, p.operand())
	case "BETWEEN":
		p.next()
		c.Args = append(c.Args, p.operand())
		p.must("AND")
		c.Args = append(c.Args, p.operand())
	case "IN":
		p.next()
		c.Args = append(c.Args, p.arguments(0)...)
	default:
		p.expect("an operator")
	}
	return c
}

// arguments are n operands in parentheses; with 0, any number of them.
func (p *parser) arguments(n int) []Operand {
	p.must("(")
	args := []Operand{p.operand()}
	for p.take(",") {
		args = append(args, p.operand())
	}
	p.must(")")
	if n > 0 && len(args) != n {
		p.fail("%d arguments instead of %d", len(args), n)
	}
	return args
}

// operand is one, or several that are added or subtracted.
func (p *parser) operand() Operand {
	o := p.primary()
	for p.token == "+" || p.token == "-" {
		op := p.token
		p.next()
		o = Operand{Func: op, Args: []Operand{o, p.primary()}}
	}
	return o
}

func (p *parser) primary() Operand {
	token, n := p.token, operandFunctions[p.token]
	switch {
	case n > 0:
		p.next()
		return Operand{Func: token, Args: p.arguments(n)}
	case strings.HasPrefix(token, ":"):
		v, known := p.values[token]
		if !known {
			p.fail("%s has no value", token)
		}
		p.next()
		return Operand{Value: v}
	}
	return Operand{Path: p.path()}
}

func (p *parser) path() attr.Path {
	path := attr.Path{p.name()}
	for {
		switch {
		case p.take("."):
			path = append(path, p.name())
		case p.take("["):
			i, err := strconv.Atoi(p.token)
			if err != nil || i < 0 {
				p.fail("%q is no position in a list", p.token)
			}
			path = append(path, attr.At(i))
			p.next()
			p.must("]")
		default:
			return path
		}
	}
}

func (p *parser) name() attr.Seg {
	name, known := p.names[p.token]
	if !known {
		p.expect("a name")
		return attr.Seg{}
	}
	p.next()
	return attr.Field(name)
}
