package commit

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/expr"
)

// Edit is what an update does to one item.
type Edit struct {
	expr.Statement
	Put    map[string]types.AttributeValue // the whole item is replaced
	Delete bool
}

// Action returns the edit of the item key in table.
func (x *Edit) Action(table string, key map[string]types.AttributeValue) Action {
	a := Action{Table: table, Key: key}
	switch {
	case x.Put != nil:
		a.Op, a.Item = Put, x.Put
	case x.Delete:
		a.Op = Delete
	default:
		if a.Change = x.Update(); a.Change == "" {
			a.Op = Check
		} else {
			a.Op = Update
		}
	}
	a.Cond = x.Condition()
	a.Names, a.Values = x.Names, x.Values
	return a
}
