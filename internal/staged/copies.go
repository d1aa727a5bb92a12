package staged

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/engine/evaluate"
	"github.com/dystore/dystore/internal/fetch"
	"github.com/dystore/dystore/internal/large"
	"github.com/dystore/dystore/internal/parallel"
	"github.com/dystore/dystore/internal/stored"
)

// copied is a copy of a part: an item that nobody else writes, and the pieces that it is
// in beside that.
type copied struct {
	part   *commit.Part
	item   attrs
	pieces []attrs
}

// key is the key of the copy.
func (c *copied) key() attrs {
	for name := range c.part.Key {
		return attrs{name: c.item[name]}
	}
	return c.part.ItemKey()
}

// checkCopies refuses copies that DynamoDB would refuse, as far as they are known before
// anything is read.
func checkCopies(obj *commit.Object, plan *commit.Plan) error {
	if !obj.Staged {
		return nil
	}
	for i := range plan.Parts {
		if p := &plan.Parts[i]; p.Claim == "" {
			if err := checkCopy(obj, p, p.Item); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkCopy refuses a copy that DynamoDB would refuse. Its item, nil if it is not known
// yet, is complete but for the base, which is added here.
func checkCopy(obj *commit.Object, p *commit.Part, item attrs) error {
	action := p.Action
	if p.Copy != "" && item != nil {
		action.Item = based(obj, item, stored.Base{})
	}
	if p.Cut && action.Item != nil {
		return commit.CheckItem(p.Inst, action.Item)
	}
	var alone commit.Transactions
	return alone.Check([]*commit.Object{obj}, []*commit.Plan{{Parts: []commit.Part{{Inst: p.Inst, Action: action}}}})
}

// based is the item of a copy with its base.
func based(obj *commit.Object, item attrs, base stored.Base) attrs {
	item = maps.Clone(item)
	item[obj.MetaAttr] = stored.Rebase(item[obj.MetaAttr], base, obj.Owner, obj.Key)
	return item
}

// makeCopies finds out what the copies of a plan are: what the plan says, or what it makes
// of the parts as they are. Those must be as the plan says.
func (s *session) makeCopies(ctx context.Context, d *draft) error {
	items, err := s.readParts(ctx, d)
	if err != nil {
		return err
	}
	for i := range d.plan.Parts {
		p := &d.plan.Parts[i]
		item := p.Item
		if p.From != nil {
			made, err := s.judge(ctx, d, i, items[i])
			if err != nil {
				return err
			}
			if p.Op == commit.Update {
				item = made
			}
		}
		if p.Copy == "" {
			continue
		}
		if p.Op == commit.Update {
			if err := d.checkMade(p, item); err != nil {
				return err
			}
		}
		c := copied{part: p, item: based(d.obj, item, d.over.Base())}
		if err := c.cut(d.obj); err != nil {
			return err
		}
		d.copies = append(d.copies, c)
	}
	return nil
}

// checkMade is checkCopy of what an update makes of a part. One that has outgrown its item
// is planned again: its entry has to say that it is in pieces.
func (d *draft) checkMade(p *commit.Part, item attrs) error {
	if !p.Cut && (large.How{}).Cuts(based(d.obj, item, stored.Base{})) {
		d.obj.Grows = true
		return &refusal{commit.Outcome{Kind: commit.Refused, Err: failed(), Again: true}}
	}
	return checkCopy(d.obj, p, item)
}

// cut cuts the item of a copy that is too big for one.
func (c *copied) cut(obj *commit.Object) error {
	how := large.How{Staged: true, Pack: c.part.Pack}
	if !c.part.Cut || !how.Cuts(c.item) {
		return nil
	}
	for name := range c.key() {
		cut, err := large.Cut(c.item, obj.MetaAttr, name, how.Pack)
		if err != nil {
			return err
		}
		c.item, c.pieces = cut.Head, cut.Rest
	}
	return nil
}

// readParts reads the items that a plan depends on; the result is parallel to its parts.
// The client may be that of another model, which does not make them whole.
func (s *session) readParts(ctx context.Context, d *draft) ([]attrs, error) {
	var gets []fetch.Item
	for i := range d.plan.Parts {
		if p := &d.plan.Parts[i]; p.From != nil {
			gets = append(gets, fetch.Item{Table: p.Table, Key: p.From})
		}
	}
	if len(gets) == 0 {
		return nil, nil
	}
	found, err := large.Parts(ctx, fetch.Reader{Client: s.p.Client}, d.obj.MetaAttr, gets)
	if err != nil {
		return nil, err
	}
	items := make([]attrs, len(d.plan.Parts))
	for i := range d.plan.Parts {
		if d.plan.Parts[i].From != nil {
			items[i], found = found[0], found[1:]
		}
	}
	return items, nil
}

// judge decides the condition of part i of a plan over the item that the part has, and
// returns what the plan makes of it.
func (s *session) judge(ctx context.Context, d *draft, i int, item attrs) (attrs, error) {
	p := &d.plan.Parts[i]
	record, err := stored.DecodePart(item[d.obj.MetaAttr])
	if err != nil || record.Owner != d.obj.Owner || record.Stamp != p.Stamp {
		return nil, s.torn(ctx, d, i, item)
	}
	holds, err := evaluate.Holds(item, p.Cond, p.Names, p.Values)
	switch {
	case err != nil:
		return nil, rejected(err)
	case !holds:
		return nil, d.refuse(i, item)
	case p.Op != commit.Update:
		return nil, nil
	}
	made, err := evaluate.Apply(item, p.Change, p.Names, p.Values)
	if err != nil {
		return nil, rejected(err)
	}
	for name := range p.Key {
		made[name] = &types.AttributeValueMemberS{Value: p.Copy}
	}
	return made, nil
}

// torn is why the item of part i is not the one that the record names: another write has
// come between, or the object is damaged.
func (s *session) torn(ctx context.Context, d *draft, i int, item attrs) error {
	root, err := fetch.Reader{Client: s.p.Client}.One(ctx, d.obj.Item(), true, nil)
	if err != nil {
		return err
	}
	if m, err := stored.Decode(root[d.obj.MetaAttr]); err == nil && m.Base() == d.over.Base() {
		return d.refuse(i, commit.Found(item))
	}
	return &refusal{commit.Outcome{Kind: commit.Refused, Err: failed(), Root: commit.Found(root)}}
}

// refuse is the outcome of a plan of which the condition of part i does not hold.
func (d *draft) refuse(i int, item attrs) error {
	parts := make([]attrs, len(d.plan.Parts))
	parts[i] = item
	return &refusal{commit.Outcome{Kind: commit.Refused, Err: failed(), Parts: parts}}
}

// failed and invalid are the errors that DynamoDB has for what is found out here.

func failed() error {
	return &types.ConditionalCheckFailedException{Message: aws.String("The conditional request failed")}
}

func invalid(err error) error {
	return &smithy.GenericAPIError{Code: "ValidationException", Message: err.Error()}
}

// rejected is the outcome of a plan that DynamoDB would find invalid.
func rejected(err error) error {
	return &refusal{commit.Outcome{Kind: commit.Rejected, Err: invalid(err)}}
}

// look decides a check of the root item where there is no transaction to send it in: the
// item is read. What else the plan is about was read before it.
func (s *session) look(ctx context.Context, d *draft) commit.Outcome {
	o, root := commit.Outcome{Plan: d.plan, Parts: make([]attrs, len(d.plan.Parts))}, &d.plan.Root
	item, err := fetch.Reader{Client: s.p.Client}.One(ctx, fetch.Item{Table: root.Table, Key: root.Key}, true, nil)
	if err != nil {
		o.Kind, o.Err = commit.Stopped, err
		return o
	}
	holds, err := evaluate.Holds(item, root.Cond, root.Names, root.Values)
	switch {
	case err != nil:
		o.Kind, o.Err = commit.Rejected, invalid(err)
	case holds:
		o.Kind = commit.Committed
	default:
		o.Kind, o.Err, o.Root = commit.Refused, failed(), commit.Found(item)
	}
	return o
}

// touch changes items that stay: those for which it is to be done before the flip, or
// after it.
func (s *session) touch(ctx context.Context, d *draft, later bool) error {
	var touched []int
	for i := range d.plan.Parts {
		if p := &d.plan.Parts[i]; p.Op == commit.Update && p.Copy == "" && p.Claim == "" && p.Later == later {
			touched = append(touched, i)
		}
	}
	return parallel.Each(ctx, len(touched), func(ctx context.Context, n int) error {
		i := touched[n]
		reply := s.p.One(ctx, d.plan.Parts[i].Action)
		switch reply.Kind {
		case commit.Committed:
			return nil
		case commit.Refused:
			return s.torn(ctx, d, i, reply.Items[0])
		}
		return unfinished(reply)
	})
}

// unfinished is the outcome of a plan that ends before its flip. What became of a request
// before that says nothing about the object.
func unfinished(reply commit.Reply) error {
	if reply.Kind == commit.Unknown {
		reply.Kind, reply.Err = commit.Stopped, answer.Error(reply.Err)
	}
	return &refusal{commit.Outcome{Kind: reply.Kind, Err: reply.Err}}
}
