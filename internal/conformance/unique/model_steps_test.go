package unique

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"pgregory.net/rapid"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

// step draws one write and compares what it says with the model.
func (m *machine) step() {
	steps := map[string]func(){
		"create": m.create, "put": m.put, "put tracked": m.putTracked, "put in part": m.putInPart, "keep shards": m.keepShards,
		"update": m.update, "modify": m.modify, "delete": m.delete, "plant": m.plant, "transact": m.transact, "put many": m.putMany, "repeat": m.repeat,
	}
	names := []string{"create", "put", "put tracked", "put in part", "keep shards", "update", "update", "update", "modify", "delete", "plant", "transact", "put many", "repeat"}
	steps[rapid.SampledFrom(names).Draw(m.T, "step")]()
}

func (m *machine) create() {
	id, _, there, p := m.some()
	v := m.draw(id)
	_, err := p.Create(m.ctx, new(copied(v)))
	if there {
		m.refused("create", err, repo.ErrExists)
		return
	}
	m.done("create", err, v, p.claims, true)
}

func (m *machine) put() {
	id, _, _, p := m.some()
	v := m.draw(id)
	m.done("put", second(p.Put(m.ctx, new(copied(v)))), v, p.claims, true)
}

// read reads an object by a program, with options.
func (m *machine) read(p program, id string, opts ...repo.CallOption) *account {
	v, err := p.Get(m.ctx, key(id), opts...)
	m.must(err)
	return v
}

func (m *machine) putTracked() {
	id, o, there, p := m.some()
	if !there {
		return
	}
	v := m.read(m.programs[rapid.IntRange(0, 2).Draw(m.T, "reader")], id)
	next := m.draw(id)
	rec := v.Meta
	*v = copied(next)
	v.Meta = rec
	var opts []repo.CallOption
	switch m.one("", "", "overwrite", "rewrite") {
	case "overwrite":
		opts = append(opts, repo.Overwrite())
	case "rewrite":
		if !o.bare {
			opts = append(opts, repo.Rewrite())
		}
	}
	m.done("put tracked", second(p.Put(m.ctx, v, opts...)), next, p.claims, true)
}

// lags reports whether an object's claim of its phone is that of another value.
func (o *held) lags() bool { return implied(o.account)["Phones"] != o.claims["Phones"] }

func (m *machine) putInPart() {
	id, o, there, p := m.some()
	if !there || o.lags() {
		return
	}
	v := m.read(p, id, repo.RootOnly())
	next := m.draw(id)
	next.Contact = o.Contact
	v.Email, v.Tenant, v.Login, v.N = next.Email, next.Tenant, next.Login, next.N
	m.done("put in part", second(p.Put(m.ctx, v)), next, p.claims, !o.bare && m.divided)
}

func (m *machine) keepShards() {
	id, o, there, p := m.some()
	if !m.divided || o.lags() {
		return
	}
	next := m.draw(id)
	err := second(p.Put(m.ctx, new(copied(next)), repo.KeepShards()))
	switch {
	case !there:
		m.refused("keep shards", err, repo.ErrNotFound)
	case o.bare || o.flat:
		m.refused("keep shards", err, repo.ErrInvalid)
	default:
		next.Contact = o.Contact
		m.done("keep shards", err, next, p.claims, true)
	}
}

// drawChanges draws changes of an object, and what they make of it.
func (m *machine) drawChanges(v account) (next account, changes []lens.Change[account], fields []string, noPath bool) {
	v = copied(v)
	about := func(table string, c lens.Change[account]) {
		changes, fields = append(changes, c), append(fields, table)
	}
	switch e := m.one("x", "y"); m.one("", "set", "remove", "set if absent") {
	case "set":
		about("Emails", email.Set(e))
		v.Email = e
	case "remove":
		about("Emails", email.Remove())
		v.Email = ""
	case "set if absent":
		about("Emails", email.SetIfAbsent(e))
		if v.Email == "" {
			v.Email = e
		}
	}
	switch m.one("", "", "set", "remove") {
	case "set":
		about("Logins", tenant.Set("t"))
		v.Tenant = "t"
	case "remove":
		about("Logins", tenant.Set(""))
		v.Tenant = ""
	}
	switch l := m.one("l", "m"); m.one("", "", "set", "remove", "set if absent") {
	case "set":
		about("Logins", login.Set(l))
		v.Login = &l
	case "remove":
		about("Logins", login.Remove())
		v.Login = nil
	case "set if absent":
		about("Logins", login.SetIfAbsent(l))
		if v.Login == nil {
			v.Login = &l
		}
	}
	switch c := (contact{m.one("1", "2"), m.one("", "A street that is long enough for a table of its own")}); m.one("", "", "set", "remove", "phone", "phone if absent", "no phone", "street", "merge") {
	case "set":
		about("Phones", contacts.Set(&c))
		v.Contact = &c
	case "remove":
		about("Phones", contacts.Remove())
		v.Contact = nil
	case "phone":
		about("Phones", phone.Set(c.Phone))
		noPath = !in(v.Contact, func(to *contact) { to.Phone = c.Phone })
	case "phone if absent":
		about("Phones", phone.SetIfAbsent(c.Phone))
		noPath = !in(v.Contact, func(to *contact) {
			if to.Phone == "" {
				to.Phone = c.Phone
			}
		})
	case "no phone":
		about("Phones", phone.Remove())
		noPath = !in(v.Contact, func(to *contact) { to.Phone = "" })
	case "street":
		changes = append(changes, street.Set(c.Street))
		noPath = !in(v.Contact, func(to *contact) { to.Street = c.Street })
	case "merge":
		about("Phones", lens.Merge(contacts, &c))
		noPath = !in(v.Contact, func(to *contact) {
			if to.Phone = c.Phone; c.Street != "" {
				to.Street = c.Street
			}
		})
	}
	v.N++
	return v, append(changes, lens.Add(n, 1)), fields, noPath
}

func in(c *contact, change func(*contact)) bool {
	if c != nil {
		change(c)
	}
	return c != nil
}

func (m *machine) update() {
	id, o, there, p := m.some()
	next, changes, fields, noPath := m.drawChanges(o.account)
	var err error
	if m.one("", "get") == "get" {
		err = second(repo.UpdateGet(m.ctx, p.Repo, key(id), changes...))
	} else {
		err = p.Update(m.ctx, key(id), changes...)
	}
	m.updated("update", err, there, next, o, noPath, concerned(p.claims, fields))
}

func (m *machine) updated(what string, err error, there bool, next account, o held, noPath bool, tables []string) {
	m.Helper()
	switch {
	case !there:
		m.refused(what, err, repo.ErrNotFound)
	case noPath:
		m.refused(what, err, repo.ErrNoPath)
	default:
		m.done(what, err, next, tables, false)
		if err == nil && o.bare {
			after := m.objects[next.ID]
			after.flat = true
			m.objects[next.ID] = after
		}
	}
}

func (m *machine) modify() {
	id, _, there, p := m.some()
	next := m.draw(id)
	err := p.Modify(m.ctx, key(id), func(v *account) error {
		rec := v.Meta
		*v = copied(next)
		v.Meta = rec
		return nil
	})
	if !there {
		m.refused("modify", err, repo.ErrNotFound)
		return
	}
	m.done("modify", err, next, p.claims, true)
}

func (m *machine) delete() {
	id, _, there, p := m.some()
	switch how := m.one("key", "value", "many", "damaged"); {
	case how == "value" && there:
		m.must(p.DeleteValue(m.ctx, m.read(p, id)))
	case how == "many":
		m.must(p.DeleteMany(m.ctx, []repo.Key[account]{key(id)}))
	case how == "damaged":
		m.must(p.Delete(m.ctx, key(id), repo.Damaged()))
	default:
		m.must(p.Delete(m.ctx, key(id)))
	}
	delete(m.objects, id)
}

// plant stores an item without a record, as another program does.
func (m *machine) plant() {
	id, _, there, _ := m.some()
	if there {
		return
	}
	v := m.draw(id)
	row := kit.Row{"ID": kit.Str(id), "n": kit.Num("0")}
	v.N = 0
	for name, text := range map[string]string{"email": v.Email, "tenant": v.Tenant} {
		if text != "" {
			row[name] = kit.Str(text)
		}
	}
	if v.Login != nil {
		row["login"] = kit.Str(*v.Login)
	} else {
		row["login"] = kit.Null()
	}
	if c := v.Contact; c != nil {
		contact := kit.Row{"street": kit.Str(c.Street)}
		if c.Phone != "" {
			contact["phone"] = kit.Str(c.Phone)
		}
		row["contact"] = kit.Object(contact)
	}
	m.must(second(m.client.PutItem(m.ctx, &dynamodb.PutItemInput{TableName: aws.String("Accounts"), Item: row})))
	m.objects[id] = held{account: v, bare: true}
}
