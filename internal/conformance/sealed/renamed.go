package sealed

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// A guest is what a member was before some of its attributes were renamed.
type (
	guest struct {
		ID    string          `dynamodbav:"id"`
		Rank  string          `dynamodbav:"rank"`
		At    time.Time       `dynamodbav:"at"`
		Name  string          `dynamodbav:"name"`
		Note  string          `dynamodbav:"note"`
		Home  stay            `dynamodbav:"home"`
		Past  []stay          `dynamodbav:"past"`
		Flats map[string]stay `dynamodbav:"flats"`
		Card  card            `dynamodbav:"card"`
		Cards map[string]card `dynamodbav:"cards"`
		Boss  *guest          `dynamodbav:"boss"`
		Meta  meta.Record     `dynamodbav:"-"`
	}
	stay struct {
		Town string `dynamodbav:"town"`
	}
	card struct {
		Number string `dynamodbav:"number"`
	}
	member struct {
		ID    string               `dynamodbav:"id"`
		Rank  string               `dynamodbav:"rank"`
		At    time.Time            `dynamodbav:"at"`
		Title string               `dynamodbav:"title"`
		Note  string               `dynamodbav:"note"`
		Home  residence            `dynamodbav:"home"`
		Past  []residence          `dynamodbav:"past"`
		Homes map[string]residence `dynamodbav:"homes"`
		Card  payment              `dynamodbav:"card"`
		Cards map[string]payment   `dynamodbav:"cards"`
		Boss  *member              `dynamodbav:"boss"`
		Meta  meta.Record          `dynamodbav:"-"`
	}
	residence struct {
		City string `dynamodbav:"city"`
	}
	payment struct {
		Digits string `dynamodbav:"digits"`
	}
)

var (
	guestID = repo.KeyOf(func(g *guest) *string { return &g.ID })
	gName   = lens.Of(func(g *guest) *string { return &g.Name })
	gNote   = lens.Of(func(g *guest) *string { return &g.Note })
	gTown   = lens.Of(func(g *guest) *string { return &g.Home.Town })
	gPast   = lens.Of(func(g *guest) *[]stay { return &g.Past })
	gFlats  = lens.Of(func(g *guest) *map[string]stay { return &g.Flats })
	gNumber = lens.Of(func(g *guest) *string { return &g.Card.Number })
	gCards  = lens.Of(func(g *guest) *map[string]card { return &g.Cards })
	gBoss   = lens.Of(func(g *guest) **guest { return &g.Boss })
	town    = lens.Of(func(s *stay) *string { return &s.Town })
	cNumber = lens.Of(func(c *card) *string { return &c.Number })
	gByRank = repo.IndexOf("by-rank", func(g *guest) *string { return &g.Rank }, func(g *guest) *time.Time { return &g.At })

	memberID = repo.KeyOf(func(m *member) *string { return &m.ID })
	mTitle   = lens.Of(func(m *member) *string { return &m.Title })
	mNote    = lens.Of(func(m *member) *string { return &m.Note })
	mCity    = lens.Of(func(m *member) *string { return &m.Home.City })
	mPast    = lens.Of(func(m *member) *[]residence { return &m.Past })
	mHomes   = lens.Of(func(m *member) *map[string]residence { return &m.Homes })
	mDigits  = lens.Of(func(m *member) *string { return &m.Card.Digits })
	mCards   = lens.Of(func(m *member) *map[string]payment { return &m.Cards })
	mBoss    = lens.Of(func(m *member) **member { return &m.Boss })
	city     = lens.Of(func(r *residence) *string { return &r.City })
	digits   = lens.Of(func(p *payment) *string { return &p.Digits })
	mByRank  = repo.IndexOf("by-rank", func(m *member) *string { return &m.Rank }, func(m *member) *time.Time { return &m.At })
)

func guests(t *testing.T) repo.Model[guest] {
	return repo.TableOf("Guests", guestID, gByRank, meta.Keep(func(g *guest) *meta.Record { return &g.Meta }),
		shard.New(shard.To("Card"), func(g *guest) *card { return &g.Card }), shard.EachValue(shard.To("Cards"), func(g *guest) *map[string]card { return &g.Cards }),
		cipher.Protect(kit.Keys(t), gName, gNote, gTown, lens.Each(gPast, town), lens.EachValue(gFlats, town), gNumber, lens.EachValue(gCards, cNumber),
			lens.Join(gBoss, lens.Ptr(gName))))
}

func members(t *testing.T, fields ...lens.Field[member]) repo.Model[member] {
	return repo.TableOf("Guests", memberID, mByRank, meta.Keep(func(m *member) *meta.Record { return &m.Meta }),
		shard.New(shard.To("Card"), func(m *member) *payment { return &m.Card }), shard.EachValue(shard.To("Cards"), func(m *member) *map[string]payment { return &m.Cards }),
		cipher.Protect(kit.Keys(t), append(fields, mNote)...))
}

// renamedFields are those of a member that are bound as a guest had them.
var renamedFields = []lens.Field[member]{
	cipher.BindAs(mTitle, "name"), cipher.BindAs(mCity, "home.town"), cipher.BindAs(lens.Each(mPast, city), "past[].town"), cipher.BindAs(lens.EachValue(mHomes, city), "flats{}.town"),
	cipher.BindAs(mDigits, "card.number"), cipher.BindAs(lens.EachValue(mCards, digits), "cards{}.number"), cipher.BindAs(lens.Join(mBoss, lens.Ptr(mTitle)), "boss.name"),
}

func aGuest(id string) guest {
	v := func(what string) string { return canary + " " + id + " " + what }
	return guest{
		ID: id, Rank: "gold", At: since, Name: v("name"), Note: v("note"), Home: stay{v("home")}, Past: []stay{{v("past 0")}, {v("past 1")}}, Flats: map[string]stay{"x": {v("x")}, "y.z": {v("y.z")}},
		Card: card{v("card")}, Cards: map[string]card{"x": {v("card x")}}, Boss: &guest{Name: v("boss"), At: since},
	}
}

func aMember(id string) member {
	g := aGuest(id)
	return member{
		ID: id, Rank: g.Rank, At: g.At, Title: g.Name, Note: g.Note, Home: residence{g.Home.Town}, Past: []residence{{g.Past[0].Town}, {g.Past[1].Town}},
		Homes: map[string]residence{"x": {g.Flats["x"].Town}, "y.z": {g.Flats["y.z"].Town}}, Card: payment{g.Card.Number}, Cards: map[string]payment{"x": {g.Cards["x"].Number}},
		Boss: &member{Title: g.Boss.Name, At: since},
	}
}

// since is no secret.
var since = time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)

// renamedAs are the new names of attributes.
var renamedAs = map[string]string{"name": "title", "town": "city", "flats": "homes", "number": "digits"}

// renameAll gives stored attributes their new names, as somebody without keys does.
func renameAll(t *testing.T, x *kit.World) {
	t.Helper()
	d, err := kit.DumpTables(t.Context(), x.Raw, x.Prefix)
	kit.Must(t, err)
	for _, table := range d.Tables {
		for _, it := range table.Items {
			record := it["_meta"]
			next := renamed(it)
			next["_meta"] = record
			x.Plant(t, table.Name, next)
		}
	}
}

func renamed(m kit.Row) kit.Row {
	out := kit.Row{}
	for name, v := range m {
		switch inner := v.(type) {
		case *types.AttributeValueMemberM:
			v = kit.Object(renamed(inner.Value))
		case *types.AttributeValueMemberL:
			list := kit.List(inner.Value...)
			for i, e := range kit.Elements(list) {
				if m, ok := e.(*types.AttributeValueMemberM); ok {
					kit.Elements(list)[i] = kit.Object(renamed(m.Value))
				}
			}
			v = list
		}
		if to := renamedAs[name]; to != "" {
			name = to
		}
		out[name] = v
	}
	return out
}

var renamedChecks = []kit.Check{
	{Name: "renamed fields, bound as before", Run: renamedFieldsOpen},
	{Name: "renamed fields, bound anew", Run: renamedFieldsRefused},
	{Name: "renamed fields, values moved", Run: renamedValuesMoved},
	{Name: "renamed fields, refused declarations", Run: renamedRefused},
}

// newMembers stores guests, renames their attributes, and opens them as members.
func newMembers(t *testing.T, x *kit.World, ids ...string) *repo.Repo[member] {
	t.Helper()
	before := kit.Open(t, x, guests(t))
	for _, id := range ids {
		_, err := before.Create(t.Context(), new(aGuest(id)))
		kit.Must(t, err)
	}
	renameAll(t, x)
	return kit.Open(t, x, members(t, renamedFields...))
}

// renamedFieldsOpen: with BindAs every verb has the values that were sealed under other names.
func renamedFieldsOpen(t *testing.T, x *kit.World) {
	ctx, r := t.Context(), newMembers(t, x, "a", "b")
	check := func(what string, want member) *member {
		t.Helper()
		got, err := r.Get(ctx, memberID.Of(want.ID))
		kit.Must(t, err)
		bare := *got
		bare.Meta = want.Meta
		kit.Equal(t, what, bare, want)
		return got
	}
	check("got", aMember("a"))
	for what, all := range map[string][]member{"scanned": kit.All(t, r.Scan(ctx)), "found by the index": kit.All(t, r.Query(ctx, mByRank.In("gold")))} {
		kit.Equal(t, what, len(all), 2)
		for _, m := range all {
			want := aMember(m.ID)
			want.Meta = m.Meta
			kit.Equal(t, what, m, want)
		}
	}
	for _, l := range []lens.Lens[member, string]{mTitle, mCity, lens.Join(lens.At(mPast, 1), city), lens.Join(lens.Entry(mHomes, "y.z"), city), mDigits,
		lens.Join(lens.Entry(mCards, "x"), digits), lens.Join(mBoss, lens.Ptr(mTitle))} {
		v := aMember("a")
		want, _ := lens.Get(l, &v)
		got, err := repo.Read(ctx, r, memberID.Of("a"), l)
		kit.Must(t, err)
		kit.Equal(t, l.String(), got, want)
		path := l.ModelLens().Path.String()
		wantNamed(t, "a condition", r.Update(ctx, memberID.Of("a"), mTitle.Set(canary), repo.If(l.Eq(want))), path, onlyExistence)
		kit.Must(t, r.Update(ctx, memberID.Of("a"), l.Set(canary+" "+path), repo.If(l.Exists())))
		got, err = repo.Read(ctx, r, memberID.Of("a"), l)
		kit.Must(t, err)
		kit.Equal(t, l.String()+", updated", got, canary+" "+path)
		kit.Must(t, r.Update(ctx, memberID.Of("a"), l.Set(want)))
	}
	got := check("updated", aMember("a"))
	got.Title, got.Homes = canary+" put", map[string]residence{"new": {canary + " new"}}
	_, err := r.Put(ctx, got)
	kit.Must(t, err)
	want := aMember("a")
	want.Title, want.Homes = got.Title, got.Homes
	check("put", want)
	_, err = r.Create(ctx, new(aMember("c")))
	kit.Must(t, err)
	check("created", aMember("c"))
	hidden(t, x, "writes")

	// Without the type, an object is read by its list: those that were not put have that of guests.
	opener := repo.WithOpener(kit.Keys(t))
	untyped := kit.OpenStored(t, x, "Guests", "id", repo.AllowTables("Card", "Cards"), opener, repo.MustBeSealed("title", "homes{}.city", "cards{}.digits"))
	_, err = untyped.Get(ctx, "b")
	kit.WantErr(t, "by the list of guests", err, repo.ErrCorrupt, "the object's list of encrypted paths does not have this one")
	done, err := r.Migrate(ctx)
	kit.Must(t, err)
	kit.Equal(t, "migrated", [3]int64{done.Seen, done.Changed, done.Failed}, [3]int64{3, 1, 0})
	done, err = r.Migrate(ctx)
	kit.Must(t, err)
	kit.Equal(t, "migrated again", done.Changed, 0)
	check("migrated", aMember("b"))
	for _, id := range []string{"b", "c"} {
		doc, err := untyped.Get(ctx, id)
		kit.Must(t, err)
		v := aMember(id)
		kit.Equal(t, "title without the type", doc["title"], any(v.Title))
		kit.Equal(t, "homes without the type", doc["homes"], any(map[string]any{"x": map[string]any{"city": v.Homes["x"].City}, "y.z": map[string]any{"city": v.Homes["y.z"].City}}))
	}
	kit.DeleteAll(t, x, r)
}

// renamedFieldsRefused: without BindAs, or with another one, a value does not open under the new
// name, and the error names that.
func renamedFieldsRefused(t *testing.T, x *kit.World) {
	newMembers(t, x, "a")
	for as, field := range map[string]lens.Field[member]{"": mTitle, "other": cipher.BindAs(mTitle, "other")} {
		r := kit.Open(t, x, members(t, append([]lens.Field[member]{field}, renamedFields[1:]...)...))
		_, err := r.Get(t.Context(), memberID.Of("a"))
		at := envelope{entity: "Guests", path: cipher.Path{cipher.Name("title")}}
		at.refused(t, "bound as "+as, err, cipher.ErrAuth)
		_, err = repo.Read(t.Context(), r, memberID.Of("a"), mTitle)
		at.refused(t, "read, bound as "+as, err, cipher.ErrAuth)
	}
}

// renamedRefused: two fields are never bound to one path, nor one to that of the record.
func renamedRefused(t *testing.T, x *kit.World) {
	for want, field := range map[string]lens.Field[member]{
		"Title): title is bound as note, where note is encrypted":              cipher.BindAs(mTitle, "note"),
		"Title): title is bound as note.in, where note is encrypted":           cipher.BindAs(mTitle, "note.in"),
		"is bound as _meta, which is part of a key or of the stored record":    cipher.BindAs(mTitle, "_meta"),
		"is bound as _meta.s, which is part of a key or of the stored record":  cipher.BindAs(mTitle, "_meta.s"),
		"Title): path \"title\" is that of the field; leave cipher.BindAs out": cipher.BindAs(mTitle, "title"),
	} {
		_, err := repo.New(x.Client, members(t, field), x.Options(nil)...)
		var decl *lens.Error
		if !errors.As(err, &decl) || decl.Func != "cipher.BindAs" || decl.Type != "sealed.member" || decl.Path != "Title" || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// renamedValuesMoved: a value of a renamed field opens at no other place, nor another's at its.
func renamedValuesMoved(t *testing.T, x *kit.World) {
	ctx, r := t.Context(), newMembers(t, x, "a", "b")
	root, other := x.Item(t, "Guests", "a"), x.Item(t, "Guests", "b")
	home := func(it kit.Row) kit.Row { return kit.Members(it["home"]) }
	entry := func(it kit.Row, name string) kit.Row { return kit.Members(kit.Members(it["homes"])[name]) }
	for what, c := range map[string]struct {
		to    kit.Row
		name  string
		value kit.Value
		path  string
	}{
		"to a field":                {root, "note", root["title"], "note"},
		"from a field":              {root, "title", root["note"], "title"},
		"from a renamed field":      {root, "title", home(root)["city"], "title"},
		"to a renamed field":        {home(root), "city", root["title"], "home.city"},
		"to a field inside":         {kit.Members(root["boss"]), "title", root["title"], "boss.title"},
		"from one entry to another": {entry(root, "x"), "city", entry(root, "y.z")["city"], "homes.x.city"},
		"from an element":           {home(root), "city", kit.Members(kit.Elements(root["past"])[0])["city"], "home.city"},
		"of another object":         {root, "title", other["title"], "title"},
		"of the record":             {root, "title", kit.Members(root["_meta"])["s"], "title"},
	} {
		was := c.to[c.name]
		c.to[c.name] = c.value
		x.Plant(t, "Guests", root)
		_, err := r.Get(ctx, memberID.Of("a"))
		var field *cipher.FieldError
		if !errors.Is(err, repo.ErrCorrupt) || !errors.Is(err, cipher.ErrAuth) || !errors.As(err, &field) || field.Path != c.path {
			t.Errorf("%s: got %v, want %v at %s", what, err, cipher.ErrAuth, c.path)
		}
		silent(t, what, err)
		c.to[c.name] = was
	}
	x.Plant(t, "Guests", root)
	_, err := r.Get(ctx, memberID.Of("a"))
	kit.Must(t, err)
}
