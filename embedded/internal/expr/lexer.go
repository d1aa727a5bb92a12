package expr

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dystore/dystore/embedded/internal/attr"
)

type tokenKind int

const (
	tokenEOF tokenKind = iota
	tokenIdent
	tokenName  // #name
	tokenValue // :value
	tokenNumber
	tokenSymbol
)

// token is one word of an expression; start and end delimit it in the text.
type token struct {
	kind       tokenKind
	text       string
	start, end int
}

// is reports whether the token is the symbol, or the keyword in any case.
func (t token) is(word string) bool {
	switch t.kind {
	case tokenSymbol:
		return t.text == word
	case tokenIdent:
		return strings.EqualFold(t.text, word)
	}
	return false
}

// lex splits the whole text. A character without meaning becomes a symbol that
// no rule of the grammar accepts.
func lex(text string) []token {
	var tokens []token
	for i := 0; i < len(text); {
		start := i
		c := text[i]
		kind := tokenSymbol
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
			continue
		case isLetter(c):
			kind = tokenIdent
			i = skipWord(text, i+1)
		case (c == '#' || c == ':') && i+1 < len(text) && isWord(text[i+1]):
			kind = tokenName
			if c == ':' {
				kind = tokenValue
			}
			i = skipWord(text, i+1)
		case c >= '0' && c <= '9':
			kind = tokenNumber
			i++
			// A leading zero is a separate number, as in DynamoDB.
			for c != '0' && i < len(text) && text[i] >= '0' && text[i] <= '9' {
				i++
			}
		case strings.HasPrefix(text[i:], "<>"), strings.HasPrefix(text[i:], "<="), strings.HasPrefix(text[i:], ">="):
			i += 2
		default:
			_, size := utf8.DecodeRuneInString(text[i:])
			i += size
		}
		tokens = append(tokens, token{kind: kind, text: text[start:i], start: start, end: i})
	}
	return append(tokens, token{kind: tokenEOF, text: "<EOF>", start: len(text), end: len(text)})
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isWord(c byte) bool { return isLetter(c) || c == '_' || c >= '0' && c <= '9' }

func skipWord(text string, i int) int {
	for i < len(text) && isWord(text[i]) {
		i++
	}
	return i
}

// maxOperators is the number of operators and functions of one expression.
const maxOperators = 300

// parser walks the tokens of one expression and counts its operators.
type parser struct {
	scope     *Scope
	label     string
	text      string
	tokens    []token
	at        int
	operators int
	// later is the first error that is not one of the grammar, "" for none. It
	// counts only if the whole text is well formed.
	later attr.Invalid
}

// bailout carries an error out of the recursive descent.
type bailout struct{ err attr.Invalid }

// parse runs a rule over the whole text. All errors are reported under the
// name of the parameter.
func parse[T any](s *Scope, label, text string, rule func(*parser) T) (result T, err error) {
	if text == "" {
		return result, attr.Invalidf("Invalid %s: The expression can not be empty;", label)
	}
	if len(text) > maxExpression {
		return result, attr.Invalidf("Invalid %s: Expression size has exceeded the maximum allowed size; expression size: %d", label, len(text))
	}
	defer func() {
		if r := recover(); r != nil {
			b, ok := r.(bailout)
			if !ok {
				panic(r)
			}
			err = b.err
		}
	}()
	p := &parser{scope: s, label: label, text: text, tokens: lex(text)}
	result = rule(p)
	p.end()
	return result, nil
}

// end reports the first error of the text as a whole: text after its end, or
// else the first error of its meaning.
func (p *parser) end() {
	if p.peek().kind != tokenEOF {
		p.failSyntax()
	}
	if p.later != "" {
		panic(bailout{p.later})
	}
}

func (p *parser) fail(format string, args ...any) {
	panic(bailout{attr.Invalidf("Invalid %s: %s", p.label, fmt.Sprintf(format, args...))})
}

// failBare reports an error whose text does not name the parameter in front.
func (p *parser) failBare(format string, args ...any) {
	panic(bailout{attr.Invalidf(format, args...)})
}

// failLater reports an error of the meaning rather than of the grammar, and
// goes on.
func (p *parser) failLater(format string, args ...any) {
	if p.later == "" {
		p.later = attr.Invalidf("Invalid %s: %s", p.label, fmt.Sprintf(format, args...))
	}
}

// failSyntax reports the current token, together with its neighbours.
func (p *parser) failSyntax() {
	bad, first, last := p.tokens[p.at], p.tokens[p.at], p.tokens[p.at]
	if p.at > 0 {
		first = p.tokens[p.at-1]
	}
	if p.at+1 < len(p.tokens) {
		last = p.tokens[p.at+1]
	}
	near := strings.TrimSpace(p.text[first.start:last.end])
	p.fail("Syntax error; token: %q, near: %q", bad.text, near)
}

// operator counts one operator or function. Assignments and the actions of
// REMOVE, ADD and DELETE do not count.
func (p *parser) operator() {
	if p.operators++; p.operators > maxOperators {
		p.fail("The expression contains too many operators; operator count: %d", p.operators)
	}
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokenEOF {
		p.at++
	}
	return t
}

// accept takes the token if it is this word.
func (p *parser) accept(word string) bool {
	if !p.peek().is(word) {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(word string) {
	if !p.accept(word) {
		p.failSyntax()
	}
}
