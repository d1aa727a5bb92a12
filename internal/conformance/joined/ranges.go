package joined

import (
	"testing"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

var rangeChecks = []kit.Check{
	{Name: "every bound", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), openShop(t, x)
		all := s.stock(t) // two orders at each of four times
		c1 := orderKey.In(oCustomer.Eq("c1"))
		byTime, byNo := repo.Then(c1, oAt), repo.Then(orderKey.In(oCustomer.Eq("c1"), oAt.Eq(kit.At(2))), oNo)
		for name, c := range map[string]struct {
			in   repo.Range[order]
			want []order
		}{
			"In":                         {c1, all},
			"Backwards":                  {c1.Backwards(), kit.Backwards(all)},
			"Partition":                  {orderKey.Partition(oCustomer.Eq("c1")), all},
			"Partition, backwards":       {orderKey.Partition(oCustomer.Eq("c1")).Backwards(), kit.Backwards(all)},
			"Then, without a bound":      {byTime, all},
			"one time":                   {orderKey.In(oAt.Eq(kit.At(1)), oCustomer.Eq("c1")), all[2:4]},
			"one object":                 {orderKey.In(oCustomer.Eq("c1"), oAt.Eq(kit.At(1)), oNo.Eq(1)), all[3:4]},
			"no object":                  {orderKey.In(oCustomer.Eq("c1"), oAt.Eq(kit.At(1)), oNo.Eq(2)), nil},
			"Between":                    {byTime.Between(kit.At(1), kit.At(2)), all[2:6]},
			"Before":                     {byTime.Before(kit.At(2)), all[:4]},
			"UpTo":                       {byTime.UpTo(kit.At(2)), all[:6]},
			"After":                      {byTime.After(kit.At(2)), all[6:]},
			"From":                       {byTime.From(kit.At(2)), all[4:]},
			"From, backwards":            {byTime.From(kit.At(2)).Backwards(), kit.Backwards(all[4:])},
			"From and Before":            {byTime.From(kit.At(1)).Before(kit.At(2)), all[2:4]},
			"After and UpTo":             {byTime.After(kit.At(1)).UpTo(kit.At(2)), all[4:6]},
			"After and Before":           {byTime.Before(kit.At(3)).After(kit.At(0)), all[2:6]},
			"From and Before one time":   {byTime.From(kit.At(2)).Before(kit.At(2)), nil},
			"After and Before one time":  {byTime.After(kit.At(2)).Before(kit.At(2)), nil},
			"After and UpTo one time":    {byTime.After(kit.At(2)).UpTo(kit.At(2)), nil},
			"a prefix of a time":         {byTime.BeginsWith(kit.At(2)), all[4:6]},
			"Before the first":           {byTime.Before(kit.At(0)), nil},
			"After the last":             {byTime.After(kit.At(3)), nil},
			"Before, of the last":        {byNo.Before(1), all[4:5]},
			"UpTo, of the last":          {byNo.UpTo(0), all[4:5]},
			"After, of the last":         {byNo.After(0), all[5:6]},
			"From, of the last":          {byNo.From(0), all[4:6]},
			"half-open, of the last":     {byNo.From(0).Before(1), all[4:5]},
			"open, of the last":          {byNo.After(-1).Before(1), all[4:5]},
			"an empty one, of the last":  {byNo.After(0).Before(0), nil},
			"a closed one, of the last":  {byNo.After(0).UpTo(0), nil},
			"Between, of the last":       {byNo.Between(1, 1), all[5:6]},
			"filtered by a field":        {c1.Where(oNo.Eq(1)), []order{all[1], all[3], all[5], all[7]}},
			"filtered by the partition":  {c1.Where(oCustomer.Ne("c1")), nil},
			"bounded and filtered":       {byTime.From(kit.At(1)).Where(oStatus.Eq("open")), []order{all[3], all[6]}},
			"another customer":           {orderKey.In(oCustomer.Eq("c")), nil},
			"all, filtered by the field": {repo.All[order]().Where(lens.And(oCustomer.Eq("c1"), oNo.Ge(0))), all},
			"all, filtered by a time":    {repo.All[order]().Where(lens.And(oCustomer.Eq("c1"), oAt.Eq(kit.At(3)))), all[6:]},
		} {
			kit.Equal(t, name, bares(kit.All(t, s.orders.Query(ctx, c.in))), append([]order{}, c.want...))
			n, err := s.orders.Count(ctx, c.in)
			kit.Must(t, err)
			kit.Equal(t, name+", counted", n, int64(len(c.want)))
			for _, size := range []int{1, 3} {
				kit.Equal(t, name+", by pages", bares(walk(t, s.orders, c.in, size)), append([]order{}, c.want...))
			}
			kit.Equal(t, name+", limited", len(kit.All(t, s.orders.Query(ctx, c.in, repo.Limit(2)))), min(2, len(c.want)))
		}
	}},
	{Name: "words that begin alike", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), openShop(t, x)
		all := s.stock(t)
		// Sort keys around those of orders, of a program that stores no records.
		for _, sk := range []string{"ORDE", "ORDER", "ORDERS#1", "ORDER!", "ORDER\"#x", "ORDER$23#x#y", "ORDER%", "ORDER#", "ORDER#x#y#z"} {
			x.Plant(t, "Shop", kit.Row{"PK": kit.Str("CUSTOMER#c1"), "SK": kit.Str(sk), "status": kit.Str("open"), "no": kit.Num("1")})
		}
		c1 := orderKey.In(oCustomer.Eq("c1"))
		for name, in := range map[string]repo.Range[order]{
			"In": c1, "Partition": orderKey.Partition(oCustomer.Eq("c1")), "from the first": repo.Then(c1, oAt).From(kit.At(0)), "up to the last": repo.Then(c1, oAt).UpTo(kit.At(3)),
			"backwards": c1.Backwards(), "filtered": c1.Where(oCustomer.Eq("c1")), "everything": repo.All[order]().Where(oCustomer.Eq("c1")),
		} {
			n, err := s.orders.Count(ctx, in)
			kit.Must(t, err)
			kit.Equal(t, name+", counted", n, 8)
			kit.Equal(t, name, len(kit.All(t, s.orders.Query(ctx, in))), 8)
			kit.Equal(t, name+", by pages", len(walk(t, s.orders, in, 3)), 8)
		}
		kit.Equal(t, "index", bares(kit.All(t, s.orders.Query(ctx, byStatus.In("open").Where(oCustomer.Eq("c1"))))), []order{all[0], all[6], all[3]})
		for name, in := range map[string]repo.Range[order]{"index": byStatus.In("open"), "keys": keysOnly.In("open")} {
			n, err := s.orders.Count(ctx, in)
			kit.Must(t, err)
			kit.Equal(t, name+", counted", n, 6)
			kit.Equal(t, name, len(kit.All(t, s.orders.Query(ctx, in))), 6)
		}
	}},
	{Name: "requests", Run: func(t *testing.T, x *kit.World) {
		ctx, s := t.Context(), openShop(t, x)
		s.stock(t)
		c1 := orderKey.In(oCustomer.Eq("c1"))
		x.Net.Reset()
		kit.All(t, s.orders.Query(ctx, c1))
		x.WantSent(t, "In", "Query: Shop", "BatchGetItem: Notes x8")
		kit.All(t, s.orders.Query(ctx, repo.Then(c1, oAt).From(kit.At(3))))
		x.WantSent(t, "From", "Query: Shop", "BatchGetItem: Notes x2")
		kit.All(t, s.accounts.Query(ctx, accountKey.Partition(aID.Eq("c1")), repo.Limit(1), repo.WithoutReadAhead()))
		x.WantSent(t, "one of a partition", "Query: Shop")
		_, err := s.orders.Count(ctx, c1)
		kit.Must(t, err)
		x.WantSent(t, "Count", "Query: Shop")
		_, err = s.orders.Get(ctx, keyOf(new(orderOf("c1", 1))))
		kit.Must(t, err)
		x.WantSent(t, "Get", "BatchGetItem: Notes, Shop")
	}},
	{Name: "refused", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), openShop(t, x).orders
		c1 := orderKey.In(oCustomer.Eq("c1"))
		cursor := repo.Cursor("x")
		x.Net.Reset()
		for name, c := range map[string]struct {
			in   repo.Range[order]
			text string
		}{
			"no partition":            {orderKey.In(), "customer is in the partition key; say what it is equal to"},
			"no partition, but more":  {orderKey.In(oAt.Eq(kit.At(0))), "customer is in the partition key; say what it is equal to"},
			"a comparison":            {orderKey.In(oCustomer.Gt("c1")), "customer: a key is compared with Eq here; bounds of the next field come with repo.Then"},
			"a gap":                   {orderKey.In(oCustomer.Eq("c1"), oNo.Eq(1)), "no comes after at in SK, of which nothing is said; Where takes other conditions"},
			"no key":                  {orderKey.In(oCustomer.Eq("c1"), oStatus.Eq("x")), "status is no field of the key; Where takes other conditions"},
			"twice":                   {orderKey.In(oCustomer.Eq("c1"), oCustomer.Eq("c1")), "customer is given twice"},
			"nil":                     {orderKey.In(oCustomer.Eq("c1"), nil), "a condition is nil"},
			"a combination":           {orderKey.In(lens.And(oCustomer.Eq("c1"), oAt.Eq(kit.At(0)))), "a key is compared with Eq; what else there is to say, Where takes"},
			"a sort key":              {orderKey.Partition(oCustomer.Eq("c1"), oAt.Eq(kit.At(0))), "at is not in the partition key; In takes fields of the sort key, Where other conditions"},
			"a zero key":              {repo.JoinedKey[order]{}.In(oCustomer.Eq("c1")), "the range was made from a zero JoinedKey"},
			"a zero key's partition":  {repo.JoinedKey[order]{}.Partition(oCustomer.Eq("c1")), "the range was made from a zero JoinedKey"},
			"not the next field":      {repo.Then(c1, oNo).From(1), "no is not the next attribute in the sort key"},
			"no field is left":        {repo.Then(orderKey.In(oCustomer.Eq("c1"), oAt.Eq(kit.At(0)), oNo.Eq(1)), oNo).From(1), "no is not the next attribute in the sort key"},
			"bounds of a partition":   {repo.Then(orderKey.Partition(oCustomer.Eq("c1")), oAt).From(kit.At(0)), "at is not the next attribute in the sort key"},
			"a prefix of a number":    {repo.Then(orderKey.In(oCustomer.Eq("c1"), oAt.Eq(kit.At(0))), oNo).BeginsWith(1), "BeginsWith: no is a number"},
			"two lower bounds":        {repo.Then(c1, oAt).From(kit.At(0)).After(kit.At(1)), "it has two bounds of one end, From and After"},
			"ends that are exchanged": {repo.Then(c1, oAt).Between(kit.At(1), kit.At(0)), "Between: the lower bound is greater than the upper one"},
			"another declaration": {repo.JoinedKeyOf(repo.AttributeOf("PK", repo.Word[order]("CUSTOMER"), oCustomer), repo.AttributeOf("SK", repo.Word[order]("ORDER"), oAt, oNo)).In(oCustomer.Eq("c1")),
				"the range is of another key declaration than the model's"},
		} {
			for _, err := range r.Query(ctx, c.in) {
				kit.WantErr(t, name, err, repo.ErrInvalid, c.text)
			}
			_, err := r.Count(ctx, c.in)
			kit.WantErr(t, name+", counted", err, repo.ErrInvalid, c.text)
		}
		for _, err := range r.Query(ctx, orderKey.In(oCustomer.Eq(kit.Text(2040)))) {
			kit.WantErr(t, "a long partition key", err, repo.ErrInvalid, "PK is 2049 bytes long; DynamoDB allows 2048")
		}
		_, err := r.Page(ctx, c1, repo.StartAt(cursor))
		kit.WantErr(t, "a cursor that is none", err, repo.ErrInvalid, "StartAt: ")
		x.WantSent(t, "what is refused")
		s := openShop(t, x)
		s.stock(t)
		page, err := s.orders.Page(ctx, c1, repo.PageSize(2))
		kit.Must(t, err)
		for name, in := range map[string]repo.Range[order]{"another partition": orderKey.In(oCustomer.Eq("c1#x")), "another direction": c1.Backwards(), "bounds": repo.Then(c1, oAt).From(kit.At(0))} {
			_, err := s.orders.Page(ctx, in, repo.StartAt(page.Next))
			kit.WantErr(t, name, err, repo.ErrInvalid, "StartAt: ")
		}
	}},
}
