package counters

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

var lifeChecks = []kit.Check{
	{Name: "deleted and created again", Run: again},
	{Name: "a sweep", Run: sweep},
	{Name: "a sweep is resumed", Run: resumed},
	{Name: "deleted, kept and restored", Run: restored},
	{Name: "expired", Run: expired},
	{Name: "an object that has not come to be", Run: absent},
	{Name: "a change that comes late", Run: late},
	{Name: "exported and imported", Run: imported},
	{Name: "adopted while something is added", Run: adopted},
}

// again: a counter is the object's, not the key's.
func again(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, key := made(t, x, pages(slots))
	add(t, r, key, 3)
	kit.Must(t, r.Delete(ctx, key))
	kit.WantErr(t, "Add to a deleted object", r.Add(ctx, key, views, 1), repo.ErrNotFound, "")
	_, err := r.Create(ctx, aPage())
	kit.Must(t, err)
	got, err := r.Get(ctx, key)
	counted(t, "the new object", 0, 0)(got, err)
	add(t, r, key, 1)
	got, err = r.Get(ctx, key)
	counted(t, "the new object", 1, -2)(got, err)
}

// sweep deletes slots of objects that there are no more, and no others.
func sweep(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, key := made(t, x, pages(slots))
	other := aPage()
	other.Name = "stays"
	stays, err := r.Create(ctx, other)
	kit.Must(t, err)
	add(t, r, key, 20)
	goers := len(kit.Items(t, x, "Counts"))
	add(t, r, stays, 20)
	kit.Must(t, r.Delete(ctx, key))
	_, err = r.Create(ctx, aPage()) // under the same key
	kit.Must(t, err)
	add(t, r, key, 20)
	stored := len(kit.Items(t, x, "Counts"))
	dry, err := r.Sweep(ctx, repo.DryRun())
	kit.Must(t, err)
	kit.Equal(t, "slots after a dry run", len(kit.Items(t, x, "Counts")), stored)
	done, err := r.Sweep(ctx)
	kit.Must(t, err)
	kit.Equal(t, "deleted, and counted by the dry run", done.Changed, dry.Changed)
	kit.Equal(t, "deleted", done.Changed, int64(goers))
	kit.Equal(t, "slots that stay", len(kit.Items(t, x, "Counts")), stored-goers)
	for what, k := range map[string]repo.Key[page]{"the new object": key, "the other": stays} {
		got, err := r.Get(ctx, k)
		counted(t, what, 20, -40)(got, err)
	}
}

func resumed(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, key := made(t, x, pages(slots))
	add(t, r, key, 20)
	goers := len(kit.Items(t, x, "Counts"))
	kit.Must(t, r.Delete(ctx, key))
	var cursors []repo.Cursor
	_, err := r.Sweep(ctx, repo.DryRun(), repo.PageSize(3), repo.OnProgress(func(p repo.Progress) { cursors = append(cursors, p.Cursor) }))
	kit.Must(t, err)
	done, err := r.Sweep(ctx, repo.StartAt(cursors[1])) // behind the empty table of texts and three slots
	kit.Must(t, err)
	kit.Equal(t, "deleted by the rest", done.Changed, int64(goers-3))
	done, err = r.Sweep(ctx)
	kit.Must(t, err)
	kit.Equal(t, "deleted by a whole sweep", done.Changed, int64(3))
}

func restored(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, key := made(t, x, pages(slots, repo.SoftDelete[page]()))
	add(t, r, key, 3)
	kit.Must(t, r.Delete(ctx, key))
	kit.WantErr(t, "Add", r.Add(ctx, key, views, 1), repo.ErrNotFound, "")
	got, err := r.Get(ctx, key, repo.WithDeleted())
	counted(t, "WithDeleted", 3, -6)(got, err)
	done, err := r.Sweep(ctx)
	kit.Must(t, err)
	kit.Equal(t, "deleted by a sweep", done.Changed, int64(0))
	kit.Must(t, r.Restore(ctx, key))
	got, err = r.Get(ctx, key)
	counted(t, "restored", 3, -6)(got, err)
	kit.Must(t, r.Delete(ctx, key, repo.Permanently()))
	done, err = r.Sweep(ctx)
	kit.Must(t, err)
	if done.Changed < 2 || len(kit.Items(t, x, "Counts")) != 0 {
		t.Errorf("a sweep deleted %d slots and left %d", done.Changed, len(kit.Items(t, x, "Counts")))
	}
}

func expired(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, key := made(t, x, pages(slots, repo.ExpiresAt(func(p *page) *time.Time { return &p.Until })))
	add(t, r, key, 3)
	kit.Must(t, r.Update(ctx, key, until.Set(time.Now().Add(-time.Minute))))
	kit.WantErr(t, "Add", r.Add(ctx, key, views, 1), repo.ErrNotFound, "")
	_, err := r.Create(ctx, aPage())
	kit.Must(t, err)
	got, err := r.Get(ctx, key)
	counted(t, "the object that has taken its place", 0, 0)(got, err)
	_, err = r.Sweep(ctx)
	kit.Must(t, err)
	kit.Equal(t, "slots", len(kit.Items(t, x, "Counts")), 0)
}

func absent(t *testing.T, x *kit.World) {
	r := kit.Open(t, x, pages(slots))
	err := r.Add(t.Context(), pageKey.Of("s", "none"), views, 1)
	e := kit.WantErr(t, "Add", err, repo.ErrNotFound, "")
	kit.Equal(t, "verb and table", e.Op+" "+e.Table, "Add "+x.Table("Pages"))
	kit.Equal(t, "slots", len(kit.Items(t, x, "Counts")), 0)
}

// late: what is added after the object was found counts for that object, and not for one
// that has its key by then.
func late(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, key := made(t, x, pages(1))
	other := kit.Open(t, x, pages(1))
	kit.Must(t, r.Add(ctx, key, views, 1))
	slot := kit.Items(t, x, "Counts")[0]
	kit.Must(t, other.Delete(ctx, key))
	_, err := other.Create(ctx, aPage())
	kit.Must(t, err)
	_, err = other.Sweep(ctx)
	kit.Must(t, err)
	x.Plant(t, "Counts", slot) // as a writer makes it that has read the old object
	got, err := other.Get(ctx, key)
	counted(t, "the new object", 0, 0)(got, err)
	done, err := other.Sweep(ctx)
	kit.Must(t, err)
	kit.Equal(t, "deleted by the next sweep", done.Changed, int64(1))
}

// imported: what is imported in the place of nothing is another object, and over an object
// it is that one.
func imported(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r, key := made(t, x, pages(slots))
	add(t, r, key, 3)
	var document bytes.Buffer
	kit.Must(t, r.Export(ctx, &document, key))
	_, err := r.Import(ctx, bytes.NewReader(document.Bytes()), repo.Overwrite())
	kit.Must(t, err)
	got, err := r.Get(ctx, key)
	counted(t, "imported over the object", 3, -6)(got, err)
	kit.Must(t, r.Delete(ctx, key))
	_, err = r.Import(ctx, bytes.NewReader(document.Bytes()))
	kit.Must(t, err)
	got, err = r.Get(ctx, key)
	counted(t, "imported after a deletion", 0, 0)(got, err)
	add(t, r, key, 1)
	_, err = r.Sweep(ctx)
	kit.Must(t, err)
	got, err = r.Get(ctx, key)
	counted(t, "and counted for", 1, -2)(got, err)
}

// adopted: a write that gives an item its record makes one object of it, though it may take
// several requests.
func adopted(t *testing.T, x *kit.World) {
	ctx := t.Context()
	r := kit.Open(t, x, pages(1))
	x.Plant(t, "Pages", kit.Row{"site": kit.Str("s"), "name": kit.Str("n"), "title": kit.Str("t"), "text": kit.Object(kit.Row{"Text": kit.Str("x")}), "votes": kit.Object(kit.Row{"Kind": kit.Str("stars")})})
	key := pageKey.Of("s", "n")
	v, err := r.Get(ctx, key)
	kit.Must(t, err)
	other, err := repo.New(x.Raw, pages(1), x.Options(nil)...)
	kit.Must(t, err)
	want := int64(0)
	x.Net.Reset(fault.Inject(fault.Custom("somebody adds", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		if other.Add(ctx, key, views, 1) == nil {
			want++
		}
		return next.Do(req)
	})))
	v.Text.Text = "changed"
	_, err = r.Put(ctx, v)
	kit.Must(t, err)
	x.Net.Reset()
	got, err := r.Get(ctx, key)
	counted(t, "after the adoption", want, 0)(got, err)
}
