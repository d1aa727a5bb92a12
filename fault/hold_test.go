package fault_test

import (
	"context"
	"errors"
	"io"
	"syscall"
	"testing"

	"github.com/dystore/dystore/fault"
)

func TestHoldUntilRelease(t *testing.T) {
	e := &engine{}
	tr := fault.New(e, fault.Inject(fault.Hold(), fault.At(0, 1)))
	db := client(tr)
	for range 2 {
		if _, _, err := do(t, tr, "PutItem", "first"); !errors.Is(err, syscall.ECONNRESET) {
			t.Fatal(err)
		}
	}
	if _, err := db.PutItem(t.Context(), put("later")); err != nil {
		t.Fatal(err)
	}
	equal(t, "held", 2, tr.Held())
	equal(t, "sent", false, tr.Requests()[0].Sent)
	equal(t, "executed", 1, len(e.executed()))
	if err := tr.Release(); err != nil {
		t.Fatal(err)
	}
	equal(t, "executed", []string{"PutItem first", "PutItem first"}, e.executed()[1:])
	equal(t, "sent", true, tr.Requests()[0].Sent)
	equal(t, "held", 0, tr.Held())
}

func TestHeldRequestOutlivesItsContext(t *testing.T) {
	e := &engine{}
	tr := fault.New(e, fault.Inject(fault.Hold()))
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := client(tr).PutItem(ctx, put("1")); !errors.Is(err, syscall.ECONNRESET) {
		t.Fatal(err)
	}
	cancel() // the caller has gone; its request still arrives
	if err := tr.Release(); err != nil {
		t.Fatal(err)
	}
	equal(t, "executed", 1, len(e.executed()))
}

func TestHoldFor(t *testing.T) {
	e := &engine{}
	tr := fault.New(e, fault.Inject(fault.HoldFor(2), fault.At(0)), fault.Inject(fault.HoldFor(0), fault.At(3)))
	for _, body := range []string{"0", "1", "2", "3", "4"} {
		do(t, tr, "PutItem", body)
	}
	equal(t, "executed", []string{"PutItem 1", "PutItem 2", "PutItem 0", "PutItem 4", "PutItem 3"}, e.executed())
}

func TestHeldRequestsArriveAfterACrash(t *testing.T) {
	e := &engine{}
	tr := fault.New(e, fault.Inject(fault.Hold(), fault.At(0)), fault.Inject(fault.Crash(), fault.At(1)))
	do(t, tr, "PutItem", "0")
	do(t, tr, "PutItem", "1")
	if err := tr.Release(); err != nil {
		t.Fatal(err)
	}
	equal(t, "executed", []string{"PutItem 0"}, e.executed())
}

func TestHeldRequestsThatNeverArrive(t *testing.T) {
	e := &engine{}
	tr := fault.New(e, fault.Inject(fault.Hold()))
	do(t, tr, "PutItem", "0")
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	do(t, tr, "PutItem", "1")
	tr.Reset()
	if err := tr.Release(); err != nil {
		t.Fatal(err)
	}
	equal(t, "executed", []string{}, e.executed())
}

func TestReleaseReportsTheEnginesError(t *testing.T) {
	e := &engine{err: io.ErrClosedPipe}
	tr := fault.New(e, fault.Inject(fault.Hold()))
	do(t, tr, "PutItem", "0")
	do(t, tr, "PutItem", "1")
	if err := tr.Release(); err != io.ErrClosedPipe {
		t.Errorf("got %v", err)
	}
	equal(t, "executed", []string{"PutItem 0", "PutItem 1"}, e.executed())
}
