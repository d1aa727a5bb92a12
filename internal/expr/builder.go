// Package expr builds the expressions of DynamoDB's requests.
//
// Names and values become placeholders, numbered in the order in which they are
// asked for. So no reserved word, dot or quote changes what an expression means,
// and the same calls make the same bytes, which a repetition under an
// idempotency token needs.
package expr

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
)

// Builder collects the names and values of one request's expressions. The zero
// Builder is ready to use.
type Builder struct {
	Names  map[string]string               // ExpressionAttributeNames, nil without any
	Values map[string]types.AttributeValue // ExpressionAttributeValues, nil without any

	own   [6]string         // the first names, by the number of the placeholder; few requests have more
	more  []string          // those after them
	count int               // of both
	taken map[string]string // placeholders that another builder has given
	given int               // names that it has placeholders for
	first int               // number of the first placeholder
}

// Continue returns a builder that goes on where another one, of up to 1,000 names and
// values, has left off. It takes the maps.
func Continue(names map[string]string, values map[string]types.AttributeValue) Builder {
	b := Builder{Names: names, Values: values, taken: make(map[string]string, len(names)), given: len(names), first: 1000}
	for p, n := range names {
		b.taken[n] = p
	}
	return b
}

// Name returns the placeholder of an attribute name or map key. One name has
// one placeholder.
func (b *Builder) Name(n string) string {
	if p, ok := b.taken[n]; ok {
		return p
	}
	at := b.number(n)
	if at >= 0 {
		return placeholder(firstNames, b.first+b.given+at)
	}
	if b.Names == nil {
		b.Names = map[string]string{}
	}
	p := placeholder(firstNames, b.first+b.given+b.count)
	b.Names[p] = n
	if b.count < len(b.own) {
		b.own[b.count] = n
	} else {
		b.more = append(b.more, n)
	}
	b.count++
	return p
}

// number is the number of a name, -1 if it has none.
func (b *Builder) number(n string) int {
	if at := slices.Index(b.own[:min(b.count, len(b.own))], n); at >= 0 {
		return at
	}
	if at := slices.Index(b.more, n); at >= 0 {
		return len(b.own) + at
	}
	return -1
}

// Value returns a new placeholder for a value.
func (b *Builder) Value(av types.AttributeValue) string {
	if b.Values == nil {
		b.Values = map[string]types.AttributeValue{}
	}
	p := placeholder(firstValues, b.first+len(b.Values))
	b.Values[p] = av
	return p
}

// Path joins the names of nested maps to a document path.
func (b *Builder) Path(names ...string) string {
	var own [4]string // few paths are longer
	ps := own[:0]
	for _, n := range names {
		ps = append(ps, b.Name(n))
	}
	return strings.Join(ps, ".")
}

// Doc returns a path as a document path. It has names and positions only.
func (b *Builder) Doc(path attr.Path) string {
	s := ""
	for i, seg := range path {
		switch {
		case seg.Kind == attr.Index:
			s += "[" + strconv.Itoa(seg.Index) + "]"
		case i > 0:
			s += "." + b.Name(seg.Name)
		default:
			s += b.Name(seg.Name)
		}
	}
	return s
}

// Has is the condition that there is a value at a document path. NULL is no
// value: nil pointers in lists are stored as NULL, and other programs store
// absent values as NULL.
func (b *Builder) Has(doc string) string {
	return "attribute_exists(" + doc + ") AND NOT attribute_type(" + doc + ", " + b.Value(&types.AttributeValueMemberS{Value: "NULL"}) + ")"
}

// And joins conditions that need no parentheses, without those that are empty.
func And(conds ...string) string {
	var own [4]string // few have more
	out := own[:0]
	for _, c := range conds {
		if c != "" {
			out = append(out, c)
		}
	}
	return strings.Join(out, " AND ")
}

// The first placeholders, which most expressions do with, take no memory.
const (
	firstNames  = "#0#1#2#3#4#5#6#7#8#9"
	firstValues = ":0:1:2:3:4:5:6:7:8:9"
)

// placeholder is number n of those that begin with first.
func placeholder(first string, n int) string {
	if 2*n < len(first) {
		return first[2*n : 2*n+2]
	}
	return first[:1] + strconv.Itoa(n)
}
