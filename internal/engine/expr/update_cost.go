package expr

import (
	"strconv"

	"github.com/dystore/dystore/internal/engine/attr"
)

// The parts of an update count these numbers of bytes. AWS does not document
// them. Others measured them on AWS, in most regions; the other regions count
// nothing.
const (
	costOfUpdate      = 3
	costOfWriting     = 19 // SET, ADD
	costOfClearing    = 1  // REMOVE, DELETE
	costOfStep        = 4  // a step of a path to change, after the first
	costOfPath        = 1  // a path as operand
	costOfOperandStep = 14 // each of its steps
	costOfPlus        = 34
	costOfMinus       = 37
	costOfIfNotExists = 39
	costOfListAppend  = 37
)

// Cost is what an update outside a transaction counts towards the size limit of
// items, in bytes: for each action a fixed amount, its path and the operands
// that it brings. It depends on the request only. The stored value of a path
// that is an operand, and removed values, count nothing.
func (u *Update) Cost() int {
	cost := costOfUpdate
	for _, a := range u.actions {
		cost += a.cost
	}
	return cost
}

// targetCost is what the path of an action counts.
func targetCost(path Path) int {
	cost := path[0].length()
	for _, s := range path[1:] {
		cost += costOfStep + s.length()
	}
	return cost
}

// length is the number of bytes of a name, or of the digits of an index.
func (s Step) length() int {
	if s.Indexed {
		return len(strconv.Itoa(s.Index))
	}
	return len(s.Name)
}

func (e plain) cost() int {
	switch o := e.of.(type) {
	case literal:
		return attr.Size(o.v)
	case reference:
		return operandCost(o.path)
	}
	return 0
}

func operandCost(path Path) int {
	cost := costOfPath
	for _, s := range path {
		cost += costOfOperandStep + s.length()
	}
	return cost
}

func (e sum) cost() int {
	cost := costOfPlus
	if e.negative {
		cost = costOfMinus
	}
	return cost + e.left.cost() + e.right.cost()
}

func (e ifNotExists) cost() int {
	return costOfIfNotExists + operandCost(e.path) + e.fallback.cost()
}

func (e listAppend) cost() int { return costOfListAppend + e.left.cost() + e.right.cost() }
