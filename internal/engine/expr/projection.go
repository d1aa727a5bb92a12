package expr

import "github.com/dystore/dystore/internal/engine/attr"

// Projection is a parsed projection expression.
type Projection struct {
	paths []Path
	tree  tree[struct{}]
}

// Projection parses the text of a ProjectionExpression.
func (s *Scope) Projection(text string) (*Projection, error) {
	paths, err := parse(s, "ProjectionExpression", text, func(p *parser) []Path {
		list := []Path{p.path()}
		for p.accept(",") {
			list = append(list, p.path())
		}
		p.disjoint(list)
		return list
	})
	if err != nil {
		return nil, err
	}
	return projection(paths), nil
}

func projection(paths []Path) *Projection {
	result := &Projection{paths: paths}
	for _, path := range paths {
		result.tree.add(path, struct{}{})
	}
	return result
}

// Paths are the paths in the order of the text.
func (p *Projection) Paths() []Path {
	if p == nil {
		return nil
	}
	return p.paths
}

// Apply returns the projected part of an item. The result shares values with
// the item. If the item has nothing of the projection, the result is empty and
// not nil. A nil projection is the whole item.
func (p *Projection) Apply(item attr.Item) attr.Item {
	if p == nil || item == nil {
		return item
	}
	if result := selectItem(&p.tree, item); result != nil {
		return result
	}
	return attr.Item{}
}
