package faulttest

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// fPair are the values of a transaction of two objects, of many items and of one.
type fPair struct {
	Doc  *fDoc
	Slip *fSlip
}

func (p *fPair) remember() string {
	return fmt.Sprintf("%v %v", p.Doc.Meta.References(), p.Slip.Meta.References())
}

// pair is a transaction of the values of both.
func (w *fWorld) pair(d *fDoc, s *fSlip, ops []repo.Op, opts ...repo.CallOption) fCall {
	return fCall{value: &fPair{d, s}, run: func(ctx context.Context) error { return repo.Transact(ctx, ops, opts...) }}
}

// both is a transaction on stored objects.
func both(opts func() []repo.CallOption, ops func(w *fWorld) []repo.Op) func(*fWorld) fCall {
	return func(w *fWorld) fCall {
		w.storeDoc()
		w.storeSlip()
		var given []repo.CallOption
		if opts != nil {
			given = opts()
		}
		all := ops(w)
		return fCall{run: func(ctx context.Context) error { return repo.Transact(ctx, all, given...) }}
	}
}

func withID() []repo.CallOption { return []repo.CallOption{repo.WithWriteID(meta.NewWriteID())} }

// rawCard is an action on the object without a record.
func rawCard() repo.Op {
	return repo.RawOp(types.TransactWriteItem{Update: &types.Update{TableName: aws.String("FCards"), Key: rawItem{"ID": avS("c/1")},
		UpdateExpression: aws.String("ADD #c :one"), ConditionExpression: aws.String("attribute_exists(ID)"),
		ExpressionAttributeNames: map[string]string{"#c": "Count"}, ExpressionAttributeValues: rawItem{":one": avN("1")}}})
}

// together are writes of several objects.
var together = []fVerb{
	{name: "transact creates", deep: true, begin: func(w *fWorld) fCall {
		d, s := fDocValue(), fSlipValue()
		return w.pair(&d, &s, []repo.Op{w.docs.faulty.CreateOp(&d), w.slip.faulty.CreateOp(&s)})
	}},
	{name: "transact creates with a write id", given: true, flat: true, begin: func(w *fWorld) fCall {
		d, s := fDocValue(), fSlipValue()
		return w.pair(&d, &s, []repo.Op{w.slip.faulty.CreateOp(&s), w.docs.faulty.CreateOp(&d)}, withID()...)
	}},
	{name: "transact puts tracked", deep: true, begin: func(w *fWorld) fCall {
		d, s := w.storeDoc(), w.storeSlip()
		d.Home.City, d.Past, s.Text = "Uji", d.Past[1:], "new"
		return w.pair(d, s, []repo.Op{w.docs.faulty.PutOp(d), w.slip.faulty.PutOp(s)})
	}},
	{name: "transact puts tracked of roots", flat: true, begin: func(w *fWorld) fCall {
		d, s := w.storeDoc(), w.storeSlip()
		d.Name, s.Text = "new", "new"
		return w.pair(d, s, []repo.Op{w.slip.faulty.PutOp(s), w.docs.faulty.PutOp(d)})
	}},
	{name: "transact puts untracked", deep: true, begin: func(w *fWorld) fCall {
		w.storeDoc()
		d, s := fDocValue(), fSlipValue()
		d.Name, d.Past, s.Text = "new", d.Past[1:], "new"
		return w.pair(&d, &s, []repo.Op{w.docs.faulty.PutOp(&d), w.slip.faulty.PutOp(&s)})
	}},
	{name: "transact put and create with a write id", given: true, begin: func(w *fWorld) fCall {
		w.storeSlip()
		d, s := fDocValue(), fSlipValue()
		s.Text = "new"
		return w.pair(&d, &s, []repo.Op{w.docs.faulty.CreateOp(&d), w.slip.faulty.PutOp(&s)}, withID()...)
	}},
	{name: "transact updates", deep: true, begin: both(nil, func(w *fWorld) []repo.Op {
		return []repo.Op{w.docs.faulty.UpdateOp(fDocKey, lens.Add(fCount, 1), lens.Add(fHomeN, 1)), w.slip.faulty.UpdateOp(fSlipKey, lens.Add(fSlipCount, 1))}
	})},
	{name: "transact updates, one inside an element", given: true, flat: true, begin: both(withID, func(w *fWorld) []repo.Op {
		return []repo.Op{w.slip.faulty.UpdateOp(fSlipKey, lens.Add(fSlipCount, 1)), w.docs.faulty.UpdateOp(fDocKey, lens.Join(lens.At(fPast, 1), fInCity).Set("Uji"))}
	})},
	{name: "transact update beside a check", deep: true, begin: both(nil, func(w *fWorld) []repo.Op {
		return []repo.Op{w.docs.faulty.CheckOp(fDocKey, fCount.Ge(7), fHomeN.Ge(1)), w.slip.faulty.UpdateOp(fSlipKey, lens.Add(fSlipCount, 1))}
	})},
	{name: "transact update beside an action", given: true, flat: true, deep: true, begin: func(w *fWorld) fCall {
		w.storeCard()
		return both(withID, func(w *fWorld) []repo.Op {
			return []repo.Op{rawCard(), w.docs.faulty.UpdateOp(fDocKey, lens.Add(fCount, 1))}
		})(w)
	}},
	{name: "transact plain beside a record", given: true, flat: true, begin: func(w *fWorld) fCall {
		c := fCardValue()
		return both(withID, func(w *fWorld) []repo.Op {
			return []repo.Op{w.card.faulty.CreateOp(&c), w.docs.faulty.UpdateOp(fDocKey, lens.Add(fHomeN, 1))}
		})(w)
	}},
	{name: "transact deletes", deep: true, begin: both(nil, func(w *fWorld) []repo.Op {
		return []repo.Op{w.docs.faulty.DeleteOp(fDocKey, repo.MustExist()), w.slip.faulty.DeleteOp(fSlipKey, repo.MustExist())}
	})},
	{name: "transact delete of nothing beside an update", flat: true, begin: func(w *fWorld) fCall {
		w.storeDoc()
		ops := []repo.Op{w.slip.faulty.DeleteOp(fSlipKey), w.docs.faulty.UpdateOp(fDocKey, lens.Add(fCount, 1))}
		return fCall{run: func(ctx context.Context) error { return repo.Transact(ctx, ops) }}
	}},
	{name: "transact delete value and create", begin: func(w *fWorld) fCall {
		d := w.storeDoc()
		s := fSlipValue()
		ops := []repo.Op{w.docs.faulty.DeleteValueOp(d), w.slip.faulty.CreateOp(&s)}
		return fCall{run: func(ctx context.Context) error { return repo.Transact(ctx, ops) }}
	}},
	{name: "transact, the second exists", want: repo.ErrExists, begin: func(w *fWorld) fCall {
		w.storeSlip()
		d, s := fDocValue(), fSlipValue()
		return w.pair(&d, &s, []repo.Op{w.docs.faulty.CreateOp(&d), w.slip.faulty.CreateOp(&s)})
	}},
	{name: "transact, a check does not hold", flat: true, want: repo.ErrCondition, begin: both(withID, func(w *fWorld) []repo.Op {
		return []repo.Op{w.slip.faulty.UpdateOp(fSlipKey, lens.Add(fSlipCount, 1)), w.docs.faulty.CheckOp(fDocKey, fHomeN.Gt(1000))}
	})},
	{name: "transact checks", flat: true, want: repo.ErrCondition, begin: both(nil, func(w *fWorld) []repo.Op {
		return []repo.Op{w.slip.faulty.CheckOp(fSlipKey), w.docs.faulty.CheckOp(fDocKey, fHomeN.Gt(1000))}
	})},
}
