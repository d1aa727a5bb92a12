package unique

import (
	"errors"

	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// repeat makes a write, then perhaps another, and the first again under its id.
func (m *machine) repeat() {
	id, o, there, p := m.some()
	write := repo.WithWriteID(meta.NewWriteID())
	v := m.draw(id)
	next, changes, fields, noPath := m.drawChanges(o.account)
	tables, put := concerned(p.claims, fields), m.one("put", "update") == "put"
	call := func() error {
		if put {
			return second(p.Put(m.ctx, new(copied(v)), write))
		}
		return p.With(write).Update(m.ctx, key(id), changes...)
	}
	if err := call(); put {
		m.done("put with an id", err, v, p.claims, true)
		if err != nil {
			return
		}
	} else if m.updated("update with an id", err, there, next, o, noPath, tables); err != nil {
		return
	}
	m.check()
	if m.one("", "between") != "" {
		m.must(m.programs[0].Update(m.ctx, key(id), email.Remove()))
		after, _ := m.become(m.objects[id].account, nil)
		after.Email = ""
		delete(after.claims, "Emails")
		m.objects[id] = after
		if other := "b"; id != other {
			taken := m.draw(other)
			m.done("put between", second(m.programs[0].Put(m.ctx, new(copied(taken)))), taken, claimTables, true)
		}
	}
	m.must(call())
}

// putMany puts two objects at the same time, neither of which has a value that the
// other has or had: nothing says which is first.
func (m *machine) putMany() {
	p := m.programs[0]
	v, w := m.draw("a"), m.draw("b")
	if shares(m.objects["a"], implied(w)) || shares(m.objects["b"], implied(v)) || shares(held{claims: implied(v)}, implied(w)) {
		return
	}
	err := second(p.PutMany(m.ctx, []*account{new(copied(v)), new(copied(w))}))
	errs := map[int]error{}
	if batch, ok := errors.AsType[*repo.BatchError](err); ok {
		for i, e := range batch.Errs {
			errs[i] = e
		}
	} else {
		m.must(err)
	}
	m.done("put many", errs[0], v, claimTables, true)
	m.done("put many", errs[1], w, claimTables, true)
}

func shares(o held, claims map[string]string) bool {
	for table, key := range o.claims {
		if claims[table] == key {
			return true
		}
	}
	return false
}

// transact writes two objects, or none. One may take what the other gives up.
func (m *machine) transact() {
	p := m.programs[0]
	v, w := m.draw("a"), m.draw("b")
	ops := []repo.Op{p.PutOp(new(copied(v)))}
	deletes := m.one("put", "delete") == "delete"
	if deletes {
		ops = append(ops, p.DeleteOp(key("b")))
	} else {
		ops = append(ops, p.PutOp(new(copied(w))))
	}
	err := repo.Transact(m.ctx, ops)
	nextA, _ := m.become(v, claimTables)
	nextB, _ := m.become(w, claimTables)
	if deletes {
		nextB = held{}
	}
	duplicate := shares(nextA, nextB.claims)
	for id, other := range m.objects {
		if id != "a" && id != "b" {
			duplicate = duplicate || shares(other, nextA.claims) || shares(other, nextB.claims)
		}
	}
	switch {
	case err == nil && !duplicate:
		m.objects["a"], m.objects["b"] = nextA, nextB
		nextA.flat, nextB.flat = false, false
		if m.objects["a"] = nextA; deletes {
			delete(m.objects, "b")
		} else {
			m.objects["b"] = nextB
		}
	case errors.Is(err, repo.ErrDuplicate) && duplicate:
	default:
		m.Fatalf("transact: %v; duplicate %v", err, duplicate)
	}
}
