package patch

import (
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/engine/evaluate"
	"github.com/dystore/dystore/internal/expr"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/model"
	"github.com/dystore/dystore/internal/place"
	"github.com/dystore/dystore/internal/stored"
)

// Of an object whose manifest is on pages the root item does not say which parts there are.
// What a condition asks of that is decided here, over the version whose pages were read.

// paged reports whether the manifest of the version that the view is of is on pages.
func (p *conditions) paged() bool { return p.v.Meta != nil && p.v.Meta.Pages != nil }

// listed decides whether a value with parts exists.
func (p *conditions) listed(c *model.Cond, t *place.Target) (holds, decided bool) {
	exists := c.Op == model.Exists
	if !p.paged() || !t.Divided() || !p.inManifest(t) || !exists && c.Op != model.NotExists {
		return false, false
	}
	return p.v.Listed(t) == exists, true
}

// counted decides a comparison of the length of a divided list with values.
func (p *conditions) counted(c *expr.Condition) (holds, decided bool, err error) {
	if !p.paged() {
		return false, false, nil
	}
	paths, list := 0, stored.Inst("")
	for _, o := range c.Args {
		if o.Path == nil && o.Func != "size" {
			continue
		}
		paths++
		if o.Func != "size" {
			continue
		}
		t, err := p.v.Resolve(o.Args[0].Path)
		if err != nil {
			return false, false, nil // which says so where it is evaluated
		}
		if t.Ordered() {
			list = t.Named
		}
	}
	switch {
	case list == "":
		return false, false, nil
	case paths > 1:
		return false, false, fail.At(fail.Text(list), fail.Withf(fail.ErrInvalid, "the length of a list of so many parts is compared with values only, not with other paths; Modify can do that"))
	}
	var x commit.Edit
	text, err := p.renderSaid(c, &x)
	if err != nil {
		return false, false, err
	}
	counts := &stored.Root{Orders: map[stored.Inst]stored.Order{}}
	if o, ok := p.v.Meta.Orders[list]; ok { // a nil list has no length
		counts.Orders[list] = o
	}
	holds, err = evaluate.Holds(attrs{p.s.MetaAttr: counts.Manifest()}, text, x.Names, x.Values)
	return holds, err == nil, err
}
