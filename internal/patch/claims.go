package patch

import (
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/claim"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/tables"
)

// Unique values: a change of one moves its claim in the same transaction. Which claim
// that is, the record says; of fields that are unique together, the others are read.

// errNeedFields: the plan depends on the values of its needs.
var errNeedFields = errors.New("values of fields are needed")

// claim makes the plan claim what unique values become. What has to be read for any
// of them is read at once.
func (p *plan) claim(all []*model.Change) error {
	if len(p.s.Uniques) == 0 {
		return nil
	}
	changed := map[*schema.Unique][]types.AttributeValue{}
	for _, u := range p.s.Uniques {
		values, changes, err := p.become(u, all)
		if err != nil {
			return err
		}
		if changes {
			changed[u] = values
		}
	}
	switch {
	case len(p.needs) > 0:
		return errNeedFields
	case len(changed) > 0 && !p.v.Certain():
		return place.ErrNeedManifest
	}
	for _, u := range p.s.Uniques {
		values, changes := changed[u]
		if !changes {
			continue
		}
		l, ok, err := u.Claim(p.s.Entity, values)
		if err != nil {
			return err
		}
		if old, had := p.claims()[u.Name]; had == ok && old == l {
			continue
		}
		if p.claimed == nil {
			p.claimed = claim.Of(p.v.Meta)
		}
		if delete(p.claimed, u.Name); ok {
			p.claimed[u.Name] = l
		}
	}
	return nil
}

// claims are those of the version that the plan is for.
func (p *plan) claims() claim.Claims {
	if p.v.Meta == nil {
		return nil
	}
	return p.v.Meta.Claims
}

// become returns what the fields of a unique value become, and whether any of them is
// changed. Those that have to be read first are needs.
func (p *plan) become(u *schema.Unique, all []*model.Change) (values []types.AttributeValue, changes bool, err error) {
	if !slices.ContainsFunc(u.Fields, func(f schema.UniqueField) bool { return changing(f.Path, all) != nil }) {
		return nil, false, nil
	}
	values = make([]types.AttributeValue, len(u.Fields))
	for i, f := range u.Fields {
		ch := changing(f.Path, all)
		if f.Key >= 0 {
			values[i] = p.key.Parts[f.Key]
			continue
		}
		said, ok, err := p.s.StoredIn(p.key, f.Path)
		if err != nil {
			return nil, false, err
		}
		if ok { // the item may lack it
			values[i] = said
			continue
		}
		known := ch != nil && ch.Op != model.SetIfAbsent
		if !known {
			if values[i], known = p.stored(f.Path); !known {
				p.needs = append(p.needs, f.Path)
			}
		}
		if ch != nil && (ch.Op == model.Set || ch.Op == model.SetIfAbsent && item.Absent(values[i])) {
			if values[i], err = p.set(f.Path, ch); err != nil {
				return nil, false, err
			}
		}
	}
	return values, true, nil
}

// changing is the change that concerns the value at a path, nil if there is none.
func changing(path attr.Path, all []*model.Change) *model.Change {
	for _, ch := range all {
		if ch.Lens != nil && ch.Op != model.If && ch.Op != model.Unchanged && ch.Lens.Path.Overlaps(path) {
			return ch
		}
	}
	return nil
}

// set is what the value at a path becomes by a Set of it, or of what it is in.
func (p *plan) set(path attr.Path, ch *model.Change) (types.AttributeValue, error) {
	av, err := ch.SetsAt(path)
	if err != nil {
		return nil, fail.At(ch.Lens.Path, fail.Withf(fail.ErrInvalid, "%w", err))
	}
	return p.s.IndexFormAt(path, av)
}

// stored is the value at a path of the version that the plan is for. An item without a
// record has no version, so that its write states the value.
func (p *plan) stored(path attr.Path) (av types.AttributeValue, known bool) {
	f := p.fields.At(p.v, path)
	if f == nil {
		return nil, false
	}
	if x := &p.root; !p.v.Bare {
	} else if f.Stored == nil {
		x.Require("attribute_not_exists(" + x.Doc(path) + ")")
	} else {
		x.Require(x.Doc(path) + " = " + x.Value(f.Stored))
	}
	return f.Opened, true
}

// readFields reads the record, and fields of the version that it is of; done if the
// write is. A part that is not of that version is another write's, which came between,
// or damaged if the version stays.
func (u *updating) readFields(fields []attr.Path) (done bool, err error) {
	fields = u.fields.And(fields) // who needs some does not know what another has needed
	root, err := u.s.ReadRecord(u.ctx, u.get, u.key, fields...)
	if err != nil {
		return false, err
	}
	u.root = root
	if done, err := u.learn(root); done || err != nil {
		return done, err
	}
	root = u.root
	u.fields, err = claim.ReadFields(u.ctx, u.get, u.s, u.v, u.key, root, fields)
	torn, ok := errors.AsType[*claim.Torn](err)
	switch {
	case !ok:
		return false, err
	case torn.Missing && u.s.Expiring(nil, u.v.Meta):
		return false, fail.ErrNotFound
	case u.torn == u.v.Meta.WriteID(): // as package load judges it
		return false, fail.At(fail.Text(torn.Inst), fail.Withf(fail.ErrCorrupt, "%w; nothing was written", torn))
	default:
		u.torn = u.v.Meta.WriteID()
		return false, commit.ErrReplan
	}
}

// moveClaims adds the items of claims to the transaction.
func (p *plan) moveClaims(plan *commit.Plan, items tables.Items) error {
	if p.claimed == nil {
		return nil
	}
	move := claim.Move{Tables: &p.s.Tables, Guard: &commit.Guard{Object: p.obj, Expires: p.until}, From: p.claims(), To: p.claimed, Items: func() tables.Items { return items }}
	plan.Parts = append(plan.Parts, move.Puts(func(string) bool { return p.retimed })...)
	gone, err := move.Deletes()
	plan.Parts = append(plan.Parts, gone...)
	return err
}
