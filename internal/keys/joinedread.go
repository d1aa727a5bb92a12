package keys

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/joined"
	"github.com/dystore/dystore/internal/tables"
)

// Fits reports whether a key has the words of this one, and as many segments. An item
// without a record whose key does not is no object of the model.
func (j *Joined) Fits(parts []types.AttributeValue) bool {
	_, err := j.split(parts)
	return err == nil
}

// Check returns why a key is none of the model.
func (j *Joined) Check(parts []types.AttributeValue) error {
	_, err := j.parse(parts)
	return err
}

// split finds the segments of the fields in a key.
func (j *Joined) split(parts []types.AttributeValue) (segments, error) {
	of := j.unknown()
	for i := range j.attrs {
		a := &j.attrs[i]
		text, ok := parts[i].(*types.AttributeValueMemberS)
		if !ok {
			return nil, fmt.Errorf("%s is no text", a.Name)
		}
		texts := joined.Split(text.Value)
		fits := len(texts) == len(a.components)
		for n := 0; fits && n < len(texts); n++ {
			c := a.components[n]
			if c.field == nil {
				fits = c.word == texts[n]
				continue
			}
			fits = of[c.field.at] == unknown || of[c.field.at] == texts[n] // it may be in both attributes
			of[c.field.at] = texts[n]
		}
		if !fits {
			return nil, fmt.Errorf("%s is %q, which has not the form %s", a.Name, text.Value, a)
		}
	}
	return of, nil
}

// locate is Spec.Locate of a field.
func (j *Joined) locate(f *joinedField) (at int, read func(attribute string) (string, error)) {
	for i := range j.attrs {
		a := &j.attrs[i]
		n := slices.IndexFunc(a.components, func(c component) bool { return c.field == f })
		if n < 0 {
			continue
		}
		return i, func(attribute string) (string, error) {
			texts := joined.Split(attribute)
			if len(texts) != len(a.components) {
				return "", fmt.Errorf("%s has not the form %s", a.Name, a)
			}
			av, err := f.attribute(texts[n])
			switch av := av.(type) {
			case *types.AttributeValueMemberN:
				return av.Value, err
			case *types.AttributeValueMemberB:
				return string(av.Value), err
			}
			return av.(*types.AttributeValueMemberS).Value, err
		}
	}
	panic("keys: the field is in no attribute")
}

// parse reads the fields in a key, by joinedField.at.
func (j *Joined) parse(parts []types.AttributeValue) ([]reflect.Value, error) {
	of, err := j.split(parts)
	if err != nil {
		return nil, err
	}
	values := make([]reflect.Value, len(of))
	for i, f := range j.fields {
		if values[i], err = f.parse(of[i]); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// Parse fills the fields of a T from its key.
func (s *Spec) Parse(key tables.Key, ptr reflect.Value) error {
	switch {
	case len(s.Errs) > 0:
		return Declared(s.Errs[0])
	case ptr.IsNil():
		return fmt.Errorf("the %s is nil", ptr.Type())
	case key.Err != nil:
		return fmt.Errorf("key: %w", key.Err)
	case len(key.Parts) != len(s.Joined.attrs):
		return fmt.Errorf("key: it has %d parts, those of the declaration have %d", len(key.Parts), len(s.Joined.attrs))
	}
	values, err := s.Joined.parse(key.Parts)
	if err != nil {
		return fmt.Errorf("key: %w", err)
	}
	for i, f := range s.Joined.fields {
		f.lens.Set(ptr, values[i])
	}
	return nil
}

// Fill completes a T that was decoded from a document: what the document has of the
// key must be what the key says, and what it lacks is taken from there.
func (j *Joined) Fill(key tables.Key, doc map[string]types.AttributeValue, ptr reflect.Value) error {
	of, err := j.split(key.Parts)
	if err != nil {
		return fail.Withf(fail.ErrCorrupt, "key: %w", err)
	}
	for i, f := range j.fields {
		if item.Absent(doc[f.name]) {
			v, err := f.parse(of[i])
			if err != nil {
				return fail.At(f.lens.Path, fail.Withf(fail.ErrCorrupt, "key: %w", err))
			}
			f.lens.Set(ptr, v)
			continue
		}
		v, _ := f.lens.Get(ptr)
		if err := f.agrees(v, of[i]); err != nil {
			return err
		}
	}
	return nil
}

// Value is the attribute of a field that the key is made of: as it is stored, or else
// what the key says. Other attributes stay as they are.
func (j *Joined) Value(key tables.Key, path attr.Path, av types.AttributeValue) (types.AttributeValue, error) {
	if !j.Has(path) {
		return av, nil
	}
	f := j.named(path[0].Name)
	of, err := j.split(key.Parts)
	if err != nil {
		return nil, fail.Withf(fail.ErrCorrupt, "key: %w", err)
	}
	v := reflect.New(f.lens.Value).Elem()
	switch {
	case item.Absent(av):
		if v, err = f.parse(of[f.at]); err == nil {
			av, err = f.codec.Encode(v)
		}
		if err != nil {
			err = fail.At(path, fail.Withf(fail.ErrCorrupt, "key: %w", err))
		}
	case f.codec.Decode(av, v) == nil: // otherwise the caller finds out, and says why
		err = f.agrees(v, of[f.at])
	}
	return av, err
}

// Has reports whether the key is made of the field at a path.
func (j *Joined) Has(path attr.Path) bool {
	return j != nil && len(path) == 1 && j.named(path[0].Name) != nil
}

// Stored is what a write stores of the field at a path that the key is made of, nil
// for nothing.
func (j *Joined) Stored(key tables.Key, path attr.Path) (types.AttributeValue, error) {
	f := j.named(path[0].Name)
	of, err := j.split(key.Parts)
	if err != nil {
		return nil, err
	}
	v, err := f.parse(of[f.at])
	if err != nil {
		return nil, err
	}
	return f.lens.Encode(v)
}
