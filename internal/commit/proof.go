package commit

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/internal/answer"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/stored"
)

// Excludes reports whether the refused plan, made over b, was not applied by an
// earlier attempt; m is what is stored now. Where the engine does not know that,
// for want of a token, the ring of m does, as far as it goes back.
func (o *Outcome) Excludes(m *stored.Root, b *Basis) bool {
	return !o.Ambiguous || m != nil && b.Meta != nil && m.Birth == b.Meta.Birth && m.Version-b.Meta.Version < stored.RingSize
}

// ErrOverwritten is what to report where Excludes does not hold: no evidence is
// left.
func ErrOverwritten() error {
	return fail.Withf(fail.ErrOutcomeUnknown, "an earlier attempt may have been applied and overwritten since")
}

// unsure is the error of a write of which an attempt got no answer and may
// still arrive. The refusal of the last attempt is told, but not wrapped: its
// kind would say that nothing was written. The context's error is no such kind.
func unsure(err error) error {
	if err == nil {
		return fail.Withf(fail.ErrOutcomeUnknown, "the write is done, and an attempt that got no answer may yet do it again")
	}
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, end) {
			return fail.Withf(fail.ErrOutcomeUnknown, "%w: an attempt that got no answer may yet be applied: %v", end, err)
		}
	}
	return fail.Withf(fail.ErrOutcomeUnknown, "an attempt that got no answer may yet be applied, although a later one was refused: %v", err)
}

// failure is the error of a plan that was neither committed nor refused.
func (o *Outcome) failure() error {
	switch o.Kind {
	case Unknown:
		return fail.Withf(fail.ErrOutcomeUnknown, "%w", o.Err)
	case Throttled:
		return fail.Withf(fail.ErrThrottled, "%w", o.Err)
	case Contended:
		return fail.Withf(fail.ErrContention, "%w", o.Err)
	case Rejected:
		return answer.Rejection(o.Err)
	}
	return o.Err
}

// PartRefused explains a refusal in which the root's own condition held: an item
// under the key of a part belongs to another object. Of a value that another object
// has claimed it says no more, not even DynamoDB's error, which has that object's key.
func (o *Outcome) PartRefused() error {
	for i, it := range o.Parts {
		if it == nil {
			continue
		}
		switch p := &o.Plan.Parts[i]; {
		case p.claims():
			return fail.At(p.path(), fail.Withf(fail.ErrDuplicate, "another object has it"))
		default:
			return p.Unfit(it)
		}
	}
	return fmt.Errorf("%w: %w", fail.ErrCondition, o.Err)
}

// Unfit is the error of the item of a part that is not there, or is another object's.
func (p *Part) Unfit(it map[string]types.AttributeValue) error {
	what := "belongs to another object"
	if len(it) == 0 {
		what = "is missing"
	}
	return fail.At(p.path(), fail.Withf(fail.ErrCorrupt, "the item of this part in table %s %s; nothing was written", p.Table, what))
}

// Misses reports whether the reason of a refusal is that the item of a part is not there.
func (o *Outcome) Misses() bool {
	for i, it := range o.Parts {
		if it != nil {
			return len(it) == 0 && o.Plan.Parts[i].Claim == ""
		}
	}
	return false
}

// Rejection explains that DynamoDB found the plan wrong: perhaps because of where
// the stored record says that a part is. Of a part that is deleted, or only looked
// at, nothing else can be wrong.
func (o *Outcome) Rejection() error {
	for _, n := range invalidActions(o.Err) {
		i := n - o.first - 1
		if i < 0 || i >= len(o.Plan.Parts) {
			continue
		}
		if p := &o.Plan.Parts[i]; p.Op == Delete || p.Op == Check {
			return fail.At(p.path(), fail.Withf(fail.ErrCorrupt, "the manifest names an item that table %s cannot have: %w", p.Table, o.Err))
		}
	}
	return o.failure()
}

// invalidActions are the numbers of the actions for which DynamoDB found a
// transaction wrong.
func invalidActions(err error) (numbers []int) {
	canceled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok {
		return nil
	}
	for n, r := range canceled.CancellationReasons {
		if r.Code != nil && *r.Code == "ValidationError" {
			numbers = append(numbers, n)
		}
	}
	return numbers
}
