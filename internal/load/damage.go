package load

import (
	"maps"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/damage"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/stored"
)

// Objects with damaged parts. Whoever asks for them gets what there is, and a report.

// bears reports whether the reader takes damaged parts.
func (o *Object) bears() bool { return o.sel != nil && o.sel.damaged }

// lose goes on without parts that are not what the manifest says, or ends the object.
func (o *Object) lose(lost []damage.Part) {
	for _, p := range lost {
		if !o.bears() || p.Err == fail.ErrNotFound {
			o.fail(p.Err)
			return
		}
	}
	if len(lost) > 0 {
		o.damage, o.Meta = o.damage.Note(o.Meta, lost...)
		o.done = len(o.missing()) == 0
	}
}

// excuse notes a part that is the right one and cannot be used, if the reader takes such
// an object. Otherwise it returns the error.
func (o *Object) excuse(inst stored.Inst, err error) error {
	if !o.bears() || fail.KindName(err) != "ErrCorrupt" {
		return err
	}
	o.damage, o.Meta = o.damage.Note(o.Meta, damage.Part{Inst: inst, Cause: damage.Undecodable, Err: fail.At(fail.Text(inst), err)})
	return nil
}

// decodes is why a part is no value of its type, nil if it is one.
func (o *Object) decodes(s *schema.Schema, inst stored.Inst, part attrs) error {
	doc := damage.Alone(inst, part)
	err := codec.DecodeStruct(s.Codec, doc, reflect.New(s.Codec.Type()).Elem())
	if err == nil {
		return nil
	}
	return schema.Undecoded(nil, s.Sealing.Explain(o.Key.Parts, nil, &types.AttributeValueMemberM{Value: doc}, s.Codec, err))
}

// shape is the record by which the object is put together. Parts that are not in it are
// taken out. A variant that is gone is the zero value of its type: the root says that there
// is one.
func (o *Object) shape(s *schema.Schema, parts place.Parts) *stored.Root {
	if o.damage == nil {
		return o.Meta
	}
	maps.DeleteFunc(parts, func(inst stored.Inst, _ attrs) bool { return !o.names(inst) })
	root := *o.Meta
	root.Parts = maps.Clone(root.Parts)
	for _, p := range o.damage.Lost() {
		if path := stored.PlaceOf(p); s.IsVariant(path) && !p.Outside(o.damage.Gone) {
			root.Parts[p], parts[p] = stored.Ref{}, schema.ZeroOf(s, path)
		}
	}
	return &root
}
