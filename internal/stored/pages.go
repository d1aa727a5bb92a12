package stored

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash/fnv"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/sorted"
)

// Pages are the items that hold the manifest and the orders of an object that has too many
// parts for its record. They are copies, as those of parts are: nobody changes them.
type Pages struct {
	Table, KeyName string
	List           []Page
	Unread         bool // the record is as it is stored: nobody has read the pages
}

// Page is one of them.
type Page struct {
	Stamp ID
	Sum   [sha256.Size]byte // of its data
	Lost  bool              // it was looked for, and is not there
}

// PageKey is the key of the page with a stamp: that of a copy of no part.
func PageKey(entity string, key []types.AttributeValue, stamp ID) string {
	return StagedKey(entity, key, "", stamp)
}

const (
	// ManifestBytes is how much of a record the manifest and the orders may take.
	ManifestBytes = 32 << 10
	// leastPage and mostPage bound pages, in bytes. In between one ends where an entry says
	// so, so that what is inserted changes one page, and not all behind it.
	leastPage, mostPage = 4 << 10, 32 << 10
	// pageEnds is one in how many entries says so.
	pageEnds = 256
)

// Large reports whether the record is of a format of objects with parts in pieces or a
// manifest on pages.
func (r *Root) Large() bool { return r.Format%2 == 0 }

// Needs is the format that the record needs if its other members stay as they are.
func (r *Root) Needs() int {
	if r.Format < Compact {
		return r.needs(FirstFormat)
	}
	return r.needs(Compact)
}

// needs is the format that the record needs, of small and the one after it.
func (r *Root) needs(small int) int {
	if r.Pages != nil {
		return small + 1
	}
	for _, ref := range r.Parts {
		if ref.Cut {
			return small + 1
		}
	}
	return small
}

// Bulky reports whether the manifest and the orders are to be on pages.
func (r *Root) Bulky() bool {
	n := 0
	for inst, ref := range r.Parts {
		n += len(inst) + len(ref.Stamp) + 2
		if ref.Elsewhere() {
			n += len(ref.Table) + len(ref.KeyName) + len(ref.Key) + 11
		}
	}
	for inst, o := range r.Orders {
		n += len(inst) + 9*len(o.Elems)
	}
	return n > ManifestBytes
}

// Paginate puts the manifest and the orders on pages in a table, those of old among them
// that are the same. It returns the data of the new ones. The key is the object's.
func (r *Root) Paginate(table, keyName string, old *Pages, key []types.AttributeValue) map[ID][]byte {
	known := map[[sha256.Size]byte]ID{}
	if old != nil && old.Table == table && old.KeyName == keyName {
		for _, p := range old.List {
			known[p.Sum] = p.Stamp
		}
	}
	fresh := map[ID][]byte{}
	r.Pages = &Pages{Table: table, KeyName: keyName}
	for _, data := range r.paged(key) {
		p := Page{Sum: sha256.Sum256(data)}
		stamp, ok := known[p.Sum]
		if !ok {
			stamp = NewID()
			fresh[stamp] = data
		}
		delete(known, p.Sum) // two pages are two items
		p.Stamp = stamp
		r.Pages.List = append(r.Pages.List, p)
	}
	return fresh
}

// Lost are the pages that are not there: what they say of parts is not known.
func (p *Pages) Lost() (lost []Page) {
	if p != nil {
		lost = slices.DeleteFunc(slices.Clone(p.List), func(p Page) bool { return !p.Lost })
	}
	return lost
}

// Holds reports whether one of the pages has a stamp.
func (p *Pages) Holds(stamp ID) bool {
	return p != nil && slices.ContainsFunc(p.List, func(p Page) bool { return p.Stamp == stamp })
}

// AV is what the record says of the pages.
func (p *Pages) AV() types.AttributeValue {
	stamps := make([]byte, 0, len(p.List)*len(ID{}))
	for _, page := range p.List {
		stamps = append(stamps, page.Stamp[:]...)
	}
	return &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
		"t": str(p.Table), "a": str(p.KeyName), "p": &types.AttributeValueMemberB{Value: stamps},
	}}
}

// Kinds of what is on a page.
const (
	pageDerived byte = 'd' // a part under its derived key
	pageCopy    byte = 'c' // a copy in the table of the part's place
	pageCut     byte = 'C' // such a copy that may be in pieces
	pageOther   byte = 'o' // a part elsewhere
	pageList    byte = 'l' // a run of elements of a list
	pageNils    byte = 'n' // a run of nil elements
	pageMap     byte = 'm' // the nil entries of a map
)

// pager writes pages.
type pager struct {
	pages [][]byte
	page  []byte
	last  Inst // the instance that is written as what it has not in common with the one before
}

// paged is the manifest and the orders as data of pages.
func (r *Root) paged(key []types.AttributeValue) [][]byte {
	w := &pager{}
	for _, inst := range sorted.Keys(r.Parts) {
		w.part(r, inst, key)
	}
	for _, inst := range sorted.Keys(r.Orders) {
		w.order(inst, r.Orders[inst])
	}
	if len(w.page) > 0 {
		w.pages = append(w.pages, w.page)
	}
	return w.pages
}

func (w *pager) part(r *Root, inst Inst, key []types.AttributeValue) {
	ref := r.Parts[inst]
	place := r.Layout.Home(inst)
	switch {
	case !ref.Elsewhere():
		w.head(pageDerived, inst)
	case place == nil || ref.Table != place.Table || ref.KeyName != place.KeyName || !r.Copied(inst, key):
		w.head(pageOther, inst)
		for _, s := range []string{ref.Table, ref.KeyName, ref.Key} {
			w.text(s)
		}
		cut := byte(0)
		if ref.Cut {
			cut = 1
		}
		w.page = append(w.page, cut)
	case ref.Cut:
		w.head(pageCut, inst)
	default:
		w.head(pageCopy, inst)
	}
	w.page = append(w.page, ref.Stamp[:]...)
	h := fnv.New32a()
	h.Write([]byte(inst))
	w.end(h.Sum32()%pageEnds == 0)
}

func (w *pager) order(inst Inst, o Order) {
	if o.IsMap {
		w.head(pageMap, inst)
		w.page = binary.AppendUvarint(w.page, uint64(len(o.Nils)))
		for _, k := range o.Nils {
			w.text(k)
		}
		w.end(false)
		return
	}
	for left := o.Elems; ; {
		n := run(left)
		kind := pageList
		if n > 0 && left[0].Nil {
			kind = pageNils
		}
		w.head(kind, inst)
		w.page = binary.AppendUvarint(w.page, uint64(n))
		ends := false
		if kind == pageList {
			for _, e := range left[:n] {
				w.page = append(w.page, e.ID[:]...)
			}
			ends = n > 0 && endsRun(left[n-1])
		}
		w.end(ends)
		if left = left[n:]; len(left) == 0 {
			return
		}
	}
}

// run is how many elements are in the first run of a list: up to one that ends a page, or
// up to one of another kind.
func run(elems []Element) int {
	for i, e := range elems {
		switch {
		case e.Nil != elems[0].Nil:
			return i
		case !e.Nil && (endsRun(e) || (i+1)*len(e.ID) >= leastPage):
			return i + 1
		}
	}
	return len(elems)
}

func endsRun(e Element) bool { return e.ID[0] == 0 }

func (w *pager) head(kind byte, inst Inst) {
	shared := 0
	for shared < min(len(inst), len(w.last)) && inst[shared] == w.last[shared] {
		shared++
	}
	w.page = binary.AppendUvarint(append(w.page, kind), uint64(shared))
	w.text(string(inst[shared:]))
	w.last = inst
}

func (w *pager) text(s string) {
	w.page = append(binary.AppendUvarint(w.page, uint64(len(s))), s...)
}

// end ends the page, if it is long enough and may end here, or is too long.
func (w *pager) end(here bool) {
	if n := len(w.page); n >= mostPage || here && n >= leastPage {
		w.pages, w.page, w.last = append(w.pages, w.page), nil, ""
	}
}

// decodePages reads what the record says of pages, and what is on them, if somebody has
// read them (see Fill).
func (r *Root) decodePages(av types.AttributeValue) error {
	in := reader{m: entries(av)}
	p := &Pages{Table: in.str("t"), KeyName: in.str("a")}
	stamps, ok := in.m["p"].(*types.AttributeValueMemberB)
	if in.err != nil || !ok || len(stamps.Value)%len(ID{}) != 0 || p.Table == "" || p.KeyName == "" {
		return corrupt("g", "wrong pages")
	}
	for at := 0; at < len(stamps.Value); at += len(ID{}) {
		p.List = append(p.List, Page{Stamp: ID(stamps.Value[at:])})
	}
	r.Pages = p
	filled, ok := in.m[fillData].(*types.AttributeValueMemberL)
	if p.Unread = !ok; p.Unread {
		return nil
	}
	key, _ := in.m[fillKey].(*types.AttributeValueMemberL)
	if key == nil || len(filled.Value) != len(p.List) {
		return corrupt("g", "wrong pages")
	}
	r.Parts, r.Orders = map[Inst]Ref{}, map[Inst]Order{}
	for i, e := range filled.Value {
		if _, lost := e.(*types.AttributeValueMemberNULL); lost {
			p.List[i].Lost = true
			continue
		}
		data, ok := e.(*types.AttributeValueMemberB)
		if !ok {
			return corrupt("g", "page is not binary")
		}
		p.List[i].Sum = sha256.Sum256(data.Value)
		if err := (&pageReader{r: r, key: key.Value, rest: data.Value}).read(); err != nil {
			return err
		}
	}
	for _, o := range r.Orders {
		seen := make(map[ElemID]bool, len(o.Elems))
		for _, e := range o.Elems {
			if !e.Nil && seen[e.ID] {
				return corrupt("g", "element id twice")
			}
			seen[e.ID] = true
		}
	}
	return nil
}

// Members of "g" that are never stored: what is on the pages, and the object's key.
const fillData, fillKey = "=data", "=key"

// Fill returns the record with the data of its pages, for Decode. Data that are nil are of a
// page that is not there.
func Fill(record types.AttributeValue, data [][]byte, key []types.AttributeValue) types.AttributeValue {
	m := maps.Clone(entries(record))
	g := maps.Clone(entries(m["g"]))
	list := make([]types.AttributeValue, len(data))
	for i, d := range data {
		if list[i] = (&types.AttributeValueMemberB{Value: d}); d == nil {
			list[i] = &types.AttributeValueMemberNULL{Value: true}
		}
	}
	g[fillData], g[fillKey] = &types.AttributeValueMemberL{Value: list}, &types.AttributeValueMemberL{Value: key}
	m["g"] = &types.AttributeValueMemberM{Value: g}
	return &types.AttributeValueMemberM{Value: m}
}

// Unfilled returns the record as it is stored, without what Fill has added.
func Unfilled(record types.AttributeValue) types.AttributeValue {
	m := maps.Clone(entries(record))
	g := maps.Clone(entries(m["g"]))
	if g[fillData] == nil {
		return record
	}
	delete(g, fillData)
	delete(g, fillKey)
	m["g"] = &types.AttributeValueMemberM{Value: g}
	return &types.AttributeValueMemberM{Value: m}
}

// Flat returns a record as it is where nothing is on pages or in pieces. r is what it says.
func Flat(record types.AttributeValue, r *Root) types.AttributeValue {
	flat := *r
	flat.Pages, flat.Parts = nil, make(map[Inst]Ref, len(r.Parts))
	for inst, ref := range r.Parts {
		ref.Cut = false
		flat.Parts[inst] = ref
	}
	m := maps.Clone(entries(record))
	flat.Place(m)
	return &types.AttributeValueMemberM{Value: m}
}

// Place puts what r says of parts into the members of a record, in the place of what they
// say.
func (r *Root) Place(members map[string]types.AttributeValue) {
	r.replace(members, "g", "m", "o", "n")
	members["f"] = num(int64(r.Needs()))
}

// Renew puts what r says of its version and of parts into the members of a record, in the
// place of what they say. The record is compact then.
func (r *Root) Renew(members map[string]types.AttributeValue) {
	r.replace(members, "f", "v", "b", "r", "u", "l", "y", "i", "g", "m", "o", "n")
}

func (r *Root) replace(members map[string]types.AttributeValue, names ...string) {
	encoded := entries(r.Encode())
	for _, name := range names {
		if delete(members, name); encoded[name] != nil {
			members[name] = encoded[name]
		}
	}
}

// Manifest is a record of nothing but what r says of parts.
func (r *Root) Manifest() *types.AttributeValueMemberM {
	return &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"m": encodeParts(r.Parts), "o": encodeOrders(r.Orders)}}
}

// PagesIn reads what a record says of pages; nil if it has none, or they are read already.
func PagesIn(record types.AttributeValue) (*Pages, error) {
	g, ok := entries(record)["g"]
	if !ok {
		return nil, nil
	}
	var r Root
	err := r.decodePages(withoutFill(g))
	if entries(g)[fillData] != nil {
		return nil, err
	}
	return r.Pages, err
}

func withoutFill(g types.AttributeValue) types.AttributeValue {
	m := entries(g)
	return &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"t": m["t"], "a": m["a"], "p": m["p"]}}
}

// pageReader reads the data of a page.
type pageReader struct {
	r    *Root
	key  []types.AttributeValue
	rest []byte
	last Inst
	bad  bool
}

func (d *pageReader) read() error {
	var own [ownDepth]Token
	for len(d.rest) > 0 && !d.bad {
		kind := d.bytes(1)
		shared, suffix := d.uint(), d.text()
		if d.bad || shared > uint64(len(d.last)) {
			return corrupt("g", "wrong page")
		}
		inst := d.last[:shared] + Inst(suffix)
		tokens, err := inst.parseInto(own[:0], "g")
		if err != nil {
			return err
		}
		d.last = inst
		switch kind[0] {
		case pageDerived, pageCopy, pageCut, pageOther:
			err = d.part(kind[0], inst, tokens)
		case pageList, pageNils:
			err = d.elements(kind[0], inst)
		case pageMap:
			o := Order{IsMap: true}
			for n := d.uint(); n > 0 && !d.bad; n-- {
				o.Nils = append(o.Nils, d.text())
			}
			d.r.Orders[inst] = o
		default:
			d.bad = true
		}
		if err != nil {
			return err
		}
	}
	if d.bad {
		return corrupt("g", "wrong page")
	}
	return nil
}

func (d *pageReader) part(kind byte, inst Inst, tokens []Token) error {
	var ref Ref
	if kind == pageOther {
		ref.Table, ref.KeyName, ref.Key = d.text(), d.text(), d.text()
		cut := d.bytes(1)
		if d.bad || ref.Table == "" || ref.KeyName == "" || ref.Key == "" || cut[0] > 1 {
			return corrupt("g", "wrong entry")
		}
		ref.Cut = cut[0] == 1
	}
	ref.Stamp = ID(d.bytes(uint64(len(ID{}))))
	if _, twice := d.r.Parts[inst]; twice || d.bad {
		return corrupt("g", "wrong entry")
	}
	if kind != pageOther {
		var path [ownDepth]attr.Seg
		p := d.r.Layout.Find(appendLogical(path[:0], tokens[:partDepth(tokens)]))
		if p == nil || p.Table == "" {
			return corrupt("g", "part %q has no place in the layout", string(inst))
		}
		if kind != pageDerived {
			ref.Table, ref.KeyName, ref.Cut = p.Table, p.KeyName, kind == pageCut
			ref.Key = StagedKey(d.r.Entity, d.key, inst, ref.Stamp)
		}
	}
	d.r.Parts[inst] = ref
	return nil
}

func (d *pageReader) elements(kind byte, inst Inst) error {
	o, n := d.r.Orders[inst], d.uint()
	if o.IsMap || d.bad {
		return corrupt("g", "wrong order")
	}
	if kind == pageList {
		if n > uint64(len(d.rest)) { // so that the product cannot overflow
			return corrupt("g", "wrong order")
		}
		ids := d.bytes(n * uint64(len(ElemID{})))
		if d.bad {
			return corrupt("g", "wrong order")
		}
		for id := range slices.Chunk(ids, len(ElemID{})) {
			o.Elems = append(o.Elems, Element{ID: ElemID(id)})
		}
	} else {
		if n > maxNils {
			return corrupt("g", "wrong order")
		}
		o.Elems = append(o.Elems, slices.Repeat([]Element{{Nil: true}}, int(n))...)
	}
	d.r.Orders[inst] = o
	return nil
}

// maxNils bounds what a few bytes can claim.
const maxNils = 1 << 20

func (d *pageReader) uint() uint64 {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

// bytes reads n bytes. Where the page has fewer, it returns zero ones, enough for an id.
func (d *pageReader) bytes(n uint64) []byte {
	if n > uint64(len(d.rest)) {
		d.bad, d.rest = true, nil
		return make([]byte, len(ID{}))
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

func (d *pageReader) text() string { return string(bytes.Clone(d.bytes(d.uint()))) }
