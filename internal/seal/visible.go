package seal

import (
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/policy"
)

// Visible refuses a condition on a path that compares what is encrypted, or that
// asks for the existence of what may be an encrypted nil.
func (s *Sealing) Visible(l *model.Lens, existence bool) error {
	path := l.Path
	switch state, sealed := s.Policy.At(path); {
	case state == policy.Inside:
		return fail.At(path, fail.Withf(fail.ErrInvalid, "the value lies inside %s, which is encrypted whole; no condition can see it", sealed))
	case existence && s.HidesNil(l):
		return fail.At(path, fail.Withf(fail.ErrInvalid, HiddenNil))
	case existence:
		return nil
	case state == policy.Sealed:
		return fail.At(path, fail.Withf(fail.ErrInvalid, "the value is encrypted; a condition can only test whether it exists"))
	case state == policy.Above:
		return fail.At(path, fail.Withf(fail.ErrInvalid, "the value holds %s, which is encrypted; a condition can only test whether it exists", sealed))
	}
	return nil
}
