package repo

import (
	"bytes"
	"sync/atomic"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/policy"
)

// policies makes policies of lists of encrypted paths. It remembers the last
// one, because the objects of a table nearly always have the same. A list is
// bound to its object and opened for each; what is saved is to parse it.
type policies struct {
	opener cipher.Opener
	last   atomic.Pointer[parsedPolicy]
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
		return nil, err
	}
	p.last.Store(&parsedPolicy{list, node})
	return node, nil
}
