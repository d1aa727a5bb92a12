package patch

import (
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/vet"
)

// Conditions of the caller. Each item of a transaction has its own condition,
// so a condition is divided at its top-level And; what is left must concern
// one item.

// conditions turns the conditions of an Update into those of a plan's items.
type conditions struct{ *plan }

// condition adds a caller's condition to the plan.
func (p *conditions) condition(c *model.Cond) error {
	if c.Err != nil {
		return fail.Withf(fail.ErrInvalid, "%w", c.Err)
	}
	if c.Op == model.And {
		for _, sub := range c.Subs {
			if err := p.condition(sub); err != nil {
				return err
			}
		}
		return nil
	}
	c, holds, err := p.evaluate(c)
	if err != nil || c == nil {
		if err == nil && !holds {
			err = fail.ErrCondition
		}
		return err
	}
	owners := map[stored.Inst]bool{}
	if err := p.itemsOf(c, owners); err != nil {
		return err
	}
	if len(owners) > 1 {
		how, names := "joins %s with Or or Not", strings.Join(instNames(owners), " and ")
		if c.Said != nil {
			how = "compares %s"
		}
		return fail.Withf(fail.ErrInvalid, "the condition "+how+"; they are stored in different items, and DynamoDB evaluates a condition on one item", names)
	}
	for owner := range owners {
		x := &p.root
		if owner != "" {
			x = p.conditionOn(owner)
		}
		text, err := p.render(c, x)
		if err != nil {
			return err
		}
		x.Require(text)
	}
	return nil
}

// evaluate evaluates what the manifest decides: conditions on values whose part,
// entry or element is known to be absent, where there is no item to ask. It
// returns what is left of c, or nil and whether c holds.
func (p *conditions) evaluate(c *model.Cond) (rest *model.Cond, holds bool, err error) {
	if c.Err != nil {
		return nil, false, fail.Withf(fail.ErrInvalid, "%w", c.Err)
	}
	switch {
	case c.Said != nil:
		return p.evaluateSaid(c.Said)
	case c.Lens != nil:
		return p.evaluateOne(c)
	}
	left := &model.Cond{Op: c.Op}
	for _, sub := range c.Subs {
		rest, holds, err := p.evaluate(sub)
		switch {
		case err != nil:
			return nil, false, err
		case rest != nil:
			left.Subs = append(left.Subs, rest)
		case c.Op == model.Not:
			return nil, !holds, nil
		case holds == (c.Op == model.Or): // one that decides
			return nil, holds, nil
		}
	}
	if len(left.Subs) == 0 {
		return nil, c.Op == model.And, nil
	}
	return left, false, nil
}

func (p *conditions) evaluateOne(c *model.Cond) (rest *model.Cond, holds bool, err error) {
	t, err := p.v.Resolve(c.Lens.Path)
	switch {
	case p.absentAt(t, err):
		holds, err = holdsForAbsent(p.s, c)
		return nil, holds, err
	case err == nil && vet.Existence(c) && t.Spills() && p.v.Listed(t):
		return nil, c.Op == model.Exists, nil
	case err == nil:
		if holds, decided := p.listed(c, t); decided {
			return nil, holds, nil
		}
	}
	return c, false, err
}

// absentAt reports whether a path that was resolved is known to have no value.
// The version is fixed wherever something is known to be absent, or there.
func (p *conditions) absentAt(t *place.Target, err error) bool {
	if err != nil {
		return errors.Is(err, fail.ErrNoPath)
	}
	return t.IsNil || p.v.Meta != nil && t.Spills() && !p.v.Present(t.Owner) || !t.Divided() && !p.v.Present(t.Owner)
}

func instNames(owners map[stored.Inst]bool) []string {
	var out []string
	for _, inst := range sorted.Keys(owners) {
		if inst == "" {
			inst = "the root"
		}
		out = append(out, string(inst))
	}
	return out
}

// itemsOf collects the items that a condition is about.
func (p *conditions) itemsOf(c *model.Cond, out map[stored.Inst]bool) error {
	if c.Lens != nil {
		return p.itemOf(vet.Named{Path: c.Lens.Path}, out)
	}
	for _, sub := range c.Subs {
		if err := p.itemsOf(sub, out); err != nil {
			return err
		}
	}
	for _, n := range vet.SaidPaths(c) {
		if err := p.itemOf(n, out); err != nil {
			return err
		}
	}
	return nil
}

// itemOf adds the item that a condition on a path is about.
func (p *conditions) itemOf(n vet.Named, out map[stored.Inst]bool) error {
	t, err := p.v.Resolve(n.Path)
	if err != nil {
		return err
	}
	if n.Size && t.Ordered() {
		out[""] = true
		return nil
	}
	if t.Spills() && p.v.Meta == nil && t.Owner != "" {
		return place.ErrNeedManifest // one of two items says whether it exists
	}
	p.assumeInline(t)
	if p.inManifest(t) {
		out[""] = true
	} else {
		out[t.Owner] = true
	}
	return nil
}

// inManifest reports whether the root's record has to say if a value exists.
// What may stand in its parent does so, if the manifest is known not to have it.
func (p *conditions) inManifest(t *place.Target) bool {
	return t.Leaves() && !(t.Spills() && p.v.Meta != nil)
}

// holdsForAbsent evaluates a condition on a value that does not exist.
func holdsForAbsent(s *schema.Schema, cond *model.Cond) (bool, error) {
	switch cond.Op {
	case model.NotExists:
		return true, nil
	case model.Eq, model.Ne:
		av, _, err := s.Operand(cond.Lens, cond.Values[0])
		if err != nil {
			return false, fail.At(cond.Lens.Path, fail.Withf(fail.ErrInvalid, "%w", err))
		}
		return (av == nil) == (cond.Op == model.Eq), nil
	}
	return false, nil
}

var compare = map[model.CondOp]string{
	model.Eq: " = ", model.Ne: " <> ", model.Lt: " < ", model.Le: " <= ", model.Gt: " > ", model.Ge: " >= ",
}

// render writes a condition as an expression of x's item.
func (p *conditions) render(c *model.Cond, x *commit.Edit) (string, error) {
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
	case model.Said:
		return p.renderSaid(c.Said, x)
	}
	t, err := p.v.Resolve(c.Lens.Path)
	if err != nil {
		return "", err
	}
	if t.Divided() {
		return p.renderPart(c, t, x)
	}
	doc := x.Doc(t.Rel)
	switch c.Op {
	case model.Exists:
		return x.Has(doc), nil
	case model.NotExists:
		return "NOT (" + x.Has(doc) + ")", nil
	}
	operands, err := p.operands(c, t)
	if err != nil {
		return "", err
	}
	switch {
	case operands == nil && c.Op == model.Eq:
		return "NOT (" + x.Has(doc) + ")", nil
	case operands == nil && c.Op == model.Ne:
		return x.Has(doc), nil
	case operands == nil:
		return "", fail.At(t.Path, fail.Withf(fail.ErrInvalid, "a zero value is not stored under omitempty; test it with Exists"))
	}
	var values []string // an instant is several
	if yes, seconds := asInstants(p.s, c); yes {
		decided, spellings := p.instants(c.Op, seconds, t, x, operands)
		if decided != "" {
			return decided, nil
		}
		values = spellings
	} else {
		for _, av := range operands {
			values = append(values, x.Value(av))
		}
	}
	switch {
	case c.Op == model.Between:
		return doc + " BETWEEN " + values[0] + " AND " + values[1], nil
	case c.Op == model.Ne && len(values) > 1:
		return "NOT (" + among(doc, values) + ")", nil
	case c.Op == model.In, len(values) > 1:
		return among(doc, values), nil
	}
	return doc + compare[c.Op] + values[0], nil
}

// operands encodes the values of a condition; nil if one is stored as absent.
func (p *conditions) operands(c *model.Cond, t *place.Target) ([]types.AttributeValue, error) {
	values := make([]types.AttributeValue, len(c.Values))
	for i, v := range c.Values {
		av, _, err := p.s.Operand(c.Lens, v)
		if err != nil {
			return nil, fail.At(t.Path, fail.Withf(fail.ErrInvalid, "%w", err))
		}
		if av == nil {
			return nil, nil
		}
		values[i] = av
	}
	if c.Op == model.Between && item.Less(values[1], values[0]) {
		return nil, fail.At(t.Path, fail.Withf(fail.ErrInvalid, "Between: the lower bound is greater than the upper one"))
	}
	return values, nil
}

// renderPart tests whether a value with parts exists: a part, list or map of
// parts is in the manifest, what stays is in its own item.
func (p *conditions) renderPart(c *model.Cond, t *place.Target, x *commit.Edit) (string, error) {
	if c.Op != model.Exists && c.Op != model.NotExists {
		return "", vet.Divided(t.Path)
	}
	var either []string
	if p.inManifest(t) {
		member := "m"
		if t.At != nil && t.At.Kind != stored.One {
			member = "o"
		}
		either = append(either, "attribute_exists("+x.Path(p.s.MetaAttr, member, string(t.Named))+")")
	}
	if !t.Leaves() || t.Spills() {
		either = append(either, x.Has(x.Doc(t.Rel)))
	}
	exists := strings.Join(either, " OR ")
	if c.Op == model.NotExists {
		return "NOT (" + exists + ")", nil
	}
	return exists, nil
}
