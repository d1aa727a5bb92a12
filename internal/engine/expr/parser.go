package expr

import "github.com/dystore/dystore/internal/engine/attr"

// parser is a recursive descent: its methods are the rules of the grammar.
type parser struct {
	cursor
	scope *Scope
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
	p := &parser{cursor: cursor{label: label, text: text, tokens: lex(text)}, scope: s}
	result = rule(p)
	p.end()
	return result, nil
}
