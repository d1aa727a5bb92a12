package costs_test

import (
	"errors"
	"testing"

	"github.com/dystore/dystore/dynamostore"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// The sections about the life of objects.
var lives = []section{
	{"An object that expires", []cost{
		{"Create", aLease(func(t *testing.T, r *repo.Repo[lease], _ *lease) error {
			return second(r.Create(t.Context(), &lease{ID: "new", Until: future}))
		}, expires)},
		{"Create over one that has expired", expired(createLease)},
		{"the same, of two items", expired(createLease, holders)},
		{"Get of one that has expired", expired(func(t *testing.T, r *repo.Repo[lease], _ *lease) error {
			return absent(t, second(r.Get(t.Context(), leaseID.Of("l"))))
		})},
		{"Put, tracked, that changes the time", aLease(putLater, expires)},
		{"the same, of two items", aLease(putLater, expires, holders)},
		{"Update of the time", aLease(updateLater, expires)},
		{"the same, of two items", aLease(updateLater, expires, holders)},
		{"Update of another field", aLease(func(t *testing.T, r *repo.Repo[lease], _ *lease) error {
			return r.Update(t.Context(), leaseID.Of("l"), lens.Add(hits, 1))
		}, expires)},
	}},
	{"An object that is kept when it is deleted", []cost{
		{"Delete", aLease(deleteLease, kept)},
		{"the same, of two items", aLease(deleteLease, kept, holders)},
		{"DeleteValue", aLease(func(t *testing.T, r *repo.Repo[lease], l *lease) error { return r.DeleteValue(t.Context(), l) }, kept)},
		{"Get", deleted(func(t *testing.T, r *repo.Repo[lease], _ *lease) error {
			return absent(t, second(r.Get(t.Context(), leaseID.Of("l"))))
		})},
		{"Get, WithDeleted", deleted(func(t *testing.T, r *repo.Repo[lease], _ *lease) error {
			return second(r.Get(t.Context(), leaseID.Of("l"), repo.WithDeleted()))
		})},
		{"Restore", deleted(restoreLease)},
		{"the same, of two items", deleted(restoreLease, holders)},
		{"Create over it", deleted(createLease)},
		{"Delete, Permanently", deleted(func(t *testing.T, r *repo.Repo[lease], _ *lease) error {
			return r.Delete(t.Context(), leaseID.Of("l"), repo.Permanently())
		})},
	}},
	{"A variant in the object", saleCosts()},
	{"A variant in a table of its own", saleCosts(shard.To("Cards"))},
	{"An object of an older version", []cost{
		{"Get", anOldNote(nothing, func(t *testing.T, r *repo.Repo[note], _ *note) error { return second(r.Get(t.Context(), firstNote)) })},
		{"Put, tracked", anOldNote(nothing, func(t *testing.T, r *repo.Repo[note], n *note) error { n.N++; return second(r.Put(t.Context(), n)) })},
		{"Put, untracked", anOldNote(nothing, func(t *testing.T, r *repo.Repo[note], _ *note) error { return second(r.Put(t.Context(), newNote(0))) })},
		{"Modify", anOldNote(nothing, func(t *testing.T, r *repo.Repo[note], _ *note) error {
			return r.Modify(t.Context(), firstNote, func(n *note) error { n.N++; return nil })
		})},
		{"the first Update", anOldNote(nothing, addToNote)},
		{"the second Update", anOldNote(addToNote, addToNote)},
		{"Delete", anOldNote(nothing, func(t *testing.T, r *repo.Repo[note], _ *note) error { return r.Delete(t.Context(), firstNote) })},
	}},
	{"An object of dynamo-store with a shard", []cost{
		{"Get", aFriend(noImport, func(t *testing.T, old *dynamostore.Store, _ *repo.Repo[friend]) error {
			return second(old.Get(t.Context(), "f"))
		})},
		{"Import", aFriend(noImport, importFriend)},
		{"Import, repeated", aFriend(importFriend, importFriend)},
	}},
}

func createLease(t *testing.T, r *repo.Repo[lease], _ *lease) error {
	return second(r.Create(t.Context(), &lease{ID: "l", Until: future}))
}

func putLater(t *testing.T, r *repo.Repo[lease], l *lease) error {
	l.Until = later
	return second(r.Put(t.Context(), l))
}

func updateLater(t *testing.T, r *repo.Repo[lease], _ *lease) error {
	return r.Update(t.Context(), leaseID.Of("l"), until.Set(later))
}

func deleteLease(t *testing.T, r *repo.Repo[lease], _ *lease) error {
	return r.Delete(t.Context(), leaseID.Of("l"))
}

func restoreLease(t *testing.T, r *repo.Repo[lease], _ *lease) error {
	return r.Restore(t.Context(), leaseID.Of("l"))
}

// absent passes if an object was not found.
func absent(t *testing.T, err error) error {
	t.Helper()
	if !errors.Is(err, repo.ErrNotFound) {
		t.Errorf("found, or %v", err)
	}
	return nil
}

// saleCosts are the rows about variants.
func saleCosts(apart ...shard.Placement) []cost {
	id := saleID.Of("s")
	return []cost{
		{"Get", aSale(func(t *testing.T, r *repo.Repo[sale], _ *sale) error { return second(r.Get(t.Context(), id)) }, apart...)},
		{"Read of a path in it", aSale(func(t *testing.T, r *repo.Repo[sale], _ *sale) error {
			return second(repo.Read(t.Context(), r, id, number))
		}, apart...)},
		{"Update of a path in it", aSale(func(t *testing.T, r *repo.Repo[sale], _ *sale) error {
			return r.Update(t.Context(), id, number.Set("5500"))
		}, apart...)},
		{"Put, tracked, that changes it", aSale(func(t *testing.T, r *repo.Repo[sale], s *sale) error {
			s.Pay = card{"5500"}
			return second(r.Put(t.Context(), s))
		}, apart...)},
		{"Put, tracked, of another variant", aSale(func(t *testing.T, r *repo.Repo[sale], s *sale) error {
			s.Pay = bank{"DE"}
			return second(r.Put(t.Context(), s))
		}, apart...)},
		{"Update to another variant", aSale(func(t *testing.T, r *repo.Repo[sale], _ *sale) error {
			return r.Update(t.Context(), id, pays.Set(bank{"DE"}))
		}, apart...)},
	}
}

func nothing(*testing.T, *repo.Repo[note], *note) error { return nil }

func addToNote(t *testing.T, r *repo.Repo[note], _ *note) error {
	return r.Update(t.Context(), firstNote, lens.Add(nN, 1))
}

func noImport(*testing.T, *dynamostore.Store, *repo.Repo[friend]) error { return nil }

func importFriend(t *testing.T, old *dynamostore.Store, r *repo.Repo[friend]) error {
	return second(dynamostore.Import(t.Context(), old, r, "f"))
}
