package faulttest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/repo"
)

// fMine panics when it is decoded.
type fMine struct{ Text string }

var errMine = errors.New("mine")

func (m fMine) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	return &types.AttributeValueMemberS{Value: m.Text}, nil
}

func (m *fMine) UnmarshalDynamoDBAttributeValue(types.AttributeValue) error { panic(errMine) }

type fMined struct {
	ID   string
	Mine *fMine
}

var fMinedKey = repo.KeyOf(func(m *fMined) *string { return &m.ID })

// recovered is what a function panics with.
func recovered(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}

// TestSegmentsPanic: what panics in a segment can be recovered where the loop is, and
// so can what panics in the loop. No goroutine stays behind.
func TestSegmentsPanic(t *testing.T) {
	for _, n := range []int{1, 4, 50} {
		synctest.Test(t, func(t *testing.T) {
			mined, err := repo.New(embedded.New().Client(quick), repo.TableOf("FMined", fMinedKey), repo.WithValidator(nil))
			if err == nil {
				err = mined.CreateTables(background)
			}
			if err != nil {
				t.Fatal(err)
			}
			for i := range 20 {
				m := fMined{ID: string(rune('a' + i))}
				if i == 19 {
					m.Mine = &fMine{Text: "x"}
				}
				if _, err := mined.Create(background, &m); err != nil {
					t.Fatal(err)
				}
			}
			got := recovered(func() {
				for _, err := range mined.Scan(background, repo.Segments(n)) {
					if err != nil {
						t.Error(err)
					}
				}
			})
			if got != errMine {
				t.Errorf("%d segments: %v", n, got)
			}
			steps, _ := largeSteps(t)
			got = recovered(func() {
				for range steps.Scan(background, repo.Segments(n)) {
					panic("in the loop")
				}
			})
			if got != "in the loop" {
				t.Errorf("%d segments, loop: %v", n, got)
			}
		})
	}
}

// TestSegmentsCancelledAtTheEnd: as in a scan without segments, a context that ends
// when the last object has come is no error.
func TestSegmentsCancelledAtTheEnd(t *testing.T) {
	for _, opts := range [][]repo.CallOption{nil, {repo.Segments(3)}} {
		synctest.Test(t, func(t *testing.T) {
			steps, _ := largeSteps(t)
			ctx, cancel := context.WithCancel(background)
			defer cancel()
			n := 0
			for _, err := range steps.Scan(ctx, opts...) {
				if err != nil {
					t.Error(err)
				}
				if n++; n == 12 {
					synctest.Wait() // the other segments have found their ends
					cancel()
				}
			}
			if n != 12 {
				t.Errorf("%d objects", n)
			}
		})
	}
}

// minedPages is a client whose second page panics.
type minedPages struct {
	*dynamodb.Client
	pages int
}

func (m *minedPages) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	if m.pages++; m.pages == 2 {
		panic(errMine)
	}
	return m.Client.Query(ctx, in, opts...)
}

// TestReadAheadPanics: what panics in the client as a page is read ahead can be
// recovered where the loop is, after the objects of the page before.
func TestReadAheadPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := embedded.New()
		createSteps(t, db.Client(quick))
		steps, err := repo.New(&minedPages{Client: db.Client(quick)}, repo.TableOf("FSteps", fStepKey), repo.WithValidator(nil))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		got := recovered(func() {
			for _, err := range steps.Query(background, fStepKey.In("r")) {
				if n++; err != nil {
					t.Error(err)
				}
			}
		})
		if n != 3 || got != errMine {
			t.Errorf("%d objects, %v", n, got)
		}
	})
}

// movingEntries is a client that finds the first entry of an index twice, as DynamoDB
// may when it moves.
type movingEntries struct{ *dynamodb.Client }

func (m movingEntries) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out, err := m.Client.Query(ctx, in, opts...)
	if err == nil && len(out.Items) > 0 {
		out.Items = append(out.Items, maps.Clone(out.Items[0]))
	}
	return out, err
}

// TestEntriesTwice: an index that has an object twice, at its old place and its new one,
// is no error.
func TestEntriesTwice(t *testing.T) {
	db := embedded.New()
	steps := newSides(t, db.Client(quick), db.Client(quick), fStepModel).clean
	for n := range 3 {
		if _, err := steps.Create(background, &fStep{Road: "r", N: n, Group: "g", Order: n, Body: fNote{Text: "body"}}); err != nil {
			t.Fatal(err)
		}
	}
	client, net := fault.Wrap(db.Client(quick))
	moving, err := repo.New(movingEntries{client}, fStepModel, repo.WithValidator(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []repo.Range[fStep]{fByGroup.In("g"), fGroupKeys.In("g")} {
		net.Reset()
		var got []string
		for s, err := range moving.Query(background, in) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprint(s.N, s.Body.Text))
		}
		if d := cmp.Diff([]string{"0body", "1body", "2body", "0body"}, got); d != "" {
			t.Error(d)
		}
		for _, req := range net.Requests() {
			if req.Status != 200 {
				t.Errorf("%s was refused: %d", req.Operation, req.Status)
			}
		}
	}
}
