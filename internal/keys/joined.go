package keys

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/joined"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/tables"
)

// Joined says what the attributes of a joined key are made of: words, and fields of T
// that are attributes of their own as well.
type Joined struct {
	attrs  []joinedAttr
	fields []*joinedField // each once
}

type joinedAttr struct {
	*Attr
	components []component
}

// component is a field, or else a word.
type component struct {
	word  string
	field *joinedField
}

// JoinedAttr is the declaration of one attribute of a joined key.
type JoinedAttr struct {
	Name       string
	Components []*model.Component // nil for one that is nil
}

// NewJoined declares a key whose attributes are texts made of several values.
func NewJoined(fn string, t reflect.Type, attrs []JoinedAttr) *Spec {
	s := &Spec{Joined: &Joined{}}
	if len(attrs) > 2 {
		s.Decline(fn, t, "", fmt.Sprintf("%d attributes; a key has a partition key and at most one sort key", len(attrs)))
		return s
	}
	for _, a := range attrs {
		s.join(fn, t, a)
	}
	return s
}

// join declares the next attribute.
func (s *Spec) join(fn string, t reflect.Type, declared JoinedAttr) {
	decline := func(path, reason string, args ...any) { s.Decline(fn, t, path, fmt.Sprintf(reason, args...)) }
	if why := tables.BadName(declared.Name); why != "" {
		decline("", "%s", why)
	}
	if len(declared.Components) == 0 {
		decline(declared.Name, "it is made of nothing; name the words and fields that it is joined of")
	}
	a := joinedAttr{Attr: &Attr{Name: declared.Name, Typ: reflect.TypeFor[string](), Form: FormOf(codec.For(reflect.TypeFor[string]())), Path: fail.Text(declared.Name)}}
	for i, c := range declared.Components {
		switch {
		case c == nil:
			decline(declared.Name, "component %d is nil", i+1)
		case c.Lens == nil && c.Word == "":
			decline(declared.Name, "a word is empty")
		case c.Lens == nil && !joined.Plain(c.Word):
			decline(declared.Name, "the word %q has a character up to $, which is no part of a word; # separates words", c.Word)
		case c.Lens == nil:
			if !utf8.ValidString(c.Word) {
				decline(declared.Name, "the word %q is not valid UTF-8", c.Word)
			}
			a.components = append(a.components, component{word: c.Word})
		default:
			f, err := newJoinedField(fn, c.Lens)
			if err != nil {
				s.Errs = append(s.Errs, err)
				continue
			}
			f = s.Joined.add(f)
			if slices.ContainsFunc(a.components, func(c component) bool { return c.field == f }) {
				decline(f.name, "the field is twice in %s", declared.Name)
			}
			a.components = append(a.components, component{field: f})
		}
	}
	s.Attrs = append(s.Attrs, a.Attr)
	s.Joined.attrs = append(s.Joined.attrs, a)
}

// add adds a field, or returns the one that has its name already.
func (j *Joined) add(f *joinedField) *joinedField {
	if known := j.named(f.name); known != nil {
		return known
	}
	f.at = len(j.fields)
	j.fields = append(j.fields, f)
	return f
}

// field is the field of a lens, nil if the key has none.
func (j *Joined) field(l *model.Lens) *joinedField {
	if l == nil || len(l.Path) != 1 {
		return nil
	}
	return j.named(l.Path[0].Name)
}

// named is the field with an attribute name, nil if the key has none.
func (j *Joined) named(name string) *joinedField {
	if i := slices.IndexFunc(j.fields, func(f *joinedField) bool { return f.name == name }); i >= 0 {
		return j.fields[i]
	}
	return nil
}

// Names are those of the fields; a key that is not joined has none.
func (j *Joined) Names() (names []string) {
	if j != nil {
		for _, f := range j.fields {
			names = append(names, f.name)
		}
	}
	return names
}

// segments are the segments of fields, by joinedField.at.
type segments []string

// unknown is what a field has that has no segment: no segment has a separator.
const unknown = joined.Separator

// unknown are the segments of no field.
func (j *Joined) unknown() segments { return slices.Repeat(segments{unknown}, len(j.fields)) }

// leading are the segments of an attribute up to the first field that has none, which
// is left, and how many components follow that.
func (a *joinedAttr) leading(of segments) (texts []string, left *joinedField, after int) {
	for i, c := range a.components {
		text := c.word
		if c.field != nil {
			if text = of[c.field.at]; text == unknown {
				return texts, c.field, len(a.components) - i - 1
			}
		}
		texts = append(texts, text)
	}
	return texts, nil, 0
}

// value is the attribute whose text is checked; the segments of all fields are known.
func (a *joinedAttr) value(pos int, of segments) (types.AttributeValue, error) {
	texts, _, _ := a.leading(of)
	return a.checkedText(pos, joined.Join(texts))
}

func (a *joinedAttr) checkedText(pos int, text string) (types.AttributeValue, error) {
	av := item.String(text)
	if err := tables.CheckKeyValue(pos, av); err != nil {
		return nil, fmt.Errorf("%s %w", a.Name, err)
	}
	return av, nil
}

// key is the key of segments.
func (j *Joined) key(of segments) tables.Key {
	k := tables.Key{Parts: make([]types.AttributeValue, len(j.attrs))}
	for i := range j.attrs {
		if k.Parts[i], k.Err = j.attrs[i].value(i, of); k.Err != nil {
			return k
		}
	}
	return k
}

// KeyOf is the key of a T.
func (j *Joined) KeyOf(root reflect.Value) tables.Key {
	of := j.unknown()
	for i, f := range j.fields {
		v, _ := f.lens.Get(root) // never behind a pointer, so it is always there
		var err error
		if of[i], err = f.segment(v, false); err != nil {
			return tables.Key{Err: err}
		}
	}
	return j.key(of)
}

// KeyWith is the key of an object for which conditions hold: an Eq of each field.
func (s *Spec) KeyWith(conds []*model.Cond) tables.Key {
	if len(s.Errs) > 0 {
		return tables.Key{Err: s.Errs[0]}
	}
	of, err := s.Joined.equal(conds, false)
	if err != nil {
		return tables.Key{Err: err}
	}
	for i, f := range s.Joined.fields {
		if of[i] == unknown {
			return tables.Key{Err: fmt.Errorf("%s is part of the key; say what it is equal to", f.name)}
		}
	}
	return s.Joined.key(of)
}

// equal are the segments of what conditions say, each an Eq of a field of the key.
// They are those of what is stored, or of operands.
func (j *Joined) equal(conds []*model.Cond, operand bool) (segments, error) {
	of := j.unknown()
	for _, c := range conds {
		switch {
		case c == nil:
			return nil, errors.New("a condition is nil")
		case c.Err != nil:
			return nil, c.Err
		case c.Lens == nil:
			return nil, errors.New("a key is compared with Eq; what else there is to say, Where takes")
		}
		f := j.field(c.Lens)
		switch {
		case f == nil:
			return nil, fmt.Errorf("%s is no field of the key; Where takes other conditions", c.Lens.Path)
		case c.Op != model.Eq:
			return nil, fmt.Errorf("%s: a key is compared with Eq here; bounds of the next field come with repo.Then", f.name)
		case of[f.at] != unknown:
			return nil, fmt.Errorf("%s is given twice", f.name)
		}
		var err error
		if of[f.at], err = f.segment(c.Values[0], operand); err != nil {
			return nil, err
		}
	}
	return of, nil
}

// String describes an attribute as its keys look, fields by their names.
func (a *joinedAttr) String() string {
	texts := make([]string, len(a.components))
	for i, c := range a.components {
		if texts[i] = c.word; c.field != nil {
			texts[i] = "{" + c.field.name + "}"
		}
	}
	return strings.Join(texts, joined.Separator)
}
