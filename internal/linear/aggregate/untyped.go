package aggregate

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
)

// FromMap is the content of a document that was read without a type.
func FromMap(m map[string]any) *Content {
	c := &Content{Name: textOf(m["Name"]), N: numberOf(m["N"]), Extra: textOf(m["Extra"]), Alien: textOf(m["Alien"]), Serial: textOf(m["Serial"]),
		Rank: rankOf(textOf(m["Kind"]), numberOf(m["Rank"])),
		Home: placeOf(m["Home"]), Opt: placeOf(m["Opt"])}
	c.Tags = listOf(m["Tags"], textOf)
	c.Past = listOf(m["Past"], func(v any) Place { return *placeOf(v) })
	c.Lines = listOf(m["Lines"], func(v any) Line {
		l := v.(map[string]any)
		return Line{SKU: textOf(l["SKU"]), Note: placeOf(l["Note"])}
	})
	if rooms, ok := m["Rooms"].(map[string]any); ok {
		c.Rooms = map[string]Place{}
		for k, v := range rooms {
			c.Rooms[k] = *placeOf(v)
		}
	}
	return c
}

func textOf(v any) string {
	s, _ := v.(string)
	return s
}

func numberOf(v any) int {
	s, _ := v.(attributevalue.Number)
	n, _ := strconv.Atoi(string(s))
	return n
}

func placeOf(v any) *Place {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	return &Place{City: textOf(m["City"]), N: numberOf(m["N"]), Extra: textOf(m["Extra"])}
}

func listOf[E any](v any, one func(any) E) []E {
	l, ok := v.([]any)
	if !ok {
		return nil
	}
	out := []E{}
	for _, e := range l {
		out = append(out, one(e))
	}
	return out
}
