package repo

import (
	"bytes"
	"slices"
	"sync/atomic"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/policy"
)

// MustBeSealed names paths that must be encrypted in every object that Open
// reads. Without it, which values those are is known from the list that is
// stored with each object, and whoever can write to the table can put an older
// list of the same object back: one that does not have a path yet, beside
// plaintext at that path.
//
// An object whose list does not have every one of the paths is refused, with
// ErrCorrupt and cipher.ErrNotEncrypted, and nothing of it is returned. That
// includes objects that were written before a path was encrypted, until a Put
// or a Modify renews their list; an Update does not. Where the list has them,
// what stands there is an envelope or is absent. Delete returns no value and
// does not look.
//
// Paths are written as errors and [Repo.Layout] write them: location.city,
// past[].city for all elements of a list, homes{}.city for all entries of a
// map, and ["a.b"] for a name with one of . [ ] { } " in it. A path inside of
// what is encrypted is encrypted. A struct of which only fields are encrypted,
// as by cipher.ProtectAll, is not, since it may hold others; name the fields. A
// wrong path is ErrInvalid in Open.
func MustBeSealed(paths ...string) Option {
	return option{"MustBeSealed", func(c *config) { c.sealed, c.sealing = append(c.sealed, paths...), true }}
}

// mustBeSealed checks and reads the paths of MustBeSealed. key and record are
// attributes that are never encrypted.
func (cfg *config) mustBeSealed(key []string, record string) (paths []attr.Path, errs []error) {
	wrong := func(format string, args ...any) {
		errs = append(errs, fail.Withf(ErrInvalid, "repo.MustBeSealed: "+format, args...))
	}
	switch {
	case !cfg.sealing:
		return nil, nil
	case len(cfg.sealed) == 0:
		wrong("it names no path")
	case cfg.opener == nil:
		wrong("without repo.WithOpener nothing encrypted can be read")
	}
	for _, s := range cfg.sealed {
		path, err := attr.Parse(s)
		if err != nil {
			wrong("path %q: %w", s, err)
			continue
		}
		i := slices.IndexFunc(path, func(s attr.Seg) bool { return s.Kind == attr.Index })
		switch {
		case i >= 0:
			wrong("path %q: %s is one element of a list, and a list is encrypted for all of them: %s[]", s, path[:i+1], path[:i])
		case slices.Contains(key, path[0].Name):
			wrong("path %q: it is part of the key, which is never encrypted", s)
		case path[0].Name == record:
			wrong("path %q: it is in the stored record, which is never encrypted", s)
		}
		paths = append(paths, path)
	}
	return paths, errs
}

// policies makes policies of lists of encrypted paths. It remembers the last
// one, because the objects of a table nearly always have the same. A list is
// bound to its object and opened for each; what is saved is to parse it.
type policies struct {
	opener   cipher.Opener
	required []attr.Path // each list must have them
	last     atomic.Pointer[parsedPolicy]
}

type parsedPolicy struct {
	list []byte
	node *policy.Node // immutable
}

func (p *policies) decode(list []byte) (*policy.Node, error) {
	if known := p.last.Load(); known != nil && bytes.Equal(known.list, list) {
		return known.node, nil
	}
	node, err := policy.Decode(list, p.opener)
	if err != nil {
		return nil, fail.Withf(ErrCorrupt, "%w", err)
	}
	for _, path := range p.required {
		if !node.Seals(path) {
			return nil, unsealed(node, path)
		}
	}
	p.last.Store(&parsedPolicy{list, node})
	return node, nil
}

// unsealed is the error of an object whose list does not have a path.
func unsealed(n *policy.Node, path attr.Path) error {
	only := ""
	if state, other := n.At(path); state == policy.Above {
		only = ", only " + other.String()
	}
	return fail.At(path, fail.Withf(ErrCorrupt, "%w: the object's list of encrypted paths does not have this one%s; repo.MustBeSealed names it, and an older list may have been put back", cipher.ErrNotEncrypted, only))
}
