package attr

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Parse reads what String writes of a path that begins with a name. Any name
// may be written as an entry is: ["a.b"] is how to write one that has a
// separator or a quotation mark in it.
func Parse(text string) (Path, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("it is not valid UTF-8")
	}
	var p Path
	for rest := text; rest != "" || len(p) == 0; {
		s, after, err := parseSeg(rest, len(p) == 0)
		if err != nil {
			return nil, err
		}
		if len(p) == 0 && s.Kind != Name && s.Kind != Key {
			return nil, errors.New("a path begins with an attribute name")
		}
		p, rest = append(p, s), after
	}
	return p, nil
}

const separators = `.[]{}"`

func parseSeg(text string, first bool) (s Seg, rest string, err error) {
	switch {
	case strings.HasPrefix(text, "[]"):
		return Elem, text[2:], nil
	case strings.HasPrefix(text, "{}"):
		return Value, text[2:], nil
	case strings.HasPrefix(text, "["):
		return parseBracket(text)
	case !first && !strings.HasPrefix(text, "."):
		return s, "", fmt.Errorf("%q follows where a separator must", text)
	case !first:
		text = text[1:]
	}
	end := strings.IndexAny(text, separators)
	if end < 0 {
		end = len(text)
	}
	if end == 0 {
		return s, "", errors.New("an attribute name is missing")
	}
	return Field(text[:end]), text[end:], nil
}

// parseBracket reads an index or an entry.
func parseBracket(text string) (s Seg, rest string, err error) {
	quoted, err := strconv.QuotedPrefix(text[1:])
	if err != nil || quoted[0] != '"' {
		digits, rest, closed := strings.Cut(text[1:], "]")
		i, err := strconv.ParseUint(digits, 10, 31)
		if err != nil || !closed || digits != strconv.FormatUint(i, 10) {
			return s, "", fmt.Errorf("%q begins with neither [], a position such as [3], nor an entry such as [\"a\"]", text)
		}
		return At(int(i)), rest, nil
	}
	name, _ := strconv.Unquote(quoted)
	rest, closed := strings.CutPrefix(text[1+len(quoted):], "]")
	switch {
	case !closed:
		return s, "", fmt.Errorf("%q has no closing bracket", text)
	case name == "":
		return s, "", errors.New("an attribute name is missing")
	}
	return Entry(name), rest, nil
}
