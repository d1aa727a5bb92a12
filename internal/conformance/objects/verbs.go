package objects

import (
	"errors"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/internal/conformance/kit"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
)

// note is an object without parts.
type note struct {
	ID   string      `dynamodbav:"id"`
	Text string      `dynamodbav:"text"`
	N    int         `dynamodbav:"n"`
	Opt  *string     `dynamodbav:"opt"`
	Tags []string    `dynamodbav:"tags"`
	Meta meta.Record `dynamodbav:"-"`
}

var (
	noteID   = repo.KeyOf(func(n *note) *string { return &n.ID })
	nText    = lens.Of(func(n *note) *string { return &n.Text })
	nN       = lens.Of(func(n *note) *int { return &n.N })
	nOpt     = lens.Of(func(n *note) **string { return &n.Opt })
	nTags    = lens.Of(func(n *note) *[]string { return &n.Tags })
	keepNote = meta.Keep(func(n *note) *meta.Record { return &n.Meta })
)

var verbChecks = []kit.Check{
	{Name: "Create", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		before := time.Now().Add(-time.Second)
		key, err := r.Create(ctx, &p)
		kit.Must(t, err)
		kit.Equal(t, "key", key.String(), `"`+p.ID+`"`)
		want := john()
		want.ID, want.Meta = p.ID, p.Meta
		kit.Equal(t, "value", p, want)
		kit.Equal(t, "version", p.Meta.Version, 1)
		kit.Equal(t, "updated", p.Meta.UpdatedAt, p.Meta.CreatedAt)
		if at := p.Meta.CreatedAt; at.Before(before) || at.After(time.Now().Add(time.Second)) || at.Location() != time.UTC {
			t.Errorf("created at %v", at)
		}
		x.HasReferences(t, "references", p.Meta.References(),
			meta.Reference{Part: "birth_details", Table: "Shard1", Key: "Root/S" + p.ID + "/birth_details"},
			meta.Reference{Part: "location", Table: "Shard2", Key: "Root/S" + p.ID + "/location"},
			meta.Reference{Part: "location.geolocation", Table: "Shard3", Key: "Root/S" + p.ID + "/location.geolocation"})
		again := john()
		again.ID, again.FirstName = p.ID, "another"
		_, err = r.Create(ctx, &again)
		where := kit.WantErr(t, "create again", err, repo.ErrExists, "object exists already")
		kit.Equal(t, "place", where, repo.Error{Op: "Create", Table: x.Prefix + "Root", Key: key.String(), WriteID: where.WriteID})
		kit.Equal(t, "record of what was not written", again.Meta, meta.Record{})
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "object", *got, p)
	}},
	{Name: "wrong values and keys", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := person{FirstName: "john"}
		_, err := r.Create(ctx, &p)
		kit.WantErr(t, "validation", err, repo.ErrInvalid, "Error:Field validation for 'LastName' failed on the 'required' tag")
		var failed validator.ValidationErrors
		if !errors.As(err, &failed) || len(failed) != 1 || failed[0].StructField() != "LastName" {
			t.Errorf("got %v; want the validator's error in it", err)
		}
		kit.Equal(t, "value", p, person{FirstName: "john"})
		_, err = r.Put(ctx, &p)
		kit.WantErr(t, "put", err, repo.ErrInvalid, "")
		_, err = r.Create(ctx, nil)
		kit.WantErr(t, "nil", err, repo.ErrInvalid, "nil")
		_, err = r.Get(ctx, repo.Key[person]{})
		kit.WantErr(t, "get", err, repo.ErrInvalid, "zero Key")
		_, err = r.Get(ctx, personID.Of(""))
		kit.WantErr(t, "get", err, repo.ErrInvalid, "is empty")
		_, err = r.Get(ctx, personID.Of(kit.Text(2049)))
		kit.WantErr(t, "get", err, repo.ErrInvalid, "2049 bytes")
		x.WantSent(t, "all of it")
	}},
	{Name: "Put", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		p.ID = "p1"
		key, err := r.Put(ctx, &p)
		kit.Must(t, err)
		kit.Equal(t, "version", p.Meta.Version, 1)
		created := p.Meta.CreatedAt
		p.Visits, p.Birth = 1, nil
		_, err = r.Put(ctx, &p)
		kit.Must(t, err)
		kit.Equal(t, "version", p.Meta.Version, 2)
		kit.Equal(t, "created", p.Meta.CreatedAt, created)

		stale := p
		p.Visits = 2
		_, err = r.Put(ctx, &p)
		kit.Must(t, err)
		stale.Visits = 9
		was := stale
		_, err = r.Put(ctx, &stale)
		kit.WantErr(t, "put of a stale value", err, repo.ErrConflict, "object was changed by another writer")
		kit.Equal(t, "stale value", stale, was)
		_, err = r.Put(ctx, &stale, repo.Overwrite())
		kit.Must(t, err)
		kit.Equal(t, "version", stale.Meta.Version, 4)
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "object", *got, stale)

		fresh := john()
		fresh.ID = "p1"
		_, err = r.Put(ctx, &fresh)
		kit.Must(t, err)
		kit.Equal(t, "version of an untracked put", fresh.Meta.Version, 5)

		absent := john()
		absent.ID = "p2"
		_, err = r.Put(ctx, &absent, repo.MustExist())
		kit.WantErr(t, "put of what must exist", err, repo.ErrNotFound, "object not found")

		kit.Must(t, r.Delete(ctx, key))
		_, err = r.Put(ctx, &fresh)
		kit.WantErr(t, "put over what was deleted", err, repo.ErrConflict, "the object was deleted")
		other := john()
		other.ID = "p1"
		_, err = r.Create(ctx, &other)
		kit.Must(t, err)
		_, err = r.Put(ctx, &fresh)
		kit.WantErr(t, "put over what was created again", err, repo.ErrConflict, "the object was deleted and created again")
	}},
	{Name: "Get, Exists, Key", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		_, err := r.Get(ctx, personID.Of("none"))
		kit.Equal(t, "place", kit.WantErr(t, "get", err, repo.ErrNotFound, "object not found"), repo.Error{Op: "Get", Table: x.Prefix + "Root", Key: `"none"`})
		kit.Equal(t, "text", err.Error(), "repo: Get "+x.Prefix+`Root "none": object not found`)
		ok, err := r.Exists(ctx, personID.Of("none"))
		kit.Must(t, err)
		kit.Equal(t, "exists", ok, false)
		p := john()
		p.ID = "p1"
		_, err = r.Create(ctx, &p)
		kit.Must(t, err)
		ok, err = r.Exists(ctx, personID.Of("p1"))
		kit.Must(t, err)
		kit.Equal(t, "exists", ok, true)
		x.Net.Reset()
		key, err := r.Key(&p)
		kit.Must(t, err)
		kit.Equal(t, "key", key.Equal(personID.Of("p1")), true)
		kit.Equal(t, "key", key.Equal(personID.Of("p2")), false)
		_, err = r.Key(&person{})
		kit.WantErr(t, "key of none", err, repo.ErrInvalid, "is empty")
		_, err = r.Key(nil)
		kit.WantErr(t, "key of nil", err, repo.ErrInvalid, "nil")
		x.WantSent(t, "keys")
	}},
	{Name: "Delete", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		key := personID.Of("p1")
		kit.Must(t, r.Delete(ctx, key))
		kit.WantErr(t, "delete", r.Delete(ctx, key, repo.MustExist()), repo.ErrNotFound, "object not found")
		p := john()
		p.ID = "p1"
		_, err := r.Create(ctx, &p)
		kit.Must(t, err)
		kit.Must(t, r.Delete(ctx, key, repo.MustExist()))
		x.Counted(t, "left", map[string]int{})

		p.Meta = meta.Record{}
		kit.WantErr(t, "delete of a value never stored", r.DeleteValue(ctx, &p), repo.ErrInvalid, "never stored")
		kit.WantErr(t, "delete of nil", r.DeleteValue(ctx, nil), repo.ErrInvalid, "nil")
		_, err = r.Create(ctx, &p)
		kit.Must(t, err)
		stale := p
		kit.Must(t, r.Update(ctx, key, lens.Add(pVisits, 1)))
		kit.WantErr(t, "delete of a stale value", r.DeleteValue(ctx, &stale), repo.ErrConflict, "object was changed by another writer")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Must(t, r.DeleteValue(ctx, got))
		x.Counted(t, "left", map[string]int{})
		kit.WantErr(t, "delete of a value deleted", r.DeleteValue(ctx, got), repo.ErrConflict, "object was changed by another writer")
	}},
	{Name: "Modify", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		key := personID.Of("p1")
		kit.WantErr(t, "modify", r.Modify(ctx, key, func(*person) error { return nil }), repo.ErrNotFound, "object not found")
		p := john()
		p.ID = "p1"
		_, err := r.Create(ctx, &p)
		kit.Must(t, err)
		calls := 0
		kit.Must(t, r.Modify(ctx, key, func(p *person) error {
			if calls++; calls < 3 {
				kit.Must(t, r.Update(ctx, key, lens.Add(pVisits, 10)))
			}
			p.Visits++
			p.Location.City = "Kobe"
			p.Past = append(p.Past, location{City: "Osaka"})
			return nil
		}))
		kit.Equal(t, "calls", calls, 3)
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		want := john()
		want.ID, want.Visits, want.Location.City, want.Past, want.Meta = "p1", 21, "Kobe", []location{{City: "Osaka"}}, got.Meta
		kit.Equal(t, "object", *got, want)
		kit.Equal(t, "version", got.Meta.Version, 4)

		refusal := errors.New("no")
		if err := r.Modify(ctx, key, func(*person) error { return refusal }); err != refusal {
			t.Errorf("got %v; want the error as it is", err)
		}
		kit.WantErr(t, "another key", r.Modify(ctx, key, func(p *person) error { p.ID = "p2"; return nil }), repo.ErrInvalid,
			"another object")
		kit.WantErr(t, "invalid", r.Modify(ctx, key, func(p *person) error { p.FirstName = ""; return nil }), repo.ErrInvalid, "")
		again, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Equal(t, "object", *again, *got)
	}},
	{Name: "Update", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		key := personID.Of("p1")
		kit.WantErr(t, "update", r.Update(ctx, key, lens.Add(pVisits, 1)), repo.ErrNotFound, "object not found")
		kit.WantErr(t, "update of a part", r.Update(ctx, key, pLat.Set("1")), repo.ErrNotFound, "object not found")
		kit.WantErr(t, "update of an element", r.Update(ctx, key, lens.At(pPast, 0).Remove()), repo.ErrNotFound, "object not found")
		p := john()
		p.ID = "p1"
		_, err := r.Create(ctx, &p)
		kit.Must(t, err)
		got, err := repo.UpdateGet(ctx, r, key, lens.Add(pVisits, 1), pLat.Set("1"), lens.Append(pTags, "vip"))
		kit.Must(t, err)
		p.Visits, p.Location.Geo.Lat, p.Tags, p.Meta = 1, "1", []string{"vip"}, got.Meta
		kit.Equal(t, "object", *got, p)
		kit.Equal(t, "version", got.Meta.Version, 2)
		if got.Meta.CreatedAt.After(got.Meta.UpdatedAt) || got.Meta.WriteID == (meta.WriteID{}) {
			t.Errorf("record %+v", got.Meta)
		}
	}},
	{Name: "IfUnchanged", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		key, err := r.Create(ctx, &p)
		kit.Must(t, err)
		kit.Must(t, r.Update(ctx, key, pLat.Set("1"), repo.IfUnchanged(&p)))
		where := kit.WantErr(t, "update of what was changed", r.Update(ctx, key, pLat.Set("2"), repo.IfUnchanged(&p)), repo.ErrConflict,
			"object was changed by another writer")
		kit.Equal(t, "op", where.Op, "Update")
		got, err := r.Get(ctx, key)
		kit.Must(t, err)
		kit.Must(t, r.Update(ctx, key, lens.Append(pPast, location{City: "Kobe"}), repo.IfUnchanged(got)))
		kit.WantErr(t, "update of an element of what was changed", r.Update(ctx, key, lens.At(pPast, 0).Remove(), repo.IfUnchanged(got)), repo.ErrConflict, "")
		x.Net.Reset()
		kit.WantErr(t, "a value never stored", r.Update(ctx, key, pLat.Set("2"), repo.IfUnchanged(&person{})), repo.ErrInvalid,
			"never stored")
		kit.WantErr(t, "nil", r.Update(ctx, key, pLat.Set("2"), repo.IfUnchanged[person](nil)), repo.ErrInvalid, "nil")
		x.WantSent(t, "wrong calls")
	}},
	{Name: "a key that is not written back", Run: func(t *testing.T, x *kit.World) {
		ctx := t.Context()
		r := kit.Open(t, x, repo.TableOf("Notes", repo.KeyOf(func(n *note) *string { return &n.ID },
			keygen.From(func(n *note) string { return "same" })), keepNote))
		first, second := note{Text: "first"}, note{Text: "second"}
		_, err := r.Create(ctx, &first)
		kit.Must(t, err)
		kit.Equal(t, "key", first.ID, "same")
		_, err = r.Create(ctx, &second)
		kit.WantErr(t, "create", err, repo.ErrExists, "object exists already")
		kit.Equal(t, "value", second, note{Text: "second"})
		given := note{ID: "given", Text: "third"}
		_, err = r.Create(ctx, &given)
		kit.Must(t, err)
		kit.Equal(t, "key given", given.ID, "given")
	}},
	{Name: "conditions on what is encrypted", Run: func(t *testing.T, x *kit.World) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		key, err := r.Create(ctx, &p)
		kit.Must(t, err)
		x.Net.Reset()
		const text = "encrypted"
		kit.WantErr(t, "Eq", r.Update(ctx, key, pVisits.Set(1), repo.If(pFirst.Eq("john"))), repo.ErrInvalid, text)
		kit.WantErr(t, "in a part", r.Update(ctx, key, pVisits.Set(1), repo.If(lens.Not(pCity.Lt("a")))), repo.ErrInvalid, text)
		kit.WantErr(t, "around one", r.Update(ctx, key, pVisits.Set(1), repo.If(pLocation.Eq(p.Location))), repo.ErrInvalid, text)
		x.WantSent(t, "refused conditions")
		kit.Must(t, r.Update(ctx, key, pVisits.Set(1), repo.If(pFirst.Exists(), pCity.Exists(), pHospital.Exists())))
		x.WantSent(t, "update", "TransactWriteItems: Update Root, ConditionCheck Shard2, ConditionCheck Shard1")
		kit.WantErr(t, "NotExists", r.Update(ctx, key, pVisits.Set(2), repo.If(pHospital.NotExists())), repo.ErrCondition, "condition does not hold")
	}},
}
