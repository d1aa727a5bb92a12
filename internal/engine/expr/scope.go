package expr

import (
	"slices"
	"strings"

	"github.com/dystore/dystore/internal/engine/attr"
)

// The limits of one request.
const (
	maxExpression  = 4096
	maxPlaceholder = 255
	maxValues      = 2 << 20
)

// Scope holds the placeholders of one request and remembers which of them its
// expressions use.
type Scope struct {
	names      map[string]string
	values     map[string]attr.Value
	usedNames  map[string]bool
	usedValues map[string]bool
}

// NewScope checks the placeholders of a request and copies the values. Nil
// maps mean that the request has none; an empty map that is not nil is refused,
// as in DynamoDB.
func NewScope(names map[string]string, values map[string]attr.Value) (*Scope, error) {
	s := &Scope{names: names, usedNames: map[string]bool{}, usedValues: map[string]bool{}}
	if names != nil && len(names) == 0 {
		return nil, attr.Invalid("ExpressionAttributeNames must not be empty")
	}
	for _, key := range sorted(names) {
		if err := checkPlaceholder("ExpressionAttributeNames", '#', key); err != nil {
			return nil, err
		}
		if err := attr.CheckName(names[key]); err != nil {
			return nil, attr.Invalidf("ExpressionAttributeNames contains invalid value: %s for key %s", err, key)
		}
	}
	if values != nil && len(values) == 0 {
		return nil, attr.Invalid("ExpressionAttributeValues must not be empty")
	}
	s.values = make(map[string]attr.Value, len(values))
	size := 0
	for _, key := range sorted(values) {
		if err := checkPlaceholder("ExpressionAttributeValues", ':', key); err != nil {
			return nil, err
		}
		v, err := attr.Read(values[key])
		if err != nil {
			return nil, attr.Invalidf("ExpressionAttributeValues contains invalid value: %s for key %s", err, key)
		}
		s.values[key] = v
		size += len(key) + attr.Size(v)
	}
	if size > maxValues {
		return nil, attr.Invalid("Item size in ExpressionAttributeValues has exceeded the maximum allowed size of 2097152 bytes")
	}
	return s, nil
}

func checkPlaceholder(parameter string, sigil byte, key string) error {
	if len(key) > maxPlaceholder {
		return attr.Invalidf("%s contains invalid key: The expression attribute map contains a key that is too long; key: %q", parameter, key)
	}
	if len(key) < 2 || key[0] != sigil || skipWord(key, 1) != len(key) {
		return attr.Invalidf("%s contains invalid key: Syntax error; key: %q", parameter, key)
	}
	return nil
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Done reports placeholders that no expression of the request has used.
func (s *Scope) Done() error {
	if unused := missing(s.names, s.usedNames); unused != "" {
		return attr.Invalidf("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", unused)
	}
	if unused := missing(s.values, s.usedValues); unused != "" {
		return attr.Invalidf("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", unused)
	}
	return nil
}

func missing[V any](all map[string]V, used map[string]bool) string {
	var keys []string
	for _, key := range sorted(all) {
		if !used[key] {
			keys = append(keys, key)
		}
	}
	return strings.Join(keys, ", ")
}

// name resolves one segment of a path.
func (p *parser) name(t token) string {
	switch t.kind {
	case tokenIdent:
		if reserved(t.text) {
			p.failLater("Attribute name is a reserved keyword; reserved keyword: %s", t.text)
		}
		return t.text
	case tokenName:
		name, ok := p.scope.names[t.text]
		if !ok {
			p.failLater("An expression attribute name used in the document path is not defined; attribute name: %s", t.text)
		}
		p.scope.usedNames[t.text] = true
		return name
	}
	p.failSyntax()
	return ""
}

// value resolves a value placeholder.
func (p *parser) value(t token) attr.Value {
	v, ok := p.scope.values[t.text]
	if !ok {
		p.failLater("An expression attribute value used in expression is not defined; attribute value: %s", t.text)
	}
	p.scope.usedValues[t.text] = true
	return v
}
