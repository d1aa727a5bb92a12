package keys

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Text describes an index in a line.
func (x *Index) Text() string {
	line := "index " + x.Name + ": " + attrText(x.Partition)
	if x.Local() {
		line = "local " + line
	}
	if len(x.Sort) > 0 {
		line += ", sorted by " + attrText(x.Sort)
	}
	switch x.Projection {
	case types.ProjectionTypeKeysOnly:
		line += ", keys only"
	case types.ProjectionTypeInclude:
		names := make([]string, len(x.Include))
		for i, l := range x.Include {
			names[i] = l.Path[0].Name
		}
		line += ", with " + strings.Join(names, ", ")
	}
	return line
}

// Text describes the attributes of a key, and what they are made of.
func (k *Spec) Text() string {
	if k.Joined == nil {
		return attrText(k.Attrs)
	}
	texts := make([]string, len(k.Joined.attrs))
	for i := range k.Joined.attrs {
		a := &k.Joined.attrs[i]
		texts[i] = fmt.Sprintf("%s (%s) %s", a.Name, a.Kind, a)
	}
	return strings.Join(texts, ", ")
}

func attrText(attrs []*Attr) string {
	texts := make([]string, len(attrs))
	for i, a := range attrs {
		texts[i] = a.Name + " (" + string(a.Kind) + ")"
	}
	return strings.Join(texts, ", ")
}
