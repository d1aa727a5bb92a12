package seal

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/policy"
	"github.com/dystore/dystore/internal/stored"
)

// Lists makes policies of lists of encrypted paths. It remembers the last
// one, because the objects of a table nearly always have the same. A list is
// bound to its object and opened for each; what is saved is to parse it.
type Lists struct {
	Opener   cipher.Opener
	Required []attr.Path // each list must have them
	last     atomic.Pointer[parsedPolicy]
}

type parsedPolicy struct {
	list []byte
	node *policy.Node // immutable
}

// Of is how one object is encrypted: m is its record, nil if there is none, in the
// attribute metaAttr.
func (l *Lists) Of(ctx context.Context, metaAttr string, key []types.AttributeValue, m *stored.Root) (*Sealing, error) {
	if m == nil || m.Policy == nil {
		if l.Opener != nil {
			// Without its list of encrypted paths an object could hold planted
			// plaintext unnoticed.
			where := fmt.Stringer(fail.Text(metaAttr))
			if len(l.Required) > 0 {
				where = l.Required[0]
			}
			return nil, fail.At(where, fail.Withf(fail.ErrCorrupt, "%w: the object has no list of encrypted paths; leave out WithOpener to read objects that are not encrypted", cipher.ErrNotEncrypted))
		}
		return &Sealing{}, nil
	}
	if l.Opener == nil {
		return nil, fail.Withf(fail.ErrInvalid, "the object has encrypted values; give Open a repo.WithOpener")
	}
	sealing := &Sealing{Entity: m.Entity, MetaAttr: metaAttr}
	list, err := sealing.OpenList(ctx, l.Opener, key, m.Policy)
	if err != nil {
		return nil, err
	}
	if sealing.Policy, err = l.decode(list); err != nil {
		if _, known := fail.Path(err); !known {
			err = fail.At(fail.Text(metaAttr), err)
		}
	}
	return sealing, err
}

func (l *Lists) decode(list []byte) (*policy.Node, error) {
	if known := l.last.Load(); known != nil && bytes.Equal(known.list, list) {
		return known.node, nil
	}
	node, err := policy.Decode(list, l.Opener)
	if err != nil {
		return nil, fail.Withf(fail.ErrCorrupt, "%w", err)
	}
	for _, path := range l.Required {
		if !node.Seals(path) {
			return nil, unsealed(node, path)
		}
	}
	l.last.Store(&parsedPolicy{list, node})
	return node, nil
}

// unsealed is the error of an object whose list does not have a path.
func unsealed(n *policy.Node, path attr.Path) error {
	only := ""
	if state, other := n.At(path); state == policy.Above {
		only = ", only " + other.String()
	}
	return fail.At(path, fail.Withf(fail.ErrCorrupt, "%w: the object's list of encrypted paths does not have this one%s; repo.MustBeSealed names it, and an older list may have been put back", cipher.ErrNotEncrypted, only))
}

// ParsePaths reads paths that lists are to have. key and record are attributes that
// are never encrypted; wrong makes the error of a path that cannot be.
func ParsePaths(texts, key []string, record string, wrong func(format string, args ...any) error) (paths []attr.Path, errs []error) {
	for _, s := range texts {
		path, err := attr.Parse(s)
		if err != nil {
			errs = append(errs, wrong("path %q: %w", s, err))
			continue
		}
		i := slices.IndexFunc(path, func(s attr.Seg) bool { return s.Kind == attr.Index })
		switch {
		case i >= 0:
			errs = append(errs, wrong("path %q: %s is one element of a list, and a list is encrypted for all of them: %s[]", s, path[:i+1], path[:i]))
		case slices.Contains(key, path[0].Name):
			errs = append(errs, wrong("path %q: it is part of the key, which is never encrypted", s))
		case path[0].Name == record:
			errs = append(errs, wrong("path %q: it is in the stored record, which is never encrypted", s))
		}
		paths = append(paths, path)
	}
	return paths, errs
}
