package faulttest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// newOpaqueWorld is a world whose faulty side has a client that repeats requests
// unseen and returns no item with a refusal.
func newOpaqueWorld(t *testing.T) *fWorld {
	w := newFaultWorld(t)
	w.through(fault.Opaque(w.client, 3))
	return w
}

// through gives the faulty side another client.
func (w *fWorld) through(client repo.Client) {
	w.opens = client
	w.docs.faulty = newRepo(w, client, fDocModel(w.keys))
	w.slip.faulty = newRepo(w, client, fSlipModel())
	w.card.faulty = newRepo(w, client, fCardModel(), repo.Plain())
}

func newRepo[T any](w *fWorld, client repo.Client, m repo.Model[T], opts ...repo.Option) *repo.Repo[T] {
	r, err := repo.New(client, m, append(opts, repo.WithValidator(nil))...)
	w.must(err)
	return r
}

// opaqueWrites are all writes that are not Relaxed: an opaque client may apply a
// Relaxed write twice.
func opaqueWrites() []fVerb {
	return slices.DeleteFunc(slices.Clone(allWrites), func(v fVerb) bool { return v.blind })
}

// TestEveryFaultThroughAnOpaqueClient is TestEveryFaultAtEveryRequest with such
// a client: the verbs report what happened. Where requests fail for ever, the
// outcome is unknown, because one of them may have been executed.
func TestEveryFaultThroughAnOpaqueClient(t *testing.T) {
	plans := slices.Clone(faultPlans)
	plans = slices.DeleteFunc(plans, func(p fPlan) bool {
		return p.name == "answer empty" || p.name == "every answer empty" || p.name == "an empty answer, not executed" // such a client believes it
	})
	for i, p := range plans {
		if p.write == isThrottled || p.write == isContended || p.write == isFailed {
			plans[i].write = isUnknown
		}
		if p.name == "answer truncated" {
			plans[i].read = isFailed // it does not repeat that
		}
	}
	for _, v := range slices.Concat(opaqueWrites(), damagedDeletes) {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newOpaqueWorld(t)
				requests, want := v.control(t, w)
				written := false
				for _, r := range requests {
					written = written || isWrite(r.Operation)
					for n, p := range plans {
						if !p.fits(r.Operation) || p.long && !v.deep || p.beside && v.flat || raceDetector && (n+r.Index+len(v.name))%3 != 0 {
							continue
						}
						c := fCase{fVerb: v, plan: p, w: w, want: want, at: r}
						if written && !isWrite(r.Operation) { // it may be the read of what a refusal met
							c.also = []outcome{isUnknown, isCancelledUnsure}
						}
						if problem := c.run(); problem != "" {
							t.Errorf("request %d, %s: %s: %s", r.Index, r.Operation, p.name, problem)
						}
					}
				}
			})
		})
	}
}

// TestEveryFaultWithRetriesOfTheClient: the client of the SDK is configured to
// repeat requests. It does not repeat those of writes.
func TestEveryFaultWithRetriesOfTheClient(t *testing.T) {
	for _, v := range allWrites {
		if !v.deep {
			continue
		}
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFaultWorld(t)
				w.through(dynamodb.New(w.client.Options(), func(o *dynamodb.Options) {
					o.RetryMaxAttempts, o.RetryMode = 5, aws.RetryModeAdaptive
				}))
				everyFault(t, v, w)
			})
		})
	}
}

// TestForeignWritesThroughAnOpaqueClient lets others write while such a client
// repeats a request, or while its first request is late.
func TestForeignWritesThroughAnOpaqueClient(t *testing.T) {
	for _, v := range opaqueWrites() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newOpaqueWorld(t)
				requests, _ := v.control(t, w)
				for _, r := range requests {
					for n, f := range foreigners {
						if !isWrite(r.Operation) || raceDetector && (n+len(v.name))%3 != 0 {
							continue
						}
						for _, executed := range []bool{true, false} {
							if problem := v.interfered(w, r, f, executed); problem != "" {
								t.Errorf("request %d, %s, executed before %s: %v: %s", r.Index, r.Operation, f.name, executed, problem)
							}
						}
						f.satisfies = true
						if problem := v.late(w, r, f); problem != "" {
							t.Errorf("request %d, %s, late, after %s: %s", r.Index, r.Operation, f.name, problem)
						}
					}
				}
			})
		})
	}
}

// TestRequestsThroughAnOpaqueClient counts the requests that exact outcomes cost
// with such a client. A client that returns items with a refusal spares them.
func TestRequestsThroughAnOpaqueClient(t *testing.T) {
	for _, c := range []struct {
		verb    string
		opaque  []string
		trusted []string
	}{
		{"slip create", []string{"TransactWriteItems"}, []string{"TransactWriteItems"}},
		{"slip create, exists", []string{"TransactWriteItems", "GetItem", "TransactWriteItems"}, []string{"TransactWriteItems"}}, // the item; a check that nothing is late
		{"slip put tracked", []string{"PutItem"}, []string{"PutItem"}},
		{"slip put tracked, conflict", []string{"PutItem", "GetItem"}, []string{"PutItem"}},
		{"slip update add, append", []string{"TransactWriteItems"}, []string{"TransactWriteItems"}},
		{"slip update add to NULL", []string{"TransactWriteItems", "GetItem", "TransactWriteItems", "GetItem", "TransactWriteItems"},
			[]string{"TransactWriteItems", "UpdateItem"}}, // what was read may be younger: once more for that version
		{"update, absent", []string{"TransactWriteItems", "GetItem", "TransactWriteItems"}, []string{"TransactWriteItems"}},
		{"delete value, conflict", []string{"TransactWriteItems", "GetItem"}, []string{"TransactWriteItems"}},
	} {
		t.Run(c.verb, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := allWrites[slices.IndexFunc(allWrites, func(v fVerb) bool { return v.name == c.verb })]
				for want, w := range map[*[]string]*fWorld{&c.opaque: newOpaqueWorld(t), &c.trusted: newFaultWorld(t)} {
					v.control(t, w)
					if got := w.net.Operations(); !slices.Equal(got, *want) {
						t.Errorf("sent %v, want %v", got, *want)
					}
				}
			})
		})
	}
}

// TestOpaqueOutcomes: the first request of a call was executed, its answer was lost,
// and the client has repeated it by itself. The test pins what each verb reports.
func TestOpaqueOutcomes(t *testing.T) {
	for _, c := range []struct {
		verb      string
		meanwhile string // done by another writer before the repetition
		want      error
	}{
		{"slip put tracked", "nothing", nil},
		{"slip put tracked", "seven updates", nil},
		{"slip put tracked", "eight updates", repo.ErrOutcomeUnknown},
		{"slip put tracked", "a delete", repo.ErrOutcomeUnknown},
		{"slip create", "nothing", nil},
		{"slip create", "a delete", nil},
		{"slip update add, append", "a delete and a create", nil},
		{"update if unchanged", "nothing", nil},
		{"delete value", "a create", nil},
		{"put untracked", "eight updates", nil},
	} {
		t.Run(fmt.Sprint(c.verb, ", ", c.meanwhile), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := allWrites[slices.IndexFunc(allWrites, func(v fVerb) bool { return v.name == c.verb })]
				f := foreigners[slices.IndexFunc(foreigners, func(f foreign) bool { return f.name == c.meanwhile })]
				w := newOpaqueWorld(t)
				call := v.begin(w)
				w.net.Reset(lostThen(func() { f.act(w) }))
				if err := call.run(background); !errors.Is(err, c.want) {
					t.Errorf("%v, want %v", err, c.want)
				}
			})
		})
	}
}
