package expr

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/engine/attr"
)

// Step is one segment of a path: an attribute of a map, or an element of a
// list when Indexed.
type Step struct {
	Name    string
	Index   int
	Indexed bool
}

// Path is a document path. Its first step is the name of an attribute.
type Path []Step

// maxIndex is the largest index that an expression can name.
const maxIndex = 1<<31 - 1

// String is the form of DynamoDB's messages: [a, b, [0]].
func (p Path) String() string {
	parts := make([]string, len(p))
	for i, s := range p {
		parts[i] = s.Name
		if s.Indexed {
			parts[i] = "[" + strconv.Itoa(s.Index) + "]"
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// Lookup is the value at the path, nil if there is none.
func (p Path) Lookup(item attr.Item) attr.Value {
	v := item[p[0].Name]
	for _, s := range p[1:] {
		v = s.in(v)
	}
	return v
}

func (s Step) in(v attr.Value) attr.Value {
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		if !s.Indexed {
			return v.Value[s.Name]
		}
	case *types.AttributeValueMemberL:
		if s.Indexed && s.Index < len(v.Value) {
			return v.Value[s.Index]
		}
	}
	return nil
}

// path is: name { "." name | "[" number "]" }.
func (p *parser) path() Path {
	path := Path{{Name: p.step()}}
	for {
		switch {
		case p.accept("."):
			path = append(path, Step{Name: p.step()})
		case p.accept("["):
			if p.peek().kind != tokenNumber {
				p.failSyntax()
			}
			t := p.next()
			index, err := strconv.Atoi(t.text)
			if err != nil || index > maxIndex {
				p.fail("List index is not within the allowable range; index: [%s]", t.text)
			}
			p.expect("]")
			path = append(path, Step{Index: index, Indexed: true})
		default:
			if len(path) > attr.MaxDepth {
				p.fail("The document path has too many nesting elements; nesting levels: %d", len(path))
			}
			return path
		}
	}
}

func (p *parser) step() string {
	t := p.peek()
	if t.kind != tokenIdent && t.kind != tokenName {
		p.failSyntax()
	}
	name := p.name(t)
	p.next()
	return name
}

// disjoint reports two paths of which one begins with the other, or which use
// the same value both as a map and as a list.
func (p *parser) disjoint(paths []Path) {
	for i, a := range paths {
		for _, b := range paths[:i] {
			n := 0
			for n < len(a) && n < len(b) && a[n] == b[n] {
				n++
			}
			switch {
			case n == len(a) || n == len(b):
				p.fail("Two document paths overlap with each other; must remove or rewrite one of these paths; path one: %s, path two: %s", b, a)
			case a[n].Indexed != b[n].Indexed:
				p.fail("Two document paths conflict with each other; must remove or rewrite one of these paths; path one: %s, path two: %s", b, a)
			}
		}
	}
}

func (p Path) equal(q Path) bool { return slices.Equal(p, q) }
