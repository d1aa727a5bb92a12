package protocol

import (
	"slices"
	"testing"
)

// A counter counts up to a limit, by one or by doubling. It must not reach a
// number.
type counter struct{ limit, never int }

func (c counter) start() int { return 1 }

func (c counter) next(n int, yield func(string, int)) {
	for _, step := range []struct {
		name string
		to   int
	}{{"+1", n + 1}, {"*2", 2 * n}} {
		if step.to <= c.limit {
			yield(step.name, step.to)
		}
	}
}

func (c counter) judge(n int) verdict {
	if n == c.never {
		return debris
	}
	return fine
}

func TestExplore(t *testing.T) {
	if got := explore(counter{limit: 3000}); got.verdict != fine || got.states != 3000 || got.trace != nil {
		t.Errorf("explored %d of 3000 states, %v, %v", got.states, got.verdict, got.trace)
	}
	got := explore(counter{limit: 3000, never: 11})
	if want := []string{"+1", "*2", "+1", "*2", "+1"}; got.verdict != debris || !slices.Equal(got.trace, want) {
		t.Errorf("found %v after %v, want %v", got.verdict, got.trace, want)
	}
	if got := explore(counter{never: 1}); got.verdict != debris || got.trace != nil || got.states != 1 {
		t.Errorf("the first state is %v after %v", got.verdict, got.trace)
	}
}
