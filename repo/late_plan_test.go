package repo_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// TestValueOfALatePlan: the first request of a Put is late, and arrives after the
// Put was planned again for an object that somebody has put in its place, and
// deleted. The value remembers what the first plan has stored, not the second.
func TestValueOfALatePlan(t *testing.T) {
	raw := embedded.New().Client()
	client, net := fault.Wrap(raw)
	theirs, people := repoOver(t, raw, personModel(testKeys(t))), repoOver(t, client, personModel(testKeys(t)))
	before := func(act func()) fault.Fault {
		return fault.Custom("beside others", func(next fault.HTTPClient, r *http.Request) (*http.Response, error) {
			act()
			return next.Do(r)
		})
	}
	net.Reset(
		fault.Inject(fault.Hold(), fault.At(1)), // after the read
		fault.Inject(before(func() {
			other := john()
			other.ID = "p"
			noErr(t, errOf(theirs.Create(background, &other)))
		}), fault.At(2)),
		fault.Inject(before(func() {
			noErr(t, theirs.Delete(background, personID.Of("p")))
			noErr(t, net.Release())
		}), fault.At(3)),
	)
	v := john()
	v.ID = "p"
	noErr(t, errOf(people.Put(background, &v)))
	if d := cmp.Diff([]string{"GetItem", "TransactWriteItems", "TransactWriteItems", "TransactWriteItems", "TransactWriteItems"}, net.Operations()); d != "" {
		t.Fatal(d)
	}
	got := must(theirs.Get(background, personID.Of("p")))(t)
	if !v.Meta.Equal(got.Meta) || v.Meta.Version != 1 {
		t.Errorf("the value remembers version %d, stored is version %d", v.Meta.Version, got.Meta.Version)
	}
	v.Visits = 3
	if err := errOf(people.Put(background, &v)); err != nil {
		t.Errorf("the next Put: %v", err)
	}
	if again := must(theirs.Get(background, personID.Of("p")))(t); again.Visits != 3 || again.Meta.Version != 2 {
		t.Errorf("stored: %d visits, version %d", again.Visits, again.Meta.Version)
	}
}

// lateClient loses the first write of a program, lets another program change the
// item, and applies the lost write when the program's third request comes.
type lateClient struct {
	*dynamodb.Client
	t     *testing.T
	n     int
	first *dynamodb.TransactWriteItemsInput
}

func (c *lateClient) theirs(n string) {
	_, err := c.PutItem(background, &dynamodb.PutItemInput{TableName: new("Root"), Item: rawItem{"ID": avS("1"), "N": avN(n)}})
	noErr(c.t, err)
}

func (c *lateClient) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	switch c.n++; c.n {
	case 1:
		c.first = in
		return nil, errors.New("connection lost")
	case 2:
		c.theirs("5")
	case 3:
		c.theirs("1")
		noErr(c.t, errOf(c.Client.TransactWriteItems(ctx, c.first)))
	}
	return c.Client.TransactWriteItems(ctx, in)
}

// TestModifyOfALatePlan: the change that was applied is that of the first round,
// also if a later round has no plan. Its value has the record, and no other.
func TestModifyOfALatePlan(t *testing.T) {
	type doc struct {
		ID   string
		N    int
		Meta meta.Record `dynamodbav:"-"`
	}
	id := repo.KeyOf(func(d *doc) *string { return &d.ID })
	for name, second := range map[string]func(*doc){
		"the second round has no key": func(d *doc) { d.ID = "" },
		"the second round has a plan": func(d *doc) { d.N = 9 },
	} {
		t.Run(name, func(t *testing.T) {
			client := &lateClient{Client: embedded.New().Client(), t: t}
			docs, err := repo.New(client, repo.TableOf("Root", id, meta.Keep(func(d *doc) *meta.Record { return &d.Meta })))
			noErr(t, err)
			noErr(t, docs.CreateTables(background))
			client.theirs("1")
			var rounds []*doc
			noErr(t, docs.Modify(background, id.Of("1"), func(d *doc) error {
				d.N++
				if rounds = append(rounds, d); len(rounds) > 1 {
					second(d)
				}
				return nil
			}))
			got := must(docs.Get(background, id.Of("1")))(t)
			if len(rounds) != 2 || got.N != 2 || !rounds[0].Meta.Equal(got.Meta) || rounds[1].Meta.Version != 0 {
				t.Errorf("%d rounds, stored %+v, the values remember versions %d and %d", len(rounds), got, rounds[0].Meta.Version, rounds[1].Meta.Version)
			}
		})
	}
}

// noItems is a client that returns no items with refusals and whose reads are
// throttled after a while.
type noItems struct {
	*dynamodb.Client
	throttled bool
}

func (c *noItems) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	out, err := c.Client.TransactWriteItems(ctx, in)
	if canceled, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		for i := range canceled.CancellationReasons {
			canceled.CancellationReasons[i].Item = nil
		}
	}
	return out, err
}

func (c *noItems) GetItem(ctx context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	if c.throttled {
		return nil, &types.ProvisionedThroughputExceededException{}
	}
	return c.Client.GetItem(ctx, in)
}

// TestUnknownIsNoOtherKind: what is in the way of the read after a refusal says
// nothing about the write.
func TestUnknownIsNoOtherKind(t *testing.T) {
	type doc struct{ ID string }
	client := &noItems{Client: embedded.New().Client()}
	docs, err := repo.New(client, repo.TableOf("Root", repo.KeyOf(func(d *doc) *string { return &d.ID })))
	noErr(t, err)
	noErr(t, docs.CreateTables(background))
	noErr(t, errOf(docs.Create(background, &doc{ID: "1"})))
	client.throttled = true
	err = errOf(docs.Create(background, &doc{ID: "1"}))
	if !errors.Is(err, repo.ErrOutcomeUnknown) || errors.Is(err, repo.ErrThrottled) {
		t.Errorf("kinds %v of %v", kindsOf(err), err)
	}
}

// TestRefusedCallsHaveTheirID: a write that is refused before any request has the id
// that the caller gave it.
func TestRefusedCallsHaveTheirID(t *testing.T) {
	people := repoOver(t, embedded.New().Client(), personModel(testKeys(t)))
	over, cancel := context.WithCancel(background)
	cancel()
	id := meta.NewWriteID()
	with, key := repo.WithWriteID(id), personID.Of("p")
	for verb, err := range map[string]error{
		"Delete": people.Delete(over, key, with),
		"Update": people.With(with).Update(over, key),
		"Modify": people.Modify(over, key, func(*Person) error { return nil }, with),
	} {
		if e, ok := errors.AsType[*repo.Error](err); !ok || e.WriteID != id || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", verb, err)
		}
	}
}
