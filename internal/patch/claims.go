package patch

import (
	"errors"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Unique values: a change of one moves its claim in the same transaction. Which claim
// that is, the record says; of fields that are unique together, the others are read.

// current is what is stored of fields, in one version of the object.
type current struct {
	id     stored.ID // of the version; zero for an item without a record
	fields []field
}

// field is the value at a path, as it is stored and opened if it was encrypted; nil
// for none.
type field struct {
	path           attr.Path
	stored, opened types.AttributeValue
}

// errNeedFields: the plan depends on the values of its needs.
var errNeedFields = errors.New("values of fields are needed")

// checkUnique refuses a change whose result is not known.
func (u *Updater) checkUnique(ch *model.Change) error {
	for _, q := range u.s.Uniques {
		for _, f := range q.Fields {
			switch {
			case !ch.Lens.Path.Overlaps(f.Path) || ch.Op == model.Set || ch.Op == model.Remove:
			case ch.Op == model.SetIfAbsent && len(ch.Lens.Path) == len(f.Path):
			default:
				return fail.At(ch.Lens.Path, fail.Withf(fail.ErrInvalid, "%s is unique; what it becomes must be known, use Set or Modify", f.Path))
			}
		}
	}
	return nil
}

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
		if !ok {
			l = stored.Location{}
		}
		p.claimed(u.Name, l)
	}
	return nil
}

// claimed notes the item that claims a value, the zero location for none.
func (p *plan) claimed(name string, l stored.Location) {
	var old stored.Location
	if p.v.Meta != nil {
		old = p.v.Meta.Claims[name]
	}
	if l == old {
		return
	}
	p.claims = append(p.claims, claim{name, old, l})
}

// claim is one that moves; a zero location is none.
type claim struct {
	name     string
	old, new stored.Location
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
	av, err := ch.Lens.Encode(ch.Value)
	if err != nil {
		return nil, fail.At(ch.Lens.Path, fail.Withf(fail.ErrInvalid, "%w", err))
	}
	if rest := path[len(ch.Lens.Path):]; len(rest) > 0 {
		return item.Follow(map[string]types.AttributeValue{"v": av}, attr.Join(attr.Names("v"), rest)), nil
	}
	return p.s.IndexFormAt(path, av)
}

// stored is the value at a path of the version that the plan is for. An item without a
// record has no version, so that its write states the value.
func (p *plan) stored(path attr.Path) (av types.AttributeValue, known bool) {
	switch {
	case p.current == nil || !p.v.Certain():
		return nil, false
	case p.v.Meta != nil && p.v.Meta.WriteID() != p.current.id, p.v.Bare && p.current.id != stored.ID{}:
		return nil, false
	}
	i := slices.IndexFunc(p.current.fields, func(f field) bool { return f.path.String() == path.String() })
	if i < 0 {
		return nil, false
	}
	f := &p.current.fields[i]
	if x := &p.root; !p.v.Bare {
	} else if f.stored == nil {
		x.Require("attribute_not_exists(" + x.Doc(path) + ")")
	} else {
		x.Require(x.Doc(path) + " = " + x.Value(f.stored))
	}
	return f.opened, true
}

// changed reports whether a root item without a record has other values than were
// read.
func (c *current) changed(root attrs) bool {
	return slices.ContainsFunc(c.fields, func(f field) bool {
		now := item.Follow(root, f.path)
		return (now == nil) != (f.stored == nil) || now != nil && !item.Equal(now, f.stored)
	})
}

// readFields reads the record, and fields of the version that it is of; done if the
// write is.
func (u *updating) readFields(fields []attr.Path) (done bool, err error) {
	var e expr.Builder
	names := []string{e.Name(u.s.Keys[0].Name), e.Name(u.s.MetaAttr)}
	for _, f := range fields {
		if name := e.Name(f[0].Name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	root, err := u.get.One(u.ctx, u.s.RootItem(u.key), true, e.Project(names...))
	if err != nil {
		return false, err
	}
	if done, err := u.learn(root); done || err != nil {
		return done, err
	}
	sealed, err := u.s.Sealing.Of(u.key.Parts)
	if err != nil {
		return false, err
	}
	c := &current{}
	if u.v.Meta != nil {
		c.id = u.v.Meta.WriteID()
	}
	items := map[stored.Inst]attrs{"": root}
	for _, path := range fields {
		f := field{path: path}
		if f.stored, err = u.readField(items, path); err != nil {
			return false, err
		}
		if f.opened, err = sealed.OpenAt(u.ctx, path, f.stored); err != nil {
			return false, err
		}
		c.fields = append(c.fields, f)
	}
	u.current = c
	return false, nil
}

// readField returns the stored value of a field, nil if there is none. items are those
// that were read, the root's first.
func (u *updating) readField(items map[stored.Inst]attrs, path attr.Path) (types.AttributeValue, error) {
	t, err := u.v.Resolve(path)
	switch {
	case errors.Is(err, fail.ErrNoPath):
		return nil, nil
	case err != nil:
		return nil, err
	case !u.v.Present(t.Owner):
		return nil, nil
	case items[t.Owner] == nil:
		if items[t.Owner], err = u.readPart(t.Owner); err != nil {
			return nil, err
		}
	}
	return item.Follow(items[t.Owner], t.Rel), nil
}

// readPart reads the item of a part. One that is not of the version that was read is
// that of another write, which came between; it is a damage if the version stays.
func (u *updating) readPart(inst stored.Inst) (attrs, error) {
	loc := u.v.Meta.Locate(inst, u.key.Parts)
	if err := u.s.CheckTable(inst, loc); err != nil {
		return nil, err
	}
	it, err := u.get.One(u.ctx, u.s.PartItem(loc), true, nil)
	if err != nil {
		return nil, err
	}
	rec, err := stored.DecodePart(it[u.s.MetaAttr])
	switch id := u.v.Meta.WriteID(); {
	case err == nil && rec.Owner == u.obj.Owner && rec.Stamp == u.v.Meta.Parts[inst].Stamp:
		return it, nil
	case u.torn == id: // as package load judges it
		return nil, fail.At(fail.Text(inst), fail.Withf(fail.ErrCorrupt, "the item of this part in table %s is not the one that the stored record names; nothing was written", loc.Table))
	default:
		u.torn = id
		return nil, commit.ErrReplan
	}
}

// claimsAfter are the claims of the object when the plan is done.
func (p *plan) claimsAfter() map[string]stored.Location {
	after := map[string]stored.Location{}
	if p.v.Meta != nil {
		maps.Copy(after, p.v.Meta.Claims)
	}
	for _, c := range p.claims {
		if delete(after, c.name); c.new != (stored.Location{}) {
			after[c.name] = c.new
		}
	}
	return after
}

// moveClaims adds the items of claims to the transaction.
func (p *plan) moveClaims(plan *commit.Plan, items tables.Items) error {
	guard := commit.Guard{Object: p.obj}
	for _, c := range p.claims {
		for _, l := range []stored.Location{c.new, c.old} {
			if l == (stored.Location{}) {
				continue
			}
			if err := p.s.CheckClaim(c.name, l); err != nil {
				return err
			}
			if err := items.Take(stored.Inst(c.name), l); err != nil {
				return err
			}
			if table := p.s.FullName(l.Table); l == c.new {
				plan.Parts = append(plan.Parts, guard.Claim(table, c.name, l))
			} else {
				plan.Parts = append(plan.Parts, guard.Unclaim(table, c.name, l))
			}
		}
	}
	return nil
}
