package patch

import (
	"context"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/internal/vet"
)

// CheckOp is the operation that states conditions of an object and leaves it as it
// is. Without conditions the object must exist.
//
// It is an Update without changes: plans, guesses and the explanation of refusals
// are the same. A condition on a part is checked on the part's item, and the root
// is checked to have the part, so that both are of one version.
func (u *Updater) CheckOp(ctx context.Context, key tables.Key, conds []*model.Cond, opts commit.Options) (commit.Op, error) {
	all := make([]*model.Change, len(conds))
	for i, c := range conds {
		c, err := u.s.Cond(c)
		if err == nil {
			err = vet.Condition(u.s, c)
		}
		if err != nil {
			return nil, err
		}
		all[i] = &model.Change{Op: model.If, Cond: c}
	}
	o := u.updating(ctx, key, all, Options{Options: opts})
	o.obj.Relaxed, o.checks = false, true
	return o, nil
}

// stateRoot is finishRoot of a plan that changes nothing.
func (p *plan) stateRoot() error {
	x := &p.root
	switch {
	case p.v.Meta != nil:
		x.Require(p.obj.AtState(&x.Builder, p.v.Meta))
		x.Require(p.obj.Alive(&x.Builder, ""))
	case p.v.Bare:
		cond, err := (&commit.Basis{Exists: true}).Condition(&x.Builder, p.obj)
		if err != nil {
			return err
		}
		x.Require(cond)
	default:
		p.guessConds()
	}
	return nil
}
