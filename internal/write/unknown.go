package write

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/attr"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

// Parts of attributes that today's type does not have: another version of the
// program wrote them, and while both run this one must not erase them.

// keepUnknown keeps the parts of a place that only another version knows, as long
// as doc has something to hold them, or gets it back with the attributes that
// today's type does not know.
func (a *aligner) keepUnknown(p *place.Place, base stored.Inst, doc attrs) {
	full := p.Path[:len(p.Path)-len(p.Rel)]
	for i, seg := range p.Rel[:len(p.Rel)-1] {
		m, ok := doc[seg.Name].(*types.AttributeValueMemberM)
		if !ok {
			if doc[seg.Name] != nil || !a.unknown(attr.Join(full, p.Rel[:i+1])) {
				return
			}
			break
		}
		doc = m.Value
	}
	a.carried = append(a.carried, base.Join(p.Rel))
}

// unknown reports whether neither this program nor, of an object of an earlier version,
// the type of that version knows a path.
func (a *aligner) unknown(path attr.Path) bool {
	former, _ := schema.FormerOf(a.s, a.meta) // without it nothing was read
	return former.Unknown(a.s, path)
}

// unknownParts finds the elements of a stored list that have parts or divided
// lists of places which only another version knows: for each the path to one,
// from the element, or nil.
func (a *aligner) unknownParts(list stored.Inst, old []stored.Element) []attr.Path {
	found := make([]attr.Path, len(old))
	if a.snap == nil || a.meta == nil || a.meta.LayoutID == a.s.Tree.ID {
		return found
	}
	inList := len(stored.PlaceOf(list)) + 1
	for _, inst := range slices.Concat(sorted.Keys(a.meta.Parts), sorted.Keys(a.meta.Orders)) {
		if !inst.Under(list) || !a.unknown(stored.PlaceOf(inst)) {
			continue
		}
		for i, e := range old {
			if found[i] == nil && !e.Nil && inst.Under(list.Elem(e.ID)) {
				found[i] = stored.PlaceOf(inst)[inList:]
			}
		}
	}
	return found
}
