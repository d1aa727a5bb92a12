package expr

import (
	"testing"

	"github.com/dystore/dystore/internal/engine/attr"
)

func TestProjections(t *testing.T) {
	item := attr.Item{
		"a": m(attr.Item{"b": l(n("1"), n("2"), n("3")), "c": n("4")}), "d": n("5"),
		"l": l(m(attr.Item{"x": n("1"), "y": n("2")}), m(attr.Item{"x": n("3"), "y": n("4")})),
	}
	for _, c := range []struct {
		text string
		want attr.Item
	}{
		{"d", attr.Item{"d": n("5")}},
		{"a.b[2], d", attr.Item{"a": m(attr.Item{"b": l(n("3"))}), "d": n("5")}},
		{"a.b[2], a.b[0]", attr.Item{"a": m(attr.Item{"b": l(n("1"), n("3"))})}},
		{"a.c, a.b", attr.Item{"a": item["a"]}},
		{"l[1].x, l[0].y", attr.Item{"l": l(m(attr.Item{"y": n("2")}), m(attr.Item{"x": n("3")}))}},
		{"l[1].x, l[1].y", attr.Item{"l": l(m(attr.Item{"x": n("3"), "y": n("4")}))}},
		{"a.x", attr.Item{}},
		{"a.b[7], absent, d.x", attr.Item{}},
	} {
		scope, err := NewScope(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		p, err := scope.Projection(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := p.Apply(item); got == nil || !attr.EqualItems(got, c.want) {
			t.Errorf("%s: %v", c.text, got)
		}
		if p.Apply(nil) != nil {
			t.Errorf("%s: no item became one", c.text)
		}
	}
}

func TestProjectionRefusals(t *testing.T) {
	const prefix = "Invalid ProjectionExpression: "
	for text, want := range map[string]string{
		"a,":            prefix + `Syntax error; token: "<EOF>", near: ","`,
		"a b":           prefix + `Syntax error; token: "b", near: "a b"`,
		":a":            prefix + `Syntax error; token: ":a", near: ":a"`,
		"a.b, a":        prefix + "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]",
		"a.b[0], a.b.x": prefix + "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b, [0]], path two: [a, b, x]",
		"name":          prefix + "Attribute name is a reserved keyword; reserved keyword: name",
		"#a":            prefix + "An expression attribute name used in the document path is not defined; attribute name: #a",
	} {
		scope, err := NewScope(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := scope.Projection(text); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
