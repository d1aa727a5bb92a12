package ranges

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// visit is found by an index whose keys have several attributes.
type visit struct {
	ID     string    `dynamodbav:"id"`
	Tenant string    `dynamodbav:"tenant"`
	Region *string   `dynamodbav:"region"`
	Day    time.Time `dynamodbav:"day"`
	Rank   int       `dynamodbav:"rank"`
	Memo   string    `dynamodbav:"memo"`
}

var (
	visitID   = repo.KeyOf(func(v *visit) *string { return &v.ID })
	vTenant   = lens.Of(func(v *visit) *string { return &v.Tenant })
	vRegion   = lens.Of(func(v *visit) *string { return v.Region })
	vDay      = lens.Of(func(v *visit) *time.Time { return &v.Day })
	vRank     = lens.Of(func(v *visit) *int { return &v.Rank })
	vID       = lens.Of(func(v *visit) *string { return &v.ID })
	vMemo     = lens.Of(func(v *visit) *string { return &v.Memo })
	vByPlace  = repo.MultiKeyIndexOf("by-place", repo.PartitionBy(vTenant, vRegion), repo.SortBy(vDay, vRank, vID))
	vKeysOnly = repo.MultiKeyIndexOf("by-region", repo.PartitionBy(vRegion, vTenant, vDay), repo.SortFields[visit]{}, repo.KeysOnly())
)

var multiKeyChecks = []kit.Check{
	{Name: "ranges", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Visits", visitID, vByPlace, vKeysOnly))
		for n := range 8 {
			for _, region := range []*string{new("eu"), new("us"), nil} {
				v := visit{ID: fmt.Sprint(n, region == nil), Tenant: "acme", Region: region, Day: kit.At(n % 3), Rank: 10 - n, Memo: fmt.Sprint(n)}
				if region != nil {
					v.ID = fmt.Sprint(n, *region)
				}
				_, err := r.Create(ctx, &v)
				kit.Must(t, err)
			}
		}
		x.Net.Reset()
		eu := vByPlace.In(vTenant.Eq("acme"), vRegion.Eq("eu"))
		for name, c := range map[string]struct {
			in   repo.Range[visit]
			want []string
		}{
			"all":                     {eu, []string{"6eu", "3eu", "0eu", "7eu", "4eu", "1eu", "5eu", "2eu"}},
			"in another order":        {vByPlace.In(vRegion.Eq("eu"), vTenant.Eq("acme")), []string{"6eu", "3eu", "0eu", "7eu", "4eu", "1eu", "5eu", "2eu"}},
			"backwards":               {eu.Backwards(), []string{"2eu", "5eu", "1eu", "4eu", "7eu", "0eu", "3eu", "6eu"}},
			"bounds of the first":     {repo.Then(eu, vDay).After(kit.At(0)).Before(kit.At(2)), []string{"7eu", "4eu", "1eu"}},
			"the first is fixed":      {vByPlace.In(vTenant.Eq("acme"), vRegion.Eq("eu"), vDay.Eq(kit.At(2).In(time.FixedZone("x", 3600)))), []string{"5eu", "2eu"}},
			"bounds of the second":    {repo.Then(vByPlace.In(vTenant.Eq("acme"), vRegion.Eq("eu"), vDay.Eq(kit.At(0))), vRank).From(5).UpTo(7), []string{"3eu"}},
			"two are fixed":           {vByPlace.In(vTenant.Eq("acme"), vRegion.Eq("eu"), vDay.Eq(kit.At(0)), vRank.Eq(7)), []string{"3eu"}},
			"all are fixed":           {vByPlace.In(vTenant.Eq("acme"), vRegion.Eq("eu"), vDay.Eq(kit.At(0)), vRank.Eq(7), vID.Eq("3eu")), []string{"3eu"}},
			"a prefix of the last":    {repo.Then(vByPlace.In(vTenant.Eq("acme"), vRegion.Eq("eu"), vDay.Eq(kit.At(0)), vRank.Eq(7)), vID).BeginsWith("3"), []string{"3eu"}},
			"filtered":                {eu.Where(vMemo.In("2", "3")), []string{"3eu", "2eu"}},
			"nothing":                 {vByPlace.In(vTenant.Eq("none"), vRegion.Eq("eu")), nil},
			"three in a partition":    {vKeysOnly.In(vTenant.Eq("acme"), vRegion.Eq("us"), vDay.Eq(kit.At(2))), []string{"2us", "5us"}},
			"a text in no text order": {repo.Then(eu, vDay).From(kit.At(1)), []string{"7eu", "4eu", "1eu", "5eu", "2eu"}},
		} {
			ids := func(all []visit) (ids []string) {
				for _, v := range all {
					ids = append(ids, v.ID)
				}
				if name == "three in a partition" { // in no order
					slices.Sort(ids)
				}
				return ids
			}
			kit.Equal(t, name, ids(kit.All(t, r.Query(ctx, c.in))), c.want)
			n, err := r.Count(ctx, c.in)
			kit.Must(t, err)
			kit.Equal(t, name+", counted", n, int64(len(c.want)))
			var walked []visit
			for next := repo.Cursor(""); ; {
				page, err := r.Page(ctx, c.in, repo.PageSize(2), repo.StartAt(next))
				kit.Must(t, err)
				for _, v := range page.Objects {
					walked = append(walked, *v)
				}
				if next = page.Next; next == "" {
					break
				}
			}
			kit.Equal(t, name+", by pages", ids(walked), c.want)
		}
	}},
	{Name: "refused", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Visits", visitID, vByPlace))
		acme, eu := vTenant.Eq("acme"), vRegion.Eq("eu")
		for name, c := range map[string]struct {
			in   repo.Range[visit]
			text string
		}{
			"half of the partition": {vByPlace.In(acme), "region is in the partition key of index by-place; say what it is equal to"},
			"a comparison":          {vByPlace.In(acme, vRegion.Gt("a")), "region: a key is compared with Eq here; bounds of the next sort key come with repo.Then"},
			"a gap":                 {vByPlace.In(acme, eu, vRank.Eq(1)), "rank is not the next attribute in the key of index by-place; Where takes other conditions"},
			"no key":                {vByPlace.In(acme, eu, vMemo.Eq("x")), "memo is not the next attribute in the key of index by-place; Where takes other conditions"},
			"twice":                 {vByPlace.In(acme, eu, eu), "region is not the next attribute"},
			"a combination":         {vByPlace.In(lens.And(acme, eu)), "tenant is in the partition key of index by-place; say what it is equal to"},
			"nil":                   {vByPlace.In(acme, eu, nil), "a condition is nil"},
			"empty":                 {vByPlace.In(vTenant.Eq(""), eu), "tenant is empty"},
			"another bound":         {repo.Then(vByPlace.In(acme, eu), vRank).From(1), "rank is not the next attribute in the sort key"},
			"no bound is left":      {repo.Then(vByPlace.In(acme, eu, vDay.Eq(kit.At(0)), vRank.Eq(1), vID.Eq("x")), vID), "id is not the next attribute in the sort key"},
			"filtered by a key":     {vByPlace.In(acme, eu).Where(vRank.Eq(1)), "is in the key of index by-place, which DynamoDB does not filter by; use the bounds of the range"},
			"of a zero index":       {repo.MultiKeyIndex[visit]{}.In(acme, eu), "the range was made from a zero index"},
		} {
			for _, err := range r.Query(ctx, c.in) {
				kit.WantErr(t, name, err, repo.ErrInvalid, c.text)
			}
		}
		x.WantSent(t, "what is refused")
	}},
}
