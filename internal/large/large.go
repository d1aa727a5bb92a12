// Package large is about what is stored in more than one item though it is one for
// everybody else: a part that is too big for an item, whose biggest attributes are in
// pieces, and a manifest that is too big for the record, which is on pages.
//
// Pieces and pages are items of the tables of parts. They are written once, under keys that
// nobody else writes, before the root item names what they belong to. So what an item says
// of them holds as long as the item is in use.
package large

import (
	"context"
	"errors"
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// reader makes whole what was read.
type reader struct {
	get fetch.Reader
	s   *tables.Tables
}

// found is an item that was read, and where.
type found struct {
	table string // its full name
	key   attrs
	item  attrs // replaced by the whole item

	projected bool // some of it was read
	strong    bool

	wants []fetch.Item // what it lacks
	cut   *stored.Cut  // of a part; nil: they are pages
	pages []stored.Page
	data  [][]byte // of the pages; nil of one that is not there
	owner string   // that the pages name
	again bool     // something was not there
}

// errGone: what an item names is not there. Either the item is out of date, or damaged.
var errGone = errors.New("large: items are missing")

// rounds is how often items are read again because they have changed meanwhile.
const rounds = 8

// whole makes items whole. One that names what is not there is read again, if it can be.
func (r *reader) whole(ctx context.Context, all []*found, reread bool) error {
	for n := 0; ; n++ {
		waiting := r.lacking(all)
		if len(waiting) == 0 {
			return nil
		}
		if err := r.fill(ctx, waiting); err != nil {
			return err
		}
		switch gone := lost(waiting); {
		case len(gone) == 0:
			return nil
		case !reread:
			return errGone
		default:
			if _, err := r.refresh(ctx, gone, n+1 == rounds); err != nil {
				return err
			}
		}
	}
}

// lost are the items for which something was not there.
func lost(all []*found) (gone []*found) {
	for _, f := range all {
		if f.again {
			gone = append(gone, f)
		}
	}
	return gone
}

// lacking are the items that lack something.
func (r *reader) lacking(all []*found) (waiting []*found) {
	for _, f := range all {
		if f.wants == nil && r.find(f) {
			waiting = append(waiting, f)
		}
	}
	return waiting
}

// find finds out what an item lacks.
func (r *reader) find(f *found) bool {
	record, ok := f.item[r.s.MetaAttr].(*types.AttributeValueMemberM)
	switch {
	case !ok:
		return false
	case record.Value["f"] != nil: // a root item; a transaction also reads those of other models
		return f.table == r.s.RootTable() && record.Value["g"] != nil && r.findPages(f, record)
	}
	return record.Value["c"] != nil && !f.projected && f.table != r.s.RootTable() && r.findPieces(f, record)
}

func (r *reader) findPages(f *found, record types.AttributeValue) bool {
	p, err := stored.PagesIn(record)
	if err != nil || p == nil {
		return false // Decode says what is wrong
	}
	key := r.s.KeyIn(f.key)
	entity, _ := r.s.EntityIn(f.item)
	for _, page := range p.List {
		l := stored.Location{Table: p.Table, KeyName: p.KeyName, Key: stored.PageKey(entity, key, page.Stamp)}
		if r.s.CheckTable("", l) != nil {
			return false
		}
		f.wants = append(f.wants, r.s.PartItem(l))
	}
	f.cut, f.pages, f.owner = nil, p.List, stored.Owner(entity, key)
	return true
}

func (r *reader) findPieces(f *found, record types.AttributeValue) bool {
	part, err := stored.DecodePart(record)
	name, key := f.keyText()
	if err != nil || part.Cut == nil || key == "" || part.Cut.Pieces > MostPieces {
		r.damaged(f)
		return false
	}
	f.cut, f.wants = part.Cut, make([]fetch.Item, part.Cut.Pieces)
	for n := range f.wants {
		f.wants[n] = fetch.Item{Table: f.table, Key: attrs{name: item.String(stored.PieceKey(key, n))}}
	}
	return true
}

// keyText is the one attribute of the key of a part, "" if it is none.
func (f *found) keyText() (name, key string) {
	for name, av := range f.key {
		if text, ok := av.(*types.AttributeValueMemberS); ok && len(f.key) == 1 {
			return name, text.Value
		}
	}
	return "", ""
}

// fill reads what items lack.
func (r *reader) fill(ctx context.Context, waiting []*found) error {
	strong := true
	var gets []fetch.Item
	for _, f := range waiting {
		gets = append(gets, f.wants...)
		strong = strong && f.strong
	}
	items, err := r.get.Items(ctx, gets, strong, nil)
	if err != nil {
		return err
	}
	if !strong {
		if err := r.late(ctx, gets, items); err != nil {
			return err
		}
	}
	for _, f := range waiting {
		n := len(f.wants)
		f.again = !r.join(f, items[:n])
		items = items[n:]
	}
	return nil
}

// late reads strongly what a read that may be stale has not found: it is written once.
func (r *reader) late(ctx context.Context, gets []fetch.Item, items []attrs) error {
	var again []fetch.Item
	for i, it := range items {
		if it == nil {
			again = append(again, gets[i])
		}
	}
	if len(again) == 0 {
		return nil
	}
	late, err := r.get.Items(ctx, again, true, nil)
	if err != nil {
		return err
	}
	for i, it := range items {
		if it == nil {
			items[i], late = late[0], late[1:]
		}
	}
	return nil
}

// join makes an item whole of what was read for it; false if that is not all there.
func (r *reader) join(f *found, items []attrs) bool {
	if f.cut == nil {
		return r.joinPages(f, items)
	}
	data := make([][]byte, len(items))
	own, _ := stored.DecodePart(f.item[r.s.MetaAttr])
	for n, it := range items {
		p, err := stored.DecodePiece(it[r.s.MetaAttr])
		if data[n] = p.Data; err != nil || !p.Is(n, own) {
			return false
		}
	}
	whole, err := Join(f.item, r.s.MetaAttr, f.cut, data)
	if err != nil {
		r.damaged(f)
		return true
	}
	f.item = whole
	return true
}

func (r *reader) joinPages(f *found, items []attrs) bool {
	f.data = make([][]byte, len(items))
	all := true
	for n, it := range items {
		data, ok := r.pageData(f, n, it)
		if f.data[n], all = data, all && ok; !ok {
			f.data[n] = nil
		}
	}
	if all {
		r.fillRecord(f)
	}
	return all
}

// fillRecord gives the record of a root item what was found of its pages.
func (r *reader) fillRecord(f *found) {
	f.item[r.s.MetaAttr] = stored.Fill(f.item[r.s.MetaAttr], f.data, r.s.KeyIn(f.key))
}

// pageData are the data of page n of a root item.
func (r *reader) pageData(f *found, n int, it attrs) (data []byte, ok bool) {
	part, err := stored.DecodePart(it[r.s.MetaAttr])
	if err != nil || part.Stamp != f.pages[n].Stamp || part.Inst != "" || part.Owner != f.owner {
		return nil, false
	}
	data, err = stored.Data(it[r.s.MetaAttr])
	return data, err == nil
}

// refresh reads items again. Those that still name the same are damaged. If there is no
// other round, the manifest of a root item that has changed stays unread, which RootMeta
// says.
func (r *reader) refresh(ctx context.Context, gone []*found, last bool) (changed bool, err error) {
	gets := make([]fetch.Item, len(gone))
	for i, f := range gone {
		gets[i] = fetch.Item{Table: f.table, Key: f.key}
	}
	items, err := r.get.Items(ctx, gets, true, nil)
	if err != nil {
		return false, err
	}
	for i, f := range gone {
		if f.strong && item.Equal(f.item[r.s.MetaAttr], orNull(items[i][r.s.MetaAttr])) {
			r.damaged(f)
			continue
		}
		changed = true
		f.item, f.strong, f.projected, f.wants, f.again = items[i], true, false, nil, false
		switch root := f.table == r.s.RootTable(); {
		case last && root:
			f.wants = []fetch.Item{}
		case last && f.item != nil:
			r.damaged(f)
		}
	}
	return changed, nil
}

// orNull is a value for none.
func orNull(av types.AttributeValue) types.AttributeValue {
	if av == nil {
		return &types.AttributeValueMemberNULL{Value: true}
	}
	return av
}

// damaged makes an item one that nobody takes for whole. Of a root item it says which pages
// there are not.
func (r *reader) damaged(f *found) {
	f.wants = []fetch.Item{}
	if f.table == r.s.RootTable() {
		r.fillRecord(f)
		return
	}
	record := maps.Clone(f.item[r.s.MetaAttr].(*types.AttributeValueMemberM).Value)
	record["w"] = &types.AttributeValueMemberNULL{Value: true}
	f.item[r.s.MetaAttr] = &types.AttributeValueMemberM{Value: record}
}
