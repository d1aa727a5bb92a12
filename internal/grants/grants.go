// Package grants says which actions of DynamoDB the verbs of a model need, on which of
// its tables. Its tests run every verb and prove that it is neither less nor more.
package grants

import (
	"slices"

	"github.com/dystore/dystore/internal/schema"
	"github.com/dystore/dystore/internal/sorted"
	"github.com/dystore/dystore/internal/stored"
)

// The actions. A TransactWriteItems needs those of its items, a TransactGetItems GetItem.
const (
	get    = "GetItem"
	batch  = "BatchGetItem"
	put    = "PutItem"
	update = "UpdateItem"
	del    = "DeleteItem"
	check  = "ConditionCheckItem"
	query  = "Query"
	scan   = "Scan"

	batchWrite = "BatchWriteItem" // of copies, which nobody else writes
)

// Needs are the actions that verbs need on tables of each kind.
type Needs struct {
	Root    []string
	Indexes []string // of the root's table
	Parts   []string // tables of shards
	Claims  []string // tables of unique values
	Counts  []string // tables of counters

	// Tables that parts and claims may still be in, and that no new ones are put into.
	OldParts, OldClaims []string

	whole    []string // verbs that are about whole tables
	claiming []string // verbs that write claims
	ranged   bool     // a verb reads ranges of indexes
}

// model is what of a model decides.
type model struct {
	*Needs
	s               *schema.Schema
	parts, claiming bool // there may be such items
	counting        bool
}

// recorded are the verbs that a model without records refuses.
var recorded = []string{"DeleteValue", "Migrate", "Modify", "Resolve", "Restore", "Sweep", "Union"}

// Of are the needs of verbs. It returns nil, and the name of the verb, if one is unknown.
func Of(s *schema.Schema, verbs []string) (n *Needs, unknown string) {
	t := tablesOf(s)
	m := &model{Needs: &Needs{}, s: s, parts: len(t.parts)+len(t.oldParts) > 0, claiming: len(t.claims)+len(t.oldClaims) > 0, counting: len(t.counts) > 0}
	for _, v := range verbs {
		needs, known := byVerb[v]
		if !known {
			return nil, v
		}
		needs(m, v)
	}
	return m.Needs, ""
}

// kinds are the tables of a model besides the root's, by what is in them. Tables that
// AllowTables names may have parts and claims.
type kinds struct{ parts, claims, oldParts, oldClaims, counts []string }

func tablesOf(s *schema.Schema) (t kinds) {
	t.oldParts, t.oldClaims = slices.Clone(s.Allowed), slices.Clone(s.Allowed)
	for _, p := range s.Tree.All {
		if p.Table != "" {
			add(&t.parts, p.Table)
		}
		if sh := s.Declared(p); sh != nil {
			add(&t.oldParts, schema.Called(s, sh.MovedFrom...)...)
		}
	}
	for _, u := range s.Uniques {
		table, _ := u.Table()
		add(&t.claims, table)
		add(&t.oldClaims, u.MovedFrom()...)
	}
	for _, c := range s.Counters {
		add(&t.counts, c.Of.Root)
	}
	t.oldParts, t.oldClaims = less(t.oldParts, t.parts), less(t.oldClaims, t.claims)
	return t
}

func less(all, gone []string) []string {
	return slices.DeleteFunc(merged(all, nil), func(t string) bool { return slices.Contains(gone, t) })
}

func merged(a, b []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
}

func add(to *[]string, actions ...string) { *to = merged(*to, actions) }

func (m *model) root(actions ...string) { add(&m.Root, actions...) }

// divided adds actions on parts, wherever they are.
func (m *model) divided(actions ...string) {
	add(&m.Parts, actions...)
	add(&m.OldParts, actions...)
}

// claimed adds actions on claims, wherever they are.
func (m *model) claimed(actions ...string) {
	if m.claiming {
		add(&m.Claims, actions...)
		add(&m.OldClaims, actions...)
	}
}

// claims notes a verb that writes claims.
func (m *model) claims(v string) {
	if m.claiming {
		m.Needs.claiming = append(m.Needs.claiming, v)
	}
}

// object reads objects whole, also while others change them.
func (m *model) object(string) {
	m.root(get)
	if m.parts {
		m.root(batch)
		m.divided(get, batch)
	}
}

// partly is object for roots that were read otherwise.
func (m *model) partly(v string) {
	if m.parts {
		m.object(v)
	}
}

// counted is a verb that reads counters as well.
func counted(verb func(*model, string)) func(*model, string) {
	return func(m *model, v string) {
		verb(m, v)
		if m.counting {
			add(&m.Counts, get, batch)
		}
	}
}

// addTo finds out which object there is, and changes or makes slots of a counter.
func (m *model) addTo(string) {
	if m.counting {
		m.root(get)
		add(&m.Counts, get, put, update, check)
	}
}

// entries reads a range of the table or of an index. Of an index that has not all
// attributes the roots are read after its entries.
func (m *model) entries(string) {
	if len(m.s.Keys) > 1 {
		m.root(query)
	}
	if len(m.s.Indexes) > 0 {
		add(&m.Indexes, query)
		m.ranged = true
	}
	for _, x := range m.s.Indexes {
		if !x.Whole() {
			m.root(get, batch)
		}
	}
}

func (m *model) ranges(v string) {
	m.entries(v)
	if m.ranged || len(m.s.Keys) > 1 {
		m.partly(v)
	}
}

// staged is what a write takes that one transaction does not: copies of parts are written,
// and deleted, as what they replace is. What is in pieces says how many those are.
func (m *model) staged() {
	m.divided(get, batch, batchWrite, del)
}

// write is what writes need to find out what has become of them.
func (m *model) write() {
	m.root(check)
	if !m.s.Plain {
		m.root(get)
	}
}

// replace is for whole objects. What is replaced may be one that counts as absent: it has
// expired, or is deleted but kept.
func (m *model) replace(v string) {
	m.write()
	m.root(put)
	add(&m.Parts, put)
	add(&m.Claims, put)
	m.staged()
	m.claimed(del)
	m.claims(v)
}

// absent is for writes of objects that there need not be. A staged one begins with a
// placeholder, and removes it if it is refused.
func (m *model) absent() {
	if m.parts {
		m.root(del)
	}
}

func (m *model) create(v string) { m.replace(v); m.absent() }

// imports puts parts into old tables too, where the document has them.
func (m *model) imports(v string) {
	m.create(v)
	add(&m.OldParts, put)
}

// rewrite reads what a record that the caller has made does not tell, adopts items that
// have no record, and changes when parts expire.
func (m *model) rewrite(v string) {
	m.replace(v)
	if m.s.Plain {
		return
	}
	m.root(update)
	add(&m.Parts, update)
	m.partly(v)
}

func (m *model) put(v string) { m.rewrite(v); m.absent() }

func (m *model) putMany(v string) {
	if m.put(v); !m.s.Plain {
		m.root(batch)
	}
}

func (m *model) modify(v string) { m.rewrite(v); m.object(v) }

// restore writes the root over the version that was deleted, and parts that belong
// elsewhere today. What is deleted claims nothing.
func (m *model) restore(v string) {
	m.object(v)
	m.root(put)
	add(&m.Parts, put)
	add(&m.Claims, put)
	m.staged()
	m.claims(v)
	if m.parts || m.claiming {
		m.root(check)
	}
	if m.s.TTL != "" {
		add(&m.Parts, update)
	}
}

func (m *model) update(v string) {
	m.write()
	m.root(get, update)
	add(&m.Claims, put)
	m.staged()
	m.divided(put, update, check)
	m.claimed(del)
	m.claims(v)
	m.upgrade(v)
}

// upgrade puts an object of an earlier version of the model, before it is changed or
// conditions of it are stated.
func (m *model) upgrade(v string) {
	if m.s.Model > stored.FirstModel {
		m.modify(v)
	}
}

// remove puts a record in the place of an object that has copies, until its parts are
// gone; an item without a record gets one before. Parts that KeepShards leaves are changed, so
// that no sweep takes them for what is left.
func (m *model) remove(v string) {
	m.write()
	m.root(del)
	if m.s.Keeps {
		m.root(update)
	}
	if m.parts {
		m.root(put, update)
		m.divided(update)
	}
	m.staged()
	m.claimed(del)
	m.claims(v)
}

// delete also looks for what is left of a damaged object.
func (m *model) delete(v string) {
	m.remove(v)
	m.claimed(get, batch)
}

func (m *model) deleteMany(v string) {
	if m.delete(v); !m.s.Plain {
		m.root(batch)
	}
}

// tables adds actions on the tables that the model creates.
func (m *model) tables(v string, actions ...string) {
	m.root(actions...)
	add(&m.Parts, actions...)
	add(&m.Claims, actions...)
	m.whole = append(m.whole, v)
}

func (m *model) createTables(v string) {
	m.tables(v, "CreateTable", "DescribeTable")
	add(&m.Counts, "CreateTable", "DescribeTable")
	if m.s.TTL != "" {
		m.tables(v, "DescribeTimeToLive", "UpdateTimeToLive")
	}
	if len(m.s.Indexes) > 0 {
		m.root("UpdateTable")
	}
}

func (m *model) verify(v string) {
	divided := m.parts || m.claiming || m.counting
	m.tables(v, "DescribeTable")
	m.root(get)
	if m.s.TTL != "" || divided {
		m.tables(v, "DescribeTimeToLive")
	}
	if divided {
		m.tables(v, "DescribeContinuousBackups")
	}
	if m.counting {
		add(&m.Counts, "DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups")
	}
}

func (m *model) scan(v string) {
	m.root(scan)
	m.partly(v)
	m.whole = append(m.whole, v)
}

// migrate asks how many items there are, reads all objects and puts some.
func (m *model) migrate(v string) {
	m.scan(v)
	m.modify(v)
	m.root("DescribeTable")
}

// keysInUse counts what is in pieces by the parts.
func (m *model) keysInUse(v string) {
	m.partly(v)
	m.tables(v, scan)
	add(&m.OldParts, scan)
	add(&m.OldClaims, scan)
}

// resolve excludes a write by its token, and then by giving the object its next version.
func (m *model) resolve(string) {
	m.write()
	m.root(update)
	m.divided(get, batch)
}

// sweep looks for what is left in all tables where parts may be, and deletes it. Of old
// tables it asks what the key is. With Fence it makes writes vain that have copies.
func (m *model) sweep(v string) {
	m.tables(v, scan)
	add(&m.OldParts, scan, "DescribeTable")
	add(&m.OldClaims, scan, "DescribeTable")
	m.root(get, batch, del)
	m.divided(get, batch, del)
	if m.parts {
		m.root(update)
	}
	add(&m.Counts, scan, del)
}

var byVerb = map[string]func(m *model, verb string){
	"Get": counted((*model).object), "Read": (*model).object, "ReadAll": (*model).object,
	"Exists":      func(m *model, _ string) { m.root(get) },
	"GetMany":     counted(func(m *model, v string) { m.object(v); m.root(batch) }),
	"TransactGet": counted(func(m *model, _ string) { m.root(get, batch); m.divided(get, batch) }),
	"Scan":        counted((*model).scan),
	"Query":       counted((*model).ranges), "Page": counted((*model).ranges), "Union": counted((*model).ranges), "Count": (*model).ranges,
	"Decode": counted((*model).partly),
	"Create": (*model).create, "Put": (*model).put, "Modify": counted((*model).modify), "Restore": (*model).restore,
	"PutMany": (*model).putMany,
	"Update":  (*model).update, "UpdateGet": counted(func(m *model, v string) { m.update(v); m.object(v) }),
	"Add":    (*model).addTo,
	"Check":  func(m *model, v string) { m.write(); m.divided(get, batch, check); m.upgrade(v) },
	"Delete": (*model).delete, "DeleteValue": (*model).remove,
	"DeleteMany":   (*model).deleteMany,
	"Export":       (*model).object,
	"Import":       (*model).imports,
	"KeysInUse":    (*model).keysInUse,
	"Migrate":      (*model).migrate,
	"Resolve":      (*model).resolve,
	"Sweep":        (*model).sweep,
	"CreateTables": (*model).createTables, "Verify": (*model).verify,
}

// Verbs are the names of all verbs.
func Verbs() []string { return sorted.Keys(byVerb) }
