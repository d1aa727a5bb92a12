package keys

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/lens"
)

// Sought is an encrypted value that a range is of. The index has a tag of it.
type Sought struct {
	Blind   *model.Blind
	Scope   string
	Content []byte // of the value
}

func newSought(of *model.Sought) (*Sought, error) {
	s := &Sought{Blind: of.Blind}
	if len(s.Blind.Errs) > 0 {
		return nil, Declared(s.Blind.Errs[0])
	}
	switch {
	case of.Scope != nil && s.Blind.Scope == nil:
		return nil, s.wrong("it has no scopes; leave out Within")
	case of.Scope == nil && s.Blind.Scope != nil:
		return nil, s.wrong("it has keys of their own for each %s; Within says whose objects are searched", s.Blind.Scope.Path)
	case of.Scope != nil && *of.Scope == "":
		return nil, s.wrong("the scope is empty")
	case of.Scope != nil:
		s.Scope = *of.Scope
	}
	av, err := s.Blind.Of.EncodeOperand(of.Value)
	if err == nil {
		s.Content, err = s.Blind.Content(av)
	}
	if err == nil && s.Content == nil {
		return nil, s.wrong("an empty value has no tag, and is not found")
	}
	return s, err
}

func (s *Sought) wrong(reason string, args ...any) error {
	b := s.Blind
	return &lens.Error{Func: "cipher.Blind.Eq", Type: b.Root.String(), Path: b.Of.Path.String(), Reason: fmt.Sprintf(reason, args...)}
}

// Is reports whether a stored value, opened, is the one that is looked for.
func (s *Sought) Is(av types.AttributeValue) bool {
	content, err := s.Blind.Content(av)
	return err == nil && content != nil && bytes.Equal(content, s.Content)
}

// Sought are the encrypted values that the range is of.
func (r *Range) Sought() (all []*Sought) {
	for _, eq := range r.equal {
		if eq.sought != nil {
			all = append(all, eq.sought)
		}
	}
	return all
}

// Resolved is the range with the tags that a function makes of the encrypted values.
func (r *Range) Resolved(tag func(*Sought) ([]byte, error)) (*Range, error) {
	c := r.Copy()
	c.equal = slices.Clone(r.equal)
	for i := range c.equal {
		eq := &c.equal[i]
		if eq.sought == nil {
			continue
		}
		made, err := tag(eq.sought)
		if err != nil {
			return nil, err
		}
		eq.value = &types.AttributeValueMemberB{Value: made}
	}
	return c, nil
}
