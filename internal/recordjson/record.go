// Package recordjson writes records as JSON at once, as they are sent, without the attribute
// values that package stored encodes them to. What few records have is encoded first.
package recordjson

import (
	"bytes"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/wire"
)

// Root is stored.Root.Encode as *wire.Written. A record with a text that is not UTF-8 is
// returned as Encode returns it, for the checks of items to refuse.
func Root(r *stored.Root) types.AttributeValue {
	w, has := newRecord(), r.Members()
	w.member("f").integer(int64(has.Format))
	w.member("v").integer(r.Version)
	w.member("c").integer(r.Created.UnixMilli())
	w.member("e").text(r.Entity)
	w.member("r").ring(r.Ring)
	if has.Birth {
		w.member("b").binary(r.Birth[:])
	}
	if has.Updated {
		w.member("u").integer(r.Updated.UnixMilli())
	}
	if has.LayoutID {
		w.member("l").text(r.LayoutID)
	}
	if len(r.Layout) > 0 {
		w.member("y").layout(r.Layout)
	}
	if r.Policy != nil {
		w.member("s").binary(r.Policy)
	}
	if has.Count {
		w.member("n").integer(int64(r.Dynamic))
	}
	if has.Parts {
		w.member("m").parts(r.Parts)
		w.member("o").orders(r.Orders)
	}
	r.EncodeRare(func(name string, av types.AttributeValue) { w.member(name).value(av) })
	if written := w.end(); written != nil {
		return written
	}
	return r.Encode()
}

// Part is Root for the record of a shard item.
func Part(p stored.Part) types.AttributeValue {
	if p.Base != (stored.Base{}) || p.Cut != nil {
		return p.Encode()
	}
	w := newRecord()
	w.member("w").binary(p.Stamp[:])
	w.member("o").text(p.Owner)
	w.member("p").text(string(p.Inst))
	if written := w.end(); written != nil {
		return written
	}
	return p.Encode()
}

// record is a record that is being written, and what it counts in an item.
type record struct {
	wire.Writer
	draft   *wire.Draft
	size    int
	unsound bool // a name or a value is none of DynamoDB's
}

func newRecord() *record {
	draft := wire.NewDraft()
	w := &record{Writer: wire.Writer{B: draft.Empty()}, draft: draft}
	w.open(`{"M":{`)
	return w
}

// end is nil for a record that cannot be written.
func (w *record) end() (written *wire.Written) {
	w.close(`}}`)
	if !w.Foreign && !w.unsound {
		written = &wire.Written{JSON: bytes.Clone(w.B), Size: w.size}
	}
	w.draft.Done(w.B)
	return written
}

func (w *record) open(tag string) {
	w.B = append(w.B, tag...)
	w.size += item.ContainerSize
}

func (w *record) close(tag string) { w.B = append(w.B, tag...) }

// next begins an element of a list, or a member of a map.
func (w *record) next() *record {
	if last := w.B[len(w.B)-1]; last != '{' && last != '[' {
		w.B = append(w.B, ',')
	}
	w.size += item.ElementSize
	return w
}

func (w *record) member(name string) *record {
	w.next().Text(name)
	w.B = append(w.B, ':')
	w.size += len(name)
	w.unsound = w.unsound || !item.IsName(name)
	return w
}

func (w *record) text(s string) {
	w.B = append(w.B, `{"S":`...)
	w.Text(s)
	w.B = append(w.B, '}')
	w.size += len(s)
}

func (w *record) integer(n int64) {
	w.B = append(w.B, `{"N":"`...)
	digits := len(w.B)
	w.B = strconv.AppendInt(w.B, n, 10)
	w.size += item.IntegerSize(w.B[digits:])
	w.B = append(w.B, `"}`...)
}

func (w *record) binary(b []byte) {
	w.B = append(wire.AppendBinary(append(w.B, `{"B":`...), b), '}')
	w.size += len(b)
}

func (w *record) yes() {
	w.B = append(w.B, `{"BOOL":true}`...)
	w.size++
}

func (w *record) null() {
	w.B = append(w.B, `{"NULL":true}`...)
	w.size++
}

func (w *record) value(av types.AttributeValue) {
	size, sound := item.MeasureValue(av, 2)
	w.Value(av)
	w.size += size
	w.unsound = w.unsound || !sound
}

func (w *record) ring(ring []stored.ID) {
	w.open(`{"L":[`)
	for _, id := range ring[:stored.Filled(ring)] {
		w.next().binary(id[:])
	}
	w.close(`]}`)
}

func (w *record) layout(l stored.Layout) {
	w.open(`{"L":[`)
	for i := range l {
		w.next().place(&l[i])
	}
	w.close(`]}`)
}

func (w *record) place(p *stored.Place) {
	w.open(`{"M":{`)
	w.member("p").open(`{"L":[`)
	for _, s := range p.Path {
		w.next().text(stored.SegText(s))
	}
	w.close(`]}`)
	w.member("k").text(string(p.Kind))
	if p.Table != "" {
		w.member("t").text(p.Table)
	}
	if p.SaysKeyName() {
		w.member("a").text(p.KeyName)
	}
	if p.MayInline {
		w.member("w").yes()
	}
	w.close(`}}`)
}

func (w *record) parts(parts map[stored.Inst]stored.Ref) {
	w.open(`{"M":{`)
	for inst, ref := range parts {
		w.member(string(inst)).ref(&ref)
	}
	w.close(`}}`)
}

func (w *record) ref(r *stored.Ref) {
	if !r.Elsewhere() {
		w.binary(r.Stamp[:])
		return
	}
	w.open(`{"M":{`)
	w.member("w").binary(r.Stamp[:])
	w.member("t").text(r.Table)
	w.member("a").text(r.KeyName)
	w.member("k").text(r.Key)
	if r.Cut {
		w.member("c").yes()
	}
	w.close(`}}`)
}

func (w *record) orders(orders map[stored.Inst]stored.Order) {
	w.open(`{"M":{`)
	for inst, o := range orders {
		w.member(string(inst)).order(&o)
	}
	w.close(`}}`)
}

func (w *record) order(o *stored.Order) {
	if o.IsMap {
		w.open(`{"M":{`)
		for _, name := range o.Nils {
			w.member(name).null()
		}
		w.close(`}}`)
		return
	}
	w.open(`{"L":[`)
	for _, e := range o.Elems {
		if w.next(); e.Nil {
			w.null()
		} else {
			w.binary(e.ID[:])
		}
	}
	w.close(`]}`)
}
