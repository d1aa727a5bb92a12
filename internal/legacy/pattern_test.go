package legacy

import (
	"strings"
	"testing"

	"github.com/dystore/dystore/internal/attr"
)

// path reads a path as Spell writes it, without quotes.
func path(text string) (p attr.Path) {
	for seg := range strings.SplitSeq(text, ".") {
		if n, ok := strings.CutPrefix(seg, "["); ok {
			p = append(p, attr.At(int(n[0]-'0')))
			continue
		}
		p = append(p, attr.Field(seg))
	}
	return p
}

func TestPatterns(t *testing.T) {
	for text, c := range map[string]struct{ yes, no string }{
		"$.location":           {"location", "x location.city location.location [0]"},
		"location":             {"location", "x"},
		"$.a.b":                {"a.b", "a b.a a.b.c a.x.b"},
		"$.homes[*]":           {"homes.[0] homes.[7]", "homes homes.x homes.[0].[1] x.[0]"},
		"$.homes.[*]":          {"homes.[0]", "homes"},
		"$.homes[]":            {"homes.[0]", "homes"},
		"$.homes.value[1]":     {"homes.value.[1]", "homes.value.[0] homes.[1]"},
		"$.x[1:3]":             {"x.[1] x.[2]", "x.[0] x.[3]"},
		"$.x[:2]":              {"x.[0] x.[1]", "x.[2]"},
		"$.x[1:]":              {"x.[1] x.[9]", "x.[0]"},
		"$.x[0:9:2]":           {"x.[0] x.[4]", "x.[1] x.[3] x.[9]"},
		"$.info[*].line.geo":   {"info.[3].line.geo", "info.[3].line info.line.geo"},
		"$.*":                  {"a b", "a.b [0]"},
		"$.a.*.c":              {"a.b.c a.x.c", "a.c a.b.b.c a.[0].c"},
		"$..geo":               {"geo a.geo a.[1].b.geo", "a geo.x"},
		"$.a..geo":             {"a.geo a.b.[0].geo", "geo b.geo"},
		"$..[0]":               {"[0] a.[0] a.b.[0]", "a a.[1]"},
		"$.a,b":                {"a b", "c a.b"},
		"$[a,b].c":             {"a.c b.c", "c"},
		"$['a b'].c":           {"a b.c", "a.c"},
		`$."it's"`:             {"it's", "its"},
		`$.'it\'s'`:            {"it's", "it"},
		"$.table-name.x_1.@at": {"table-name.x_1.@at", "table"},
	} {
		p, err := parsePattern(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		for _, s := range split(c.yes) {
			if !p.matches(path(s)) {
				t.Errorf("%s is not %s", s, text)
			}
		}
		for _, s := range split(c.no) {
			if p.matches(path(s)) {
				t.Errorf("%s is %s", s, text)
			}
		}
		if p.matches(nil) {
			t.Errorf("%s is the item itself", text)
		}
	}
}

// split divides paths. One of the cases has a name with a space.
func split(paths string) []string {
	if strings.HasPrefix(paths, "a b.") {
		return []string{paths}
	}
	return strings.Fields(paths)
}

func TestUnknownPatterns(t *testing.T) {
	for _, text := range []string{
		"", "$", "$.", "$..", "$.a.", "$.a..", "$.a[", "$.a[0", "$.a[-1]", "$.a[x y]", "$.a[0:1:0]", "$.a[1:2:3:4]", "$.a[99999999999999999999]",
		"$.a[?(@.b==1)]", "$.a|$.b", "$.a & b", "$.a where b", "$.`parent`", "(a).b", "$.a]", "$.'a", `$."a\`, "$.a b", "$.a,,b", "$.a~", "$$", "$.\\",
		strings.Repeat(".a", maxPattern+1),
	} {
		if p, err := parsePattern(text); err == nil {
			t.Errorf("%q is %+v", text, p)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, s := range []string{"$.a[*].b", "$..x", "$['a','b'][1:2]", "$.a[0:1:0]", "$.'\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePattern(text)
		if (err == nil) != (len(p) > 0) {
			t.Errorf("%q: %v, %v", text, p, err)
		}
		if err == nil && p.matches(nil) {
			t.Errorf("%q is the item itself", text)
		}
	})
}

// Without one pass, this would take longer than the test may: there are 10^11 ways.
func TestPatternOfManyWays(t *testing.T) {
	p, err := parsePattern("$" + strings.Repeat("..a", 20))
	if err != nil {
		t.Fatal(err)
	}
	long := path(strings.Repeat("a.", 39) + "a")
	if !p.matches(long) || p.matches(append(long, attr.Field("b"))) || p.matches(long[:19]) || !p.matches(long[:20]) {
		t.Error("wrong")
	}
}
