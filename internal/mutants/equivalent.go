package main

import (
	_ "embed"
	"fmt"
	"strings"
)

// equivalent.txt names mutants that nothing can tell from the original, each with the
// reason: "file, function: condition = value -- reason".
//
//go:embed equivalent.txt
var equivalentText string

// equivalents are the reasons by the names of mutants.
func equivalents() (map[string]string, error) {
	known := map[string]string{}
	for i, line := range strings.Split(equivalentText, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, ok := strings.Cut(line, " -- ")
		if !ok || reason == "" || known[name] != "" {
			return nil, fmt.Errorf("equivalent.txt, line %d: no reason, or twice: %s", i+1, line)
		}
		known[name] = reason
	}
	return known, nil
}
