package repo

import (
	"bytes"
	"math/big"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// expr collects the names and values of one request's expressions. Every name
// is a placeholder: no reserved word, dot or quote can change the meaning.
type expr struct {
	names  map[string]string
	byName map[string]string
	values map[string]types.AttributeValue
}

// name returns the placeholder of an attribute name or map key.
func (e *expr) name(n string) string {
	if p, ok := e.byName[n]; ok {
		return p
	}
	if e.names == nil {
		e.names, e.byName = map[string]string{}, map[string]string{}
	}
	p := placeholder(firstNames, len(e.names))
	e.names[p], e.byName[n] = n, p
	return p
}

// value returns the placeholder of a value.
func (e *expr) value(av types.AttributeValue) string {
	if e.values == nil {
		e.values = map[string]types.AttributeValue{}
	}
	p := placeholder(firstValues, len(e.values))
	e.values[p] = av
	return p
}

// names of nested maps, joined to a document path.
func (e *expr) path(names ...string) string {
	var own [4]string // few paths are longer
	ps := own[:0]
	for _, n := range names {
		ps = append(ps, e.name(n))
	}
	return strings.Join(ps, ".")
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

func and(conds ...string) string {
	var out []string
	for _, c := range conds {
		if c != "" {
			out = append(out, c)
		}
	}
	return strings.Join(out, " AND ")
}

func numberAV(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func stringAV(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// less compares two keys, or two operands of one type, as DynamoDB does.
func less(a, b types.AttributeValue) bool {
	switch a := a.(type) {
	case *types.AttributeValueMemberS:
		b, ok := b.(*types.AttributeValueMemberS)
		return ok && a.Value < b.Value
	case *types.AttributeValueMemberB:
		b, ok := b.(*types.AttributeValueMemberB)
		return ok && bytes.Compare(a.Value, b.Value) < 0
	case *types.AttributeValueMemberN:
		b, ok := b.(*types.AttributeValueMemberN)
		if !ok {
			return false
		}
		x, okX := new(big.Rat).SetString(a.Value)
		y, okY := new(big.Rat).SetString(b.Value)
		return okX && okY && x.Cmp(y) < 0
	}
	return false
}
