package repo_test

import (
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dystore/dystore/embedded"
	"github.com/dystore/dystore/fault"
	"github.com/dystore/dystore/keygen"
	"github.com/dystore/dystore/meta"
	"github.com/dystore/dystore/repo"
	"github.com/dystore/dystore/shard"
)

type gPart struct{ Text string }

type gDoc struct {
	P    string `validate:"required"`
	S    int64  `validate:"required"`
	Name string
	Part gPart
	Meta meta.Record `dynamodbav:"-"`
}

var gKey = repo.CompositeKeyOf(func(d *gDoc) *string { return &d.P }, func(d *gDoc) *int64 { return &d.S })

// gGenerated computes both parts; the sort key needs the partition key.
var gGenerated = gKey.
	GeneratePartition(keygen.FromErr(func(d *gDoc) (string, error) {
		if d.Name == "" {
			return "", io.ErrUnexpectedEOF
		}
		return "p-" + d.Name, nil
	})).
	GenerateSort(keygen.From(func(d *gDoc) int64 { return int64(len(d.P)) }))

func gRepo(t *testing.T, key repo.Keyed[gDoc]) (*repo.Repo[gDoc], *fault.Transport) {
	t.Helper()
	client, net := fault.Wrap(embedded.New().Client())
	r := repoOver(t, client, repo.TableOf("GDocs", key,
		shard.New(shard.To("GParts"), func(d *gDoc) *gPart { return &d.Part }),
		meta.Keep(func(d *gDoc) *meta.Record { return &d.Meta })))
	net.Reset()
	return r, net
}

// TestGeneratedParts: Create and Put fill the parts of a key that are zero, the
// partition key first, and leave those alone that are not.
func TestGeneratedParts(t *testing.T) {
	for _, c := range []struct {
		name string
		key  repo.Keyed[gDoc]
		in   gDoc
		p    string
		s    int64
	}{
		{"both", gGenerated, gDoc{Name: "ab"}, "p-ab", 4},
		{"sort", gGenerated, gDoc{P: "p", Name: "ab"}, "p", 1},
		{"partition", gGenerated, gDoc{S: 7, Name: "ab"}, "p-ab", 7},
		{"none", gGenerated, gDoc{P: "p", S: 7, Name: "ab"}, "p", 7},
		{"sort only", gKey.GenerateSort(keygen.From(func(d *gDoc) int64 { return 9 })), gDoc{P: "p", Name: "ab"}, "p", 9},
		{"partition only", gKey.GeneratePartition(keygen.From(func(d *gDoc) string { return "q" })), gDoc{S: 3, Name: "ab"}, "q", 3},
	} {
		for _, verb := range []string{"Create", "Put"} {
			r, _ := gRepo(t, c.key)
			d, write := c.in, r.Create
			d.Part.Text = "part"
			if verb == "Put" {
				write = r.Put
			}
			key, err := write(background, &d)
			if err != nil || !key.Equal(gKey.Of(c.p, c.s)) || d.P != c.p || d.S != c.s || d.Name != "ab" || d.Meta.Version != 1 {
				t.Errorf("%s, %s: key %v, %v, value %+v", verb, c.name, key, err, d)
			}
			got, err := r.Get(background, gKey.Of(c.p, c.s))
			if diff := cmp.Diff(&d, got); err != nil || diff != "" {
				t.Errorf("%s, %s: stored %v:\n%s", verb, c.name, err, diff)
			}
			// The value is tracked: it keeps its key.
			d.Part.Text = "new"
			if key, err := r.Put(background, &d); err != nil || !key.Equal(gKey.Of(c.p, c.s)) || d.Meta.Version != 2 {
				t.Errorf("%s, %s, again: key %v, %v, version %d", verb, c.name, key, err, d.Meta.Version)
			}
		}
	}
}

// TestGeneratedPartsAreLearnedBySuccess: a value whose write fails has no key,
// though the caller may learn of it where the outcome is unknown.
func TestGeneratedPartsAreLearnedBySuccess(t *testing.T) {
	r, net := gRepo(t, gGenerated)
	d := gDoc{}
	key, err := r.Create(background, &d)
	const text = "repo: Create GDocs: invalid: key: keygen: FromErr made no key for repo_test.gDoc: unexpected EOF"
	var e *keygen.Error
	if !errors.Is(err, repo.ErrInvalid) || !errors.Is(err, io.ErrUnexpectedEOF) || !errors.As(err, &e) || err.Error() != text {
		t.Errorf("a generator that fails: %v; want %s", err, text)
	}
	if d != (gDoc{}) || key.String() != "" || net.Count() > 0 {
		t.Errorf("a generator that fails: key %v, value %+v, requests %v", key, d, net.Operations())
	}

	empty, net := gRepo(t, gKey.GeneratePartition(keygen.From(func(*gDoc) string { return "" })))
	d = gDoc{S: 1}
	if _, err := empty.Create(background, &d); !errors.Is(err, repo.ErrInvalid) || err.Error() != "repo: Create GDocs: invalid: key: P is empty" {
		t.Errorf("an empty key: %v", err)
	}
	if d != (gDoc{S: 1}) || net.Count() > 0 {
		t.Errorf("an empty key: value %+v, requests %v", d, net.Operations())
	}

	if _, err := r.Create(background, &gDoc{P: "p-a", S: 3, Name: "a"}); err != nil {
		t.Fatal(err)
	}
	d = gDoc{Name: "a"}
	if key, err := r.Create(background, &d); !errors.Is(err, repo.ErrExists) || !key.Equal(gKey.Of("p-a", 3)) || d != (gDoc{Name: "a"}) {
		t.Errorf("an object that exists: key %v, %v, value %+v", key, err, d)
	}
}

// TestGeneratedPartsOfOtherVerbs: what is not Create or Put generates nothing
// that is kept.
func TestGeneratedPartsOfOtherVerbs(t *testing.T) {
	r, net := gRepo(t, gGenerated)
	for verb, err := range map[string]error{
		"CreateAt": r.CreateAt(background, gKey.Of("p", 1), &gDoc{Name: "a"}),
		"PutAt":    r.PutAt(background, gKey.Of("p", 1), &gDoc{Name: "a"}),
	} {
		if !errors.Is(err, repo.ErrInvalid) {
			t.Errorf("%s: %v", verb, err)
		}
	}
	if key, err := r.Key(&gDoc{Name: "a"}); !errors.Is(err, repo.ErrInvalid) {
		t.Errorf("Key: %v, %v", key, err)
	}
	if net.Count() > 0 {
		t.Errorf("requests %v", net.Operations())
	}
	d := gDoc{P: "p", S: 7, Name: "a"}
	if _, err := r.Create(background, &d); err != nil {
		t.Fatal(err)
	}
	err := r.Modify(background, gKey.Of("p", 7), func(d *gDoc) error { d.S = 0; return nil })
	const text = `repo: Modify GDocs "p"/7: invalid: the change replaced the object's key; that would be another object`
	if !errors.Is(err, repo.ErrInvalid) || err.Error() != text {
		t.Errorf("Modify of the key: %v; want %s", err, text)
	}
	if err := r.Modify(background, gKey.Of("p", 7), func(d *gDoc) error { d.Name = "b"; return nil }); err != nil {
		t.Error(err)
	}
}

// TestGeneratedPartsAreOfOneKey: a range of the declaration without generators
// is one of the model's, and the other way round.
func TestGeneratedPartsAreOfOneKey(t *testing.T) {
	for name, key := range map[string]repo.CompositeKey[gDoc, string, int64]{"with": gGenerated, "without": gKey} {
		r, _ := gRepo(t, key)
		if _, err := r.Create(background, &gDoc{P: "p", S: 7, Name: "a"}); err != nil {
			t.Fatal(err)
		}
		for _, by := range []repo.CompositeKey[gDoc, string, int64]{gGenerated, gKey} {
			n := 0
			for d, err := range r.Query(background, by.In("p").From(7)) {
				if err != nil || d.Name != "a" {
					t.Errorf("model %s generators: %v, %v", name, d, err)
				}
				n++
			}
			if n != 1 {
				t.Errorf("model %s generators: found %d objects", name, n)
			}
		}
	}
	other := repo.CompositeKeyOf(func(d *gDoc) *string { return &d.P }, func(d *gDoc) *int64 { return &d.S })
	r, _ := gRepo(t, gGenerated)
	for _, err := range r.Query(background, other.In("p")) {
		if !errors.Is(err, repo.ErrInvalid) {
			t.Errorf("a range of another declaration: %v", err)
		}
	}
}
