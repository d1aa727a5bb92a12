package commit

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
	"github.com/dystore/dystore/internal/wire"
)

const (
	maxActions = 100 // of a transaction, DynamoDB's limit
	// maxWriteBytes is the sum of raw item sizes of a transaction. DynamoDB
	// says 4 MB and counts more than the items; 5.4 MB of base64 for 3.9 MB of
	// raw items was accepted, 4.29 MB of raw items refused.
	maxWriteBytes = 3_900_000
)

// DynamoDB's limits for one expression.
const (
	maxExpression = 4096 // bytes
	maxOperators  = 300  // operators and functions
)

// Check refuses plans that DynamoDB would refuse, on the final bytes. Of several
// objects the error names the one with which the write becomes wrong.
func (t *Transactions) Check(objects []*Object, plans []*Plan) error {
	var sum sizes
	for _, p := range plans {
		sum.actions += 1 + len(p.Parts)
	}
	if t.Alone && sum.actions > 1 {
		return fail.Withf(fail.ErrInvalid, "the write has %d actions, and the engine has no transactions (repo.WithoutTransactions)", sum.actions)
	}
	if sum.actions > maxActions {
		err := fail.Withf(fail.ErrTooLarge, "the write has %d actions (root and parts, old and new); a transaction has at most %d", sum.actions, maxActions)
		return &Outgrown{numbered(plans, beyond(plans), err)}
	}
	over := -1
	for i, p := range plans {
		if err := sum.addPlan(objects[i], p); err != nil {
			return numbered(plans, i, err)
		}
		if over < 0 && sum.bytes > maxWriteBytes {
			over = i
		}
	}
	if over >= 0 {
		return &Outgrown{numbered(plans, over, fail.Withf(fail.ErrTooLarge, "the write is %d bytes in %d items; a transaction takes %d", sum.bytes, sum.actions, maxWriteBytes))}
	}
	if len(plans) > 1 {
		return checkItems(plans)
	}
	return nil
}

// beyond is the plan whose actions are the first too many.
func beyond(plans []*Plan) (i int) {
	for n := 0; i < len(plans); i++ {
		if n += 1 + len(plans[i].Parts); n > maxActions {
			break
		}
	}
	return i
}

// checkItems refuses two actions on one item, of which DynamoDB says only that
// there are some.
func checkItems(plans []*Plan) error {
	known, by := KeyNames{}, map[string]taken{}
	known.addAll(plans)
	for i, p := range plans {
		if err := take(by, known, &p.Root, taken{i, nil}); err != nil {
			return err
		}
		for j := range p.Parts {
			if err := take(by, known, &p.Parts[j].Action, taken{i, &p.Parts[j]}); err != nil {
				return err
			}
		}
	}
	return nil
}

// taken is who has an action on an item.
type taken struct {
	plan int
	part *Part // nil: a root item
}

func take(by map[string]taken, known KeyNames, a *Action, t taken) error {
	id, ok := known.Item(a)
	other, twice := by[id]
	by[id] = t
	switch {
	case !ok || !twice || other.plan == t.plan:
		return nil
	case t.part != nil && t.part.claims() && other.part != nil && other.part.claims():
		return fail.Of(t.plan, fail.At(t.part.path(), fail.Withf(fail.ErrDuplicate, "operation %d has it as well", other.plan)))
	default:
		return fail.Of(t.plan, fail.Withf(fail.ErrInvalid, "operation %d writes or checks the same item of table %s; a transaction may do that once", other.plan, a.Table))
	}
}

// sizes are those of a whole write.
type sizes struct{ actions, bytes int }

// numbered gives an error about several plans the number of the one that it is about.
func numbered(plans []*Plan, i int, err error) error {
	if len(plans) == 1 {
		return err
	}
	return fail.Of(i, err)
}

func (s *sizes) addPlan(obj *Object, p *Plan) error {
	if err := s.add(obj, "", &p.Root); err != nil {
		return err
	}
	for j := range p.Parts {
		if err := s.add(obj, p.Parts[j].Inst, &p.Parts[j].Action); err != nil {
			return err
		}
	}
	return nil
}

// add checks one action and counts its item.
func (s *sizes) add(obj *Object, inst stored.Inst, a *Action) error {
	if err := checkExpressions(a); err != nil || a.Item == nil {
		return err
	}
	size, sound := item.Measure(a.Item)
	if !sound { // of one that is too large as well, the error says that
		size = item.Size(a.Item)
	}
	s.bytes += size
	switch {
	case size > item.MaxSize:
		whole, err := wire.Expand(a.Item)
		if err != nil {
			return err
		}
		return obj.TooLarge(inst, size, whole)
	case !sound:
		return CheckItem(inst, a.Item)
	}
	return nil
}

// CheckItem refuses the item of a part, "" for the root, for what it holds. It may be of
// any size.
func CheckItem(inst stored.Inst, it map[string]types.AttributeValue) error {
	if err := checkValues(it); err != nil {
		return fail.Withf(fail.ErrInvalid, "%s: %w", describe(inst), err)
	}
	return nil
}

// checkExpressions refuses what is too much for one item of an Update.
func checkExpressions(a *Action) error {
	if n := max(len(a.Change), len(a.Cond)); n > maxExpression {
		return fail.Withf(fail.ErrTooLarge, "the changes and conditions of one item make an expression of %d bytes; DynamoDB allows %d. Use Modify", n, maxExpression)
	}
	for _, av := range a.Values {
		if err := item.CheckValue("value", av); err != nil {
			return fail.Withf(fail.ErrInvalid, "%w", err)
		}
	}
	return nil
}

// checkValues finds what DynamoDB refuses in single values: too deep, empty
// sets and the like. Keys have been checked when they were made. Of several
// errors it returns that of the first name.
func checkValues(it map[string]types.AttributeValue) (wrong error) {
	first := ""
	for name, av := range it {
		if err := item.CheckValue(name, av); err != nil && (wrong == nil || name < first) {
			first, wrong = name, err
		}
	}
	return wrong
}

func describe(inst stored.Inst) string {
	if inst == "" {
		return "root item"
	}
	return "part " + string(inst)
}

// TooLarge says how big an item is, what makes it so, and what to do.
func (obj *Object) TooLarge(inst stored.Inst, size int, it map[string]types.AttributeValue) error {
	own := make(map[string]types.AttributeValue, len(it))
	for k, v := range it {
		if k != obj.MetaAttr {
			own[k] = v
		}
	}
	var biggest []string
	hint := ""
	for _, l := range item.Largest(own, 3) {
		biggest = append(biggest, fmt.Sprintf("%s %d", l.Path, l.Size))
		if hint == "" {
			hint = l.Path
		}
	}
	err := fail.Withf(fail.ErrTooLarge, "the %s is %d bytes; an item holds %d. Biggest paths, in bytes: %s. A shard would move %s to a table of its own",
		describe(inst), size, item.MaxSize, strings.Join(biggest, ", "), hint)
	return fail.At(fail.Text(strings.TrimPrefix(string(inst)+"."+hint, ".")), err)
}
