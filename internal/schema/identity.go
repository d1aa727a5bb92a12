package schema

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/snapshot"
	"github.com/dystore/dystore/lens"
)

func (c *compiler) identity(i *model.Identity) {
	c.decl(i.Err)
	if c.s.Identity == nil {
		c.s.Identity = &snapshot.Identity{}
	}
	for _, l := range i.Lenses {
		if !c.known("repo.Identity", l) {
			continue
		}
		list, key, why := elementKey(l)
		if why == "" && !c.s.Identity.Add(list, key) {
			why = fmt.Sprintf("the elements of %s have another identity already", list)
		}
		if why != "" {
			c.errs = append(c.errs, &lens.Error{Func: "repo.Identity", Type: c.s.Typ.String(), Path: l.GoPath(), Reason: why})
		}
	}
}

// elementKey returns the list whose elements a field identifies, and the key;
// or why it cannot be one.
func elementKey(l *model.Lens) (list attr.Path, key *snapshot.Key, why string) {
	last := -1
	for i, s := range l.Path {
		switch s.Kind {
		case attr.Index, attr.Key:
			return nil, nil, "it is in one element or entry; name all of them with lens.Each or lens.EachValue"
		case attr.AnyElem, attr.AnyValue:
			last = i
		}
	}
	switch {
	case last < 0 || l.Path[last].Kind != attr.AnyElem:
		return nil, nil, "it is no field of the elements of a list; make its lens with lens.Each"
	case last == len(l.Path)-1:
		return nil, nil, "it is an element; name a field of it"
	}
	switch l.Codec.Kind() {
	case codec.String, codec.Number, codec.Binary, codec.Custom:
	default:
		return nil, nil, fmt.Sprintf("it is a %s; what tells elements apart is a string, a number or binary", l.Codec.Kind())
	}
	key = &snapshot.Key{}
	for _, s := range l.Path[last+1:] {
		key.Path = append(key.Path, s.Name)
	}
	if zero, err := l.Codec.Encode(reflect.Zero(l.Codec.Type())); err == nil {
		key.Zero = zero
	}
	return l.Path[:last], key, ""
}

// NewIdentity declares the fields that tell the elements of lists of a t apart.
func NewIdentity(t reflect.Type, fields []*model.Lens) *model.Identity {
	i := &model.Identity{}
	var errs []error
	decline := func(format string, args ...any) {
		errs = append(errs, &lens.Error{Func: "repo.Identity", Type: t.String(), Reason: fmt.Sprintf(format, args...)})
	}
	if len(fields) == 0 {
		decline("no fields; name the one that tells the elements of a list apart")
	}
	for n, l := range fields {
		switch {
		case l == nil:
			decline("field %d is nil", n+1)
		case l.Err != nil:
			errs = append(errs, l.Err)
		default:
			i.Lenses = append(i.Lenses, l)
		}
	}
	i.Err = errors.Join(errs...)
	return i
}
