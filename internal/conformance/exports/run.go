// Package exports has the part of the suite about objects as documents.
package exports

import (
	"bytes"
	"testing"
	"time"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// claims leaves a group out.
var claims = kit.Out{Alone: "its crates have unique values"}

// Run runs the checks of this package.
func Run(t *testing.T, newEngine func(t *testing.T) kit.Engine) {
	kit.Run(t, newEngine,
		kit.Group{Name: "documents", Out: claims, Checks: documentChecks},
		kit.Group{Name: "documents of all layouts", Out: claims, Checks: layoutChecks},
		kit.Group{Name: "imports", Out: claims, Checks: importChecks},
		kit.Group{Name: "limits of documents", Out: claims, Checks: limitChecks},
		kit.Group{Name: "documents that are refused", Out: claims, Checks: refusedChecks},
		kit.Group{Name: "documents that are forged", Out: claims, Checks: forgedChecks},
		kit.Group{Name: "imports over newer objects", Checks: newerChecks},
	)
}

// crate has a part of each kind, and values of each type.
type (
	crate struct {
		ID     string          `dynamodbav:"id"`
		Name   string          `dynamodbav:"name,omitempty"`
		Secret string          `dynamodbav:"secret"`
		Until  time.Time       `dynamodbav:"until,unixtime,omitempty"`
		Blob   []byte          `dynamodbav:"blob"`
		Tags   []string        `dynamodbav:"tags,stringset,omitempty"`
		Sizes  []float64       `dynamodbav:"sizes,numberset,omitempty"`
		Home   slot            `dynamodbav:"home"`
		Spare  *slot           `dynamodbav:"spare"`
		Past   []slot          `dynamodbav:"past"`
		By     map[string]slot `dynamodbav:"by"`
		Label  slot            `dynamodbav:"label"`
		Goods  goods           `dynamodbav:"goods"`
		Meta   meta.Record     `dynamodbav:"-"`
	}
	slot struct {
		City   string `dynamodbav:"city"`
		Secret string `dynamodbav:"secret"`
		N      int64  `dynamodbav:"n" validate:"max=100"`
	}
	goods interface{ goods() }
	wine  struct {
		Year int `dynamodbav:"year"`
	}
	rice struct {
		Grams int `dynamodbav:"grams"`
	}
)

func (*wine) goods() {}
func (rice) goods()  {}

var (
	crateID    = repo.KeyOf(func(c *crate) *string { return &c.ID })
	crateName  = lens.Of(func(c *crate) *string { return &c.Name })
	crateN     = lens.Of(func(c *crate) *int64 { return &c.Home.N })
	cratePast  = lens.Of(func(c *crate) *[]slot { return &c.Past })
	crateCity  = lens.Of(func(c *crate) *string { return &c.Home.City })
	crateUntil = repo.ExpiresAt(func(c *crate) *time.Time { return &c.Until })
	keep       = meta.Keep(func(c *crate) *meta.Record { return &c.Meta })
	inline     = repo.OneOf(func(c *crate) *goods { return &c.Goods }, repo.Variant[*wine, goods]("wine"), repo.Variant[rice, goods]("rice"))

	past, future = time.Unix(1000, 0).UTC(), time.Unix(4_000_000_000, 0).UTC()
)

// crates have all kinds of parts, unique values and encrypted ones.
func crates(keys cipher.Cipher, parts ...repo.Part[crate]) repo.Model[crate] {
	return placed(shard.To("Homes"), shard.To("Names"), keys, parts...)
}

func placed(homes, names shard.Placement, keys cipher.Cipher, parts ...repo.Part[crate]) repo.Model[crate] {
	slotSecret := lens.Of(func(s *slot) *string { return &s.Secret })
	return repo.TableOf("Crates", crateID, append(parts, keep,
		shard.New(homes, func(c *crate) *slot { return &c.Home }),
		shard.Optional(shard.To("Spares", shard.KeyName("k")), func(c *crate) **slot { return &c.Spare }),
		shard.Each(shard.To("Past"), func(c *crate) *[]slot { return &c.Past }),
		shard.EachValue(shard.To("Bys"), func(c *crate) *map[string]slot { return &c.By }),
		shard.New(shard.To("Labels", shard.WhenOver(100)), func(c *crate) *slot { return &c.Label }),
		repo.OneOf(func(c *crate) *goods { return &c.Goods }, repo.Variant[*wine, goods]("wine", shard.To("Wines")), repo.Variant[rice, goods]("rice")),
		shard.Unique(names, crateName), shard.Unique(shard.To("Cities"), crateCity),
		cipher.Protect(keys, lens.Of(func(c *crate) *string { return &c.Secret }), lens.Of(func(c *crate) *string { return &c.Home.Secret }), lens.Each(cratePast, slotSecret)))...)
}

func aCrate() *crate {
	return &crate{
		ID: "c/1~ü", Name: "Ann", Secret: "secret one", Until: future, Blob: []byte{0, 255, 10}, Tags: []string{"b", "a"}, Sizes: []float64{2.5, -1},
		Home: slot{City: "Ulm <&> \u2028", Secret: "secret two", N: 7}, Spare: &slot{City: "Bern"},
		Past: []slot{{City: "one", Secret: "secret three"}, {City: "two"}}, By: map[string]slot{"a.b": {City: "x"}, "b#": {City: "y"}},
		Label: slot{City: "small"}, Goods: &wine{Year: 1990},
	}
}

// export returns the document of an object.
func export[T any](t *testing.T, r *repo.Repo[T], key repo.Key[T]) string {
	t.Helper()
	var b bytes.Buffer
	kit.Must(t, r.Export(t.Context(), &b, key))
	return b.String()
}

// elsewhere is another environment: other tables of the same engine.
func elsewhere(t *testing.T, x *kit.World) *kit.World {
	y := kit.NewWorld(t, x.Engine)
	t.Cleanup(func() {
		if !t.Failed() {
			kit.CheckOrphans(t, y.Raw, y.Prefix)
		}
	})
	return y
}

// second is the error of a verb that also returns something.
func second[V any](_ V, err error) error { return err }
