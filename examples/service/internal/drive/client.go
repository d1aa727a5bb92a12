// Package drive is a client of the service: it sends requests one after the
// other, as the front end of a shop would, and prints them with their answers.
package drive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// client sends requests and prints what is sent and answered. After an error it
// sends nothing more.
type client struct {
	ctx  context.Context
	base string
	out  io.Writer
	err  error
}

// answer is what later requests need of an answer.
type answer struct {
	location, etag, next, body string
}

// say begins a chapter.
func (c *client) say(text string) { fmt.Fprintf(c.out, "\n# %s\n", text) }

// send sends a request; headers are names and values in turn.
func (c *client) send(method, path, body string, headers ...string) answer {
	if c.err != nil {
		return answer{}
	}
	a, err := c.exchange(method, path, body, headers)
	c.err = err
	return a
}

func (c *client) exchange(method, path, body string, headers []string) (answer, error) {
	r, err := http.NewRequestWithContext(c.ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	c.print("\n%s %s\n", method, path)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		c.print("  %s: %s\n", headers[i], headers[i+1])
	}
	if body != "" {
		c.print("  %s\n", body)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{}, err
	}
	content, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return answer{}, err
	}
	c.print("-> %s\n", response.Status)
	for _, name := range []string{"Location", "ETag", "Link"} {
		if value := response.Header.Get(name); value != "" {
			c.print("   %s: %s\n", name, value)
		}
	}
	if len(content) > 0 {
		c.print("   %s", content)
	}
	h := response.Header
	return answer{h.Get("Location"), h.Get("ETag"), next(h.Get("Link")), string(content)}, nil
}

// next is the target of a link to the next page.
func next(link string) string {
	target, _, _ := strings.Cut(strings.TrimPrefix(link, "<"), ">")
	return target
}

// changing is what differs from run to run.
var changing = []struct {
	what *regexp.Regexp
	text string
}{
	{regexp.MustCompile(`"(\d+)\.[\w-]{22}"`), `"$1.<write>"`},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+Z`), `<time>`},
	{regexp.MustCompile(`[A-Z2-7]{26}`), `<token>`},
	{regexp.MustCompile(`cursor=[\w-]+`), `cursor=<cursor>`},
}

// print writes a text that is the same in every run.
func (c *client) print(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, v := range changing {
		text = v.what.ReplaceAllString(text, v.text)
	}
	fmt.Fprint(c.out, text)
}
