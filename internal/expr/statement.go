package expr

import (
	"slices"
	"strings"
)

// Statement collects what an update does to one item, and on which conditions.
// Paths and operands are text with the placeholders of its Builder.
type Statement struct {
	Builder

	sets, removes, adds, deletes, conds []string
}

// Set assigns an operand to a document path.
func (s *Statement) Set(doc, operand string) { s.SetAll(doc + " = " + operand) }

// SetAll adds assignments that are written out, with ", " between them.
func (s *Statement) SetAll(sets string) {
	if s.sets == nil {
		s.sets = make([]string, 0, usual)
	}
	s.sets = append(s.sets, sets)
}

// usual is how many assignments, or conditions, most updates have at most.
const usual = 6

// Remove removes what is at a document path.
func (s *Statement) Remove(doc string) { s.removes = append(s.removes, doc) }

// Include adds the elements of an operand to the set at a document path.
func (s *Statement) Include(doc, operand string) { s.adds = append(s.adds, doc+" "+operand) }

// Exclude takes the elements of an operand out of the set at a document path.
func (s *Statement) Exclude(doc, operand string) { s.deletes = append(s.deletes, doc+" "+operand) }

// Require adds a condition, unless it is empty or there already.
func (s *Statement) Require(cond string) {
	if cond == "" || slices.Contains(s.conds, cond) {
		return
	}
	if s.conds == nil {
		s.conds = make([]string, 0, usual)
	}
	s.conds = append(s.conds, cond)
}

// Update is the UpdateExpression, empty if nothing is changed.
func (s *Statement) Update() string {
	text := section("", "SET ", s.sets)
	text = section(text, "REMOVE ", s.removes)
	text = section(text, "ADD ", s.adds)
	return section(text, "DELETE ", s.deletes)
}

// section appends the actions of one kind to an expression.
func section(text, word string, actions []string) string {
	if len(actions) == 0 {
		return text
	}
	if text != "" {
		text += " "
	}
	return text + word + strings.Join(actions, ", ")
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
