package ranges

import (
	"context"
	"iter"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// Three models in one table. Two have parts, in one table and in tables of their own;
// one has neither parts nor a record to show.
type (
	client struct {
		PK     string      `dynamodbav:"pk"`
		SK     string      `dynamodbav:"sk"`
		Name   string      `dynamodbav:"name"` // encrypted
		Status string      `dynamodbav:"status"`
		At     time.Time   `dynamodbav:"at"`
		Note   leaf        `dynamodbav:"note"`
		Meta   meta.Record `dynamodbav:"-"`
	}
	ticket struct {
		PK     string      `dynamodbav:"pk"`
		SK     string      `dynamodbav:"sk"`
		Status string      `dynamodbav:"status"`
		At     time.Time   `dynamodbav:"at"`
		Note   leaf        `dynamodbav:"note"` // its text is encrypted
		Lines  []leaf      `dynamodbav:"lines"`
		Meta   meta.Record `dynamodbav:"-"`
	}
	event struct {
		PK     string    `dynamodbav:"pk"`
		SK     string    `dynamodbav:"sk"`
		Status string    `dynamodbav:"status"`
		At     time.Time `dynamodbav:"at"`
		Text   string    `dynamodbav:"text" validate:"required"`
	}
)

var (
	clientKey    = repo.CompositeKeyOf(func(c *client) *string { return &c.PK }, func(c *client) *string { return &c.SK })
	ticketKey    = repo.CompositeKeyOf(func(k *ticket) *string { return &k.PK }, func(k *ticket) *string { return &k.SK })
	eventKey     = repo.CompositeKeyOf(func(e *event) *string { return &e.PK }, func(e *event) *string { return &e.SK })
	clientStatus = repo.IndexOf("by-status", func(c *client) *string { return &c.Status }, func(c *client) *time.Time { return &c.At })
	ticketStatus = repo.IndexOf("by-status", func(k *ticket) *string { return &k.Status }, func(k *ticket) *time.Time { return &k.At })
	eventStatus  = repo.IndexOf("by-status", func(e *event) *string { return &e.Status }, func(e *event) *time.Time { return &e.At })
	clientKeys   = repo.IndexOf("of-keys", func(c *client) *string { return &c.Status }, func(c *client) *time.Time { return &c.At }, repo.KeysOnly())
	ticketKeys   = repo.IndexOf("of-keys", func(k *ticket) *string { return &k.Status }, func(k *ticket) *time.Time { return &k.At }, repo.KeysOnly())
	eventKeys    = repo.IndexOf("of-keys", func(e *event) *string { return &e.Status }, func(e *event) *time.Time { return &e.At }, repo.KeysOnly())
	eventMore    = repo.IndexOf("of-keys", func(e *event) *string { return &e.Status }, func(e *event) *time.Time { return &e.At }, repo.Include(eText))
	clientNote   = shard.New(shard.To("Notes"), func(c *client) *leaf { return &c.Note })
	ticketNote   = shard.New(shard.To("Notes"), func(k *ticket) *leaf { return &k.Note })
	ticketLines  = shard.Each(shard.To("Lines"), func(k *ticket) *[]leaf { return &k.Lines })
	cName2       = lens.Of(func(c *client) *string { return &c.Name })
	kStatus      = lens.Of(func(k *ticket) *string { return &k.Status })
	kNoteText    = lens.Of(func(k *ticket) *string { return &k.Note.Text })
	kNoteN       = lens.Of(func(k *ticket) *int { return &k.Note.N })
	eText        = lens.Of(func(e *event) *string { return &e.Text })
)

// desk has the three repositories.
type desk struct {
	clients *repo.Repo[client]
	tickets *repo.Repo[ticket]
	events  *repo.Repo[event]
	all     []repo.Member
	stored  []any // by key, in the partition "c1"
}

func openDesk(t *testing.T, x *kit.World) *desk {
	t.Helper()
	d := &desk{
		clients: kit.Open(t, x, clientModel(t), repo.Entity("client")),
		tickets: kit.Open(t, x, ticketModel(t), repo.Entity("ticket")),
		events:  kit.Open(t, x, repo.TableOf("Desk", eventKey, eventStatus, eventKeys), repo.Entity("event"), repo.WithValidator(nil)),
	}
	d.all = []repo.Member{d.clients, d.tickets, d.events}
	return d
}

func clientModel(t *testing.T) repo.Model[client] {
	return repo.TableOf("Desk", clientKey, clientStatus, clientKeys, clientNote, cipher.Protect(kit.Keys(t), cName2),
		meta.Keep(func(c *client) *meta.Record { return &c.Meta }))
}

func ticketModel(t *testing.T) repo.Model[ticket] {
	return repo.TableOf("Desk", ticketKey, ticketStatus, ticketKeys, ticketNote, ticketLines, cipher.Protect(kit.Keys(t), kNoteText),
		meta.Keep(func(k *ticket) *meta.Record { return &k.Meta }))
}

// fill stores objects of all models under "c1", and one of each under "c2".
func (d *desk) fill(t *testing.T) *desk {
	t.Helper()
	ctx := t.Context()
	for _, pk := range []string{"c2", "c1"} {
		c := client{PK: pk, SK: "PROFILE", Name: "ann", Status: "open", At: kit.At(3).UTC(), Note: leaf{Text: "of the client", N: 1}}
		k1 := ticket{PK: pk, SK: "TICKET#1", Status: "open", At: kit.At(1).UTC(), Note: leaf{Text: "of a ticket", N: 2}, Lines: []leaf{{N: 3}, {N: 4}}}
		k2 := ticket{PK: pk, SK: "TICKET#2", Status: "paid", At: kit.At(2).UTC(), Note: leaf{N: 5}}
		e1 := event{PK: pk, SK: "EVENT#1", Status: "open", At: kit.At(2).UTC(), Text: "came"}
		e2 := event{PK: pk, SK: "TICKET#1#EVENT", Status: "paid", At: kit.At(5).UTC(), Text: "went"}
		for _, err := range []error{second(d.tickets.Create(ctx, &k2)), second(d.events.Create(ctx, &e2)), second(d.clients.Create(ctx, &c)), second(d.events.Create(ctx, &e1)), second(d.tickets.Create(ctx, &k1))} {
			kit.Must(t, err)
		}
		d.stored = []any{e1, c, k1, e2, k2}
	}
	return d
}

// values are the objects of a Union, without their pointers. It ends the test at the
// first error.
func values(t *testing.T, objects iter.Seq2[any, error]) []any {
	t.Helper()
	out, failed := tried(objects)
	for _, err := range failed {
		kit.Must(t, err)
	}
	return out
}

// tried are the objects of a Union and its errors.
func tried(objects iter.Seq2[any, error]) (values []any, failed []error) {
	values = []any{}
	for o, err := range objects {
		if err != nil {
			failed = append(failed, err)
			continue
		}
		values = append(values, reflect.ValueOf(o).Elem().Interface())
	}
	return values, failed
}

// keysOf are the sort keys of objects.
func keysOf(objects []any) []string {
	keys := []string{}
	for _, o := range objects {
		keys = append(keys, reflect.ValueOf(o).FieldByName("SK").String())
	}
	return keys
}

// besideRead does something once, when the first request of an operation is sent.
func besideRead(x *kit.World, operation string, change func()) {
	x.Net.Reset(fault.Inject(fault.Custom("change", func(next fault.HTTPClient, req *http.Request) (*http.Response, error) {
		change()
		return next.Do(req)
	}), fault.Op(operation), fault.Times(1)))
}

// aside are repositories of the same tables whose requests are not recorded.
func aside[T any](t *testing.T, x *kit.World, m repo.Model[T], entity string) *repo.Repo[T] {
	t.Helper()
	r, err := repo.New(x.Raw, m, x.Options([]repo.Option{repo.Entity(entity)})...)
	kit.Must(t, err)
	return r
}

// inDesk is a Union of all models under "c1".
func (d *desk) inDesk(ctx context.Context, opts ...repo.CallOption) iter.Seq2[any, error] {
	return repo.Union(ctx, clientKey.In("c1"), d.all, opts...)
}
