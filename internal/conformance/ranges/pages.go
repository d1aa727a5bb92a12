package ranges

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// walk reads a range page by page; each page is the numbers of its sales.
func walk(t *testing.T, r *repo.Repo[sale], in repo.Range[sale], opts ...repo.CallOption) (pages [][]int) {
	t.Helper()
	var next repo.Cursor
	for {
		page, err := r.Page(t.Context(), in, append(opts, repo.StartAt(next))...)
		kit.Must(t, err)
		numbers := []int{}
		for _, s := range page.Objects {
			numbers = append(numbers, s.Number)
		}
		pages = append(pages, numbers)
		if next = page.Next; next == "" {
			return pages
		}
	}
}

// walks compares pages of ranges with queries of them.
func walks(t *testing.T, r *repo.Repo[sale]) {
	t.Helper()
	createSales(t, r, "a")
	createSales(t, r, "b")
	for name, c := range map[string]struct {
		in   repo.Range[sale]
		want [][]int
	}{
		"table":                {saleKey.In("a"), [][]int{{0, 1, 2}, {3, 4, 5}, {6, 7}}},
		"table, backwards":     {saleKey.In("a").Backwards(), [][]int{{7, 6, 5}, {4, 3, 2}, {1, 0}}},
		"table, bounds":        {saleKey.In("a").From(1).Before(7), [][]int{{1, 2, 3}, {4, 5, 6}}},
		"exactly a page":       {saleKey.In("a").UpTo(2), [][]int{{0, 1, 2}}},
		"nothing":              {saleKey.In("c"), [][]int{{}}},
		"local index":          {saleTotal.In("b"), [][]int{{7, 6, 5}, {4, 3, 2}, {1, 0}}},
		"filtered":             {saleKey.In("a").Where(sStatus.Eq("open")), [][]int{{1, 3, 5}, {7}}},
		"filtered, projected":  {saleTotal.In("a").Where(sStatus.Eq("open")), [][]int{{7, 5, 3}, {1}}},
		"local index, bounded": {saleTotal.In("a").Between(94, 98).Backwards(), [][]int{{2, 3, 4}, {5, 6}}},
	} {
		kit.Equal(t, name, walk(t, r, c.in, repo.PageSize(3)), c.want)
	}
	for _, in := range []repo.Range[sale]{repo.All[sale](), saleStatus.In("open"), saleStatus.In("open").Backwards(), saleEmail.In("1@a")} {
		want := []int{}
		for s, err := range r.Query(t.Context(), in) {
			kit.Must(t, err)
			want = append(want, s.Number)
		}
		for _, size := range []int{1, 2, 5, 1000} {
			kit.Equal(t, fmt.Sprint("pages of ", size), slices.Concat(walk(t, r, in, repo.PageSize(size))...), want)
		}
	}
}

var pageChecks = []kit.Check{
	{Name: "walks", Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, sales())
		walks(t, r)
		x.Net.Reset()
		walk(t, r, saleKey.In("a"), repo.PageSize(4))
		x.WantSent(t, "pages", "Query: Sales", "Query: Sales")
	}},
	{Name: "walks with parts", Run: func(t *testing.T, x *kit.World) {
		r := kit.Open(t, x, notedSales())
		walks(t, r)
		x.Net.Reset()
		walk(t, r, saleStatus.In("open"), repo.PageSize(7))
		x.WantSent(t, "pages", "Query: Sales/by-status (eventually)", "BatchGetItem: Notes x7", "Query: Sales/by-status (eventually)", "GetItem: Notes")
	}},
	{Name: "cursors", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, sales())
		sealed := kit.Open(t, x, sales(), repo.WithCursorKey(kit.Keys(t)))
		createSales(t, r, "a")
		createSales(t, r, "b")
		page, err := r.Page(ctx, saleKey.In("a"), repo.PageSize(2))
		kit.Must(t, err)
		secret, err := sealed.Page(ctx, saleKey.In("a"), repo.PageSize(2))
		kit.Must(t, err)
		rest := func(r *repo.Repo[sale], in repo.Range[sale], c repo.Cursor) ([]int, error) {
			page, err := r.Page(ctx, in, repo.StartAt(c))
			var numbers []int
			if err == nil {
				for _, s := range page.Objects {
					numbers = append(numbers, s.Number)
				}
			}
			return numbers, err
		}
		for name, c := range map[string]struct {
			in   repo.Range[sale]
			same bool
		}{
			"the same range":    {saleKey.In("a"), true},
			"with a filter":     {saleKey.In("a").Where(sTotal.Gt(0)), true},
			"another partition": {saleKey.In("b"), false},
			"another direction": {saleKey.In("a").Backwards(), false},
			"a bound":           {saleKey.In("a").From(0), false},
			"another index":     {saleTotal.In("a"), false},
			"everything":        {repo.All[sale](), false},
		} {
			for r, cursor := range map[*repo.Repo[sale]]repo.Cursor{r: page.Next, sealed: secret.Next} {
				got, err := rest(r, c.in, cursor)
				if c.same {
					kit.Must(t, err)
					kit.Equal(t, name, got, []int{2, 3, 4, 5, 6, 7})
				} else {
					kit.WantErr(t, name, err, repo.ErrInvalid, "StartAt: the cursor is not one of this query, or was changed")
				}
			}
		}
		_, err = rest(sealed, saleKey.In("a"), page.Next)
		kit.WantErr(t, "not encrypted", err, repo.ErrInvalid, "StartAt")
		_, err = rest(r, saleKey.In("a"), secret.Next)
		kit.WantErr(t, "encrypted", err, repo.ErrInvalid, "StartAt")
		another := kit.Open(t, x, sales(), repo.Entity("other"))
		_, err = rest(another, saleKey.In("a"), page.Next)
		kit.WantErr(t, "another entity", err, repo.ErrInvalid, "StartAt")
		found, err := r.Page(ctx, saleStatus.In("open"), repo.PageSize(2))
		kit.Must(t, err)
		byMemo := repo.IndexOf("by-status", func(s *sale) *string { return &s.Status }, func(s *sale) *string { return &s.Memo })
		anew, err := repo.New(x.Client, repo.TableOf("Sales", saleKey, keepSale, byMemo), repo.TablePrefix(x.Prefix))
		kit.Must(t, err)
		_, err = rest(anew, byMemo.In("open"), found.Next)
		kit.WantErr(t, "another index of the name", err, repo.ErrInvalid, "StartAt")
		for i := range len(page.Next) {
			_, err := rest(r, saleKey.In("a"), page.Next[:i]+"A"+page.Next[i+1:])
			_, cut := rest(r, saleKey.In("a"), page.Next[:max(1, i)])
			if page.Next[i] != 'A' && !errors.Is(err, repo.ErrInvalid) || !errors.Is(cut, repo.ErrInvalid) {
				t.Errorf("changed at %d: %v, %v", i, err, cut)
			}
		}
		// The object at the end of the page is deleted.
		kit.Must(t, r.Delete(ctx, saleKey.Of("a", 1)))
		got, err := rest(r, saleKey.In("a"), page.Next)
		kit.Must(t, err)
		kit.Equal(t, "deleted", got, []int{2, 3, 4, 5, 6, 7})
		if raw := string(secret.Next); strings.Contains(raw, string(page.Next[len(page.Next)/2:])) || len(raw) < 60 {
			t.Errorf("not encrypted: %s", raw)
		}
	}},
	{Name: "unreadable objects", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, sales())
		createSales(t, r, "a")
		x.Tampered = true
		for _, n := range []string{"2", "3", "5"} {
			x.Plant(t, "Sales", kit.Row{"shop": kit.Str("a"), "number": kit.Num(n), "_meta": kit.Str("damaged"), "total": kit.Num(n), "status": kit.Str("open"), "at": kit.Str("2026")})
		}
		var pages []string
		var next repo.Cursor
		for {
			page, err := r.Page(ctx, saleKey.In("a"), repo.PageSize(3), repo.StartAt(next))
			kit.Must(t, err)
			var failed []string
			for _, err := range page.Failed {
				kit.WantErr(t, "failed", err, repo.ErrCorrupt, "")
				var e *repo.Error
				errors.As(err, &e)
				failed = append(failed, e.Key)
			}
			pages = append(pages, fmt.Sprint(len(page.Objects), failed))
			if next = page.Next; next == "" {
				break
			}
		}
		kit.Equal(t, "pages", pages, []string{`2 ["a"/2]`, `1 ["a"/3 "a"/5]`, `2 []`})
		x.Plant(t, "Sales", kit.Row{"shop": kit.Str("a"), "number": kit.Num("9"), "_meta": kit.Object(kit.Row{"e": kit.Num("1")})})
		results := 0
		for range r.Query(ctx, saleKey.In("a")) {
			results++
		}
		n, err := r.Count(ctx, saleKey.In("a"))
		kit.Must(t, err)
		kit.Equal(t, "results and count", [2]int{results, int(n)}, [2]int{9, 9})
	}},
	{Name: "segments", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, notedSales())
		want := map[string]int{}
		for _, shop := range []string{"a", "b", "c", "d", "e"} {
			for _, s := range createSales(t, r, shop) {
				want[fmt.Sprint(s.Shop, s.Number, s.Note.N)] = 1
			}
		}
		for _, n := range []int{1, 2, 7} {
			x.Net.Reset()
			got := map[string]int{}
			for s, err := range r.Scan(ctx, repo.Segments(n)) {
				kit.Must(t, err)
				got[fmt.Sprint(s.Shop, s.Number, s.Note.N)]++
			}
			kit.Equal(t, fmt.Sprint(n, " segments"), got, want)
			scans := 0
			for _, req := range x.Net.Requests() {
				if req.Operation == "Scan" {
					scans++
				}
			}
			kit.Equal(t, "scans", scans, n)
		}
		kit.Equal(t, "limited", len(kit.All(t, r.Query(ctx, repo.All[sale]().Where(sTotal.Gt(95)), repo.Segments(3), repo.Limit(4)))), 4)
		for range r.Scan(ctx, repo.Segments(4)) {
			break
		}
		for _, err := range r.Query(ctx, saleKey.In("a"), repo.Segments(2)) {
			kit.WantErr(t, "a range", err, repo.ErrInvalid, "Segments is for a scan of everything")
		}
	}},
	{Name: "decoded", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), kit.Open(t, x, notedSales())
		all := createSales(t, r, "a")
		read := func() []kit.Row {
			out, err := x.Raw.Scan(ctx, &dynamodb.ScanInput{TableName: new(x.Table("Sales"))})
			kit.Must(t, err)
			return out.Items
		}
		items := read()
		x.Net.Reset()
		kit.Equal(t, "objects", kit.All(t, r.Decode(ctx, items)), all)
		x.WantSent(t, "decode", "BatchGetItem: Notes x8")
		kit.Equal(t, "items", len(items[0]["_meta"].(*types.AttributeValueMemberM).Value) > 0, true)
		kit.Must(t, r.Update(ctx, saleKey.Of("a", 3), sNoteN.Set(30)))
		kit.Must(t, r.Delete(ctx, saleKey.Of("a", 4)))
		var notes []int
		for s, err := range r.Decode(ctx, items) {
			kit.Must(t, err)
			notes = append(notes, s.Note.N)
			s.Memo = "decoded"
			_, err = r.Put(ctx, s)
			kit.Must(t, err)
		}
		kit.Equal(t, "older items", notes, []int{0, 1, 2, 30, 5, 6, 7})
		x.Net.Reset()
		kit.Equal(t, "roots", len(kit.All(t, r.Decode(ctx, read(), repo.RootOnly(), repo.Limit(2)))), 2)
		x.WantSent(t, "roots")
	}},
}
