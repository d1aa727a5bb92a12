package wire

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Written is JSON in a map of attributes: what an item has of it has been written as it is
// sent. Under [WrittenName] stand several attributes, as members of an object, and under any
// other name the value of that attribute. What sends the item writes it, or replaces it: see
// [Expand].
type Written struct {
	types.AttributeValue        // of none of its types
	JSON                 []byte // without what is late
	Late                 []Late // in the order of their places
	Size                 int    // what it counts in an item, without the name that it stands under
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

// Append appends the JSON.
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

// IsWritten reports whether an item has anything that is written.
func IsWritten(attrs map[string]types.AttributeValue) bool {
	for _, av := range attrs {
		if _, ok := av.(*Written); ok {
			return true
		}
	}
	return false
}

// Expand returns an item with what was written as attribute values. An item that has nothing
// of the kind is returned as it is.
func Expand(attrs map[string]types.AttributeValue) (map[string]types.AttributeValue, error) {
	if !IsWritten(attrs) {
		return attrs, nil
	}
	own, w := make(map[string]types.AttributeValue, len(attrs)), Writer{B: []byte(`{"Item":{`)}
	first := len(w.B)
	for name, av := range attrs {
		if written, ok := av.(*Written); ok {
			w.written(first, name, written)
		} else {
			own[name] = av
		}
	}
	a, err := Read(append(w.B, `}}`...), One, "")
	if err != nil {
		return nil, err
	}
	maps.Copy(own, a.Items[0].Attrs())
	return own, nil
}
