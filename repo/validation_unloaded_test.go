package repo_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type (
	vCity struct {
		Name string `validate:"required"`
	}
	vLine struct {
		Qty  int    `validate:"gt=0"`
		Note *vCity `validate:"required"`
	}
	// vTour has shards of each kind under rules.
	vTour struct {
		ID    string
		At    time.Time
		Title string           `validate:"max=5"`
		Map   string           `validate:"required_without=From"`
		From  vCity            `validate:"required"`
		To    *vCity           `validate:"required"`
		Via   []vCity          `validate:"min=1,dive"`
		Hosts map[string]vCity `validate:"required,dive"`
		Lines []vLine          `validate:"required,dive"`
		Meta  meta.Record      `dynamodbav:"-"`
	}
)

var (
	vKey  = repo.CompositeKeyOf(func(t *vTour) *string { return &t.ID }, func(t *vTour) *time.Time { return &t.At })
	vFrom = shard.New(shard.To("From"), func(t *vTour) *vCity { return &t.From })
	vTo   = shard.Optional(shard.To("Goals"), func(t *vTour) **vCity { return &t.To })
)

func tours(t *testing.T) (*repo.Repo[vTour], *repo.Repo[vTour], *fault.Transport) {
	t.Helper()
	client, requests := fault.Wrap(embedded.New().Client())
	model := repo.TableOf("Tours", vKey, vFrom, vTo,
		shard.Each(shard.To("Via"), func(t *vTour) *[]vCity { return &t.Via }),
		shard.EachValue(shard.To("Hosts"), func(t *vTour) *map[string]vCity { return &t.Hosts }),
		shard.Within(func(t *vTour) *[]vLine { return &t.Lines },
			shard.Optional(shard.To("Notes"), func(l *vLine) **vCity { return &l.Note })),
		meta.Keep(func(t *vTour) *meta.Record { return &t.Meta }))
	r, err := repo.New(client, model, repo.ValidateOnRead())
	if err != nil {
		t.Fatal(err)
	}
	lax, err := repo.New(client, model, repo.WithValidator(nil))
	if err == nil {
		err = r.CreateTables(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	return r, lax, requests
}

func tour() *vTour {
	return &vTour{ID: "1", At: time.Unix(0, 0).UTC(), From: vCity{"Kobe"}, To: &vCity{"Nara"}, Via: []vCity{{"Osaka"}},
		Hosts: map[string]vCity{"ann": {"Kyoto"}}, Lines: []vLine{{1, &vCity{"x"}}}}
}

// Parts that were not read, or are not written, are not validated. Everything
// else is.
func TestUnloadedPartsAreNotValidated(t *testing.T) {
	ctx := context.Background()
	r, lax, _ := tours(t)
	key, err := r.Create(ctx, tour())
	if err != nil {
		t.Fatal(err)
	}
	read := func(opts ...repo.CallOption) *vTour {
		t.Helper()
		v, err := r.Get(ctx, key, opts...)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	put := func(v *vTour, opts ...repo.CallOption) error { _, err := r.Put(ctx, v, opts...); return err }
	title := func(s string) func(*vTour) error {
		return func(v *vTour) error { v.Title = s; return nil }
	}
	scan := func(opts ...repo.CallOption) error {
		for _, err := range r.Scan(ctx, opts...) {
			if err != nil {
				return err
			}
		}
		return nil
	}
	query := func(opts ...repo.CallOption) error {
		for _, err := range r.Query(ctx, vKey.In("1"), opts...) {
			if err != nil {
				return err
			}
		}
		return nil
	}
	bad := func(v *vTour) *vTour { v.Title = "longer"; return v }
	const long = "Key: 'vTour.Title' Error:Field validation for 'Title' failed on the 'max' tag"
	for _, c := range []struct {
		name string
		do   func() error
		want string // what fails, "" for nothing
	}{
		{"get and put", func() error { return put(read(repo.RootOnly())) }, ""},
		{"get without a shard and put", func() error { return put(read(repo.Skip(vFrom))) }, ""},
		{"get without an optional shard and put", func() error { return put(read(repo.Skip(vTo))) }, ""},
		{"put what is whole, of parts nothing", func() error { return put(read(), repo.KeepShards()) }, ""},
		{"put, of parts nothing", func() error { return put(read(repo.RootOnly()), repo.KeepShards()) }, ""},
		{"put, of parts nothing, whatever they hold", func() error {
			v := read()
			v.From, v.To = vCity{}, nil
			return put(v, repo.KeepShards())
		}, ""},
		{"modify the root", func() error { return r.Modify(ctx, key, title("t"), repo.RootOnly()) }, ""},
		{"modify without a shard", func() error { return r.Modify(ctx, key, title("t"), repo.Skip(vFrom)) }, ""},
		{"scan", func() error { return scan(repo.RootOnly()) }, ""},
		{"scan without a shard", func() error { return scan(repo.Skip(vTo)) }, ""},
		{"query", func() error { return query(repo.RootOnly()) }, ""},

		{"a rule of the root", func() error { return put(bad(read(repo.RootOnly()))) }, long},
		{"a rule of the root, of parts nothing", func() error { return put(bad(read()), repo.KeepShards()) }, long},
		{"a rule of the root, modified", func() error { return r.Modify(ctx, key, title("longer"), repo.RootOnly()) }, long},
		{"a part that was read", func() error {
			v := read(repo.Skip(vFrom))
			v.To.Name = ""
			return put(v)
		}, "Key: 'vTour.To.Name' Error:Field validation for 'Name' failed on the 'required' tag"},
		{"the rest of an element", func() error {
			v := read(repo.RootOnly())
			v.Lines[0].Qty = 0
			return put(v)
		}, "Key: 'vTour.Lines[0].Qty' Error:Field validation for 'Qty' failed on the 'gt' tag"},
		{"a part of what is new, which is written", func() error {
			v := tour()
			v.ID, v.To.Name = "2", ""
			_, err := r.Create(ctx, v)
			return err
		}, "Key: 'vTour.To.Name' Error:Field validation for 'Name' failed on the 'required' tag"},
		{"a part that is put into a gap", func() error {
			v := read(repo.Skip(vTo))
			v.To = &vCity{}
			return put(v)
		}, "part was not loaded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.do()
			switch {
			case c.want == "" && err != nil:
				t.Errorf("got %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}

	// The stored object has not changed. As soon as the part is read, the object is
	// found invalid.
	stored := read()
	if stored.From.Name != "Kobe" || stored.To.Name != "Nara" || stored.Via[0].Name != "Osaka" || stored.Hosts["ann"].Name != "Kyoto" || stored.Lines[0].Note.Name != "x" {
		t.Errorf("stored: %+v", stored)
	}
	stored.From.Name = ""
	if _, err := lax.Put(ctx, stored); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Get(ctx, key, repo.RootOnly()); err != nil {
		t.Errorf("without the part: %v", err)
	}
	var failed validator.ValidationErrors
	if _, err := r.Get(ctx, key); !errors.Is(err, repo.ErrInvalid) || !errors.As(err, &failed) || len(failed) != 2 || failed[1].Namespace() != "vTour.From" {
		t.Errorf("with the part: %v", err)
	}
	if err := scan(); !errors.Is(err, repo.ErrInvalid) {
		t.Errorf("scan with the part: %v", err)
	}
}
