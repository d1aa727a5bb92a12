package wire

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Written are attributes of an item that have been written as the JSON that they are sent as.
// In a map of attributes they stand under [WrittenName]. What sends the item writes them, or
// replaces them: see [Expand].
type Written struct {
	types.AttributeValue        // of none of its types
	JSON                 []byte // as members of an object, without what is late
	Late                 []Late // in the order of their places
	Size                 int    // what the attributes count in an item
}

// Late is a long text, or long bytes: it is written with the request, so that there is one
// copy of it.
type Late struct {
	At     int // in the JSON
	Text   string
	Binary []byte // nil: it is a text
}

// Long is from which length texts and bytes are late.
const Long = 4 << 10

// WrittenName is no name of an attribute.
const WrittenName = ""

// Append appends the attributes as members of an object.
func (w *Written) Append(b []byte) []byte {
	from := 0
	for _, l := range w.Late {
		b = append(b, w.JSON[from:l.At]...)
		if from = l.At; l.Binary != nil {
			b = AppendBinary(b, l.Binary)
		} else {
			b = AppendString(b, l.Text)
		}
	}
	return append(b, w.JSON[from:]...)
}

// Len is about how long the JSON is.
func (w *Written) Len() int {
	n := len(w.JSON)
	for _, l := range w.Late {
		n += len(l.Text) + len(l.Binary)/3*4 + 4
	}
	return n
}

// IsWritten reports whether an item has attributes that are written.
func IsWritten(attrs map[string]types.AttributeValue) bool {
	_, ok := attrs[WrittenName].(*Written)
	return ok
}

// Expand returns an item with the attributes that were written as attribute values. An item
// that has none is returned as it is.
func Expand(attrs map[string]types.AttributeValue) (map[string]types.AttributeValue, error) {
	w, ok := attrs[WrittenName].(*Written)
	if !ok {
		return attrs, nil
	}
	a, err := Read(append(w.Append([]byte(`{"Item":{`)), `}}`...), One, "")
	if err != nil {
		return nil, err
	}
	out := maps.Clone(attrs)
	delete(out, WrittenName)
	maps.Copy(out, a.Items[0].Attrs())
	return out, nil
}
