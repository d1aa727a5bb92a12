package linear

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// pair is how many objects a schedule has at most. Their names are a and b.
const pair = 2

var objectNames = [pair + 1]string{"a", "b", "the count"}

// estate says where the objects are. Every release has them there.
type estate struct {
	name     string
	tables   [pair]string // of root items
	entities [pair]string
	keys     [pair]string
}

var estates = []estate{
	{"two tables", [pair]string{"Docs", "Mates"}, [pair]string{"Docs", "Mates"}, [pair]string{"k", "k"}},
	{"two entities in one table", [pair]string{"Docs", "Docs"}, [pair]string{"Docs", "Mates"}, [pair]string{"k", "l"}},
	{"one repository", [pair]string{"Docs", "Docs"}, [pair]string{"Docs", "Docs"}, [pair]string{"k", "l"}},
}

// single reports whether one repository has both objects.
func (e *estate) single() bool { return e.entities[0] == e.entities[1] }

// rootTables are the tables of root items, each once.
func (e *estate) rootTables() []string {
	if e.tables[0] == e.tables[1] {
		return e.tables[:1]
	}
	return e.tables[:]
}

// rank is the attribute by which an object is known, also where a type has no key. It
// never changes.
func rank(object int) int { return object + 1 }

// key is that of the root item of an object.
func (e *estate) key(object int) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"ID": text(e.keys[object])}
}

// keyOf is the key of the object of a rank. Beyond the two there are bystanders, beside
// object a.
func (e *estate) keyOf(rank int) string {
	if rank > pair {
		return fmt.Sprint("m", rank)
	}
	return e.keys[rank-1]
}
