// Package transact runs operations on objects of several repositories as one
// write, beside actions of the caller's own.
package transact

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/tables"
)

// MaxOps is the number of actions of a transaction, of which each operation has at
// least one.
const MaxOps = 100

// Op is one operation of a transaction.
type Op struct {
	commit.Op
	Verb   string
	Tables *tables.Tables // nil for an action of the caller's own
	Key    tables.Key
	Marks  bool // the object that it writes has the id of the write in its record
}

// Run executes operations, all or none. An error of one of them is a fail.OpError.
func Run(ctx context.Context, p commit.Protocol, ops []Op) error {
	nameKeys(ops)
	if err := apart(ops); err != nil {
		return err
	}
	run := make([]commit.Op, len(ops))
	for i := range ops {
		run[i] = &numbered{ops[i].Op, i}
	}
	return commit.Run(ctx, p, run...)
}

// CheckRepeatable refuses a write whose id the caller has given if nothing would
// show that it is done: deletions, checks, and actions of the caller's own leave no
// id behind, and a repetition would be applied again. Deletions alone are what
// repeated deletions are.
func CheckRepeatable(ops []Op) error {
	for i := range ops {
		if ops[i].Marks {
			return nil
		}
	}
	for i := range ops {
		if o := &ops[i]; o.Tables == nil || o.Tables.Plain || o.Verb != "Delete" && o.Verb != "DeleteValue" {
			return fail.Of(i, fail.Withf(fail.ErrInvalid, "WithWriteID: no object of the transaction would remember the id, so that a repetition could be applied again; it needs a Create, Put or Update of an object with a record"))
		}
	}
	return nil
}

// numbered gives the errors of an operation its number.
type numbered struct {
	commit.Op
	index int
}

func (o *numbered) Plan(ctx context.Context) (*commit.Plan, error) {
	plan, err := o.Op.Plan(ctx)
	if errors.Is(err, commit.ErrReplan) {
		return nil, err
	}
	return plan, fail.Of(o.index, err)
}

func (o *numbered) Judge(ctx context.Context, out *commit.Outcome) (commit.Next, error) {
	next, err := o.Op.Judge(ctx, out)
	return next, fail.Of(o.index, err)
}

func (o *numbered) Recall(ctx context.Context) (bool, error) {
	shown, err := o.Op.Recall(ctx)
	return shown, fail.Of(o.index, err)
}

// nameKeys tells raw Puts the key attributes of their tables, as far as another
// operation names them.
func nameKeys(ops []Op) {
	names := commit.KeyNames{}
	for i := range ops {
		if r, ok := ops[i].Op.(*raw); ok {
			names.Add(&r.action)
		} else {
			obj := ops[i].Object()
			names.Add(&commit.Action{Table: obj.Table, KeyIn: obj.KeyNames})
		}
	}
	for i := range ops {
		if r, ok := ops[i].Op.(*raw); ok {
			r.locate(names)
		}
	}
}

// apart refuses two operations on one object, before anything is read for them.
// What only the manifests know of parts is found when the write is planned.
func apart(ops []Op) error {
	names, by := commit.KeyNames{}, map[string]int{}
	for i := range ops {
		obj := ops[i].Object()
		if obj.KeyNames[0] == "" {
			continue
		}
		root := obj.Item()
		id, ok := names.Item(&commit.Action{Table: root.Table, Key: root.Key})
		if other, twice := by[id]; ok && twice {
			return fail.Of(i, fail.Withf(fail.ErrInvalid, "operation %d (%s) is on the same object; a transaction may have one. %s", other, ops[other].Verb, advice(&ops[i], &ops[other])))
		}
		by[id] = i
		if ops[i].Tables != nil {
			continue
		}
		for j := range ops {
			if ops[j].owns(root.Table, root.Key) {
				return fail.Of(i, fail.Withf(fail.ErrInvalid, "the item of table %s is a part of the object of operation %d (%s); change it by that", root.Table, j, ops[j].Verb))
			}
		}
	}
	return nil
}

// advice says what to do instead of two operations on one object.
func advice(a, b *Op) string {
	if a.Verb == "Check" || b.Verb == "Check" {
		return "A condition of its own is repo.If in an Update"
	}
	return "Make them one"
}

// owns reports whether an item is at the derived key of a part of the object.
func (o *Op) owns(table string, key map[string]types.AttributeValue) bool {
	if o.Tables == nil || o.Tables.Plain || len(key) != 1 {
		return false
	}
	for declared := range o.Tables.Parts {
		if o.Tables.FullName(declared) != table {
			continue
		}
		for _, av := range key {
			if s, ok := av.(*types.AttributeValueMemberS); ok && stored.DerivesKey(o.Tables.Entity, o.Key.Parts, s.Value) {
				return true
			}
		}
	}
	return false
}
