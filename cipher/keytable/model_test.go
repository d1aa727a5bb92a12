package keytable_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/cipher"
	"github.com/dystore/dystore/cipher/keytable"
	"github.com/dystore/dystore/fault"
)

// model is what a scope is to be.
type model struct {
	primary cipher.KeyID
	states  []keytable.State // of key 1, 2, 3 and so on
	audits  []keytable.Audit
	erased  *keytable.Audit
}

func (m *model) clone() *model {
	c := *m
	c.states, c.audits = slices.Clone(m.states), slices.Clone(m.audits)
	return &c
}

func (m *model) String() string {
	return fmt.Sprint(m.primary, m.states, m.audits, m.erased != nil)
}

// state is that of a key, "" for none.
func (m *model) state(id cipher.KeyID) keytable.State {
	if id == 0 || int(id) > len(m.states) {
		return ""
	}
	return m.states[id-1]
}

// step is a call, and what it does to the model.
type step struct {
	op string
	id cipher.KeyID
	a  keytable.Audit
}

func (m *model) apply(s step) error {
	switch state := m.state(s.id); s.op {
	case "mint":
		switch {
		case m.erased != nil:
			return cipher.ErrKeyDestroyed
		case int(s.id) > len(m.states):
			return cipher.ErrUnknownKey
		case s.id == m.primary:
			m.states, m.audits = append(m.states, keytable.Enabled), append(m.audits, keytable.Audit{})
			m.primary = cipher.KeyID(len(m.states))
		}
	case "disable", "enable":
		switch {
		case m.erased != nil || state == keytable.Destroyed:
			return cipher.ErrKeyDestroyed
		case state == "":
			return cipher.ErrUnknownKey
		case s.op == "enable":
			m.states[s.id-1] = keytable.Enabled
		case s.id == m.primary:
			return keytable.ErrPrimary
		default:
			m.states[s.id-1] = keytable.Disabled
		}
	case "destroy":
		switch {
		case state == "":
			return cipher.ErrUnknownKey
		case state == keytable.Destroyed:
		case s.id == m.primary:
			return keytable.ErrPrimary
		default:
			m.states[s.id-1], m.audits[s.id-1] = keytable.Destroyed, s.a
		}
	case "erase":
		if m.erased == nil {
			m.erased, m.primary = &s.a, 0
			for i := range m.states {
				if m.states[i] != keytable.Destroyed {
					m.states[i], m.audits[i] = keytable.Destroyed, s.a
				}
			}
		}
	}
	return nil
}

// run makes the call.
func (s step) run(ctx context.Context, store *keytable.Store, scope string) (id cipher.KeyID, err error) {
	switch s.op {
	case "mint":
		return store.Mint(ctx, scope, s.id)
	case "disable":
		err = store.Disable(ctx, scope, s.id)
	case "enable":
		err = store.Enable(ctx, scope, s.id)
	case "destroy":
		_, err = store.Destroy(ctx, scope, s.id, s.a)
	case "erase":
		_, err = store.Erase(ctx, scope, s.a)
	}
	return 0, err
}

// found is the model of what is stored.
func found(ctx context.Context, store *keytable.Store, scope string) (*model, error) {
	s, err := store.Scope(ctx, scope)
	if errors.Is(err, cipher.ErrUnknownKey) {
		return new(model), nil
	}
	if err != nil {
		return nil, err
	}
	m := &model{primary: s.Primary}
	for _, k := range s.Keys {
		m.states, m.audits = append(m.states, k.State), append(m.audits, k.Audit)
	}
	if s.Erased != nil {
		m.erased = &s.Erased.Audit
	}
	return m, nil
}

// known is what ByID has ever returned: an id has one key for ever.
type known struct {
	mu   sync.Mutex
	keys map[cipher.KeyName]string
	gone map[cipher.KeyName]bool
}

// look asks for a key and compares what it says with what was said before.
func (k *known) look(ctx context.Context, store *keytable.Store, name cipher.KeyName) error {
	k.mu.Lock()
	before := k.gone[name]
	k.mu.Unlock()
	wrapped, err := store.ByID(ctx, name.Scope, name.ID)
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case errors.Is(err, cipher.ErrKeyDestroyed):
		k.gone[name] = true
	case errors.Is(err, cipher.ErrKeyDisabled), errors.Is(err, cipher.ErrUnknownKey):
		if before {
			return fmt.Errorf("key %v was destroyed, and now: %w", name, err)
		}
	case err != nil:
		return nil // a fault
	case before:
		return fmt.Errorf("key %v was destroyed, and is back", name)
	default:
		if had, ok := k.keys[name]; ok && had != string(wrapped) {
			return fmt.Errorf("the id of key %v was given twice", name)
		}
		k.keys[name] = string(wrapped)
	}
	return nil
}

func drawStep(t *rapid.T) step {
	return step{
		op: rapid.SampledFrom([]string{"mint", "mint", "mint", "disable", "enable", "destroy", "erase"}).Draw(t, "op"),
		id: cipher.KeyID(rapid.IntRange(0, 5).Draw(t, "id")),
		a:  rapid.SampledFrom([]keytable.Audit{ticket, other}).Draw(t, "audit"),
	}
}

// TestModel: with lost answers and lost requests, a store does what the model does. A call that has
// failed has been made or not, and made again ends as if it had been made once.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := newFixture(t)
		quiet := f.on(t, f.client)
		ctx := context.Background()
		models := map[string]*model{"a": {}, "": {}}
		ids := known{keys: map[cipher.KeyName]string{}, gone: map[cipher.KeyName]bool{}}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			scope := rapid.SampledFrom([]string{"a", ""}).Draw(rt, "scope")
			s := drawStep(rt)
			m := models[scope]
			if s.op == "mint" && rapid.Bool().Draw(rt, "rotates") {
				s.id = m.primary
			}
			inject := rapid.SampledFrom([]fault.Fault{fault.ReplyLost(), fault.SendError(), fault.ServerErrorAfter(), fault.Throttle()}).Draw(rt, "fault")
			f.net.Reset(fault.Inject(inject, fault.At(rapid.IntRange(0, 5).Draw(rt, "at"))))
			after := m.clone()
			want := after.apply(s)
			_, err := s.run(ctx, f.Store, scope)
			now, broken := found(ctx, quiet, scope)
			if broken != nil {
				rt.Fatal(broken)
			}
			if now.String() != m.String() && now.String() != after.String() {
				rt.Fatalf("%v: %s became %s, neither that nor %s", s, m, now, after)
			}
			if err == nil || errors.Is(err, want) && want != nil {
				if now.String() != after.String() || !errors.Is(err, want) {
					rt.Fatalf("%v: %v, %s; want %v, %s", s, err, now, want, after)
				}
			}
			f.net.Reset()
			id, err := s.run(ctx, f.Store, scope)
			if now, _ := found(ctx, quiet, scope); now.String() != after.String() || !errors.Is(err, want) || want == nil && err != nil {
				rt.Fatalf("%v again: %v, %s; want %v, %s", s, err, now, want, after)
			}
			if s.op == "mint" && err == nil && id != after.primary {
				rt.Fatalf("Mint says %d, and the primary is %d", id, after.primary)
			}
			models[scope] = after
			for id := cipher.KeyID(1); id <= 6; id++ {
				if err := ids.look(ctx, quiet, cipher.KeyName{Scope: scope, ID: id}); err != nil {
					rt.Fatal(err)
				}
			}
		}
	})
}

// TestConcurrent: callers at the same time, with lost answers and late requests, give no id twice. What was
// destroyed stays so, and an erased scope is empty for everybody who asks after Erase has returned.
func TestConcurrent(t *testing.T) {
	for seed := range uint64(40) {
		bubble(t, func(t *testing.T) { concurrent(t, seed) })
	}
}

func concurrent(t *testing.T, seed uint64) {
	f := newFixture(t)
	f.net.Reset(
		fault.Random(seed, 0.15, []fault.Fault{fault.ReplyLost(), fault.SendError(), fault.HoldFor(3), fault.ServerErrorAfter()}, fault.Op("UpdateItem")),
		fault.Random(seed+1, 0.1, []fault.Fault{fault.SendError()}),
	)
	quiet := f.on(t, f.client)
	ids := &known{keys: map[cipher.KeyName]string{}, gone: map[cipher.KeyName]bool{}}
	var minted sync.Map // by id, what Mint has said
	var wg sync.WaitGroup
	for worker := range uint64(6) {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, worker))
			ctx := context.Background()
			for range 15 {
				s := step{op: []string{"mint", "mint", "mint", "disable", "enable", "destroy"}[r.IntN(6)], id: cipher.KeyID(r.IntN(5)), a: ticket}
				if s.op == "mint" {
					s.id, _ = quiet.Primary(ctx, "s")
				}
				if worker == 0 && r.IntN(12) == 0 {
					s.op = "erase"
				}
				id, err := s.run(ctx, f.Store, "s")
				switch {
				case err != nil:
				case s.op == "mint":
					if id <= s.id {
						t.Errorf("Mint in place of %d says %d", s.id, id)
					}
					minted.Store(id, true)
				case s.op == "erase":
					if _, err := quiet.Primary(ctx, "s"); !errors.Is(err, cipher.ErrKeyDestroyed) {
						t.Errorf("after Erase: %v", err)
					}
				}
				if err := ids.look(ctx, quiet, cipher.KeyName{Scope: "s", ID: cipher.KeyID(1 + r.IntN(8))}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	check(t, f.net.Release())
	m, err := found(t.Context(), quiet, "s")
	check(t, err) // ids are 1 to the last, without a gap: otherwise it is damaged
	minted.Range(func(id, _ any) bool {
		if m.state(id.(cipher.KeyID)) == "" {
			t.Errorf("key %d was minted, and is not there", id)
		}
		return true
	})
	for id := range m.states {
		if err := ids.look(t.Context(), quiet, cipher.KeyName{Scope: "s", ID: cipher.KeyID(id + 1)}); err != nil {
			t.Error(err)
		}
	}
}

// TestFirstKey: processes that need the first key of a scope at once agree on it.
func TestFirstKey(t *testing.T) {
	for name, first := range map[string]func(*keytable.Store) (cipher.KeyID, error){
		"Mint":    func(s *keytable.Store) (cipher.KeyID, error) { return s.Mint(context.Background(), "s", 0) },
		"Primary": func(s *keytable.Store) (cipher.KeyID, error) { return s.Primary(context.Background(), "s") },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			var wg sync.WaitGroup
			got := make([]string, 20)
			for i := range got {
				client := dynamodb.New(f.client.Options(), once)
				s := f.on(t, client, keytable.OnDemand())
				wg.Go(func() {
					id, err := first(s)
					wrapped, missing := s.ByID(context.Background(), "s", id)
					got[i] = fmt.Sprintf("%d %v %x %v", id, err, wrapped, missing)
				})
			}
			wg.Wait()
			if all := slices.Compact(got); len(all) != 1 || all[0][:7] != "1 <nil>" {
				t.Errorf("they do not agree: %q", all)
			}
		})
	}
}
