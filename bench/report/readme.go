package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
)

// replace puts sections between the marks of a file. If they are not all, each
// comes in the place of the one with its heading, or else behind all, and the
// others stay.
func replace(name string, text []byte, all bool) error {
	begin, end := []byte("<!-- report -->\n"), []byte("<!-- end of report -->\n")
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, rest, ok1 := bytes.Cut(content, begin)
	old, after, ok2 := bytes.Cut(rest, end)
	if !ok1 || !ok2 {
		return fmt.Errorf("%s has no marks", name)
	}
	if !all {
		text = merge(old, text)
	}
	return os.WriteFile(name, bytes.Join([][]byte{before, begin, text, end, after}, nil), 0o644)
}

var heading = []byte("\n### ")

// merge puts sections in the place of those with their headings. What stands
// before the first heading is a section without one.
func merge(old, text []byte) []byte {
	sections := bytes.Split(old, heading)
	for i, section := range bytes.Split(text, heading) {
		place := slices.IndexFunc(sections[1:], func(s []byte) bool { return title(s) == title(section) }) + 1
		switch {
		case i == 0 && len(section) == 0:
		case i == 0:
			sections[0] = section
		case place == 0:
			sections = append(sections, section)
		default:
			sections[place] = section
		}
	}
	return bytes.Join(sections, heading)
}

func title(section []byte) string {
	line, _, _ := bytes.Cut(section, []byte("\n"))
	return string(line)
}
