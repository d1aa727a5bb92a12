package schematest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/schematest"
	"github.com/dystore/dystore/shard"
)

type Article struct {
	ID    string      `dynamodbav:"id"`
	Title string      `dynamodbav:"title"`
	Body  Body        `dynamodbav:"body"`
	Meta  meta.Record `dynamodbav:"-"`
}

type Body struct {
	Text string `dynamodbav:"text"`
}

var (
	articleID   = repo.KeyOf(func(a *Article) *string { return &a.ID })
	keepArticle = meta.Keep(func(a *Article) *meta.Record { return &a.Meta })
)

// articles is the repository of the service, and divided what it is to become.
func articles() *repo.Repo[Article] { return over(repo.TableOf("Articles", articleID, keepArticle)) }

func divided() *repo.Repo[Article] {
	return over(repo.TableOf("Articles", articleID, keepArticle,
		shard.New(shard.To("Bodies"), func(a *Article) *Body { return &a.Body })))
}

func over(m repo.Model[Article]) *repo.Repo[Article] {
	r, err := repo.New(embedded.New().Client(), m)
	if err != nil {
		panic(err)
	}
	return r
}

// printer is a test that prints its failures. A test of your own passes its t.
type printer struct{ testing.TB }

func (printer) Helper()                           {}
func (printer) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// In a test: func TestSchema(t *testing.T) { schematest.Check(t, articles()) }
func ExampleCheck() {
	t := printer{}
	schematest.Check(t, articles()) // is as in testdata/Article.schema
	schematest.Check(t, divided())
	// Output:
	// schematest: schematest_test.Article is not as in testdata/Article.schema:
	// needs AllowTables first: body: it became a shard. Old programs do not go into the table Bodies: they cannot read the parts there, nor delete the object. To do: deploy the present declaration with repo.AllowTables("Bodies") first, then this one; create the table before
	// UPDATE_SCHEMA=1 go test accepts it
}

// Two repositories of one type have files of different names.
func ExampleFile() {
	schematest.Check(printer{}, divided(), schematest.File("testdata/Divided.schema"))
	// Output:
	// schematest: schematest_test.Article has no schema file testdata/Divided.schema; UPDATE_SCHEMA=1 go test writes it
}

// Compare judges any two layouts, such as those of two releases.
func ExampleCompare() {
	for _, c := range schematest.Compare(articles().Layout(), divided().Layout()) {
		fmt.Println(c.Verdict, c.Path)
		fmt.Println(c.Verdict >= schematest.NeedsAllowTables)
	}
	// Output:
	// needs AllowTables first body
	// true
}

// The schema is text with a line for each key, shard and attribute.
func ExampleText() {
	fmt.Printf("%s", schematest.Text(divided().Layout()))
	// Output:
	// {
	//   "type": "schematest_test.Article",
	//   "entity": "Articles",
	//   "table": "Articles",
	//   "record": "_meta",
	//   "tracked": true,
	//   "key": [
	//     {"name":"id","type":"S","value":"string"}
	//   ],
	//   "places": [
	//     {"path":"body","kind":"item","table":"Bodies","key":"_id"}
	//   ],
	//   "attributes": [
	//     {"path":"id","field":"ID","type":"S","value":"string"},
	//     {"path":"title","field":"Title","type":"S","value":"string"},
	//     {"path":"body","field":"Body","type":"M","value":"struct"},
	//     {"path":"body.text","field":"Body.Text","type":"S","value":"string"}
	//   ]
	// }
}

// The schema of a release that runs can be kept anywhere.
func ExampleParse() {
	text, err := os.ReadFile(filepath.Join("testdata", "Article.schema"))
	if err != nil {
		fmt.Println(err)
		return
	}
	released, err := schematest.Parse(text)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(released.Entity, released.Table, released.Key[0].Name)
	// Output:
	// Articles Articles id
}
