package straight

import (
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/fromwire"
	"github.com/dystore/dystore/internal/seal"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/wire"
)

// piece is an item, and what of it is the value's.
type piece struct {
	inst  stored.Inst // "" for the root
	item  *wire.Item
	aside func(name []byte) bool // attributes that are none of the value's
}

// read stores the attributes of a piece in the struct v, which is zero. Those that are
// sealed, or have something sealed in them, are opened as attribute values.
func (r *reader) read(p piece, plan *fromwire.Plan, v reflect.Value) bool {
	sealed, ok := r.s.Sealing.Names(p.inst)
	if !ok {
		return false
	}
	aside := p.aside
	if sealed != nil {
		aside = func(name []byte) bool { return p.aside(name) || sealed(name) }
	}
	if plan.Struct(p.item, aside, r.o.Exact, v) != nil {
		return false
	}
	doc := p.only(sealed)
	if p.inst != "" && r.o.Exact {
		if r.Digests == nil {
			r.Digests, r.Envelopes = map[stored.Inst]snapshot.Digest{}, seal.Noted{}
		}
		if !r.open(p.inst, doc, r.Envelopes) {
			return false
		}
		r.Digests[p.inst] = r.digester.OfItem(p.item, aside, doc)
	} else if !r.open(p.inst, doc, nil) {
		return false
	}
	return r.decode(plan, doc, v)
}

// only are the attributes of a piece that are sealed, nil if none can be.
func (p piece) only(sealed func(name []byte) bool) map[string]types.AttributeValue {
	if sealed == nil {
		return nil
	}
	doc := map[string]types.AttributeValue{}
	r := p.item.Open()
	defer r.Close()
	for end := r.Begin(); r.More(end); {
		if name := r.Name(); sealed(name) && !p.aside(name) {
			doc[string(name)] = r.Value()
		} else {
			r.Skip()
		}
	}
	return doc
}

// open decrypts attributes of a piece. Values whose key is destroyed are left to the other way,
// which reports them.
func (r *reader) open(inst stored.Inst, doc map[string]types.AttributeValue, notes seal.Noted) bool {
	if len(doc) == 0 {
		return true
	}
	err := r.sealed.OpenLive(r.ctx, inst, doc, notes)
	if errors.Is(err, fail.ErrUnavailable) || r.ctx.Err() != nil {
		r.unavailable = err
	}
	return err == nil
}

// decode stores attributes in the struct v.
func (r *reader) decode(plan *fromwire.Plan, doc map[string]types.AttributeValue, v reflect.Value) bool {
	if r.o.Exact && snapshot.Extract(plan.Codec, doc, nil) != nil {
		return false
	}
	for name, av := range doc {
		if f := plan.ByName[name]; f != nil && f.Codec.Decode(av, f.Var(v)) != nil {
			return false
		}
	}
	return true
}
