package attr

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Path{
		"city":                  Names("city"),
		"location.city":         Names("location", "city"),
		"past[].city":           {Field("past"), Elem, Field("city")},
		"homes{}.city":          {Field("homes"), Value, Field("city")},
		"past[3].city":          {Field("past"), At(3), Field("city")},
		`homes["a.b"].city`:     {Field("homes"), Entry("a.b"), Field("city")},
		`["a.b"].city`:          {Entry("a.b"), Field("city")},
		`a["\"]"]["é"][]{}`:     {Field("a"), Entry(`"]`), Entry("é"), Elem, Value},
		"a b-c_d#e:f~g":         Names("a b-c_d#e:f~g"),
		"grid[][].x{}{}.y[0].z": {Field("grid"), Elem, Elem, Field("x"), Value, Value, Field("y"), At(0), Field("z")},
	} {
		got, err := Parse(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
		if got.String() != text {
			t.Errorf("%s becomes %s", text, got)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const bracket = " begins with neither [], a position such as [3], nor an entry such as [\"a\"]"
	for text, want := range map[string]string{
		"":              "an attribute name is missing",
		".a":            "an attribute name is missing",
		"a.":            "an attribute name is missing",
		"a..b":          "an attribute name is missing",
		"a.[]":          "an attribute name is missing",
		`a[""]`:         "an attribute name is missing",
		"[].a":          "a path begins with an attribute name",
		"{}":            "a path begins with an attribute name",
		"[3]":           "a path begins with an attribute name",
		"a[]b":          `"b" follows where a separator must`,
		"a]":            `"]" follows where a separator must`,
		"a{x}":          `"{x}" follows where a separator must`,
		`a"b`:           `"\"b" follows where a separator must`,
		"a[":            `"["` + bracket,
		"a[x]":          `"[x]"` + bracket,
		"a[-1]":         `"[-1]"` + bracket,
		"a[03]":         `"[03]"` + bracket,
		"a[1":           `"[1"` + bracket,
		"a['b']":        `"['b']"` + bracket,
		`a["b"`:         `"[\"b\"" has no closing bracket`,
		`a["b"x]`:       `"[\"b\"x]" has no closing bracket`,
		"a\xff":         "it is not valid UTF-8",
		"a[9999999999]": `"[9999999999]"` + bracket,
	} {
		if p, err := Parse(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, %v; want %s", text, p, err, want)
		}
	}
}

func TestParseReadsWhatStringWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Path{Field(rapid.StringMatching(`[a-z:#~ é]{1,5}`).Draw(t, "first"))}
		for range rapid.IntRange(0, 5).Draw(t, "segments") {
			p = append(p, rapid.OneOf(
				rapid.Map(rapid.StringMatching(`[a-z:#~ é]{1,5}`), Field),
				rapid.Map(rapid.StringN(1, 8, -1), Entry),
				rapid.Map(rapid.IntRange(0, 1<<31-1), At),
				rapid.Just(Elem), rapid.Just(Value),
			).Draw(t, "segment"))
		}
		got, err := Parse(p.String())
		if diff := cmp.Diff(p, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", p, err, diff)
		}
	})
}
