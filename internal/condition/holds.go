package condition

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
)

type attrs = map[string]types.AttributeValue

// Holds evaluates a condition that Of or Stored has made on a document, as DynamoDB does.
func Holds(c *model.Cond, doc attrs) bool {
	holds := func(sub *model.Cond) bool { return Holds(sub, doc) }
	switch c.Op {
	case model.And:
		return !slices.ContainsFunc(c.Subs, func(sub *model.Cond) bool { return !holds(sub) })
	case model.Or:
		return slices.ContainsFunc(c.Subs, holds)
	case model.Not:
		return !holds(c.Subs[0])
	case model.Exists, model.NotExists:
		return item.Absent(item.Follow(doc, c.Lens.Path)) == (c.Op == model.NotExists)
	}
	if c.Instants {
		values := make([]types.AttributeValue, 0, len(c.Said.Args))
		for _, o := range c.Said.Args[1:] {
			values = append(values, o.Value)
		}
		return ComparesInstants(c.Op, item.Follow(doc, c.Lens.Path), values)
	}
	return compares(c.Said, doc)
}

func compares(c *expr.Condition, doc attrs) bool {
	args := make([]types.AttributeValue, len(c.Args))
	for i, o := range c.Args {
		args[i] = valueOf(o, doc)
	}
	v, with := args[0], args[1]
	switch c.Op {
	case "<>":
		return v == nil || with == nil || !item.Equal(v, with)
	case "IN":
		return v != nil && slices.ContainsFunc(args[1:], func(w types.AttributeValue) bool { return w != nil && item.Equal(v, w) })
	}
	if v == nil || with == nil {
		return false
	}
	switch c.Op {
	case "=":
		return item.Equal(v, with)
	case "<":
		return item.Less(v, with)
	case "<=":
		return upTo(v, with)
	case ">":
		return item.Less(with, v)
	case ">=":
		return upTo(with, v)
	case "BETWEEN":
		return args[2] != nil && upTo(with, v) && upTo(v, args[2])
	case "attribute_type":
		return item.Equal(with, item.String(item.TypeName(v)))
	case "begins_with":
		return item.HasPrefix(v, with)
	}
	return contains(v, with)
}

func valueOf(o expr.Operand, doc attrs) types.AttributeValue {
	switch {
	case o.Func == "size":
		return size(item.Follow(doc, o.Args[0].Path))
	case o.Path != nil:
		return item.Follow(doc, o.Path)
	}
	return o.Value
}

// upTo is <=, for the types that have an order.
func upTo(a, b types.AttributeValue) bool {
	switch a.(type) {
	case *types.AttributeValueMemberS, *types.AttributeValueMemberN, *types.AttributeValueMemberB:
		return item.Less(a, b) || item.Equal(a, b)
	}
	return false
}

// size counts the UTF-16 code units of a text. Numbers, booleans and NULL have
// none.
func size(v types.AttributeValue) types.AttributeValue {
	n := 0
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		for _, r := range v.Value {
			n += utf16.RuneLen(r)
		}
	case *types.AttributeValueMemberB:
		n = len(v.Value)
	case *types.AttributeValueMemberL:
		n = len(v.Value)
	case *types.AttributeValueMemberM:
		n = len(v.Value)
	case *types.AttributeValueMemberSS, *types.AttributeValueMemberNS, *types.AttributeValueMemberBS:
		n = len(item.Members(v))
	default:
		return nil
	}
	return item.Int(int64(n))
}

func contains(v, part types.AttributeValue) bool {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		p, ok := part.(*types.AttributeValueMemberS)
		return ok && strings.Contains(v.Value, p.Value)
	case *types.AttributeValueMemberB:
		p, ok := part.(*types.AttributeValueMemberB)
		return ok && bytes.Contains(v.Value, p.Value)
	}
	return slices.ContainsFunc(item.Members(v), func(m types.AttributeValue) bool { return item.Equal(m, part) })
}

// Paths are the paths that a condition names.
func Paths(c *model.Cond) (paths []attr.Path) {
	switch {
	case c.Said != nil:
		return c.Said.Paths()
	case c.Lens != nil:
		return []attr.Path{c.Lens.Path}
	}
	for _, sub := range c.Subs {
		paths = append(paths, Paths(sub)...)
	}
	return paths
}

// Text writes a condition on one document.
func Text(c *model.Cond, b *expr.Builder) string {
	switch c.Op {
	case model.And, model.Or:
		texts := make([]string, len(c.Subs))
		for i, sub := range c.Subs {
			texts[i] = "(" + Text(sub, b) + ")"
		}
		if c.Op == model.And {
			return strings.Join(texts, " AND ")
		}
		return strings.Join(texts, " OR ")
	case model.Not:
		return "NOT (" + Text(c.Subs[0], b) + ")"
	case model.Exists:
		return b.Has(b.Doc(c.Lens.Path))
	case model.NotExists:
		return "NOT (" + b.Has(b.Doc(c.Lens.Path)) + ")"
	}
	return c.Said.Text(b)
}
