package joined

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// rival has the keys of orders, and is another entity.
type rival struct {
	Customer string `dynamodbav:"customer"`
	When     string `dynamodbav:"when"`
	No       int    `dynamodbav:"no"`
}

var tableChecks = []kit.Check{
	{Name: "each verb sees its own", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), openShop(t, x)
		all := s.stock(t)
		x.Counted(t, "stored", map[string]int{"Shop": 2 * (1 + 8 + 16), "Notes": 16})
		kit.Equal(t, "accounts", len(kit.All(t, s.accounts.Scan(ctx))), 2)
		kit.Equal(t, "orders", len(kit.All(t, s.orders.Scan(ctx))), 16)
		kit.Equal(t, "lines", len(kit.All(t, s.lines.Scan(ctx))), 32)
		kit.Equal(t, "in segments", len(kit.All(t, s.orders.Query(ctx, repo.All[order](), repo.Segments(4)))), 16)
		for name, c := range map[string]struct {
			count func() (int64, error)
			want  int64
		}{
			"all accounts":    {func() (int64, error) { return s.accounts.Count(ctx, repo.All[account]()) }, 2},
			"all orders":      {func() (int64, error) { return s.orders.Count(ctx, repo.All[order]()) }, 16},
			"all lines":       {func() (int64, error) { return s.lines.Count(ctx, repo.All[line]()) }, 32},
			"a partition":     {func() (int64, error) { return s.accounts.Count(ctx, accountKey.Partition(aID.Eq("c1"))) }, 1},
			"an account":      {func() (int64, error) { return s.accounts.Count(ctx, accountKey.In(aID.Eq("c1"))) }, 1},
			"orders":          {func() (int64, error) { return s.orders.Count(ctx, orderKey.In(oCustomer.Eq("c1"))) }, 8},
			"lines":           {func() (int64, error) { return s.lines.Count(ctx, lineKey.In(lCustomer.Eq("c1"))) }, 16},
			"lines of a time": {func() (int64, error) { return s.lines.Count(ctx, lineKey.In(lCustomer.Eq("c1"), lAt.Eq(kit.At(0)))) }, 4},
			"lines of one": {func() (int64, error) {
				return s.lines.Count(ctx, lineKey.In(lCustomer.Eq("c1"), lAt.Eq(kit.At(0)), lNo.Eq(1)))
			}, 2},
			"orders, filtered": {func() (int64, error) {
				return s.orders.Count(ctx, orderKey.Partition(oCustomer.Eq("c1")).Where(oNo.Eq(0)))
			}, 4},
		} {
			n, err := c.count()
			kit.Must(t, err)
			kit.Equal(t, name, n, c.want)
		}
		part := orderKey.Partition(oCustomer.Eq("c1"))
		for limit := 1; limit <= 8; limit++ {
			kit.Equal(t, "limited", bares(kit.All(t, s.orders.Query(ctx, part, repo.Limit(limit)))), all[:limit])
			kit.Equal(t, "by pages", bares(walk(t, s.orders, part, limit)), all)
			kit.Equal(t, "everything, limited", len(kit.All(t, s.orders.Scan(ctx, repo.Limit(limit)))), limit)
		}
		kit.Equal(t, "everything, by pages", len(walk(t, s.accounts, repo.All[account](), 1)), 2)
		out, err := x.Raw.Scan(ctx, &dynamodb.ScanInput{TableName: new(x.Table("Shop"))})
		kit.Must(t, err)
		kit.Equal(t, "decoded", len(kit.All(t, s.orders.Decode(ctx, out.Items))), 16)
		kit.Equal(t, "decoded accounts", len(kit.All(t, s.accounts.Decode(ctx, out.Items))), 2)
		kit.Equal(t, "a line", *get(t, s.lines, lineKey.Of(lCustomer.Eq("c1"), lAt.Eq(kit.At(1)), lNo.Eq(0), lLine.Eq(1))), line{"c1", kit.At(1), 0, 1})
	}},
	{Name: "another entity's key", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), openShop(t, x)
		o := orderOf("c1", 3)
		_, err := s.orders.Create(ctx, &o)
		kit.Must(t, err)
		// A program that names the same keys, and another entity.
		rc, rn := rivalLenses()
		rivalKey := repo.JoinedKeyOf(repo.AttributeOf("PK", repo.Word[rival]("CUSTOMER"), rc), repo.AttributeOf("SK", repo.Word[rival]("ORDER"), rivalWhen, rn))
		rivals := kit.Open(t, x, repo.TableOf("Shop", rivalKey), repo.Entity("rival"))
		v := rival{"c1", "2026-01-02T03:04:05.000000001Z", 1}
		key, err := rivals.Key(&v)
		kit.Must(t, err)
		kit.Equal(t, "one text", key.String(), keyOf(&o).String())
		const is = `the item is an object of entity "order", not "rival"`
		_, err = rivals.Get(ctx, key)
		kit.WantErr(t, "Get", err, repo.ErrCorrupt, is)
		_, err = rivals.Put(ctx, &v)
		kit.WantErr(t, "Put", err, repo.ErrCorrupt, is)
		_, err = rivals.Create(ctx, &v)
		kit.WantErr(t, "Create", err, repo.ErrExists, "")
		kit.WantErr(t, "Delete", rivals.Delete(ctx, key), repo.ErrCorrupt, is)
		_, err = rivals.PutMany(ctx, []*rival{&v})
		kit.WantErrs(t, "PutMany", err, 1, map[int]error{0: repo.ErrCorrupt})
		_, err = rivals.GetMany(ctx, []repo.Key[rival]{key})
		kit.WantErrs(t, "GetMany", err, 1, map[int]error{0: repo.ErrCorrupt})
		kit.Equal(t, "Scan", kit.All(t, rivals.Scan(ctx)), []rival{})
		kit.Equal(t, "Query", kit.All(t, rivals.Query(ctx, rivalKey.In(rc.Eq("c1")))), []rival{})
		n, err := rivals.Count(ctx, rivalKey.In(rc.Eq("c1")))
		kit.Must(t, err)
		kit.Equal(t, "Count", n, 0)
		kit.Equal(t, "untouched", bare(*get(t, s.orders, keyOf(&o))), bare(o))
	}},
	{Name: "keys of another form", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), openShop(t, x)
		// Keys of the same Go type, of other declarations.
		plain := repo.CompositeKeyOf(func(o *order) *string { return &o.Customer }, func(o *order) *string { return &o.Status })
		for name, c := range map[string]struct {
			key  repo.Key[order]
			text string
		}{
			"the profile":       {plain.Of("CUSTOMER#c1", "PROFILE"), `key: SK is "PROFILE", which has not the form ORDER#{at}#{no}`},
			"a line":            {plain.Of("CUSTOMER#c1", "ORDER#2026-01-02T03:04:05.000000000Z#00000000000000000001#LINE#1"), `which has not the form ORDER#{at}#{no}`},
			"another partition": {plain.Of("c1", "ORDER#2026-01-02T03:04:05.000000000Z#00000000000000000001"), `key: PK is "c1", which has not the form CUSTOMER#{customer}`},
			"no time":           {plain.Of("CUSTOMER#c1", "ORDER#2026#00000000000000000001"), "key: at: "},
			"a short time":      {plain.Of("CUSTOMER#c1", "ORDER#2026-01-02T03:04:05Z#00000000000000000001"), `key: at: it is read from "2026-01-02T03:04:05Z", and would be written as "2026-01-02T03:04:05.000000000Z"`},
			"no number":         {plain.Of("CUSTOMER#c1", "ORDER#2026-01-02T03:04:05.000000000Z#1"), `key: no: is "1", which is not a number of 20 characters as keys have them`},
			"a field is said":   {orderKey.Of(oCustomer.Eq("c1"), oAt.Eq(kit.At(0))), "key: no is part of the key; say what it is equal to"},
			"a comparison":      {orderKey.Of(oCustomer.Eq("c1"), oAt.Eq(kit.At(0)), oNo.Gt(1)), "key: no: a key is compared with Eq here"},
			"twice":             {orderKey.Of(oCustomer.Eq("c1"), oAt.Eq(kit.At(0)), oNo.Eq(1), oNo.Eq(1)), "key: no is given twice"},
			"another field":     {orderKey.Of(oCustomer.Eq("c1"), oAt.Eq(kit.At(0)), oStatus.Eq("x")), "key: status is no field of the key"},
			"nil":               {orderKey.Of(nil), "key: a condition is nil"},
			"a zero key":        {repo.JoinedKey[order]{}.Of(oCustomer.Eq("c1")), "key: the zero Key names no object"},
		} {
			x.Net.Reset()
			_, err := s.orders.Get(ctx, c.key)
			kit.WantErr(t, name+", Get", err, repo.ErrInvalid, c.text)
			kit.WantErr(t, name+", Delete", s.orders.Delete(ctx, c.key), repo.ErrInvalid, c.text)
			kit.WantErr(t, name+", Update", s.orders.Update(ctx, c.key, oStatus.Set("x")), repo.ErrInvalid, c.text)
			_, err = s.orders.GetMany(ctx, []repo.Key[order]{c.key})
			kit.WantErrs(t, name+", GetMany", err, 1, map[int]error{0: repo.ErrInvalid})
			x.WantSent(t, name)
			into := order{Status: "as it was", No: 5}
			if err := orderKey.Parse(c.key, &into); err == nil {
				t.Errorf("%s: parsed", name)
			}
			kit.Equal(t, name+", parsed", into, order{Status: "as it was", No: 5})
		}
	}},
	{Name: "the order of texts", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, repo.TableOf("Forms", holderKey))
		texts := []string{"", "\x00", "\x00\x00", " ", "!", "#", "##", "$", "$$", "%", "a", "a\x00", "a ", "a#", "a#b", "a$", "a%", "aa", "é", "\U0010ffff"}
		kit.Equal(t, "sorted", slices.IsSorted(texts), true)
		for _, k := range kit.Backwards(texts) {
			for _, n := range []int{1, -1} {
				_, err := r.Create(ctx, &holder[string]{Group: "g", K: k, N: n})
				kit.Must(t, err)
			}
		}
		in := holderKey.In(holderGroup.Eq("g"))
		kit.Equal(t, "all", keysIn(kit.All(t, r.Query(ctx, in))), texts)
		for i, k := range texts {
			then := repo.Then(in, holderK)
			for name, c := range map[string]struct {
				in   repo.Range[holder[string]]
				want []string
			}{
				"Before": {then.Before(k), texts[:i]}, "UpTo": {then.UpTo(k), texts[:i+1]}, "After": {then.After(k), texts[i+1:]}, "From": {then.From(k), texts[i:]},
				"Between": {then.Between(k, k), texts[i : i+1]}, "none": {then.After(k).Before(k), nil}, "Eq": {holderKey.In(holderGroup.Eq("g"), holderK.Eq(k)), texts[i : i+1]},
			} {
				kit.Equal(t, name+" "+k, keysIn(kit.All(t, r.Query(ctx, c.in))), append([]string{}, c.want...))
				n, err := r.Count(ctx, c.in)
				kit.Must(t, err)
				kit.Equal(t, name+" "+k+", counted", n, int64(2*len(c.want)))
			}
		}
		kit.Equal(t, "BeginsWith nothing", keysIn(kit.All(t, r.Query(ctx, repo.Then(in, holderK).BeginsWith("")))), texts)
		kit.Equal(t, "BeginsWith", keysIn(kit.All(t, r.Query(ctx, repo.Then(in, holderK).BeginsWith("a#")))), []string{"a#", "a#b"})
	}},
}
