package scenarios

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// Answers that say that nothing was done, for now or for good.
var refusals = []scenario{
	// A transaction under the token is under way, three times: the save waits and is done.
	{"F19", "a transaction is still in progress", withTokens, func(w *world) {
		for _, tr := range w.each(w.saves(), sends("TransactWriteItems"), fault.InProgress()) {
			tr.repeats(w, 4)
		}
	}},

	// A transaction is in conflict, three times: the library repeats it, after pauses.
	{"F20", "a transaction is in conflict", withTokens, func(w *world) {
		for _, tr := range w.each(w.saves(), sends("TransactWriteItems"), fault.Conflict()) {
			begin := time.Now()
			tr.repeats(w, 4)
			if time.Since(begin) == 0 {
				w.Errorf("%s: no pause", tr)
			}
		}
	}},

	// A condition has failed beside a conflict. The item that comes with it decides: with the
	// save's own id it is done, otherwise it is not, for the reason that the item is.
	{"F21", "a failed condition beside a conflict", onlyInTrans, func(w *world) {
		for _, tr := range w.each([]*save{&create, &putAll, &putOne, &shrink, &pinned, &removeValue}, sends("TransactWriteItems"), fault.Conflict()) {
			tr.besideConflict(w)
		}
	}},

	// A write of one item is in conflict with a transaction: it is repeated. Without end it is
	// contention, which is not a conflict between versions.
	{"F22", "a single write is in conflict", allWays, func(w *world) {
		single := sends("PutItem", "UpdateItem")
		w.succeeds(w.saves(), single, 3, fault.Conflict())
		for _, tr := range w.each(w.saves(), func(c course, r fault.Request) bool { return theFlip(c, r) && single(c, r) }, fault.Conflict()) {
			tr.endless(w, "contention")
		}
	}},

	// Throttled, by itself and among the reasons of a transaction: repeated, and in the end
	// an error of its own.
	{"F23", "throttled", allWays, func(w *world) {
		inside := []fault.Fault{fault.CancelTransaction("ThrottlingError"), fault.CancelTransaction("ProvisionedThroughputExceeded")}
		w.succeeds(w.saves(), everywhere, 2, fault.Throttle(), fault.ProvisionedThroughputExceeded())
		if !w.alone {
			w.succeeds(w.saves(), sends("TransactWriteItems"), 3, inside...)
			for _, tr := range w.each(w.saves(), sends("TransactWriteItems"), inside...) {
				tr.endless(w, "throttled")
			}
		}
		for _, tr := range w.each(w.saves(), func(c course, r fault.Request) bool { return r.Index <= c.flip }, fault.Throttle(), fault.ProvisionedThroughputExceeded()) {
			tr.endless(w, "throttled")
		}
	}},
}

// endless tries a fault that does not end: the save is not done, and the error says why.
func (tr trial) endless(w *world, kind string) {
	w.Helper()
	n := w.begin(tr.save)
	ctx, cancel := w.patience(background)
	defer cancel()
	w.Net.Reset(fault.Inject(tr.fault, fault.From(tr.at.Index), until(ctx)))
	w.runs++
	err := tr.do(ctx, w.faulty, n)
	w.wants(tr.String()+", without end", err, kind)
	if s := w.judge(tr.save, tr.String(), err); s.note.String() != tr.before().String() {
		w.Errorf("%s: stored is %v", tr, s.note)
	}
	w.another(tr.String())
}

// besideConflict answers the transaction of a save with a failed condition of the root and a
// conflict of all else: once when the save is done, and once when another was faster.
func (tr trial) besideConflict(w *world) {
	w.Helper()
	if tr.change != nil { // a deletion that is done leaves no item: its token would be known
		err := w.try(tr.save, fault.Inject(fault.ReplyLost(), fault.At(tr.at.Index)), fault.Inject(conflicting(), fault.At(tr.at.Index+1)))
		w.wants(tr.String()+", done", err, "nil")
		w.judge(tr.save, tr.String()+", done", err)
	}
	n := w.begin(tr.save)
	kit.Must(w.T, errOf(w.clean.Put(background, value(60), repo.Overwrite())))
	w.Net.Reset(fault.Inject(conflicting(), fault.At(tr.at.Index)))
	w.runs++
	err := tr.do(background, w.faulty, n)
	w.wants(tr.String()+", another was faster", err, map[bool]string{true: "exists", false: "conflict"}[tr.create])
	if s := w.state(tr.String()); s.note.String() != value(60).content().String() {
		w.Errorf("%s: stored is %v", tr, s.note)
	}
}

// conflicting is a cancellation for which the condition of the root has failed, with the
// item that is stored, and everything else is in conflict.
func conflicting() fault.Fault {
	return fault.Custom("failed beside a conflict", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		text, err := io.ReadAll(req.Body)
		var in struct{ TransactItems []map[string]json.RawMessage }
		if err := errors.Join(err, json.Unmarshal(text, &in)); err != nil {
			return nil, err
		}
		var reasons []map[string]any
		for _, action := range in.TransactItems {
			reason := map[string]any{"Code": "TransactionConflict"}
			for _, a := range action {
				var at struct {
					TableName string
					Key, Item map[string]json.RawMessage
				}
				if err := json.Unmarshal(a, &at); err != nil {
					return nil, err
				}
				if strings.HasSuffix(at.TableName, "Notes") {
					item, err := stored(next, req, at.TableName)
					if err != nil {
						return nil, err
					}
					reason = map[string]any{"Code": "ConditionalCheckFailed", "Item": item}
				}
			}
			reasons = append(reasons, reason)
		}
		answer, err := json.Marshal(map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "Message": "cancelled", "CancellationReasons": reasons})
		return &http.Response{StatusCode: 400, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(bytes.NewReader(answer))}, err
	})
}

// stored reads the root item of the note as it is in answers.
func stored(next fault.HTTPClient, like *http.Request, table string) (item json.RawMessage, err error) {
	body, err := json.Marshal(map[string]any{"TableName": table, "ConsistentRead": true, "Key": map[string]any{"id": map[string]string{"S": "a"}}})
	if err != nil {
		return nil, err
	}
	req := like.Clone(context.WithoutCancel(like.Context()))
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810.GetItem")
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	res, err := next.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var out struct{ Item json.RawMessage }
	err = json.NewDecoder(res.Body).Decode(&out)
	return out.Item, err
}
