package schema

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/lens"
)

// Versions of a model. An object of an earlier version is read by the type that it had
// then, and becomes one of today by the steps that the program gives.

// Former is an earlier version of a model.
type Former struct {
	Old     *Schema // its type and what was encrypted; it divides nothing
	Version int

	steps []*model.Upgrade // to today's version
}

// versions compiles the earlier versions of a model.
func (c *compiler) versions(v *model.Versions) {
	if v == nil {
		return
	}
	before := len(c.errs)
	steps := c.steps(v)
	if len(c.errs) > before {
		return
	}
	c.s.Model = v.Version
	if c.s.Tree != nil {
		c.s.Tree.OfModel(v.Version)
	}
	c.s.formers = map[int]*Former{}
	for i, u := range steps {
		c.s.formers[u.From] = &Former{Old: former(c, u), Version: u.From, steps: steps[i:]}
	}
}

// steps are the upgrades of a model, from the earliest version to today's.
func (c *compiler) steps(v *model.Versions) (steps []*model.Upgrade) {
	if v.Version < stored.FirstModel {
		c.declineVersions("version %d; the first version of a model is %d", v.Version, stored.FirstModel)
		return nil
	}
	if c.s.Plain {
		c.declineVersions("repo.Plain stores no record, which says of which version an object is")
	}
	from := map[int]*model.Upgrade{}
	for i, u := range v.Upgrades {
		switch {
		case u == nil || u.Old == nil:
			c.declineVersions("upgrade %d is nil, or a zero value; make it with repo.Upgrade", i+1)
		case u.Call == nil:
			c.declineVersions("the function of repo.Upgrade(%d) is nil", u.From)
		case u.From < stored.FirstModel || u.From >= v.Version:
			c.declineVersions("repo.Upgrade(%d): today's version is %d, so earlier ones are %d to %d", u.From, v.Version, stored.FirstModel, v.Version-1)
		case from[u.From] != nil:
			c.declineVersions("repo.Upgrade(%d) is given twice", u.From)
		default:
			from[u.From] = u
		}
	}
	next := c.s.Typ
	for n := v.Version - 1; len(from) > 0; n-- {
		u := from[n]
		if u == nil {
			c.declineVersions("repo.Upgrade(%d) is missing between an earlier version and today's", n)
			return nil
		}
		if u.New != next {
			c.declineVersions("repo.Upgrade(%d) makes a %s, version %d is a %s", n, u.New, n+1, next)
		}
		delete(from, n)
		steps, next = append([]*model.Upgrade{u}, steps...), u.Old
	}
	return steps
}

// VersionsOf are the version of the model that a declaration is of, and the earliest one
// whose objects are read; both are 0 if the model has no versions.
func VersionsOf(s *Schema) (version, oldest int) {
	if s.formers == nil {
		return 0, 0
	}
	return s.Model, s.Model - len(s.formers) // no step lacks in between
}

func (c *compiler) declineVersions(format string, args ...any) {
	c.errs = append(c.errs, &lens.Error{Func: "repo.Schema", Type: c.s.Typ.String(), Reason: fmt.Sprintf(format, args...)})
}

// former compiles what is needed of an earlier version to read an object of it. Where
// its parts are is in its record.
func former(c *compiler, u *model.Upgrade) *Schema {
	s := &Schema{Tables: c.s.Tables, Typ: u.Old, Key: c.s.Key, Tree: place.NewTree(nil), Shards: map[*model.Shard][]*place.Place{}}
	s.Sealing.Entity, s.Sealing.MetaAttr = s.Entity, s.MetaAttr
	old := &compiler{s: s, cfg: c.cfg}
	d := Declaration{Typ: u.Old, Table: s.Root, Key: c.s.Key, Parts: u.Parts}
	var protects []*model.Protect
	for i, p := range u.Parts {
		switch p := p.(type) {
		case *model.Protect:
			protects = append(protects, p)
		case *model.OneOf:
		default:
			c.declineVersions("repo.Upgrade(%d): part %d is neither cipher.Protect nor repo.OneOf, which are all that reading needs", u.From, i+1)
		}
	}
	old.oneOfs(d)
	if old.typed(d) {
		old.protect(protects, true)
		old.choosers()
	}
	c.errs = append(c.errs, old.errs...)
	return s
}

// FormerOf is the earlier version that an object is of, nil if it is of today's. m is
// its record, nil if it has none.
func FormerOf(s *Schema, m *stored.Root) (*Former, error) {
	if !s.Outdated(m) {
		return nil, nil
	}
	version := tables.ModelOf(m)
	f := s.formers[version]
	if f == nil {
		return nil, fail.At(fail.Text(s.MetaAttr), fail.Withf(fail.ErrSchemaTooOld, "the object is of version %d of the model, and the program has no repo.Upgrade(%d)", version, version))
	}
	return f, nil
}

// Unknown reports whether a path leads through an attribute that neither today's type
// nor that of the object knows; f is nil for an object of today's version.
func (f *Former) Unknown(s *Schema, path attr.Path) bool {
	return s.Unknown(path) && (f == nil || f.Old.Unknown(path))
}

// Had reports whether one of some paths is of the earlier type only.
func (f *Former) Had(s *Schema, paths []attr.Path) bool {
	return slices.ContainsFunc(paths, func(p attr.Path) bool { return s.Unknown(p) && !f.Old.Unknown(p) })
}

// Upgrade makes today's T of a value of the earlier type, both behind pointers.
func (f *Former) Upgrade(v reflect.Value) (reflect.Value, error) {
	for _, u := range f.steps {
		next, err := u.Call(v)
		switch {
		case err != nil:
			return next, fail.Withf(fail.ErrInvalid, "repo.Upgrade(%d): %w", u.From, err)
		case next.IsNil():
			return next, fail.Withf(fail.ErrInvalid, "repo.Upgrade(%d) returned nil", u.From)
		}
		v = next
	}
	return v, nil
}

// errHidden: nothing was said of encryption.
var errHidden = errors.New("the object has encrypted values, and repo.Upgrade says of none; give it the cipher.Protect of that version")

// Readable refuses an object of an earlier version of which too little is known: an
// envelope must not be taken for a value.
func (f *Former) Readable(m *stored.Root) error {
	if m != nil && m.Policy != nil && f.Old.Sealing.Policy == nil {
		return fail.Withf(fail.ErrInvalid, "repo.Upgrade(%d): %w", f.Version, errHidden)
	}
	return nil
}
