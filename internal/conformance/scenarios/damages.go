package scenarios

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// Items that somebody has deleted, exchanged or changed by hand, and items of newer programs.
var damages = []scenario{
	// An item of a part is gone: the read is corrupt and names table and key, and the other
	// objects of the range are read.
	{"F30", "a part is deleted by hand", allWays, func(w *world) {
		w.eachPart(kit.Keys(w.T), func(at partAt) {
			w.deleteItem(at)
			w.corrupt("deleted", at)
		})
	}},

	// It is the item of another object, of an earlier version, without its record, or holds an
	// encrypted value of another object under its own record: no value is returned.
	{"F31", "a part is exchanged or rolled back", allWays, func(w *world) {
		for what, tamper := range map[string]func(at partAt) kit.Row{
			"of another object": func(at partAt) kit.Row { return at.counterpart },
			"rolled back": func(at partAt) kit.Row {
				old := maps.Clone(at.item)
				record := maps.Clone(kit.Members(old["_meta"]))
				record["w"] = kit.Bin(strings.Repeat("\x01", 16))
				old["_meta"] = kit.Object(record)
				return old
			},
			"without its record": func(at partAt) kit.Row { return kit.Without(at.item, "_meta") },
			sealedOfAnother: func(at partAt) kit.Row {
				if at.table != "Covers" {
					return nil // nothing in it is encrypted
				}
				mixed := maps.Clone(at.item)
				mixed["text"] = at.counterpart["text"]
				return mixed
			},
		} {
			w.eachPart(kit.Keys(w.T), func(at partAt) {
				if it := tamper(at); it != nil {
					it = maps.Clone(it)
					it[at.attr] = at.item[at.attr]
					w.Plant(w.T, at.table, it)
					w.corrupt(what, at)
				}
			})
		}
	}},

	// One object of a hundred cannot be decoded: there are 99 and one error, by Scan and by
	// pages, and the cursor goes on behind it.
	{"F32", "one object of a page is broken", allWays, func(w *world) {
		w.fill(100)
		w.Plant(w.T, "Notes", broken(w.dump().Table("Notes").Items, "42"))
		w.runs++
		seen, failed := map[string]bool{}, 0
		for n, err := range w.faulty.Scan(background) {
			if err != nil {
				failed++
				continue
			}
			seen[n.ID] = true
		}
		if len(seen) != 99 || failed != 1 || seen["42"] {
			w.Errorf("Scan: %d objects and %d errors", len(seen), failed)
		}
		for _, size := range []int{1, 7, 10, 100} {
			w.runs++
			seen, failed, pages := map[string]bool{}, 0, 0
			for next := repo.Cursor(""); pages == 0 || next != ""; pages++ {
				p, err := w.faulty.Page(background, repo.All[note](), repo.PageSize(size), repo.StartAt(next))
				kit.Must(w.T, err)
				for _, n := range p.Objects {
					seen[n.ID] = true
				}
				failed += len(p.Failed)
				next = p.Next
			}
			if len(seen) != 99 || failed != 1 || pages < 99/size {
				w.Errorf("pages of %d: %d objects and %d errors in %d pages", size, len(seen), failed, pages)
			}
		}
	}},

	// A newer format: no verb reads or replaces it. Attributes that the type does not know are
	// kept, in the root and in parts, or the write is refused.
	{"F33", "items of newer programs", allWays, func(w *world) {
		for _, s := range w.saves() {
			if !s.create {
				w.newer(s)
			}
		}
		for _, s := range []*save{&putAll, &putOne, &putTop, &update, &pinned, &adds} {
			w.unknown(s)
		}
	}},
}

const sealedOfAnother = "with a sealed value of another object"

// partAt is an item of a part, and what it may be exchanged with.
type partAt struct {
	table, attr, key string
	item             kit.Row
	counterpart      kit.Row // of another object
}

// eachPart stores two notes anew for each part of the first.
func (w *world) eachPart(keys cipher.Cipher, tamper func(partAt)) {
	w.faulty, w.clean = w.open(notes(sealed(keys)))
	for i := range 4 {
		w.wipe()
		other := value(1)
		other.ID = "b"
		kit.Must(w.T, errOf(w.clean.Create(background, other)))
		kit.Must(w.T, errOf(w.clean.Create(background, value(1))))
		mine, theirs := w.partsOf("Notes/Sa"), w.partsOf("Notes/Sb")
		mine[i].counterpart = theirs[i].item
		w.runs++
		tamper(mine[i])
	}
}

// partsOf are the items of an object's parts: that of the cover, then those of the pages.
func (w *world) partsOf(owner string) (all []partAt) {
	w.Helper()
	for _, t := range w.dump().Tables {
		for _, it := range t.Items {
			if m := kit.Members(it["_meta"]); m["o"] != nil && m["w"] != nil && text(m["o"]) == owner {
				all = append(all, partAt{table: t.Name, attr: t.Key[0], key: text(it[t.Key[0]]), item: it})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b partAt) int { return strings.Compare(a.table, b.table) })
	return all
}

// corrupt fails unless all reads of the note say which item is broken, and the other note is
// read.
func (w *world) corrupt(what string, at partAt) {
	w.Helper()
	n, err := w.faulty.Get(background, theNote)
	_, late := w.faulty.Get(background, theNote, repo.Eventually())
	names := func(err *repo.Error) bool {
		if what == sealedOfAnother { // its item is sound
			return strings.Contains(err.Error(), "cover.text")
		}
		return err.Path != "" && strings.Contains(err.Error(), strconv.Quote(at.key)) && strings.Contains(err.Error(), w.Table(at.table))
	}
	for how, err := range map[string]error{"Get": err, "Get, eventually": late} {
		var e *repo.Error
		if !errors.Is(err, repo.ErrCorrupt) || !errors.As(err, &e) || !names(e) {
			w.Errorf("%s, %s %q, %s: %v", how, at.table, at.key, what, err)
		}
	}
	if n != nil {
		w.Errorf("%s %q, %s: Get returns %v", at.table, at.key, what, n.content())
	}
	seen := ""
	for n, err := range w.faulty.Scan(background) {
		if err == nil {
			seen += n.ID
		}
	}
	if seen != "b" {
		w.Errorf("%s %q, %s: Scan finds %q", at.table, at.key, what, seen)
	}
}

// deleteItem deletes an item by hand.
func (w *world) deleteItem(at partAt) {
	w.Helper()
	_, err := w.Raw.DeleteItem(background, &dynamodb.DeleteItemInput{TableName: new(w.Table(at.table)), Key: kit.Row{at.attr: at.item[at.attr]}})
	kit.Must(w.T, err)
}

// broken is the root item of a note with an attribute of another type.
func broken(items []kit.Row, id string) kit.Row {
	i := slices.IndexFunc(items, func(it kit.Row) bool { return text(it["id"]) == id })
	items[i]["n"] = kit.Str("no number")
	return items[i]
}

// newer makes the note one that a newer program has written after it was read.
func (w *world) newer(s *save) {
	w.Helper()
	n := w.begin(s)
	root := w.dump().Table("Notes").Items[0]
	record := kit.Members(root["_meta"])
	record["f"], record["v"], members(record["r"])[0] = kit.Num("9"), kit.Num("2"), kit.Bin(strings.Repeat("\x02", 16))
	w.Plant(w.T, "Notes", root)
	before := show(w.dump())
	w.runs++
	w.wants(s.name+" of a newer format", s.do(background, w.faulty, n), "too new", "conflict")
	if show(w.dump()) != before {
		w.Errorf("%s: a note of a newer format has changed", s.name)
	}
	_, err := w.faulty.Get(background, theNote)
	w.wants("Get of a newer format", err, "too new")
}

// unknown gives the items of the note attributes that the type does not know.
func (w *world) unknown(s *save) {
	w.Helper()
	w.begin(s)
	for _, t := range w.dump().Tables {
		for _, it := range t.Items {
			it["theirs"] = kit.Str("kept")
			w.Plant(w.T, t.Name, it)
		}
	}
	n, err := w.faulty.Get(background, theNote)
	kit.Must(w.T, err)
	s.change(n)
	before := show(w.dump())
	w.runs++
	if err := s.do(background, w.faulty, n); s == &putAll || s == &putOne {
		// Which element of the changed list they belong to, nobody knows.
		if w.wants(s.name, err, "not loaded"); show(w.dump()) != before {
			w.Errorf("%s: it was refused, and has changed something", s.name)
		}
		return
	} else if err != nil {
		w.Errorf("%s: %v", s.name, err)
	}
	w.judge(s, s.name+" over what it does not know", nil)
	kept := 0
	for _, t := range w.dump().Tables {
		for _, it := range t.Items {
			if it["theirs"] != nil {
				kept++
			}
		}
	}
	if kept != 5 {
		w.Errorf("%s: %d items of 5 have kept what the type does not know", s.name, kept)
	}
}
