package repo_test

import (
	"testing"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

// A value that was read without a part still lacks it after a repeated write, which has
// found that the first one was done: a later Put keeps the part.
func TestRepeatedWriteOfPartOfAnObject(t *testing.T) {
	type body struct{ Text string }
	type letter struct {
		ID   string
		N    int
		Body body
		Meta meta.Record `dynamodbav:"-"`
	}
	letterID := repo.KeyOf(func(l *letter) *string { return &l.ID })
	r, err := repo.New(embedded.New().Client(), repo.TableOf("Letters", letterID, meta.Keep(func(l *letter) *meta.Record { return &l.Meta }),
		shard.New(shard.To("Bodies"), func(l *letter) *body { return &l.Body })))
	if err == nil {
		err = r.CreateTables(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	key, err := r.Create(t.Context(), &letter{ID: "a", Body: body{"long"}})
	if err != nil {
		t.Fatal(err)
	}
	first, err := r.Get(t.Context(), key, repo.RootOnly())
	if err != nil {
		t.Fatal(err)
	}
	first.N = 1
	again, id := *first, meta.NewWriteID()
	for _, v := range []*letter{first, &again} {
		if _, err := r.Put(t.Context(), v, repo.Overwrite(), repo.WithWriteID(id)); err != nil {
			t.Fatal(err)
		}
	}
	again.N = 2
	if _, err := r.Put(t.Context(), &again); err != nil {
		t.Fatal(err)
	}
	got, err := r.Get(t.Context(), key)
	if err != nil || got.N != 2 || got.Body.Text != "long" || got.Meta.Version != 3 {
		t.Errorf("%+v, %v", got, err)
	}
}
