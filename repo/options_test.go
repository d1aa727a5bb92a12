package repo_test

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/options"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type oPart struct {
	Text string
	Data []byte
}

type oDoc struct {
	P, S string
	N    int
	List []string
	Part oPart
	Note string      `dynamodbav:",omitempty"`
	Meta meta.Record `dynamodbav:"-"`

	Count int64 `dynamodbav:"-"`
}

var (
	oKey   = repo.CompositeKeyOf(func(d *oDoc) *string { return &d.P }, func(d *oDoc) *string { return &d.S })
	oN     = lens.Of(func(d *oDoc) *int { return &d.N })
	oList  = lens.Of(func(d *oDoc) *[]string { return &d.List })
	oData  = lens.Of(func(d *oDoc) *[]byte { return &d.Part.Data })
	oShard = shard.New(shard.To("Parts"), func(d *oDoc) *oPart { return &d.Part })
	oCount = lens.Counter("count", func(d *oDoc) *int64 { return &d.Count })
	oNote  = lens.Of(func(d *oDoc) *string { return &d.Note })
	oModel = repo.TableOf("Docs", oKey, oShard, cipher.Protect(oCipher(), oNote), shard.Spread(shard.To("Counts"), 2, oCount), meta.Keep(func(d *oDoc) *meta.Record { return &d.Meta }))
)

func oCipher() cipher.Cipher {
	key, err := cipher.NewKey(1, bytes.Repeat([]byte{1}, 32))
	if err != nil {
		panic(err)
	}
	ring, err := cipher.NewKeyset(cipher.Primary(key))
	if err != nil {
		panic(err)
	}
	c, err := cipher.New(ring)
	if err != nil {
		panic(err)
	}
	return c
}

// oWorld has one object; the requests of r and stored are recorded.
type oWorld struct {
	net    *fault.Transport
	r      *repo.Repo[oDoc]
	stored *repo.Stored
	doc    *oDoc

	document string // of another object, which is not stored
}

func newOptionWorld(t *testing.T) *oWorld {
	t.Helper()
	client, net := fault.Wrap(embedded.New().Client())
	r := repoOver(t, client, oModel)
	s, err := repo.Open(client, "Docs", "P", repo.SortKey("S"), repo.AllowTables("Parts"))
	if err != nil {
		t.Fatal(err)
	}
	doc := &oDoc{P: "p", S: "s", N: 1, Part: oPart{Text: "x"}}
	if _, err := r.Create(background, doc); err != nil {
		t.Fatal(err)
	}
	other := oKey.Of("p", "other")
	var document strings.Builder
	if _, err := r.Create(background, &oDoc{P: "p", S: "other"}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.Export(background, &document, other), r.Delete(background, other)); err != nil {
		t.Fatal(err)
	}
	net.Reset()
	return &oWorld{net, r, s, doc, document.String()}
}

// optionVerbs are the verbs in the order of the columns below. Each succeeds
// without options. Update, UpdateGet and Stored.Scan take none of their own.
var optionVerbs = []struct {
	name string
	run  func(w *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error
}{
	{"Create", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(r.Create(background, &oDoc{P: "p", S: "new"}, opts...))
	}},
	{"Put", func(w *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(r.Put(background, w.doc, opts...))
	}},
	{"PutMany", func(w *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(r.PutMany(background, []*oDoc{w.doc}, opts...))
	}},
	{"Update", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return r.With(opts...).Update(background, oKey.Of("p", "s"), oN.Set(2))
	}},
	{"UpdateGet", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(repo.UpdateGet(background, r.With(opts...), oKey.Of("p", "s"), oN.Set(2)))
	}},
	{"Get", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		_, err := r.Get(background, oKey.Of("p", "s"), opts...)
		return err
	}},
	{"GetMany", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(r.GetMany(background, []repo.Key[oDoc]{oKey.Of("p", "s")}, opts...))
	}},
	{"Exists", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		_, err := r.Exists(background, oKey.Of("p", "s"), opts...)
		return err
	}},
	{"Read", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		_, err := repo.Read(background, r, oKey.Of("p", "s"), oN, opts...)
		return err
	}},
	{"ReadAll", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		_, err := repo.ReadAll(background, r, oKey.Of("p", "s"), lens.Elems(oList), opts...)
		return err
	}},
	{"Download", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(r.Download(background, oKey.Of("p", "s"), oData, io.Discard, opts...))
	}},
	{"Modify", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return r.Modify(background, oKey.Of("p", "s"), func(d *oDoc) error { d.N++; return nil }, opts...)
	}},
	{"Add", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return r.Add(background, oKey.Of("p", "s"), oCount, 1, opts...)
	}},
	{"Upload", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(r.Upload(background, oKey.Of("p", "s"), oData, strings.NewReader("data"), opts...))
	}},
	{"Delete", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return r.Delete(background, oKey.Of("p", "s"), opts...)
	}},
	{"DeleteMany", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return r.DeleteMany(background, []repo.Key[oDoc]{oKey.Of("p", "s")}, opts...)
	}},
	{"DeleteValue", func(w *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return r.DeleteValue(background, w.doc, opts...)
	}},
	{"Restore", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return r.Restore(background, oKey.Of("p", "s"), opts...)
	}},
	{"Repair", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(r.Repair(background, oKey.Of("p", "s"), opts...))
	}},
	{"Import", func(w *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(r.Import(background, strings.NewReader(w.document), opts...))
	}},
	{"Migrate", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(r.Migrate(background, opts...))
	}},
	{"Reencrypt", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(r.Reencrypt(background, opts...))
	}},
	{"Sweep", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(r.Sweep(background, opts...))
	}},
	{"Scan", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return firstError(r.Scan(background, opts...))
	}},
	{"Query", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return firstError(r.Query(background, repo.All[oDoc](), opts...))
	}},
	{"Page", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(r.Page(background, oKey.In("p"), opts...))
	}},
	{"Count", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return errOf(r.Count(background, oKey.In("p"), opts...))
	}},
	{"Decode", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return firstError(r.Decode(background, nil, opts...))
	}},
	{"Stored.Delete", func(w *oWorld, _ *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return w.stored.Delete(background, repo.Pair("p", "s"), opts...)
	}},
	{"Transact", func(w *oWorld, _ *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return repo.Transact(background, []repo.Op{w.r.UpdateOp(oKey.Of("p", "s"), oN.Set(2))}, opts...)
	}},
	{"Union", func(_ *oWorld, r *repo.Repo[oDoc], opts ...repo.CallOption) error {
		return firstError(repo.Union(background, repo.All[oDoc](), []repo.Member{r}, opts...))
	}},
}

// optionMatrix says which verb takes which option.
var optionMatrix = []struct {
	name   string
	option repo.CallOption
	takes  string // a column for each of optionVerbs
}{
	//                                                  Create, Put, PutMany, Update, UpdateGet, Get, GetMany, Exists, Read, ReadAll, Download, Modify, Add, Upload, Delete, DeleteMany, DeleteValue, Restore, Repair, Import, Migrate, Reencrypt, Sweep, Scan, Query, Page, Count, Decode, Stored.Delete, Transact, Union
	{"WithWriteID", repo.WithWriteID(meta.WriteID{1}), "x x - x x - - - - - - x x x x - x x x x - - - - - - - - x x -"},
	{"Relaxed", repo.Relaxed(), "                       x x x x x - - - - - - x x - - - - - - - - - - - - - - - - - -"},
	{"MustExist", repo.MustExist(), "                   - x x - - - - - - - - - - - x x - - - - - - - - - - - - x - -"},
	{"Damaged", repo.Damaged(), "                       - - - - - - - - - - - - - - x x - - - - - - - - - - - - x - -"},
	{"Overwrite", repo.Overwrite(), "                   - x x - - - - - - - - - - - - - - - - x - - - - - - - - - - -"},
	{"Rewrite", repo.Rewrite(), "                       - x x - - - - - - - - x - - - - - - - - - - - - - - - - - - -"},
	{"KeepShards", repo.KeepShards(), "                 - x x - - - - - - - - x - - x x x - - - - - - - - - - - x - -"},
	{"Permanently", repo.Permanently(), "               - - - - - - - - - - - - - - x x x - - - - - - - - - - - - - -"},
	{"EnsureParents", repo.EnsureParents(), "           - - - x x - - - - - - - - - - - - - - - - - - - - - - - - - -"},
	{"Eventually", repo.Eventually(), "                 - - - - - x x x x x x x - - - - - - - - - - - x x x x x - - x"},
	{"RootOnly", repo.RootOnly(), "                     - - - - x x x - - - - x - - - - - - - - - - - x x x - x - - x"},
	{"Skip", repo.Skip(oShard), "                       - - - - x x x - - - - x - - - - - - - - - - - x x x - x - - x"},
	{"WithDeleted", repo.WithDeleted(), "               - - - - - x x - - - - - - - - - - - - - - - - x x x - x - - x"},
	{"AllowDamaged", repo.AllowDamaged(), "             - - - - - x x - - - - - - - - - - - - - - - - x x x - x - - -"},
	{"Limit", repo.Limit(3), "                          - - - - - - - - - - - - - - - - - - - - - - - x x - - x - - x"},
	{"Segments", repo.Segments(2), "                    - - - - - - - - - - - - - - - - - - - - x x - x x - - - - - x"},
	{"WithoutReadAhead", repo.WithoutReadAhead(), "     - - - - - - - - - - - - - - - - - - - - - - - x x - x - - - x"},
	{"PageSize", repo.PageSize(2), "                    - - - - - - - - - - - - - - - - - - - - x x x - - x - - - - -"},
	{"Fence", repo.Fence(), "                           - - - - - - - - - - - - - - - - - - - - - - x - - - - - - - -"},
	{"Discard", repo.Discard(), "                       - - - - - - - - - - - - - - - - - - x - - - - - - - - - - - -"},
	{"Rate", repo.Rate(1000, 1000), "                   - - - - - - - - - - - - - - - - - - - - x x x - - - - - - - -"},
}

// TestOptionMatrix gives every option to every verb: it takes it, or refuses it
// by name and sends nothing. Of a view it takes no notice of what it does not
// take, but for a write id that it cannot give to many writes. A Union takes of a view
// what is about objects, and refuses what is about the range.
func TestOptionMatrix(t *testing.T) {
	for _, o := range optionMatrix {
		takes := strings.Fields(o.takes)
		var who []string
		if o.name == "Relaxed" {
			who = append(who, "New") // as an option for all calls
		}
		for i, v := range optionVerbs {
			if takes[i] == "x" {
				who = append(who, v.name)
			}
		}
		last := len(who) - 1
		but := strings.Join(who[:last], ", ")
		if but != "" {
			but += " and "
		}
		but += who[last]
		for i, v := range optionVerbs {
			w := newOptionWorld(t)
			missed := o.name == "WithWriteID" && (v.name == "PutMany" || v.name == "DeleteMany") ||
				v.name == "Union" && takes[i] == "x" && o.name != "RootOnly" && o.name != "Skip" && o.name != "WithDeleted"
			if err := v.run(w, w.r.With(o.option)); (err != nil) != missed || missed && len(w.net.Operations()) > 0 {
				t.Errorf("%s of a view with %s: %v, %v sent", v.name, o.name, err, w.net.Operations())
			}
			if v.name == "Update" || v.name == "UpdateGet" {
				continue // they have no options but a view's
			}
			w = newOptionWorld(t)
			err := v.run(w, w.r, o.option)
			if takes[i] == "x" {
				if err != nil {
					t.Errorf("%s with %s: %v", v.name, o.name, err)
				}
				continue
			}
			want := "invalid: repo." + o.name + " is no option of " + v.name + ", but of " + but
			var e *repo.Error
			if !errors.Is(err, repo.ErrInvalid) || !errors.As(err, &e) || e.Err.Error() != want {
				t.Errorf("%s with %s: %v; want %q", v.name, o.name, err, want)
			}
			if sent := w.net.Operations(); len(sent) > 0 {
				t.Errorf("%s with %s sent %v", v.name, o.name, sent)
			}
		}
	}
}

// TestViewLeavesOptionsAside: an option of a view has no effect on a verb that
// does not take it.
func TestViewLeavesOptionsAside(t *testing.T) {
	w := newOptionWorld(t)
	view := w.r.With(repo.RootOnly(), repo.Overwrite(), repo.KeepShards(), repo.MustExist(), repo.Limit(1), repo.Eventually())
	if err := errOf(view.Create(background, &oDoc{P: "p", S: "new", Part: oPart{Text: "y"}})); err != nil {
		t.Fatal(err)
	}
	w.net.Reset()
	text, err := repo.Read(background, view, oKey.Of("p", "new"), lens.Of(func(d *oDoc) *string { return &d.Part.Text }))
	if err != nil || text != "y" {
		t.Errorf("read %q, %v; the part was written and is read", text, err)
	}
	got, err := view.Get(background, oKey.Of("p", "new"))
	if err != nil || got.Part.Text != "" {
		t.Errorf("got %+v, %v; want the root only", got, err)
	}
	if _, err := view.Get(background, oKey.Of("p", "new"), repo.Overwrite()); !errors.Is(err, repo.ErrInvalid) {
		t.Errorf("an option of the call itself: %v", err)
	}
	n := 0
	for range view.Scan(background) {
		n++
	}
	if n != 1 {
		t.Errorf("%d objects of a view with Limit(1)", n)
	}
	// A view that cannot work says so in every verb.
	for _, v := range optionVerbs {
		if v.name != "Stored.Delete" && v.name != "Transact" {
			if err := v.run(w, w.r.With(repo.Limit(-1))); !errors.Is(err, repo.ErrInvalid) || !strings.HasSuffix(err.Error(), "invalid: Limit(-1): a limit is 1 or more, or 0 for none") {
				t.Errorf("%s of a view with Limit(-1): %v", v.name, err)
			}
		}
	}
}

// TestZeroWriteID: an id that was forgotten is no wish for a write without one.
func TestZeroWriteID(t *testing.T) {
	w := newOptionWorld(t)
	for _, v := range optionVerbs {
		if v.name != "Create" && v.name != "Put" && v.name != "Update" && v.name != "UpdateGet" && v.name != "Modify" && v.name != "Delete" && v.name != "DeleteValue" && v.name != "Stored.Delete" {
			continue
		}
		err := v.run(w, w.r, repo.WithWriteID(meta.WriteID{}))
		if !errors.Is(err, repo.ErrInvalid) || !strings.HasSuffix(err.Error(), "invalid: WithWriteID: the id is zero; meta.NewWriteID makes one") {
			t.Errorf("%s: %v", v.name, err)
		}
	}
	if sent := w.net.Operations(); len(sent) != 0 {
		t.Errorf("sent %v", sent)
	}
}

// TestConstructorOptions gives every option to New and to Open.
func TestConstructorOptions(t *testing.T) {
	type card struct{ ID string }
	client, model := embedded.New().Client(), repo.TableOf("Cards", repo.KeyOf(func(c *card) *string { return &c.ID }))
	for _, c := range []struct {
		name      string
		option    repo.Option
		new, open string // why not, "" if it is taken
	}{
		{"WithValidator", repo.WithValidator(nil), "", "New"},
		{"ValidateOnRead", repo.ValidateOnRead(), "", "New"},
		{"FieldRules", repo.FieldRules(), "", "New"},
		{"StructRules", repo.StructRules(), "", "New"},
		{"Entity", repo.Entity("x"), "", "New"},
		{"Plain", repo.Plain(), "", "New"},
		{"TablePrefix", repo.TablePrefix("x"), "", ""},
		{"MetaAttribute", repo.MetaAttribute("x"), "", ""},
		{"AllowTables", repo.AllowTables("Other"), "", ""},
		{"WithRegions", repo.WithRegions(map[string]repo.Client{"eu-west-1": client}), "", ""},
		{"WithCursorKey", repo.WithCursorKey(testKeys(t)), "", "New"},
		{"SortKey", repo.SortKey("x"), "Open", ""},
		{"WithOpener", repo.WithOpener(testKeys(t)), "Open", ""},
		{"MustBeSealed", repo.MustBeSealed("x"), "Open", ""},
		{"Relaxed", repo.Relaxed(), "", "New, Create, Put, PutMany, Update, UpdateGet, Modify and Add"},
	} {
		_, err := repo.New(client, model, c.option)
		wantOption(t, "New", c.name, err, c.new)
		_, err = repo.Open(client, "Cards", "ID", repo.WithOpener(testKeys(t)), c.option) // one of them needs the opener
		wantOption(t, "Open", c.name, err, c.open)
	}
	for _, c := range []struct {
		opts []repo.Option
		text string
	}{
		{[]repo.Option{repo.Plain(), repo.Entity("x")}, "repo.Plain and repo.Entity exclude each other"},
		{[]repo.Option{repo.Entity("x"), repo.Plain()}, "repo.Entity and repo.Plain exclude each other"},
		{[]repo.Option{repo.Plain(), repo.TablePrefix("x"), repo.AllowTables("Other")}, "repo.Plain and repo.AllowTables exclude each other"},
		{[]repo.Option{repo.WithCursorKey(nil)}, "repo.WithCursorKey: the cipher is nil"},
		{[]repo.Option{repo.ValidateOnRead(), repo.WithValidator(nil)}, "repo.ValidateOnRead has no validator: repo.WithValidator(nil) switches validation off"},
	} {
		if _, err := repo.New(client, model, c.opts...); !errors.Is(err, repo.ErrInvalid) || err.Error() != "repo.New: invalid: "+c.text {
			t.Errorf("%v; want %s", err, c.text)
		}
	}
}

func wantOption(t *testing.T, by, option string, err error, but string) {
	t.Helper()
	if but == "" {
		if err != nil {
			t.Errorf("%s with %s: %v", by, option, err)
		}
		return
	}
	want := "repo." + by + ": invalid: repo." + option + " is no option of " + by + ", but of " + but
	if !errors.Is(err, repo.ErrInvalid) || err.Error() != want {
		t.Errorf("%s with %s: %v; want %s", by, option, err, want)
	}
}

// optionTable prints the table of options as the documentation has it.
func optionTable() (table, pairs []string) {
	width := 0
	for _, t := range options.Takers {
		width = max(width, len(t.Option))
	}
	for _, t := range options.Takers {
		line := t.Option
		for len(line) < width+2 {
			line += " "
		}
		for i, by := range t.By {
			if i > 0 {
				line += ", "
			}
			line += by
		}
		table = append(table, line)
	}
	for _, pair := range options.Exclusive {
		pairs = append(pairs, pair[0]+" and "+pair[1])
	}
	return table, pairs
}

// TestOptionTableIsDocumented: the documentation of the package has the table
// that the checks are made of, with every option there is.
func TestOptionTableIsDocumented(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	_, doc, _ := strings.Cut(file.Doc.Text(), "# Options\n")
	table, pairs := optionTable()
	var blocks [][]string
	var block []string
	for _, line := range strings.Split(doc, "\n") {
		if code, ok := strings.CutPrefix(line, "\t"); ok {
			block = append(block, code)
		} else if block != nil {
			blocks, block = append(blocks, block), nil
		}
	}
	if diff := cmp.Diff([][]string{table, pairs}, blocks); diff != "" {
		t.Errorf("the documentation (-table +documentation):\n%s", diff)
	}
	var named []string
	for _, line := range table {
		named = append(named, strings.Fields(line)[0])
	}
	slices.Sort(named)
	if diff := cmp.Diff(optionConstructors(t), named); diff != "" {
		t.Errorf("options (-constructors +table):\n%s", diff)
	}
}

// optionConstructors lists the exported functions of the package that return an
// option.
func optionConstructors(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue // what tests alone can say
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !fn.Name.IsExported() || fn.Type.Results == nil || len(fn.Type.Results.List) != 1 {
				continue
			}
			if result, ok := fn.Type.Results.List[0].Type.(*ast.Ident); ok && slices.Contains([]string{"Option", "CallOption", "DefaultOption"}, result.Name) {
				names = append(names, fn.Name.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}
