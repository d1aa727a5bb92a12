package repo_test

import (
	"context"
	"fmt"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// Block is a paragraph, a heading or a table of a page.
type Block interface{ Text() string }

type Paragraph string

type Heading struct {
	Level int
	Words string
}

type Table [][]string

func (p Paragraph) Text() string { return string(p) }
func (h Heading) Text() string   { return h.Words }
func (t Table) Text() string     { return fmt.Sprint([][]string(t)) }

type Page struct {
	ID     string
	Blocks []Block
}

// A list of mixed elements. Variants need not be structs.
func ExampleEachOneOf() {
	ctx, client := context.Background(), embedded.New().Client()
	pageID := repo.KeyOf(func(p *Page) *string { return &p.ID })
	blocks := lens.Of(func(p *Page) *[]Block { return &p.Blocks })
	heading := repo.Variant[Heading, Block]("heading")
	pages, err := repo.New(client, repo.TableOf("Pages", pageID,
		repo.EachOneOf(func(p *Page) *[]Block { return &p.Blocks },
			heading, repo.Variant[Paragraph, Block]("text"), repo.Variant[Table, Block]("table"))))
	if err != nil {
		panic(err)
	}
	if err := pages.CreateTables(ctx); err != nil {
		panic(err)
	}
	key, err := pages.Create(ctx, &Page{ID: "p1", Blocks: []Block{Heading{1, "Prices"}, Paragraph("In euros.")}})
	if err != nil {
		panic(err)
	}
	level := lens.Join(heading.Lens(), lens.Of(func(h *Heading) *int { return &h.Level }))
	fmt.Println(pages.Update(ctx, key, lens.Append(blocks, Block(Table{{"tea", "2"}}))))
	fmt.Println(pages.Update(ctx, key, lens.Join(lens.At(blocks, 0), level).Set(2)))
	got, err := pages.Get(ctx, key)
	fmt.Println(got.Blocks, err)
	levels, err := repo.ReadAll(ctx, pages, key, lens.Each(blocks, level))
	fmt.Println(levels, err)
	// Output:
	// <nil>
	// <nil>
	// [{2 Prices} In euros. [[tea 2]]] <nil>
	// [2] <nil>
}
