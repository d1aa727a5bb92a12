package scenarios

import (
	"fmt"
	"strings"
	"time"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// note is the object of the scenarios: a root item, the item of its cover, and one for
// each page.
type (
	leaf struct {
		Text string `dynamodbav:"text"`
		N    int    `dynamodbav:"n"`
	}
	content struct {
		Title string
		N     int
		Cover leaf
		Pages []leaf
	}
	note struct {
		ID    string      `dynamodbav:"id"`
		Title string      `dynamodbav:"title"`
		N     int         `dynamodbav:"n"`
		Cover leaf        `dynamodbav:"cover"`
		Pages []leaf      `dynamodbav:"pages"`
		Until time.Time   `dynamodbav:"until,unixtime,omitempty"`
		Meta  meta.Record `dynamodbav:"-"`
	}
)

var (
	noteID = repo.KeyOf(func(n *note) *string { return &n.ID })
	nTitle = lens.Of(func(n *note) *string { return &n.Title })
	nN     = lens.Of(func(n *note) *int { return &n.N })
	nText  = lens.Of(func(n *note) *string { return &n.Cover.Text })
	nCover = lens.Of(func(n *note) *int { return &n.Cover.N })
	nUntil = lens.Of(func(n *note) *time.Time { return &n.Until })

	// theNote is the one that most scenarios are about.
	theNote = noteID.Of("a")
)

func notes(more ...repo.Part[note]) repo.Model[note] {
	return repo.TableOf("Notes", noteID, append(more, meta.Keep(func(n *note) *meta.Record { return &n.Meta }),
		shard.New(shard.To("Covers"), func(n *note) *leaf { return &n.Cover }),
		shard.Each(shard.To("Pages"), func(n *note) *[]leaf { return &n.Pages }))...)
}

// sealed encrypts a field of the root and one of a part.
func sealed(keys cipher.Cipher) repo.Part[note] { return cipher.Protect(keys, nTitle, nText) }

// value is the note of a generation: each of its items says which.
func value(generation int) *note {
	n := &note{ID: "a"}
	n.become(generation)
	return n
}

// become changes everything but the key and the record.
func (n *note) become(generation int) {
	n.Title, n.N, n.Cover = fmt.Sprint("title ", generation), generation, leaf{fmt.Sprint("cover ", generation), generation}
	n.Pages = nil
	for i := range 3 {
		n.Pages = append(n.Pages, leaf{fmt.Sprintf("page %d of %d", i, generation), generation})
	}
}

// content is what of a note is compared.
func (n *note) content() *content {
	if n == nil {
		return nil
	}
	return &content{n.Title, n.N, n.Cover, n.Pages}
}

// whole is the generation of a note all of whose items are of one, or an error.
func (c *content) whole() (int, error) {
	want := value(c.N).content()
	if c.String() != want.String() {
		return 0, fmt.Errorf("a mix: %v", c)
	}
	return c.N, nil
}

func (c *content) String() string {
	if c == nil {
		return "nothing"
	}
	return strings.TrimSpace(fmt.Sprint(*c))
}
