package expr

import (
	"fmt"
	"strings"

	"github.com/dystore/dystore/internal/engine/attr"
)

// maxOperators is the number of operators and functions of one expression.
const maxOperators = 300

// cursor walks the tokens of one expression, counts its operators and reports
// what is wrong with it.
type cursor struct {
	label     string
	text      string
	tokens    []token
	at        int
	operators int
	// later is the first error that is not one of the grammar, "" for none. It
	// counts only if the whole text is well formed.
	later attr.Invalid
}

// end reports the first error of the text as a whole: text after its end, or
// else the first error of its meaning.
func (c *cursor) end() {
	if c.peek().kind != tokenEOF {
		c.failSyntax()
	}
	if c.later != "" {
		panic(bailout{c.later})
	}
}

func (c *cursor) fail(format string, args ...any) {
	panic(bailout{attr.Invalidf("Invalid %s: %s", c.label, fmt.Sprintf(format, args...))})
}

// failBare reports an error whose text does not name the parameter in front.
func (c *cursor) failBare(format string, args ...any) {
	panic(bailout{attr.Invalidf(format, args...)})
}

// failLater reports an error of the meaning rather than of the grammar, and
// goes on.
func (c *cursor) failLater(format string, args ...any) {
	if c.later == "" {
		c.later = attr.Invalidf("Invalid %s: %s", c.label, fmt.Sprintf(format, args...))
	}
}

// failSyntax reports the current token, together with its neighbours.
func (c *cursor) failSyntax() {
	bad, first, last := c.tokens[c.at], c.tokens[c.at], c.tokens[c.at]
	if c.at > 0 {
		first = c.tokens[c.at-1]
	}
	if c.at+1 < len(c.tokens) {
		last = c.tokens[c.at+1]
	}
	near := strings.TrimSpace(c.text[first.start:last.end])
	c.fail("Syntax error; token: %q, near: %q", bad.text, near)
}

// operator counts one operator or function. Assignments and the actions of
// REMOVE, ADD and DELETE do not count.
func (c *cursor) operator() {
	if c.operators++; c.operators > maxOperators {
		c.fail("The expression contains too many operators; operator count: %d", c.operators)
	}
}

func (c *cursor) peek() token { return c.tokens[c.at] }

func (c *cursor) next() token {
	t := c.tokens[c.at]
	if t.kind != tokenEOF {
		c.at++
	}
	return t
}

// accept takes the token if it is this word.
func (c *cursor) accept(word string) bool {
	if !c.peek().is(word) {
		return false
	}
	c.next()
	return true
}

func (c *cursor) expect(word string) {
	if !c.accept(word) {
		c.failSyntax()
	}
}
