package commit

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
)

// KeyNames are the key attributes of tables, as actions name them. A Put of
// another program names none.
type KeyNames map[string][2]string

// Add notes what an action says of its table.
func (k KeyNames) Add(a *Action) {
	table := tableName(a.Table)
	if _, known := k[table]; known {
		return
	}
	switch {
	case a.KeyIn[0] != "":
		k[table] = a.KeyIn
	case len(a.Key) > 0:
		var names [2]string
		i := 0
		for name := range a.Key {
			if i < len(names) {
				names[i] = name
			}
			i++
		}
		k[table] = names
	}
}

// addAll notes what all actions of plans say.
func (k KeyNames) addAll(plans []*Plan) {
	for _, p := range plans {
		k.Add(&p.Root)
		for i := range p.Parts {
			k.Add(&p.Parts[i].Action)
		}
	}
}

// Of are the key attributes of a table, none if they are not known.
func (k KeyNames) Of(table string) [2]string { return k[tableName(table)] }

// Item identifies the item of an action: equal for equal items, whatever their
// keys look like. It is not ok if the key of the table is not known.
func (k KeyNames) Item(a *Action) (id string, ok bool) {
	key := a.Key
	if key == nil {
		names, known := k[tableName(a.Table)]
		if !known {
			return "", false
		}
		put := *a
		put.KeyIn = names
		key = put.ItemKey()
	}
	text, err := item.AppendCanonical(append([]byte(tableName(a.Table)), 0), &types.AttributeValueMemberM{Value: key})
	return string(text), err == nil
}

// tableName is the name of a table that is named by its ARN.
func tableName(table string) string {
	if strings.HasPrefix(table, "arn:") {
		return table[strings.LastIndexByte(table, '/')+1:]
	}
	return table
}
