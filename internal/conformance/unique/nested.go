package unique

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// house has a unique value in a part of a part, or of a struct.
type house struct {
	ID   string
	Home *home       `dynamodbav:"home,omitempty"`
	Meta meta.Record `dynamodbav:"-"`
}

type home struct {
	Street string `dynamodbav:"street"`
	Line   *line  `dynamodbav:"line,omitempty"`
}

type line struct {
	Phone string `dynamodbav:"phone"`
}

var (
	houseID   = repo.KeyOf(func(h *house) *string { return &h.ID })
	keepHouse = meta.Keep(func(h *house) *meta.Record { return &h.Meta })
	homes     = lens.Of(func(h *house) **home { return &h.Home })
	linePhone = lens.Of(func(h *house) *string { return &h.Home.Line.Phone })

	lineInHome = shard.Optional(shard.To("Lines"), func(h *home) **line { return &h.Line })
	lineInPart = shard.Optional(shard.To("Homes"), func(h *house) **home { return &h.Home }, lineInHome)
	lineAlone  = shard.Optional(shard.To("Lines"), func(h *house) **line { return &h.Home.Line })
)

// houses is a repository in one layout; skip reads a house without its line.
type houses struct {
	*repo.Repo[house]
	table string
	skip  repo.CallOption
}

// nested runs a check in each layout.
func nested(check func(t *testing.T, x *kit.World, r houses)) func(*testing.T, *kit.World) {
	return func(t *testing.T, x *kit.World) {
		once := uniqueOf("Phones", linePhone)
		check(t, x, houses{kit.Open(t, x, repo.TableOf("Houses", houseID, keepHouse, lineInPart, once)), "Houses", repo.Skip(lineInHome)})
		check(t, x, houses{kit.Open(t, x, repo.TableOf("Cabins", houseID, keepHouse, lineAlone, once)), "Cabins", repo.Skip(lineAlone)})
	}
}

func storeHouse(t *testing.T, r houses) {
	t.Helper()
	kit.Must(t, second(r.Create(t.Context(), &house{ID: "a", Home: &home{Street: "Main", Line: &line{"1"}}})))
}

var nestedChecks = []kit.Check{
	{Name: "what it is in goes", Run: nested(func(t *testing.T, x *kit.World, r houses) {
		ctx := t.Context()
		for what, opts := range map[string][]repo.CallOption{"tracked": nil, "overwriting": {repo.Overwrite()}} {
			storeHouse(t, r)
			h, err := r.Get(ctx, houseID.Of("a"), r.skip)
			kit.Must(t, err)
			h.Home = nil
			kit.Must(t, second(r.Put(ctx, h, opts...)))
			x.Counted(t, what, map[string]int{r.table: 1})
			kit.Must(t, r.Delete(ctx, houseID.Of("a")))
		}
		storeHouse(t, r)
		kit.Must(t, r.Update(ctx, houseID.Of("a"), homes.Remove()))
		x.Counted(t, "removed", map[string]int{r.table: 1})
		kit.Must(t, r.Delete(ctx, houseID.Of("a")))
	})},
	{Name: "what it is in stays", Run: nested(func(t *testing.T, x *kit.World, r houses) {
		ctx := t.Context()
		storeHouse(t, r)
		for _, opt := range []repo.CallOption{r.skip, repo.RootOnly()} {
			h, err := r.Get(ctx, houseID.Of("a"), opt)
			kit.Must(t, err)
			kit.Must(t, second(r.Put(ctx, h)))
			e := kit.WantErr(t, "another", second(r.Create(ctx, &house{ID: "b", Home: &home{Line: &line{"1"}}})), repo.ErrDuplicate, "")
			kit.Equal(t, "path", e.Path, "home.line.phone")
		}
		kit.Must(t, r.Update(ctx, houseID.Of("a"), linePhone.Set("2")))
		kit.Must(t, second(r.Create(ctx, &house{ID: "b", Home: &home{Line: &line{"1"}}})))
		kit.Must(t, r.Delete(ctx, houseID.Of("a")))
		kit.Must(t, r.Delete(ctx, houseID.Of("b")))
		x.Counted(t, "deleted", map[string]int{})
	})},
	{Name: "a part that is damaged", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), accounts(t, x)
		x.Tampered = true
		create(t, r, ann())
		it := x.Item(t, "Contacts", "Accounts/Sann/contact")
		delete(it, "_meta")
		x.Plant(t, "Contacts", it)
		x.Net.Reset()
		err := r.Update(ctx, key("ann"), phone.SetIfAbsent("2"))
		e := kit.WantErr(t, "update", err, repo.ErrCorrupt, "is not the one that the stored record names")
		kit.Equal(t, "path", e.Path, "contact")
	}},
}
