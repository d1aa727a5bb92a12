package ranges

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The matrix: every verb on an object with every part. A cell says how many requests
// it takes, or why it is refused. The table is matrix.md; a test writes it.

// cell is an object with a place for each kind of part.
type cell struct {
	Group string          `dynamodbav:"group"`
	ID    string          `dynamodbav:"id"`
	Name  string          `dynamodbav:"name"`
	N     int             `dynamodbav:"n"`
	Code  int             `dynamodbav:"code"`
	One   leaf            `dynamodbav:"one"`
	Opt   *leaf           `dynamodbav:"opt"`
	List  []leaf          `dynamodbav:"list"`
	Map   map[string]leaf `dynamodbav:"map"`
	Ptrs  []*leaf         `dynamodbav:"ptrs"`
	Rows  []deep          `dynamodbav:"rows"`
	Named map[string]deep `dynamodbav:"named"`
	Deep  deep            `dynamodbav:"deep"`
	Until time.Time       `dynamodbav:"until,unixtime"`
	Pay   any             `dynamodbav:"pay"`
	Pays  []any           `dynamodbav:"pays"`
	Meta  meta.Record     `dynamodbav:"-"`
}

// cellV1 is the first version of a cell.
type cellV1 cell

// deep has a part in it.
type deep struct {
	N    int  `dynamodbav:"n"`
	Leaf leaf `dynamodbav:"leaf"`
}

var (
	cKey    = repo.CompositeKeyOf(func(c *cell) *string { return &c.Group }, func(c *cell) *string { return &c.ID })
	cName   = lens.Of(func(c *cell) *string { return &c.Name })
	cN      = lens.Of(func(c *cell) *int { return &c.N })
	cCode   = lens.Of(func(c *cell) *int { return &c.Code })
	cOneN   = lens.Of(func(c *cell) *int { return &c.One.N })
	cOptN   = lens.Of(func(c *cell) *int { return &c.Opt.N })
	cList   = lens.Of(func(c *cell) *[]leaf { return &c.List })
	cMap    = lens.Of(func(c *cell) *map[string]leaf { return &c.Map })
	cPtrs   = lens.Of(func(c *cell) *[]*leaf { return &c.Ptrs })
	cRows   = lens.Of(func(c *cell) *[]deep { return &c.Rows })
	cNamed  = lens.Of(func(c *cell) *map[string]deep { return &c.Named })
	cDeepN  = lens.Of(func(c *cell) *int { return &c.Deep.Leaf.N })
	inLeafN = lens.Of(func(d *deep) *int { return &d.Leaf.N })
	inLeaf  = shard.New(shard.To("Leaves"), func(d *deep) *leaf { return &d.Leaf })
	cPay    = lens.Of(func(c *cell) *any { return &c.Pay })
	cPays   = lens.Of(func(c *cell) *[]any { return &c.Pays })
	vLeaf   = repo.Variant[leaf, any]("leaf")
	vApart  = repo.Variant[leaf, any]("leaf", shard.To("Leaves"))
	vDeep   = repo.Variant[deep, any]("deep")
	payLeaf = lens.Join(vLeaf.Lens(), lN)
	cPayN   = lens.Join(cPay, payLeaf)
	cPaysN  = lens.Join(lens.At(cPays, 1), payLeaf)
	cListN  = lens.Join(lens.At(cList, 1), lN)
	cMapN   = lens.Join(lens.Entry(cMap, "b"), lN)
	cByName = repo.IndexOf("by-name", func(c *cell) *string { return &c.Name }, func(c *cell) *int { return &c.N })
	cKeys   = repo.IndexOf("by-name", func(c *cell) *string { return &c.Name }, func(c *cell) *int { return &c.N }, repo.KeysOnly())
	cLocal  = repo.LocalIndexOf("by-n", cKey, func(c *cell) *int { return &c.N }, repo.Include(cName))
)

func newCell(id string) cell {
	return cell{Group: "g", ID: id, Name: "x", N: 1, Code: int(id[0]), One: leaf{Text: "one", N: 1}, Opt: &leaf{Text: "opt", N: 1}, List: []leaf{{Text: "a", N: 1}, {Text: "b", N: 2}}, Map: map[string]leaf{"a": {Text: "a", N: 1}, "b": {Text: "b", N: 2}},
		Ptrs: []*leaf{{N: 1}, {N: 2}}, Rows: []deep{{}, {N: 1, Leaf: leaf{N: 2}}}, Named: map[string]deep{"b": {Leaf: leaf{N: 2}}}, Deep: deep{Leaf: leaf{N: 2}},
		Until: time.Unix(4_000_000_000, 0).UTC(), Pay: leaf{N: 1}, Pays: []any{deep{}, leaf{N: 2}}}
}

// column is a part of a model, a number in it, and the ranges that it makes.
type column struct {
	name   string
	parts  func(t *testing.T) []repo.Part[cell]
	number lens.Lens[cell, int]
	in     repo.Range[cell]
	stored func(t *testing.T, x *kit.World) // changes what is stored before the verb; nil: nothing
}

// forget takes the record off the object, as if another program had stored it.
func forget(t *testing.T, x *kit.World) {
	x.Plant(t, "Cells", kit.Without(x.Item2(t, "Cells", kit.Str("g"), kit.Str("1")), "_meta"))
}

// older stores the object as the program of the first version did.
func older(t *testing.T, x *kit.World) {
	r := kit.Open(t, x, repo.TableOf("Cells", cKey, meta.Keep(func(c *cell) *meta.Record { return &c.Meta })))
	kit.Must(t, r.Delete(t.Context(), cKey.Of("g", "1")))
	kit.Must(t, second(r.Create(t.Context(), new(newCell("1")))))
}

func parts(all ...repo.Part[cell]) func(*testing.T) []repo.Part[cell] {
	return func(*testing.T) []repo.Part[cell] { return all }
}

var columns = []column{
	{"none", parts(), cN, cKey.In("g"), nil},
	{"encrypted", func(t *testing.T) []repo.Part[cell] { return []repo.Part[cell]{cipher.Protect(kit.Keys(t), cN)} }, cN, cKey.In("g"), nil},
	{"shard.New", parts(shard.New(shard.To("One"), func(c *cell) *leaf { return &c.One })), cOneN, cKey.In("g"), nil},
	{"shard.New, WhenOver", parts(shard.New(shard.To("One", shard.WhenOver(1000)), func(c *cell) *leaf { return &c.One })), cOneN, cKey.In("g"), nil},
	{"shard.Optional", parts(shard.Optional(shard.To("Opt"), func(c *cell) **leaf { return &c.Opt })), cOptN, cKey.In("g"), nil},
	{"shard.Each", parts(shard.Each(shard.To("List"), func(c *cell) *[]leaf { return &c.List })), cListN, cKey.In("g"), nil},
	{"shard.EachValue", parts(shard.EachValue(shard.To("Map"), func(c *cell) *map[string]leaf { return &c.Map })), cMapN, cKey.In("g"), nil},
	{"shard.EachPtr", parts(shard.EachPtr(shard.To("List"), func(c *cell) *[]*leaf { return &c.Ptrs })), lens.Join(lens.At(cPtrs, 1), lens.Ptr(lN)), cKey.In("g"), nil},
	{"shard.Within", parts(shard.Within(func(c *cell) *[]deep { return &c.Rows }, inLeaf)), lens.Join(lens.At(cRows, 1), inLeafN), cKey.In("g"), nil},
	{"shard.WithinValues", parts(shard.WithinValues(func(c *cell) *map[string]deep { return &c.Named }, inLeaf)), lens.Join(lens.Entry(cNamed, "b"), inLeafN), cKey.In("g"), nil},
	{"a shard in a shard", parts(shard.New(shard.To("Deep"), func(c *cell) *deep { return &c.Deep }, inLeaf)), cDeepN, cKey.In("g"), nil},
	{"index of all", parts(cByName), cN, cByName.In("x"), nil},
	{"index of keys", parts(cKeys), cN, cKeys.In("x"), nil},
	{"local index", parts(cLocal), cN, cLocal.In("g"), nil},
	{"shard.Unique", parts(shard.Unique(shard.To("Codes"), cCode)), cCode, cKey.In("g"), nil},
	{"no record yet", parts(), cN, cKey.In("g"), forget},
	{"ExpiresAt", parts(repo.ExpiresAt(func(c *cell) *time.Time { return &c.Until })), cN, cKey.In("g"), nil},
	{"SoftDelete", parts(repo.SoftDelete[cell]()), cN, cKey.In("g"), nil},
	{"OneOf", parts(repo.OneOf(func(c *cell) *any { return &c.Pay }, vLeaf, vDeep)), cPayN, cKey.In("g"), nil},
	{"OneOf, its table", parts(repo.OneOf(func(c *cell) *any { return &c.Pay }, vApart, vDeep)), cPayN, cKey.In("g"), nil},
	{"EachOneOf", parts(repo.EachOneOf(func(c *cell) *[]any { return &c.Pays }, vLeaf, vDeep)), cPaysN, cKey.In("g"), nil},
	{"EachOneOf, its table", parts(repo.EachOneOf(func(c *cell) *[]any { return &c.Pays }, vApart, vDeep)), cPaysN, cKey.In("g"), nil},
	{"Schema, an older object", parts(repo.Schema[cell](2, repo.Upgrade(1, func(c *cellV1) (*cell, error) { return (*cell)(c), nil }))), cN, cKey.In("g"), older},
}

// row is a verb. It succeeds on an object without parts.
type row struct {
	name string
	run  func(ctx context.Context, x *kit.World, r *repo.Repo[cell], c *column) error
}

func each[V any](all func(func(V, error) bool)) error {
	var errs []error
	for _, err := range all {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func second[V any](_ V, err error) error { return err }

// fetched reads the object without counting.
func fetched(ctx context.Context, x *kit.World, r *repo.Repo[cell]) (*cell, error) {
	got, err := r.Get(ctx, cKey.Of("g", "1"))
	x.Net.Reset()
	return got, err
}

// deleted deletes the object without counting, if the model keeps what is deleted.
func deleted(ctx context.Context, x *kit.World, r *repo.Repo[cell]) (err error) {
	if r.Layout().SoftDelete {
		err = r.Delete(ctx, cKey.Of("g", "1"))
	}
	x.Net.Reset()
	return err
}

var rows = []row{
	{"Create", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return second(r.Create(ctx, new(newCell("2"))))
	}},
	{"Put, untracked", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return second(r.Put(ctx, new(newCell("1"))))
	}},
	{"Put, tracked", func(ctx context.Context, x *kit.World, r *repo.Repo[cell], _ *column) error {
		got, err := fetched(ctx, x, r)
		if err == nil {
			_, err = r.Put(ctx, got)
		}
		return err
	}},
	{"PutMany of 2", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return second(r.PutMany(ctx, []*cell{new(newCell("1")), new(newCell("2"))}))
	}},
	{"Modify", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return r.Modify(ctx, cKey.Of("g", "1"), func(c *cell) error {
			c.N, c.One.N, c.Opt.N, c.List[1].N = 7, 7, 7, 7
			c.Pay, c.Pays[1] = leaf{N: 7}, leaf{N: 7}
			return nil
		})
	}},
	{"Update, Set", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return r.Update(ctx, cKey.Of("g", "1"), c.number.Set(9))
	}},
	{"Update, Add", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return r.Update(ctx, cKey.Of("g", "1"), lens.Add(c.number, 1))
	}},
	{"Update, If", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return r.Update(ctx, cKey.Of("g", "1"), cName.Set("x"), repo.If(c.number.Gt(0)))
	}},
	{"Update, Append", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return r.Update(ctx, cKey.Of("g", "1"), lens.Append(cList, leaf{Text: "c", N: 3}))
	}},
	{"Update, Prepend", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return r.Update(ctx, cKey.Of("g", "1"), lens.Prepend(cList, leaf{Text: "c", N: 3}))
	}},
	{"UpdateGet", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return second(repo.UpdateGet(ctx, r, cKey.Of("g", "1"), c.number.Set(9)))
	}},
	{"Transact, Put", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return repo.Transact(ctx, []repo.Op{r.PutOp(new(newCell("1"))), r.CreateOp(new(newCell("2")))})
	}},
	{"Transact, Update", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return repo.Transact(ctx, []repo.Op{r.UpdateOp(cKey.Of("g", "1"), c.number.Set(9)), r.CreateOp(new(newCell("2")))})
	}},
	{"Transact, Check", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return repo.Transact(ctx, []repo.Op{r.CheckOp(cKey.Of("g", "1"), c.number.Gt(0)), r.CreateOp(new(newCell("2")))})
	}},
	{"Plan, Put", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return second(r.Plan(ctx, r.PutOp(new(newCell("1")))))
	}},
	{"Plan, Put, ReadFirst", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return second(r.With(repo.ReadFirst()).Plan(ctx, r.PutOp(new(newCell("1")))))
	}},
	{"Plan, Update", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return second(r.Plan(ctx, r.UpdateOp(cKey.Of("g", "1"), c.number.Set(9))))
	}},
	{"Plan, Update, ReadFirst", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return second(r.With(repo.ReadFirst()).Plan(ctx, r.UpdateOp(cKey.Of("g", "1"), c.number.Set(9))))
	}},
	{"Delete", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return r.Delete(ctx, cKey.Of("g", "1"))
	}},
	{"Delete, Permanently", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return r.Delete(ctx, cKey.Of("g", "1"), repo.Permanently())
	}},
	{"Restore", func(ctx context.Context, x *kit.World, r *repo.Repo[cell], _ *column) error {
		return errors.Join(deleted(ctx, x, r), r.Restore(ctx, cKey.Of("g", "1")))
	}},
	{"DeleteValue", func(ctx context.Context, x *kit.World, r *repo.Repo[cell], _ *column) error {
		got, err := fetched(ctx, x, r)
		if err == nil {
			err = r.DeleteValue(ctx, got)
		}
		return err
	}},
	{"DeleteMany of 2", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return r.DeleteMany(ctx, []repo.Key[cell]{cKey.Of("g", "1"), cKey.Of("g", "none")})
	}},
	{"Get", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return second(r.Get(ctx, cKey.Of("g", "1")))
	}},
	{"Get, RootOnly", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return second(r.Get(ctx, cKey.Of("g", "1"), repo.RootOnly()))
	}},
	{"Get, WithDeleted", func(ctx context.Context, x *kit.World, r *repo.Repo[cell], _ *column) error {
		return errors.Join(deleted(ctx, x, r), second(r.Get(ctx, cKey.Of("g", "1"), repo.WithDeleted())))
	}},
	{"GetMany of 2", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return second(r.GetMany(ctx, []repo.Key[cell]{cKey.Of("g", "1"), cKey.Of("g", "none")}))
	}},
	{"TransactGet", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		var got *cell
		return repo.TransactGet(ctx, r.GetOp(cKey.Of("g", "1"), &got))
	}},
	{"Exists", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return second(r.Exists(ctx, cKey.Of("g", "1")))
	}},
	{"Read", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return second(repo.Read(ctx, r, cKey.Of("g", "1"), c.number))
	}},
	{"ReadAll", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error {
		return second(repo.ReadAll(ctx, r, cKey.Of("g", "1"), lens.Each(cList, lN)))
	}},
	{"Scan", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], _ *column) error { return each(r.Scan(ctx)) }},
	{"Query", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return each(r.Query(ctx, c.in))
	}},
	{"Query, Where", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return each(r.Query(ctx, repo.All[cell]().Where(c.number.Gt(0))))
	}},
	{"Union", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return each(repo.Union(ctx, c.in, []repo.Member{r}))
	}},
	{"Page", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return second(r.Page(ctx, c.in))
	}},
	{"Count", func(ctx context.Context, _ *kit.World, r *repo.Repo[cell], c *column) error {
		return second(r.Count(ctx, c.in))
	}},
	{"Decode", func(ctx context.Context, x *kit.World, r *repo.Repo[cell], _ *column) error {
		out, err := x.Raw.Scan(ctx, &dynamodb.ScanInput{TableName: new(x.Table("Cells"))})
		if err != nil {
			return err
		}
		return each(r.Decode(ctx, out.Items))
	}},
	{"Open, Get", func(ctx context.Context, x *kit.World, _ *repo.Repo[cell], _ *column) error {
		s, err := repo.Open(x.Client, "Cells", "group", repo.SortKey("id"), repo.TablePrefix(x.Prefix), repo.AllowTables("One", "Opt", "List", "Map", "Leaves", "Deep"))
		if err == nil {
			_, err = s.Get(ctx, repo.Pair("g", "1"))
		}
		return err
	}},
}

//go:embed matrix.md
var matrix string

// Matrix runs every verb on every part and returns the table.
func Matrix(t *testing.T, x *kit.World) string {
	table := make([][]string, len(rows))
	var reasons []string
	for _, c := range columns {
		for i, v := range rows {
			w := *x
			w.Prefix = kit.TableName("cell") + "."
			r := kit.Open(t, &w, repo.TableOf("Cells", cKey, append(c.parts(t), meta.Keep(func(c *cell) *meta.Record { return &c.Meta }))...))
			kit.Must(t, second(r.Create(t.Context(), new(newCell("1")))))
			if c.stored != nil {
				c.stored(t, &w)
			}
			x.Net.Reset()
			err := v.run(t.Context(), &w, r, &c)
			requests := fmt.Sprint(len(x.Net.Requests()))
			if err != nil {
				requests = refusedBy(&reasons, v.name+" of "+c.name, err)
				if n := len(x.Net.Requests()); n > 0 && v.name != "Open, Get" {
					t.Errorf("%s of %s: %v after %d requests", v.name, c.name, err, n)
				}
			}
			table[i] = append(table[i], requests)
		}
	}
	var b strings.Builder
	b.WriteString("| |")
	for _, c := range columns {
		b.WriteString(" " + c.name + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for i, v := range rows {
		fmt.Fprintf(&b, "| %s | %s |\n", v.name, strings.Join(table[i], " | "))
	}
	for i, reason := range reasons {
		fmt.Fprintf(&b, "\n%d. %s", i+1, reason)
	}
	return b.String() + "\n"
}

// refusedBy is the mark of a refusal, whose reason is listed below the table.
func refusedBy(reasons *[]string, what string, err error) string {
	var e *repo.Error
	reason := err.Error()
	if errors.As(err, &e) {
		reason = e.Err.Error()
	}
	for i, r := range *reasons {
		if strings.HasSuffix(r, ": "+reason) {
			return fmt.Sprintf("no<sup>%d</sup>", i+1)
		}
	}
	*reasons = append(*reasons, what+": "+reason)
	return fmt.Sprintf("no<sup>%d</sup>", len(*reasons))
}

var matrixChecks = []kit.Check{
	{Name: "every verb on every part", Out: kit.Out{Staged: "it shows the requests of transactions"}, Run: func(t *testing.T, x *kit.World) {
		x.Tampered = true // the cells have prefixes of their own
		_, table, _ := strings.Cut(matrix, "<!-- matrix -->\n")
		kit.Equal(t, "matrix.md", Matrix(t, x), table)
	}},
}
