package commit

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// Page puts the manifest of the record next on pages, if it is too long for the record. It
// returns what a plan has to do about them: new pages are written as copies of parts are,
// and those of old, nil for none, that are not used any more are removed. Pages expire with
// the object.
func (obj *Object) Page(s *tables.Tables, next, old *stored.Root) (parts []Part, err error) {
	var was *stored.Pages
	if old != nil {
		was = old.Pages
	}
	next.Pages = nil
	home := pageHome(next.Layout)
	bulky := home != nil && next.Bulky()
	switch {
	case !bulky && was == nil:
		return nil, nil // nearly always
	case !obj.Staged:
		return nil, ErrStage
	}
	w := pageWriter{obj, s, Guard{Object: obj, Expires: next.Expires}}
	if bulky {
		same := was
		if old == nil || old.TTL != next.TTL || old.Expires != next.Expires {
			same = nil
		}
		fresh := next.Paginate(home.Table, home.KeyName, same, obj.Key)
		for _, page := range next.Pages.List {
			if data, ok := fresh[page.Stamp]; ok {
				parts = append(parts, w.put(next.Pages, page.Stamp, data))
			}
		}
	}
	gone, err := w.remove(was, next.Pages)
	return append(parts, gone...), err
}

// RemovePages is what the deletion of an object does about the pages of its record.
func (obj *Object) RemovePages(s *tables.Tables, old *stored.Root) ([]Part, error) {
	if old == nil {
		return nil, nil
	}
	w := pageWriter{obj, s, Guard{Object: obj}}
	return w.remove(old.Pages, nil)
}

// Complete reads the root item of a refusal anew if nobody has read the pages of its
// manifest: another writer had removed them by then, or the write was sent by the client of
// another model, which does not know them. An operation asks for it before it judges.
func (o *Outcome) Complete(ctx context.Context, get fetch.Reader, s *tables.Tables, key tables.Key) error {
	if p, err := stored.PagesIn(o.Root[s.MetaAttr]); p == nil || err != nil {
		return nil // which RootMeta says
	}
	root, err := get.One(ctx, s.RootItem(key), true, nil)
	if err == nil {
		o.Root, o.Reread = Found(root), true
	}
	return err
}

// pageHome is the place in whose table pages are: the first one in the region of the root,
// so that no read needs another region for the manifest. Without one there are no parts
// here, or all have moved.
func pageHome(l stored.Layout) *stored.Place {
	for i := range l {
		if l[i].Table != "" && !tables.InRegion(l[i].Table) {
			return &l[i]
		}
	}
	return nil
}

// pageWriter makes the parts of a plan that are about pages.
type pageWriter struct {
	obj   *Object
	s     *tables.Tables
	guard Guard
}

func (w *pageWriter) at(p *stored.Pages, stamp stored.ID) stored.Location {
	return stored.Location{Table: p.Table, KeyName: p.KeyName, Key: stored.PageKey(w.obj.Entity, w.obj.Key, stamp)}
}

func (w *pageWriter) put(p *stored.Pages, stamp stored.ID, data []byte) Part {
	l := w.at(p, stamp)
	it := map[string]types.AttributeValue{l.KeyName: item.String(l.Key), w.obj.MetaAttr: stored.PageRecord(stamp, w.obj.Owner, data)}
	Expire(it, w.guard.Expires)
	return Part{Stamp: stamp, Copy: l.Key, Action: w.guard.Put(w.s.FullName(l.Table), l, it)}
}

// remove removes the pages of was that are not of now.
func (w *pageWriter) remove(was, now *stored.Pages) (parts []Part, err error) {
	if was == nil {
		return nil, nil
	}
	for _, page := range was.List {
		if now.Holds(page.Stamp) {
			continue
		}
		l := w.at(was, page.Stamp)
		if err := w.s.CheckTable("", l); err != nil {
			return nil, err
		}
		parts = append(parts, Part{Stamp: page.Stamp, Action: w.guard.Delete(w.s.FullName(l.Table), l)})
	}
	return parts, nil
}

// SetManifest makes an update of the root item write what the record next says of parts,
// in the place of old. Of parts that are single, which are entries of both, it writes the
// entries alone.
func (obj *Object) SetManifest(x *Edit, next, old *stored.Root, single []stored.Inst) {
	rec := obj.MetaAttr
	if next.Needs() != old.Format {
		x.Set(x.Path(rec, "f"), x.Value(item.Int(int64(next.Needs()))))
	}
	switch {
	case next.Pages != nil:
		x.Set(x.Path(rec, "g"), x.Value(next.Pages.AV()))
		if old.Pages == nil {
			x.Remove(x.Path(rec, "m"))
			x.Remove(x.Path(rec, "o"))
		}
	case single != nil && old.Pages == nil:
		for _, inst := range single {
			x.Set(x.Path(rec, "m", string(inst)), x.Value(next.Parts[inst].AV()))
		}
	default:
		manifest := next.Manifest().Value
		x.Set(x.Path(rec, "m"), x.Value(manifest["m"]))
		x.Set(x.Path(rec, "o"), x.Value(manifest["o"]))
		if old.Pages != nil {
			x.Remove(x.Path(rec, "g"))
		}
	}
	x.Set(x.Path(rec, "n"), x.Value(item.Int(int64(next.Dynamic))))
}
