package faulttest

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"syscall"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// outcome is what a verb must report.
type outcome uint8

const (
	asEver            outcome = iota // what it reports without faults
	isThrottled                      // ErrThrottled
	isContended                      // ErrContention
	isFailed                         // an error without a kind, nothing was written
	isCancelled                      // the context's error, nothing was written
	isUnknown                        // ErrOutcomeUnknown
	isCancelledUnsure                // ErrOutcomeUnknown with the context's error
)

// matches reports whether err is the outcome o of a verb that reports want
// without faults.
func (o outcome) matches(err, want error) bool {
	unsure, cancelled := errors.Is(err, repo.ErrOutcomeUnknown), errors.Is(err, context.Canceled)
	switch o {
	case asEver:
		return want == nil && err == nil || want != nil && errors.Is(err, want) && !unsure
	case isThrottled:
		return errors.Is(err, repo.ErrThrottled) && !unsure
	case isContended:
		return errors.Is(err, repo.ErrContention) && !unsure
	case isFailed:
		return err != nil && !unsure && !slices.ContainsFunc(definite, func(kind error) bool { return errors.Is(err, kind) })
	case isCancelled:
		return cancelled && !unsure
	case isUnknown:
		return unsure && !cancelled
	}
	return unsure && cancelled
}

// definite are the kinds of errors that say why nothing was written.
var definite = []error{repo.ErrNotFound, repo.ErrNoPath, repo.ErrExists, repo.ErrConflict, repo.ErrCondition,
	repo.ErrInvalid, repo.ErrTooLarge, repo.ErrNotLoaded, repo.ErrCorrupt, repo.ErrThrottled, repo.ErrContention, repo.ErrBusy}

// fPlan is a course of faults from request i on.
type fPlan struct {
	name  string
	rules func(i int) []fault.Rule
	ops   []string // the operations of request i that it can happen to, nil for all
	write outcome  // when request i is a write
	read  outcome  // when it is a read

	beside bool // a root is not evaluated, and a condition beside it fails
	// long: every attempt fails, until the policy ends them.
	long bool
	// unanswered: request i gets no answer, and may have been executed.
	// executed: it was executed.
	unanswered, executed bool
}

func (p *fPlan) fits(op string) bool { return p.ops == nil || slices.Contains(p.ops, op) }

func isWrite(op string) bool {
	return slices.Contains([]string{"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}, op)
}

// oneFault is a fault at one request.
func oneFault(f fault.Fault) func(int) []fault.Rule { return inRow(f) }

// inRow is several faults, one after the other, at one request each.
func inRow(faults ...fault.Fault) func(int) []fault.Rule {
	return func(i int) []fault.Rule {
		var rules []fault.Rule
		for n, f := range faults {
			rules = append(rules, fault.Inject(f, fault.At(i+n)))
		}
		return rules
	}
}

// forEver ends with a fault that does not end.
func forEver(faults ...fault.Fault) func(int) []fault.Rule {
	return func(i int) []fault.Rule {
		last := len(faults) - 1
		return append(inRow(faults[:last]...)(i), fault.Inject(faults[last], fault.From(i+last)))
	}
}

// unreachable: no connection comes about, so nothing can have been executed.
var unreachable = fault.Custom("unreachable", func(fault.HTTPClient, *http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
})

// truncated: the request is executed and the answer breaks off.
var truncated = fault.Custom("answer truncated", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
	res, err := next.Do(req)
	if err == nil {
		res.Body = io.NopCloser(io.LimitReader(res.Body, 1))
	}
	return res, err
})

// nothing: a proxy answers with nothing, and the request is not executed.
var nothing = fault.Custom("empty answer", func(fault.HTTPClient, *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
})

// emptied: the request is executed and the answer has no body.
var emptied = fault.Custom("answer empty", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
	res, err := next.Do(req)
	if err == nil {
		res.Body = http.NoBody
	}
	return res, err
})

var (
	transactions = []string{"TransactWriteItems"}
	writeOps     = []string{"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}
	batches      = []string{"BatchGetItem"}
)

// faultPlans are the courses of faults that every request of every verb meets.
var faultPlans = []fPlan{
	// One fault: the verb succeeds.
	{name: "send error", rules: oneFault(fault.SendError()), unanswered: true},
	{name: "reply lost", rules: oneFault(fault.ReplyLost()), unanswered: true, executed: true},
	{name: "answer truncated", rules: oneFault(truncated), unanswered: true, executed: true},
	{name: "an empty answer, not executed", rules: oneFault(nothing), unanswered: true},
	{name: "answer empty", rules: oneFault(emptied), unanswered: true, executed: true},
	{name: "server error", rules: oneFault(fault.ServerError()), unanswered: true},
	{name: "server error after commit", rules: oneFault(fault.ServerErrorAfter()), unanswered: true, executed: true},
	{name: "throttle", rules: oneFault(fault.Throttle())},
	{name: "throughput exceeded", rules: oneFault(fault.ProvisionedThroughputExceeded())},
	{name: "conflict", rules: oneFault(fault.Conflict()), ops: writeOps},
	{name: "throttled inside a transaction", rules: oneFault(fault.CancelTransaction("ThrottlingError")), ops: transactions},
	{name: "conflict beside a failed condition", beside: true, rules: oneFault(fault.CancelTransaction("TransactionConflict", "ConditionalCheckFailed")), ops: transactions},
	{name: "throttled beside a failed condition", beside: true, rules: oneFault(fault.CancelTransaction("ProvisionedThroughputExceeded", "ConditionalCheckFailed")), ops: transactions},
	{name: "in progress", rules: oneFault(fault.InProgress()), ops: transactions, unanswered: true},
	{name: "reordered", rules: oneFault(fault.HoldFor(1)), unanswered: true},
	{name: "held", rules: oneFault(fault.Hold()), unanswered: true},
	{name: "unreachable", rules: oneFault(unreachable)},
	{name: "all unprocessed", rules: oneFault(fault.Unprocessed(0)), ops: batches},
	{name: "some unprocessed", rules: oneFault(fault.Unprocessed(1)), ops: batches},
	{name: "shuffled", rules: oneFault(fault.Shuffle(1)), ops: batches},

	// Several in a row: it still succeeds.
	{name: "three conflicts", rules: inRow(fault.Conflict(), fault.Conflict(), fault.Conflict()), ops: writeOps},
	{name: "in progress three times after a lost reply", ops: transactions, unanswered: true, executed: true,
		rules: inRow(fault.ReplyLost(), fault.InProgress(), fault.InProgress(), fault.InProgress())},
	{name: "throttle, then reply lost", rules: inRow(fault.Throttle(), fault.ReplyLost()), ops: writeOps, unanswered: true, executed: true},
	{name: "two replies lost", rules: inRow(fault.ReplyLost(), fault.ReplyLost()), unanswered: true, executed: true},
	{name: "reply lost, then throttle and conflict", ops: writeOps, unanswered: true, executed: true,
		rules: inRow(fault.ReplyLost(), fault.Throttle(), fault.Conflict())},

	// The caller crashes, or its context ends.
	{name: "cancelled", rules: oneFault(fault.CancelContext()), write: isCancelledUnsure, read: isCancelled},
	{name: "cancelled after commit", rules: oneFault(fault.CancelContextAfter()), write: isCancelledUnsure, read: isCancelled},
	{name: "crash", rules: oneFault(fault.Crash()), write: isUnknown, read: isFailed},
	{name: "reply lost, then cancelled", rules: inRow(fault.ReplyLost(), fault.CancelContext()), write: isCancelledUnsure, read: isCancelled},
	{name: "throttle, then crash", rules: inRow(fault.Throttle(), fault.Crash()), write: isUnknown, read: isFailed},

	// For ever.
	{name: "every send error", long: true, rules: forEver(fault.SendError()), write: isUnknown, read: isFailed},
	{name: "every answer empty", long: true, rules: forEver(emptied), write: isUnknown, read: isFailed},
	{name: "every reply lost", long: true, rules: forEver(fault.ReplyLost()), write: isUnknown, read: isFailed},
	{name: "every server error", long: true, rules: forEver(fault.ServerError()), write: isUnknown, read: isFailed},
	{name: "every server error after commit", long: true, rules: forEver(fault.ServerErrorAfter()), write: isUnknown, read: isFailed},
	{name: "every throttle", long: true, rules: forEver(fault.Throttle()), write: isThrottled, read: isThrottled},
	{name: "every transaction throttled", long: true, rules: forEver(fault.CancelTransaction("ThrottlingError", "ProvisionedThroughputExceeded")), ops: transactions, write: isThrottled},
	{name: "every conflict", long: true, rules: forEver(fault.Conflict()), ops: writeOps, write: isContended},
	{name: "in progress for ever", long: true, rules: forEver(fault.InProgress()), ops: transactions, write: isUnknown},
	{name: "unreachable for ever", long: true, rules: forEver(unreachable), write: isFailed, read: isFailed},
	{name: "reply lost, then every throttle", long: true, rules: forEver(fault.ReplyLost(), fault.Throttle()), ops: writeOps, write: isUnknown},
	{name: "reply lost, then every conflict", long: true, rules: forEver(fault.ReplyLost(), fault.Conflict()), ops: writeOps, write: isUnknown},
	{name: "reply lost, then unreachable", long: true, rules: forEver(fault.ReplyLost(), unreachable), ops: writeOps, write: isUnknown},
	{name: "held, then every throttle", long: true, rules: forEver(fault.Hold(), fault.Throttle()), ops: writeOps, write: isUnknown},
	{name: "all unprocessed for ever", long: true, rules: forEver(fault.Unprocessed(0)), ops: batches, read: isThrottled},
}
