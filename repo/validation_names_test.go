package repo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	vAddress struct {
		City string `validate:"required"`
	}
	vOwner struct {
		Since int `validate:"gte=0"`
	}
	vHouse struct {
		vOwner
		ID        string
		Home      vAddress
		Addresses map[string]vAddress `validate:"dive"`
		Past      []vAddress          `validate:"dive"`
		Tags      []string            `validate:"dive,max=3"`
		Anon      struct {
			Deep *vAddress `validate:"required"`
		}
	}
)

// A field has one name in failures, from the root of the object, whatever verb
// reports it.
func TestNamesOfFailures(t *testing.T) {
	ctx := context.Background()
	var (
		id        = repo.KeyOf(func(h *vHouse) *string { return &h.ID })
		city      = lens.Of(func(a *vAddress) *string { return &a.City })
		since     = lens.Of(func(h *vHouse) *int { return &h.Since })
		home      = lens.Of(func(h *vHouse) *vAddress { return &h.Home })
		homeCity  = lens.Of(func(h *vHouse) *string { return &h.Home.City })
		addresses = lens.Of(func(h *vHouse) *map[string]vAddress { return &h.Addresses })
		past      = lens.Of(func(h *vHouse) *[]vAddress { return &h.Past })
		tags      = lens.Of(func(h *vHouse) *[]string { return &h.Tags })
		deep      = lens.Of(func(h *vHouse) **vAddress { return &h.Anon.Deep })
	)
	client := embedded.New().Client()
	model := repo.TableOf("Houses", id,
		shard.New(shard.To("Homes"), func(h *vHouse) *vAddress { return &h.Home }),
		shard.EachValue(shard.To("Addresses"), func(h *vHouse) *map[string]vAddress { return &h.Addresses }),
		shard.Each(shard.To("Past"), func(h *vHouse) *[]vAddress { return &h.Past }))
	r, err := repo.New(client, model, repo.ValidateOnRead())
	if err != nil {
		t.Fatal(err)
	}
	lax, err := repo.New(client, model, repo.WithValidator(nil))
	if err == nil {
		err = r.CreateTables(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	house := func(id string) *vHouse {
		h := &vHouse{ID: id, Home: vAddress{"a"}, Addresses: map[string]vAddress{"work": {"b"}}, Past: []vAddress{{"c"}, {"d"}}, Tags: []string{"e", "f"}}
		h.Anon.Deep = &vAddress{"g"}
		return h
	}
	key, err := r.Create(ctx, house("1"))
	if err != nil {
		t.Fatal(err)
	}
	name := func(err error) string {
		var failed validator.ValidationErrors
		if !errors.Is(err, repo.ErrInvalid) || !errors.As(err, &failed) || len(failed) != 1 {
			return "no failure: " + errText(err)
		}
		return failed[0].Namespace() + " " + failed[0].Field() + " " + failed[0].Tag()
	}
	for _, c := range []struct {
		want    string
		change  func(*vHouse)
		updates []lens.Change[vHouse]
	}{
		{"vHouse.vOwner.Since Since gte", func(h *vHouse) { h.Since = -1 }, []lens.Change[vHouse]{since.Set(-1)}},
		{"vHouse.Home.City City required", func(h *vHouse) { h.Home.City = "" },
			[]lens.Change[vHouse]{homeCity.Set(""), homeCity.Remove(), homeCity.SetIfAbsent(""), home.Set(vAddress{})}},
		{"vHouse.Addresses[work].City City required", func(h *vHouse) { h.Addresses["work"] = vAddress{} },
			[]lens.Change[vHouse]{lens.Join(lens.Entry(addresses, "work"), city).Set(""), lens.Entry(addresses, "work").Set(vAddress{}), addresses.Set(map[string]vAddress{"work": {}})}},
		{"vHouse.Past[1].City City required", func(h *vHouse) { h.Past[1].City = "" },
			[]lens.Change[vHouse]{lens.Join(lens.At(past, 1), city).Set(""), lens.At(past, 1).Set(vAddress{}), past.Set([]vAddress{{"x"}, {}}), lens.Append(past, vAddress{"x"}, vAddress{})}},
		{"vHouse.Tags[1] Tags[1] max", func(h *vHouse) { h.Tags[1] = "long" },
			[]lens.Change[vHouse]{lens.At(tags, 1).Set("long"), tags.Set([]string{"x", "long"}), lens.Append(tags, "x", "long")}},
		{"vHouse.Anon.Deep Deep required", func(h *vHouse) { h.Anon.Deep = nil }, []lens.Change[vHouse]{deep.Set(nil), deep.Remove()}},
	} {
		bad := house("2")
		c.change(bad)
		_, create := r.Create(ctx, bad)
		_, put := r.Put(ctx, bad)
		if _, err := lax.Put(ctx, bad); err != nil {
			t.Fatal(err)
		}
		_, get := r.Get(ctx, id.Of("2"))
		got := map[string]string{"create": name(create), "put": name(put), "get": name(get),
			"modify": name(r.Modify(ctx, key, func(h *vHouse) error { c.change(h); return nil }))}
		for _, u := range c.updates {
			got["update "+u.ModelChange().Lens.Path.String()] = name(r.Update(ctx, key, u))
		}
		want := map[string]string{}
		for verb := range got {
			want[verb] = c.want
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func errText(err error) string {
	if err == nil {
		return "<nil>"
	}
	return err.Error()
}
