package fail

import (
	"errors"
	"fmt"
)

// What goes through all objects of a table goes on after one that fails.

// OutOfReach reports whether an error says nothing about the object that it came with:
// others would fail in the same way.
func OutOfReach(err error) bool {
	_, lost := errors.AsType[*RegionError](err)
	return lost || EndOfContext(err) || errors.Is(err, ErrThrottled) || errors.Is(err, ErrUnavailable)
}

// firstErrors are as many as are returned.
const firstErrors = 10

// Several are the errors of objects that have failed: the first ones, and how many more
// there are.
type Several struct {
	first []error
	more  int64
}

// Add adds the errors of objects.
func (s *Several) Add(errs ...error) {
	n := min(len(errs), firstErrors-len(s.first))
	s.first = append(s.first, errs[:n]...)
	s.more += int64(len(errs) - n)
}

// With joins these errors, and the one that has ended everything, if any.
func (s *Several) With(end error) error {
	all := s.first
	if s.more > 0 {
		all = append(all, fmt.Errorf("and %d more objects", s.more))
	}
	return errors.Join(append(all, end)...)
}
