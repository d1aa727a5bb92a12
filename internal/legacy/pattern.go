package legacy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dystore/dystore/internal/attr"
)

// pattern is the path of a shard in a layout: a JSONPath. It has what such a path
// needs to name values of an object: names, positions, slices, wildcards and
// descendants.
type pattern []patternStep

type patternStep struct {
	names []string  // one of them
	any   bool      // any name
	index *int      // one position
	slice *interval // positions
	deep  bool      // any number of segments, also none
}

// interval is from:to:by.
type interval struct {
	from, by int
	to       *int // nil: to the end
}

// matches reports whether a path inside the item that has the layout is one of the
// shard. It takes one pass: stored patterns must not be able to keep a reader busy.
func (p pattern) matches(path attr.Path) bool {
	next := make([]bool, len(p)+1) // which steps, or the end
	next[0] = true
	p.descend(next)
	for _, seg := range path {
		now := next
		next = make([]bool, len(p)+1)
		for i, step := range p {
			switch {
			case !now[i]:
			case step.deep:
				next[i] = true
			case step.takes(seg):
				next[i+1] = true
			}
		}
		p.descend(next)
	}
	return next[len(p)]
}

// descend completes the steps that may come next: one of any depth may be passed over.
func (p pattern) descend(next []bool) {
	for i, step := range p {
		if next[i] && step.deep {
			next[i+1] = true
		}
	}
}

func (s patternStep) takes(seg attr.Seg) bool {
	if seg.Kind != attr.Index {
		return s.any || slices.Contains(s.names, seg.Name)
	}
	switch {
	case s.index != nil:
		return *s.index == seg.Index
	case s.slice != nil:
		return seg.Index >= s.slice.from && (s.slice.to == nil || seg.Index < *s.slice.to) && (seg.Index-s.slice.from)%s.slice.by == 0
	}
	return false
}

// maxPattern bounds the steps of a pattern: DynamoDB stores no value deeper.
const maxPattern = 64

// parsePattern reads a JSONPath. What it does not know is an error: a shard whose
// places are not known exactly must not be guessed at.
func parsePattern(text string) (pattern, error) {
	s := scanner{rest: strings.TrimPrefix(text, "$")}
	if s.rest == text && text != "" && text[0] != '.' && text[0] != '[' {
		s.rest = "." + text // relative to the item, as all of them are
	}
	var p pattern
	for s.rest != "" {
		step, err := s.step()
		if err == nil && len(p) >= maxPattern {
			err = fmt.Errorf("it has more than %d steps", maxPattern)
		}
		if err != nil {
			return nil, fmt.Errorf("the path %q of a shard: %w", text, err)
		}
		p = append(p, step)
		if step.deep {
			s.rest = "." + s.rest // what follows is a child
		}
	}
	if len(p) == 0 || p[len(p)-1].deep {
		return nil, fmt.Errorf("the path %q of a shard names no value", text)
	}
	return p, nil
}

// scanner reads a JSONPath from left to right.
type scanner struct{ rest string }

func (s *scanner) step() (patternStep, error) {
	switch {
	case strings.HasPrefix(s.rest, ".."):
		s.rest = s.rest[2:]
		return patternStep{deep: true}, nil
	case strings.HasPrefix(s.rest, "."):
		s.rest = s.rest[1:]
		if !strings.HasPrefix(s.rest, "[") {
			return s.fields()
		}
	}
	if !strings.HasPrefix(s.rest, "[") {
		return patternStep{}, fmt.Errorf("%q is not understood", s.rest)
	}
	s.rest = s.rest[1:]
	step, err := s.bracket()
	if err != nil {
		return patternStep{}, err
	}
	if !strings.HasPrefix(s.rest, "]") {
		return patternStep{}, fmt.Errorf("%q is not understood", s.rest)
	}
	s.rest = s.rest[1:]
	return step, nil
}

// bracket reads what is between [ and ].
func (s *scanner) bracket() (patternStep, error) {
	end := strings.IndexByte(s.rest, ']')
	if end < 0 {
		return patternStep{}, fmt.Errorf("%q has no ]", s.rest)
	}
	inside := strings.TrimSpace(s.rest[:end])
	if inside == "*" || inside == "" {
		s.rest = s.rest[end:]
		return patternStep{slice: &interval{by: 1}}, nil
	}
	if strings.Trim(inside, "0123456789:") != "" {
		return s.fields()
	}
	s.rest = s.rest[end:]
	var numbers []*int
	for _, text := range strings.Split(inside, ":") {
		if text == "" {
			numbers = append(numbers, nil)
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return patternStep{}, fmt.Errorf("%q is no position", text)
		}
		numbers = append(numbers, &n)
	}
	if len(numbers) == 1 {
		return patternStep{index: numbers[0]}, nil
	}
	return sliceOf(numbers, inside)
}

func sliceOf(numbers []*int, text string) (patternStep, error) {
	in := &interval{by: 1, to: numbers[1]}
	if numbers[0] != nil {
		in.from = *numbers[0]
	}
	if len(numbers) == 3 && numbers[2] != nil {
		in.by = *numbers[2]
	}
	if len(numbers) > 3 || in.by < 1 {
		return patternStep{}, fmt.Errorf("%q is no slice", text)
	}
	return patternStep{slice: in}, nil
}

// fields reads names, divided by commas.
func (s *scanner) fields() (step patternStep, err error) {
	for {
		name, wild, err := s.field()
		if err != nil {
			return patternStep{}, err
		}
		if wild {
			step.any = true
		} else {
			step.names = append(step.names, name)
		}
		s.rest = strings.TrimLeft(s.rest, " \t")
		if !strings.HasPrefix(s.rest, ",") {
			return step, nil
		}
		s.rest = strings.TrimLeft(s.rest[1:], " \t")
	}
}

func (s *scanner) field() (name string, wild bool, err error) {
	if s.rest == "" {
		return "", false, fmt.Errorf("it ends where a name is due")
	}
	if quote := s.rest[0]; quote == '\'' || quote == '"' {
		name, err = s.quotedName(quote)
		return name, false, err
	}
	end := strings.IndexAny(s.rest, ".[],")
	if end < 0 {
		end = len(s.rest)
	}
	name = strings.TrimSpace(s.rest[:end])
	if name == "*" {
		s.rest = s.rest[end:]
		return "", true, nil
	}
	if name == "" || strings.IndexByte("-0123456789", name[0]) >= 0 || strings.ContainsAny(name, "*()$:|&~?'\"` \t\\") {
		return "", false, fmt.Errorf("%q is not understood", s.rest)
	}
	s.rest = s.rest[end:]
	return name, false, nil
}

func (s *scanner) quotedName(quote byte) (string, error) {
	var b strings.Builder
	for i := 1; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == quote:
			s.rest = s.rest[i+1:]
			return b.String(), nil
		case c == '\\' && i+1 < len(s.rest):
			i++
			b.WriteByte(s.rest[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", fmt.Errorf("%q has no end", s.rest)
}
