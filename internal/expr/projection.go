package expr

import "strings"

// Projection is what a read returns of an item.
type Projection struct {
	Expression string            // ProjectionExpression
	Names      map[string]string // ExpressionAttributeNames
}

// Project returns the projection of document paths that b has made. Nothing may
// be asked of b afterwards.
func (b *Builder) Project(docs ...string) *Projection {
	return &Projection{strings.Join(docs, ", "), b.Names}
}
