package repo

import (
	"fmt"
	"strings"

	"github.com/dystore/dystore/internal/commit"
	"github.com/dystore/dystore/internal/fail"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/stored"
)

const (
	maxActions = 100 // of a transaction, DynamoDB's limit
	// maxWriteBytes is the sum of raw item sizes of a transaction. DynamoDB
	// says 4 MB and counts more than the items; 5.4 MB of base64 for 3.9 MB of
	// raw items was accepted, 4.29 MB of raw items refused.
	maxWriteBytes = 3_900_000
)

// checkLimits refuses a write that DynamoDB would refuse, on the final bytes
// and before the first request.
func (c *core) checkLimits(w *commit.Write, insts []stored.Inst) error {
	if n := len(w.Actions); n > maxActions {
		return fail.Withf(ErrTooLarge, "the write has %d actions (root and parts, old and new); a transaction has at most %d", n, maxActions)
	}
	total := 0
	for i, a := range w.Actions {
		if err := checkExpressions(&a); err != nil {
			return err
		}
		if a.Item == nil {
			continue
		}
		size := item.Size(a.Item)
		total += size
		if size > item.MaxSize {
			return c.tooLarge(insts[i], size, a.Item)
		}
		if err := checkValues(a.Item); err != nil {
			return fail.Withf(ErrInvalid, "%s: %w", c.describe(insts[i]), err)
		}
	}
	if total > maxWriteBytes {
		return fail.Withf(ErrTooLarge, "the write is %d bytes in %d items; a transaction takes %d", total, len(w.Actions), maxWriteBytes)
	}
	return nil
}

// DynamoDB's limits for one expression.
const (
	maxExpression = 4096 // bytes
	maxOperators  = 300  // operators and functions
)

// checkExpressions refuses what is too much for one item of an Update.
func checkExpressions(a *commit.Action) error {
	if n := max(len(a.Change), len(a.Cond)); n > maxExpression {
		return fail.Withf(ErrTooLarge, "the changes and conditions of one item make an expression of %d bytes; DynamoDB allows %d. Use Modify", n, maxExpression)
	}
	for _, av := range a.Values {
		if err := item.CheckValue("value", av); err != nil {
			return fail.Withf(ErrInvalid, "%w", err)
		}
	}
	return nil
}

// checkValues finds what DynamoDB refuses in single values: too deep, empty
// sets and the like. Keys have been checked when they were made. Of several
// errors it returns that of the first name.
func checkValues(it attrs) (wrong error) {
	first := ""
	for name, av := range it {
		if err := item.CheckValue(name, av); err != nil && (wrong == nil || name < first) {
			first, wrong = name, err
		}
	}
	return wrong
}

func (c *core) describe(inst stored.Inst) string {
	if inst == "" {
		return "root item"
	}
	return "part " + string(inst)
}

// tooLarge says how big an item is, what makes it so, and what to do.
func (c *core) tooLarge(inst stored.Inst, size int, it attrs) error {
	own := make(attrs, len(it))
	for k, v := range it {
		if k != c.s.metaAttr {
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
	err := fail.Withf(ErrTooLarge, "the %s is %d bytes; an item holds %d. Biggest paths, in bytes: %s. A shard would move %s to a table of its own",
		c.describe(inst), size, item.MaxSize, strings.Join(biggest, ", "), hint)
	return fail.At(fail.Text(strings.TrimPrefix(string(inst)+"."+hint, ".")), err)
}
