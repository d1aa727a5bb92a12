package regions

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

const tx = "TransactWriteItems"

// writeChecks run the verbs that write, and compare what they send to each region.
var writeChecks = []check{
	{"that concern both regions", func(t *testing.T, w *world) {
		ctx, r := t.Context(), open(t, w, people())
		p := newPerson("a")
		key, err := r.Create(ctx, p)
		kit.Must(t, err)
		w.sent(t, "Create", "?", "?")
		w.counted(t, "of one person", map[string]int{"People": 1, "Notes": 1, ireland + "/Photos": 1, ireland + "/Past": 2})
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "read", *got, *p)
		w.sent(t, "Get", "?", "?")

		got.Past[1].Text, got.Note.Text = "2", "changed"
		kit.Must(t, second(r.Put(ctx, got)))
		w.sent(t, "Put", "?", "?")
		kit.Must(t, r.Update(ctx, key, pName.Set("Eve"), pFirst.Set("1"), lens.Append(pPast, leaf{Text: "three"})))
		w.sent(t, "Update", "?", "?")
		kit.Must(t, r.Update(ctx, key, pPhoto.Remove(), repo.If(pShot.Eq("photo"))))
		w.sent(t, "Update with a condition", "?", "?")
		kit.Must(t, second(r.Put(ctx, newPerson("a"))))
		w.sent(t, "Put of an untracked value", "?", "?")
		kit.Must(t, r.Delete(ctx, key))
		w.sent(t, "Delete", "?", "?")
		w.counted(t, "left", map[string]int{})
	}},
}
