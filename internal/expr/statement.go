package expr

import (
	"slices"
	"strings"
)

// Statement collects what an update does to one item, and on which conditions.
// Paths and operands are text with the placeholders of its Builder.
type Statement struct {
	Builder

	sets, removes, conds []string
}

// Set assigns an operand to a document path.
func (s *Statement) Set(doc, operand string) { s.sets = append(s.sets, doc+" = "+operand) }

// GrowSets makes room for n more assignments.
func (s *Statement) GrowSets(n int) { s.sets = slices.Grow(s.sets, n) }

// Remove removes what is at a document path.
func (s *Statement) Remove(doc string) { s.removes = append(s.removes, doc) }

// Require adds a condition, unless it is empty or there already.
func (s *Statement) Require(cond string) {
	if cond != "" && !slices.Contains(s.conds, cond) {
		s.conds = append(s.conds, cond)
	}
}

// Update is the UpdateExpression, empty if nothing is changed.
func (s *Statement) Update() string {
	text := ""
	if len(s.sets) > 0 {
		text = "SET " + strings.Join(s.sets, ", ")
	}
	if len(s.removes) == 0 {
		return text
	}
	if text != "" {
		text += " "
	}
	return text + "REMOVE " + strings.Join(s.removes, ", ")
}

// Condition is the ConditionExpression: all that is required.
func (s *Statement) Condition() string {
	switch len(s.conds) {
	case 0:
		return ""
	case 1:
		return s.conds[0]
	}
	return "(" + strings.Join(s.conds, ") AND (") + ")"
}
