package deploys

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/conformance/trees"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// leaf is a part.
type leaf = trees.Leaf

// Two versions of a program write the same objects. The new one has more fields
// and more shards: in the object, in a struct inside it, in elements that are
// items, in elements that stay, and in entries.
type (
	newLine struct {
		No   int    `dynamodbav:"no"`
		Name string `dynamodbav:"name"`
		Qty  int    `dynamodbav:"qty"`
		Note leaf   `dynamodbav:"note"`
	}
	newBody struct {
		Text  string `dynamodbav:"text"`
		Lang  string `dynamodbav:"lang"`
		Extra *leaf  `dynamodbav:"extra"`
	}
	newDoc struct {
		ID     string             `dynamodbav:"id"`
		Title  string             `dynamodbav:"title"`
		Author string             `dynamodbav:"author"`
		Body   newBody            `dynamodbav:"body"`
		Head   newBody            `dynamodbav:"head"`
		Lines  []newLine          `dynamodbav:"lines"`
		Stay   []newLine          `dynamodbav:"stay"`
		Labels map[string]newLine `dynamodbav:"labels"`
		Extra  *leaf              `dynamodbav:"extra"`
		More   []leaf             `dynamodbav:"more"`
		Meta   meta.Record        `dynamodbav:"-"`
	}
	oldLine struct {
		No   int    `dynamodbav:"no"`
		Name string `dynamodbav:"name"`
	}
	oldBody struct {
		Text string `dynamodbav:"text"`
	}
	oldDoc struct {
		ID     string             `dynamodbav:"id"`
		Title  string             `dynamodbav:"title"`
		Body   oldBody            `dynamodbav:"body"`
		Head   oldBody            `dynamodbav:"head"`
		Lines  []oldLine          `dynamodbav:"lines"`
		Stay   []oldLine          `dynamodbav:"stay"`
		Labels map[string]oldLine `dynamodbav:"labels"`
		Meta   meta.Record        `dynamodbav:"-"`
	}
)

func newDocs() repo.Model[newDoc] {
	note := shard.New(shard.To("Notes"), func(l *newLine) *leaf { return &l.Note })
	extra := shard.Optional(shard.To("Extras"), func(b *newBody) **leaf { return &b.Extra })
	return repo.TableOf("Docs", repo.KeyOf(func(d *newDoc) *string { return &d.ID }), meta.Keep(func(d *newDoc) *meta.Record { return &d.Meta }),
		shard.New(shard.To("Bodies"), func(d *newDoc) *newBody { return &d.Body }, extra),
		shard.Optional(shard.To("Extras"), func(d *newDoc) **leaf { return &d.Head.Extra }),
		shard.Each(shard.To("Lines"), func(d *newDoc) *[]newLine { return &d.Lines }, note),
		shard.Within(func(d *newDoc) *[]newLine { return &d.Stay }, note),
		shard.EachValue(shard.To("Labels"), func(d *newDoc) *map[string]newLine { return &d.Labels }, note),
		shard.Optional(shard.To("Extras"), func(d *newDoc) **leaf { return &d.Extra }),
		shard.Each(shard.To("Extras"), func(d *newDoc) *[]leaf { return &d.More }))
}

func oldDocs(more ...repo.Part[oldDoc]) repo.Model[oldDoc] {
	return repo.TableOf("Docs", repo.KeyOf(func(d *oldDoc) *string { return &d.ID }), append([]repo.Part[oldDoc]{
		meta.Keep(func(d *oldDoc) *meta.Record { return &d.Meta }),
		shard.New(shard.To("Bodies"), func(d *oldDoc) *oldBody { return &d.Body }),
		shard.Each(shard.To("Lines"), func(d *oldDoc) *[]oldLine { return &d.Lines }),
		shard.EachValue(shard.To("Labels"), func(d *oldDoc) *map[string]oldLine { return &d.Labels })}, more...)...)
}

// byNumber identifies lines by their numbers.
func byNumber() repo.Part[oldDoc] {
	no := lens.Of(func(l *oldLine) *int { return &l.No })
	return repo.Identity(lens.Each(lens.Of(func(d *oldDoc) *[]oldLine { return &d.Lines }), no), lens.Each(lens.Of(func(d *oldDoc) *[]oldLine { return &d.Stay }), no))
}

func aDoc(id string) newDoc {
	line := func(name string, qty int) newLine {
		return newLine{No: qty, Name: name, Qty: qty, Note: trees.NewLeaf(name, qty)}
	}
	return newDoc{
		ID: id, Title: "title", Author: "author",
		Body: newBody{Text: "text", Lang: "en", Extra: &leaf{N: 1}}, Head: newBody{Text: "head", Lang: "fr", Extra: &leaf{N: 2}},
		Lines: []newLine{line("a", 1), line("b", 2), line("c", 3)}, Stay: []newLine{line("s", 4), line("t", 5)},
		Labels: map[string]newLine{"x": line("x", 6), "y": line("y", 7)}, Extra: &leaf{N: 8}, More: []leaf{{N: 9}, {N: 10}},
	}
}

// deployCase is what the old version does to an object of the new one.
type deployCase struct {
	name   string
	change func(*oldDoc)
	want   func(*newDoc)
	doubt  string // the list whose elements cannot be matched without an identity
}

var deployPuts = []deployCase{
	{"nothing", func(*oldDoc) {}, func(*newDoc) {}, ""},
	{"the root", func(d *oldDoc) { d.Title = "new" }, func(d *newDoc) { d.Title = "new" }, ""},
	{"a part", func(d *oldDoc) { d.Body.Text = "new" }, func(d *newDoc) { d.Body.Text = "new" }, ""},
	{"a struct that stays", func(d *oldDoc) { d.Head.Text = "new" }, func(d *newDoc) { d.Head.Text = "new" }, ""},
	{"an element", func(d *oldDoc) { d.Lines[1].Name = "new" }, func(d *newDoc) { d.Lines[1].Name = "new" }, "lines"},
	{"elements reordered", func(d *oldDoc) { slices.Reverse(d.Lines); slices.Reverse(d.Stay) },
		func(d *newDoc) { slices.Reverse(d.Lines); slices.Reverse(d.Stay) }, ""},
	{"elements reordered and changed", func(d *oldDoc) { slices.Reverse(d.Lines); d.Lines[0].Name = "new" },
		func(d *newDoc) { slices.Reverse(d.Lines); d.Lines[0].Name = "new" }, "lines"},
	{"an element added", func(d *oldDoc) {
		d.Lines, d.Stay = append(d.Lines, oldLine{0, "d"}), append([]oldLine{{0, "r"}}, d.Stay...)
	},
		func(d *newDoc) {
			d.Lines, d.Stay = append(d.Lines, newLine{Name: "d"}), append([]newLine{{Name: "r"}}, d.Stay...)
		}, ""},
	{"an element removed", func(d *oldDoc) { d.Lines, d.Stay = d.Lines[1:], d.Stay[1:] },
		func(d *newDoc) { d.Lines, d.Stay = d.Lines[1:], d.Stay[1:] }, ""},
	{"an element replaced", func(d *oldDoc) { d.Lines[1] = oldLine{9, "b"} }, func(d *newDoc) { d.Lines[1] = newLine{No: 9, Name: "b"} }, "lines"},
	{"an element that stays", func(d *oldDoc) { d.Stay[1].Name = "new" }, func(d *newDoc) { d.Stay[1].Name = "new" }, "stay"},
	{"an element that stays, replaced", func(d *oldDoc) { d.Stay[0] = oldLine{9, "s"} }, func(d *newDoc) { d.Stay[0] = newLine{No: 9, Name: "s"} }, "stay"},
	{"one removed, one added", func(d *oldDoc) { d.Stay = []oldLine{d.Stay[1], {9, "u"}} },
		func(d *newDoc) { d.Stay = []newLine{d.Stay[1], {No: 9, Name: "u"}} }, "stay"},
	{"an entry", func(d *oldDoc) { d.Labels["x"] = oldLine{6, "new"} }, func(d *newDoc) { l := d.Labels["x"]; l.Name = "new"; d.Labels["x"] = l }, ""},
	{"an entry added", func(d *oldDoc) { d.Labels["z"] = oldLine{0, "z"} }, func(d *newDoc) { d.Labels["z"] = newLine{Name: "z"} }, ""},
	{"everything at once", func(d *oldDoc) {
		d.Title, d.Body.Text, d.Lines[0].Name, d.Stay[0].Name, d.Labels["y"] = "n", "n", "n", "n", oldLine{7, "n"}
	}, func(d *newDoc) {
		l := d.Labels["y"]
		l.Name = "n"
		d.Title, d.Body.Text, d.Lines[0].Name, d.Stay[0].Name, d.Labels["y"] = "n", "n", "n", "n", l
	}, "lines stay"},
}

var deployChecks = []kit.Check{
	{Name: "put by the old version", Run: func(t *testing.T, x *kit.World) {
		for _, identity := range []bool{false, true} {
			var more []repo.Part[oldDoc]
			if identity {
				more = append(more, byNumber())
			}
			ctx, old, later := t.Context(), kit.Open(t, x, oldDocs(more...), repo.AllowTables("Notes", "Extras")), kit.Open(t, x, newDocs())
			for _, c := range deployPuts {
				id := fmt.Sprintf("%s, with identity: %v", c.name, identity)
				t.Run(id, func(t *testing.T) {
					d := aDoc(id)
					_, err := later.Create(ctx, &d)
					kit.Must(t, err)
					v := getDoc(t, old, id)
					c.change(v)
					_, err = old.Put(ctx, v)
					want := aDoc(id)
					if c.doubt != "" && !identity {
						e := kit.WantErr(t, "put", err, repo.ErrNotLoaded, "does not know")
						if !slices.Contains(strings.Fields(c.doubt), e.Path) {
							t.Errorf("the error is about %q", e.Path)
						}
					} else {
						kit.Must(t, err)
						c.want(&want)
					}
					got := getDoc(t, later, id)
					want.Meta = got.Meta
					kit.Equal(t, "document", *got, want)
					if c.doubt == "" || identity {
						// The old version writes as completely as it reads.
						_, err = old.Put(ctx, v)
						kit.Must(t, err)
						got = getDoc(t, later, id)
						want.Meta = got.Meta
						kit.Equal(t, "document put twice", *got, want)
					}
					_, err = later.Put(ctx, got)
					kit.Must(t, err)
					kit.CheckOrphans(t, x.Raw, x.Prefix)
				})
			}
		}
	}},
	{Name: "update by the old version", Run: func(t *testing.T, x *kit.World) {
		ctx, old, later := t.Context(), kit.Open(t, x, oldDocs()), kit.Open(t, x, newDocs())
		d := aDoc("d")
		_, err := later.Create(ctx, &d)
		kit.Must(t, err)
		lines := lens.Of(func(d *oldDoc) *[]oldLine { return &d.Lines })
		stay := lens.Of(func(d *oldDoc) *[]oldLine { return &d.Stay })
		labels := lens.Of(func(d *oldDoc) *map[string]oldLine { return &d.Labels })
		name := lens.Of(func(l *oldLine) *string { return &l.Name })
		key := repo.KeyOf(func(d *oldDoc) *string { return &d.ID }).Of("d")
		kit.Must(t, old.Update(ctx, key, lens.Of(func(d *oldDoc) *string { return &d.Title }).Set("new"),
			lens.Of(func(d *oldDoc) *string { return &d.Body.Text }).Set("new"), lens.Of(func(d *oldDoc) *string { return &d.Head.Text }).Set("new")))
		kit.Must(t, old.Update(ctx, key, lens.Join(lens.At(lines, 1), name).Set("new"), lens.Join(lens.At(stay, 0), name).Set("new"),
			lens.Join(lens.Entry(labels, "x"), name).Set("new")))
		kit.Must(t, old.Update(ctx, key, lens.Append(lines, oldLine{0, "d"}), lens.Append(stay, oldLine{0, "u"}), lens.Entry(labels, "z").Set(oldLine{0, "z"})))
		want := aDoc("d")
		want.Title, want.Body.Text, want.Head.Text, want.Lines[1].Name, want.Stay[0].Name = "new", "new", "new", "new", "new"
		want.Lines, want.Stay = append(want.Lines, newLine{Name: "d"}), append(want.Stay, newLine{Name: "u"})
		l := want.Labels["x"]
		l.Name = "new"
		want.Labels["x"], want.Labels["z"] = l, newLine{Name: "z"}
		got := getDoc(t, later, "d")
		want.Meta = got.Meta
		kit.Equal(t, "document", *got, want)
		_, err = later.Put(ctx, got)
		kit.Must(t, err)
		want.Meta = got.Meta
		kit.Equal(t, "document put again", *getDoc(t, later, "d"), want)
	}},
	{Name: "what would delete parts of unknown tables", Run: func(t *testing.T, x *kit.World) {
		ctx, old, later := t.Context(), kit.Open(t, x, oldDocs()), kit.Open(t, x, newDocs())
		d := aDoc("d")
		_, err := later.Create(ctx, &d)
		kit.Must(t, err)
		const text = "which the model does not name"
		for name, change := range map[string]func(*oldDoc){
			"an element removed":  func(d *oldDoc) { d.Lines = d.Lines[1:] },
			"an entry removed":    func(d *oldDoc) { delete(d.Labels, "x") },
			"a list to nil":       func(d *oldDoc) { d.Lines = nil },
			"an element, at rest": func(d *oldDoc) { d.Stay = d.Stay[:1] },
		} {
			v := getDoc(t, old, "d")
			change(v)
			_, err := old.Put(ctx, v)
			kit.WantErr(t, name, err, repo.ErrCorrupt, text)
		}
		key := repo.KeyOf(func(d *oldDoc) *string { return &d.ID }).Of("d")
		kit.WantErr(t, "delete", old.Delete(ctx, key), repo.ErrCorrupt, text)
		kit.WantErr(t, "delete of a value", old.DeleteValue(ctx, getDoc(t, old, "d")), repo.ErrCorrupt, text)
		_, err = old.Put(ctx, &oldDoc{ID: "d"})
		kit.WantErr(t, "put of what was not read", err, repo.ErrCorrupt, text)
		kit.Equal(t, "document", *getDoc(t, later, "d"), d)
	}},
	{Name: "the same, tables named", Run: func(t *testing.T, x *kit.World) {
		ctx, old, later := t.Context(), kit.Open(t, x, oldDocs(), repo.AllowTables("Notes", "Extras")), kit.Open(t, x, newDocs())
		d := aDoc("d")
		_, err := later.Create(ctx, &d)
		kit.Must(t, err)
		v := getDoc(t, old, "d")
		v.Lines, v.Stay = v.Lines[1:], v.Stay[:1]
		delete(v.Labels, "x")
		_, err = old.Put(ctx, v)
		kit.Must(t, err)
		want := aDoc("d")
		want.Lines, want.Stay = want.Lines[1:], want.Stay[:1]
		delete(want.Labels, "x")
		got := getDoc(t, later, "d")
		want.Meta = got.Meta
		kit.Equal(t, "document", *got, want)
		kit.CheckOrphans(t, x.Raw, x.Prefix)
		kit.Must(t, old.DeleteValue(ctx, getDoc(t, old, "d")))
		x.Counted(t, "left", map[string]int{})
	}},
	{Name: "written by the old version", Run: func(t *testing.T, x *kit.World) {
		ctx, old, later := t.Context(), kit.Open(t, x, oldDocs()), kit.Open(t, x, newDocs())
		_, err := old.Create(ctx, &oldDoc{ID: "d", Title: "t", Body: oldBody{"b"}, Lines: []oldLine{{0, "a"}, {0, "b"}}, Stay: []oldLine{{0, "s"}}})
		kit.Must(t, err)
		got := getDoc(t, later, "d")
		want := newDoc{ID: "d", Title: "t", Body: newBody{Text: "b"}, Lines: []newLine{{Name: "a"}, {Name: "b"}}, Stay: []newLine{{Name: "s"}}, Meta: got.Meta}
		kit.Equal(t, "document", *got, want)
		got.Lines[0].Note.N, got.Stay[0].Qty, got.Extra = 1, 2, &leaf{}
		want = *got
		_, err = later.Put(ctx, got)
		kit.Must(t, err)
		want.Meta = got.Meta
		kit.Equal(t, "document put", *getDoc(t, later, "d"), want)
		v := getDoc(t, old, "d")
		v.Title = "again"
		_, err = old.Put(ctx, v)
		kit.Must(t, err)
		want.Title, want.Meta = "again", v.Meta
		kit.Equal(t, "document put by both", *getDoc(t, later, "d"), want)
	}},
}

func getDoc[T any](t *testing.T, r *repo.Repo[T], id string) *T {
	t.Helper()
	key, err := r.Key(docOf[T](id))
	kit.Must(t, err)
	v, err := r.Get(t.Context(), key)
	kit.Must(t, err)
	return v
}

// docOf returns the document with that id, of either version.
func docOf[T any](id string) *T {
	v := new(T)
	switch d := any(v).(type) {
	case *oldDoc:
		d.ID = id
	case *newDoc:
		d.ID = id
	}
	return v
}
