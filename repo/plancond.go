package repo

import (
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/stored"
)

// Conditions of the caller. Each item of a transaction has its own condition,
// so a condition is divided at its top-level And; what is left must concern
// one item.

// condition adds a caller's condition to the plan.
func (p *updatePlan) condition(c *model.Cond) error {
	if c.Err != nil {
		return failf(ErrInvalid, "%w", c.Err)
	}
	if c.Op == model.And {
		for _, sub := range c.Subs {
			if err := p.condition(sub); err != nil {
				return err
			}
		}
		return nil
	}
	owners := map[stored.Inst]bool{}
	if err := p.owners(c, owners); err != nil {
		return err
	}
	if len(owners) > 1 {
		return failf(ErrInvalid, "the condition joins %s with Or or Not; they are stored in different items, and DynamoDB evaluates a condition on one item", strings.Join(instNames(owners), " and "))
	}
	for owner := range owners {
		if !p.v.present(owner) {
			// The version is fixed and the part is known to be absent.
			if !holdsAbsent(c) {
				return ErrCondition
			}
			return nil
		}
		x := &p.root
		if owner != "" {
			x = p.reads(owner)
		}
		text, err := p.render(c, x)
		if err != nil {
			return err
		}
		x.cond(text)
	}
	return nil
}

func instNames(owners map[stored.Inst]bool) []string {
	var out []string
	for _, inst := range sortedKeys(owners) {
		if inst == "" {
			inst = "the root"
		}
		out = append(out, string(inst))
	}
	return out
}

// owners collects the items that a condition is about.
func (p *updatePlan) owners(c *model.Cond, out map[stored.Inst]bool) error {
	if c.Err != nil {
		return failf(ErrInvalid, "%w", c.Err)
	}
	if c.Lens == nil {
		for _, sub := range c.Subs {
			if err := p.owners(sub, out); err != nil {
				return err
			}
		}
		return nil
	}
	t, err := p.v.resolve(c.Lens.Path)
	if err != nil {
		return err
	}
	if t.divided() { // whether a part exists stands in the manifest
		out[""] = true
		return nil
	}
	p.inline(t)
	out[t.owner] = true
	return nil
}

// holdsAbsent evaluates a condition on an item that does not exist.
func holdsAbsent(c *model.Cond) bool {
	switch c.Op {
	case model.Ne, model.NotExists:
		return true
	case model.And:
		for _, s := range c.Subs {
			if !holdsAbsent(s) {
				return false
			}
		}
		return true
	case model.Or:
		for _, s := range c.Subs {
			if holdsAbsent(s) {
				return true
			}
		}
	case model.Not:
		return len(c.Subs) == 1 && !holdsAbsent(c.Subs[0])
	}
	return false
}

var compare = map[model.CondOp]string{
	model.Eq: " = ", model.Ne: " <> ", model.Lt: " < ", model.Le: " <= ", model.Gt: " > ", model.Ge: " >= ",
}

// render writes a condition as an expression of x's item.
func (p *updatePlan) render(c *model.Cond, x *edit) (string, error) {
	switch c.Op {
	case model.And, model.Or:
		word := " AND "
		if c.Op == model.Or {
			word = " OR "
		}
		if len(c.Subs) == 1 {
			return p.render(c.Subs[0], x) // DynamoDB refuses redundant parentheses
		}
		texts := make([]string, len(c.Subs))
		for i, s := range c.Subs {
			text, err := p.render(s, x)
			if err != nil {
				return "", err
			}
			texts[i] = "(" + text + ")"
		}
		return strings.Join(texts, word), nil
	case model.Not:
		text, err := p.render(c.Subs[0], x)
		return "NOT (" + text + ")", err
	}
	t, err := p.v.resolve(c.Lens.Path)
	if err != nil {
		return "", err
	}
	if t.divided() {
		return p.renderPart(c, t)
	}
	if c.Op != model.Exists && c.Op != model.NotExists && p.c.sealedAt(c.Lens.Path) {
		return "", at(t.path, failf(ErrInvalid, "the value is encrypted; a condition can only test whether it exists"))
	}
	doc := t.doc(&x.e)
	switch c.Op {
	case model.Exists:
		return "attribute_exists(" + doc + ")", nil
	case model.NotExists:
		return "attribute_not_exists(" + doc + ")", nil
	}
	values, err := p.operands(c, t, x)
	if err != nil {
		return "", err
	}
	switch {
	case values == nil && c.Op == model.Eq:
		return "attribute_not_exists(" + doc + ")", nil
	case values == nil && c.Op == model.Ne:
		return "attribute_exists(" + doc + ")", nil
	case values == nil:
		return "", at(t.path, failf(ErrInvalid, "a zero value is not stored under omitempty; test it with Exists"))
	case c.Op == model.Between:
		return doc + " BETWEEN " + values[0] + " AND " + values[1], nil
	case c.Op == model.In:
		return doc + " IN (" + strings.Join(values, ", ") + ")", nil
	}
	return doc + compare[c.Op] + values[0], nil
}

// operands encodes the values of a condition; nil if one is stored as absent.
func (p *updatePlan) operands(c *model.Cond, t *target, x *edit) ([]string, error) {
	out := make([]string, len(c.Values))
	for i, v := range c.Values {
		av, err := p.c.operand(c.Lens, v)
		if err != nil {
			return nil, at(t.path, failf(ErrInvalid, "%w", err))
		}
		if av == nil {
			return nil, nil
		}
		out[i] = x.e.value(av)
	}
	return out, nil
}

// operand encodes a value that is compared with a stored one.
func (c *core) operand(l *model.Lens, v reflect.Value) (types.AttributeValue, error) {
	for _, a := range c.s.key.attrs {
		if len(l.Path) == 1 && l.Path[0].Name == a.name && a.typ == v.Type() {
			return a.encode(v)
		}
	}
	return l.Encode(v)
}

// renderPart tests whether a part, list or map of parts exists: its entry in
// the manifest does.
func (p *updatePlan) renderPart(c *model.Cond, t *target) (string, error) {
	if c.Op != model.Exists && c.Op != model.NotExists || t.at == nil && t.elemOf == nil {
		return "", at(t.path, failf(ErrInvalid, "the value is stored in other tables; a condition can only test whether a shard exists"))
	}
	member := "m"
	if t.at != nil && t.at.Kind != stored.One {
		member = "o"
	}
	x := &p.root
	exists := "attribute_exists(" + x.e.path(p.c.s.metaAttr, member, string(t.named)) + ")"
	place := t.at
	if place == nil {
		place = t.elemOf
	}
	if place.Spill || place.Table == "" {
		if t.owner != "" {
			return "", at(t.path, failf(ErrInvalid, "whether the value exists stands in two items"))
		}
		exists += " OR attribute_exists(" + t.doc(&x.e) + ")"
	}
	if c.Op == model.NotExists {
		return "NOT (" + exists + ")", nil
	}
	return exists, nil
}
