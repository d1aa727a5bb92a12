package patch

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
)

// Changes of sets, and the merging of structs.

// include adds elements to a set, which may be absent.
func (p *changes) include(t *place.Target, elements types.AttributeValue) error {
	if done, err := p.putIntoNewParent(t, elements); done || err != nil {
		return err
	}
	x, err := p.edit(t)
	if err != nil {
		return err
	}
	p.parent(x, t)
	p.puts = append(p.puts, putting{t.Owner, t.Rel, model.AddToSet, elements})
	if p.nullable(x, t, item.TypeName(elements)) {
		x.Set(x.Doc(t.Rel), x.Value(elements))
	} else {
		x.Include(x.Doc(t.Rel), x.Value(elements))
	}
	return nil
}

// exclude takes elements out of a set. Of an absent one, and of a NULL, there is
// nothing to take. DynamoDB has no empty sets: with the last element the attribute
// goes.
func (p *changes) exclude(t *place.Target, elements types.AttributeValue) error {
	if elements == nil { // none of them is ever stored
		_, err := p.within(t)
		return err
	}
	x, err := p.edit(t)
	if err != nil {
		return err
	}
	p.parent(x, t)
	if !p.nullable(x, t, item.TypeName(elements)) {
		x.Exclude(x.Doc(t.Rel), x.Value(elements))
	}
	return nil
}
