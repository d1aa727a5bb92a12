package schema

import (
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/lens"
)

// acceptPlain lets encrypted fields be read that are stored without encryption.
func acceptPlain(c *compiler, all []*model.Plaintext) {
	for _, p := range all {
		accept(c, "repo.AcceptPlain", p.Lenses, func(i int, path attr.Path) *policy.Node {
			return c.s.Sealing.Policy.AcceptPlain(path, p.Counts[i])
		})
	}
}

// acceptErased lets encrypted fields be absent whose key is destroyed.
func acceptErased(c *compiler, all []*model.Erased) {
	for _, p := range all {
		if p.Report == nil {
			c.decline("", "repo.AcceptErased: the function is nil; without a report nobody can tell what is erased from what is empty")
			continue
		}
		accept(c, "repo.AcceptErased", p.Lenses, func(_ int, path attr.Path) *policy.Node {
			return c.s.Sealing.Policy.AcceptErased(path, p.Report)
		})
	}
}

// accept makes the policy accept something else than a valid envelope at the paths of lenses.
func accept(c *compiler, fn string, lenses []*model.Lens, at func(i int, path attr.Path) *policy.Node) {
	for i, l := range lenses {
		switch {
		case l == nil:
			c.decline("", "%s: field %d is nil", fn, i+1)
			continue
		case l.Err != nil:
			c.decl(l.Err)
			continue
		case !c.known(fn, l):
			continue
		case l.BindAs != nil:
			c.decline(l.GoPath(), "%s: cipher.BindAs says what values are sealed as; give it to cipher.Protect", fn)
			continue
		}
		if node := at(i, l.Path); node != nil {
			c.s.Sealing.Policy = node
			continue
		}
		c.errs = append(c.errs, &lens.Error{Func: fn, Type: c.s.Typ.String(), Path: l.GoPath(),
			Reason: "no value is encrypted at this path; name exactly what cipher.Protect names"})
	}
	if len(lenses) == 0 {
		c.decline("", "%s names no field", fn)
	}
}
