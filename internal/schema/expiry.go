package schema

import (
	"fmt"

	"github.com/dystore/dystore/internal/codec"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/lens"
)

// expiry checks the field that says when an object expires; sound says whether the
// shards of the model are.
func (c *compiler) expiry(e *model.Expiry, sound bool) {
	if e == nil {
		return
	}
	l := e.At
	if l.Err != nil {
		c.decl(l.Err)
		return
	}
	path := l.Path
	wrong := func(reason string, args ...any) {
		c.errs = append(c.errs, &lens.Error{Func: "repo.ExpiresAt", Type: c.s.Typ.String(), Path: path.String(), Reason: fmt.Sprintf(reason, args...)})
	}
	switch {
	case len(path) != 1:
		wrong("it is inside another attribute; DynamoDB looks at attributes of the item itself")
	case c.s.Key.Has(path[0].Name):
		wrong("it is the object's key, or part of it")
	case !l.Codec.Seconds():
		wrong("it is not stored in seconds; tag it dynamodbav:%q", path[0].Name+",unixtime")
	case sound && c.s.Tree.Meets(path):
		wrong("it is in a shard; DynamoDB looks at the root item")
	case sound && c.s.Sealing.Visible(l, false) != nil:
		wrong("the field is encrypted; DynamoDB could not read it")
	}
	for sh, places := range c.s.Shards {
		if of := codec.For(sh.Elem); sh.Table != "" && of.Err() == nil && of.Lookup(stored.PartTTL) != nil {
			wrong("%s has an attribute %q, which says when a part expires", places[0].Path, stored.PartTTL)
		}
	}
	c.s.TTL = path[0].Name
}
