package tables

import (
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/stored"
)

// Versions of a model. An item without a record is of the first one.

// CheckModel refuses an object of a version of the model that the program does not know.
// m is its record, nil if it has none.
func (s *Tables) CheckModel(m *stored.Root) error {
	if s.Model == 0 || m == nil || m.Model() <= s.Model {
		return nil
	}
	return fail.At(fail.Text(s.MetaAttr), fail.Withf(fail.ErrSchemaTooNew, "the object is of version %d of the model, this program has version %d", m.Model(), s.Model))
}

// Outdated reports whether an object that exists is of an earlier version of the model.
func (s *Tables) Outdated(m *stored.Root) bool { return s.Model > 0 && ModelOf(m) < s.Model }

// ModelOf is the version of the model that an object is of.
func ModelOf(m *stored.Root) int {
	if m == nil {
		return stored.FirstModel
	}
	return m.Model()
}
