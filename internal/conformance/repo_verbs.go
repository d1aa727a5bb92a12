package conformance

import (
	"errors"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

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

var verbChecks = []repoCheck{
	{"Create", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		before := time.Now().Add(-time.Second)
		key, err := r.Create(ctx, &p)
		must(t, err)
		equal(t, "key", key.String(), `"`+p.ID+`"`)
		want := john()
		want.ID, want.Meta = p.ID, p.Meta
		equal(t, "value", p, want)
		equal(t, "version", p.Meta.Version, 1)
		equal(t, "updated", p.Meta.UpdatedAt, p.Meta.CreatedAt)
		if at := p.Meta.CreatedAt; at.Before(before) || at.After(time.Now().Add(time.Second)) || at.Location() != time.UTC {
			t.Errorf("created at %v", at)
		}
		equal(t, "references", p.Meta.References(), []meta.Reference{
			{Part: "birth_details", Table: "Shard1", Key: "Root/S" + p.ID + "/birth_details"},
			{Part: "location", Table: "Shard2", Key: "Root/S" + p.ID + "/location"},
			{Part: "location.geolocation", Table: "Shard3", Key: "Root/S" + p.ID + "/location.geolocation"},
		})
		again := john()
		again.ID, again.FirstName = p.ID, "another"
		_, err = r.Create(ctx, &again)
		where := wantErr(t, "create again", err, repo.ErrExists, "object exists already")
		equal(t, "place", where, repo.Error{Op: "Create", Table: x.prefix + "Root", Key: key.String(), WriteID: where.WriteID})
		equal(t, "record of what was not written", again.Meta, meta.Record{})
		got, err := r.Get(ctx, key)
		must(t, err)
		equal(t, "object", *got, p)
	}},
	{"wrong values and keys", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		p := person{FirstName: "john"}
		_, err := r.Create(ctx, &p)
		wantErr(t, "validation", err, repo.ErrInvalid, "Error:Field validation for 'LastName' failed on the 'required' tag")
		var failed validator.ValidationErrors
		if !errors.As(err, &failed) || len(failed) != 1 || failed[0].StructField() != "LastName" {
			t.Errorf("got %v; want the validator's error in it", err)
		}
		equal(t, "value", p, person{FirstName: "john"})
		_, err = r.Put(ctx, &p)
		wantErr(t, "put", err, repo.ErrInvalid, "")
		_, err = r.Create(ctx, nil)
		wantErr(t, "nil", err, repo.ErrInvalid, "nil")
		_, err = r.Get(ctx, repo.Key[person]{})
		wantErr(t, "get", err, repo.ErrInvalid, "zero Key")
		_, err = r.Get(ctx, personID.Of(""))
		wantErr(t, "get", err, repo.ErrInvalid, "is empty")
		_, err = r.Get(ctx, personID.Of(text(2049)))
		wantErr(t, "get", err, repo.ErrInvalid, "2049 bytes")
		x.wantSent(t, "all of it")
	}},
	{"Put", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		p.ID = "p1"
		key, err := r.Put(ctx, &p)
		must(t, err)
		equal(t, "version", p.Meta.Version, 1)
		created := p.Meta.CreatedAt
		p.Visits, p.Birth = 1, nil
		_, err = r.Put(ctx, &p)
		must(t, err)
		equal(t, "version", p.Meta.Version, 2)
		equal(t, "created", p.Meta.CreatedAt, created)

		stale := p
		p.Visits = 2
		_, err = r.Put(ctx, &p)
		must(t, err)
		stale.Visits = 9
		was := stale
		_, err = r.Put(ctx, &stale)
		wantErr(t, "put of a stale value", err, repo.ErrConflict, "object was changed by another writer")
		equal(t, "stale value", stale, was)
		_, err = r.Put(ctx, &stale, repo.Overwrite())
		must(t, err)
		equal(t, "version", stale.Meta.Version, 4)
		got, err := r.Get(ctx, key)
		must(t, err)
		equal(t, "object", *got, stale)

		fresh := john()
		fresh.ID = "p1"
		_, err = r.Put(ctx, &fresh)
		must(t, err)
		equal(t, "version of an untracked put", fresh.Meta.Version, 5)

		absent := john()
		absent.ID = "p2"
		_, err = r.Put(ctx, &absent, repo.MustExist())
		wantErr(t, "put of what must exist", err, repo.ErrNotFound, "object not found")

		must(t, r.Delete(ctx, key))
		_, err = r.Put(ctx, &fresh)
		wantErr(t, "put over what was deleted", err, repo.ErrConflict, "the object was deleted")
		other := john()
		other.ID = "p1"
		_, err = r.Create(ctx, &other)
		must(t, err)
		_, err = r.Put(ctx, &fresh)
		wantErr(t, "put over what was created again", err, repo.ErrConflict, "the object was deleted and created again")
	}},
	{"Get, Exists, Key", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		_, err := r.Get(ctx, personID.Of("none"))
		equal(t, "place", wantErr(t, "get", err, repo.ErrNotFound, "object not found"), repo.Error{Op: "Get", Table: x.prefix + "Root", Key: `"none"`})
		equal(t, "text", err.Error(), "repo: Get "+x.prefix+`Root "none": object not found`)
		ok, err := r.Exists(ctx, personID.Of("none"))
		must(t, err)
		equal(t, "exists", ok, false)
		p := john()
		p.ID = "p1"
		_, err = r.Create(ctx, &p)
		must(t, err)
		ok, err = r.Exists(ctx, personID.Of("p1"))
		must(t, err)
		equal(t, "exists", ok, true)
		x.net.Reset()
		key, err := r.Key(&p)
		must(t, err)
		equal(t, "key", key.Equal(personID.Of("p1")), true)
		equal(t, "key", key.Equal(personID.Of("p2")), false)
		_, err = r.Key(&person{})
		wantErr(t, "key of none", err, repo.ErrInvalid, "is empty")
		_, err = r.Key(nil)
		wantErr(t, "key of nil", err, repo.ErrInvalid, "nil")
		x.wantSent(t, "keys")
	}},
	{"Delete", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		key := personID.Of("p1")
		must(t, r.Delete(ctx, key))
		wantErr(t, "delete", r.Delete(ctx, key, repo.MustExist()), repo.ErrNotFound, "object not found")
		p := john()
		p.ID = "p1"
		_, err := r.Create(ctx, &p)
		must(t, err)
		must(t, r.Delete(ctx, key, repo.MustExist()))
		x.counted(t, "left", map[string]int{})

		p.Meta = meta.Record{}
		wantErr(t, "delete of a value never stored", r.DeleteValue(ctx, &p), repo.ErrInvalid, "never stored")
		wantErr(t, "delete of nil", r.DeleteValue(ctx, nil), repo.ErrInvalid, "nil")
		_, err = r.Create(ctx, &p)
		must(t, err)
		stale := p
		must(t, r.Update(ctx, key, lens.Add(pVisits, 1)))
		wantErr(t, "delete of a stale value", r.DeleteValue(ctx, &stale), repo.ErrConflict, "object was changed by another writer")
		got, err := r.Get(ctx, key)
		must(t, err)
		must(t, r.DeleteValue(ctx, got))
		x.counted(t, "left", map[string]int{})
		wantErr(t, "delete of a value deleted", r.DeleteValue(ctx, got), repo.ErrConflict, "object was changed by another writer")
	}},
	{"Modify", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		key := personID.Of("p1")
		wantErr(t, "modify", r.Modify(ctx, key, func(*person) error { return nil }), repo.ErrNotFound, "object not found")
		p := john()
		p.ID = "p1"
		_, err := r.Create(ctx, &p)
		must(t, err)
		calls := 0
		must(t, r.Modify(ctx, key, func(p *person) error {
			if calls++; calls < 3 {
				must(t, r.Update(ctx, key, lens.Add(pVisits, 10)))
			}
			p.Visits++
			p.Location.City = "Kobe"
			p.Past = append(p.Past, location{City: "Osaka"})
			return nil
		}))
		equal(t, "calls", calls, 3)
		got, err := r.Get(ctx, key)
		must(t, err)
		want := john()
		want.ID, want.Visits, want.Location.City, want.Past, want.Meta = "p1", 21, "Kobe", []location{{City: "Osaka"}}, got.Meta
		equal(t, "object", *got, want)
		equal(t, "version", got.Meta.Version, 4)

		refusal := errors.New("no")
		if err := r.Modify(ctx, key, func(*person) error { return refusal }); err != refusal {
			t.Errorf("got %v; want the error as it is", err)
		}
		wantErr(t, "another key", r.Modify(ctx, key, func(p *person) error { p.ID = "p2"; return nil }), repo.ErrInvalid,
			"another object")
		wantErr(t, "invalid", r.Modify(ctx, key, func(p *person) error { p.FirstName = ""; return nil }), repo.ErrInvalid, "")
		again, err := r.Get(ctx, key)
		must(t, err)
		equal(t, "object", *again, *got)
	}},
	{"Update", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		key := personID.Of("p1")
		wantErr(t, "update", r.Update(ctx, key, lens.Add(pVisits, 1)), repo.ErrNotFound, "object not found")
		wantErr(t, "update of a part", r.Update(ctx, key, pLat.Set("1")), repo.ErrNotFound, "object not found")
		wantErr(t, "update of an element", r.Update(ctx, key, lens.At(pPast, 0).Remove()), repo.ErrNotFound, "object not found")
		p := john()
		p.ID = "p1"
		_, err := r.Create(ctx, &p)
		must(t, err)
		got, err := repo.UpdateGet(ctx, r, key, lens.Add(pVisits, 1), pLat.Set("1"), lens.Append(pTags, "vip"))
		must(t, err)
		p.Visits, p.Location.Geo.Lat, p.Tags, p.Meta = 1, "1", []string{"vip"}, got.Meta
		equal(t, "object", *got, p)
		equal(t, "version", got.Meta.Version, 2)
		if got.Meta.CreatedAt.After(got.Meta.UpdatedAt) || got.Meta.WriteID == (meta.WriteID{}) {
			t.Errorf("record %+v", got.Meta)
		}
	}},
	{"IfUnchanged", func(t *testing.T, x *world) {
		ctx, r := t.Context(), people(t, x)
		p := john()
		key, err := r.Create(ctx, &p)
		must(t, err)
		must(t, r.Update(ctx, key, pLat.Set("1"), repo.IfUnchanged(&p)))
		where := wantErr(t, "update of what was changed", r.Update(ctx, key, pLat.Set("2"), repo.IfUnchanged(&p)), repo.ErrConflict,
			"object was changed by another writer")
		equal(t, "op", where.Op, "Update")
		got, err := r.Get(ctx, key)
		must(t, err)
		must(t, r.Update(ctx, key, lens.Append(pPast, location{City: "Kobe"}), repo.IfUnchanged(got)))
		wantErr(t, "update of an element of what was changed", r.Update(ctx, key, lens.At(pPast, 0).Remove(), repo.IfUnchanged(got)), repo.ErrConflict, "")
		x.net.Reset()
		wantErr(t, "a value never stored", r.Update(ctx, key, pLat.Set("2"), repo.IfUnchanged(&person{})), repo.ErrInvalid,
			"never stored")
		wantErr(t, "nil", r.Update(ctx, key, pLat.Set("2"), repo.IfUnchanged[person](nil)), repo.ErrInvalid, "nil")
		x.wantSent(t, "wrong calls")
	}},
	{"a key that is not written back", func(t *testing.T, x *world) {
		ctx := t.Context()
		r := open(t, x, repo.TableOf("Notes", repo.KeyOf(func(n *note) *string { return &n.ID },
			keygen.From(func(n *note) string { return "same" })), keepNote))
		first, second := note{Text: "first"}, note{Text: "second"}
		_, err := r.Create(ctx, &first)
		must(t, err)
		equal(t, "key", first.ID, "same")
		_, err = r.Create(ctx, &second)
		wantErr(t, "create", err, repo.ErrExists, "object exists already")
		equal(t, "value", second, note{Text: "second"})
		given := note{ID: "given", Text: "third"}
		_, err = r.Create(ctx, &given)
		must(t, err)
		equal(t, "key given", given.ID, "given")
	}},
}
