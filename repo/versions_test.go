package repo_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Two versions of one model. The old one knows less.
type (
	oldLine struct{ Text string }
	oldDoc  struct {
		ID    string
		Name  string
		Lines []oldLine
		Rows  map[string]oldLine
		Meta  meta.Record `dynamodbav:"-"`
	}
	newNote struct{ Body string }
	newLine struct {
		Text string
		Note newNote
	}
	newBox struct {
		Size int
		Note newNote
	}
	newDoc struct {
		ID    string
		Name  string
		Lines []newLine
		Rows  map[string]newLine
		Note  *newNote
		Notes []newNote
		Box   *newBox
		Meta  meta.Record `dynamodbav:"-"`
	}
)

var (
	oldID    = repo.KeyOf(func(d *oldDoc) *string { return &d.ID })
	newID    = repo.KeyOf(func(d *newDoc) *string { return &d.ID })
	oldName  = lens.Of(func(d *oldDoc) *string { return &d.Name })
	oldLines = lens.Of(func(d *oldDoc) *[]oldLine { return &d.Lines })
	newNoteL = lens.Of(func(d *newDoc) **newNote { return &d.Note })
	newBody  = lens.Of(func(d *newDoc) *string { return &d.Note.Body })
	newBoxB  = lens.Of(func(d *newDoc) *string { return &d.Box.Note.Body })
	newNotes = lens.Of(func(d *newDoc) *[]newNote { return &d.Notes })
	newLines = lens.Of(func(d *newDoc) *[]newLine { return &d.Lines })
	inBody   = lens.Of(func(d *newLine) *string { return &d.Note.Body })
)

func newNoteShard() shard.Part[newLine] {
	return shard.New(shard.To("LineNotes"), func(l *newLine) *newNote { return &l.Note })
}

func versions(t *testing.T, c *dynamodb.Client, newLinesPart func() repo.Part[newDoc]) (*repo.Repo[oldDoc], *repo.Repo[newDoc]) {
	o := repoOver(t, c, repo.TableOf("Root", oldID, meta.Keep(func(d *oldDoc) *meta.Record { return &d.Meta })))
	n := repoOver(t, c, repo.TableOf("Root", newID, meta.Keep(func(d *newDoc) *meta.Record { return &d.Meta }),
		newLinesPart(),
		shard.WithinValues(func(d *newDoc) *map[string]newLine { return &d.Rows }, newNoteShard()),
		shard.Optional(shard.To("Notes"), func(d *newDoc) **newNote { return &d.Note }),
		shard.Each(shard.To("NoteLists"), func(d *newDoc) *[]newNote { return &d.Notes }),
		shard.New(shard.To("BoxNotes"), func(d *newDoc) *newNote { return &d.Box.Note }),
	))
	return o, n
}

// The old program keeps what it does not know: the notes stay with the elements
// and entries that have them, whatever either program changes.
func TestOldProgramKeepsNewShards(t *testing.T) {
	ctx := context.Background()
	sample := func() newDoc {
		return newDoc{ID: "1", Name: "a", Lines: []newLine{{"x", newNote{"nx"}}, {"y", newNote{"ny"}}, {"x", newNote{"nz"}}},
			Rows: map[string]newLine{"k": {"r", newNote{"nr"}}}, Note: &newNote{"n"}, Notes: []newNote{{"1"}, {"2"}}, Box: &newBox{3, newNote{"b"}}}
	}
	c := embedded.New().Client()
	o, n := versions(t, c, func() repo.Part[newDoc] {
		return shard.Within(func(d *newDoc) *[]newLine { return &d.Lines }, newNoteShard())
	})
	d := sample()
	noErr(t, errOf(n.Create(ctx, &d)))
	got := must(o.Get(ctx, oldID.Of("1")))(t)
	got.Name = "b"
	noErr(t, errOf(o.Put(ctx, got)))
	// A changed line may be another line, so nothing tells whose note it is.
	changed := *got
	changed.Lines = slices.Clone(got.Lines)
	changed.Lines[1].Text = "changed"
	if _, err := o.Put(ctx, &changed); !errors.Is(err, repo.ErrNotLoaded) {
		t.Fatal(err)
	}
	got.Lines = append([]oldLine{{"new"}}, got.Lines...)
	noErr(t, errOf(o.Put(ctx, got)))
	same := func(want newDoc) {
		t.Helper()
		g := *must(n.Get(ctx, newID.Of("1")))(t)
		g.Meta, want.Meta = meta.Record{}, meta.Record{}
		if diff := cmp.Diff(want, g); diff != "" {
			t.Fatal(diff)
		}
	}
	want := sample()
	want.Name = "b"
	want.Lines = append([]newLine{{Text: "new"}}, want.Lines...)
	same(want)
	// The old program updates what it knows.
	noErr(t, o.Update(ctx, oldID.Of("1"), lens.Append(oldLines, oldLine{"end"})))
	want.Lines = append(want.Lines, newLine{Text: "end"})
	same(want)
	// The new program updates what the old one has kept.
	noErr(t, n.Update(ctx, newID.Of("1"), newBody.Set("m"), newBoxB.Set("c"), lens.Append(newNotes, newNote{"3"}),
		lens.Join(lens.At(newLines, 1), inBody).Set("ox")))
	want.Note, want.Notes = &newNote{"m"}, append(want.Notes, newNote{"3"})
	want.Box = &newBox{3, newNote{"c"}}
	want.Lines[1].Note.Body = "ox"
	same(want)
	noErr(t, n.Update(ctx, newID.Of("1"), newNoteL.Set(&newNote{"q"}), newNotes.Set([]newNote{{"7"}})))
	want.Note, want.Notes = &newNote{"q"}, []newNote{{"7"}}
	same(want)
	noErr(t, n.Update(ctx, newID.Of("1"), newNoteL.Set(nil)))
	want.Note = nil
	same(want)
	noErr(t, o.Update(ctx, oldID.Of("1"), oldName.Set("e")))
	want.Name = "e"
	same(want)
	p := must(n.Get(ctx, newID.Of("1")))(t)
	p.Name = "f"
	noErr(t, errOf(n.Put(ctx, p)))
	want.Name = "f"
	same(want)
	noErr(t, n.Delete(ctx, newID.Of("1")))
	emptyTables(t, c, "Root", "LineNotes", "Notes", "NoteLists", "BoxNotes")
}

// A value that was put with KeepShards still remembers what the parts hold, so the
// next Put keeps what the old program does not know.
func TestOldProgramRemembersThroughKeepShards(t *testing.T) {
	ctx := context.Background()
	c := embedded.New().Client()
	type oldHome struct{ City string }
	type doc struct {
		ID, Name string
		Home     oldHome
		Lines    []oldHome
		Meta     meta.Record `dynamodbav:"-"`
	}
	id := repo.KeyOf(func(d *doc) *string { return &d.ID })
	o := repoOver(t, c, repo.TableOf("Root", id, meta.Keep(func(d *doc) *meta.Record { return &d.Meta }),
		shard.New(shard.To("Homes"), func(d *doc) *oldHome { return &d.Home }),
		shard.Each(shard.To("Lines"), func(d *doc) *[]oldHome { return &d.Lines })))
	n := repoOver(t, c, repo.TableOf("Root", estateID, keepEstate,
		shard.New(shard.To("Homes"), func(d *estate) *house { return &d.Home }),
		shard.Each(shard.To("Lines"), func(d *estate) *[]house { return &d.Lines })))
	d := estate{ID: "1", Home: house{City: "c", Spot: site{"1", "2"}}, Lines: []house{{City: "x", Spot: site{"3", "4"}}, {City: "y", Spot: site{"5", "6"}}}}
	noErr(t, errOf(n.Create(ctx, &d)))
	got := must(o.Get(ctx, id.Of("1")))(t)
	got.Name = "n"
	noErr(t, errOf(o.Put(ctx, got, repo.KeepShards())))
	got.Home.City = "d"
	got.Lines = []oldHome{{"y"}, {"x"}}
	noErr(t, errOf(o.Put(ctx, got)))
	d.Name, d.Home.City = "n", "d"
	d.Lines[0], d.Lines[1] = d.Lines[1], d.Lines[0]
	sameEstate(t, n, d)
}
