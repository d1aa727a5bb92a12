package schema

import (
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// acceptPlain lets encrypted fields be read that are stored without encryption.
func acceptPlain(c *compiler, all []*model.Plaintext) {
	for _, p := range all {
		for i, l := range p.Lenses {
			switch {
			case l == nil:
				c.decline("", "repo.AcceptPlain: field %d is nil", i+1)
				continue
			case l.Err != nil:
				c.decl(l.Err)
				continue
			case !c.known("repo.AcceptPlain", l):
				continue
			}
			if node := c.s.Sealing.Policy.AcceptPlain(l.Path, p.Found[i]); node != nil {
				c.s.Sealing.Policy = node
				continue
			}
			c.errs = append(c.errs, &lens.Error{Func: "repo.AcceptPlain", Type: c.s.Typ.String(), Path: l.GoPath(),
				Reason: "no value is encrypted at this path; name exactly what cipher.Protect names"})
		}
		if len(p.Lenses) == 0 {
			c.decline("", "repo.AcceptPlain names no field")
		}
	}
}
