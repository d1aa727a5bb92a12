package kit

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dystore/dystore/internal/stored"
)

// Debris is what staged writes that were cut off have left, beside whole objects.
type Debris struct {
	Copies       int // that no root names, and none ever will
	Pieces       int // of copies that are not there
	InFlight     int // that no root names, of a write over the state in which the root is
	Superseded   int // items of transactions that a staged write has replaced
	Placeholders int // of objects that were to be created
	Tombstones   int // of objects that are being deleted
	Problems     []string
}

// DebrisIn is Debris of tables.
func DebrisIn(tables []StoredTable) Debris { return dumpOf(tables).Debris("") }

// None reports whether there is nothing at all.
func (b *Debris) None() bool {
	return b.Copies+b.Pieces+b.InFlight+b.Superseded+b.Placeholders+b.Tombstones+len(b.Problems) == 0
}

// Debris compares the manifest of every root with the stored items, as Problems does, and
// tells debris from damage. What a root names must be there, with the stamp that it
// names. What none names must be a copy that says over which state of its root it was to
// be named, or an item under the key of a part that the root names elsewhere by now.
func (d *Dump) Debris(record string) (b Debris) {
	j := d.judge(record, true)
	for _, root := range j.roots {
		switch {
		case !root.Void:
		case root.Version == 1 && len(root.Parts) == 0:
			b.Placeholders++
		default:
			b.Tombstones++
		}
	}
	for at, item := range j.parts {
		rec, err := stored.DecodePart(item[j.record])
		root := j.roots[rec.Owner]
		n, piece := rec.PieceOf()
		switch {
		case err != nil:
			j.problem(at, "%v", err)
		case piece && j.parts[place{at.table, strings.TrimSuffix(at.key, stored.PieceKey("", n))}] == nil:
			b.Pieces++
		case piece: // it goes with what it is a piece of
		case !strings.HasPrefix(at.key, rec.Owner+"/") && !strings.HasPrefix(at.key, "~h"):
			j.problem(at, "the key is not one of a part of %s", rec.Owner)
		case rec.Base != (stored.Base{}) && root != nil && rec.Base == root.Base():
			b.InFlight++
		case rec.Base != (stored.Base{}):
			b.Copies++
		case root != nil && root.Parts[rec.Inst].Stamp == rec.Stamp:
			j.problem(at, "the root names the part %s with this stamp elsewhere", rec.Inst)
		default:
			b.Superseded++
		}
	}
	slices.Sort(j.problems)
	b.Problems = j.problems
	return b
}

func (j *judgement) problem(at place, format string, args ...any) {
	j.problems = append(j.problems, fmt.Sprintf("%s %q: ", at.table, at.key)+fmt.Sprintf(format, args...))
}

// adoption is the change that gives an item a record and nothing else.
var adoption = regexp.MustCompile(`^SET (#\w+) = :\w+$`)

// Adopts reports whether a request gives an item of another program a record, so that a
// staged write can be over it, and changes nothing else.
func Adopts(operation string, body []byte) bool {
	type update struct {
		UpdateExpression         string
		ConditionExpression      string
		ExpressionAttributeNames map[string]string
	}
	var in struct {
		update
		TransactItems []struct{ Update *update }
	}
	if json.Unmarshal(body, &in) != nil {
		return false
	}
	switch {
	case operation == "UpdateItem":
	case operation == "TransactWriteItems" && len(in.TransactItems) == 1 && in.TransactItems[0].Update != nil:
		in.update = *in.TransactItems[0].Update
	default:
		return false
	}
	sets := adoption.FindStringSubmatch(in.UpdateExpression)
	return sets != nil && in.ExpressionAttributeNames[sets[1]] == "_meta" && strings.Contains(in.ConditionExpression, "attribute_not_exists("+sets[1]+")")
}

// Pins reports whether a request makes a state of a root item that a staged write goes on
// from: a placeholder, or a record of an item of another program. Readers see no difference.
func Pins(operation string, body []byte) bool {
	var in struct {
		Item          map[string]json.RawMessage
		TransactItems []struct {
			Put *struct{ Item map[string]json.RawMessage }
		}
	}
	if Adopts(operation, body) || json.Unmarshal(body, &in) != nil {
		return Adopts(operation, body)
	}
	if len(in.TransactItems) == 1 && in.TransactItems[0].Put != nil {
		in.Item = in.TransactItems[0].Put.Item
	}
	var record struct {
		M struct {
			X *json.RawMessage              `json:"x"`
			Y struct{ L []json.RawMessage } `json:"y"`
			M *json.RawMessage              `json:"m"`
		}
	}
	return json.Unmarshal(in.Item["_meta"], &record) == nil && record.M.X != nil && len(record.M.Y.L) == 0 && record.M.M == nil
}
