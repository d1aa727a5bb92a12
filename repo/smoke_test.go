package repo_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/lens"
	"github.com/dystore/dystore/repo"
)

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	r, client, req := people(t)
	fmt.Println(r.Layout())
	p := john()
	p.Past = []Location{{City: "Kobe"}, {City: "Kyoto"}}
	p.Homes = map[string]Location{"a": {City: "x"}}
	step := func(name string) {
		t.Helper()
		t.Log(name, req.Operations())
		req.Reset()
	}
	key, err := r.Create(ctx, &p)
	step("create")
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Get(ctx, key)
	step("get")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(p, *got); d != "" {
		t.Fatal(d)
	}
	if err := r.Update(ctx, key, city.Set("New York"), lens.Add(visits, 1), lens.Append(tags, "vip")); err != nil {
		t.Fatal(err)
	}
	step("update")
	town, err := repo.Read(ctx, r, key, city)
	step("read")
	if err != nil || town != "New York" {
		t.Fatal(town, err)
	}
	towns, err := repo.ReadAll(ctx, r, key, lens.Each(past, inCity))
	step("readall")
	if err != nil || len(towns) != 2 {
		t.Fatal(towns, err)
	}
	if err := r.Update(ctx, key, lens.Append(past, Location{City: "Nara"}), lens.At(past, 0).Set(Location{City: "Uji"})); err == nil {
		t.Fatal("want refusal")
	}
	if err := r.Update(ctx, key, lens.Append(past, Location{City: "Nara"})); err != nil {
		t.Fatal(err)
	}
	step("append")
	if err := r.Update(ctx, key, lens.At(past, 0).Set(Location{City: "Uji"})); err != nil {
		t.Fatal(err)
	}
	step("at.set")
	if err := r.Update(ctx, key, birth.Set(nil), lens.Join(lens.Entry(homes, "a"), inCity).Set("y")); err != nil {
		t.Fatal(err)
	}
	step("birth nil")
	got, err = r.Get(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", got)
	req.Reset()
	got.Past = got.Past[1:]
	if _, err := r.Put(ctx, got); err != nil {
		t.Fatal(err)
	}
	step("put")
	for q, err := range r.Scan(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(got, q); d != "" {
			t.Fatal(d)
		}
	}
	step("scan")
	st, err := repo.Open(client, "Root", "ID", repo.AllowTables("Shard1", "Shard2", "Shard3", "Past", "Homes"), repo.WithOpener(testKeys(t)))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := st.Get(ctx, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(doc)
	step("open get")
	if err := r.DeleteValue(ctx, got); err != nil {
		t.Fatal(err)
	}
	step("delete value")
	if err := r.Delete(ctx, key); err != nil {
		t.Fatal(err)
	}
}
