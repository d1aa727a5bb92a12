package repo_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// An Update that makes an item too large names the paths that are big once it
// were done, not those that are big now.
func TestUpdateTooLargeNamesTheChange(t *testing.T) {
	type note struct {
		ID    string   `dynamodbav:"id"`
		Short string   `dynamodbav:"short"`
		Text  string   `dynamodbav:"text"`
		Lines []string `dynamodbav:"lines"`
	}
	var (
		ctx   = context.Background()
		id    = repo.KeyOf(func(n *note) *string { return &n.ID })
		text  = lens.Of(func(n *note) *string { return &n.Text })
		lines = lens.Of(func(n *note) *[]string { return &n.Lines })
		notes = engineRepo(repo.TableOf("Notes", id))
	)
	key, err := notes.Create(ctx, &note{ID: "n1", Short: "twelve bytes", Lines: []string{strings.Repeat("x", 200_000)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		change  lens.Change[note]
		path    string
		biggest string
	}{
		{text.Set(strings.Repeat("x", 300_000)), "text", "text 300004, lines[0] 200000, short 17"},
		{lens.Append(lines, strings.Repeat("y", 250_000)), "lines[1]", "lines[1] 250000, short 17"},
		{lens.At(lines, 0).Set(strings.Repeat("y", 409_600)), "lines[0]", "lines[0] 409600, short 17"},
	} {
		err := notes.Update(ctx, key, c.change)
		var e *repo.Error
		if !errors.Is(err, repo.ErrTooLarge) || !errors.As(err, &e) || e.Path != c.path || !strings.Contains(err.Error(), c.biggest) {
			t.Errorf("want ErrTooLarge at %s, biggest %s; got %v", c.path, c.biggest, err)
		}
	}
}
