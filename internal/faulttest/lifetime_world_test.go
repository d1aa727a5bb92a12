package faulttest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/internal/item"
	"github.com/dystore/dystore/internal/tables"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// fLease expires, is kept when it is deleted, and has parts and a unique value.
type fLease struct {
	ID    string
	Email string      `dynamodbav:"email,omitempty"`
	Until time.Time   `dynamodbav:"until,unixtime,omitempty"`
	Hits  int         `dynamodbav:"hits"`
	Note  *fNote      `dynamodbav:"note"`
	Past  []fNote     `dynamodbav:"past"`
	Meta  meta.Record `dynamodbav:"-"`
}

var (
	fLeaseID    = repo.KeyOf(func(l *fLease) *string { return &l.ID })
	fLeaseEmail = lens.Of(func(l *fLease) *string { return &l.Email })
	fLeaseUntil = lens.Of(func(l *fLease) *time.Time { return &l.Until })
	fLeaseHits  = lens.Of(func(l *fLease) *int { return &l.Hits })
	fLeasePast  = lens.Of(func(l *fLease) *[]fNote { return &l.Past })
	fLeaseText  = lens.Of(func(l *fLease) *string { return &l.Note.Text })

	fLeases = repo.TableOf("FLeases", fLeaseID, meta.Keep(func(l *fLease) *meta.Record { return &l.Meta }),
		repo.ExpiresAt(func(l *fLease) *time.Time { return &l.Until }), repo.SoftDelete[fLease](),
		shard.Optional(shard.To("FLeaseNotes"), func(l *fLease) **fNote { return &l.Note }),
		shard.Each(shard.To("FLeasePast"), func(l *fLease) *[]fNote { return &l.Past }),
		shard.Unique(shard.To("FLeaseEmails"), fLeaseEmail))

	fAlive, fDead, fKept = fLeaseID.Of("alive"), fLeaseID.Of("dead"), fLeaseID.Of("kept")
)

// lWorld is an engine with leases, and two clients as in fWorld.
type lWorld struct {
	raw *dynamodb.Client
	net *fault.Transport
	sides[fLease]
	value *fLease // alive, as stored
	dead  *fLease // as it was read before it had expired
}

func newLease(id string, until time.Time) *fLease {
	return &fLease{ID: id, Email: id, Until: until, Note: &fNote{Text: "n"}, Past: []fNote{{N: 1}, {N: 2}}}
}

// newLifetimeWorld stores a lease that is alive, one that has expired and one that is
// deleted. The clock is virtual, and begins in 2000.
func newLifetimeWorld(t *testing.T, opts ...embedded.Option) *lWorld {
	t.Helper()
	raw := embedded.New(opts...).Client(quick)
	faulty, net := fault.Wrap(raw)
	w := &lWorld{raw: raw, net: net, sides: newSides(t, faulty, raw, fLeases)}
	soon := time.Now().Add(time.Hour)
	w.dead = newLease("dead", time.Now().Add(time.Second))
	for _, l := range []*fLease{w.dead, newLease("kept", soon)} {
		w.must(errOf(w.clean.Create(background, l)))
	}
	w.must(w.clean.Delete(background, fKept))
	w.value = newLease("alive", soon)
	w.must(errOf(w.clean.Create(background, w.value)))
	time.Sleep(2 * time.Second)
	net.Reset()
	return w
}

func (w *lWorld) must(err error) {
	if err != nil {
		panic(err)
	}
}

// judge returns what is stored, and what is wrong with it: items that no record names,
// claims that are not those of values, items that do not expire with their root.
func (w *lWorld) judge() (values, wrong string) {
	d, err := kit.DumpTables(background, w.raw, "")
	w.must(err)
	problems := d.Problems("")
	times, claims := map[string]string{}, map[string]string{}
	for _, root := range d.Table("FLeases").Items {
		id := kit.StringOf(root["ID"])
		times["FLeases/S"+id] = fmt.Sprint(root["until"] != nil) + numberOf(root["until"])
		rec := root["_meta"].(*types.AttributeValueMemberM).Value
		values += fmt.Sprintf("%s hits %s until %s, deleted %v, %d parts", id, numberOf(root["hits"]), numberOf(root["until"]), rec["d"] != nil, len(rec["m"].(*types.AttributeValueMemberM).Value))
		if email, ok := root["email"]; ok {
			values += " " + kit.StringOf(email)
			if id == "dead" && tables.Expired(tables.Seconds(root["until"])) {
				values += "\n"
				continue // its value may be another's
			} else if q, ok := rec["q"].(*types.AttributeValueMemberM); ok && len(q.Value) == 1 {
				claims["FLeases/=email/S"+kit.StringOf(email)] = "FLeases/S" + id
			} else if rec["d"] == nil {
				problems = append(problems, id+" claims nothing")
			}
		}
		values += "\n"
	}
	for _, table := range []string{"FLeaseNotes", "FLeasePast", "FLeaseEmails"} {
		for _, it := range d.Table(table).Items {
			owner := kit.StringOf(it["_meta"].(*types.AttributeValueMemberM).Value["o"])
			if at := fmt.Sprint(it["_ttl"] != nil) + numberOf(it["_ttl"]); times[owner] != at {
				problems = append(problems, fmt.Sprintf("%s %v expires at %s, its root at %s", table, item.TypeText(it["_id"]), at, times[owner]))
			}
			if table == "FLeaseEmails" {
				if key := kit.StringOf(it["_id"]); claims[key] != owner && owner != "FLeases/Sdead" {
					problems = append(problems, fmt.Sprintf("%s claims %s", owner, key))
				}
				delete(claims, kit.StringOf(it["_id"]))
			}
		}
	}
	for key, owner := range claims {
		problems = append(problems, owner+" does not claim "+key)
	}
	if len(problems) > 0 {
		return values, fmt.Sprint(problems)
	}
	return values, ""
}

func numberOf(av types.AttributeValue) string {
	if n, ok := av.(*types.AttributeValueMemberN); ok {
		return n.Value
	}
	return "-"
}

// lVerb is a write of a lease.
type lVerb struct {
	name string
	run  func(w *lWorld, ctx context.Context) error
	want error // what it reports without faults
}

func lPut(edit func(*fLease), opts ...repo.CallOption) func(*lWorld, context.Context) error {
	return func(w *lWorld, ctx context.Context) error {
		l := *w.value
		edit(&l)
		return errOf(w.faulty.Put(ctx, &l, opts...))
	}
}

func lUpdate(key repo.Key[fLease], changes ...func() lens.Change[fLease]) func(*lWorld, context.Context) error {
	return func(w *lWorld, ctx context.Context) error {
		var all []lens.Change[fLease]
		for _, c := range changes {
			all = append(all, c())
		}
		return w.faulty.Update(ctx, key, all...)
	}
}

func inTwoHours() lens.Change[fLease] { return fLeaseUntil.Set(time.Now().Add(2 * time.Hour)) }
func now() lens.Change[fLease]        { return fLeaseUntil.Set(time.Now()) }
func oneHit() lens.Change[fLease]     { return lens.Add(fLeaseHits, 1) }
func onePast() lens.Change[fLease]    { return lens.Append(fLeasePast, fNote{N: 3}) }
func anotherEmail() lens.Change[fLease] {
	return fLeaseEmail.Set("another")
}

var lVerbs = []lVerb{
	{name: "create over what has expired", run: func(w *lWorld, ctx context.Context) error {
		return errOf(w.faulty.Create(ctx, &fLease{ID: "dead", Email: "new", Past: []fNote{{N: 9}}}))
	}},
	{name: "create over what has expired, with its value", run: func(w *lWorld, ctx context.Context) error {
		return errOf(w.faulty.Create(ctx, newLease("dead", time.Now().Add(time.Hour))))
	}},
	{name: "put over what has expired", run: func(w *lWorld, ctx context.Context) error {
		return errOf(w.faulty.Put(ctx, newLease("dead", time.Now().Add(time.Hour))))
	}},
	{name: "create over what is deleted", run: func(w *lWorld, ctx context.Context) error {
		return errOf(w.faulty.Create(ctx, &fLease{ID: "kept", Email: "new"}))
	}},
	{name: "create with the value of what has expired", run: func(w *lWorld, ctx context.Context) error {
		return errOf(w.faulty.Create(ctx, &fLease{ID: "thief", Email: "dead"}))
	}},
	{name: "delete", run: func(w *lWorld, ctx context.Context) error { return w.faulty.Delete(ctx, fAlive) }},
	{name: "delete as read", run: func(w *lWorld, ctx context.Context) error {
		l := *w.value
		return w.faulty.DeleteValue(ctx, &l)
	}},
	{name: "delete what has expired", run: func(w *lWorld, ctx context.Context) error {
		return w.faulty.Delete(ctx, fDead, repo.Permanently())
	}},
	{name: "delete for good", run: func(w *lWorld, ctx context.Context) error {
		return w.faulty.Delete(ctx, fKept, repo.Permanently())
	}},
	{name: "restore", run: func(w *lWorld, ctx context.Context) error { return w.faulty.Restore(ctx, fKept) }},
	{name: "update of the time", run: lUpdate(fAlive, inTwoHours)},
	{name: "update of the time and more", run: lUpdate(fAlive, inTwoHours, oneHit, onePast, anotherEmail)},
	{name: "update that ends it", run: lUpdate(fAlive, now)},
	{name: "append", run: lUpdate(fAlive, onePast)},
	{name: "put with another time", run: lPut(func(l *fLease) { l.Until = l.Until.Add(time.Hour) })},
	{name: "put with another time and parts", run: lPut(func(l *fLease) {
		l.Until, l.Past, l.Note, l.Email = l.Until.Add(time.Hour), []fNote{{N: 2}, {N: 5}, {N: 6}}, nil, "x"
	})},
	{name: "put without a time", run: lPut(func(l *fLease) { l.Until = time.Time{} }, repo.KeepShards())},
	{name: "modify", run: func(w *lWorld, ctx context.Context) error {
		return w.faulty.Modify(ctx, fAlive, func(l *fLease) error { l.Until, l.Hits = l.Until.Add(time.Hour), 5; return nil })
	}},
	{name: "transact", run: func(w *lWorld, ctx context.Context) error {
		return repo.Transact(ctx, []repo.Op{w.faulty.DeleteOp(fAlive), w.faulty.CreateOp(&fLease{ID: "dead", Email: "alive"}), w.faulty.PutOp(&fLease{ID: "kept", Email: "z"})})
	}},

	{name: "update of what has expired", want: repo.ErrNotFound, run: lUpdate(fDead, oneHit)},
	{name: "update of what is deleted", want: repo.ErrNotFound, run: lUpdate(fKept, oneHit)},
	{name: "put of what has expired", want: repo.ErrConflict, run: func(w *lWorld, ctx context.Context) error {
		l := *w.dead
		return errOf(w.faulty.Put(ctx, &l))
	}},
	{name: "restore of what has expired", want: repo.ErrNotFound, run: func(w *lWorld, ctx context.Context) error { return w.faulty.Restore(ctx, fDead) }},
}

// control runs a verb without faults.
func (v lVerb) control(t *testing.T) (requests []fault.Request, before, after string) {
	t.Helper()
	w := newLifetimeWorld(t)
	before, _ = w.judge()
	w.net.Reset()
	err := v.run(w, background)
	requests = w.net.Requests()
	after, wrong := w.judge()
	if !errors.Is(err, v.want) || wrong != "" || (before == after) != (err != nil) {
		t.Fatalf("%s: %v; %s\n%s\n%s", v.name, err, wrong, before, after)
	}
	return slices.Clone(requests), before, after
}
