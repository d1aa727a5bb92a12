package schema

import (
	"fmt"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// acceptPlain lets encrypted fields be read that are stored without encryption.
func acceptPlain(c *compiler, all []*model.Plaintext) {
	for _, p := range all {
		for i, l := range p.Lenses {
			decline := func(format string, args ...any) {
				c.errs = append(c.errs, &lens.Error{Func: "repo.AcceptPlain", Type: c.s.Typ.String(), Path: l.GoPath(), Reason: fmt.Sprintf(format, args...)})
			}
			if l == nil {
				c.decline("", "repo.AcceptPlain: field %d is nil", i+1)
				continue
			}
			if l.Err != nil {
				c.decl(l.Err)
				continue
			}
			if !c.known("repo.AcceptPlain", l) {
				continue
			}
			node := c.s.Sealing.Policy.AcceptPlain(l.Path, p.Found[i])
			if node == nil {
				decline("no value is encrypted at this path; name exactly what cipher.Protect names")
				continue
			}
			c.s.Sealing.Policy = node
		}
		if len(p.Lenses) == 0 {
			c.decline("", "repo.AcceptPlain names no field")
		}
	}
}
