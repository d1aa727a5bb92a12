package exports

import (
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// forgedChecks are about documents with a right digest that are after other objects.
var forgedChecks = []kit.Check{
	{Name: "a key attribute that is not the old table's", Out: kit.Out{Staged: "it forges the entry of a derived key"}, Run: func(t *testing.T, x *kit.World) {
		ctx, y := t.Context(), elsewhere(t, x)
		with := func(p shard.Placement) repo.Model[crate] {
			return repo.TableOf("Crates", crateID, keep, inline, shard.New(p, func(c *crate) *slot { return &c.Home }))
		}
		moved := with(shard.To("Homes", shard.MovedFrom("OldHomes")))
		old, there := kit.Open(t, x, with(shard.To("OldHomes"))), kit.Open(t, y, with(shard.To("OldHomes")))
		key, err := old.Create(ctx, &crate{ID: "c", Home: slot{City: "forged"}})
		kit.Must(t, err)
		victim, err := there.Create(ctx, &crate{ID: "v", Home: slot{City: "Ulm"}})
		kit.Must(t, err)
		lines := strings.Split(export(t, old, key), "\n")
		_, stamp, _ := strings.Cut(lines[2], `"w":`)
		stamp, _, _ = strings.Cut(stamp, "}")
		named := strings.Replace(lines[1], `"m":{"M":{"home":`+stamp+`}`, `"m":{"M":{"home":{"M":{"a":{"S":"zz"},"k":{"S":"Crates/Sc/home"},"t":{"S":"OldHomes"},"w":`+stamp+`}}}`, 1)
		over := strings.NewReplacer(`"_id":{"S":"Crates/Sc/home"}`, `"_id":{"S":"Crates/Sv/home"}`, `"secret":{"S":""}}`, `"secret":{"S":""},"zz":{"S":"Crates/Sc/home"}}`).Replace(lines[2])
		kit.Equal(t, "forged", []bool{named != lines[1], strings.Contains(over, "Sv/home"), strings.Contains(over, "zz")}, []bool{true, true, true})
		before := y.Item(t, "OldHomes", "Crates/Sv/home")
		for _, opts := range [][]repo.CallOption{nil, {repo.Overwrite()}} {
			_, err = kit.Open(t, y, moved).Import(ctx, strings.NewReader(resigned(lines[0], named, over)), opts...)
			kit.WantErr(t, "import", err, repo.ErrInvalid, "part home whose key attribute zz is not that of table OldHomes")
		}
		kit.Same(t, "the other object's part", y.Item(t, "OldHomes", "Crates/Sv/home"), before)
		y.Counted(t, "items", map[string]int{"Crates": 1, "OldHomes": 1})
		_, err = there.Get(ctx, victim)
		kit.Must(t, err)
	}},
}
