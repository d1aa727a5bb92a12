// Package damage is what is wrong with the parts of a stored object, and what is left of
// the object without them.
package damage

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

// Cause is what is wrong with a part.
type Cause string

// The causes. Package repo has them under its own names.
const (
	Missing      Cause = "missing"
	OtherVersion Cause = "of another version"
	OtherOwner   Cause = "of another owner"
	Undecodable  Cause = "undecodable"
	Unreachable  Cause = "unreachable"
)

// Part is a damaged part.
type Part struct {
	Inst  stored.Inst
	At    stored.Location // where its item belongs
	Cause Cause
	Stamp stored.ID // of the item that is there, if its record can be read
	Err   error
}

// Find judges what is at the place of a part and is not the part that the manifest names.
// where is that place in errors, it the item that is there, nil if none is.
func Find(inst stored.Inst, where string, it map[string]types.AttributeValue, metaAttr, owner string) Part {
	p := Part{Inst: inst}
	var reason string
	p.Cause, p.Stamp, reason = cause(it, metaAttr, owner)
	p.Err = fail.At(fail.Text(inst), fail.Withf(fail.ErrCorrupt, "%s%s", where, reason))
	return p
}

func cause(it map[string]types.AttributeValue, metaAttr, owner string) (Cause, stored.ID, string) {
	if it == nil {
		return Missing, stored.ID{}, ", a part of the object, is missing"
	}
	rec, err := stored.DecodePart(it[metaAttr])
	says, _ := item.Follow(it, attr.Names(metaAttr, "o")).(*types.AttributeValueMemberS)
	switch {
	case says == nil || says.Value != owner:
		return OtherOwner, stored.ID{}, " belongs to another object"
	case err != nil && item.Follow(it, attr.Names(metaAttr, "c")) != nil:
		return Undecodable, stored.ID{}, ", a part of the object, is in pieces, and not all of them are there"
	case err != nil:
		return Undecodable, stored.ID{}, fmt.Sprintf(", a part of the object, has no record that can be read: %v", err)
	}
	return OtherVersion, rec.Stamp, " is not the version that the object refers to"
}

// Report is the damage of one object in one state. A nil one is of an object without.
type Report struct {
	base   stored.Base
	parts  map[stored.Inst]*Part
	pages  []Part                          // of the manifest
	listed map[stored.Inst]bool            // elements whose place in their list is known, where pages are missing
	item   map[string]types.AttributeValue // the root item, then
	whole  *stored.Root                    // as it is stored
}

// Note adds parts to a report about the object that root describes, which may be mended
// already. It returns the report, and the record without what is wrong.
func (r *Report) Note(root *stored.Root, parts ...Part) (*Report, *stored.Root) {
	if r == nil || r.base != root.Base() {
		r = &Report{base: root.Base(), parts: map[stored.Inst]*Part{}, whole: root}
	}
	for i := range parts {
		r.parts[parts[i].Inst] = &parts[i]
	}
	return r, r.mend()
}

// Over is the report about an object whose root was read again, and its record without
// what is wrong. What was found is true of the state that it was found in.
func (r *Report) Over(root *stored.Root) (*Report, *stored.Root) {
	if r == nil || root == nil || r.base != root.Base() {
		return nil, root
	}
	r.whole = root
	return r, r.mend()
}

// Gone reports whether the object is without a part because of the damage.
func (r *Report) Gone(inst stored.Inst) bool {
	p := r.parts[inst]
	return p != nil && p.Cause != OtherVersion
}

// Lost are the parts that the object is without.
func (r *Report) Lost() []stored.Inst {
	return slices.DeleteFunc(sorted.Keys(r.parts), func(inst stored.Inst) bool { return !r.Gone(inst) })
}

// Err is the report as an error, about the object with a key; nil if there is no damage.
func (r *Report) Err(key []types.AttributeValue) error {
	if r == nil {
		return nil
	}
	e := &Error{Parts: slices.Clone(r.pages), whole: r.whole}
	for _, inst := range sorted.Keys(r.parts) {
		p := *r.parts[inst]
		p.At = r.whole.Locate(inst, key)
		e.Parts = append(e.Parts, p)
	}
	return e
}

// Error is the damage of an object as an error. Its parts are sorted by their instances.
// Those without one are pages of the manifest.
type Error struct {
	Parts []Part
	whole *stored.Root
}

// Kept are the entries of parts that are there, though the object cannot have them: who
// takes them out of the manifest has to delete the items.
func (e *Error) Kept() map[stored.Inst]stored.Ref {
	kept := map[stored.Inst]stored.Ref{}
	for _, p := range e.Parts {
		if p.Cause == Undecodable || p.Cause == Unreachable {
			kept[p.Inst] = e.whole.Parts[p.Inst]
		}
	}
	return kept
}

// shown is how many parts are in the text of an error.
const shown = 3

func (e *Error) Error() string {
	var texts []string
	for _, p := range e.Parts[:min(len(e.Parts), shown)] {
		texts = append(texts, strings.TrimPrefix(string(p.Inst)+": "+p.Err.Error(), ": "))
	}
	if more := len(e.Parts) - shown; more > 0 {
		texts = append(texts, fmt.Sprint(more, " more"))
	}
	return fmt.Sprintf("damaged parts: %d: %s", len(e.Parts), strings.Join(texts, "; "))
}

// Unwrap returns the errors of the parts.
func (e *Error) Unwrap() []error {
	errs := make([]error, len(e.Parts))
	for i := range e.Parts {
		errs[i] = e.Parts[i].Err
	}
	return errs
}

// Of is the damage that an error is, nil if it is another.
func Of(err error) *Error {
	e, _ := errors.AsType[*Error](err)
	return e
}
