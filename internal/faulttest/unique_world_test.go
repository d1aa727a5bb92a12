package faulttest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// fMember has unique values in its root item, one of two fields, and in a part.
type fMember struct {
	ID    string
	Email string      `dynamodbav:"email,omitempty"`
	Club  string      `dynamodbav:"club,omitempty"`
	Nick  string      `dynamodbav:"nick,omitempty"`
	Card  *fBadge     `dynamodbav:"card"`
	Meta  meta.Record `dynamodbav:"-"`
}

type fBadge struct {
	No string `dynamodbav:"no,omitempty"`
}

var (
	fMemberID = repo.KeyOf(func(m *fMember) *string { return &m.ID })
	fEmail    = lens.Of(func(m *fMember) *string { return &m.Email })
	fClub     = lens.Of(func(m *fMember) *string { return &m.Club })
	fNick     = lens.Of(func(m *fMember) *string { return &m.Nick })
	fBadges   = lens.Of(func(m *fMember) **fBadge { return &m.Card })
	fBadgeNo  = lens.Of(func(m *fMember) *string { return &m.Card.No })

	fMembers = repo.TableOf("FMembers", fMemberID, meta.Keep(func(m *fMember) *meta.Record { return &m.Meta }),
		shard.Optional(shard.To("FBadges"), func(m *fMember) **fBadge { return &m.Card }),
		shard.Unique(shard.To("FEmails"), fEmail), shard.Unique(shard.To("FNicks"), fClub, fNick), shard.Unique(shard.To("FNumbers"), fBadgeNo))

	fAnn, fBob = fMemberID.Of("ann"), fMemberID.Of("bob")
)

// uWorld is an engine with members, and two clients as in fWorld.
type uWorld struct {
	raw *dynamodb.Client
	net *fault.Transport
	sides[fMember]
}

// newUniqueWorld stores ann, who has all values, and bob, who has none.
func newUniqueWorld(t *testing.T, opaque bool) *uWorld {
	t.Helper()
	raw := embedded.New().Client(quick)
	faulty, net := fault.Wrap(raw)
	w := &uWorld{raw, net, newSides(t, faulty, raw, fMembers)}
	if opaque {
		r, err := repo.New(fault.Opaque(faulty, 1), fMembers, repo.WithValidator(nil))
		w.must(err)
		w.faulty = r
	}
	w.store(fMember{ID: "ann", Email: "ann", Club: "c", Nick: "ann", Card: &fBadge{"1"}})
	w.store(fMember{ID: "bob"})
	net.Reset()
	return w
}

func (w *uWorld) must(err error) {
	if err != nil {
		panic(err)
	}
}

func (w *uWorld) store(m fMember) *fMember {
	w.must(errOf(w.clean.Put(background, &m)))
	return &m
}

func (w *uWorld) get(key repo.Key[fMember]) *fMember {
	m, err := w.clean.Get(background, key)
	w.must(err)
	return m
}

// judge returns what is wrong with what is stored: each claim must be that of a value,
// and each value must be claimed. values are all that is stored.
func (w *uWorld) judge() (values, wrong string) {
	d, err := kit.DumpTables(background, w.raw, "")
	w.must(err)
	if p := d.Problems(""); len(p) > 0 {
		return "", fmt.Sprint(p)
	}
	got, want := map[string]string{}, map[string]string{}
	for _, table := range []string{"FEmails", "FNicks", "FNumbers"} {
		for _, it := range d.Table(table).Items {
			got[kit.StringOf(it["_id"])] = kit.StringOf(it["_meta"].(*types.AttributeValueMemberM).Value["o"])
		}
	}
	for _, root := range d.Table("FMembers").Items {
		id := kit.StringOf(root["ID"])
		m, owner := w.get(fMemberID.Of(id)), "FMembers/S"+id
		values += fmt.Sprintf("%s: %q %q %q", id, m.Email, m.Club, m.Nick)
		if m.Email != "" {
			want["FMembers/=email/S"+m.Email] = owner
		}
		if m.Club != "" && m.Nick != "" {
			want["FMembers/=club/=nick/S"+m.Club+"/S"+m.Nick] = owner
		}
		if m.Card != nil {
			values += fmt.Sprintf(" %q", m.Card.No)
			if m.Card.No != "" {
				want["FMembers/=card.no/S"+m.Card.No] = owner
			}
		}
		values += "\n"
	}
	if !maps.Equal(got, want) {
		return values, fmt.Sprintf("claims %v; want %v", got, want)
	}
	return values, ""
}

// uVerb is a write of unique values.
type uVerb struct {
	name  string
	begin func(w *uWorld) func(context.Context) error
	want  error // what it reports without faults
}

func uUpdate(key repo.Key[fMember], changes ...lens.Change[fMember]) func(*uWorld) func(context.Context) error {
	return func(w *uWorld) func(context.Context) error {
		return func(ctx context.Context) error { return w.faulty.Update(ctx, key, changes...) }
	}
}

// uPut is a Put of ann after an edit.
func uPut(edit func(*fMember), opts ...repo.CallOption) func(*uWorld) func(context.Context) error {
	return func(w *uWorld) func(context.Context) error {
		m := w.get(fAnn)
		edit(m)
		return func(ctx context.Context) error { return errOf(w.faulty.Put(ctx, m, opts...)) }
	}
}

func uCreate(m fMember, opts ...repo.CallOption) func(*uWorld) func(context.Context) error {
	return func(w *uWorld) func(context.Context) error {
		return func(ctx context.Context) error { return errOf(w.faulty.Create(ctx, new(m), opts...)) }
	}
}

func uTransact(ops func(w *uWorld) []repo.Op) func(*uWorld) func(context.Context) error {
	return func(w *uWorld) func(context.Context) error {
		all := ops(w)
		return func(ctx context.Context) error { return repo.Transact(ctx, all) }
	}
}

func newValues(m *fMember) { m.Email, m.Nick, m.Card = "new", "new", &fBadge{"new"} }

var uVerbs = []uVerb{
	{name: "create", begin: uCreate(fMember{ID: "new", Email: "new", Club: "c", Nick: "new", Card: &fBadge{"new"}})},
	{name: "put tracked", begin: uPut(newValues)},
	{name: "put tracked, nothing left", begin: uPut(func(m *fMember) { m.Email, m.Nick, m.Card = "", "", nil })},
	{name: "put overwriting", begin: uPut(newValues, repo.Overwrite())},
	{name: "put rewriting", begin: uPut(newValues, repo.Rewrite())},
	{name: "put untracked", begin: uPut(func(m *fMember) { newValues(m); m.Meta = meta.Record{} })},
	{name: "update of one field", begin: uUpdate(fAnn, fEmail.Set("new"))},
	{name: "update if absent", begin: uUpdate(fBob, fEmail.SetIfAbsent("new"))},
	{name: "update of one of two", begin: uUpdate(fAnn, fNick.Set("new"))},
	{name: "update of both", begin: uUpdate(fBob, fClub.Set("c"), fNick.Set("new"))},
	{name: "update in a part", begin: uUpdate(fAnn, fBadgeNo.Set("new"))},
	{name: "update of a part", begin: uUpdate(fAnn, fBadges.Remove())},
	{name: "modify", begin: func(w *uWorld) func(context.Context) error {
		return func(ctx context.Context) error {
			return w.faulty.Modify(ctx, fAnn, func(m *fMember) error { newValues(m); return nil })
		}
	}},
	{name: "delete", begin: func(w *uWorld) func(context.Context) error {
		return func(ctx context.Context) error { return w.faulty.Delete(ctx, fAnn) }
	}},
	{name: "delete value", begin: func(w *uWorld) func(context.Context) error {
		m := w.get(fAnn)
		return func(ctx context.Context) error { return w.faulty.DeleteValue(ctx, m) }
	}},
	{name: "transact", begin: uTransact(func(w *uWorld) []repo.Op {
		return []repo.Op{w.faulty.UpdateOp(fAnn, fEmail.Set("new")), w.faulty.UpdateOp(fBob, fClub.Set("c"), fNick.Set("new"))}
	})},
	{name: "transact delete and create", begin: uTransact(func(w *uWorld) []repo.Op {
		return []repo.Op{w.faulty.DeleteOp(fAnn), w.faulty.CreateOp(&fMember{ID: "new", Email: "new"})}
	})},
	{name: "transact, a value changes hands", begin: uTransact(func(w *uWorld) []repo.Op {
		return []repo.Op{w.faulty.UpdateOp(fAnn, fEmail.Set("new")), w.faulty.UpdateOp(fBob, fEmail.Set("ann"))}
	})},
	{name: "transact, the value of what is deleted", begin: uTransact(func(w *uWorld) []repo.Op {
		return []repo.Op{w.faulty.CreateOp(&fMember{ID: "new", Email: "ann"}), w.faulty.DeleteOp(fAnn)}
	})},

	{name: "create, duplicate", want: repo.ErrDuplicate, begin: uCreate(fMember{ID: "new", Email: "ann", Card: &fBadge{"new"}})},
	{name: "put, duplicate", want: repo.ErrDuplicate, begin: func(w *uWorld) func(context.Context) error {
		m := w.get(fBob)
		m.Card = &fBadge{"1"}
		return func(ctx context.Context) error { return errOf(w.faulty.Put(ctx, m)) }
	}},
	{name: "update, duplicate", want: repo.ErrDuplicate, begin: uUpdate(fBob, fClub.Set("c"), fNick.Set("ann"))},
	{name: "transact, duplicate", want: repo.ErrDuplicate, begin: uTransact(func(w *uWorld) []repo.Op {
		return []repo.Op{w.faulty.CreateOp(&fMember{ID: "new", Email: "new"}), w.faulty.UpdateOp(fBob, fEmail.Set("ann"))}
	})},
}

// control runs a verb without faults.
func (v uVerb) control(t *testing.T, opaque bool) (requests []fault.Request, before, after string) {
	t.Helper()
	w := newUniqueWorld(t, opaque)
	run := v.begin(w)
	before, _ = w.judge()
	w.net.Reset()
	err := run(background)
	requests = w.net.Requests()
	after, wrong := w.judge()
	if !errors.Is(err, v.want) || wrong != "" || (before == after) != (err != nil) {
		t.Fatalf("%s: %v; %s", v.name, err, wrong)
	}
	return requests, before, after
}
