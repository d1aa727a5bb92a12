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
	if sealed == nil {
		return plan.Struct(p.item, p.aside, r.o.Exact, v) == nil && r.digest(p, p.aside, nil)
	}
	others := func(name []byte) bool { return p.aside(name) || sealed(name) }
	if plan.Struct(p.item, others, r.o.Exact, v) != nil {
		return false
	}
	doc := map[string]types.AttributeValue{}
	p.item.Fields(func(r *wire.Reader, name []byte) error {
		if sealed(name) && !p.aside(name) {
			doc[string(name)] = r.Value()
		}
		return nil
	})
	return r.open(p.inst, doc) && r.digest(p, others, doc) && r.decode(plan, doc, v)
}

// open decrypts attributes of a piece.
func (r *reader) open(inst stored.Inst, doc map[string]types.AttributeValue) bool {
	if len(doc) == 0 {
		return true
	}
	var notes seal.Noted
	if inst != "" {
		notes = r.Envelopes
	}
	err := r.sealed.Open(r.ctx, inst, doc, notes)
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
		if f := plan.ByName[name]; f != nil && f.Codec.Decode(av, f.In(v)) != nil {
			return false
		}
	}
	return true
}

// digest remembers what a part is stored as.
func (r *reader) digest(p piece, aside func(name []byte) bool, opened map[string]types.AttributeValue) bool {
	if r.o.Exact && p.inst != "" {
		r.Digests[p.inst] = r.digester.OfItem(p.item, aside, opened)
	}
	return true
}
