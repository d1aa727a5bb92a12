package embedded

import (
	"slices"
	"strings"

	"github.com/dystore/dystore/internal/engine/attr"
	"github.com/dystore/dystore/internal/engine/expr"
)

// keyCondition has the term of each attribute of a key, in the order of the
// key; nil for an attribute of the sort key without a term.
type keyCondition []*expr.KeyTerm

// match checks a key condition: the partition key needs equality on all of its
// attributes. The attributes of the sort key may have terms from the first one
// on without a gap, and only the last of them may be a range.
func (k keySchema) match(terms []expr.KeyTerm) (keyCondition, error) {
	if len(k.attributes) == 1 && len(terms) == 2 {
		return nil, validation("Query key condition not supported")
	}
	if len(terms) > len(k.attributes) {
		return nil, validation("The number of query conditions (%d) exceeds the number of key attributes defined in the schema (%d)", len(terms), len(k.attributes))
	}
	c := make(keyCondition, len(k.attributes))
	stray := false
	for t := range terms {
		n := k.position(terms[t].Name)
		if stray = stray || n < 0; n >= 0 {
			c[n] = &terms[t]
		}
	}
	hash, sort := c[:k.hashes], c[k.hashes:]
	switch unequal := hash.unequal(k.hash()); {
	case unequal == "":
	case k.composite():
		return nil, validation("HASH key attributes %s must have equality conditions specified in the query", unequal)
	case hash[0] == nil:
		return nil, validation("Query condition missed key schema element: %s", unequal)
	default:
		return nil, validation("Query key condition not supported")
	}
	if stray {
		// DynamoDB names the first attribute that could have had the term.
		free := slices.Index(sort, nil)
		return nil, validation("Query condition missed key schema element: %s", k.sort()[free].name)
	}
	if last := sort.last(); last > 0 {
		if unequal := sort[:last].unequal(k.sort()); unequal != "" {
			return nil, validation("RANGE key attributes %s must have equality conditions specified in the query because a condition is present on key attribute %s", unequal, sort[last].Name)
		}
	}
	return c, k.checkTerms(c)
}

// unequal lists the attributes that have no equality.
func (c keyCondition) unequal(attributes []keyAttribute) string {
	var names []string
	for n, term := range c {
		if term == nil || term.Operator != "=" {
			names = append(names, attributes[n].name)
		}
	}
	return strings.Join(names, ", ")
}

// last is the place of the last attribute that has a term, -1 if none has.
func (c keyCondition) last() int {
	for n := len(c) - 1; n >= 0; n-- {
		if c[n] != nil {
			return n
		}
	}
	return -1
}

// checkTerms reports values that the attributes can never have, alone or
// together.
func (k keySchema) checkTerms(c keyCondition) error {
	size := 0
	for n, a := range k.attributes {
		if n == k.hashes {
			size = 0
		}
		if c[n] == nil {
			continue
		}
		largest := 0
		for _, v := range c[n].Values {
			if attr.Type(v) != a.kind {
				return validation("One or more parameter values were invalid: Condition parameter type does not match schema type")
			}
			if err := a.refuseEmpty(v); err != nil {
				return err
			}
			largest = max(largest, attr.Size(v))
		}
		if c[n].Operator == "begins_with" && a.kind == "N" {
			return validation("Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N")
		}
		size += largest
		switch {
		case n < k.hashes && size > maxHashKey:
			return largeHashKey()
		case n >= k.hashes && size > maxRangeKey:
			return largeRangeKey()
		}
	}
	return nil
}

// bounds is a range of storage keys: from <= key < before.
type bounds struct{ from, before string }

// bounds is the range that a key condition selects.
func (k keySchema) bounds(c keyCondition) bounds {
	var values [maxKeyAttributes]attr.Value
	for n, term := range c[:k.hashes] {
		values[n] = term.Values[0]
	}
	prefix := attr.AppendPartition(make([]byte, 0, 64), values[:k.hashes]...)
	for _, term := range c[k.hashes:] {
		if term == nil {
			break
		}
		if term.Operator != "=" {
			return narrow(prefix, term)
		}
		prefix = attr.AppendOrdered(prefix, term.Values[0])
	}
	return bounds{string(prefix), after(prefix)}
}

// narrow is the part of the keys with a prefix that a condition on the next
// attribute selects.
func narrow(prefix []byte, term *expr.KeyTerm) bounds {
	at := func(v attr.Value) []byte { return attr.AppendOrdered(slices.Clone(prefix), v) }
	v := term.Values[0]
	switch term.Operator {
	case "=":
		return bounds{string(at(v)), after(at(v))}
	case "<":
		return bounds{string(prefix), string(at(v))}
	case "<=":
		return bounds{string(prefix), after(at(v))}
	case ">":
		return bounds{after(at(v)), after(prefix)}
	case ">=":
		return bounds{string(at(v)), after(prefix)}
	case "between":
		return bounds{string(at(v)), after(at(term.Values[1]))}
	}
	start := attr.AppendPrefix(slices.Clone(prefix), v)
	return bounds{string(start), after(start)}
}

// holds reports whether the value of an attribute fulfils its term.
func holds(term *expr.KeyTerm, v attr.Value) bool {
	b := narrow(nil, term)
	key := string(attr.AppendOrdered(nil, v))
	return key >= b.from && (b.before == "" || key < b.before)
}

// after is the smallest key above all that begin with the prefix, "" if there
// is none.
func after(prefix []byte) string {
	end := append([]byte{}, prefix...)
	for len(end) > 0 {
		if end[len(end)-1]++; end[len(end)-1] != 0 {
			return string(end)
		}
		end = end[:len(end)-1]
	}
	return ""
}
