package faulttest

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/repo"
)

// TestLifetimeFaults: a fault at any request, once or for good, leaves each object as it
// was or as the write makes it, and its items expire together.
func TestLifetimeFaults(t *testing.T) {
	for _, v := range lVerbs {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				requests, before, after := v.control(t)
				for _, f := range fault.Standard() {
					last := len(requests) - 1
					for i := range requests {
						v.faulty(t, before, after, fault.Inject(f, fault.At(i)), f.String() != "crash")
					}
					v.faulty(t, before, after, fault.Inject(f, fault.From(last)), false)
				}
			})
		})
	}
}

func (v lVerb) faulty(t *testing.T, before, after string, rule fault.Rule, passes bool) {
	t.Helper()
	w := newLifetimeWorld(t)
	w.net.Reset(rule)
	err := v.run(w, background)
	w.must(w.net.Release())
	w.net.Reset()
	values, wrong := w.judge()
	values, before, after = undated(values), undated(before), undated(after)
	switch {
	case wrong != "":
		t.Errorf("%v: %v; %s", rule, err, wrong)
	case err == nil && values != after, err != nil && !errors.Is(err, repo.ErrOutcomeUnknown) && values != before, values != before && values != after:
		t.Errorf("%v: %v; stored is\n%s", rule, err, values)
	case passes && !errors.Is(err, v.want):
		t.Errorf("%v: %v; want %v", rule, err, v.want)
	}
}

// undated leaves out times, which depend on pauses.
func undated(values string) string {
	var out []string
	for _, line := range strings.Split(values, "\n") {
		head, rest, _ := strings.Cut(line, " until ")
		_, tail, _ := strings.Cut(rest, ",")
		out = append(out, head+tail)
	}
	return strings.Join(out, "\n")
}

// TestExpiryTakenApart: DynamoDB deletes the items of what has expired in any order, and
// by a clock that may be ahead. Meanwhile every read finds the object, whole, or none.
func TestExpiryTakenApart(t *testing.T) {
	for name, ahead := range map[string]time.Duration{"in time": -time.Second, "early": 10 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for seed := range uint64(40) {
					takenApart(t, rand.New(rand.NewPCG(seed, 1)), ahead)
				}
			})
		})
	}
}

func takenApart(t *testing.T, random *rand.Rand, ahead time.Duration) {
	t.Helper()
	w := newLifetimeWorld(t)
	l := newLease("l", time.Now().Add(time.Minute))
	w.must(errOf(w.clean.Create(background, l)))
	time.Sleep(time.Until(l.Until) - max(ahead, 0))
	if ahead < 0 {
		time.Sleep(-ahead)
	}
	type place struct{ table, attribute, key string }
	var items []place
	for table, attribute := range map[string]string{"FLeases": "ID", "FLeaseNotes": "_id", "FLeasePast": "_id", "FLeaseEmails": "_id"} {
		stored, err := kit.ReadTable(background, w.raw, table, attribute)
		w.must(err)
		for _, it := range stored.Items {
			if key := kit.StringOf(it[attribute]); key == "l" || strings.HasPrefix(key, "FLeases/Sl/") || key == "FLeases/=email/Sl" {
				items = append(items, place{table, attribute, key})
			}
		}
	}
	if len(items) != 5 {
		t.Fatalf("%d items", len(items))
	}
	random.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	for i, it := range items {
		_, err := w.raw.DeleteItem(background, &dynamodb.DeleteItemInput{TableName: &it.table, Key: map[string]types.AttributeValue{it.attribute: kit.Str(it.key)}})
		w.must(err)
		got, err := w.clean.Get(background, fLeaseID.Of("l"))
		if i == 0 && err == nil && it.table == "FLeaseEmails" {
			if len(got.Past) != 2 || got.Note == nil {
				t.Errorf("%v: %+v", items[:i+1], got)
			}
		} else if err != nil && !errors.Is(err, repo.ErrNotFound) {
			t.Errorf("after %v: Get: %v", items[:i+1], err)
		}
		for o, err := range w.clean.Scan(background) {
			if err != nil || o.ID == "dead" || o.ID == "kept" {
				t.Errorf("after %v: Scan: %v, %v", items[:i+1], o, err)
			}
		}
		if _, err := repo.Read(background, w.clean, fLeaseID.Of("l"), fLeaseText); err != nil && !errors.Is(err, repo.ErrNotFound) {
			t.Errorf("after %v: Read: %v", items[:i+1], err)
		}
		var one *fLease
		if err := repo.TransactGet(background, w.clean.GetOp(fLeaseID.Of("l"), &one)); err != nil {
			t.Errorf("after %v: TransactGet: %v", items[:i+1], err)
		}
	}
	if ahead > 0 {
		return
	}
	w.must(errOf(w.clean.Create(background, newLease("l", time.Now().Add(time.Minute)))))
}

// TestTimeToLive lets the engine delete what has expired, in its own time: no item of
// the object is left, and others are untouched.
func TestTimeToLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newLifetimeWorld(t, embedded.WithTTLDelay(time.Hour))
		for table, attribute := range map[string]string{"FLeases": "until", "FLeaseNotes": "_ttl", "FLeasePast": "_ttl", "FLeaseEmails": "_ttl"} {
			_, err := w.raw.UpdateTimeToLive(background, &dynamodb.UpdateTimeToLiveInput{TableName: &table, TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: &attribute, Enabled: new(true)}})
			var on *types.ResourceInUseException
			if err != nil && !errors.As(err, &on) && !strings.Contains(err.Error(), "already enabled") {
				t.Fatal(err)
			}
		}
		before, wrong := w.judge()
		if wrong != "" || strings.Count(before, "\n") != 3 {
			t.Fatal(before, wrong)
		}
		time.Sleep(90 * time.Minute) // dead is due, the others have just expired
		if values, wrong := w.judge(); wrong != "" || strings.Count(values, "\n") != 2 {
			t.Error(values, wrong)
		}
		time.Sleep(time.Hour)
		d, err := kit.DumpTables(background, w.raw, "")
		w.must(err)
		for table, n := range d.Count() {
			if n > 0 {
				t.Errorf("%s has %d items", table, n)
			}
		}
	})
}

// TestExpiresDuringWrite: an object that expires while a write is repeated is not
// changed by it.
func TestExpiresDuringWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newLifetimeWorld(t)
		l := newLease("l", time.Now().Add(time.Minute))
		w.must(errOf(w.clean.Create(background, l)))
		w.must(w.clean.Update(background, fLeaseID.Of("l"), fLeaseUntil.Set(time.Now().Add(time.Second))))
		time.Sleep(time.Second)
		for name, err := range map[string]error{
			"update": w.faulty.Update(background, fLeaseID.Of("l"), oneHit()),
			"modify": w.faulty.Modify(background, fLeaseID.Of("l"), func(l *fLease) error { l.Hits++; return nil }),
		} {
			if !errors.Is(err, repo.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		var value *fLease
		ctx, cancel := context.WithCancel(background)
		defer cancel()
		soon := newLease("soon", time.Now().Add(2*time.Second))
		w.must(errOf(w.clean.Create(ctx, soon)))
		value, err := w.clean.Get(ctx, fLeaseID.Of("soon"))
		w.must(err)
		time.Sleep(3 * time.Second)
		value.Hits = 7
		if _, err := w.faulty.Put(ctx, value); !errors.Is(err, repo.ErrConflict) {
			t.Errorf("put of the stored version, which has expired: %v", err)
		}
	})
}
