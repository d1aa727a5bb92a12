package expr

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
)

// Condition is a condition on an item, parsed from its text. It is immutable:
// several plans may hold one.
type Condition struct {
	// Op is AND, OR or NOT of Subs, or it compares Args: = <> < <= > >=, BETWEEN, IN,
	// attribute_exists, attribute_not_exists, attribute_type, begins_with, contains.
	Op   string
	Subs []*Condition
	Args []Operand
}

// Operand is what a condition compares: the value at a path, a value, or what a
// function makes of operands.
type Operand struct {
	Path  attr.Path            // of names and positions
	Value types.AttributeValue // without a path and a function
	Func  string               // size; or list_append, if_not_exists, + and -, which DynamoDB has for updates only
	Args  []Operand            // of the function
}

// Writer gives the paths and values of a text their placeholders. A Builder is
// one.
type Writer interface {
	Doc(attr.Path) string
	Value(types.AttributeValue) string
}

// Text writes the condition as the package expression of the SDK does.
func (c *Condition) Text(w Writer) string {
	switch c.Op {
	case "AND", "OR":
		texts := make([]string, len(c.Subs))
		for i, sub := range c.Subs {
			texts[i] = "(" + sub.Text(w) + ")"
		}
		return strings.Join(texts, " "+c.Op+" ")
	case "NOT":
		return "NOT (" + c.Subs[0].Text(w) + ")"
	}
	args := make([]string, len(c.Args))
	for i := range c.Args {
		args[i] = c.Args[i].text(w)
	}
	switch {
	case functions[c.Op] > 0:
		return c.Op + " (" + strings.Join(args, ", ") + ")"
	case c.Op == "BETWEEN":
		return args[0] + " BETWEEN " + args[1] + " AND " + args[2]
	case c.Op == "IN":
		return args[0] + " IN (" + strings.Join(args[1:], ", ") + ")"
	}
	return args[0] + " " + c.Op + " " + args[1]
}

func (o *Operand) text(w Writer) string {
	switch {
	case o.Path != nil:
		return w.Doc(o.Path)
	case o.Func == "":
		return w.Value(o.Value)
	}
	args := make([]string, len(o.Args))
	for i := range o.Args {
		args[i] = o.Args[i].text(w)
	}
	switch o.Func {
	case "+", "-":
		return strings.Join(args, " "+o.Func+" ")
	case "size":
		return "size (" + args[0] + ")"
	}
	return o.Func + "(" + strings.Join(args, ", ") + ")"
}

// Replace returns the condition with another operand for each path, in the
// order of the text.
func (c *Condition) Replace(path func(attr.Path) (Operand, error)) (*Condition, error) {
	out := &Condition{Op: c.Op}
	for _, sub := range c.Subs {
		s, err := sub.Replace(path)
		if err != nil {
			return nil, err
		}
		out.Subs = append(out.Subs, s)
	}
	var err error
	out.Args, err = replace(c.Args, path)
	return out, err
}

func replace(operands []Operand, path func(attr.Path) (Operand, error)) ([]Operand, error) {
	var out []Operand
	for _, o := range operands {
		var err error
		if o.Path != nil {
			o, err = path(o.Path)
		} else {
			o.Args, err = replace(o.Args, path)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// Paths are the paths that the condition names, in the order of the text.
func (c *Condition) Paths() (paths []attr.Path) {
	c.Replace(func(p attr.Path) (Operand, error) {
		paths = append(paths, p)
		return Operand{Path: p}, nil
	})
	return paths
}
